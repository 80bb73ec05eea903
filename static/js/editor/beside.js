/* What stands beside the text and is kept by itself: notes between editors, the reviewer. The text is neither saved nor
   touched. Without this script the same buttons send the form, which comes back with what was typed. */
"use strict";
{
  const form = document.getElementById("article_form");

  const tell = (part, text) => {
    part.querySelector(".beside-state").textContent = text;
  };

  const send = async (part, button) => {
    const sent = new FormData();
    sent.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    sent.set("fragment", "1");
    for (const field of part.querySelectorAll("textarea, select")) sent.set(field.name, field.value);
    button.disabled = true;
    try {
      // To where one signs in: what was typed is not to follow.
      const response = await fetch(button.formAction, { method: "POST", body: sent, redirect: "manual" });
      if (response.type === "opaqueredirect") throw new Error(gettext("Your session has ended"));
      if (!response.ok && response.status !== 422) throw new Error(gettext("The site does not take it"));
      const template = document.createElement("template");
      template.innerHTML = await response.text();
      const fresh = template.content.querySelector("[data-beside]");
      part.replaceWith(fresh);
      begin(fresh);
      fresh.querySelector("textarea, select").focus();
    } catch (error) {
      tell(part, error instanceof TypeError ? gettext("No line") : error.message);
      button.disabled = false;
    }
  };

  const begin = (part) => {
    // What is typed here is no change of the text.
    for (const type of ["input", "change"]) part.addEventListener(type, (event) => event.stopPropagation());
    part.addEventListener("click", (event) => {
      const button = event.target.closest("button[formaction]");
      if (!button) return;
      event.preventDefault();
      send(part, button);
    });
  };

  for (const part of form?.querySelectorAll("[data-beside]") ?? []) begin(part);
}
