/* Notes, written at the place of their mark. Their numbers are given when the text is printed. */
import { Extension, gettext, Node, Plugin, pm } from "django-prose-editor/editor";

const { TextSelection } = pm.state;

const noteAt = ({ selection: { $from } }) => {
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth);
    if (node.type.name === "footnote") return { node, position: $from.before(depth) };
  }
  return null;
};

const canStand = (state) => {
  const { $to } = state.selection;
  return !noteAt(state) && $to.parent.canReplaceWith($to.index(), $to.index(), state.schema.nodes.footnote);
};

const insert = ({ state, view }) => {
  if (!canStand(state)) return false;
  const { to } = state.selection;
  const text = gettext("Text of the note");
  const tr = state.tr.insert(to, state.schema.nodes.footnote.create(null, state.schema.text(text)));
  // What is typed now takes its place.
  tr.setSelection(TextSelection.create(tr.doc, to + 1, to + 1 + text.length));
  view.dispatch(tr.scrollIntoView());
  view.focus();
  return true;
};

const leave = ({ state, view }) => {
  const note = noteAt(state);
  if (!note) return false;
  const { node, position } = note;
  const tr = state.tr;
  if (node.content.size) tr.setSelection(TextSelection.create(tr.doc, position + node.nodeSize));
  else tr.delete(position, position + node.nodeSize);
  view.dispatch(tr);
  return true;
};

/* One key empties a note, the next takes it away; without text the browser would put the caret beside it. */
const takeAway = ({ state, view }) => {
  const note = noteAt(state);
  if (!note || note.node.content.size > 1) return false;
  view.dispatch(state.tr.delete(note.position, note.position + note.node.nodeSize));
  return true;
};

export const Footnote = Node.create({
  name: "footnote",
  group: "inline",
  inline: true,
  content: "text*",
  isolating: true,
  draggable: true,
  parseHTML: () => [{ tag: "small.footnote", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["small", { class: "footnote", ...HTMLAttributes }, 0],
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "footnote",
      groups: "blocks",
      button: buttons.material("note_add", gettext("Note")),
      active: (editor) => editor.isActive("footnote"),
      enabled: ({ state }) => canStand(state),
      command: (editor) => insert(editor),
    });
  },
});

/* Right behind a note browsers write on in it. */
const writeBehind = new Plugin({
  props: {
    handleDOMEvents: {
      beforeinput(view, event) {
        const { $from, empty } = view.state.selection;
        const isBehind = empty && $from.nodeBefore?.type.name === "footnote";
        if (!isBehind || event.inputType !== "insertText" || !event.data) return false;
        event.preventDefault();
        view.dispatch(view.state.tr.insertText(event.data).scrollIntoView());
        return true;
      },
    },
  },
});

export const FootnoteKeys = Extension.create({
  name: "footnoteKeys",
  // Before what these keys do elsewhere.
  priority: 1200,
  addProseMirrorPlugins: () => [writeBehind],
  addKeyboardShortcuts: () => ({
    "Mod-Alt-f": ({ editor }) => insert(editor),
    Enter: ({ editor }) => leave(editor),
    Escape: ({ editor }) => leave(editor),
    Backspace: ({ editor }) => takeAway(editor),
  }),
});
