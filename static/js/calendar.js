// The editorial calendar: what is scheduled is dragged to another day or hour, or carried there with the keyboard.
// Both send the small form that each item has without scripts, and put the page that comes back in place of this one.
import { pointerDrag } from "./pointer_drag.js";

{
  const MINUTE = 60_000;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;
  const PATIENCE_MS = 20_000;

  // An hour of the newsroom's clocks is reckoned with as if it were UTC: the browser's own time zone is of no matter,
  // and which hours there are, the site knows.
  const parse = (wall) => new Date(`${wall}:00Z`);
  const print = (date) => date.toISOString().slice(0, 16);
  const { lang, dataset } = document.documentElement;
  const spoken = new Intl.DateTimeFormat(lang, {
    numberingSystem: dataset.numerals ?? "latn",
    timeZone: "UTC", weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });

  const said = document.getElementById("calendar-said");
  const calendar = () => document.getElementById("calendar");
  const isMonth = () => calendar().dataset.view === "month";
  const toTheLeft = getComputedStyle(document.body).direction === "rtl" ? 1 : -1;

  let carried = null;

  function say(sentence) {
    said.textContent = "";
    // Emptied first, so that the same sentence is spoken twice when it happens twice.
    setTimeout(() => { said.textContent = sentence; }, 50);
  }

  const headline = (item) => item.querySelector(".calendar-title").textContent.trim();

  function slotFor(date) {
    const day = calendar().querySelector(`[data-day="${print(date).slice(0, 10)}"]`);
    return day && (day.querySelector(`[data-hour="${date.getUTCHours()}"]`) ?? day.querySelector(".calendar-slot"));
  }

  function show(item, date) {
    slotFor(date)?.append(item);
    item.querySelector("time").textContent = print(date).slice(11);
  }

  // Carrying with the keyboard

  function carry(item, step) {
    if (carried && carried.item !== item) putBack();
    carried ??= { item, from: item.parentElement, before: item.nextSibling, at: parse(item.dataset.wall) };
    carried.at = new Date(carried.at.getTime() + step);
    carried.isPlacing = true;
    show(item, carried.at);
    item.classList.add("is-carried");
    item.querySelector(".calendar-handle").focus();
    carried.isPlacing = false;
    say(interpolate(gettext("%s. Enter confirms, Escape cancels."), [spoken.format(carried.at)]));
  }

  function putBack() {
    const { item, from, before } = carried;
    carried = null;
    from.insertBefore(item, before?.parentElement === from ? before : null);
    item.classList.remove("is-carried");
    item.querySelector("time").textContent = item.dataset.wall.slice(11);
  }

  function step(key, withShift) {
    const side = { ArrowLeft: toTheLeft, ArrowRight: -toTheLeft }[key];
    if (side) return side * DAY;
    const down = { ArrowUp: -1, ArrowDown: 1 }[key];
    return down && down * (isMonth() && !withShift ? 7 * DAY : HOUR);
  }

  function press(event, item) {
    const by = step(event.key, event.shiftKey);
    if (by) {
      event.preventDefault();
      carry(item, by);
    } else if (event.key === "Enter" && carried?.item === item) {
      event.preventDefault();
      const { at } = carried;
      carried = null;
      send(item, print(at));
    } else if (event.key === "Escape" && carried?.item === item) {
      putBack();
      item.querySelector(".calendar-handle").focus();
      say(gettext("It stays where it was."));
    }
  }

  // Dragging

  function target(element, item) {
    const slot = element.closest(".calendar-slot");
    const day = element.closest("[data-day]");
    if (!day) return null;
    const was = item.dataset.wall;
    const hour = slot?.dataset.hour || was.slice(11, 13);
    return `${day.dataset.day}T${hour.padStart(2, "0")}${was.slice(13)}`;
  }

  function mark(slot) {
    for (const marked of calendar().querySelectorAll(".is-target")) if (marked !== slot) marked.classList.remove("is-target");
    slot?.classList.add("is-target");
  }

  pointerDrag(".calendar-item[data-wall]", {
    lift: () => { if (carried) putBack(); },
    over: (element) => mark(element?.closest(".calendar-slot") ?? element?.closest("[data-day]")),
    drop: (item, element) => {
      const wall = target(element, item);
      if (wall && wall !== item.dataset.wall) send(item, wall);
    },
  });

  // Telling the site

  async function send(item, wall) {
    const form = item.querySelector("form");
    const body = new URLSearchParams(new FormData(form));
    body.set("at", wall);
    item.classList.add("is-carried");
    item.setAttribute("aria-busy", "true");
    const { id } = item;
    let fresh = null;
    try {
      const response = await fetch(form.action, {
        method: "POST", body, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      fresh = page.getElementById("calendar");
      if (!fresh) return complain(item, refusal(response));
      if (response.redirected) history.replaceState(null, "", response.url);
    } catch {
      return complain(item, gettext("The site does not answer, so that nobody knows whether the hour was changed. Load the page anew."));
    }
    calendar().replaceWith(document.adoptNode(fresh));
    prepare();
    document.getElementById(id)?.querySelector(".calendar-handle")?.focus();
    const told = calendar().querySelector(".errornote, .calendar-moved p");
    say(told ? told.textContent.replace(/\s+/g, " ").trim() : "");
  }

  const refusal = (response) =>
    response.redirected || response.status === 200
      ? gettext("You were signed out. Sign in again in another tab, and then load this page anew.")
      : gettext("The site refused this move. Load the page anew.");

  function complain(item, sentence) {
    item.removeAttribute("aria-busy");
    item.classList.remove("is-carried");
    const note = document.createElement("p");
    note.className = "errornote";
    note.textContent = sentence;
    calendar().querySelector(".errornote")?.remove();
    calendar().prepend(note);
    show(item, parse(item.dataset.wall));
    say(sentence);
  }

  function prepare() {
    document.getElementById("calendar-keys").hidden = !calendar().querySelector("[data-wall]");
    for (const item of calendar().querySelectorAll("[data-wall]")) {
      const handle = document.createElement("button");
      handle.type = "button";
      handle.className = "calendar-handle";
      handle.textContent = "⠿";
      handle.setAttribute("aria-label", interpolate(gettext("Move «%s»"), [headline(item)]));
      handle.dataset.grip = "";
      handle.setAttribute("aria-describedby", "calendar-keys-help");
      handle.addEventListener("keydown", (event) => press(event, item));
      handle.addEventListener("blur", () => {
        if (carried?.item === item && !carried.isPlacing) putBack();
      });
      item.querySelector(".calendar-when").prepend(handle);
    }
  }

  prepare();
}
