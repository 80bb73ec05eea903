/* Below a plain field, which can isolate nothing: its text as readers see it, where that differs. */
import { gettext } from "django-prose-editor/editor";
import { onProof } from "newsroom/proof";

const form = document.getElementById("writing")?.closest("form");

const lineBelow = (field) => {
  const line = document.createElement("p");
  line.className = "as-read";
  // Who hears a text hears it in the order in which it is written.
  line.setAttribute("aria-hidden", "true");
  const label = document.createElement("span");
  label.className = "as-read__label";
  label.textContent = gettext("As readers see it");
  const text = document.createElement("bdi");
  line.append(label, " ", text);
  field.closest(".form-row").append(line);
  return line;
};

const lines = new Map();

onProof(({ error, lines: printed }) => {
  if (error) return;
  for (const name of ["kicker", "headline", "summary"]) {
    const field = form.elements[name];
    if (!field || (!printed[name] && !lines.has(name))) continue;
    if (!lines.has(name)) lines.set(name, lineBelow(field));
    const line = lines.get(name);
    line.hidden = !printed[name];
    const text = line.querySelector("bdi");
    text.dir = field.dir;
    text.lang = field.lang;
    // Escaped by the server but for what isolates.
    text.innerHTML = printed[name] ?? "";
  }
});
