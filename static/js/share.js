// The browser's own way to share, and the link on the clipboard, where the browser has these. The links to services
// need no script.
const section = document.getElementById("share");
const link = section.querySelector("[data-share-link]").textContent;
const told = section.querySelector("[data-share-told]");

if (navigator.share) {
  offer("[data-share-native]", () => {
    const title = document.querySelector(".story__headline").textContent.trim();
    // Rejected where the reader thought better of it.
    navigator.share({ title, url: link }).catch(() => {});
  });
}
// Over plain HTTP there is no clipboard.
if (navigator.clipboard) {
  offer("[data-share-copy]", async ({ currentTarget: button }) => {
    const { done, failed } = button.dataset;
    // Emptied first, so that the same words are announced again.
    told.textContent = "";
    try {
      await navigator.clipboard.writeText(link);
      told.textContent = done;
    } catch {
      told.textContent = failed;
    }
  });
}

function offer(selector, act) {
  const place = section.querySelector(selector);
  place.querySelector("button").addEventListener("click", act);
  place.hidden = false;
}
