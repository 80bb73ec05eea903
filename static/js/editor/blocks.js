/* Blocks beyond paragraphs: pull quotes, fact boxes and galleries, and how one is put in and left again. */
import { Extension, gettext, Node, Plugin, pm } from "django-prose-editor/editor";
import { chooseImages } from "newsroom/library";

const { Selection, TextSelection } = pm.state;
const { Decoration, DecorationSet } = pm.view;
const BLOCKS = ["pullQuote", "factBox", "gallery", "embed"];

/* Where a block of that type can stand, as near to the end of the selection as may be: in place of an empty
   paragraph, or behind what the caret is in. */
const placeFor = ({ selection: { $to, to } }, type) => {
  for (let depth = $to.depth; depth > 0; depth--) {
    const parent = $to.node(depth - 1);
    const own = $to.node(depth);
    const [index, after] = [$to.index(depth - 1), $to.indexAfter(depth - 1)];
    const isEmpty = own.type.name === "paragraph" && own.content.size === 0;
    if (isEmpty && parent.canReplaceWith(index, index + 1, type)) return [$to.before(depth), $to.after(depth)];
    if (parent.canReplaceWith(after, after, type)) return [$to.after(depth), $to.after(depth)];
  }
  return [to, to];
};

/* Put a block in and the caret into it. */
export const insertBlock = (editor, content) => {
  const { state, view } = editor;
  const block = state.schema.nodeFromJSON(content);
  const [from, to] = placeFor(state, block.type);
  const tr = state.tr.replaceWith(from, to, block);
  const end = from + block.nodeSize;
  // With nothing after it, there would be no place to write on.
  if (end === tr.doc.content.size) tr.insert(end, state.schema.nodes.paragraph.create());
  tr.setSelection(Selection.near(tr.doc.resolve(from + 1)));
  view.dispatch(tr.scrollIntoView());
  view.focus();
};

/* The innermost of these blocks around the selection: its type, node, and position. */
export const blockAt = ({ selection }, names = BLOCKS) => {
  const { $from, node, from } = selection;
  if (node && names.includes(node.type.name)) return { name: node.type.name, node, position: from };
  for (let depth = $from.depth; depth > 0; depth--) {
    const name = $from.node(depth).type.name;
    if (names.includes(name)) return { name, node: $from.node(depth), position: $from.before(depth) };
  }
  return null;
};

/* Go on writing behind the block that the caret is in. */
const leave = ({ state, view }) => {
  const block = blockAt(state);
  if (!block) return false;
  const end = block.position + block.node.nodeSize;
  const tr = state.tr;
  if (tr.doc.resolve(end).nodeAfter?.type.name !== "paragraph")
    tr.insert(end, state.schema.nodes.paragraph.create());
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, end + 1)).scrollIntoView());
  return true;
};

/* The words that are selected stay where they are: a pull quote says them again. */
const insertPullQuote = (editor) => {
  const { doc, selection } = editor.state;
  const words = doc.textBetween(selection.from, selection.to, " ").trim();
  const paragraph = { type: "paragraph", ...(words ? { content: [{ type: "text", text: words }] } : {}) };
  const quote = { type: "blockquote", content: [paragraph] };
  insertBlock(editor, { type: "pullQuote", content: [quote, { type: "caption" }] });
  return true;
};

export const PullQuote = Node.create({
  name: "pullQuote",
  group: "block",
  content: "blockquote caption",
  defining: true,
  isolating: true,
  parseHTML: () => [{ tag: "figure.pull-quote", priority: 60 }],
  renderHTML: () => ["figure", { class: "pull-quote" }, 0],
  addKeyboardShortcuts: () => ({ "Mod-Alt-q": ({ editor }) => insertPullQuote(editor) }),
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "pullQuote",
      groups: "blocks",
      button: buttons.material("format_quote", gettext("Pull quote")),
      active: (editor) => editor.isActive("pullQuote"),
      enabled: ({ state }) => !blockAt(state, ["pullQuote", "gallery", "embed"]),
      command: insertPullQuote,
    });
  },
});

/* Put what is selected into a box, an empty one where nothing is, and take it out again. */
const toggleFactBox = (editor) => {
  const { state, commands } = editor;
  if (blockAt(state, ["factBox"])) return commands.lift("factBox");
  if (!state.selection.empty) return commands.wrapIn("factBox");
  const heading = { type: "heading", attrs: { level: 3 } };
  insertBlock(editor, { type: "factBox", content: [heading, { type: "paragraph" }] });
  return true;
};

export const FactBox = Node.create({
  name: "factBox",
  group: "block",
  content: "block+",
  defining: true,
  parseHTML: () => [{ tag: "aside.fact-box" }],
  renderHTML: ({ HTMLAttributes }) => ["aside", { class: "fact-box", ...HTMLAttributes }, 0],
  addKeyboardShortcuts: () => ({ "Mod-Alt-b": ({ editor }) => toggleFactBox(editor) }),
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "factBox",
      groups: "blocks",
      button: buttons.material("fact_check", gettext("Fact box")),
      active: (editor) => editor.isActive("factBox"),
      enabled: ({ state }) => !blockAt(state, ["pullQuote", "gallery", "embed"]),
      command: toggleFactBox,
    });
  },
});

const figureOf = ({ src, alt, width, height, caption, credit }) => {
  const words = [caption, credit].filter(Boolean).join(" — ");
  const image = { type: "image", attrs: { src, alt, width, height } };
  return {
    type: "figure",
    content: [image, ...(words ? [{ type: "caption", content: [{ type: "text", text: words }] }] : [])],
  };
};

/* Pictures from the library as a gallery, or into the one that the caret is in. */
const insertPictures = (editor, libraryUrl) => {
  chooseImages(libraryUrl).then((images) => {
    if (!images.length) return;
    const figures = images.map(figureOf);
    const gallery = blockAt(editor.state, ["gallery"]);
    if (gallery) {
      // Behind the last picture, before the caption of the whole.
      const end = gallery.position + gallery.node.nodeSize - 1 - gallery.node.lastChild.nodeSize;
      editor.chain().focus().insertContentAt(end, figures).run();
    } else insertBlock(editor, { type: "gallery", content: [...figures, { type: "caption" }] });
  });
  return true;
};

/* The picture of a gallery that is selected, or that the caret is in the caption of. */
const pictureAt = (state) => {
  const gallery = blockAt(state, ["gallery"]);
  const figure = gallery && blockAt(state, ["figure"]);
  return figure && figure.position > gallery.position ? { gallery, figure } : null;
};

/* Let it change places with the one before it (-1) or behind it (1). */
const movePicture = ({ state, view }, step) => {
  const found = pictureAt(state);
  if (!found) return false;
  const { gallery, figure } = found;
  const at = state.doc.resolve(figure.position);
  const index = at.index();
  const other = gallery.node.maybeChild(index + step);
  if (other?.type.name !== "figure") return true;
  const place = step < 0 ? figure.position - other.nodeSize : figure.position + other.nodeSize;
  const offset = state.selection.from - figure.position;
  const tr = state.tr.delete(figure.position, figure.position + figure.node.nodeSize);
  tr.insert(place, figure.node);
  tr.setSelection(Selection.near(tr.doc.resolve(place + offset)));
  view.dispatch(tr.scrollIntoView());
  return true;
};

export const Gallery = Node.create({
  name: "gallery",
  group: "block",
  content: "figure+ caption",
  isolating: true,
  addOptions: () => ({ libraryUrl: "" }),
  parseHTML: () => [{ tag: "figure.gallery", priority: 60 }],
  renderHTML: () => ["figure", { class: "gallery" }, 0],
  addKeyboardShortcuts() {
    return {
      "Mod-Alt-g": ({ editor }) => insertPictures(editor, this.options.libraryUrl),
      "Alt-ArrowUp": ({ editor }) => movePicture(editor, -1),
      "Alt-ArrowDown": ({ editor }) => movePicture(editor, 1),
    };
  },
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "gallery",
      groups: "blocks",
      button: buttons.material("photo_library", gettext("Gallery")),
      active: (editor) => editor.isActive("gallery"),
      enabled: ({ state }) => !blockAt(state, ["pullQuote", "embed"]),
      command: (editor) => insertPictures(editor, this.options.libraryUrl),
    });
    const define = (name, step, icon, label) =>
      menu.defineItem({
        name: `gallery:${name}`,
        groups: "blocks",
        button: buttons.material(icon, label),
        hidden: ({ state }) => !pictureAt(state),
        command: (editor) => movePicture(editor, step),
      });
    define("earlier", -1, "arrow_upward", gettext("Move the picture forward"));
    define("later", 1, "arrow_downward", gettext("Move the picture back"));
  },
});

/* What an empty caption is for. */
const hints = new Plugin({
  props: {
    decorations({ doc }) {
      const found = [];
      doc.descendants((node, position, parent) => {
        if (node.type.name !== "caption" || node.content.size) return;
        const hint = parent.type.name === "pullQuote" ? gettext("Who said it") : gettext("Caption");
        const end = position + node.nodeSize;
        found.push(Decoration.node(position, end, { class: "empty-caption", "data-hint": hint }));
      });
      return DecorationSet.create(doc, found);
    },
  },
});

export const LeaveBlocks = Extension.create({
  name: "leaveBlocks",
  // Before the line break that these keys make elsewhere.
  priority: 1100,
  addProseMirrorPlugins: () => [hints],
  addKeyboardShortcuts() {
    return {
      "Mod-Enter": ({ editor }) => leave(editor),
      Enter: ({ editor }) => {
        const { $from } = editor.state.selection;
        return ["caption", "embed"].includes($from.parent.type.name) ? leave(editor) : false;
      },
    };
  },
});
