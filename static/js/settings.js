// The panel in which readers say how they like to read. `appearance.js` puts it into effect, here and in other tabs.
const KEY = "nashra.settings";
const panel = document.querySelector("[data-settings]");
const form = panel.querySelector("form");

// The page tells each group as «legend|value=choice|…», which is half as long as the fields are.
for (const [name, told] of Object.entries(form.dataset)) {
  const [legend, ...choices] = told.split("|");
  const group = element("fieldset", element("legend", legend));
  for (const choice of choices) {
    const [value, text] = choice.split("=");
    const field = Object.assign(document.createElement("input"), { type: "radio", name, value });
    group.append(element("label", field, element("span", text)));
  }
  form.append(group);
}

function element(name, ...content) {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function show() {
  const { dataset } = document.documentElement;
  for (const field of form.elements) {
    if (field.type === "radio") field.checked = field.value === dataset[field.name];
  }
}

function close() {
  if (!panel.open) return;
  const isInside = panel.contains(document.activeElement);
  panel.open = false;
  if (isInside) panel.querySelector("summary").focus();
}

try {
  // Where nothing can be kept there is nothing to set.
  localStorage.setItem(KEY, localStorage.getItem(KEY) ?? "{}");
  show();
} catch {
  panel.parentElement.style.padding = 0;
  panel.remove();
}

form.addEventListener("change", ({ target }) => {
  localStorage.setItem(KEY, JSON.stringify({ ...kept(), [target.name]: target.value }));
  const { top } = target.getBoundingClientRect();
  dispatchEvent(new StorageEvent("storage", { key: KEY }));
  // What stands above grows with the size of text, and the next choice is where the finger is.
  scrollBy({ top: target.getBoundingClientRect().top - top, behavior: "instant" });
});
// Enter on a choice would load the page anew.
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("storage", show);
panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
panel.addEventListener("focusout", ({ relatedTarget }) => {
  if (relatedTarget && !panel.contains(relatedTarget)) panel.open = false;
});
document.addEventListener("pointerdown", ({ target }) => {
  if (!panel.contains(target)) close();
});
