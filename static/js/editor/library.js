/* The picture library in a dialog: search, choose, or upload. */
import { crel, gettext } from "django-prose-editor/editor";

const PAUSE_MILLISECONDS = 250;

/* Resolve to the chosen picture ({id, src, thumbnail, alt, direction, caption, credit, width, height}), or to null.
   Files that were dropped or pasted wait in the upload. */
export function chooseImage(url, files = []) {
  return new Promise((resolve) => {
    const library = new Library(url, resolve);
    document.body.append(library.dialog);
    library.dialog.showModal();
    if (files.length) library.queue.add(files);
  });
}

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
      this.uploads(),
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

  /* A single picture is chosen with its upload; of several, one is then chosen from the list. */
  uploads() {
    const uploaded = [];
    this.queue = document.createElement("upload-queue");
    this.queue.dataset.url = this.url;
    this.queue.dataset.maxBytes = document.getElementById("writing").dataset.maxBytes;
    this.queue.addEventListener("uploaded", ({ detail }) => uploaded.push(detail));
    this.queue.addEventListener("finished", () => {
      if (uploaded.length === 1 && !this.queue.entries.length) this.choose(uploaded[0]);
      else if (uploaded.length) this.load(1);
      uploaded.length = 0;
    });
    const summary = crel("summary", { textContent: gettext("Upload new pictures") });
    return crel("details", {}, [summary, this.queue]);
  }
}
