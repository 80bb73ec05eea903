/* The main image: shown, and chosen from the library in the same dialog as pictures in the text. */
import { gettext } from "django-prose-editor/editor";
import { chooseImage } from "newsroom/library";

const library = document.getElementById("writing")?.dataset.library;
const select = document.querySelector("select[name=hero]");
if (library && select) {
  const $ = window.django.jQuery;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button choose-hero";
  button.textContent = gettext("Choose from the library");
  const preview = document.createElement("img");
  preview.className = "hero-preview";
  preview.alt = "";
  preview.hidden = true;
  select.closest(".form-row").append(preview, button);

  const show = (source) => {
    preview.hidden = !source;
    if (source) preview.src = source;
  };
  button.addEventListener("click", async () => {
    const image = await chooseImage(library);
    if (!image) return;
    const id = String(image.id);
    const option =
      [...select.options].find(({ value }) => value === id) ?? select.appendChild(new Option(image.alt, id));
    select.value = option.value;
    $(select).trigger("change");
    show(image.thumbnail);
  });
  $(select).on("change", async () => {
    if (!select.value) return show(null);
    const answer = await fetch(`${library}?${new URLSearchParams({ id: select.value })}`);
    if (answer.ok) show((await answer.json()).images[0]?.thumbnail);
  });
  if (select.value) $(select).trigger("change");
}
