// The tally team's page of a blind ballot: makes the second key, stamps what waits, destroys the key when stamping ends.
// The private key stays in this browser (IndexedDB). Blind stamps need its bare numbers, which WebCrypto's own keys that
// cannot be read out do not give; so it is kept as numbers, and only here. Whom it has stamped is kept beside it: one paper
// a unit, of the roll as it was when the key was made, whatever the server asks.
import { blindSign, freshKey, fromHex, privateKey, toHex } from "./blind.js";
import { charterCode, keyCode } from "./charter.js";

const FORMAT = "giaouoc-second-key-1";
const box = document.getElementById("tally-stamp");
const data = box.dataset;
const part = (name) => box.querySelector(`[data-part="${name}"]`);
const say = (name) => {
  const words = data[name] || name;
  if (part("say").textContent !== words) part("say").textContent = words;
};
const show = (name, on) => {
  part(name).hidden = !on;
};
const wait = (seconds) => new Promise((resolve) => window.setTimeout(resolve, seconds * 1000));
const json = (id) => JSON.parse(document.getElementById(id).textContent);

// One record a ballot: { ballot, n, p, q, units, signed: { unit: blinded } }.
const store = async (mode, act) => {
  const opened = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("giaouoc-tally", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("keys", { keyPath: "ballot" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  try {
    const change = opened.transaction("keys", mode);
    const asked = act(change.objectStore("keys"));
    return await new Promise((resolve, reject) => {
      change.oncomplete = () => resolve(asked.result);
      change.onabort = () => reject(change.error);
    });
  } finally {
    opened.close();
  }
};
const load = () => store("readonly", (keys) => keys.get(data.ballot));
const keep = (record) => store("readwrite", (keys) => keys.put(record));
const forget = () => store("readwrite", (keys) => keys.delete(data.ballot));

let record = null;
let key = null;
const take = (found) => {
  record = found || null;
  key = record && privateKey(record.n, record.p, record.q);
};

// What the server answers, or null when it cannot be reached.
const ask = async (url, sent) => {
  const how = { cache: "no-store", headers: { "Content-Type": "application/json", "X-CSRFToken": data.token } };
  try {
    const answer = await fetch(url, sent ? { ...how, method: "POST", body: JSON.stringify(sent) } : how);
    return await answer.json();
  } catch {
    return null;
  }
};

const refused = (found) => say([found.refused, found.advice].filter(Boolean).join(" "));

const make = async () => {
  show("make", false);
  say("sayMaking");
  await wait(0.1); // let the words come before the work
  const made = { ballot: data.ballot, ...(await freshKey()), units: json("ballot-units"), signed: {} };
  await keep(made); // before it is sent: whatever happens to the reply, the same key is sent again
  take(made);
  await look();
};

const send = async () => {
  const found = await ask(data.keyUrl, { n: record.n });
  if (found && found.refused) refused(found);
  return found !== null && !found.refused;
};

const destroy = async (words) => {
  const had = record !== null;
  await forget();
  take(null);
  for (const name of ["make", "load", "codes", "save", "work"]) show(name, false);
  say(had ? "sayDestroyed" : words);
};

// What another window of this browser has stamped meanwhile.
const refresh = async () => {
  const found = await load();
  if (record && found && found.n === record.n) record = found;
};

let busy = false;
const stamp = async (row) => {
  await refresh();
  if (standing(row) !== "") return;
  const made = toHex(blindSign(key, fromHex(row.blinded))); // what cannot be stamped is not kept as stamped
  record.signed[row.unit] = row.blinded;
  await keep(record); // before the stamp leaves: no second paper of the unit is ever stamped
  const found = await ask(data.stampsUrl, { unit: row.unit, stamp: made });
  if (found && found.refused) refused(found);
};

const press = async (row) => {
  if (busy) return;
  busy = true;
  try {
    await stamp(row);
  } catch {
    say("sayFalse");
  } finally {
    busy = false;
  }
  await look();
};

// What stands in the way of a unit's stamp: "" | "none" it has not asked | "done" | "other" than what was stamped before.
const standing = (row) => {
  const before = record.signed[row.unit];
  if (!record.units.includes(row.unit)) return row.blinded ? "other" : "none";
  if (before && row.blinded !== before) return "other";
  if (row.stamp) return before ? "done" : "other";
  return row.blinded ? "" : "none";
};

const cell = (name, words, label) => {
  const made = document.createElement(name);
  made.textContent = words;
  if (label) made.dataset.label = label;
  if (name === "th") made.scope = "row";
  return made;
};

let drawn = "";
const draw = (roll) => {
  const state = JSON.stringify([roll.map((row) => [row.unit, row.present, standing(row)]), record.signed]);
  if (state === drawn) return;
  drawn = state;
  part("roll").replaceChildren(
    ...roll.map((row) => {
      const line = document.createElement("tr");
      const last = cell("td", "", data.labelStamp);
      const how = standing(row);
      if (how === "") {
        const button = cell("button", data.wordStamp);
        button.className = "button button--small";
        button.type = "button";
        const whose = document.createElement("span");
        whose.className = "sr";
        whose.textContent = ` ${row.name}`;
        button.append(whose);
        button.addEventListener("click", () => press(row));
        last.append(button);
      } else last.textContent = { none: data.wordNone, done: data.wordDone, other: data.wordOther }[how];
      line.append(
        cell("th", row.name),
        cell("td", row.present ? data.wordThere : data.wordAway, data.labelThere),
        cell("td", row.blinded ? data.wordAsked : data.wordNotAsked, data.labelAsked),
        last,
      );
      return line;
    }),
  );
};

const showCodes = async () => {
  const about = { ballot: data.ballot, title: data.title, questions: json("ballot-questions"), n: data.key };
  part("charter").textContent = await charterCode({ ...about, units: record.units, second: record.n });
  part("code").textContent = await keyCode(record.n);
  show("codes", true);
};

const look = async () => {
  const found = await ask(data.stampsUrl);
  if (found === null) {
    say("sayLost");
    return;
  }
  if (found.refused) {
    refused(found); // perhaps only for now, as somebody else's mandate is turned to: the key stays
    return;
  }
  if (found.state !== "keying" && found.state !== "stamping") {
    await destroy("sayOver");
    return;
  }
  if (found.state === "keying" && record && !(await send())) {
    return;
  }
  if (found.state === "keying" && record) {
    await look();
    return;
  }
  await refresh();
  show("make", found.state === "keying");
  show("load", found.state === "stamping" && !(record && record.n === found.key));
  show("save", record !== null);
  show("work", record !== null && record.n === found.key);
  if (!record) {
    say(found.state === "keying" ? "sayMake" : "sayNoKey");
    return;
  }
  if (record.n !== found.key) {
    say("sayOtherKey");
    return;
  }
  await showCodes();
  if (!busy) {
    busy = true;
    try {
      for (const row of found.roll) {
        const again = !row.stamp && record.signed[row.unit] === row.blinded; // the server has not got it yet
        if (standing(row) === "" && (again || part("auto").checked)) await stamp(row);
      }
    } catch {
      say("sayFalse");
    } finally {
      busy = false;
    }
  }
  draw(found.roll);
  say(found.roll.some((row) => standing(row) === "other") ? "sayWrong" : "sayReady");
};

const watch = async () => {
  for (;;) {
    await wait(2);
    if (!busy) await look();
  }
};

const saveFile = () => {
  const link = document.createElement("a");
  const text = JSON.stringify({ format: FORMAT, ...record });
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `khoa-to-kiem-phieu-${data.ballot.slice(0, 8)}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
};

const loadFile = async (event) => {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  try {
    const { format, ...found } = JSON.parse(await file.text());
    const right = format === FORMAT && found.ballot === data.ballot && Array.isArray(found.units);
    if (!right || BigInt(`0x${found.p}`) * BigInt(`0x${found.q}`) !== BigInt(`0x${found.n}`)) throw new Error("another file");
    // What was stamped after the file was saved is known to the server alone.
    const roll = (await ask(data.stampsUrl)).roll.filter((row) => row.stamp);
    found.signed = { ...Object.fromEntries(roll.map((row) => [row.unit, row.blinded])), ...found.signed };
    await keep(found);
    take(found);
  } catch {
    say("sayNoFile");
    return;
  }
  await look();
};

const start = async () => {
  if (!window.crypto || !crypto.subtle || !window.indexedDB) {
    say("sayOld");
    return;
  }
  part("make").querySelector("button").addEventListener("click", make);
  part("save").querySelector("button").addEventListener("click", saveFile);
  part("load").querySelector("input").addEventListener("change", loadFile);
  try {
    take(await load());
  } catch {
    say("sayOld");
    return;
  }
  await look();
  await watch();
};

start();
