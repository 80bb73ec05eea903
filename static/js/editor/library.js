/* The picture library in a dialog: search, choose, or upload. */
import { crel, gettext } from "django-prose-editor/editor";

const PAUSE_MILLISECONDS = 250;
const MAX_BYTES = Number(document.getElementById("writing").dataset.maxBytes);

/* Resolve to the chosen picture ({id, src, thumbnail, alt, direction, caption, credit, width, height}), or to null.
   A file that was dropped or pasted opens the upload with it. */
export function chooseImage(url, file = null) {
  return new Promise((resolve) => {
    const dialog = new Library(url, resolve).dialog;
    if (file) dialog.querySelector("details").open = true;
    if (file) {
      const transfer = new DataTransfer();
      transfer.items.add(file);
      dialog.querySelector("[type=file]").files = transfer.files;
    }
    document.body.append(dialog);
    dialog.showModal();
  });
}

const field = (label, name, attributes = {}) =>
  crel("label", {}, [
    crel("span", { textContent: label }),
    crel("input", { name, type: "text", ...attributes }),
  ]);

class Library {
  constructor(url, resolve) {
    this.url = url;
    this.chosen = null;
    this.list = crel("ul", { className: "library__pictures" });
    this.note = crel("p", { className: "library__note", role: "status" });
    this.more = crel("button", {
      type: "button",
      className: "button",
      textContent: gettext("More"),
      hidden: true,
    });
    this.search = crel("input", { type: "search", name: "q", "aria-label": gettext("Search the library") });
    this.search.placeholder = gettext("Search the library");
    const close = crel("button", {
      type: "button",
      className: "library__close",
      textContent: "×",
      "aria-label": gettext("Close"),
    });
    this.dialog = crel("dialog", { className: "library", "aria-label": gettext("Picture library") }, [
      crel("header", {}, [crel("h2", { textContent: gettext("Picture library") }), close]),
      this.uploadForm(),
      this.search,
      this.note,
      this.list,
      this.more,
    ]);
    close.addEventListener("click", () => this.dialog.close());
    this.more.addEventListener("click", () => this.load(this.nextPage));
    this.search.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.load(1), PAUSE_MILLISECONDS);
    });
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      resolve(this.chosen);
    });
    this.load(1);
  }

  async load(page) {
    const query = this.search.value;
    const address = `${this.url}?${new URLSearchParams({ q: query, page })}`;
    let answer;
    try {
      answer = await (await fetch(address, { headers: { Accept: "application/json" } })).json();
    } catch {
      this.note.textContent = gettext("The library cannot be reached. Check the connection and try again.");
      return;
    }
    // An answer to what was typed before comes too late.
    if (query !== this.search.value) return;
    if (page === 1) this.list.replaceChildren();
    this.list.append(...answer.images.map((image) => this.item(image)));
    this.note.textContent = this.list.childElementCount ? "" : gettext("No picture found.");
    this.nextPage = answer.next;
    this.more.hidden = !answer.next;
  }

  item(image) {
    const button = crel("button", { type: "button" }, [
      crel("img", { src: image.thumbnail, alt: "", loading: "lazy" }),
      crel("span", { textContent: image.alt, dir: image.direction }),
    ]);
    button.addEventListener("click", () => this.choose(image));
    return crel("li", {}, [button]);
  }

  choose(image) {
    this.chosen = image;
    this.dialog.close();
  }

  uploadForm() {
    const errors = crel("ul", { className: "errorlist", role: "alert" });
    const submit = crel("button", {
      type: "submit",
      className: "button default",
      textContent: gettext("Upload and choose"),
    });
    const form = crel("form", {}, [
      errors,
      field(gettext("File (JPEG, PNG or WebP, at most 10 MB)"), "upload", {
        type: "file",
        accept: "image/jpeg,image/png,image/webp",
        required: true,
      }),
      field(gettext("Alternative text: what the picture shows"), "alt", { required: true, maxLength: 300 }),
      field(gettext("Caption"), "caption", { maxLength: 500 }),
      field(gettext("Photographer, agency or source"), "credit", { maxLength: 200 }),
      submit,
    ]);
    const tell = (messages) =>
      errors.replaceChildren(...messages.map((text) => crel("li", { textContent: text })));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.upload.files[0].size > MAX_BYTES) {
        tell([gettext("The file is larger than 10 MB. Please upload a smaller one.")]);
        return;
      }
      submit.disabled = true;
      tell([]);
      try {
        const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
        const response = await fetch(this.url, {
          method: "POST",
          body: new FormData(form),
          headers: { "X-CSRFToken": token, Accept: "application/json" },
        });
        const answer = await response.json();
        if (response.ok) this.choose(answer.image);
        else tell(answer.errors);
      } catch {
        tell([gettext("The picture was not uploaded. Check the connection and try again.")]);
      } finally {
        submit.disabled = false;
      }
    });
    return crel("details", {}, [crel("summary", { textContent: gettext("Upload a new picture") }), form]);
  }
}
