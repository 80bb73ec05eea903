// Tells the newsroom that an article was read: once a tab, after it was in sight for a while, without a cookie and with
// nothing in it but the article's number, which the address holds. Who asks not to be tracked is not counted.

const SECONDS = 10;
const KEY = "nashra.read";
const { reading: address } = document.querySelector("script[data-reading]").dataset;
const objects = navigator.globalPrivacyControl || navigator.doNotTrack === "1";
let seen = 0;
let since;
let timer;

if (!objects && !read().includes(address)) {
  document.addEventListener("visibilitychange", look);
  look();
}

// A hidden tab, and a page that the browser fetched ahead, are not in sight.
function look() {
  clearTimeout(timer);
  if (document.visibilityState === "visible") {
    since = performance.now();
    timer = setTimeout(tell, SECONDS * 1000 - seen);
  } else if (since !== undefined) {
    seen += performance.now() - since;
    since = undefined;
  }
}

function tell() {
  document.removeEventListener("visibilitychange", look);
  keep();
  fetch(address, { method: "POST", keepalive: true, credentials: "omit" }).catch(() => {
    // Off line; a number that is too low by one is no reason to ask again.
  });
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    // Storage is forbidden: then a reload counts again.
    return [];
  }
}

function keep() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...read(), address]));
  } catch {
    // As above.
  }
}
