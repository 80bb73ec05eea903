/* Tells of machine translation: marked in the text, listed beside it, and corrected by key or press.

   The server finds them in the text as it stands; a correction is a step of the editor and undone like any other. */
import { Extension, gettext, pm } from "django-prose-editor/editor";
import { foundIn, onProof } from "newsroom/proof";

const { Decoration, DecorationSet } = pm.view;

const tellsOf = (state) => foundIn(state).tells;

const marks = new pm.state.Plugin({
  props: {
    decorations(state) {
      const marked = tellsOf(state).map(({ from, to, kind, sentence }) =>
        Decoration.inline(from, to, { class: `tell tell-${kind}`, title: sentence }),
      );
      return DecorationSet.create(state.doc, marked);
    },
  },
});

/* One step for all, of its own in the history. */
const correct = (editor, tells) => {
  const { state, view } = editor;
  const edits = tells.flatMap((tell) => tell.edits).sort((one, other) => other.from - one.from);
  if (!edits.length) return false;
  const tr = pm.history.closeHistory(state.tr);
  for (const { from, to, text } of edits) {
    const around = state.doc.resolve(from).marksAcross(state.doc.resolve(to));
    if (text) tr.replaceWith(from, to, state.schema.text(text, around));
    else tr.delete(from, to);
  }
  view.dispatch(tr);
  return true;
};

const select = (editor, { from, to }) =>
  editor.chain().focus().setTextSelection({ from, to }).scrollIntoView().run();

const selected = ({ state }) => {
  const { from, to } = state.selection;
  return tellsOf(state).find((tell) => tell.from <= from && to <= tell.to);
};

const next = ({ state }, after) => {
  const tells = tellsOf(state);
  return tells.find(({ from }) => from >= after) ?? tells[0];
};

const element = (name, className, ...children) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
};

const button = (className, text, action, press) => {
  const made = element("button", className, text);
  made.type = "button";
  made.dataset.action = action;
  made.addEventListener("click", press);
  return made;
};

/* The panel beside the text. */
const list = (editor, panel) => {
  const status = panel.querySelector(".tells__status");
  let shown = null;

  const all = (kind) => tellsOf(editor.state).filter((tell) => tell.kind === kind);

  const item = (tell) => {
    const current = () => tellsOf(editor.state).find(({ id }) => id === tell.id);
    const words = element("button", "tells__words", tell.before, element("mark", "", tell.quoted), tell.after);
    words.type = "button";
    words.dir = "auto";
    words.addEventListener("click", () => current() && select(editor, current()));
    const row = element("li", "", words, element("p", "", tell.sentence));
    if (tell.edits.length) {
      const label = tell.replacement ? element("bdi", "", tell.replacement) : gettext("Remove it");
      const fix = button("button", label, `fix:${tell.id}`, () => current() && correct(editor, [current()]));
      if (tell.replacement) fix.setAttribute("aria-label", gettext("Correct to:") + " " + tell.replacement);
      row.append(fix);
    }
    return row;
  };

  const group = (kind) => {
    const tells = all(kind);
    const heading = element("h3", "", tells[0].label, " ", element("span", "tells__count", `${tells.length}`));
    const made = element("section", "", heading);
    if (tells.filter(({ edits }) => edits.length).length > 1)
      made.append(
        button("button", gettext("Correct all of this kind"), `all:${kind}`, () => correct(editor, all(kind))),
      );
    made.append(element("ol", "", ...tells.map(item)));
    return made;
  };

  const show = () => {
    const tells = tellsOf(editor.state);
    const listed = JSON.stringify(tells.map(({ id, kind, before, quoted, after }) => [id, kind, before, quoted, after]));
    if (listed === shown) return;
    shown = listed;
    const kinds = panel.querySelector(".tells__kinds");
    const buttons = () => [...kinds.querySelectorAll("button[data-action]")];
    const focused = buttons().indexOf(document.activeElement);
    kinds.replaceChildren(...[...new Set(tells.map(({ kind }) => kind))].map(group));
    panel.querySelector("h2 .tells__count").textContent = `${tells.length}`;
    panel.querySelector(".tells__keys").hidden = !tells.length;
    // Who goes through the list by key goes on where they were.
    if (focused >= 0) (buttons()[focused] ?? buttons().at(-1) ?? editor.view.dom).focus();
  };

  editor.on("transaction", show);
  onProof(({ error, tells, note }) => {
    status.textContent = error ?? (tells.length ? note : gettext("None was found."));
  });
};

export const Tells = Extension.create({
  name: "tells",
  addProseMirrorPlugins: () => [marks],
  addKeyboardShortcuts() {
    const go = (editor, after) => {
      const tell = next(editor, after);
      if (!tell) return false;
      document.querySelector("#tells .tells__status").textContent = `${tell.label}: ${tell.sentence}`;
      return select(editor, tell);
    };
    const fix = (editor, tells) => {
      const tell = selected(editor);
      if (!tell) return go(editor, editor.state.selection.to);
      if (!correct(editor, tells(tell))) return go(editor, tell.to);
      go(editor, editor.state.selection.to);
      return true;
    };
    return {
      "Alt-n": ({ editor }) => go(editor, editor.state.selection.from + 1),
      "Alt-Enter": ({ editor }) => fix(editor, (tell) => [tell]),
      "Alt-Shift-Enter": ({ editor }) =>
        fix(editor, ({ kind }) => tellsOf(editor.state).filter((tell) => tell.kind === kind)),
    };
  },
  onCreate({ editor }) {
    const panel = document.getElementById("tells");
    if (panel) list(editor, panel);
  },
});
