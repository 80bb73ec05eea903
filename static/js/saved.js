// Stories saved for later, in this browser alone: the button on an article, and the list of all of them.
// What is kept may be older than this script or written by another hand, so each story is looked at before it is shown.
const KEY = "nashra.saved";
const MOST = 200;

function isStory(story) {
  return (
    Number.isSafeInteger(story?.number) &&
    typeof story.headline === "string" &&
    story.headline !== "" &&
    typeof story.address === "string" &&
    story.address.startsWith(`/article/${story.number}/`) &&
    !Number.isNaN(Date.parse(story.at))
  );
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)).filter(isStory).slice(0, MOST);
  } catch {
    // Nothing was saved yet, storage is forbidden, or what is there cannot be read.
    return [];
  }
}

// Newest first; the oldest give way. Whether it could be kept.
function write(stories) {
  try {
    localStorage.setItem(KEY, JSON.stringify(stories.slice(0, MOST)));
    return true;
  } catch {
    return false;
  }
}

function remove(number) {
  return write(read().filter((story) => story.number !== number));
}

function startButton(button) {
  const number = Number(button.dataset.save);
  const told = button.parentElement.querySelector("[role=status]");
  const article = button.closest("article");
  const show = () => {
    button.setAttribute("aria-pressed", String(read().some((story) => story.number === number)));
  };

  const save = () => {
    const story = {
      number,
      headline: article.querySelector("h1").textContent.trim(),
      // Without the language that the page around it was read in.
      address: location.pathname.match(/\/article\/.*/)[0],
      language: article.lang,
      direction: article.dir,
      at: new Date().toISOString(),
    };
    return write([story, ...read().filter((other) => other.number !== number)]);
  };

  button.addEventListener("click", () => {
    const isSaved = button.getAttribute("aria-pressed") === "true";
    const isDone = isSaved ? remove(number) : save();
    told.textContent = isDone ? button.dataset[isSaved ? "removed" : "saved"] : button.dataset.failed;
    show();
  });
  addEventListener("storage", show);
  show();
}

function startList(place) {
  const list = place.querySelector("ol");
  const told = place.querySelector("[role=status]");
  const { lang, dataset } = document.documentElement;
  const day = new Intl.DateTimeFormat(lang, { dateStyle: "long", numberingSystem: dataset.numerals ?? "latn" });

  const item = (story) => {
    const made = place.querySelector("template").content.cloneNode(true);
    const link = made.querySelector("a");
    // In the language of this list, which stands beside the articles.
    link.href = `..${story.address}`;
    link.textContent = story.headline;
    link.parentElement.lang = story.language ?? "";
    link.parentElement.dir = story.direction === "ltr" ? "ltr" : "rtl";
    const time = document.createElement("time");
    time.dateTime = story.at;
    time.textContent = day.format(new Date(story.at));
    made.querySelector(".saved__facts").append(time);
    const button = made.querySelector("button");
    button.lastElementChild.textContent = story.headline;
    button.addEventListener("click", () => {
      const { nextElementSibling: after, previousElementSibling: before } = button.closest("li");
      told.textContent = remove(story.number) ? place.dataset.removed : place.dataset.failed;
      const near = (after ?? before)?.querySelector("a").pathname;
      show();
      // The focus goes on from the story that took this one's place.
      ([...list.querySelectorAll("a")].find((other) => other.pathname === near) ?? told).focus();
    });
    return made;
  };

  const show = () => {
    const stories = read();
    list.replaceChildren(...stories.map(item));
    place.querySelector("[data-empty]").hidden = stories.length > 0;
  };

  told.tabIndex = -1;
  addEventListener("storage", show);
  show();
  place.hidden = false;
}

document.querySelectorAll("[data-save]").forEach(startButton);
document.querySelectorAll("[data-saved-list]").forEach(startList);
