// The queue's cards: which one is current, which are chosen, folded or open, and that there are enough of them.
//
// The current card moves on at the moderator's own key or click, and never when an answer comes: a key must not meet
// another card, nor a click another button, than the moderator saw.
const deskCards = (() => {
  "use strict";

  const { say } = deskTelling;
  const desk = document.getElementById("desk");
  const words = desk.dataset;
  const queue = document.getElementById("queue");
  const bulk = document.getElementById("bulk");
  const more = document.getElementById("more");
  const nothing = document.getElementById("nothing");
  const FEW_CARDS = 6;

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
  // Whether the selection that the keys would have acted on is gone.
  const selection = { isGone: false };

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
    selection.isGone = false;
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

  // Choosing several ---------------------------------------------------------------------------------------------

  const pickAllButton = document.getElementById("select-all");

  function showPicked() {
    const count = picked().length;
    if (count) selection.isGone = false;
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
    const found = await deskSite.page(address);
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

  return {
    cards, openCards, numberOf, isOpen, cardOf, cardOfWave, boxOf, picked, holdsKeyboard, selection,
    current, markCurrent, focusCard, step, neighbor, closePanels, fold, unfold, setVersion,
    showPicked, pickAll, pickOne, loadMore, settle,
  };
})();
