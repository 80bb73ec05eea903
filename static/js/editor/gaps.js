/* What a story lacks, beside the button that publishes it: as the form stands, not as it was opened. */
"use strict";
{
  const panel = document.getElementById("gaps");
  const form = panel?.closest("form");
  if (form) {
    const has = (name) => {
      const field = form.elements[name];
      // Without scripts names are typed into lines of their own, which no browser with scripts shows.
      return [...(field.selectedOptions ?? [field])].some(({ value }) => value.trim());
    };
    const tell = () => {
      for (const item of panel.querySelectorAll("[data-gap]")) item.hidden = has(item.dataset.gap);
    };
    for (const type of ["input", "change"]) form.addEventListener(type, tell);
    // Widgets that search the server tell jQuery alone.
    window.addEventListener("load", () => window.django?.jQuery(form).on("change", tell));
    tell();
  }
}
