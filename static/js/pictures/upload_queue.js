/* Pictures on their way into the library: dropped, pasted or chosen, several at once, sent one after another.

   <upload-queue data-url="…" data-max-bytes="…"> stands above the library's page and in the editor's dialog. It tells of each picture that
   the library has by an event "uploaded" (its JSON in `detail`) and of the end of all by "finished" (their number).
   With data-reloads the page is read anew at the end, unless there is something on it to be read. */
"use strict";
{
  const TYPES = ["image/jpeg", "image/png", "image/webp"];
  const THUMBNAIL = 96;

  const make = (tag, attributes = {}, children = []) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...children);
    return element;
  };
  const labeled = (text, control) => make("label", {}, [make("span", { textContent: text }), control]);
  const choice = ([value, text]) => new Option(text, value);

  class UploadQueue extends HTMLElement {
    connectedCallback() {
      if (this.form) return;
      this.entries = [];
      this.list = make("ul", { className: "upload-queue__files" });
      this.input = make("input", { type: "file", multiple: true, accept: TYPES.join(",") });
      this.credit = make("input", { type: "text", maxLength: 200 });
      this.rights = make("select", {}, [
        choice(["unknown", gettext("Unknown")]),
        choice(["own", gettext("Our own")]),
        choice(["agency", gettext("Of an agency")]),
        choice(["licence", gettext("Under a licence")]),
      ]);
      this.shared = make("div", { className: "upload-queue__shared", hidden: true }, [
        labeled(gettext("Photographer, agency or source, of all of them"), this.credit),
        labeled(gettext("Rights, of all of them"), this.rights),
      ]);
      this.button = make("button", { type: "submit", className: "button default", hidden: true });
      this.note = make("p", { className: "upload-queue__note" });
      this.note.setAttribute("role", "status");
      const choose = labeled(
        gettext("Drop pictures here, paste them, or choose files (JPEG, PNG or WebP, at most 25 MB each)"),
        this.input,
      );
      this.form = make("form", { noValidate: true }, [choose, this.list, this.shared, this.button, this.note]);
      this.append(this.form);
      this.input.addEventListener("change", () => {
        this.add(this.input.files);
        this.input.value = "";
      });
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.send();
      });
      this.listen(this.closest("dialog") ?? document);
    }

    listen(place) {
      const holdsFiles = (transfer) => transfer?.types.includes("Files");
      place.addEventListener("dragover", (event) => {
        if (!holdsFiles(event.dataTransfer)) return;
        event.preventDefault();
        this.classList.add("upload-queue--waits");
      });
      place.addEventListener("dragleave", () => this.classList.remove("upload-queue--waits"));
      place.addEventListener("drop", (event) => {
        if (!holdsFiles(event.dataTransfer)) return;
        event.preventDefault();
        this.classList.remove("upload-queue--waits");
        this.add(event.dataTransfer.files);
      });
      place.addEventListener("paste", (event) => {
        if (!event.clipboardData?.files.length) return;
        event.preventDefault();
        this.add(event.clipboardData.files);
      });
    }

    add(files) {
      for (const file of files) {
        const entry = new Entry(file, Number(this.dataset.maxBytes), () => this.drop(entry));
        this.entries.push(entry);
        this.list.append(entry.row);
      }
      this.settle();
      this.closest("details")?.setAttribute("open", "");
      this.entries.at(-1)?.alt.focus();
    }

    drop(entry) {
      entry.row.remove();
      this.entries = this.entries.filter((other) => other !== entry);
      this.settle();
    }

    settle() {
      const count = this.entries.length;
      this.button.hidden = this.shared.hidden = !count;
      this.button.textContent = interpolate(ngettext("Upload %s picture", "Upload %s pictures", count), [count]);
    }

    async send() {
      // One that has no words yet keeps the others from nothing.
      const ready = this.entries.filter((entry) => entry.isReady());
      if (!ready.length) return;
      this.button.disabled = true;
      this.note.textContent = "";
      const suggested = [];
      let sent = 0;
      // One after another: each is decoded by the server while the next waits.
      for (const entry of ready) {
        const answer = await entry.send(this.dataset.url, { credit: this.credit.value, rights: this.rights.value });
        if (!answer) continue;
        sent += 1;
        if (answer.credit_is_suggested) suggested.push(answer.image.credit);
        this.drop(entry);
        this.dispatchEvent(new CustomEvent("uploaded", { detail: answer.image }));
      }
      this.button.disabled = false;
      if (suggested.length)
        this.note.textContent = interpolate(gettext("Credits read from the pictures, please check them: %s"), [
          [...new Set(suggested)].join(gettext(", ")),
        ]);
      this.dispatchEvent(new CustomEvent("finished", { detail: sent }));
      if ("reloads" in this.dataset && sent && !this.entries.length && !suggested.length) location.reload();
    }
  }

  /* One file: its row, its words, and how far it is. */
  class Entry {
    constructor(file, maxBytes, drop) {
      this.file = file;
      this.maxBytes = maxBytes;
      this.preview = make("canvas", { width: THUMBNAIL, height: THUMBNAIL });
      this.preview.setAttribute("aria-hidden", "true");
      this.alt = make("input", { type: "text", maxLength: 300 });
      this.decorative = make("input", { type: "checkbox" });
      this.progress = make("progress", { max: 1, value: 0, hidden: true });
      this.progress.setAttribute("aria-label", file.name);
      this.errors = make("ul", { className: "errorlist" });
      const alert = make("div", {}, [this.errors]);
      alert.setAttribute("role", "alert");
      const remove = make("button", { type: "button", textContent: gettext("Leave out") });
      remove.addEventListener("click", drop);
      this.row = make("li", {}, [
        this.preview,
        make("div", {}, [
          make("p", {}, [make("bdi", { textContent: file.name })]),
          labeled(gettext("Alternative text: what the picture shows"), this.alt),
          make("label", { className: "upload-queue__decorative" }, [
            this.decorative,
            make("span", { textContent: gettext("Decoration, which shows nothing to be told") }),
          ]),
          this.progress,
          alert,
        ]),
        remove,
      ]);
      this.refusal = this.reasonToRefuse();
      if (this.refusal) this.tell([this.refusal]);
      else this.draw();
    }

    reasonToRefuse() {
      if (!TYPES.includes(this.file.type)) return gettext("This is not a JPEG, PNG or WebP picture.");
      if (this.file.size > this.maxBytes) return gettext("The file is larger than 25 MB. Please upload a smaller one.");
      return "";
    }

    async draw() {
      try {
        const picture = await createImageBitmap(this.file, { resizeWidth: THUMBNAIL, resizeHeight: THUMBNAIL });
        this.preview.getContext("2d").drawImage(picture, 0, 0);
        picture.close();
      } catch {
        this.tell([gettext("This picture cannot be read. It may be damaged.")]);
      }
    }

    tell(sentences) {
      this.errors.replaceChildren(...sentences.map((text) => make("li", { textContent: text })));
    }

    isReady() {
      if (this.refusal) return false;
      if (this.alt.value.trim() || this.decorative.checked) return true;
      this.tell([gettext("Say what the picture shows, or mark it as decoration.")]);
      return false;
    }

    /* Resolve to the server's answer, or to null when it was told here why there is none. */
    send(url, shared) {
      const data = new FormData();
      data.append("upload", this.file);
      data.append("alt", this.alt.value);
      if (this.decorative.checked) data.append("decorative", "on");
      for (const [name, value] of Object.entries(shared)) data.append(name, value);
      this.tell([]);
      this.progress.hidden = false;
      // Fetch tells nothing of how much was sent.
      const request = new XMLHttpRequest();
      return new Promise((resolve) => {
        const fail = (sentences) => {
          this.progress.hidden = true;
          this.tell(sentences);
          resolve(null);
        };
        const lost = () => fail([gettext("The picture was not uploaded. Check the connection and try again.")]);
        request.upload.addEventListener("progress", ({ loaded, total }) => {
          this.progress.value = total ? loaded / total : 0;
        });
        request.addEventListener("error", lost);
        request.addEventListener("load", () => {
          if (request.status === 201) resolve(request.response);
          else if (request.response?.errors) fail(request.response.errors);
          else lost();
        });
        request.open("POST", url);
        request.responseType = "json";
        request.setRequestHeader("Accept", "application/json");
        request.setRequestHeader(
          "X-CSRFToken",
          document.querySelector("[name=csrfmiddlewaretoken]").value,
        );
        request.send(data);
      });
    }
  }

  customElements.define("upload-queue", UploadQueue);
}
