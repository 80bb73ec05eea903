/* Nothing typed is lost. What is typed is kept in this browser at each pause, sent to the site as the writer's draft,
   and dropped here once it is there; without a line, or a session, it stays here and is offered when the form opens.

   The copy belongs to one account, one article and one form that was opened: what is typed in another, or in a form
   opened anew, does not write over it. What is typed into a form is counted, so that the older of two texts is known as
   such wherever they meet. The copy is dropped when a page names it as saved, and after two weeks.
   The same messages tell the site that the form is open, and who else has it open. */
"use strict";
{
  const PREFIX = "nashra.draft.";
  const DAYS_KEPT = 14;
  const PAUSE_MILLISECONDS = 1_000;
  // Who never pauses is not left without a copy either.
  const LONGEST_MILLISECONDS = 10_000;
  const PING_MILLISECONDS = 20_000;
  // Browsers finish a request of a page that is closed only up to 64 kB.
  const KEEPALIVE_BYTES = 60_000;
  const NOT_KEPT = new Set(["csrfmiddlewaretoken", "opened_version", "draft_key", "_continue"]);

  // A browser may refuse storage altogether (private window, full disk): then there is only the site's.
  const attempt = (action) => {
    try {
      return action();
    } catch {
      return null;
    }
  };

  const keptAt = (place) => attempt(() => JSON.parse(localStorage.getItem(place)));
  const places = () => (attempt(() => Object.keys(localStorage)) ?? []).filter((name) => name.startsWith(PREFIX));

  // A form's key, and how much of what was typed into it the site has saved.
  const dropSaved = () => {
    for (const message of document.querySelectorAll(".messagelist [class*=saved-draft-]")) {
      const [, key, sequence] = /saved-draft-([0-9a-f-]{36}):(\d+)/.exec(message.className) ?? [];
      for (const place of places().filter((name) => key && name.endsWith(`.${key}`))) {
        if (keptAt(place)?.sequence <= Number(sequence)) attempt(() => localStorage.removeItem(place));
      }
    }
  };

  const dropOld = () => {
    for (const place of places()) {
      const age = Date.now() - (keptAt(place)?.at ?? 0);
      if (age > DAYS_KEPT * 86_400_000) attempt(() => localStorage.removeItem(place));
    }
  };

  dropSaved();
  dropOld();

  const about = document.getElementById("writing");
  const form = about?.closest("form");
  if (form?.querySelector("[name=headline]")) keep(form, about.dataset);

  function keep(form, { user, article, typed, draftUrl, leaveUrl }) {
    const ofArticle = `${PREFIX}${user}.${article}.`;
    const key = ofArticle + form.elements.draft_key.value;
    const state = form.querySelector(".draft-state");
    const others = form.querySelector(".others-at-it");
    let editor = null;
    let pause = null;
    let longest = null;
    let isDirty = typed === "1";
    let isStored = false;
    // How often something was typed; up to where the site has it as a draft; and up to where it was sent to be saved.
    let sequence = Number(form.elements.draft_sequence.value) || 0;
    let drafted = 0;
    let submitted = 0;
    let sending = null;
    let hasLeft = false;

    const fields = () =>
      [...form.elements].filter(
        ({ name, type }) =>
          name &&
          !NOT_KEPT.has(name) &&
          !/^(submit|button|hidden|file)$/.test(type) &&
          !/-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$/.test(name),
      );

    // A choice is kept with its label: the widgets that search the server know none but the chosen ones.
    const valueOf = (field) => {
      if (field.localName === "select")
        return [...field.selectedOptions].map(({ value, text }) => [value, text]);
      return field.type === "checkbox" ? field.checked : field.value;
    };
    const read = () => Object.fromEntries(fields().map((field) => [field.name, valueOf(field)]));
    const same = (one, other) => {
      const bare = (values) =>
        JSON.stringify(
          Object.entries(values)
            .sort()
            .map(([name, value]) => [name, Array.isArray(value) ? value.map(([id]) => id) : value]),
        );
      return bare(one) === bare(other);
    };

    const tell = (text, isTrouble = false) => {
      state.textContent = text;
      state.classList.toggle("draft-trouble", isTrouble);
    };
    const tellHere = (why) =>
      isStored
        ? tell(interpolate(gettext("%(why)s: kept in this browser"), { why }, true), true)
        : tell(interpolate(gettext("%(why)s: not saved"), { why }, true), true);
    const tellOthers = (names) => {
      // Isolated, so that a Latin name does not turn the sentence around.
      const listed = names.map((name) => `\u2068${name}\u2069`).join(gettext(", "));
      others.textContent = names.length
        ? interpolate(gettext("Open for editing at %(names)s"), { names: listed }, true)
        : "";
    };

    const store = (values) => {
      const kept = JSON.stringify({ at: Date.now(), values, sequence });
      isStored = attempt(() => localStorage.setItem(key, kept) ?? true) === true;
    };
    const post = (said, keepalive) =>
      fetch(draftUrl, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
        },
        body: said,
        keepalive: keepalive && said.length * 2 < KEEPALIVE_BYTES,
        // To where one signs in: a form that lies open is not to follow.
        redirect: "manual",
        signal: AbortSignal.timeout(15_000),
      });

    const message = (more) =>
      JSON.stringify({
        version: Number(form.elements.opened_version?.value) || null,
        key: form.elements.draft_key.value,
        replaces: form.elements.replaces.value,
        ...more,
      });

    const listen = async (response) => {
      if (response.type === "opaqueredirect") throw new Error(gettext("Your session has ended"));
      const answer = await response.json().catch(() => ({}));
      if (!response.ok) throw new Error(answer.refused ?? gettext("The site does not take the draft"));
      tellOthers(answer.others);
      return answer;
    };

    const send = async (isLast = false) => {
      clearTimeout(pause);
      clearTimeout(longest);
      longest = null;
      if (!isDirty || drafted >= sequence || (isLast && submitted >= sequence)) return;
      const values = read();
      store(values);
      if (!draftUrl) return;
      if (sending && !isLast) {
        await sending.catch(() => {});
        return send();
      }
      const own = sequence;
      sending = post(message({ values, sequence: own, leaving: hasLeft }), isLast).then(listen);
      try {
        const { at } = await sending;
        drafted = Math.max(drafted, own);
        if (sequence === own) {
          if (keptAt(key)?.sequence === own) attempt(() => localStorage.removeItem(key));
          tell(interpolate(gettext("Draft saved at %(at)s"), { at }, true));
        }
      } catch (error) {
        tellHere(error instanceof TypeError || error.name === "TimeoutError" ? gettext("No line") : error.message);
      } finally {
        sending = null;
      }
    };

    const write = (values) => {
      for (const field of fields()) {
        const value = values[field.name];
        if (value === undefined) continue;
        if (field.localName === "select") {
          for (const option of [...field.options]) option.selected = false;
          for (const [id, label] of value) {
            const option =
              [...field.options].find((known) => known.value === id) ??
              field.appendChild(new Option(label, id));
            option.selected = true;
            if (field.multiple) field.append(option);
          }
          window.django?.jQuery(field).trigger("change");
        } else if (field.type === "checkbox") field.checked = value;
        else field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      if (editor) editor.commands.setContent(editor.storage.kept.opened(values.body ?? "", editor.schema));
    };

    const offer = (place, draft) => {
      const bar = document.createElement("div");
      bar.className = "kept-draft";
      bar.setAttribute("role", "alert");
      const { lang, dataset } = document.documentElement;
      const when = new Date(draft.at).toLocaleString(lang, {
        dateStyle: "medium",
        timeStyle: "short",
        numberingSystem: dataset.numerals ?? "latn",
      });
      const text = document.createElement("p");
      text.textContent = gettext("This browser kept a text that was not saved, from:") + " " + when;
      const restore = document.createElement("button");
      const discard = document.createElement("button");
      restore.type = discard.type = "button";
      restore.className = "button default";
      discard.className = "button";
      restore.textContent = gettext("Bring it back");
      discard.textContent = gettext("Discard it");
      bar.append(text, restore, discard);
      restore.addEventListener("click", () => {
        write(draft.values);
        bar.remove();
        touched();
        store(read());
        if (isStored && place !== key) attempt(() => localStorage.removeItem(place));
      });
      discard.addEventListener("click", () => {
        attempt(() => localStorage.removeItem(place));
        bar.remove();
      });
      form.prepend(bar);
    };

    const touched = () => {
      isDirty = true;
      sequence += 1;
      tell(gettext("Not saved yet"));
      clearTimeout(pause);
      pause = setTimeout(send, PAUSE_MILLISECONDS);
      longest ??= setTimeout(send, LONGEST_MILLISECONDS);
    };

    const ping = () => {
      if (!draftUrl || document.hidden) return;
      if (article !== "new")
        post(message({}), false)
          .then(listen)
          .catch(() => {});
      // What found no line tries again, and so does what was sent to be saved and stopped.
      if (!sending) send();
    };

    const start = () => {
      for (const place of places().filter((name) => name.startsWith(ofArticle))) {
        const draft = keptAt(place);
        const there = document.querySelector(`[data-draft^="${CSS.escape(place.slice(ofArticle.length))}:"]`);
        const isThere = draft?.sequence <= Number(there?.dataset.draft.split(":")[1]);
        if (!draft?.values || isThere || same(draft.values, { ...draft.values, ...read() })) {
          if (typed !== "1") attempt(() => localStorage.removeItem(place));
        } else offer(place, draft);
      }
      // Widgets and the editor tell of changes while they set themselves up, too; those are nobody's typing.
      let isUsed = false;
      for (const type of ["keydown", "pointerdown", "paste", "drop"]) {
        form.addEventListener(type, () => (isUsed = true), { capture: true });
      }
      form.addEventListener("input", (event) => {
        if (event.isTrusted || (isUsed && event.target.name === "body")) touched();
      });
      form.addEventListener("change", (event) => {
        if (event.isTrusted || isUsed) touched();
      });
      // Widgets that search the server tell jQuery alone.
      window.django?.jQuery(form).on("change", (event) => {
        if (!event.originalEvent && isUsed) touched();
      });
      form.addEventListener("focusout", () => longest && send());
      // What came back with errors is in no draft yet.
      if (isDirty) touched();
      ping();
      setInterval(ping, PING_MILLISECONDS);
    };

    form.addEventListener("prose-editor:ready", (event) => {
      editor = event.detail.editor;
    });
    form.addEventListener("submit", () => {
      clearTimeout(pause);
      clearTimeout(longest);
      longest = null;
      if (isDirty) store(read());
      form.elements.draft_sequence.value = sequence;
      // Not asked whether to leave; but what is typed on, should the sending be stopped, is kept again.
      submitted = sequence;
    });
    document.addEventListener("visibilitychange", () => (document.hidden ? send(true) : ping()));
    window.addEventListener("online", () => send());
    window.addEventListener("pagehide", () => {
      hasLeft = true;
      send(true);
      // Not every browser sends another request once the page is gone. A beacon takes no header, but a form has a token.
      if (!leaveUrl) return;
      const { csrfmiddlewaretoken } = form.elements;
      navigator.sendBeacon(leaveUrl, new URLSearchParams({ csrfmiddlewaretoken: csrfmiddlewaretoken.value }));
    });
    window.addEventListener("pageshow", ({ persisted }) => {
      hasLeft = false;
      if (persisted) ping();
    });
    window.addEventListener("beforeunload", (event) => {
      if (isDirty && sequence > Math.max(drafted, submitted)) event.preventDefault();
    });
    window.addEventListener("load", start);
  }
}
