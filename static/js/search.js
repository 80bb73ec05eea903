// Suggestions while typing, by the combobox pattern of the ARIA Authoring Practices: the focus stays in the field, and
// the arrows move through the list. Without this script the form works as it stands.
const PAUSE = 150; // milliseconds without a key
const SHORTEST = 2;

for (const field of document.querySelectorAll("input[data-suggestions]")) dress(field);

function dress(field) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${field.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
  list.hidden = true;
  // The field stays where it is: moved, it would lose the focus of who types already.
  field.after(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  let typed = field.value;
  let chosen = -1;
  let timer;
  let asking;

  // What was asked for is not awaited any more.
  const stop = () => {
    clearTimeout(timer);
    asking?.abort();
  };

  const mark = (place) => {
    chosen = place;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === place)));
    const item = list.children[place];
    if (item) field.setAttribute("aria-activedescendant", item.id);
    else field.removeAttribute("aria-activedescendant");
    return item;
  };

  const close = () => {
    stop();
    mark(-1);
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
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
    mark(-1);
    list.hidden = suggestions.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
  };

  const choose = (place) => {
    // A list that came now would take away what is being chosen.
    stop();
    const last = list.children.length - 1;
    // Beyond either end it is what was typed.
    const item = mark(place < -1 ? last : place > last ? -1 : place);
    item?.scrollIntoView({ block: "nearest" });
    field.value = item && !item.dataset.address ? item.textContent : typed;
  };

  const follow = (item) => {
    // Closed before the page is left, which is shown as it was to who comes back.
    close();
    if (item.dataset.address) {
      location.assign(item.dataset.address);
      return;
    }
    field.value = item.textContent;
    field.form.requestSubmit();
  };

  const ask = async () => {
    asking = new AbortController();
    const address = `${field.dataset.suggestions}?${new URLSearchParams({ q: typed })}`;
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch {
      // Another key was pressed, or there is no connection: nothing is suggested.
    }
  };

  // While a word is being composed, too: keyboards of telephones compose every word.
  field.addEventListener("input", () => {
    typed = field.value;
    stop();
    mark(-1);
    if (typed.trim().length < SHORTEST) {
      close();
      return;
    }
    timer = setTimeout(ask, PAUSE);
  });

  field.addEventListener("keydown", (event) => {
    // The keys of a composition are those of the input method.
    if (list.hidden || event.isComposing) return;
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
