/* Leads to the fields of a form that are to be corrected: to the first as the page comes, to others by their links.

   A field whose place a widget has taken (the editor, a look-up) is reached through that. */
"use strict";
{
  const list = document.getElementById("invalid-fields");

  const enter = (link) => {
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const widget = field?.closest(".form-row, .move, .change-note")?.querySelector(".ProseMirror, .select2-selection");
    const target = widget ?? field;
    if (!target) return;
    target.closest("details")?.setAttribute("open", "");
    target.focus();
    target.scrollIntoView({ block: "center" });
  };

  list?.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    enter(link);
  });
  // After the admin's own script, which goes to the first field of a new form whatever is wrong.
  window.addEventListener("load", () => {
    const first = list?.querySelector("a");
    if (first) setTimeout(enter, 0, first);
  });
}
