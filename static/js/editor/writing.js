/* Comforts of the article form: growing fields, a counter, the direction of the language, the order of what is chosen. */
"use strict";
{
  const form = document.getElementById("writing")?.closest("form");
  if (form?.querySelector("[name=headline]")) start(form);

  function start(form) {
    for (const field of form.querySelectorAll("textarea[name=headline], textarea[name=summary]")) grow(field);
    for (const field of form.querySelectorAll("[name=headline], [name=summary]")) count(field);
    for (const field of form.querySelectorAll("[data-one-line]")) {
      field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    }
    followLanguage(form);
    nameScheduling(form);
    form.querySelectorAll("select[name=bylines], select[name=related]").forEach(order);
    form.addEventListener("submit", (event) => refuseSecond(form, event));
  }

  function grow(field) {
    const fit = () => {
      field.style.blockSize = "auto";
      field.style.blockSize = `${field.scrollHeight + 2}px`;
    };
    field.addEventListener("input", fit);
    window.addEventListener("load", fit);
    // In the letters that stand in for them, it may have had fewer lines.
    document.fonts.ready.then(fit);
    fit();
  }

  function count(field) {
    if (field.maxLength < 0) return;
    const shown = document.createElement("span");
    shown.className = "counter";
    shown.setAttribute("aria-live", "off");
    const tell = () => {
      const numbers = { count: field.value.length, most: field.maxLength };
      shown.textContent = interpolate(gettext("%(count)s of %(most)s"), numbers, true);
      shown.classList.toggle("counter-full", field.value.length > field.maxLength * 0.9);
    };
    field.closest(".form-row").querySelector("label").append(" ", shown);
    field.addEventListener("input", tell);
    tell();
  }

  // The text runs as its language does, whatever the direction of the desk.
  function followLanguage(form) {
    const language = form.querySelector("[name=language]");
    const rtl = document.getElementById("writing").dataset.rtlLanguages.split(" ");
    const apply = () => {
      const dir = rtl.includes(language.value) ? "rtl" : "ltr";
      const texts = form.querySelectorAll(
        "[name=kicker], [name=headline], [name=summary], [name=body], .prose-editor > .ProseMirror",
      );
      for (const text of texts) {
        text.dir = dir;
        text.lang = language.value;
      }
    };
    language.addEventListener("change", apply);
    form.addEventListener("prose-editor:ready", apply);
    apply();
  }

  function nameScheduling(form) {
    const button = form.querySelector("button[data-later]");
    const hour = form.querySelector("[name=publish_at]");
    if (!button || !hour) return;
    const own = button.textContent;
    const apply = () => {
      button.textContent = hour.value ? button.dataset.later : own;
    };
    hour.addEventListener("input", apply);
    apply();
  }

  /* The names as a list in which each can be moved up: the order of the options is the order that is sent. */
  function order(select) {
    const $ = window.django.jQuery;
    const list = document.createElement("ol");
    list.className = "byline-order";
    select.closest(".form-row").append(list);
    const show = () => {
      const chosen = [...select.selectedOptions];
      list.hidden = chosen.length < 2;
      list.replaceChildren(
        ...chosen.map((option, index) => {
          const item = document.createElement("li");
          const name = document.createElement("bdi");
          name.textContent = option.text;
          item.append(name);
          if (index > 0) {
            const up = document.createElement("button");
            up.type = "button";
            up.textContent = "↑";
            up.title = gettext("Move up");
            up.setAttribute("aria-label", `${gettext("Move up")}: ${option.text}`);
            up.addEventListener("click", () => {
              chosen[index - 1].before(option);
              $(select).trigger("change");
              list.querySelectorAll("li")[index - 1].querySelector("button")?.focus();
            });
            item.append(" ", up);
          }
          return item;
        }),
      );
    };
    // A name that is chosen again after being removed comes last.
    $(select).on("select2:select", (event) => {
      select.append(event.params.data.element);
      $(select).trigger("change");
    });
    $(select).on("change", show);
    show();
  }

  function refuseSecond(form, event) {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    // A second press is a slip, a later one is meant: the first may have been stopped.
    setTimeout(() => delete form.dataset.sent, 3_000);
  }
}
