// The moderators' keys, and decisions without a page load. Everything here works without this script too, by plain
// forms. All words come from the page, as data attributes or in the server's answers.
(() => {
  "use strict";

  const desk = document.getElementById("desk");
  if (!desk) return;
  const onPage = "page" in desk.dataset;
  const words = desk.dataset;
  const queue = document.getElementById("queue");
  const bulk = document.getElementById("bulk");
  const told = document.getElementById("told");
  const POLL_SECONDS = 10;
  const FEW_CARDS = 6;
  const FOLDED_KEPT = 5;

  desk.classList.add("scripted");

  // Keys ---------------------------------------------------------------------------------------------------------

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

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    const key = keyOf(event);
    if (key === "Escape") return escape(event);
    if (isTyping(event.target)) return;
    const panel = desk.querySelector("details.reject[open]");
    if (panel && desk.contains(panel)) {
      const radios = panel.querySelectorAll("input[name=reason]");
      if (/^[1-9]$/.test(key) && radios[key - 1]) {
        event.preventDefault();
        radios[key - 1].checked = true;
        radios[key - 1].focus();
        return;
      }
      // While reasons are asked for, a letter must not decide something else.
      if (key === "r") {
        event.preventDefault();
        closePanel(panel);
      }
      if (!/^[jkx?/]$/.test(key)) return;
    }
    const action = onPage ? pageKeys[key] : queueKeys[key];
    if (!action || event.repeat && !/^[jk]$/.test(key)) return;
    event.preventDefault();
    action(event);
  });

  function escape(event) {
    const panel = desk.querySelector("details.reject[open]");
    if (panel) {
      event.preventDefault();
      closePanel(panel);
    } else if (isTyping(event.target)) {
      event.target.blur();
      const card = current();
      if (card) focusCard(card);
    } else if (keysButton && keysButton.getAttribute("aria-expanded") === "true") {
      toggleKeys();
    } else if (bulk && picked().length) {
      pickAll(false);
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
    const card = panel.closest(".card");
    if (card && !onPage) focusCard(card);
    else panel.querySelector("summary").focus();
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

  const pageKeys = {
    a: () => press(desk, "approved"),
    r: () => press(desk, "rejected"),
    s: () => press(desk, "spam"),
    p: () => press(desk, "pending"),
    u: () => {
      const button = desk.querySelector(".undo-banner button");
      if (button) button.click();
    },
  };
  if (onPage) return;

  // Cards --------------------------------------------------------------------------------------------------------

  const more = document.getElementById("more");
  const nothing = document.getElementById("nothing");
  const pickAllButton = document.getElementById("select-all");
  let lastSeen = lastNumber();
  let isLoading = false;
  let currentCard = null;

  const cards = () => [...queue.querySelectorAll(".card")];
  const openCards = () => cards().filter((card) => !card.hidden);
  const numberOf = (card) => card.dataset.comment;
  const isOpen = (card) => !card.classList.contains("settled") && !card.classList.contains("busy");
  const cardOf = (number) => queue.querySelector(`.card[data-comment="${number}"]`);
  const picked = () => openCards().filter((card) => card.querySelector(".pick input:checked:enabled"));

  function current() {
    return currentCard && currentCard.isConnected && !currentCard.hidden ? currentCard : null;
  }

  function markCurrent(card) {
    if (currentCard && currentCard !== card) {
      currentCard.classList.remove("current");
      // Else its reasons would go on taking the keys that are meant for the next card.
      for (const panel of currentCard.querySelectorAll("details.reject[open]")) panel.open = false;
    }
    currentCard = card;
    if (card) card.classList.add("current");
  }

  function focusCard(card) {
    markCurrent(card);
    card.focus({ preventScroll: true });
    const box = card.getBoundingClientRect();
    const room = window.innerHeight - (bulk && !bulk.hidden ? bulk.offsetHeight : 0);
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

  queue.addEventListener("focusin", (event) => {
    const card = event.target.closest(".card");
    if (card && card !== currentCard) markCurrent(card);
  });

  function say(sentence) {
    told.textContent = "";
    // Emptied first, so that the same sentence is spoken twice when it happens twice.
    setTimeout(() => { told.textContent = sentence; }, 50);
  }

  // Choosing several ---------------------------------------------------------------------------------------------

  function showPicked() {
    const count = picked().length;
    bulk.hidden = !count;
    document.getElementById("selected").textContent = `${words.textSelected} ${count}`;
    for (const card of cards()) card.classList.toggle("picked", card.querySelector(".pick input").checked);
    if (!count) {
      const panel = bulk.querySelector("details.reject");
      if (panel) panel.open = false;
    }
  }

  function pickAll(on) {
    for (const card of openCards()) card.querySelector(".pick input").checked = on && isOpen(card);
    showPicked();
  }

  function pickOne() {
    const card = current();
    if (!card || !isOpen(card)) return;
    const box = card.querySelector(".pick input");
    box.checked = !box.checked;
    showPicked();
  }

  queue.addEventListener("change", (event) => {
    if (event.target.closest(".pick")) showPicked();
  });
  queue.addEventListener("keydown", (event) => {
    // Enter in a checkbox would send the form of the selected ones.
    if (event.key === "Enter" && event.target.type === "checkbox") event.preventDefault();
  });
  pickAllButton.hidden = false;
  pickAllButton.addEventListener("click", () => pickAll(true));

  // Talking to the site ------------------------------------------------------------------------------------------

  class Trouble extends Error {}

  async function ask(url, options) {
    let response;
    try {
      response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", ...options });
    } catch {
      throw new Trouble(words.textOffline);
    }
    if (response.redirected) throw new Trouble(words.textSignedOut);
    if (response.status === 403) throw Object.assign(new Trouble(words.textSignedOut), { isRefused: true });
    if (!(response.headers.get("Content-Type") || "").includes("json")) throw new Trouble(words.textFailed);
    return response.json();
  }

  async function send(url, fields) {
    const post = () => {
      const body = new URLSearchParams(fields);
      body.append("csrfmiddlewaretoken", token());
      return ask(url, { method: "POST", body });
    };
    try {
      return await post();
    } catch (trouble) {
      // Signing in again, in another tab, made a new token. The page as it is now has it.
      if (!trouble.isRefused || !(await renewToken())) throw trouble;
      return post();
    }
  }

  const token = () => desk.querySelector("input[name=csrfmiddlewaretoken]").value;

  async function page(url) {
    try {
      const response = await fetch(url, { credentials: "same-origin" });
      if (!response.ok || response.redirected) return null;
      const found = new DOMParser().parseFromString(await response.text(), "text/html");
      return found.getElementById("queue") ? found : null;
    } catch {
      return null;
    }
  }

  async function renewToken() {
    const found = await page(location.href);
    const fresh = found && found.querySelector("#desk input[name=csrfmiddlewaretoken]");
    if (fresh) for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = fresh.value;
    return Boolean(fresh);
  }

  // Deciding -----------------------------------------------------------------------------------------------------

  // What this page decided, newest last: { url, fields, cards, line, done, decisions }. `done` fulfills when the site
  // has answered; `decisions` are the numbers by which it can be taken back. The page changes and the current card
  // moves on at the moment of the key or the click and never when an answer comes: a key must not meet another card,
  // nor a click another button, than the moderator saw.
  const acts = [];

  desk.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || !event.submitter || event.submitter.name !== "to") return;
    event.preventDefault();
    const fields = [...new FormData(form, event.submitter)].filter(([name]) => name !== "csrfmiddlewaretoken");
    const chosen = form === bulk ? picked() : [form.closest(".card")];
    if (chosen.length) decide({ url: form.action, fields, cards: chosen });
  });

  function decide(act) {
    const next = neighbor(act.cards);
    acts.push(act);
    act.done = carryOut(act);
    if (next) focusCard(next);
    else markCurrent(null);
    settle();
  }

  // The open card after `chosen`, else the one before.
  function neighbor(chosen) {
    const open = openCards();
    const free = (card) => !chosen.includes(card) && !card.classList.contains("busy");
    return open.slice(open.indexOf(chosen.at(-1)) + 1).find(free) || open.slice(0, open.indexOf(chosen[0])).findLast(free);
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
      if (answer.problem) throw new Trouble(answer.problem);
    } catch (trouble) {
      act.decisions = [];
      forget(act);
      tell(act.line, trouble.message, "trouble", [[words.textRetry, () => retry(act)], [words.textShow, () => show(act)]]);
      showTrouble(trouble.message, [words.textShow, () => show(act)]);
      return say(trouble.message);
    }
    act.decisions = answer.decided.map((row) => row.decision);
    if (act.decisions.length) {
      act.sentence = answer.sentence;
      act.status = answer.decided[0].status;
      tellDecided(act);
    } else {
      act.line.remove();
      forget(act);
    }
    for (const row of answer.decided) setVersion(cardOf(row.comment), row.version);
    for (const row of answer.conflicts) conflict(row);
    showCounts(answer);
    showNothing();
    say([answer.sentence, ...answer.conflicts.map((row) => row.sentence)].filter(Boolean).join(" "));
  }

  function retry(act) {
    clearTrouble();
    acts.push(act);
    act.done = carryOut(act);
  }

  // Bring the cards of a decision that failed back, with all that was typed in them.
  function show(act) {
    clearTrouble();
    act.line.remove();
    act.line = null;
    for (const card of act.cards) unfold(card);
    nothing.hidden = true;
    focusCard(act.cards[0]);
  }

  function forget(act) {
    const place = acts.indexOf(act);
    if (place >= 0) acts.splice(place, 1);
  }

  async function undo(act = acts.at(-1)) {
    if (!act) return say(words.textNothingToUndo);
    clearTrouble();
    forget(act);
    for (const card of act.cards) unfold(card, { busy: true });
    tell(act.line, words.textTakingBack, "busy");
    nothing.hidden = true;
    focusCard(act.cards[0]);
    await act.done;
    const cards = act.cards.filter((card) => !card.classList.contains("settled"));
    for (const card of cards) unfold(card, { busy: act.decisions.length > 0 });
    if (!act.decisions.length) {
      clearTrouble();
      act.line.remove();
      return say(words.textNothingToUndo);
    }
    tell(act.line, words.textTakingBack, "busy");
    let answer;
    try {
      answer = await send(words.undoUrl, act.decisions.map((decision) => ["decision", decision]));
      if (answer.problem) throw new Trouble(answer.problem);
    } catch (trouble) {
      for (const card of cards) fold(card);
      tellDecided(act);
      acts.push(act);
      showTrouble(trouble.message, [words.textRetry, () => undo(act)]);
      return say(trouble.message);
    }
    act.line.remove();
    for (const row of answer.decided) {
      unfold(cardOf(row.comment));
      setVersion(cardOf(row.comment), row.version);
    }
    for (const row of answer.conflicts) conflict(row);
    showCounts(answer);
    say([answer.sentence, ...answer.conflicts.map((row) => row.sentence)].filter(Boolean).join(" "));
    showPicked();
  }

  // A decided card stays in the page, folded away: taking the decision back has to bring it back.
  function fold(card) {
    card.querySelector(".pick input").checked = false;
    for (const panel of card.querySelectorAll("details.reject")) panel.open = false;
    clearNotice(card);
    if (card === currentCard) markCurrent(null);
    card.hidden = true;
  }

  function unfold(card, { busy = false } = {}) {
    card.hidden = false;
    card.classList.toggle("busy", busy);
    card.setAttribute("aria-busy", busy);
    for (const control of card.querySelectorAll(".verbs button, .pick input")) control.disabled = busy;
  }

  function lineFor(card) {
    const line = document.createElement("p");
    card.after(line);
    return line;
  }

  function tell(line, sentence, kind, buttons = []) {
    line.className = `folded folded-${kind}`;
    const text = document.createElement("span");
    text.textContent = sentence;
    line.replaceChildren(text, ...buttons.map(([label, action]) => button(label, action)));
  }

  function tellDecided(act) {
    tell(act.line, act.sentence, act.status, [[words.textUndo, () => undo(act)]]);
  }

  // Lines that still want something of the moderator stay.
  function foldOldLines() {
    const lines = [...queue.querySelectorAll(".folded:not(.folded-trouble, .folded-conflict, .folded-busy)")];
    for (const line of lines.slice(0, -FOLDED_KEPT)) line.hidden = true;
  }

  function notice(card, sentence, buttons) {
    const box = card.querySelector(".notice");
    box.hidden = false;
    const text = document.createElement("p");
    text.textContent = sentence;
    box.replaceChildren(text, ...buttons.map(([label, action]) => button(label, action)));
  }

  function clearNotice(card) {
    card.querySelector(".notice").hidden = true;
  }

  function button(label, action) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plain";
    made.textContent = label;
    made.addEventListener("click", action);
    return made;
  }

  function setVersion(card, version) {
    card.dataset.version = version;
    for (const field of card.querySelectorAll("input[name=comment]")) field.value = `${numberOf(card)}:${version}`;
  }

  // Somebody else was first. A card that this page has folded away gets a line, one in sight a notice.
  function conflict(row) {
    const card = cardOf(row.comment);
    if (!card || card.classList.contains("settled")) return;
    // Decided and taken back meanwhile: it waits again, so it can be decided here, knowingly.
    if (row.status === words.status) {
      unfold(card);
      setVersion(card, row.version);
      return notice(card, row.sentence, []);
    }
    const buttons = row.version ? [[words.textOpen, () => { location.href = card.querySelector(".when").href; }]] : [];
    const wasFolded = card.hidden || card.classList.contains("busy");
    if (wasFolded) fold(card);
    else card.querySelector(".pick input").checked = false;
    card.classList.add("settled");
    if (wasFolded) {
      const line = lineFor(card);
      tell(line, row.sentence, "conflict", [...buttons, [words.textHide, () => line.remove()]]);
    } else {
      notice(card, row.sentence, [...buttons, [words.textHide, () => hide(card)]]);
    }
  }

  function hide(card) {
    const next = neighbor([card]);
    card.closest(".slot").remove();
    if (next) focusCard(next);
    settle();
  }

  function showTrouble(sentence, offer) {
    const line = document.getElementById("trouble") || document.createElement("div");
    line.id = "trouble";
    line.className = "toast";
    const text = document.createElement("p");
    text.textContent = sentence;
    line.replaceChildren(text, ...(offer ? [button(...offer)] : []));
    desk.append(line);
  }

  function clearTrouble() {
    document.getElementById("trouble")?.remove();
  }

  // Keeping the list filled --------------------------------------------------------------------------------------

  function lastNumber() {
    const all = queue.querySelectorAll(".card");
    return all.length ? all[all.length - 1].dataset.comment : null;
  }

  async function loadMore() {
    if (isLoading) return;
    isLoading = true;
    const address = new URL(location.href);
    if (lastSeen) address.searchParams.set("after", lastSeen);
    const found = await page(address);
    isLoading = false;
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
    showNothing();
  }

  function showNothing() {
    nothing.hidden = openCards().length > 0 || queue.querySelector(".folded-busy, .folded-trouble") !== null;
  }

  more.addEventListener("click", async (event) => {
    event.preventDefault();
    const count = openCards().length;
    await loadMore();
    const next = openCards()[count];
    if (next) focusCard(next);
  });

  // Counts -------------------------------------------------------------------------------------------------------

  const numbers = new Intl.NumberFormat("en");
  const plainTitle = document.title.replace(/^\(\d+\) /, "");
  let waited = Number(document.querySelector('[data-count="pending"]').textContent.replace(/\D/g, ""));

  function showCounts({ counts, summary }) {
    for (const [status, count] of Object.entries(counts)) {
      const place = desk.querySelector(`[data-count="${status}"]`);
      if (place) place.textContent = numbers.format(count);
    }
    document.querySelector(".desk-head .summary").textContent = summary;
    document.title = counts.pending ? `(${counts.pending}) ${plainTitle}` : plainTitle;
    waited = counts.pending;
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
      showTrouble(trouble.message === words.textOffline ? words.textLiveLost : trouble.message);
      return;
    }
    clearTrouble();
    showCounts(answer);
    // A decision of this page may have overtaken the question.
    for (const row of answer.conflicts) {
      const card = cardOf(row.comment);
      if (!card || card.hidden || !isOpen(card) || row.version <= Number(card.dataset.version)) continue;
      if (row.status === words.status) setVersion(card, row.version);
      else conflict(row);
    }
    showPicked();
    keepTimes();
    if (words.status === "pending" && answer.counts.pending > before && more.hidden) {
      await loadMore();
      showNothing();
    }
  }

  setInterval(poll, POLL_SECONDS * 1000);
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

  // On a phone the first comment should be in sight, and the filters are one tap away.
  const filterBox = desk.querySelector(".filter-box");
  if (matchMedia("(max-width: 767px)").matches && !words.filtered) filterBox.open = false;

  // The list of keys ---------------------------------------------------------------------------------------------

  const keys = document.getElementById("keys");
  const keysButton = document.querySelector(".keys-button");
  keysButton.hidden = false;
  keysButton.addEventListener("click", toggleKeys);

  function toggleKeys() {
    keys.hidden = !keys.hidden;
    keysButton.setAttribute("aria-expanded", String(!keys.hidden));
    if (!keys.hidden) keys.scrollIntoView({ block: "nearest" });
  }

  function act(to) {
    if (picked().length) return press(bulk, to);
    const card = current();
    // A card that came in by itself has to be chosen first.
    if (!card) return step(1);
    if (isOpen(card)) press(card, to);
  }

  const queueKeys = {
    j: () => step(1),
    k: () => step(-1),
    a: () => act("approved"),
    r: () => act("rejected"),
    s: () => act("spam"),
    p: () => act("pending"),
    u: () => {
      const banner = desk.querySelector(".undo-banner button");
      if (banner && !acts.length) banner.click();
      else undo();
    },
    x: (event) => (event.shiftKey ? pickAll(picked().length < openCards().length) : pickOne()),
    o: () => {
      const card = current();
      if (card) location.href = card.querySelector(".when").href;
    },
    "/": () => {
      filterBox.open = true;
      document.getElementById("filter-q").focus();
    },
    "?": toggleKeys,
  };

  showPicked();
  const first = openCards()[0];
  if (first) markCurrent(first);
})();
