// What the queue tells the moderator: spoken, as lines among the cards, over the page, and how many wait.
const deskTelling = (() => {
  "use strict";

  const desk = document.getElementById("desk");
  const queue = document.getElementById("queue");
  const told = document.getElementById("told");
  const FOLDED_KEPT = 5;

  function say(sentence) {
    told.textContent = "";
    // Emptied first, so that the same sentence is spoken twice when it happens twice.
    setTimeout(() => { told.textContent = sentence; }, 50);
  }

  function button(label, action) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plain";
    made.textContent = label;
    made.addEventListener("click", action);
    return made;
  }

  function write(place, sentence, buttons) {
    const text = document.createElement("p");
    text.textContent = sentence;
    place.replaceChildren(text, ...buttons.map(([label, action]) => button(label, action)));
    place.hidden = false;
  }

  function lineFor(card) {
    const line = document.createElement("div");
    card.after(line);
    return line;
  }

  function tell(line, sentence, kind, buttons = []) {
    line.className = `folded folded-${kind}`;
    write(line, sentence, buttons);
  }

  function notice(card, sentence, buttons = []) {
    write(card.querySelector(".notice"), sentence, buttons);
  }

  // Lines that still want something of the moderator stay.
  function foldOldLines() {
    const lines = [...queue.querySelectorAll(".folded:not(.folded-trouble, .folded-conflict, .folded-waiting, .folded-busy)")];
    for (const line of lines.slice(0, -FOLDED_KEPT)) line.hidden = true;
  }

  // Over the page, a line for each `matter`, so that news of one never takes away the other.
  function showToast(matter, sentence, buttons = []) {
    let toast = document.getElementById(`toast-${matter}`);
    if (!toast) {
      toast = document.createElement("div");
      toast.id = `toast-${matter}`;
      toast.className = "toast";
      document.getElementById("toasts").append(toast);
    }
    write(toast, sentence, buttons);
  }

  function clearToast(matter) {
    document.getElementById(`toast-${matter}`)?.remove();
  }

  // What the last key or click left behind goes with the next one.
  function clearTold() {
    clearToast("act");
    for (const line of queue.querySelectorAll(".folded-done")) line.remove();
  }

  const plainTitle = document.title.replace(/^\([+\d,٠-٩٬]+\) /, "");
  // How many waited when the site said so last, in the digits of the edition.
  const held = document.querySelector('[data-count="held"]').textContent;
  const waiting = {
    told: Number(held.replace(/[٠-٩]/g, (digit) => digit.charCodeAt(0) - 0x660).replace(/\D/g, "")),
  };

  function showCounts({ counts, labels, summary }) {
    for (const [name, label] of Object.entries(labels)) {
      const place = desk.querySelector(`[data-count="${name}"]`);
      if (place) place.textContent = label;
    }
    document.querySelector(".desk-head .summary").textContent = summary;
    document.title = counts.held ? `(${labels.held}) ${plainTitle}` : plainTitle;
    // The least that was told since the last poll: answers to decisions may overtake each other.
    waiting.told = Math.min(waiting.told, counts.held);
  }

  return { say, lineFor, tell, notice, foldOldLines, showToast, clearToast, clearTold, showCounts, waiting };
})();
