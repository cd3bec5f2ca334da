// The voter's page of a blind ballot: marks, blinds, has it stamped, keeps the slip, drops it at a moment of its own.
// What is kept stays in this browser (localStorage); a lost reply is asked for again with the same blinded paper. With a
// second key the same paper is blinded for it apart, and the slip is kept only when both stamps are there and right.
import { blind, finalize, fromHex, prepare, publicKey, random, toHex } from "./blind.js";
import { charterCode, keyCode } from "./charter.js";

const box = document.getElementById("blind-ballot");
const data = box.dataset;
const place = `giaouoc-ballot-${data.ballot}-${data.unit}`;
const key = publicKey(data.key);
const second = data.second ? publicKey(data.second) : null;
const part = (name) => box.querySelector(`[data-part="${name}"]`);
const say = (name) => {
  part("say").textContent = data[name] || name;
};
const show = (name, on) => {
  part(name).hidden = !on;
};
const load = () => JSON.parse(localStorage.getItem(place) || "null");
const save = (kept) => localStorage.setItem(place, JSON.stringify(kept));
const wait = (seconds) => new Promise((resolve) => window.setTimeout(resolve, seconds * 1000));

// An even number below the limit, drawn without bias.
const draw = (limit) => {
  const top = Math.floor(0x100000000 / limit) * limit;
  for (;;) {
    const [found] = crypto.getRandomValues(new Uint32Array(1));
    if (found < top) return found % limit;
  }
};
const HEADS = "b c d g h k l m n p r s t v x".split(" ");
const TAILS = "a an ang ay e em en i im o oi on ong u ui ung".split(" ");
const syllable = () => HEADS[draw(HEADS.length)] + TAILS[draw(TAILS.length)];
const word = () => {
  for (;;) {
    const found = syllable();
    if (found.length >= 2) return found;
  }
};

const encoder = new TextEncoder();

const questions = () => JSON.parse(document.getElementById("ballot-questions").textContent);
const showCodes = async () => {
  if (known === "keying") return; // the code comes with the second key
  const units = JSON.parse(document.getElementById("ballot-units").textContent);
  const about = { ballot: data.ballot, title: data.title, questions: questions(), units };
  part("charter").textContent = await charterCode({ ...about, n: data.key, second: data.second });
  if (second) part("second").textContent = await keyCode(data.second);
};
const prepared = (kept) => prepare(encoder.encode(kept.body), fromHex(kept.prefix));

const fill = async (choices) => {
  const body = JSON.stringify({
    ballot: data.ballot,
    choices,
    code: [word(), word(), word()].join("-"),
    serial: toHex(random(16)),
  });
  const kept = { body, prefix: toHex(random(32)) };
  const { blinded, undo } = await blind(key, prepared(kept));
  const whole = { ...kept, blinded: toHex(blinded), undo: toHex(undo) };
  if (!second) return whole;
  const again = await blind(second, prepared(kept));
  return { ...whole, secondBlinded: toHex(again.blinded), secondUndo: toHex(again.undo) };
};

let waiting = false; // for the tally team's stamp
const stamp = async (kept) => {
  if (!waiting) say("sayStamping");
  let answer;
  try {
    answer = await fetch(data.stampUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": data.token },
      body: JSON.stringify({ blinded: kept.blinded, ...(second ? { second: kept.secondBlinded } : {}) }),
    });
  } catch {
    if (waiting) return; // asked again in a moment
    say("sayLost");
    show("again", true);
    return;
  }
  let found = null;
  try {
    found = await answer.json();
  } catch {
    found = null;
  }
  if (!answer.ok || !found || !found.stamp) {
    if (found && found.refused) {
      part("say").textContent = [found.refused, found.advice].filter(Boolean).join(" ");
      if (answer.status === 422) {
        localStorage.removeItem(place);
        show("mark", true);
      }
    } else if (!waiting) {
      say("sayLost");
      show("again", true);
    }
    return;
  }
  try {
    const signature = toHex(await finalize(key, prepared(kept), fromHex(found.stamp), fromHex(kept.undo)));
    if (second && !found.second) {
      waiting = known === "stamping";
      say(waiting ? "sayAwaitSecond" : "sayNoSecond");
      return;
    }
    const both = second ? await finalize(second, prepared(kept), fromHex(found.second), fromHex(kept.secondUndo)) : null;
    save({ ...kept, signature, ...(both ? { second: toHex(both) } : {}) });
  } catch {
    waiting = false;
    say("sayFalse");
    return;
  }
  waiting = false;
  await look();
};

const slip = ({ prefix, body, signature, second: both }) =>
  JSON.stringify({ prefix, body, signature, ...(both ? { second: both } : {}) });

const showSlip = (kept) => {
  const paper = JSON.parse(kept.body);
  part("code").textContent = paper.code;
  const asked = questions();
  part("choices").replaceChildren(
    ...paper.choices.map((at, number) => {
      const line = document.createElement("li");
      line.textContent = `${asked[number].title}: ${asked[number].options[at]}`;
      return line;
    }),
  );
  part("text").value = slip(kept);
  show("slip", true);
};

let dropping = false;
const drop = async (kept) => {
  if (dropping) return;
  dropping = true;
  say("sayWaiting");
  await wait((draw(1000) / 1000) * Number(data.window));
  for (;;) {
    try {
      const bare = slip(kept);
      const answer = await fetch(data.dropUrl, {
        method: "POST",
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
        headers: { "Content-Type": "text/plain;charset=UTF-8" }, // a box of another host name is asked nothing before
        body: bare.padEnd(4096, " "),
      });
      const found = (await answer.json()).answer;
      if (found === "taken" || found === "counted") {
        save({ ...kept, dropped: true });
        say("sayDropped");
        return;
      }
      say(found === "missing" ? "sayMissing" : "sayRefused");
      return;
    } catch {
      say("sayRetry");
      await wait(2 + draw(4));
    }
  }
};

const stateNow = async () => {
  try {
    const answer = await fetch(data.stateUrl, { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" });
    return await answer.json();
  } catch {
    return {};
  }
};

let known = data.state;
const look = async () => {
  const kept = load();
  show("again", false);
  show("mark", !kept && known === "stamping" && data.done !== "yes");
  if (!kept) {
    if (known === "keying") say("sayKeying");
    else say(data.done === "yes" ? "sayElsewhere" : known === "stamping" ? "sayMark" : "sayLate");
    return;
  }
  if (!kept.signature) {
    await stamp(kept);
    return;
  }
  showSlip(kept);
  if (known === "stamping") say("sayStamped");
  else if (known === "dropping") {
    if (kept.dropped) say("sayDropped");
    else drop(kept);
  } else if (known === "closed") {
    say("sayClosed");
    show("list", true);
  } else say("sayVoid");
};

const watch = async () => {
  while (known === "keying" || known === "stamping" || known === "dropping") {
    await wait(2 + draw(1000) / 1000);
    const { state: next, charter } = await stateNow();
    if (charter && charter !== data.charter) {
      window.location.reload(); // the second key came, or was given up: another code, another page
      return;
    }
    if (next && next !== known) {
      known = next;
      waiting = false;
      if (!dropping || known !== "dropping") await look();
    } else if (waiting) await look();
  }
};

const start = async () => {
  if (!window.crypto || !crypto.subtle) {
    say("sayOld");
    return;
  }
  await showCodes();
  part("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (load()) return;
    const chosen = new FormData(event.target);
    const choices = Array.from({ length: Number(data.questions) }, (_one, at) => Number(chosen.get(`q${at}`)));
    show("mark", false);
    const kept = await fill(choices);
    save(kept); // before it is sent: whatever happens to the reply, the same paper is asked for again
    await stamp(kept);
  });
  part("again").addEventListener("click", () => look());
  part("save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([part("text").value], { type: "application/json" }));
    link.download = `phieu-${part("code").textContent}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
  part("print").addEventListener("click", () => window.print());
  await look();
  await watch();
};

start();
