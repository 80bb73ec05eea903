/* The picture form: what was chosen is shown, and refused at once where the server would refuse it. */
"use strict";
{
  const TYPES = ["image/jpeg", "image/png", "image/webp"];
  const WIDTH = 320;

  const input = document.querySelector("#image_form input[type=file][name=upload]");
  if (input) {
    const note = document.createElement("p");
    note.className = "upload-note";
    note.setAttribute("role", "alert");
    const preview = document.createElement("canvas");
    preview.className = "upload-preview";
    preview.hidden = true;
    input.closest(".form-row").append(note, preview);

    input.addEventListener("change", async () => {
      const [file] = input.files;
      preview.hidden = true;
      note.textContent = "";
      if (!file) return;
      if (!TYPES.includes(file.type)) note.textContent = gettext("This is not a JPEG, PNG or WebP picture.");
      else if (file.size > Number(input.dataset.maxBytes))
        note.textContent = gettext("The file is larger than 25 MB. Please upload a smaller one.");
      if (note.textContent) {
        input.value = "";
        return;
      }
      try {
        const picture = await createImageBitmap(file);
        preview.width = WIDTH;
        preview.height = Math.round((picture.height * WIDTH) / picture.width);
        preview.getContext("2d").drawImage(picture, 0, 0, preview.width, preview.height);
        preview.hidden = false;
      } catch {
        note.textContent = gettext("This picture cannot be read. It may be damaged.");
      }
    });
  }
}
