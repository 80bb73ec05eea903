/* Pictures with a caption, taken from the library. */
import { gettext, mergeAttributes, Node, updateAttrsDialog } from "django-prose-editor/editor";
import { chooseImage } from "newsroom/library";

const plain = (name) => ({ default: null, parseHTML: (element) => element.getAttribute(name) });
const pixels = (name) => ({
  default: null,
  parseHTML: (element) => (/^\d{1,4}$/.test(element.getAttribute(name)) ? element.getAttribute(name) : null),
});
const isOurs = (element, mediaUrl) => (element?.getAttribute("src") ?? "").startsWith(mediaUrl);

// Only inside a figure: one that stands alone is given a figure when it is read.
export const Image = Node.create({
  name: "image",
  atom: true,
  addOptions: () => ({ mediaUrl: "/media/", libraryUrl: "" }),
  addAttributes: () => ({
    src: plain("src"),
    alt: { ...plain("alt"), default: "" },
    title: plain("title"),
    width: pixels("width"),
    height: pixels("height"),
  }),
  parseHTML() {
    return [
      { tag: "img[src]", getAttrs: (element) => (isOurs(element, this.options.mediaUrl) ? null : false) },
    ];
  },
  renderHTML: ({ HTMLAttributes }) => ["img", mergeAttributes(HTMLAttributes)],
});

export const Caption = Node.create({
  name: "caption",
  content: "inline*",
  isolating: true,
  parseHTML: () => [{ tag: "figcaption", context: "figure/|gallery/|pullQuote/" }],
  renderHTML: () => ["figcaption", 0],
});

/* The figure around the selection: its image, its caption if it has one, and where they stand. */
const figureAt = ({ selection }) => {
  const { $from } = selection;
  const own = selection.node?.type.name === "figure" ? [selection.node, selection.from] : null;
  for (let depth = $from.depth; depth > 0 && !own; depth--) {
    if ($from.node(depth).type.name === "figure") return parts($from.node(depth), $from.before(depth));
  }
  return own && parts(...own);
};

const parts = (figure, position) => ({
  image: figure.firstChild,
  imagePosition: position + 1,
  caption: figure.childCount > 1 ? figure.child(1) : null,
});

const askForWords = (title, submitText, withCaption) =>
  updateAttrsDialog(
    {
      alt: {
        title: gettext("Alternative text"),
        description: gettext("What the picture shows, for those who cannot see it."),
        required: true,
      },
      ...(withCaption ? { caption: { title: gettext("Caption") } } : {}),
    },
    { title, submitText },
  );

const insert = async (editor, url, files) => {
  const image = await chooseImage(url, files);
  if (!image) return;
  const proposed = [image.caption, image.credit].filter(Boolean).join(" — ");
  const ask = askForWords(gettext("Insert a picture"), gettext("Insert"), true);
  const words = await ask(editor, { alt: image.alt, caption: proposed });
  if (!words) return;
  const { src, width, height } = image;
  const content = [{ type: "image", attrs: { src, alt: words.alt.trim(), width, height } }];
  if (words.caption.trim())
    content.push({ type: "caption", content: [{ type: "text", text: words.caption.trim() }] });
  const { selection, doc } = editor.state;
  // With nothing after it, there would be no place to write on.
  const isLast = selection.$to.after(1) === doc.content.size;
  editor
    .chain()
    .focus()
    .insertContent([{ type: "figure", content }, ...(isLast ? [{ type: "paragraph" }] : [])])
    .run();
};

const edit = async (editor, figure) => {
  const ask = askForWords(gettext("Picture"), gettext("Done"), !figure.caption);
  const words = await ask(editor, { alt: figure.image.attrs.alt });
  if (!words) return;
  const chain = editor.chain().focus().setNodeSelection(figure.imagePosition);
  chain.updateAttributes("image", { alt: words.alt.trim() });
  const caption = words.caption?.trim();
  if (caption) {
    chain.insertContentAt(figure.imagePosition + 1, {
      type: "caption",
      content: [{ type: "text", text: caption }],
    });
  }
  chain.run();
};

export const Figure = Node.create({
  name: "figure",
  group: "block",
  content: "image caption?",
  isolating: true,
  draggable: true,
  addOptions: () => ({ mediaUrl: "/media/", libraryUrl: "" }),
  parseHTML() {
    return [
      {
        tag: "figure",
        getAttrs: (figure) => (isOurs(figure.querySelector("img"), this.options.mediaUrl) ? null : false),
      },
    ];
  },
  renderHTML: () => ["figure", 0],
  addCommands() {
    return {
      insertFigure:
        (files = []) =>
        ({ editor, dispatch }) => {
          if (dispatch) insert(editor, this.options.libraryUrl, files);
          return true;
        },
    };
  },
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "figure:edit",
      groups: "figure",
      button: buttons.material("tune", gettext("Words of the picture")),
      hidden: (editor) => !figureAt(editor.state),
      command: (editor) => edit(editor, figureAt(editor.state)),
    });
  },
});
