// Suggestions while typing, by the combobox pattern of the ARIA Authoring Practices: the focus stays in the field, and
// the arrows move through the list. Without this script the form works as it stands.
const PAUSE = 150; // milliseconds without a key
const SHORTEST = 2;

for (const field of document.querySelectorAll("input[data-suggestions]")) dress(field);

function dress(field) {
  const frame = document.createElement("div");
  frame.className = "suggestions-frame";
  field.replaceWith(frame);
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${field.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
  list.hidden = true;
  frame.append(field, list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  if (field.autofocus) field.focus();

  let typed = field.value;
  let chosen = -1;
  let timer;
  let asking;

  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const show = (suggestions) => {
    list.replaceChildren(
      ...suggestions.map(({ text, address, direction }, place) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${place}`;
        item.className = address ? "suggestions__item suggestions__item--article" : "suggestions__item";
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dir = direction ?? "auto";
        item.textContent = text;
        if (address) item.dataset.address = address;
        return item;
      }),
    );
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = suggestions.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
  };

  const choose = (place) => {
    const items = [...list.children];
    // Beyond either end it is what was typed.
    chosen = place < -1 ? items.length - 1 : place >= items.length ? -1 : place;
    items.forEach((item, number) => item.setAttribute("aria-selected", String(number === chosen)));
    const item = items[chosen];
    if (item) {
      field.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
    field.value = item && !item.dataset.address ? item.textContent : typed;
  };

  const follow = (item) => {
    if (item.dataset.address) {
      location.assign(item.dataset.address);
      return;
    }
    field.value = item.textContent;
    close();
    field.form.requestSubmit();
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const address = `${field.dataset.suggestions}?${new URLSearchParams({ q: typed })}`;
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch {
      // Another key was pressed, or there is no connection: nothing is suggested.
    }
  };

  field.addEventListener("input", (event) => {
    typed = field.value;
    clearTimeout(timer);
    if (event.isComposing || typed.trim().length < SHORTEST) {
      close();
      return;
    }
    timer = setTimeout(ask, PAUSE);
  });

  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      choose(event.key === "ArrowDown" ? chosen + 1 : chosen - 1);
    } else if (event.key === "Enter" && list.children[chosen]?.dataset.address) {
      follow(list.children[chosen]);
    } else if (event.key === "Escape") {
      field.value = typed;
      close();
    } else {
      return;
    }
    event.preventDefault();
  });

  // A press of the pointer must not take the focus, which would close the list before it is followed.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) follow(item);
  });
  field.addEventListener("blur", close);
  field.form.addEventListener("submit", close);
}
