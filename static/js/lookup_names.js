// Gives the admin's look-up fields the names of their labels: select2 puts a box of its own in place of the labelled
// select, and a screen reader would read it as nameless.
(() => {
  "use strict";

  function nameOf(select) {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    if (label) return label;
    // In a table of rows the head of the column is the label.
    const cell = select.closest("td");
    const field = cell && [...cell.classList].find((name) => name.startsWith("field-"));
    return field ? cell.closest("table").querySelector(`th.${CSS.escape(field.replace("field-", "column-"))}`) : null;
  }

  function nameAll() {
    document.querySelectorAll("select.admin-autocomplete").forEach(name);
  }

  function name(select) {
    const box = select.nextElementSibling;
    const label = nameOf(select);
    if (!label || !box || !box.classList.contains("select2")) return;
    label.id ||= `${select.id}_label`;
    for (const part of box.querySelectorAll("[role=combobox], [role=textbox], .select2-search__field")) {
      const value = part.getAttribute("role") === "combobox" && box.querySelector(".select2-selection__rendered[id]");
      part.setAttribute("aria-labelledby", value ? `${label.id} ${value.id}` : label.id);
    }
  }

  // select2 tells nobody when it dresses a field, at the start or in a row added later; so its boxes are watched for.
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some((node) => node.matches?.(".select2")))) nameAll();
  }).observe(document.body, { childList: true, subtree: true });
  nameAll();
})();
