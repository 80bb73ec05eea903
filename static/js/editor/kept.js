/* What an article may hold and the menu does not offer: it comes through an edit as it was. And what was written and never
   cleaned, because it was refused or not saved: nothing of it runs or is reported. */
import { Extension, Mark, Node, OrderedList as BaseOrderedList, pm } from "django-prose-editor/editor";
import { isInert, parsed } from "newsroom/inert";

const MARKS = {
  abbr: ["title"],
  bdo: ["dir"],
  cite: [],
  code: [],
  del: ["datetime"],
  ins: ["datetime"],
  kbd: [],
  mark: [],
  q: ["cite"],
  s: [],
  samp: [],
  small: [],
  span: ["dir", "lang"],
  time: ["datetime"],
  u: [],
};

const kept = (names) =>
  Object.fromEntries(
    names.map((name) => [name, { default: null, parseHTML: (element) => element.getAttribute(name) }]),
  );

const marks = Object.entries(MARKS).map(([tag, attributes]) =>
  Mark.create({
    name: tag,
    excludes: "",
    addAttributes: () => kept(attributes),
    // A <span> that says nothing is dropped.
    parseHTML: () => (tag === "span" ? [{ tag: "span[dir]" }, { tag: "span[lang]" }] : [{ tag }]),
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  }),
);

const node = (tag, group, content, more = {}) =>
  Node.create({
    name: tag,
    group,
    content,
    addAttributes: () => kept(["dir", "lang"]),
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
    ...more,
  });

const nodes = [
  node("dl", "block", "(dt | dd)+"),
  node("dt", "", "inline*"),
  node("dd", "", "block+"),
  node("pre", "block", "text*", {
    marks: "code",
    code: true,
    parseHTML: () => [{ tag: "pre", preserveWhitespace: "full" }],
  }),
];

/* What was written, for the editor to open with. Its tables have no caption, and would make a row of it: it becomes a
   paragraph before the table. */
const opened = (html, schema) => {
  if (!html.includes("<caption") && isInert(html)) return html;
  const body = parsed(html);
  for (const caption of body.querySelectorAll("caption")) {
    const paragraph = body.ownerDocument.createElement("p");
    paragraph.append(...caption.childNodes);
    // One of a drawing stands in no table.
    (caption.closest("table") ?? caption).before(paragraph);
    caption.remove();
  }
  return pm.model.DOMParser.fromSchema(schema).parse(body);
};

export const Kept = Extension.create({
  name: "kept",
  addExtensions: () => [...marks, ...nodes],
  addGlobalAttributes: () => [
    { types: ["blockquote"], attributes: kept(["cite"]) },
    { types: ["listItem"], attributes: kept(["value"]) },
  ],
  addStorage: () => ({ opened }),
  onBeforeCreate({ editor }) {
    editor.options.content = opened(editor.options.content, editor.schema);
  },
});

// The library's writes its own data-type, and gives a type to a list that had none.
export const OrderedList = BaseOrderedList.extend({
  addAttributes: () => ({
    start: {
      default: 1,
      parseHTML: (element) => Number.parseInt(element.getAttribute("start"), 10) || 1,
      renderHTML: ({ start }) => (start === 1 ? {} : { start }),
    },
    ...kept(["type", "reversed"]),
  }),
  addNodeView: null,
});
