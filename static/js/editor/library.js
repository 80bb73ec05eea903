/* The picture library in a dialog: search, choose, or upload. */
import { crel, gettext } from "django-prose-editor/editor";

const PAUSE_MILLISECONDS = 250;

/* Resolve to the chosen picture ({id, src, thumbnail, alt, direction, caption, credit, width, height}), or to null.
   Files that were dropped or pasted wait in the upload. */
export async function chooseImage(url, files = []) {
  const [image] = await open(url, { files });
  return image ?? null;
}

/* Resolve to the chosen pictures in the order of choosing; to none if the library was closed. */
export const chooseImages = (url) => open(url, { many: true });

const open = (url, { files = [], many = false }) =>
  new Promise((resolve) => {
    const library = new Library(url, resolve, many);
    document.body.append(library.dialog);
    library.dialog.showModal();
    if (files.length) library.queue.add(files);
  });

class Library {
  constructor(url, resolve, many) {
    this.url = url;
    this.many = many;
    this.chosen = [];
    this.list = crel("ul", { className: "library__pictures" });
    this.note = crel("p", { className: "library__note", role: "status" });
    this.more = crel("button", {
      type: "button",
      className: "button",
      textContent: gettext("More"),
      hidden: true,
    });
    this.done = crel("button", {
      type: "button",
      className: "button default",
      textContent: gettext("Insert what is chosen"),
      hidden: true,
    });
    this.done.addEventListener("click", () => this.dialog.close("chosen"));
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
      this.uploads(),
      this.search,
      this.note,
      this.list,
      this.more,
      this.done,
    ]);
    close.addEventListener("click", () => this.dialog.close());
    this.more.addEventListener("click", () => this.load(this.nextPage));
    this.search.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.load(1), PAUSE_MILLISECONDS);
    });
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      resolve(this.dialog.returnValue ? this.chosen : []);
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
    button.addEventListener("click", () => this.choose(image, button));
    if (this.many) button.setAttribute("aria-pressed", this.chosen.some(({ id }) => id === image.id));
    return crel("li", {}, [button]);
  }

  /* One picture ends the choosing; of several each press takes one or gives it back. */
  choose(image, button) {
    if (!this.many) {
      this.chosen = [image];
      this.dialog.close("chosen");
      return;
    }
    const others = this.chosen.filter(({ id }) => id !== image.id);
    const isNew = others.length === this.chosen.length;
    this.chosen = isNew ? [...others, image] : others;
    button.setAttribute("aria-pressed", isNew);
    this.done.hidden = !this.chosen.length;
  }

  /* A single picture is chosen with its upload; of several, one is then chosen from the list. */
  uploads() {
    const uploaded = [];
    this.queue = document.createElement("upload-queue");
    this.queue.dataset.url = this.url;
    this.queue.dataset.maxBytes = document.getElementById("writing").dataset.maxBytes;
    this.queue.addEventListener("uploaded", ({ detail }) => uploaded.push(detail));
    this.queue.addEventListener("finished", () => {
      if (uploaded.length === 1 && !this.queue.entries.length && !this.many) this.choose(uploaded[0]);
      else if (uploaded.length) this.load(1);
      uploaded.length = 0;
    });
    const summary = crel("summary", { textContent: gettext("Upload new pictures") });
    return crel("details", {}, [summary, this.queue]);
  }
}
