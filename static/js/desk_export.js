// How far the worker is with an export, looked for every two seconds, until the page has something else to show.

const SECONDS = 2;

async function look() {
  const progress = document.querySelector("[data-export-progress]");
  try {
    const response = await fetch(location.href, { credentials: "same-origin" });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.querySelector("[data-export-progress]");
    if (!found) {
      // It is ready, or it failed: the whole page says so.
      location.reload();
      return;
    }
    // Who is at the link in it stays there.
    if (!progress.contains(document.activeElement)) progress.replaceWith(found);
  } catch {
    // Without a connection the page stays as it is, and is looked for again.
  }
  setTimeout(look, SECONDS * 1000);
}

setTimeout(look, SECONDS * 1000);
