// Comments without a page load: replies under the comment, answers in place, a draft that survives, more of a thread
// where it stands, and the count of those who find a comment useful.
// Without this file everything works by pages. What it says comes from the page, in the page's language.

const place = document.querySelector("[data-comment-form]");
if (place) {
  startForm();
}
if (document.querySelector("[data-thread]")) {
  startThread();
}

function isPlain(event) {
  return event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
}

function startThread() {
  const announcement = document.querySelector("[data-announcement]");
  // The page is the same for everybody, so what this reader found useful is remembered here, for this tab.
  const found = new Set(readFound());
  document.querySelectorAll(".comment__useful").forEach(showFound);

  document.addEventListener("click", (event) => {
    const more = event.target.closest("[data-more]");
    if (more && isPlain(event)) {
      event.preventDefault();
      addMore(more);
    }
  });

  document.addEventListener("submit", (event) => {
    if (event.target.id === "useful" && event.submitter) {
      event.preventDefault();
      markUseful(event.submitter);
    }
  });

  // What the link leads to comes in its place, without what the page has already.
  async function addMore(link) {
    const way = link.closest("li");
    if (way.ariaBusy === "true") {
      return;
    }
    way.ariaBusy = "true";
    try {
      const response = await fetch(link.href);
      const fetched = new DOMParser().parseFromString(await response.text(), "text/html");
      const list = fetched.querySelector("[data-thread]");
      if (!response.ok || !list) {
        throw new Error(response.status);
      }
      // The ways of the fetched page lead on from here in one direction; the other one is where the reader came from.
      list.querySelector(way.hasAttribute("data-earlier") ? "[data-later]" : "[data-earlier]")?.remove();
      const items = [...list.children].filter((item) => {
        const comment = item.querySelector(".comment");
        return !(comment && document.getElementById(comment.id));
      });
      const shown = items.map((item) => document.importNode(item, true));
      way.replaceWith(...shown);
      shown.forEach((item) => item.querySelectorAll(".comment__useful").forEach(showFound));
      const first = shown.map((item) => item.querySelector(".comment")).find(Boolean);
      if (first) {
        first.tabIndex = -1;
        first.focus();
      }
    } catch {
      location.assign(link.href);
    }
  }

  async function markUseful(button) {
    if (button.ariaDisabled === "true") {
      return;
    }
    button.ariaDisabled = "true";
    try {
      const response = await fetch(button.formAction, { method: "POST", headers: { Accept: "application/json" } });
      const answer = await response.json();
      if (response.ok) {
        button.parentElement.querySelector(".comment__count").textContent = answer.counted;
        found.add(commentOf(button));
        keepFound();
        showFound(button);
        announce(answer.is_new ? answer.counted : `${announcement.dataset.again} ${answer.counted}`);
      } else {
        announce(answer.message);
      }
    } catch {
      announce(announcement.dataset.unreachable);
    } finally {
      button.ariaDisabled = null;
    }
  }

  function commentOf(button) {
    return button.closest(".comment").id;
  }

  function showFound(button) {
    if (found.has(commentOf(button))) {
      button.ariaPressed = "true";
      button.textContent = announcement.dataset.pressed;
    }
  }

  function readFound() {
    try {
      return JSON.parse(sessionStorage.getItem("found-useful")) ?? [];
    } catch {
      // Storage is forbidden: then what was found is known until the page is left.
      return [];
    }
  }

  function keepFound() {
    try {
      sessionStorage.setItem("found-useful", JSON.stringify([...found]));
    } catch {
      // As above.
    }
  }

  function announce(text) {
    announcement.textContent = text;
  }
}

function startForm() {
  // The form returns here when a reply is canceled.
  const home = document.createComment("comment form");
  place.before(home);
  let section = place;
  prepare();
  section.querySelector("[data-error-summary]")?.focus();

  document.addEventListener("click", (event) => {
    const plain = isPlain(event);
    const reply = event.target.closest("[data-reply]");
    const cancel = event.target.closest("[data-cancel]");
    if (reply && plain && form()) {
      event.preventDefault();
      answer(reply);
    } else if (cancel && plain && section.contains(cancel) && cancel.hash === "#comment-form") {
      event.preventDefault();
      cancelReply();
    }
  });

  // None once the comment is sent: what stands there then is its receipt, with forms of another kind.
  function form() {
    return section.querySelector("form[data-article]");
  }

  function prepare() {
    const now = form();
    now.addEventListener("submit", send);
    now.addEventListener("input", () => {
      keepDraft();
      count();
    });
    // A limit in the field would cut off a pasted text without a word; the counter and the server speak of it.
    const limit = now.elements.body.maxLength;
    now.elements.body.removeAttribute("maxlength");
    section.querySelector("[data-counter]").dataset.limit = limit;
    restoreDraft();
    count();
  }

  function count() {
    const counter = section.querySelector("[data-counter]");
    const length = [...form().elements.body.value.trim()].length;
    counter.hidden = length === 0;
    counter.classList.toggle("comment-form__counter--over", length > Number(counter.dataset.limit));
    counter.querySelector("[data-counter-value]").textContent = length;
  }

  function answer(link) {
    form().elements.parent.value = link.dataset.reply;
    section.querySelector("[data-answers-text]").textContent = link.getAttribute("aria-label");
    section.querySelector("[data-answers]").hidden = false;
    link.closest(".comment").after(section);
    keepDraft();
    const { author_name: name, body } = form().elements;
    (name.value ? body : name).focus();
  }

  function cancelReply() {
    const answered = form().elements.parent.value;
    form().elements.parent.value = "";
    section.querySelector("[data-answers]").hidden = true;
    home.after(section);
    keepDraft();
    document.querySelector(`[data-reply="${answered}"]`)?.focus();
  }

  // The draft: for this tab only, and without the address, which is nobody's business who comes to it next.
  function draftKey() {
    return `comment-draft-${form().dataset.article}`;
  }

  function keepDraft() {
    const { author_name: name, website, body } = form().elements;
    try {
      sessionStorage.setItem(
        draftKey(),
        JSON.stringify({ author_name: name.value, website: website.value, body: body.value }),
      );
    } catch {
      // Storage is full or forbidden: then there is no draft.
    }
  }

  function restoreDraft() {
    try {
      const draft = JSON.parse(sessionStorage.getItem(draftKey())) ?? {};
      for (const [name, value] of Object.entries(draft)) {
        const field = form().elements[name];
        field.value ||= value;
      }
    } catch {
      // As above.
    }
  }

  function dropDraft() {
    try {
      sessionStorage.removeItem(draftKey());
    } catch {
      // As above.
    }
  }

  async function send(event) {
    event.preventDefault();
    const sent = event.target;
    const button = sent.querySelector("button[type=submit]");
    if (button.disabled) {
      return;
    }
    const label = button.textContent;
    fail("");
    button.disabled = true;
    button.textContent = button.dataset.sending;
    try {
      const response = await fetch(sent.action, { method: "POST", body: new URLSearchParams(new FormData(sent)) });
      const answered = new DOMParser().parseFromString(await response.text(), "text/html");
      const receipt = answered.querySelector("[data-receipt]");
      const corrected = answered.querySelector("[data-comment-form]");
      if (response.ok && receipt) {
        showReceipt(receipt);
      } else if (corrected) {
        showErrors(corrected);
      } else {
        fail("refused");
      }
    } catch {
      fail("unreachable");
    } finally {
      button.disabled = false;
      button.textContent = label;
    }
  }

  function showReceipt(receipt) {
    dropDraft();
    const shown = document.importNode(receipt, true);
    shown.tabIndex = -1;
    // A page has one first heading, and this one has it.
    const heading = shown.querySelector("h1");
    const smaller = document.createElement("h2");
    smaller.append(...heading.childNodes);
    heading.replaceWith(smaller);
    section.replaceWith(shown);
    section = shown;
    // As much of it as there is room for, from its beginning.
    shown.focus({ preventScroll: true });
    shown.scrollIntoView({ block: shown.offsetHeight > innerHeight ? "start" : "nearest" });
  }

  function showErrors(corrected) {
    const shown = document.importNode(corrected, true);
    // Its way out of a reply leads to another page; here it leads back to the form's own place.
    shown.querySelector("[data-cancel]").setAttribute("href", "#comment-form");
    section.replaceWith(shown);
    section = shown;
    if (!form().elements.parent.value) {
      home.after(section);
    }
    prepare();
    section.querySelector("[data-error-summary]").focus();
  }

  function fail(reason) {
    const message = section.querySelector("[data-failure]");
    if (message) {
      message.hidden = !reason;
      message.textContent = reason ? message.dataset[reason] : "";
      if (reason) {
        message.focus();
      }
    }
  }
}
