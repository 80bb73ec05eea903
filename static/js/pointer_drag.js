/* Dragging with mouse, pen or finger. A mouse drags at once; a finger and a pen after a long press, for until then their
   moves scroll the page. */
const LONG_PRESS_MS = 450;
// What is pressed trembles; a mouse that is clicked, too.
const TREMBLE_PX = 8;
const EDGE_PX = 72;
const SCROLL_PX = 12;

/* Let what matches `selector` be dragged, also if it comes later. `over(element, y)` is told what is under the pointer,
   null where nothing is; `drop(item, element, y)` what it was let go on. `lift` begins it. */
export function pointerDrag(selector, { lift = () => {}, over, drop }) {
  let press = null;
  let item = null;
  let swallowsClick = false;

  const under = (x, y) => document.elementFromPoint(x, y);

  const begin = () => {
    item = press.item;
    item.classList.add("is-dragged");
    document.getSelection()?.removeAllRanges();
    lift(item);
    requestAnimationFrame(scroll);
  };

  const end = () => {
    clearTimeout(press?.timer);
    if (item) {
      item.classList.remove("is-dragged");
      item.style.translate = "";
      over(null, 0);
    }
    press = item = null;
  };

  const move = (x, y) => {
    press.x = x;
    press.y = y;
    item.style.translate = `${x - press.startX}px ${y - press.startY + window.scrollY - press.scrollY}px`;
    over(under(x, y), y);
  };

  // Near the edge of the window the page follows.
  const scroll = () => {
    if (!item) return;
    const step = press.y < EDGE_PX ? -SCROLL_PX : press.y > window.innerHeight - EDGE_PX ? SCROLL_PX : 0;
    if (step && press.hasMoved) {
      window.scrollBy(0, step);
      move(press.x, press.y);
    }
    requestAnimationFrame(scroll);
  };

  document.addEventListener("pointerdown", (event) => {
    swallowsClick = false;
    if (item) return;
    clearTimeout(press?.timer);
    press = null;
    const found = event.target.closest?.(selector);
    const isOfForm = event.target.closest?.("input, select, textarea, label, button:not([data-grip])");
    if (!found || isOfForm || event.button !== 0 || !event.isPrimary) return;
    press = {
      item: found,
      id: event.pointerId,
      isMouse: event.pointerType === "mouse",
      startX: event.clientX,
      startY: event.clientY,
      scrollY: window.scrollY,
      x: event.clientX,
      y: event.clientY,
      hasMoved: false,
    };
    if (!press.isMouse) press.timer = setTimeout(begin, LONG_PRESS_MS);
  });

  document.addEventListener("pointermove", (event) => {
    if (!press || event.pointerId !== press.id) return;
    const far = Math.hypot(event.clientX - press.startX, event.clientY - press.startY) > TREMBLE_PX;
    if (!item && far) {
      if (!press.isMouse) return end();
      begin();
    }
    if (!item) return;
    press.hasMoved ||= far;
    move(event.clientX, event.clientY);
  });

  document.addEventListener("pointerup", (event) => {
    if (!press || event.pointerId !== press.id) return;
    const [dropped, hasMoved] = [item, press.hasMoved];
    const target = dropped && under(event.clientX, event.clientY);
    swallowsClick = Boolean(dropped);
    end();
    if (dropped && hasMoved && target) drop(dropped, target, event.clientY);
  });

  document.addEventListener("pointercancel", end);
  // A window that is left, and Escape, leave it where it was.
  window.addEventListener("blur", end);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && item) end();
  });
  // Once it is dragged, the finger scrolls no more.
  document.addEventListener("touchmove", (event) => item && event.cancelable && event.preventDefault(), { passive: false });
  // A link would be dragged as an address, a long press would open its menu, and letting go would follow it.
  document.addEventListener("dragstart", (event) => press && event.preventDefault());
  document.addEventListener("contextmenu", (event) => press && !press.isMouse && event.preventDefault());
  document.addEventListener("click", (event) => {
    if (!swallowsClick) return;
    swallowsClick = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);
}
