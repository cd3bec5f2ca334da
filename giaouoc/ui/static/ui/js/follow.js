// A page that follows a conference: it asks whether anything is new, takes itself anew only then, says when the connection
// is lost and goes on by itself once it is back. Without this file the page stands as it was loaded.
// data-follow: where it asks; data-fresh: seconds after which it takes itself anew without asking. Either will do.
(() => {
  "use strict";
  const EVERY = 1400;
  const lost = document.getElementById("lost");
  const said = document.getElementById("followed");
  let taken = performance.now();
  let asking = false;
  let next = 0;

  const place = () => document.querySelector("[data-follow], [data-fresh]");
  const age = () => (performance.now() - taken) / 1000;
  const get = async (address) => {
    const answer = await fetch(address, { signal: AbortSignal.timeout(6000) });
    if (answer.status >= 500) throw new Error(String(answer.status));
    return answer;
  };

  // What the keyboard stands on in the old part, found again in the new one.
  const same = (old, part) =>
    [...part.querySelectorAll(old.tagName)].find(
      (one) => one.textContent === old.textContent && (one.href || one.form?.action) === (old.href || old.form?.action),
    );

  // Nothing is taken from under the hands of whoever types, has chosen something, or has just sent it.
  const isBusy = (here) =>
    here.querySelector("input:focus, textarea:focus, select:focus, form[data-sent]") ||
    [...here.querySelectorAll("input, textarea")].some(
      (one) => one.value !== one.defaultValue || one.checked !== one.defaultChecked,
    );

  const renew = async (here) => {
    const answer = await get(location.href);
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(here.id);
    if (!part) {
      location.reload(); // the page is another one now: signed out, or the screen was closed
      return;
    }
    if (isBusy(here)) return; // somebody has begun while the answer was on its way
    const focus = here.contains(document.activeElement) ? document.activeElement : null;
    const words = part.dataset.say !== here.dataset.say ? part.dataset.say : "";
    here.replaceWith(part);
    taken = performance.now();
    if (focus) same(focus, part)?.focus({ preventScroll: true });
    if (words) said.textContent = words;
  };

  const ask = async () => {
    const here = place();
    if (!here || asking) return;
    asking = true;
    window.clearTimeout(next);
    try {
      if (!document.hidden && !isBusy(here)) {
        const { follow, fresh, mark } = here.dataset;
        const due = fresh && age() >= fresh;
        if (due || (follow && (await get(`${follow}?dau=${mark}`)).status !== 204)) await renew(here);
        lost.hidden = true;
      }
    } catch {
      lost.hidden = false;
    }
    asking = false;
    next = window.setTimeout(ask, EVERY + Math.random() * 200);
  };

  // A timer counts down on the page itself.
  window.setInterval(() => {
    const timer = document.querySelector("[data-left]");
    if (!timer) return;
    const left = Math.max(0, Math.round(timer.dataset.left - age()));
    timer.textContent = `${String(Math.floor(left / 60)).padStart(2, "0")}:${String(left % 60).padStart(2, "0")}`;
  }, 500);

  window.addEventListener("online", ask);
  window.addEventListener("offline", () => {
    lost.hidden = false;
  });
  document.addEventListener("visibilitychange", ask);
  ask();
})();
