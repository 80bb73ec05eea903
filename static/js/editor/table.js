/* Tables: plain ones, without widths or alignment, which the site's style sheet gives. */
import {
  gettext,
  Table as BaseTable,
  TableCell as BaseCell,
  TableHeader as BaseHeader,
  updateAttrsDialog,
} from "django-prose-editor/editor";

const span = (name) => ({
  default: 1,
  parseHTML: (element) => Math.min(Math.max(Number.parseInt(element.getAttribute(name), 10) || 1, 1), 100),
});
const spans = () => ({
  colspan: span("colspan"),
  rowspan: span("rowspan"),
  colwidth: { default: null, rendered: false, parseHTML: () => null },
});

export const TableCell = BaseCell.extend({ addAttributes: spans });

export const TableHeader = BaseHeader.extend({
  addAttributes() {
    return {
      ...spans(),
      scope: {
        default: null,
        parseHTML: (element) =>
          ["row", "col"].includes(element.getAttribute("scope")) ? element.getAttribute("scope") : null,
      },
    };
  },
});

const askForSize = updateAttrsDialog(
  {
    rows: { title: gettext("Rows"), format: "number", default: "3", min: "1", max: "50" },
    cols: { title: gettext("Columns"), format: "number", default: "3", min: "1", max: "12" },
    withHeaderRow: { title: gettext("The first row is headings"), type: "boolean", default: true },
  },
  { title: gettext("Table"), submitText: gettext("Insert") },
);

export const Table = BaseTable.extend({
  addCommands() {
    return {
      ...this.parent?.(),
      insertTableWithOptions:
        () =>
        ({ editor }) => {
          askForSize(editor, {}).then((size) => {
            if (!size) return;
            const rows = Number.parseInt(size.rows, 10) || 3;
            const cols = Number.parseInt(size.cols, 10) || 3;
            editor.chain().focus().insertTable({ rows, cols, withHeaderRow: size.withHeaderRow }).run();
          });
          return true;
        },
    };
  },
});
