// The contents of a long article: open where they stand beside the text, and marked where the reader is.
const list = document.querySelector(".contents details");

if (list && matchMedia("(min-width: 64rem)").matches) {
  list.open = true;
  const links = new Map(
    [...list.querySelectorAll("a")].map((link) => [document.getElementById(decodeURIComponent(link.hash.slice(1))), link]),
  );
  let current;
  const look = () => {
    const read = [...links.keys()].filter((heading) => heading?.getBoundingClientRect().top < innerHeight / 3).pop();
    if (read === current) return;
    links.get(current)?.removeAttribute("aria-current");
    links.get(read)?.setAttribute("aria-current", "true");
    current = read;
  };
  // A heading that comes into view or leaves it is the moment at which another part may have begun.
  const watch = new IntersectionObserver(look, { rootMargin: "0px 0px -66%" });
  links.forEach((link, heading) => heading && watch.observe(heading));
}
