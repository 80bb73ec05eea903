// The queue as a whole: what others decide meanwhile, and what the keys do here.
(() => {
  "use strict";

  const { press, pressUndo, openBox, isTyping } = deskKeys;
  const { ask } = deskSite;
  const { showToast, clearToast, showCounts, waiting } = deskTelling;
  const {
    cards, openCards, numberOf, isOpen, cardOf, picked, selection,
    current, markCurrent, focusCard, step, setVersion, showPicked, pickAll, pickOne, loadMore, settle,
  } = deskCards;
  const { acts, undo, conflict, isAsShown, openPage } = deskDecisions;
  const desk = document.getElementById("desk");
  const words = desk.dataset;
  const queue = document.getElementById("queue");
  const bulk = document.getElementById("bulk");
  const more = document.getElementById("more");
  const POLL_MS = 10_000;

  // What others do meanwhile -------------------------------------------------------------------------------------

  async function poll() {
    if (document.hidden) return;
    const shown = openCards().filter(isOpen);
    const address = new URL(words.countsUrl, location.href);
    for (const card of shown.slice(0, 100)) address.searchParams.append("shown", `${numberOf(card)}:${card.dataset.version}`);
    let answer;
    const before = waiting.told;
    try {
      answer = await ask(address);
    } catch (trouble) {
      showToast("poll", trouble.message === words.textOffline ? words.textLiveLost : trouble.message);
      return;
    }
    clearToast("poll");
    showCounts(answer);
    waiting.told = answer.counts.held;
    // A decision of this page may have overtaken the question.
    for (const row of answer.conflicts) {
      const card = cardOf(row.comment);
      if (!card || card.hidden || !isOpen(card) || row.version <= Number(card.dataset.version)) continue;
      if (isAsShown(card, row)) setVersion(card, row.version);
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

  const { lang, dataset } = document.documentElement;
  const relative = new Intl.RelativeTimeFormat(lang, { numberingSystem: dataset.numerals ?? "latn" });

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
      if (selection.isGone) return focusCard(card);
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
