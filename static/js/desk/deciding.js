// Decisions without a page load: sent, told, tried again, taken back, and what is done where somebody else was first.
const deskDecisions = (() => {
  "use strict";

  const { openPanel } = deskKeys;
  const { send } = deskSite;
  const { say, lineFor, tell, notice, foldOldLines, showToast, clearTold, showCounts } = deskTelling;
  const {
    numberOf, isOpen, cardOf, cardOfWave, boxOf, picked, holdsKeyboard, selection,
    markCurrent, focusCard, neighbor, closePanels, fold, unfold, setVersion, showPicked, settle,
  } = deskCards;
  const desk = document.getElementById("desk");
  const words = desk.dataset;
  const queue = document.getElementById("queue");
  const bulk = document.getElementById("bulk");
  const nothing = document.getElementById("nothing");
  const DOUBLE_CLICK_MS = 400;

  // What this page decided, newest last: { form, to, url, fields, cards, line, done, handles }. `done` fulfills when the
  // site has answered; then `cards` are those it decided, `handles` what that can be taken back by.
  const acts = [];
  let lastClick = -DOUBLE_CLICK_MS;

  // The second half of a double click would meet what has come under the pointer meanwhile.
  desk.addEventListener("click", (event) => {
    if (!event.detail || !event.target.closest("#queue :is(button, summary), #bulk .verb")) return;
    if (event.detail > 1 || event.timeStamp - lastClick < DOUBLE_CLICK_MS) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.target.closest("button[name=to], .dismiss button")) {
      lastClick = event.timeStamp;
    }
  }, true);

  desk.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.closest(".noting")) return keepNote(event, form);
    // That a comment stands though readers complained is a decision like the others, at an address of its own.
    const isDismissal = form.matches(".dismiss");
    if (form.method !== "post" || !event.submitter || !(isDismissal || event.submitter.name === "to")) return;
    event.preventDefault();
    const to = isDismissal ? "approved" : event.submitter.value;
    const unsent = to === "rejected" ? ["csrfmiddlewaretoken"] : ["csrfmiddlewaretoken", "reason", "note", "letter"];
    const fields = [...new FormData(form, event.submitter)].filter(([name]) => !unsent.includes(name));
    const chosen = form === bulk ? picked() : [form.closest(".card")].filter(isOpen);
    if (chosen.length) decide({ form, to, url: form.action, fields, cards: chosen });
  });

  function decide(act) {
    clearTold();
    const next = neighbor(act.cards);
    acts.push(act);
    act.done = carryOut(act);
    // What was meant for these must not go with the next ones unseen.
    if (act.form === bulk) fillReasons(bulk, []);
    if (next) {
      focusCard(next);
    } else {
      markCurrent(null);
      document.activeElement.blur();
    }
    showPicked();
    settle();
  }

  async function carryOut(act) {
    for (const card of act.cards) fold(card);
    act.line ||= lineFor(act.cards[0]);
    tell(act.line, words.textDeciding, "busy");
    foldOldLines();
    showPicked();
    let answer;
    try {
      answer = await send(act.url, act.fields);
    } catch (trouble) {
      act.handles = [];
      forget(act);
      act.trouble = trouble.message;
      if (act.isUndoing) return;
      const showIt = [words.textShow, () => show(act)];
      tell(act.line, trouble.message, "trouble", [[words.textRetry, () => retry(act)], showIt]);
      showToast("act", trouble.message, [showIt]);
      return say(trouble.message);
    }
    // The first try was carried out and only its answer lost: these are this act's own decisions.
    const own = answer.conflicts.filter((row) => act.trouble && row.act && row.status === act.to);
    const decided = [...answer.decided, ...own];
    const asked = act.cards;
    act.handles = [...new Set([...answer.acts, ...own.map((row) => row.act)])];
    act.cards = decided.map((row) => cardOf(row.comment));
    act.sentence = [answer.sentence, ...own.map((row) => row.sentence)].filter(Boolean).join(" ");
    if (!decided.length) forget(act);
    if (!act.isUndoing) {
      if (decided.length) tellDecided(act);
      else act.line.remove();
    }
    for (const row of answer.held) askAnyway(act, asked, row);
    takeIn(answer, decided, answer.conflicts.filter((row) => !own.includes(row)), act.sentence);
  }

  // Another moderator has the comment before them, so nothing was decided on it. One question for a wave is enough.
  function askAnyway(act, asked, row) {
    const card = asked.find((one) => one === cardOf(row.comment) || one === cardOfWave(row.wave));
    if (!card || card.parentElement.querySelector(".folded-waiting")) return;
    const line = lineFor(card);
    const decideAnyway = () => {
      line.remove();
      const box = boxOf(card);
      const rest = act.fields.filter(([name]) => name !== "comment" && name !== "wave");
      decide({ ...act, cards: [card], line: null, fields: [[box.name, box.value], ...rest, ["anyway", "1"]] });
    };
    const showIt = () => {
      line.remove();
      unfold(card);
      nothing.hidden = true;
      focusCard(card);
    };
    tell(line, row.sentence, "waiting", [[words.textAnyway, decideAnyway], [words.textShow, showIt]]);
    say(row.sentence);
  }

  function retry(act) {
    clearTold();
    acts.push(act);
    act.done = carryOut(act);
  }

  // Bring the cards of a decision that failed back, with all that was typed.
  function show(act) {
    clearTold();
    act.line.remove();
    act.line = null;
    for (const card of act.cards) unfold(card);
    nothing.hidden = true;
    focusCard(act.cards[0]);
    if (act.form !== bulk) return;
    for (const card of act.cards) boxOf(card).checked = true;
    showPicked();
    if (act.to !== "rejected") return;
    if (!bulk.querySelector("[name=note]").value) fillReasons(bulk, act.fields);
    openPanel(bulk.querySelector("details.reject"));
  }

  function fillReasons(form, fields) {
    const { reason = "", note = "" } = Object.fromEntries(fields);
    for (const radio of form.querySelectorAll("[name=reason]")) radio.checked = radio.value === reason;
    const field = form.querySelector("[name=note]");
    if (field) field.value = note;
  }

  function forget(act) {
    const place = acts.indexOf(act);
    if (place >= 0) acts.splice(place, 1);
  }

  function tellDecided(act) {
    tell(act.line, act.sentence, act.to, [[words.textUndo, () => undo(act)]]);
  }

  async function undo(act = acts.findLast((one) => !one.isUndoing)) {
    clearTold();
    if (!act) return say(words.textNothingToUndo);
    // It keeps its place until it is taken back, so that the next undo after a failure means what it meant before.
    act.isUndoing = true;
    for (const card of act.cards) unfold(card, { isBusy: true });
    tell(act.line, words.textTakingBack, "busy");
    nothing.hidden = true;
    focusCard(act.cards[0]);
    const shown = act.cards;
    await act.done;
    if (!act.handles.length) return endUndo(act, shown, act.trouble || words.textNothingToUndo);
    let answer;
    try {
      answer = await send(words.undoUrl, [
        ...act.handles.map((handle) => ["act", handle]),
        ...act.cards.map((card) => ["shown", `${numberOf(card)}:${card.dataset.version}`]),
      ]);
    } catch (trouble) {
      if (trouble.isFinal) return endUndo(act, shown, trouble.message);
      act.isUndoing = false;
      const again = [words.textRetry, () => undo(act)];
      tell(act.line, trouble.message, "trouble", [again, [words.textHide, () => leaveDecided(act)]]);
      showToast("act", trouble.message, [again]);
      return say(trouble.message);
    }
    endUndo(act, shown, answer.sentence);
    takeIn(answer, answer.decided, answer.conflicts, answer.sentence);
  }

  // Whatever came of it, no card is left behind that can be neither decided nor hidden.
  function endUndo(act, shown, sentence) {
    forget(act);
    for (const card of shown) if (card.classList.contains("busy")) unfold(card);
    if (sentence) tell(act.line, sentence, "done");
    else act.line.remove();
    say(sentence);
  }

  function leaveDecided(act) {
    clearTold();
    const next = neighbor(act.cards);
    for (const card of act.cards) fold(card);
    tellDecided(act);
    if (next) focusCard(next);
    settle();
  }

  function takeIn(answer, decided, conflicts, sentence) {
    for (const row of decided) setVersion(cardOf(row.comment), row.version);
    for (const row of conflicts) conflict(row);
    showCounts(answer);
    showPicked();
    settle();
    say([sentence, ...conflicts.map((row) => row.sentence)].filter(Boolean).join(" "));
  }

  // A note is kept beside the decision, without leaving the card.
  async function keepNote(event, form) {
    event.preventDefault();
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    const card = form.closest(".card");
    let answer;
    try {
      answer = await send(form.action, fields);
    } catch (trouble) {
      showToast("act", trouble.message);
      return say(trouble.message);
    }
    const notes = card.querySelector(".notes");
    notes.insertAdjacentHTML("beforeend", answer.note);
    notes.hidden = false;
    const field = form.querySelector("[name=text]");
    field.value = "";
    if (holdsKeyboard(form)) focusCard(card);
    form.closest("details").open = false;
    say(answer.sentence);
  }

  // Somebody else was first. A card that this page has folded away gets a line, one in sight a notice.
  function conflict(row) {
    const card = cardOf(row.comment);
    if (!card || card.classList.contains("settled")) return;
    const isFolded = card.hidden;
    if (!isFolded) unfold(card);
    // Decided and taken back meanwhile: it waits again, so it can be decided here, knowingly.
    if (isAsShown(card, row)) {
      setVersion(card, row.version);
      if (isFolded) offerBack(card, row.sentence);
      else notice(card, row.sentence);
      return;
    }
    const wasPicked = picked().length > 0;
    boxOf(card).checked = false;
    boxOf(card).disabled = true;
    card.classList.add("settled");
    for (const verb of card.querySelectorAll(".verbs button")) verb.disabled = true;
    if (!holdsKeyboard(card.querySelector(".verbs"))) closePanels(card);
    const buttons = row.version ? [[words.textOpen, () => openPage(card)]] : [];
    if (isFolded) {
      const line = lineFor(card);
      tell(line, row.sentence, "conflict", [...buttons, [words.textHide, () => line.remove()]]);
    } else {
      notice(card, row.sentence, [...buttons, [words.textHide, () => hide(card)]]);
    }
    if (wasPicked && !picked().length) {
      selection.isGone = true;
      showToast("act", words.textSelectionGone);
      say(words.textSelectionGone);
    }
  }

  // Whether a comment still belongs to the queue that this page shows, with the text that stands on its card.
  function isAsShown(card, row) {
    const isInQueue = row.status === words.status && (words.queue !== "reported" || row.reports > 0);
    return isInQueue && row.text_version <= Number(card.dataset.version);
  }

  function offerBack(card, sentence) {
    const line = lineFor(card);
    tell(line, sentence, "waiting", [[words.textShow, () => {
      line.remove();
      unfold(card);
      nothing.hidden = true;
      focusCard(card);
    }]]);
  }

  function hide(card) {
    const next = neighbor([card]);
    fold(card);
    if (next) focusCard(next);
    settle();
  }

  function openPage(card) {
    location.href = card.querySelector(".when").href;
  }

  // The browser asks before it leaves what is not recorded yet, or typed and not sent.
  window.addEventListener("beforeunload", (event) => {
    const isTyped = [...desk.querySelectorAll("details.reject[open] [name=note]")].some((field) => field.value);
    if (isTyped || queue.querySelector(".folded-busy, .folded-trouble")) event.preventDefault();
  });

  return { acts, undo, conflict, isAsShown, openPage };
})();
