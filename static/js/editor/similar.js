/* Similar stories beside an article's text: asked for at each pause of who writes headline or summary.

   That a story is another one is kept by the site; of an article that is not stored yet, by this form. */
"use strict";
{
  const PAUSE_MILLISECONDS = 1_200;
  const panel = document.getElementById("similar");
  const form = document.querySelector("[name=headline]")?.closest("form");
  if (panel && form) watch(panel, form);

  function watch(panel, form) {
    const { url, apartUrl } = panel.dataset;
    const found = panel.querySelector(".similar__found");
    const apart = new Set();
    let timer = null;
    let asking = null;

    const ask = async (address, more = {}) => {
      asking?.abort();
      asking = new AbortController();
      const body = new URLSearchParams({
        headline: form.elements.headline.value,
        summary: form.elements.summary.value,
        fragment: "1",
        ...more,
      });
      for (const number of apart) body.append("apart", number);
      try {
        const response = await fetch(address, {
          method: "POST",
          headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
          body,
          // To where one signs in: that is no answer.
          redirect: "error",
          signal: asking.signal,
        });
        if (!response.ok) return;
        const text = await response.text();
        // What says the same is not read out again.
        if (text.trim() !== found.innerHTML.trim())
          found.replaceChildren(document.createRange().createContextualFragment(text));
      } catch {
        // A warning that does not come stops nobody; the next pause asks again.
      }
    };

    form.addEventListener("input", ({ target }) => {
      if (target.name !== "headline" && target.name !== "summary") return;
      clearTimeout(timer);
      timer = setTimeout(() => ask(url), PAUSE_MILLISECONDS);
    });
    found.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-apart]");
      if (!button) return;
      event.preventDefault();
      if (!apartUrl) apart.add(button.value);
      await ask(apartUrl || url, { other: button.value });
      panel.querySelector("a, button")?.focus();
    });
  }
}
