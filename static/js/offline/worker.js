// Keeps the articles that were opened last for reading without a connection, each with its style, type and main picture.
//
// The newspaper comes from the network first, always; what is kept is shown where that fails or does not answer. A page is
// kept if the site says of it that it may be, in a header, and gone as soon as the site says that it is. What `offline`
// holds is written above this by the site.
/* global offline */

// Whatever nobody opened again; a story may be withdrawn while its reader is away.
const KEPT_FOR = 30 * 24 * 3600 * 1000;
// A connection that is dead and does not say so.
const PATIENCE = 3_000;
const PAGES = "nashra-pages";
const FILES = "nashra-files";
const SHELL = `nashra-shell-${offline.version}`;
const AT = "X-Kept-At";
const WITH = "X-Kept-With";
// Which pages were shown from what is kept, so that they can tell their readers.
const shownFromKept = new Map();
// What is being written down, by address.
const underWay = new Map();

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.addAll([offline.page, ...offline.files]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith("nashra-shell-") && name !== SHELL);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
      await trim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const isOurs =
    request.method === "GET" && url.origin === location.origin && !offline.notOurs.some((at) => url.pathname.startsWith(at));
  // Fetched ahead, of a link that nobody pressed yet.
  const isAhead = request.headers.get("Sec-Purpose")?.includes("prefetch");
  if (isOurs && !isAhead && request.mode === "navigate") {
    event.respondWith(page(event));
  } else if (isOurs && offline.kept.some((at) => url.pathname.startsWith(at))) {
    event.respondWith(file(request));
  }
});

// A page tells that it is open, and with which files; it is told since when it is kept, if it was shown from there.
self.addEventListener("message", (event) => {
  const { opened, files, isFirst } = event.data;
  if (opened) {
    event.waitUntil(keepFiles(opened, files, isFirst).catch(() => {}));
    event.source.postMessage({ shownFromKept: shownFromKept.get(event.source.id) ?? null });
  }
});

async function page(event) {
  const answered = fromNetwork(event);
  // It may come when something else was shown by then, and is kept all the same.
  event.waitUntil(answered.catch(() => {}));
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  try {
    const response = await Promise.race([answered, patience]);
    // A server in front may answer for one that does not.
    const isThere = response && response.status < 500;
    return isThere ? response : ((await kept(event)) ?? (await answered));
  } catch {
    return (await kept(event)) ?? (await found(SHELL, offline.page)) ?? Response.error();
  }
}

async function fromNetwork(event) {
  const response = await fetch(event.request);
  const address = plain(event.request.url);
  const learning = learn(event.request.url, response.clone())
    .catch(() => {})
    .finally(() => underWay.delete(address));
  underWay.set(address, learning);
  event.waitUntil(learning);
  return response;
}

// Storage may be full or forbidden: then nothing is kept, and nothing else is lost.
async function learn(address, response) {
  if ((response.status === 404 || response.status === 410) && isWhole(address)) {
    await forget(address);
  } else if (response.status === 200 && response.headers.has(offline.header) && !new URL(address).search) {
    const before = await found(PAGES, plain(address));
    const told = { [AT]: Date.now(), [WITH]: before?.headers.get(WITH) ?? "[]" };
    const cache = await caches.open(PAGES);
    await cache.put(plain(address), await copy(response, told));
    await forget(address, plain(address));
    await trim();
  }
}

async function kept(event) {
  const cache = await caches.open(PAGES).catch(() => null);
  const key = cache && (await keysOf(cache, event.request.url))[0];
  const response = key && (await cache.match(key));
  if (response) {
    shownFromKept.set(event.resultingClientId, Number(response.headers.get(AT)));
  }
  return response || undefined;
}

// Those first that nobody asks the network for: their names change with what is in them.
async function file(request) {
  const response = (await found(SHELL, request)) ?? (await found(FILES, request));
  if (response) {
    return response;
  }
  try {
    return await fetch(request);
  } catch (error) {
    const other = await otherSize(request.url);
    if (other) {
      return other;
    }
    throw error;
  }
}

// The same picture, if only another size of it is kept.
async function otherSize(address) {
  const stem = address.replace(/-[^-/]*$/, "-");
  const cache = await caches.open(FILES);
  const key = (await cache.keys()).find((request) => request.url.startsWith(stem));
  return key && cache.match(key);
}

async function keepFiles(address, files, isFirst) {
  await underWay.get(plain(address));
  const pages = await caches.open(PAGES);
  let [key] = await keysOf(pages, address);
  if (!key && isFirst) {
    // This page was opened without being asked of this worker.
    await learn(address, await fetch(plain(address)));
    [key] = await keysOf(pages, address);
  }
  const response = key && (await pages.match(key));
  if (!response) {
    return;
  }
  const own = files.filter((url) => {
    const { origin, pathname } = new URL(url);
    return origin === location.origin && offline.kept.some((at) => pathname.startsWith(at));
  });
  await pages.put(key, await copy(response, { [WITH]: JSON.stringify(own) }));
  const cache = await caches.open(FILES);
  for (const url of own) {
    if (!(await cache.match(url))) {
      await cache.add(url);
    }
  }
  await trim();
}

// The latest opened stay, with their files.
async function trim() {
  const pages = await caches.open(PAGES);
  const keys = await pages.keys();
  const all = await Promise.all(
    keys.map(async (key) => {
      const { headers } = await pages.match(key);
      return { key, at: Number(headers.get(AT)), files: JSON.parse(headers.get(WITH)) };
    }),
  );
  all.sort((one, other) => other.at - one.at);
  const isOver = ({ at }, place) => place >= offline.most || at < Date.now() - KEPT_FOR;
  await Promise.all(all.filter(isOver).map(({ key }) => pages.delete(key)));
  const wanted = new Set(all.filter((...of) => !isOver(...of)).flatMap(({ files }) => files));
  const cache = await caches.open(FILES);
  const unused = (await cache.keys()).filter((request) => !wanted.has(request.url));
  await Promise.all(unused.map((request) => cache.delete(request)));
}

// The pages of that number, but for one.
async function forget(address, except) {
  const cache = await caches.open(PAGES);
  const keys = (await keysOf(cache, address)).filter((key) => key.url !== except);
  await Promise.all(keys.map((key) => cache.delete(key)));
}

async function copy(response, told) {
  const headers = new Headers(response.headers);
  // The bytes at hand are those that were sent, unpacked.
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  Object.entries(told).forEach(([name, value]) => headers.set(name, value));
  return new Response(await response.blob(), { headers });
}

// Every address of a page begins with a kind and a number; what follows is for people, and may change, and the language
// before them is that of the furniture: what is withdrawn is so in all.
async function keysOf(cache, address) {
  const asked = numbered(address);
  return asked ? (await cache.keys()).filter((request) => numbered(request.url) === asked) : [];
}

function numbered(address) {
  const path = new URL(address).pathname.replace(/^\/[a-z]{2}(?=\/)/, "");
  return path.match(/^.*?\/\d+(?=\/|$)/)?.[0];
}

// What stands behind the words of an address was mistyped, and says nothing of the page.
function isWhole(address) {
  return /^(\/[a-z]{2})?\/[a-z]+\/\d+(\/[^/]*)?\/?$/.test(new URL(address).pathname);
}

function plain(address) {
  const url = new URL(address);
  return url.origin + url.pathname;
}

async function found(name, request) {
  try {
    return await (await caches.open(name)).match(request);
  } catch {
    return undefined;
  }
}
