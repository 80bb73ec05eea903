// How the queue talks to the site: questions, decisions, pages of more comments.
const deskSite = (() => {
  "use strict";

  const words = document.getElementById("desk").dataset;
  const PATIENCE_MS = 20_000;

  // Why there is no good answer, in words for the moderator. `isRefused` when signed out; `isFinal` where trying again
  // would bring the same. Without an answer nobody knows whether the site did what was asked.
  class Trouble extends Error {
    constructor(sentence, { isRefused = false, isFinal = false } = {}) {
      super(sentence);
      Object.assign(this, { isRefused, isFinal });
    }
  }

  function reach(url, options = {}) {
    return fetch(url, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS), ...options });
  }

  async function ask(url, options) {
    let response, text;
    try {
      response = await reach(url, { headers: { Accept: "application/json" }, ...options });
      text = await response.text();
    } catch {
      throw new Trouble(words.textOffline);
    }
    if (response.redirected) throw new Trouble(words.textSignedOut);
    if (response.status === 403) throw new Trouble(words.textSignedOut, { isRefused: true });
    try {
      return JSON.parse(text);
    } catch {
      throw new Trouble(words.textFailed);
    }
  }

  // Ask for a change, `fields` being pairs of name and value. The request outlives the page.
  async function send(url, fields) {
    const post = () => {
      const body = new URLSearchParams(fields);
      body.append("csrfmiddlewaretoken", token());
      return ask(url, { method: "POST", body, keepalive: true });
    };
    let answer;
    try {
      answer = await post();
    } catch (trouble) {
      // Signing in again, in another tab, made a new token. The page as it is now has it.
      if (!trouble.isRefused || !(await renewToken())) throw trouble;
      answer = await post();
    }
    if (answer.problem) throw new Trouble(answer.problem, { isFinal: true });
    return answer;
  }

  const token = () => document.querySelector("#desk input[name=csrfmiddlewaretoken]").value;

  async function page(url) {
    try {
      const response = await reach(url);
      if (!response.ok || response.redirected) return null;
      const found = new DOMParser().parseFromString(await response.text(), "text/html");
      return found.getElementById("queue") ? found : null;
    } catch {
      return null;
    }
  }

  async function renewToken() {
    const found = await page(location.href);
    const fresh = found && found.querySelector("#desk input[name=csrfmiddlewaretoken]");
    if (fresh) for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = fresh.value;
    return Boolean(fresh);
  }

  return { ask, send, page };
})();
