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
  const undoable = [];
  const pickAllButton = document.getElementById("select-all");
  let lastSeen = lastNumber();
  let isLoading = false;
  let currentCard = null;

  const cards = () => [...queue.querySelectorAll(".card")];
  const openCards = () => cards().filter((card) => !card.hidden);
  const numberOf = (card) => card.dataset.comment;
  const cardOf = (number) => queue.querySelector(`.card[data-comment="${number}"]`);
  const picked = () => openCards().filter((card) => card.querySelector(".pick input:checked"));

  function current() {
    return currentCard && currentCard.isConnected && !currentCard.hidden ? currentCard : null;
  }

  function markCurrent(card) {
    if (currentCard) currentCard.classList.remove("current");
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
    for (const card of openCards()) card.querySelector(".pick input").checked = on && !card.classList.contains("settled");
    showPicked();
  }

  function pickOne() {
    const card = current();
    if (!card || card.classList.contains("settled")) return;
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

  desk.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || !event.submitter || event.submitter.name !== "to") return;
    event.preventDefault();
    const fields = [...new FormData(form, event.submitter)].filter(([name]) => name !== "csrfmiddlewaretoken");
    const chosen = form === bulk ? picked() : [form.closest(".card")];
    if (chosen.length) decide(form.action, fields, chosen);
  });

  async function decide(url, fields, chosen) {
    const open = openCards();
    const after = open.slice(open.indexOf(chosen.at(-1)) + 1).find((card) => !chosen.includes(card));
    const before = open.slice(0, open.indexOf(chosen[0])).findLast((card) => !chosen.includes(card));
    for (const card of chosen) setBusy(card, true);
    let answer;
    try {
      answer = await send(url, fields);
    } catch (trouble) {
      for (const card of chosen) {
        setBusy(card, false);
        notice(card, trouble.message, "trouble", [[words.textRetry, () => decide(url, fields, chosen)]]);
      }
      focusCard(chosen[0]);
      return;
    }
    for (const card of chosen) setBusy(card, false);
    if (answer.problem) {
      for (const card of chosen) notice(card, answer.problem, "trouble");
      say(answer.problem);
      return;
    }
    fold(answer.decided, answer.sentence);
    if (answer.decided.length) undoable.push(answer.decided.map((row) => row.decision));
    answer.conflicts.forEach(conflict);
    showPicked();
    showCounts(answer);
    say([answer.sentence, ...answer.conflicts.map((row) => row.sentence)].filter(Boolean).join(" "));
    const conflicted = answer.conflicts.length && cardOf(answer.conflicts[0].comment);
    const next = conflicted || after || before;
    if (next && next.isConnected && !next.hidden) focusCard(next);
    await settle();
    if (!current() && openCards().length) focusCard(openCards()[0]);
  }

  function setBusy(card, on) {
    card.classList.toggle("busy", on);
    card.setAttribute("aria-busy", on);
    for (const button of card.querySelectorAll(".verbs button")) button.disabled = on;
    if (on) clearNotice(card);
  }

  function notice(card, sentence, kind, buttons = []) {
    const box = card.querySelector(".notice");
    box.className = `notice notice-${kind}`;
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

  function unpick(card) {
    card.querySelector(".pick input").checked = false;
  }

  // Decided cards stay in the page, folded to one line that offers to take the decision back.
  function fold(rows, sentence) {
    const folded = rows.filter((row) => cardOf(row.comment));
    for (const row of folded) {
      const card = cardOf(row.comment);
      unpick(card);
      const panel = card.querySelector("details.reject");
      if (panel) panel.open = false;
      if (card === currentCard) markCurrent(null);
      card.hidden = true;
      card.dataset.version = row.version;
    }
    if (!folded.length) return;
    const decisions = rows.map((row) => row.decision);
    const line = document.createElement("p");
    line.className = `folded folded-${rows[0].status}`;
    line.dataset.decisions = decisions.join(" ");
    const text = document.createElement("span");
    text.textContent = sentence;
    line.append(text, button(words.textUndo, () => undo(decisions)));
    cardOf(folded[0].comment).after(line);
    // Out of sight, not out of the page: undoing has to bring the cards back.
    for (const old of [...queue.querySelectorAll(".folded")].slice(0, -FOLDED_KEPT)) old.hidden = true;
  }

  function unfold(row) {
    const card = cardOf(row.comment);
    if (!card) return null;
    card.hidden = false;
    setVersion(card, row.version);
    return card;
  }

  function setVersion(card, version) {
    card.dataset.version = version;
    for (const field of card.querySelectorAll("input[name=comment]")) field.value = `${numberOf(card)}:${version}`;
  }

  function conflict(row) {
    const card = cardOf(row.comment);
    if (!card || card.hidden || card.classList.contains("settled")) return;
    unpick(card);
    // Decided and taken back meanwhile: it waits again, so it can be decided here, knowingly.
    if (row.status === words.status) {
      setVersion(card, row.version);
      return notice(card, row.sentence, "conflict");
    }
    card.classList.add("settled");
    const open = card.querySelector(".when").href;
    notice(card, row.sentence, "conflict", [
      ...(row.version ? [[words.textOpen, () => { location.href = open; }]] : []),
      [words.textHide, () => {
        const next = openCards()[openCards().indexOf(card) + 1];
        card.closest(".slot").remove();
        if (next) focusCard(next);
        settle();
      }],
    ]);
  }

  async function undo(decisions = undoable.at(-1)) {
    if (!decisions) return say(words.textNothingToUndo);
    let answer;
    try {
      answer = await send(words.undoUrl, decisions.map((decision) => ["decision", decision]));
    } catch (trouble) {
      return say(trouble.message), showTrouble(trouble.message);
    }
    forget(decisions);
    for (const line of queue.querySelectorAll(".folded")) {
      if (line.dataset.decisions.split(" ").some((decision) => decisions.includes(Number(decision)))) line.remove();
    }
    let first = null;
    for (const row of answer.decided) first = unfold(row) || first;
    for (const row of answer.conflicts) {
      const card = unfold(row);
      if (card) conflict(row);
      first = first || card;
    }
    showCounts(answer);
    say(answer.problem || [answer.sentence, ...answer.conflicts.map((row) => row.sentence)].join(" "));
    if (answer.problem) showTrouble(answer.problem);
    nothing.hidden ||= openCards().length > 0;
    if (first) focusCard(first);
    showPicked();
  }

  function forget(decisions) {
    for (let index = undoable.length - 1; index >= 0; index--) {
      undoable[index] = undoable[index].filter((decision) => !decisions.includes(decision));
      if (!undoable[index].length) undoable.splice(index, 1);
    }
  }

  function showTrouble(sentence) {
    const line = document.getElementById("trouble") || document.createElement("p");
    line.id = "trouble";
    line.className = "notice notice-trouble";
    line.textContent = sentence;
    queue.before(line);
  }

  function clearTrouble() {
    const line = document.getElementById("trouble");
    if (line) line.remove();
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
    nothing.hidden = openCards().length > 0;
    if (!nothing.hidden) markCurrent(null);
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
    const shown = openCards().filter((card) => !card.classList.contains("settled") && !card.classList.contains("busy"));
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
      if (!card || card.hidden || card.classList.contains("busy") || row.version <= Number(card.dataset.version)) continue;
      if (row.status === words.status) setVersion(card, row.version);
      else conflict(row);
    }
    showPicked();
    keepTimes();
    if (words.status === "pending" && answer.counts.pending > before && more.hidden) {
      await loadMore();
      nothing.hidden = openCards().length > 0;
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
    if (!card) return step(1);
    if (!card.classList.contains("settled") && !card.classList.contains("busy")) press(card, to);
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
      if (banner && !undoable.length) banner.click();
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
