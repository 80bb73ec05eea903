/* Cards of films and posts on other sites, by address alone: nothing of them is loaded here either. */
import { crel, Extension, gettext, Node, Plugin, updateAttrsDialog } from "django-prose-editor/editor";
import { blockAt, insertBlock } from "newsroom/blocks";

/* The one address that is stored of what an address leads to, or null. `providers` are those of newsroom/text/embeds. */
const canonical = (url, providers) => {
  for (const { pattern, address } of providers) {
    const found = new RegExp(`^(?:${pattern})$`, "i").exec(url);
    if (found) return address.replace("{}", found[1]);
  }
  return null;
};

const insert = (editor, href, title = "") => {
  const text = title.trim() || href;
  insertBlock(editor, { type: "embed", attrs: { href }, content: [{ type: "text", text }] });
  if (title.trim()) return;
  // What is typed now becomes the title.
  const { position } = blockAt(editor.state, ["embed"]);
  editor.commands.setTextSelection({ from: position + 1, to: position + 1 + text.length });
};

const ask = (editor, providers) => {
  const dialog = updateAttrsDialog(
    {
      href: {
        title: gettext("Address"),
        description: gettext("Of a film on YouTube, or of a post on X or Instagram."),
        required: true,
      },
      title: { title: gettext("What it is, in a few words") },
    },
    { title: gettext("Card of a film or a post"), submitText: gettext("Insert") },
  );
  const answer = dialog(editor, {});
  const field = editor.view.dom.parentElement.querySelector("dialog [name=href]");
  field.inputMode = "url";
  field.dir = "ltr";
  field.addEventListener("input", () => {
    const isKnown = !field.value.trim() || canonical(field.value.trim(), providers);
    field.setCustomValidity(
      isKnown ? "" : gettext("This is not the address of a film on YouTube or of a post on X or Instagram."),
    );
  });
  answer.then((typed) => {
    const href = typed && canonical(typed.href.trim(), providers);
    if (href) insert(editor, href, typed.title);
  });
  return true;
};

export const Embed = Node.create({
  name: "embed",
  group: "block",
  content: "text*",
  marks: "",
  isolating: true,
  defining: true,
  addOptions: () => ({ providers: [] }),
  addAttributes: () => ({ href: { default: null, rendered: false } }),
  parseHTML() {
    return [
      {
        tag: "figure.embed",
        priority: 60,
        contentElement: "a",
        getAttrs: (figure) => {
          const href = canonical(figure.querySelector("a")?.getAttribute("href") ?? "", this.options.providers);
          return href ? { href } : false;
        },
      },
    ];
  },
  renderHTML: ({ node }) => ["figure", { class: "embed" }, ["a", { href: node.attrs.href }, 0]],
  // The title is written beside the address, not in a link: browsers take that away with its last letter.
  addNodeView:
    () =>
    ({ node }) => {
      const title = crel("p");
      const address = crel("small", { contentEditable: "false", dir: "ltr", textContent: node.attrs.href });
      return { dom: crel("figure", { className: "embed" }, [title, address]), contentDOM: title };
    },
  addKeyboardShortcuts() {
    return { "Mod-Alt-e": ({ editor }) => ask(editor, this.options.providers) };
  },
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "embed",
      groups: "blocks",
      button: buttons.material("smart_display", gettext("Card of a film or a post")),
      active: (editor) => editor.isActive("embed"),
      enabled: ({ state }) => !blockAt(state, ["pullQuote", "gallery", "embed"]),
      command: (editor) => ask(editor, this.options.providers),
    });
  },
});

/* An address that is pasted on a line of its own becomes a card. */
export const EmbedPaste = Extension.create({
  name: "embedPaste",
  // Before links, which would take it for one.
  priority: 1100,
  addProseMirrorPlugins() {
    const { editor } = this;
    const { providers } = editor.extensionManager.extensions.find(({ name }) => name === "embed").options;
    return [
      new Plugin({
        props: {
          handlePaste(view, event) {
            const { parent } = view.state.selection.$from;
            const isAlone = parent.type.name === "paragraph" && parent.content.size === 0;
            const href = canonical(event.clipboardData?.getData("text/plain").trim() ?? "", providers);
            if (isAlone && href) insert(editor, href);
            return isAlone && href !== null;
          },
        },
      }),
    ];
  },
});
