/* Nothing typed is lost: a warning before leaving, and a copy in this browser that is offered back.

   The copy belongs to one account and one article. It is dropped when a page reports that the save succeeded, and
   after two weeks. */
"use strict";
{
  const PREFIX = "nashra.draft.";
  const SUBMITTED = "nashra.submitted";
  const DAYS_KEPT = 14;
  const PAUSE_MILLISECONDS = 800;
  const NOT_KEPT = new Set(["csrfmiddlewaretoken", "opened_version", "overwrite", "_continue"]);

  // A browser may refuse storage altogether (private window, full disk): then there is only the warning.
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

  function keep(form, { user, article, typed }) {
    const key = `${PREFIX}${user}.${article}`;
    let editor = null;
    let timer = null;
    let isDirty = typed === "1";
    let isLeaving = false;

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
    const store = () =>
      attempt(() => localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: read() })));

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

    const offer = (draft) => {
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
      });
      discard.addEventListener("click", () => {
        attempt(() => localStorage.removeItem(key));
        bar.remove();
      });
      form.prepend(bar);
    };

    const touched = () => {
      isDirty = true;
      clearTimeout(timer);
      timer = setTimeout(store, PAUSE_MILLISECONDS);
    };

    const start = () => {
      const draft = attempt(() => JSON.parse(localStorage.getItem(key)));
      if (draft?.values && typed !== "1") {
        if (same(draft.values, { ...draft.values, ...read() })) attempt(() => localStorage.removeItem(key));
        else offer(draft);
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
    };

    form.addEventListener("prose-editor:ready", (event) => {
      editor = event.detail.editor;
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      if (isDirty) store();
      attempt(() => sessionStorage.setItem(SUBMITTED, key));
      isLeaving = true;
    });
    window.addEventListener("pagehide", () => isDirty && !isLeaving && store());
    window.addEventListener("beforeunload", (event) => {
      if (isDirty && !isLeaving) event.preventDefault();
    });
    window.addEventListener("pageshow", () => {
      isLeaving = false;
    });
    window.addEventListener("load", start);
  }
}
