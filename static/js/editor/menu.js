/* The menu bar in the desk's language, telling assistive technology which buttons are pressed. */
import { gettext, Menu as BaseMenu } from "django-prose-editor/editor";

// The library names its buttons in English and passes only some of the names through gettext.
const LABELS = {
  paragraph: gettext("Paragraph"),
  heading2: gettext("Heading"),
  heading3: gettext("Subheading"),
  heading4: gettext("Minor heading"),
  bulletList: gettext("Bulleted list"),
  orderedList: gettext("Numbered list"),
  blockquote: gettext("Quotation"),
  horizontalRule: gettext("Dividing line"),
  figure: gettext("Picture from the library"),
  bold: gettext("Bold"),
  italic: gettext("Emphasis"),
  subscript: gettext("Subscript"),
  superscript: gettext("Superscript"),
  link: gettext("Link"),
  unlink: gettext("Remove the link"),
  table: gettext("Table"),
  "table:addColumnAfter": gettext("Add a column"),
  "table:deleteColumn": gettext("Delete the column"),
  "table:addRowAfter": gettext("Add a row"),
  "table:deleteRow": gettext("Delete the row"),
  "table:mergeCells": gettext("Merge the cells"),
  "table:splitCell": gettext("Split the cell"),
  "table:toggleHeaderCell": gettext("Heading cell"),
  "table:deleteTable": gettext("Delete the table"),
  "history:undo": gettext("Undo"),
  "history:redo": gettext("Redo"),
};

export const Menu = BaseMenu.extend({
  onCreate(event) {
    this.parent(event);
    const bar = this.storage.dom;
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", gettext("Formatting"));
    const buttons = [...bar.querySelectorAll("button")];
    for (const button of buttons) {
      const label = LABELS[button.dataset.name];
      if (label) {
        button.title = label;
        button.setAttribute("aria-label", label);
      }
    }
    const tellState = () => {
      for (const button of buttons) {
        button.setAttribute("aria-pressed", button.classList.contains("active"));
        button.setAttribute("aria-disabled", button.classList.contains("disabled"));
      }
    };
    event.editor.on("transaction", tellState);
    tellState();
    // The label points at the textarea, which the editor hides.
    const label = document.querySelector("label[for=id_body]");
    label.id = "body-label";
    event.editor.view.dom.setAttribute("aria-labelledby", label.id);
  },
});
