// Selecting words of a clause offers "Góp ý": the quote goes into the form of this page, or along to the form's page.
// Without this file each clause keeps its own link. Needs: .clause[data-path] with a .clause__add link inside.
(() => {
  "use strict";
  const LONGEST = 500;
  let button = null;
  const drop = () => {
    if (button) button.remove();
    button = null;
  };
  const clauseOf = (node) => {
    const element = node && (node.nodeType === 1 ? node : node.parentElement);
    const words = element && element.closest(".clause__text, .clause__head");
    return words && words.closest(".clause[data-path]");
  };
  const use = (clause, quote) => {
    const form = document.querySelector("form[data-clause-form]");
    const link = clause.querySelector(".clause__add");
    if (form && form.elements.quote) {
      form.elements.quote.value = quote;
      if (form.elements.path) form.elements.path.value = clause.dataset.path;
      const shown = form.querySelector("[data-quote]");
      if (shown) {
        shown.textContent = quote;
        shown.hidden = false;
      }
      const field = form.querySelector("textarea");
      if (field) field.focus();
      form.scrollIntoView({ block: "center" });
    } else if (link) {
      const address = new URL(link.href, window.location.href);
      address.searchParams.set("trich", quote);
      window.location.assign(address);
    }
  };
  const offer = () => {
    const selection = window.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return drop();
    const clause = clauseOf(selection.anchorNode);
    const quote = selection.toString().replace(/\s+/g, " ").trim();
    if (!clause || clause !== clauseOf(selection.focusNode) || quote.length < 2 || quote.length > LONGEST) return drop();
    const link = clause.querySelector(".clause__add");
    if (!link) return drop();
    drop();
    button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small clause-pick";
    button.textContent = link.textContent;
    button.setAttribute("aria-label", link.getAttribute("aria-label") || link.textContent);
    clause.append(button);
    const words = selection.getRangeAt(0).getBoundingClientRect();
    const box = clause.getBoundingClientRect();
    button.style.insetBlockStart = `${words.bottom - box.top + 6}px`;
    button.style.insetInlineStart = `${Math.max(0, Math.min(words.left - box.left, box.width - button.offsetWidth))}px`;
    button.addEventListener("mousedown", (event) => event.preventDefault()); // keep the selection
    button.addEventListener("click", () => use(clause, quote));
  };
  let timer = 0;
  document.addEventListener("selectionchange", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (!button || !button.contains(document.activeElement)) offer();
    }, 150);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") drop();
  });
})();
