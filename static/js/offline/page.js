// Has the browser keep this page for reading without a connection, and says so where it is shown from there.

const { worker, keptSince } = document.querySelector("script[data-worker]").dataset;
const container = navigator.serviceWorker;
// Opened before there was a worker to see it, or fetched before it was opened: the worker keeps what was opened.
const navigation = performance.getEntriesByType("navigation")[0];
const isFirst = !container?.controller || navigation?.deliveryType === "navigational-prefetch";

if (container) {
  container.addEventListener("message", ({ data }) => {
    if (data.shownFromKept) {
      tell(new Date(data.shownFromKept));
    }
  });
  if (document.readyState === "complete") {
    start();
  } else {
    addEventListener("load", start);
  }
}

async function start() {
  // Off line, or forbidden by the browser: the page is read all the same.
  container.register(worker, { updateViaCache: "none" }).catch(() => {});
  const { active } = await container.ready;
  active.postMessage({ opened: location.href, files: files(), isFirst });
}

// Style, type, scripts, and the main picture in the size that is shown; others would fill a phone.
function files() {
  const isPicture = ({ initiatorType, name }) => initiatorType === "img" || /\.(avif|webp|jpe?g|png)$/.test(name);
  const loaded = performance.getEntriesByType("resource").filter((entry) => !isPicture(entry));
  const hero = document.querySelector("article figure img")?.currentSrc;
  return [...new Set([...loaded.map(({ name }) => name), ...(hero ? [hero] : [])])];
}

function tell(at) {
  const note = document.createElement("p");
  note.className = "kept-note";
  note.role = "status";
  const { lang, dataset } = document.documentElement;
  const hour = new Intl.DateTimeFormat(lang, {
    dateStyle: "long",
    timeStyle: "short",
    hourCycle: "h23",
    numberingSystem: dataset.numerals ?? "latn",
  });
  const time = document.createElement("time");
  time.dateTime = at.toISOString();
  time.textContent = hour.format(at);
  note.append(keptSince, " ", time);
  document.querySelector("main").prepend(note);
}
