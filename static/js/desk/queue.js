// The queue: cards, decisions without a page load, what others decide meanwhile.
//
// The page changes and the current card moves on at the moderator's own key or click, and never when an answer comes:
// a key must not meet another card, nor a click another button, than the moderator saw.
(() => {
  "use strict";

  const { press, pressUndo, openPanel, openBox, isTyping } = deskKeys;
  const { ask, send, page } = deskSite;
  const desk = document.getElementById("desk");
  const words = desk.dataset;
  const queue = document.getElementById("queue");
  const bulk = document.getElementById("bulk");
  const told = document.getElementById("told");
  const more = document.getElementById("more");
  const nothing = document.getElementById("nothing");
  const POLL_MS = 10_000;
  const DOUBLE_CLICK_MS = 400;
  const FEW_CARDS = 6;
  const FOLDED_KEPT = 5;

  // Cards --------------------------------------------------------------------------------------------------------

  // A card is `hidden` once decided here, `busy` while the site is asked to give it back, `settled` when somebody else
  // decided. Only an open one can be decided.
  const cards = () => [...queue.querySelectorAll(".card")];
  const openCards = () => cards().filter((card) => !card.hidden);
  const numberOf = (card) => card.dataset.comment;
  const isOpen = (card) => !card.classList.contains("settled") && !card.classList.contains("busy");
  const cardOfWave = (wave) => queue.querySelector(`.card[data-wave="${wave}"]`);
  const cardOf = (number) => queue.querySelector(`.card[data-comment="${number}"]`);
  const boxOf = (card) => card.querySelector(".pick input");
  const picked = () => openCards().filter((card) => boxOf(card).matches(":checked:enabled"));
  const holdsKeyboard = (element) => element.contains(document.activeElement);

  let currentCard = null;
  // Set when the selection that the keys would have acted on is gone.
  let mustChoose = false;

  function current() {
    return currentCard && currentCard.isConnected && !currentCard.hidden ? currentCard : null;
  }

  function markCurrent(card) {
    if (currentCard && currentCard !== card) {
      currentCard.classList.remove("current");
      // Else its reasons would go on taking the keys that are meant for the next card.
      closePanels(currentCard);
    }
    currentCard = card;
    if (card) card.classList.add("current");
    const before = words.mine ? openCards().filter(isOpen) : [card].filter(Boolean);
    deskClaims.hold(before.map(numberOf));
  }

  function closePanels(root) {
    for (const panel of root.querySelectorAll("details.reject[open]")) panel.open = false;
  }

  function focusCard(card) {
    mustChoose = false;
    markCurrent(card);
    card.focus({ preventScroll: true });
    const box = card.getBoundingClientRect();
    const room = window.innerHeight - (bulk.hidden ? 0 : bulk.offsetHeight);
    if (box.top < 8 || box.bottom > room - 8) {
      window.scrollBy({ top: box.top - Math.max(12, Math.min(80, (room - box.height) / 2)), behavior: "instant" });
    }
  }

  function step(by) {
    const all = openCards();
    if (!all.length) return;
    const here = current();
    const next = here ? all[all.indexOf(here) + by] : all[0];
    if (next) focusCard(next);
    else if (by > 0) say(words.textEnd);
    if (!next || all.indexOf(next) > all.length - FEW_CARDS) loadMore();
  }

  // The open card after `chosen`, else the one before.
  function neighbor(chosen) {
    const open = openCards();
    const free = (card) => !chosen.includes(card) && !card.classList.contains("busy");
    return open.slice(open.indexOf(chosen.at(-1)) + 1).find(free) || open.slice(0, open.indexOf(chosen[0])).findLast(free);
  }

  queue.addEventListener("focusin", (event) => {
    const card = event.target.closest(".card");
    if (card && card !== currentCard) markCurrent(card);
  });

  // A decided card stays in the page, folded away: taking the decision back has to bring it back.
  function fold(card) {
    boxOf(card).checked = false;
    closePanels(card);
    card.querySelector(".notice").hidden = true;
    if (card === currentCard) markCurrent(null);
    card.hidden = true;
  }

  function unfold(card, { isBusy = false } = {}) {
    card.hidden = false;
    card.classList.toggle("busy", isBusy);
    card.setAttribute("aria-busy", isBusy);
    card.querySelector(".verbs").inert = isBusy;
    boxOf(card).disabled = isBusy;
  }

  function setVersion(card, version) {
    card.dataset.version = version;
    for (const field of card.querySelectorAll("input[name=comment]")) field.value = `${numberOf(card)}:${version}`;
    for (const field of card.querySelectorAll("input[name=version]")) field.value = version;
  }

  // Telling ------------------------------------------------------------------------------------------------------

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

  // Choosing several ---------------------------------------------------------------------------------------------

  const pickAllButton = document.getElementById("select-all");

  function showPicked() {
    const count = picked().length;
    if (count) mustChoose = false;
    // While its note is typed the bar stays, even when others decided on all that was selected.
    bulk.hidden = !count && !holdsKeyboard(bulk);
    document.getElementById("selected").textContent = `${words.textSelected} ${count}`;
    for (const card of cards()) card.classList.toggle("picked", boxOf(card).checked);
    if (bulk.hidden) closePanels(bulk);
  }

  function pickAll(isOn) {
    for (const card of openCards()) boxOf(card).checked = isOn && isOpen(card);
    showPicked();
  }

  function pickOne() {
    const card = current();
    if (!card || !isOpen(card)) return;
    boxOf(card).checked = !boxOf(card).checked;
    showPicked();
  }

  queue.addEventListener("change", (event) => {
    if (event.target.closest(".pick")) showPicked();
  });
  queue.addEventListener("keydown", (event) => {
    // Enter in a checkbox would send the form of the selected ones.
    if (event.key === "Enter" && event.target.type === "checkbox") event.preventDefault();
  });
  // What was kept for the sake of a field goes when the keyboard leaves it.
  desk.addEventListener("focusout", () => setTimeout(() => {
    for (const card of queue.querySelectorAll(".card.settled")) if (!holdsKeyboard(card.querySelector(".verbs"))) closePanels(card);
    showPicked();
  }));
  pickAllButton.hidden = false;
  pickAllButton.addEventListener("click", () => pickAll(true));

  // Deciding -----------------------------------------------------------------------------------------------------

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
    } else if (event.target.closest("button[name=to]")) {
      lastClick = event.timeStamp;
    }
  }, true);

  desk.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.closest(".noting")) return keepNote(event, form);
    if (form.matches(".dismiss")) return dismiss(event, form);
    if (form.method !== "post" || !event.submitter || event.submitter.name !== "to") return;
    event.preventDefault();
    const to = event.submitter.value;
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

  // Readers complained, and the comment stays. It cannot be taken back, but every decision is open as before.
  async function dismiss(event, form) {
    event.preventDefault();
    clearTold();
    const card = form.closest(".card");
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    const next = neighbor([card]);
    fold(card);
    const line = lineFor(card);
    tell(line, words.textDeciding, "busy");
    if (next) focusCard(next);
    try {
      const answer = await send(form.action, fields);
      tell(line, answer.sentence, "approved");
      showCounts(answer);
      say(answer.sentence);
    } catch (trouble) {
      line.remove();
      unfold(card);
      notice(card, trouble.message);
      say(trouble.message);
    }
    settle();
  }

  // Somebody else was first. A card that this page has folded away gets a line, one in sight a notice.
  function conflict(row) {
    const card = cardOf(row.comment);
    if (!card || card.classList.contains("settled")) return;
    const isFolded = card.hidden;
    if (!isFolded) unfold(card);
    // Decided and taken back meanwhile: it waits again, so it can be decided here, knowingly.
    if (row.status === words.status) {
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
      mustChoose = true;
      showToast("act", words.textSelectionGone);
      say(words.textSelectionGone);
    }
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

  // Keeping the list filled --------------------------------------------------------------------------------------

  let lastSeen = cards().at(-1)?.dataset.comment;
  let loading = null;

  // One question at a time; who asks meanwhile waits for the same answer.
  function loadMore() {
    loading ||= appendNextPage().finally(() => { loading = null; });
    return loading;
  }

  async function appendNextPage() {
    const address = new URL(location.href);
    if (lastSeen) address.searchParams.set("after", lastSeen);
    const found = await page(address);
    if (!found) return;
    for (const slot of found.querySelectorAll("#queue > .slot")) {
      const number = slot.querySelector(".card").dataset.comment;
      lastSeen = number;
      if (!cardOf(number)) queue.append(document.adoptNode(slot));
    }
    const link = found.querySelector("#more");
    more.hidden = link.hidden;
    if (!link.hidden) more.querySelector("a").href = link.querySelector("a").getAttribute("href");
  }

  async function settle() {
    if (openCards().length < FEW_CARDS && !more.hidden) await loadMore();
    nothing.hidden =
      openCards().length > 0 || !more.hidden || queue.querySelector(".folded-busy, .folded-trouble, .folded-waiting") !== null;
  }

  more.addEventListener("click", async (event) => {
    event.preventDefault();
    const count = openCards().length;
    await loadMore();
    const next = openCards()[count];
    if (next) focusCard(next);
  });

  // What others do meanwhile -------------------------------------------------------------------------------------

  const plainTitle = document.title.replace(/^\([+\d,]+\) /, "");
  let waited = Number(document.querySelector('[data-count="held"]').textContent.replace(/\D/g, ""));

  function showCounts({ counts, labels, summary }) {
    for (const [name, label] of Object.entries(labels)) {
      const place = desk.querySelector(`[data-count="${name}"]`);
      if (place) place.textContent = label;
    }
    document.querySelector(".desk-head .summary").textContent = summary;
    document.title = counts.held ? `(${labels.held}) ${plainTitle}` : plainTitle;
    // The least that was told since the last poll: answers to decisions may overtake each other.
    waited = Math.min(waited, counts.held);
  }

  async function poll() {
    if (document.hidden) return;
    const shown = openCards().filter(isOpen);
    const address = new URL(words.countsUrl, location.href);
    for (const card of shown.slice(0, 100)) address.searchParams.append("shown", `${numberOf(card)}:${card.dataset.version}`);
    let answer;
    const before = waited;
    try {
      answer = await ask(address);
    } catch (trouble) {
      showToast("poll", trouble.message === words.textOffline ? words.textLiveLost : trouble.message);
      return;
    }
    clearToast("poll");
    showCounts(answer);
    waited = answer.counts.held;
    // A decision of this page may have overtaken the question.
    for (const row of answer.conflicts) {
      const card = cardOf(row.comment);
      if (!card || card.hidden || !isOpen(card) || row.version <= Number(card.dataset.version)) continue;
      if (row.status === words.status) setVersion(card, row.version);
      else conflict(row);
    }
    for (const card of cards()) {
      const holder = card.querySelector(".holder");
      holder.textContent = answer.holders[numberOf(card)] || "";
      holder.hidden = !holder.textContent;
    }
    showPicked();
    keepTimes();
    if (words.queue === "held" && !words.mine && answer.counts.held > before && more.hidden) await loadMore();
    settle();
  }

  setInterval(poll, POLL_MS);
  document.addEventListener("visibilitychange", poll);

  const relative = new Intl.RelativeTimeFormat(document.documentElement.lang);

  function keepTimes() {
    for (const place of queue.querySelectorAll("time[data-ago]")) {
      const seconds = (Date.now() - new Date(place.dateTime)) / 1000;
      if (seconds < 60) continue;
      const [unit, length] = seconds < 3600 ? ["minute", 60] : seconds < 172800 ? ["hour", 3600] : ["day", 86400];
      place.textContent = relative.format(-Math.floor(seconds / length), unit);
    }
  }

  // Keys ---------------------------------------------------------------------------------------------------------

  const filterBox = desk.querySelector(".filter-box");
  const keys = document.getElementById("keys");
  const keysButton = document.querySelector(".keys-button");

  // On a phone the first comment should be in sight, and the filters are one tap away.
  if (matchMedia("(max-width: 767px)").matches && !words.filtered) filterBox.open = false;
  keysButton.hidden = false;
  keysButton.addEventListener("click", toggleKeys);

  function toggleKeys() {
    keys.hidden = !keys.hidden;
    keysButton.setAttribute("aria-expanded", String(!keys.hidden));
    if (!keys.hidden) keys.scrollIntoView({ block: "nearest" });
  }

  Object.assign(deskKeys.page, {
    decide(to) {
      if (picked().length) return press(bulk, to);
      const card = current();
      // A card that came in by itself has to be chosen first, as one that the keys did not act on until now.
      if (!card) return step(1);
      if (mustChoose) return focusCard(card);
      if (isOpen(card)) press(card, to);
    },
    escape(event) {
      const card = current();
      if (isTyping(event.target)) {
        if (card) focusCard(card);
      } else if (!keys.hidden) {
        toggleKeys();
      } else {
        pickAll(false);
      }
    },
    leave(panel) {
      const card = panel.closest(".card");
      if (card) focusCard(card);
      else panel.querySelector("summary").focus();
    },
    actions: {
      j: () => step(1),
      k: () => step(-1),
      u: () => {
        if (acts.length || !pressUndo()) undo();
      },
      x: (event) => (event.shiftKey ? pickAll(picked().length < openCards().filter(isOpen).length) : pickOne()),
      o: () => {
        const card = current();
        if (card) openPage(card);
      },
      d: () => {
        const button = current()?.querySelector(".dismiss button");
        if (button && isOpen(current())) button.click();
      },
      m: () => {
        const card = current();
        if (card && isOpen(card)) openBox(card.querySelector(".noting"));
      },
      n: () => {
        const form = document.getElementById("next");
        if (!form.hidden) form.querySelector("button").click();
      },
      g: () => document.querySelector("#give-back button")?.click(),
      t: () => desk.querySelector(".orders a:not([aria-current])")?.click(),
      b: () => {
        const card = current();
        if (card && words.sanctionUrl) location.href = `${words.sanctionUrl}?comment=${numberOf(card)}`;
      },
      v: () => {
        const wave = current()?.querySelector(".wave details");
        if (wave) wave.open = !wave.open;
      },
      "/": () => {
        filterBox.open = true;
        document.getElementById("filter-q").focus();
      },
      "?": toggleKeys,
    },
  });

  showPicked();
  if (openCards().length) markCurrent(openCards()[0]);
})();
