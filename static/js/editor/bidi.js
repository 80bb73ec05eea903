/* Direction: runs in a foreign language as <bdi>, and paragraphs that run the other way. */
import { Extension, gettext, Mark, mergeAttributes, updateAttrsDialog } from "django-prose-editor/editor";

const LANGUAGES = [
  ["en", "ltr", gettext("English")],
  ["fr", "ltr", gettext("French")],
  ["es", "ltr", gettext("Spanish")],
  ["de", "ltr", gettext("German")],
  ["tr", "ltr", gettext("Turkish")],
  ["ru", "ltr", gettext("Russian")],
  ["zh", "ltr", gettext("Chinese")],
  ["fa", "rtl", gettext("Persian")],
  ["ur", "rtl", gettext("Urdu")],
  ["ckb", "rtl", gettext("Kurdish")],
  ["he", "rtl", gettext("Hebrew")],
  ["ar", "rtl", gettext("Arabic")],
];
const DIRECTIONS = ["ltr", "rtl"];
const BLOCKS = ["paragraph", "heading", "blockquote", "listItem", "bulletList", "orderedList", "table"];

const attribute = (name, accepts) => ({
  default: null,
  parseHTML: (element) => {
    const value = element.getAttribute(name);
    return value !== null && accepts(value) ? value : null;
  },
});
const direction = attribute("dir", (value) => DIRECTIONS.includes(value));
const language = attribute("lang", (value) => /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(value));

const chooseLanguage = async (editor, current) => {
  const nameOf = (code) => LANGUAGES.find(([known]) => known === code)?.[2];
  const ask = updateAttrsDialog(
    { language: { title: gettext("Language"), enum: LANGUAGES.map(([, , name]) => name) } },
    { title: gettext("Language of these words"), submitText: gettext("Done") },
  );
  const answer = await ask(editor, { language: nameOf(current) ?? nameOf("en") });
  if (!answer) return null;
  const [lang, dir] = LANGUAGES.find(([, , name]) => name === answer.language);
  return { dir, lang };
};

export const Foreign = Mark.create({
  name: "foreign",
  inclusive: false,
  addAttributes() {
    return { dir: direction, lang: language };
  },
  parseHTML() {
    return [{ tag: "bdi" }];
  },
  renderHTML({ HTMLAttributes }) {
    return ["bdi", mergeAttributes(HTMLAttributes), 0];
  },
  addKeyboardShortcuts() {
    return {
      "Mod-Shift-e": ({ editor }) => editor.commands.toggleMark("foreign", { dir: "ltr", lang: "en" }),
    };
  },
  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "foreign",
      groups: "bidi",
      button: buttons.text("A", gettext("Foreign words (left to right)")),
      active: (editor) => editor.isActive("foreign"),
      enabled: (editor) => !editor.state.selection.empty || editor.isActive("foreign"),
      command(editor) {
        const chain = editor.chain().focus();
        if (editor.isActive("foreign")) chain.extendMarkRange("foreign").unsetMark("foreign").run();
        else chain.setMark("foreign", { dir: "ltr", lang: "en" }).run();
      },
    });
    menu.defineItem({
      name: "foreign:language",
      groups: "bidi",
      button: buttons.material("translate", gettext("Language of these words")),
      hidden: (editor) => !editor.isActive("foreign"),
      async command(editor) {
        const attributes = await chooseLanguage(editor, editor.getAttributes("foreign").lang);
        if (attributes)
          editor.chain().focus().extendMarkRange("foreign").setMark("foreign", attributes).run();
      },
    });
  },
});

export const Direction = Extension.create({
  name: "direction",
  addGlobalAttributes() {
    return [{ types: BLOCKS, attributes: { dir: direction, lang: language } }];
  },
  addCommands() {
    return {
      // The direction the page has anyway is not written down.
      setBlockDirection:
        (wanted) =>
        ({ state, tr, dispatch, view }) => {
          const own = getComputedStyle(view.dom).direction;
          const dir = wanted === own ? null : wanted;
          const { from, to } = state.selection;
          state.doc.nodesBetween(from, to, (node, position) => {
            if (["paragraph", "heading"].includes(node.type.name) && dispatch)
              tr.setNodeAttribute(position, "dir", dir);
          });
          return true;
        },
    };
  },
  addMenuItems({ buttons, menu }) {
    const define = (dir, icon, label) =>
      menu.defineItem({
        name: `direction:${dir}`,
        groups: "bidi",
        button: buttons.material(icon, label),
        active: (editor) => editor.isActive({ dir }),
        command: (editor) => editor.chain().focus().setBlockDirection(dir).run(),
      });
    define("rtl", "format_textdirection_r_to_l", gettext("Paragraph from right to left"));
    define("ltr", "format_textdirection_l_to_r", gettext("Paragraph from left to right"));
  },
});
