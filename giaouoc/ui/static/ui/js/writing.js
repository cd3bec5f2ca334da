// Writing a text clause by clause: keys press the buttons that name them, the cursor says where to split, and what is
// typed is kept on the way. Without this file every button works. Needs: form[data-clause] with data-keep.
(() => {
  "use strict";
  const form = document.querySelector("form[data-clause]");
  const names = (event) =>
    [event.ctrlKey && "Control", event.altKey && "Alt", event.shiftKey && "Shift", event.key.length === 1 ? event.key.toUpperCase() : event.key]
      .filter(Boolean)
      .join("+");
  document.addEventListener("keydown", (event) => {
    const keys = names(event);
    const button = document.querySelector(`[aria-keyshortcuts="${CSS.escape(keys)}"]`);
    if (button) {
      event.preventDefault();
      button.click();
      return;
    }
    if (keys !== "ArrowDown" && keys !== "ArrowUp") return;
    const links = [...document.querySelectorAll("[data-writing] .clause__side a")];
    const at = links.indexOf(document.activeElement);
    const next = at >= 0 && links[at + (keys === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  if (!form) {
    // After the browser has gone to the clause, which takes the focus away.
    window.addEventListener("load", () => {
      const here = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const link = here && here.querySelector(".clause__side a");
      if (link) window.requestAnimationFrame(() => link.focus());
    });
    return;
  }
  const words = form.elements.text;
  const others = document.querySelector("[data-others]");
  let timer = 0;
  form.addEventListener("submit", (event) => {
    form.elements.cut.value = event.submitter && event.submitter.value === "split" ? words.selectionStart : "";
    window.clearTimeout(timer);
  });
  const keep = async () => {
    if (form.dataset.sent) return;
    try {
      // A page that goes away may send 64 KB at most; while it stands there is no such limit.
      const keepalive = document.visibilityState === "hidden";
      const answer = await fetch(form.dataset.keep, { method: "POST", body: new FormData(form), keepalive });
      if (others && (answer.ok || answer.status === 422)) others.textContent = await answer.text();
    } catch {
      // The network is away: the next letter or the next twenty seconds try again.
    }
  };
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, 800);
  });
  document.addEventListener("visibilitychange", keep);
  window.setInterval(keep, 20000);
  keep();
})();
