// The parts of a series in the order in which they stand: dragged, or moved by the arrow keys in their numbers.
(() => {
  "use strict";

  const list = document.querySelector(".series-parts ol");
  if (!list?.querySelector("input")) return;

  const parts = () => [...list.children];
  const number = () => parts().forEach((part, index) => (part.querySelector("input").value = index + 1));

  let dragged = null;
  for (const part of parts()) {
    part.draggable = true;
    part.addEventListener("dragstart", (event) => {
      dragged = part;
      event.dataTransfer.effectAllowed = "move";
      part.classList.add("dragged");
    });
    part.addEventListener("dragend", () => {
      part.classList.remove("dragged");
      dragged = null;
    });
    part.addEventListener("dragover", (event) => {
      if (!dragged || dragged === part) return;
      event.preventDefault();
      const { top, height } = part.getBoundingClientRect();
      if (event.clientY < top + height / 2) part.before(dragged);
      else part.after(dragged);
      number();
    });
    part.addEventListener("drop", (event) => event.preventDefault());
    const field = part.querySelector("input");
    field.addEventListener("keydown", (event) => {
      const other = { ArrowUp: part.previousElementSibling, ArrowDown: part.nextElementSibling }[event.key];
      if (other === undefined) return;
      event.preventDefault();
      if (!other) return;
      if (event.key === "ArrowUp") other.before(part);
      else other.after(part);
      number();
      field.focus();
    });
    // A number that was typed moves the part to that place.
    field.addEventListener("change", () => {
      const others = parts().filter((other) => other !== part);
      const place = Math.min(Math.max(Math.round(field.valueAsNumber) || 1, 1), others.length + 1);
      if (others[place - 1]) others[place - 1].before(part);
      else list.append(part);
      number();
      field.focus();
    });
  }
})();
