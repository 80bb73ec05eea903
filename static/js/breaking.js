// Breaking news can be put away for as long as the tab is open. The page is the same for all readers, so which one was
// put away is remembered here; news with other words appears again.
(() => {
  "use strict";

  const KEY = "nashra.breaking";
  const banner = document.querySelector("[data-breaking]");
  if (!banner) return;
  const news = banner.querySelector(".breaking__text").textContent.trim();

  const attempt = (action) => {
    try {
      return action();
    } catch {
      // A browser may refuse storage altogether; then it is put away on this page.
      return null;
    }
  };

  if (attempt(() => sessionStorage.getItem(KEY)) === news) {
    banner.remove();
    return;
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "breaking__close";
  close.textContent = "\u00d7";
  close.setAttribute("aria-label", banner.dataset.close);
  close.addEventListener("click", () => {
    attempt(() => sessionStorage.setItem(KEY, news));
    banner.remove();
    document.getElementById("content").focus({ preventScroll: true });
  });
  banner.append(close);
})();
