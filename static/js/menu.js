// On a narrow screen the sections scroll sideways: the one that is read stands in the middle, not out of sight.

const list = document.querySelector(".menu ul");
const current = list?.querySelector("[aria-current]");

if (current) {
  const [frame, item] = [list, current].map((element) => element.getBoundingClientRect());
  list.scrollLeft += item.left + item.width / 2 - (frame.left + frame.width / 2);
}
