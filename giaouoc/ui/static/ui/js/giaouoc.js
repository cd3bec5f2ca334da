// Everything works without this file; it only spares people a second press, a lost text, a wait in silence.
(() => {
  "use strict";
  const say = (sentence) => {
    const place = document.getElementById("refusals");
    if (!place) return;
    const box = document.createElement("div");
    box.className = "refusal--here";
    const words = document.createElement("p");
    words.textContent = sentence;
    box.append(words);
    place.replaceChildren(box);
    place.scrollIntoView({ block: "nearest" });
  };

  // A form is sent once: a second press while the answer is on its way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.dataset.changed = "";
    const button = event.submitter;
    if (button) button.setAttribute("aria-busy", "true");
    // Anything over a second says what it does.
    window.setTimeout(() => {
      if (!form.dataset.sent || form.querySelector(".waiting")) return;
      const waiting = document.createElement("div");
      waiting.className = "waiting";
      waiting.setAttribute("role", "status");
      const words = document.createElement("p");
      words.textContent = form.dataset.waiting || document.body.dataset.sending;
      const bar = document.createElement("progress");
      bar.setAttribute("aria-label", words.textContent);
      waiting.append(words, bar);
      form.append(waiting);
    }, 900);
  });
  const release = () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll(":scope > .waiting").forEach((one) => one.remove());
    });
    document.querySelectorAll("[aria-busy]").forEach((one) => one.removeAttribute("aria-busy"));
  };
  window.addEventListener("pageshow", release);

  // Forms that hold writing ask before the page is left.
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-guard")) form.dataset.changed = "yes";
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector('form[data-guard][data-changed="yes"]')) event.preventDefault();
  });

  // On a phone the tab of this page may stand beyond the edge.
  const here = document.querySelector(".tabs [aria-current]");
  if (here) here.scrollIntoView({ block: "nearest", inline: "center" });

  // The summary of errors is read first.
  const errors = document.querySelector('form[method="post"] .errors');
  if (errors) errors.focus();

  // An open menu closes with Escape and with a press elsewhere.
  const closeMenus = (except) =>
    document.querySelectorAll("details.who[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.who[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.who")));

  // A passkey that the browser does not find or that somebody waves away is said, not only logged.
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    say(document.body.dataset.nokey);
  });

  document.addEventListener("htmx:afterRequest", release);
  document.addEventListener("htmx:sendError", () => say(document.body.dataset.lost));
  // A page of questions: the key that stands on an answer presses it.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest("input, textarea, select")) return;
    if (!/^[0-9a-z]$/.test(event.key)) return;
    const button = document.querySelector(`button[data-key="${event.key}"]`);
    if (button) button.click();
  });
})();
