// RSABSSA-SHA384-PSS-Randomized (RFC 9474), the voter's side and the tally team's. The twin of rules/blind.py; BigInt and
// WebCrypto alone.
const HASH = 48;
const SALT = 48;
const PREFIX = 32;

export const random = (length) => crypto.getRandomValues(new Uint8Array(length));
export const toHex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
export const fromHex = (text) => new Uint8Array((text.match(/../g) || []).map((pair) => parseInt(pair, 16)));
const toNumber = (bytes) => BigInt("0x" + (toHex(bytes) || "0"));
const toBytes = (number, length) => fromHex(number.toString(16).padStart(2 * length, "0"));
const join = (...parts) => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};
const sha384 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-384", bytes));

const power = (base, exponent, modulus) => {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
};

// The inverse of a modulo n, or null when they share a factor.
const inverse = (a, n) => {
  let [r, next, s, t] = [n, ((a % n) + n) % n, 0n, 1n];
  while (next) {
    const q = r / next;
    [r, next] = [next, r - q * next];
    [s, t] = [t, s - q * t];
  }
  return r === 1n ? ((s % n) + n) % n : null;
};

const mask = async (seed, length) => {
  const blocks = [];
  for (let i = 0; i * HASH < length; i += 1) blocks.push(await sha384(join(seed, toBytes(BigInt(i), 4))));
  return join(...blocks).slice(0, length);
};

const encode = async (message, bits, salt) => {
  const length = Math.ceil(bits / 8);
  if (length < HASH + salt.length + 2) throw new Error("the key is too short");
  const digest = await sha384(join(new Uint8Array(8), await sha384(message), salt));
  const block = join(new Uint8Array(length - salt.length - HASH - 2), Uint8Array.of(1), salt);
  const pad = await mask(digest, block.length);
  const masked = block.map((one, at) => one ^ pad[at]);
  masked[0] &= 0xff >> (8 * length - bits);
  return join(masked, digest, Uint8Array.of(0xbc));
};

// n, e: BigInt.
export const publicKey = (nHex, e = 65537n) => {
  const n = BigInt("0x" + nHex);
  const bits = n.toString(2).length;
  return { n, e, bits, length: Math.ceil(bits / 8) };
};

export const prepare = (message, prefix = random(PREFIX)) => join(prefix, message);

// A random factor of the key, raised to its exponent, and what undoes it.
const veil = (key, factor = null) => {
  let undo = factor === null ? null : inverse(factor, key.n);
  while (undo === null) {
    factor = toNumber(random(key.length));
    undo = factor > 0n && factor < key.n ? inverse(factor, key.n) : null;
  }
  return [power(factor, key.e, key.n), undo];
};

// salt, factor: given only by the published vectors.
export const blind = async (key, prepared, salt = random(SALT), factor = null) => {
  const message = toNumber(await encode(prepared, key.bits - 1, salt));
  if (inverse(message, key.n) === null) throw new Error("the message shares a factor with the key");
  const [over, undo] = veil(key, factor);
  return { blinded: toBytes((message * over) % key.n, key.length), undo: toBytes(undo, key.length) };
};

// p, q: hex of the primes; the exponents are computed.
export const privateKey = (nHex, pHex, qHex, e = 65537n) => {
  const [p, q] = [BigInt("0x" + pHex), BigInt("0x" + qHex)];
  return { ...publicKey(nHex, e), p, q, dp: inverse(e, p - 1n), dq: inverse(e, q - 1n), ofQ: inverse(q, p) };
};

// A new key of 3072 bits as hex: { n, p, q }.
export const freshKey = async () => {
  const scheme = { name: "RSA-PSS", modulusLength: 3072, publicExponent: Uint8Array.of(1, 0, 1), hash: "SHA-384" };
  const made = await crypto.subtle.generateKey(scheme, true, ["sign", "verify"]);
  const jwk = await crypto.subtle.exportKey("jwk", made.privateKey);
  const hex = (text) => {
    const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return toNumber(Uint8Array.from(bytes, (one) => one.charCodeAt(0))).toString(16);
  };
  return { n: hex(jwk.n), p: hex(jwk.p), q: hex(jwk.q) };
};

// Stamps what cannot be read, on a value veiled once more; checked before it leaves.
export const blindSign = (key, blinded) => {
  const message = toNumber(blinded);
  if (blinded.length !== key.length || message <= 0n || message >= key.n) throw new Error("not a blinded message");
  const [over, undo] = veil(key);
  const hidden = (message * over) % key.n;
  const [rootP, rootQ] = [power(hidden, key.dp, key.p), power(hidden, key.dq, key.q)];
  const gap = (((rootP - rootQ) % key.p) + key.p) % key.p;
  const stamp = ((rootQ + key.q * ((gap * key.ofQ) % key.p)) * undo) % key.n;
  if (power(stamp, key.e, key.n) !== message) throw new Error("the stamp failed its own check");
  return toBytes(stamp, key.length);
};

export const isStamped = async (key, prepared, signature, saltLength = SALT) => {
  const base64 = (bytes) =>
    btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  const jwk = { kty: "RSA", n: base64(toBytes(key.n, key.length)), e: base64(toBytes(key.e, 3)), alg: "PS384", ext: true };
  const scheme = { name: "RSA-PSS", hash: "SHA-384" };
  const imported = await crypto.subtle.importKey("jwk", jwk, scheme, false, ["verify"]);
  return crypto.subtle.verify({ name: "RSA-PSS", saltLength }, imported, signature, prepared);
};

export const finalize = async (key, prepared, blindSignature, undo, saltLength = SALT) => {
  if (blindSignature.length !== key.length) throw new Error("a stamp of wrong length");
  const signature = toBytes((toNumber(blindSignature) * toNumber(undo)) % key.n, key.length);
  if (!(await isStamped(key, prepared, signature, saltLength))) throw new Error("the stamp is not of this key");
  return signature;
};
