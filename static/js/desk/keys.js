// The moderators' keys, on the queue and on the page of one comment, where they press what the page shows. Everything
// there works without scripts too, by plain forms. All words come from the page or in the site's answers.
const deskKeys = (() => {
  "use strict";

  const desk = document.getElementById("desk");
  const VERBS = { a: "approved", r: "rejected", s: "spam", p: "pending" };

  desk.classList.add("scripted");

  // What the queue replaces: which buttons a verb presses, what Escape does where nothing is open, where the keyboard
  // goes when reasons are closed, and what the other keys do.
  const page = {
    decide: (to) => press(desk, to),
    escape: () => {},
    leave: (panel) => panel.querySelector("summary").focus(),
    actions: {
      u: () => pressUndo() || pressOne(".take-back button"),
      d: () => pressOne(".dismiss button"),
      e: () => pressOne(".public button[name=picked]"),
      m: () => openBox(desk.querySelector(".noting")),
      w: () => openBox(desk.querySelector(".replying")),
      b: () => pressOne("a.sanctioning"),
    },
  };

  // A Latin letter counts as itself, whatever the layout; any other by its place, so that an Arabic layout's «ش» is
  // the key A. An AZERTY keyboard's A therefore stays A.
  function keyOf(event) {
    if (event.key === "؟" || event.key === "?") return "?";
    if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
    if (/^[1-9/]$/.test(event.key)) return event.key;
    const code = /^(?:Key([A-Z])|(?:Digit|Numpad)([1-9]))$/.exec(event.code || "");
    if (code) return code[1] ? code[1].toLowerCase() : code[2];
    if (event.code === "Slash") return event.shiftKey ? "?" : "/";
    return event.key;
  }

  function isTyping(element) {
    if (!element) return false;
    if (element.isContentEditable || /^(TEXTAREA|SELECT)$/.test(element.tagName)) return true;
    return element.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(element.type);
  }

  // The field that was typed in, until the moderator leaves it. Should it lose the keyboard by anything else, the rest
  // of the word must not decide.
  let typedIn = null;
  const forgetTyping = (event) => {
    if (event.target !== typedIn) typedIn = null;
  };
  for (const kind of ["focusin", "pointerdown", "submit"]) document.addEventListener(kind, forgetTyping, true);

  document.addEventListener("keydown", (event) => {
    if (isTyping(event.target)) typedIn = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    const key = keyOf(event);
    if (key === "Escape") return escape(event);
    if (typedIn) return;
    const panel = desk.querySelector("details.reject[open]");
    if (panel) {
      const radios = panel.querySelectorAll("input[name=reason]");
      if (/^[1-9]$/.test(key) && radios[key - 1]) {
        event.preventDefault();
        radios[key - 1].checked = true;
        radios[key - 1].focus();
        return;
      }
      const letter = panel.querySelector("input[name=letter]");
      if (key === "l" && letter) {
        event.preventDefault();
        letter.click();
        return;
      }
      // While reasons are asked for, a letter must not decide something else.
      if (key === "r") {
        event.preventDefault();
        closePanel(panel);
      }
      if (!/^[jkx?/]$/.test(key)) return;
    }
    const action = VERBS[key] ? () => page.decide(VERBS[key]) : page.actions[key];
    if (!action || event.repeat && !/^[jk]$/.test(key)) return;
    event.preventDefault();
    action(event);
  });

  function escape(event) {
    typedIn = null;
    const panel = desk.querySelector("details.reject[open]");
    const box = event.target.closest("details.noting, details.replying");
    if (box) {
      box.open = false;
      page.leave(box);
    } else if (panel) {
      event.preventDefault();
      closePanel(panel);
    } else {
      if (isTyping(event.target)) event.target.blur();
      page.escape(event);
    }
  }

  function openPanel(panel) {
    panel.open = true;
    const first = panel.querySelector("input[name=reason]:checked, input[name=reason]");
    first.focus();
    panel.querySelector("fieldset").scrollIntoView({ block: "nearest" });
  }

  function closePanel(panel) {
    panel.open = false;
    page.leave(panel);
  }

  // A panel opened by a click gets the keyboard as well.
  desk.addEventListener("click", (event) => {
    const summary = event.target.closest("details.reject > summary");
    if (summary && !summary.parentElement.open) setTimeout(() => openPanel(summary.parentElement));
  });

  function press(root, to) {
    if (to === "rejected") {
      const panel = root.querySelector("details.reject");
      if (panel) openPanel(panel);
    } else {
      const button = root.querySelector(`button[name=to][value=${to}]`);
      if (button && !button.disabled) button.click();
    }
  }

  function pressOne(selector) {
    const button = desk.querySelector(selector);
    if (button) button.click();
  }

  // A field that waits folded, for a note or an answer.
  function openBox(box) {
    if (!box) return;
    box.open = true;
    box.querySelector("input[type=text], textarea").focus();
  }

  // The offer to take back what was decided by plain form. Returns whether there is one.
  function pressUndo() {
    const button = desk.querySelector(".undo-banner button");
    if (button) button.click();
    return Boolean(button);
  }

  return { page, press, pressUndo, openPanel, openBox, isTyping };
})();
