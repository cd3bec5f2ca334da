// What people compare: the code of the ballot and of the tally team's key, computed here from the very keys that are used;
// a page with another key shows another code. The twin of charter and key_code in rules/papers.py.
import { toHex } from "./blind.js";

const encoder = new TextEncoder();
const sha256 = async (text) => toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text))));
const sorted = (value) => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
};
const short = (hash) => `${hash.slice(0, 4)} ${hash.slice(4, 8)}`.toUpperCase();

// second: hex of the tally team's key, or "" for a ballot with one stamp.
export const charterCode = async ({ ballot, title, questions, units, n, second }) =>
  short(await sha256(JSON.stringify(sorted({ ballot, title, questions, units, n, ...(second ? { second } : {}) }))));

export const keyCode = async (n) => short(await sha256(n));
