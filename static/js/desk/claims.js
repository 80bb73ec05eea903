// Which comments the moderator has before them: the site is told, so that others see it, and told when they leave.
const deskClaims = (() => {
  "use strict";

  const desk = document.getElementById("desk");
  const url = desk.dataset.claimUrl;
  // Whoever steps through the queue quickly looks at none of what lies between.
  const REST_MS = 400;
  // Well within the lease, which begins anew for whoever is still at it; for a page left open it runs out.
  const RENEW_MS = 120_000;
  let held = [];
  let timer = null;
  let isAtIt = false;

  function body(taken, released) {
    const fields = new URLSearchParams();
    for (const number of taken) fields.append("comment", number);
    for (const number of released) fields.append("release", number);
    fields.append("csrfmiddlewaretoken", desk.querySelector("input[name=csrfmiddlewaretoken]").value);
    return fields;
  }

  // Nothing depends on it, so a failure is nobody's trouble.
  function tell(taken, released) {
    fetch(url, { method: "POST", body: body(taken, released), credentials: "same-origin" }).catch(() => {});
  }

  // Hold these comments (numbers) and no others.
  function hold(numbers) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const released = held.filter((number) => !numbers.includes(number));
      held = numbers;
      tell(held, released);
    }, REST_MS);
  }

  for (const sign of ["keydown", "pointermove", "scroll"]) {
    addEventListener(sign, () => (isAtIt = true), { passive: true });
  }
  setInterval(() => {
    if (isAtIt && held.length) tell(held, []);
    isAtIt = false;
  }, RENEW_MS);

  // What was handed out stays with the moderator when they open a comment of it; it runs out by itself.
  if (!desk.dataset.mine) {
    addEventListener("pagehide", () => {
      clearTimeout(timer);
      if (held.length) navigator.sendBeacon(url, body([], held));
    });
  }

  const card = "page" in desk.dataset && desk.querySelector(".card-open");
  if (card && url) hold([card.dataset.comment]);

  return { hold };
})();
