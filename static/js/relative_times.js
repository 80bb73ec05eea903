/* Recent moments as «قبل ساعتين», in all the plural forms of Arabic, which browsers know. Pages are the same for
   everybody and kept for a while, so they print the moment itself, and only the reader's clock can tell how long ago it
   was. Where the clock is wrong, or the browser old, the moment stays as it is; so it does on paper.
   The words take the room of the moment, so that no line that is being read is broken anew. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RECENT = 24 * HOUR;

const { lang, dataset } = document.documentElement;
const told = new Map();
for (const time of document.querySelectorAll("time[datetime][title]")) {
  told.set(time, time.textContent);
  // The page says of it only what stands nowhere else, the day of the week.
  time.title += `${lang === "ar" ? "،" : ","} ${time.textContent}`;
}

function tell() {
  const numberingSystem = dataset.numerals ?? "latn";
  const counted = new Intl.RelativeTimeFormat(lang, { numberingSystem });
  const inWords = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
  for (const [time, moment] of told) {
    const age = Date.now() - new Date(time.dateTime);
    if (age < 0 || age >= RECENT) time.textContent = moment;
    else if (age < MINUTE) time.textContent = inWords.format(0, "second");
    else if (age < HOUR) time.textContent = counted.format(-Math.floor(age / MINUTE), "minute");
    else time.textContent = counted.format(-Math.floor(age / HOUR), "hour");
  }
}

function keepRoom() {
  const recent = [...told.keys()].filter((time) => Math.abs(Date.now() - new Date(time.dateTime)) < RECENT);
  const widths = recent.map((time) => time.getBoundingClientRect().width / parseFloat(getComputedStyle(time).fontSize));
  recent.forEach((time, place) => {
    time.style.display = "inline-block";
    time.style.minInlineSize = `${widths[place].toFixed(3)}em`;
  });
}

if (told.size && "RelativeTimeFormat" in Intl) {
  keepRoom();
  tell();
  setInterval(tell, MINUTE);
  addEventListener("beforeprint", () => told.forEach((moment, time) => (time.textContent = moment)));
  addEventListener("afterprint", tell);
}
