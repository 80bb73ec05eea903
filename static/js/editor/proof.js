/* The proof of what is being written: at each pause the server, which prints the pages, tells what it finds in the text
   and how readers will see it. What it finds keeps its place in the document while one writes on. */
import { Extension, gettext, pm } from "django-prose-editor/editor";

const PAUSE_MILLISECONDS = 250;
// A text that takes the server long is asked about less often: the pause is so many times what it took.
const PAUSE_SHARE = 3;
const LONGEST_PAUSE_MILLISECONDS = 2_000;
// Fields without markup that pages print.
const LINES = ["kicker", "headline", "summary"];
// What goes on with the word before it. Anything else may be the beginning of what stands beside an isolate.
const GOES_ON = {
  ltr: /^(?!.*[\p{Script=Arabic}\p{Script=Hebrew}])[\p{L}\p{N}+#@_/-]+$/u,
  rtl: /^(?!.*\p{Script=Latin})[\p{L}\p{M}\p{N}#@_/-]+$/u,
};

const key = new pm.state.PluginKey("proof");

/* `tells` and `isolates`, each with its places in the document. */
export const foundIn = (state) => key.getState(state) ?? { tells: [], isolates: [] };

const listeners = new Set();
let latest = null;

/* Have `listener` called with each answer: what the server sent, or an `error`. */
export const onProof = (listener) => {
  listeners.add(listener);
  if (latest) listener(latest);
};

/* From places in the text of a document, which count code points, to those in the document. */
const placer = (doc) => {
  const positions = [];
  const ends = [];
  doc.descendants((node, position) => {
    if (!node.isText) return;
    let at = position;
    for (const char of node.text) {
      positions.push(at);
      at += char.length;
      ends.push(at);
    }
  });
  return (start, end) => ({ from: positions[start], to: ends[end - 1] });
};

const placed = ({ tells, isolates }, doc) => {
  const place = placer(doc);
  return {
    tells: tells.map((tell, id) => ({
      ...tell,
      id,
      ...place(tell.start, tell.end),
      edits: tell.edits.map(({ start, end, text }) => ({ ...place(start, end), text })),
    })),
    isolates: isolates.map(([start, end, dir]) => ({ ...place(start, end), dir })),
  };
};

const mappedPlace = ({ from, to }, mapping) => ({ from: mapping.map(from, 1), to: mapping.map(to, -1) });

/* What is still there after a change; what was written into or away is looked for anew. */
const mappedTells = (tells, { mapping, doc }) =>
  tells
    .map((tell) => ({
      ...tell,
      ...mappedPlace(tell, mapping),
      edits: tell.edits.map((edit) => ({ ...edit, ...mappedPlace(edit, mapping) })),
    }))
    .filter(({ from, to, quoted }) => from < to && doc.textBetween(from, to) === quoted);

/* An isolate stays one whatever is written into it, or on at its end. */
const mappedIsolates = (isolates, { mapping, doc }) =>
  isolates
    .map(({ dir, ...place }) => {
      const { from, to } = mappedPlace(place, mapping);
      const end = mapping.map(place.to, 1);
      return { dir, from, to: GOES_ON[dir].test(doc.textBetween(to, end, "\n", "\n")) ? end : to };
    })
    .filter(({ from, to }) => from < to);

const found = new pm.state.Plugin({
  key,
  state: {
    init: () => ({ tells: [], isolates: [] }),
    apply: (tr, { tells, isolates }) =>
      tr.getMeta(key) ?? { tells: mappedTells(tells, tr), isolates: mappedIsolates(isolates, tr) },
  },
});

const watch = (editor, form, address) => {
  // Counts the changes: an answer to what was changed since is of no use, and the change has asked again.
  let version = 0;
  let timer = null;
  let took = 0;

  const ask = async () => {
    // Whatever is drawn anew would end a composition.
    if (editor.view.composing) return askSoon();
    const asked = version;
    const began = performance.now();
    let answer;
    try {
      const fields = LINES.map((name) => form.elements[name]).filter(Boolean);
      const response = await fetch(address, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value,
        },
        // To where one signs in what was typed is not to follow.
        redirect: "manual",
        body: JSON.stringify({
          body: editor.getHTML(),
          language: form.elements.language?.value ?? "ar",
          lines: Object.fromEntries(fields.map(({ name, value }) => [name, value])),
        }),
      });
      answer = await response.json();
    } catch {
      answer = { error: gettext("The text could not be looked through; the next change tries again.") };
    }
    took = performance.now() - began;
    if (editor.isDestroyed || asked !== version) return;
    if (editor.view.composing) return askSoon();
    if (!answer.error) {
      const { state, view } = editor;
      view.dispatch(state.tr.setMeta(key, placed(answer, state.doc)).setMeta("addToHistory", false));
    }
    latest = answer;
    for (const listener of listeners) listener(answer);
  };

  const askSoon = () => {
    version += 1;
    clearTimeout(timer);
    const pause = Math.min(Math.max(PAUSE_MILLISECONDS, PAUSE_SHARE * took), LONGEST_PAUSE_MILLISECONDS);
    timer = setTimeout(ask, pause);
  };

  editor.on("transaction", ({ transaction }) => transaction.docChanged && askSoon());
  for (const type of ["input", "change"]) {
    form.addEventListener(type, ({ target }) => {
      if (target.name === "language" || LINES.includes(target.name)) askSoon();
    });
  }
  ask();
};

export const Proof = Extension.create({
  name: "proof",
  addProseMirrorPlugins: () => [found],
  onCreate({ editor }) {
    const about = document.getElementById("writing");
    if (about?.dataset.proofUrl) watch(editor, about.closest("form"), about.dataset.proofUrl);
  },
});
