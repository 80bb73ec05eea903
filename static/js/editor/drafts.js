/* Nothing typed is lost. What is typed is kept in this browser at each pause, sent to the site as the writer's draft,
   and dropped here once it is there; without a line, or a session, it stays here and is offered when the form opens.

   The copy belongs to one account, one article and one form that was opened: what is typed in another, or in a form
   opened anew, does not write over it. It is dropped when a page reports that the save succeeded, and after two weeks.
   The same messages tell the site that the form is open, and who else has it open. */
"use strict";
{
  const PREFIX = "nashra.draft.";
  const SUBMITTED = "nashra.submitted";
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

  const dropSaved = () => {
    const key = attempt(() => sessionStorage.getItem(SUBMITTED));
    if (!key || !document.querySelector(".messagelist .success")) return;
    attempt(() => localStorage.removeItem(key));
    attempt(() => sessionStorage.removeItem(SUBMITTED));
  };

  const dropOld = () =>
    attempt(() => {
      for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
        const age = Date.now() - (attempt(() => JSON.parse(localStorage.getItem(key)).at) ?? 0);
        if (age > DAYS_KEPT * 86_400_000) localStorage.removeItem(key);
      }
    });

  dropSaved();
  dropOld();

  const about = document.getElementById("writing");
  const form = about?.closest("form");
  if (form?.querySelector("[name=headline]")) keep(form, about.dataset);

  function keep(form, { user, article, typed, draftUrl }) {
    const ofArticle = `${PREFIX}${user}.${article}.`;
    const key = ofArticle + form.elements.draft_key.value;
    const state = form.querySelector(".draft-state");
    const others = form.querySelector(".others-at-it");
    let editor = null;
    let pause = null;
    let longest = null;
    let isDirty = typed === "1";
    let isLeaving = false;
    let isStored = false;
    // The last that the site has.
    let sentStamp = "";
    let stamp = "";
    let sending = null;

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
      const kept = JSON.stringify({ at: Date.now(), values, stamp });
      isStored = attempt(() => localStorage.setItem(key, kept) ?? true) === true;
    };
    const keptAt = (place) => attempt(() => JSON.parse(localStorage.getItem(place)));

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
        ...more,
      });

    const listen = async (response) => {
      if (response.type === "opaqueredirect") throw new Error(gettext("Your session has ended"));
      const answer = await response.json().catch(() => ({}));
      if (!response.ok) throw new Error(answer.refused ?? gettext("The site does not take the draft"));
      tellOthers(answer.others);
      return answer;
    };

    // One at a time, so that an older text cannot arrive after a newer one.
    const send = async (isLast = false) => {
      clearTimeout(pause);
      clearTimeout(longest);
      longest = null;
      if (!isDirty || isLeaving || sentStamp === stamp) return;
      const values = read();
      store(values);
      if (!draftUrl) return;
      if (sending && !isLast) {
        await sending.catch(() => {});
        return send();
      }
      const own = stamp;
      sending = post(message({ values, stamp: own }), isLast).then(listen);
      try {
        const { at } = await sending;
        sentStamp = own;
        if (stamp === own) {
          if (keptAt(key)?.stamp === own) attempt(() => localStorage.removeItem(key));
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
      if (editor) editor.commands.setContent(values.body ?? "");
    };

    const offer = (place, draft) => {
      const bar = document.createElement("div");
      bar.className = "kept-draft";
      bar.setAttribute("role", "alert");
      const when = new Date(draft.at).toLocaleString(document.documentElement.lang, {
        dateStyle: "medium",
        timeStyle: "short",
        numberingSystem: "latn",
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
      stamp = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`.slice(0, 36);
      tell(gettext("Not saved yet"));
      clearTimeout(pause);
      pause = setTimeout(send, PAUSE_MILLISECONDS);
      longest ??= setTimeout(send, LONGEST_MILLISECONDS);
    };

    const ping = () => {
      if (!draftUrl || article === "new" || document.hidden) return;
      post(message({}), false)
        .then(listen)
        .catch(() => {});
      // What found no line tries again.
      if (isDirty && sentStamp !== stamp && !sending) send();
    };

    const start = () => {
      const places = attempt(() => Object.keys(localStorage)) ?? [];
      for (const place of places.filter((name) => name.startsWith(ofArticle))) {
        const draft = keptAt(place);
        const isThere = draft?.stamp && document.querySelector(`[data-stamp="${CSS.escape(draft.stamp)}"]`);
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
      if (isDirty) store(read());
      attempt(() => sessionStorage.setItem(SUBMITTED, key));
      isLeaving = true;
    });
    document.addEventListener("visibilitychange", () => (document.hidden ? send(true) : ping()));
    window.addEventListener("online", () => send());
    window.addEventListener("pagehide", () => {
      send(true);
      if (draftUrl && article !== "new") post(message({ leaving: true }), true).catch(() => {});
    });
    window.addEventListener("beforeunload", (event) => {
      if (isDirty && !isLeaving && sentStamp !== stamp) event.preventDefault();
    });
    window.addEventListener("pageshow", () => {
      isLeaving = false;
    });
    window.addEventListener("load", start);
  }
}
