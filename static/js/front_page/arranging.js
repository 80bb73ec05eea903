/* The screen of the front page without page loads, and with dragging. Each button posts the form as it does without
   scripts; of the page that comes back, the slots take the place of those on the screen. */
import { pointerDrag } from "../pointer_drag.js";

const form = document.getElementById("front-form");
if (form) arrange(form);

function arrange(form) {
  const told = form.querySelector(".front-told");
  let isChanged = Boolean(form.querySelector(".front-unsaved, .errornote"));
  let doing = Promise.resolve();

  // One after another: the second begins from what the first has made.
  const act = (what, focus) => {
    doing = doing.then(() => post(what, focus));
  };

  const post = async (what, focus) => {
    const said = new FormData(form);
    said.set("do", what);
    try {
      const response = await fetch(form.getAttribute("action"), {
        method: "POST",
        body: said,
        redirect: "manual",
        signal: AbortSignal.timeout(15_000),
      });
      if (!response.ok) throw new Error();
      show(new DOMParser().parseFromString(await response.text(), "text/html"), focus);
      if (!/^(show|find:)/.test(what)) changed();
    } catch {
      told.textContent = gettext("This could not be done. Is there a line, and are you still signed in?");
    }
  };

  const show = (page, focus) => {
    const fresh = page.getElementById("front-screen");
    if (!fresh) throw new Error();
    document.getElementById("front-screen").replaceWith(document.adoptNode(fresh));
    told.textContent = fresh.dataset.told;
    const target = focus.map((id) => document.getElementById(id)).find(Boolean);
    target?.focus({ preventScroll: !target.matches("h2") });
    // The preview listens to the form.
    form.dispatchEvent(new Event("change"));
  };

  const changed = () => {
    isChanged = true;
  };

  // Where the pressed button is no more, the keyboard goes on beside it.
  const besides = (button) => {
    const slot = button.closest("[data-slot]")?.dataset.slot;
    const number = button.value.split(":").at(-1);
    return [button.id, `up-${number}`, `slot-${slot}`];
  };

  form.addEventListener("submit", (event) => {
    const { submitter } = event;
    if (submitter?.name !== "do" || submitter.value === "save") {
      isChanged = false;
      return;
    }
    event.preventDefault();
    act(submitter.value, besides(submitter));
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.type !== "search") return;
    event.preventDefault();
    act(`find:${event.target.closest("[data-slot]").dataset.slot}`, [event.target.id]);
  });
  form.addEventListener("input", (event) => {
    if (event.target.type !== "search" && event.target.name !== "at") changed();
    // Who types an exact hour means it.
    if (event.target.name === "banner_ends_at") form.querySelector("[name=banner_lasts][value='']").checked = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });

  // Dragging

  const indexIn = (slot, dragged, y) => {
    const picked = [...slot.querySelectorAll(".front-story.is-picked")].filter((story) => story !== dragged);
    const after = picked.findIndex((story) => {
      const box = story.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    return after === -1 ? picked.length : after;
  };

  const slotOf = (element) => element?.closest("[data-takes-picks]");

  pointerDrag(".front-story[data-movable]", {
    over: (element) => mark(slotOf(element)),
    drop: (story, element, y) => {
      const slot = slotOf(element);
      if (!slot) return;
      const number = story.dataset.article;
      act(`place:${slot.dataset.slot}:${number}:${indexIn(slot, story, y)}`, [`up-${number}`]);
    },
  });

  const mark = (slot) => {
    for (const other of form.querySelectorAll(".front-slot")) other.classList.toggle("is-target", other === slot);
  };
}
