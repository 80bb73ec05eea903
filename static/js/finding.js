/* The search of a list by key: «/» leads to it from wherever nothing is being typed. */
"use strict";
{
  const search = document.querySelector("[data-search]");
  document.addEventListener("keydown", (event) => {
    // By the key's place too: on an Arabic keyboard it types another sign.
    if (event.key !== "/" && event.code !== "Slash") return;
    if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable], [role=textbox]")) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
}
