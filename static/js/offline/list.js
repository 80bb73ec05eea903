// Which articles can be read without a connection, on the page that stands in place of the one that was asked for.

const place = document.querySelector("[data-kept]");

try {
  const articles = await keptArticles();
  const list = place.querySelector("ol");
  for (const { address, headline, story } of articles.filter((article) => article.headline)) {
    const link = document.createElement("a");
    link.href = address;
    link.lang = story.lang;
    link.dir = story.dir;
    // Isolated as the site wrote it; it came from there.
    link.append(...document.importNode(headline, true).childNodes);
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  place.hidden = articles.length === 0;
} catch {
  // Storage is forbidden: then nothing is kept.
}
document.querySelector("[data-none]").hidden = !place.hidden;
document.querySelector("[data-again]").addEventListener("click", () => location.reload());

// As the service worker wrote them down; the last opened first.
async function keptArticles() {
  const cache = await caches.open("nashra-pages");
  const articles = await Promise.all(
    (await cache.keys()).map(async (key) => {
      const response = await cache.match(key);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      return {
        address: key.url,
        at: Number(response.headers.get("X-Kept-At")),
        headline: page.querySelector("h1"),
        story: page.querySelector("article"),
      };
    }),
  );
  return articles.sort((one, other) => other.at - one.at);
}
