/* Links: only to addresses that the site keeps, asked for in one small dialog. */
import { gettext, Link as BaseLink, updateAttrsDialog } from "django-prose-editor/editor";

const SAFE = /^(https?:\/\/[^/?#@\s]+|\/(?!\/)|#|mailto:[^\s@]+@[^\s@]+)/i;
// Controls, quotes, white space, and characters that reorder or hide the rest of an address.
const UNSAFE = /[\u0000-\u0020\u007f\u00a0\\`"'<>\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/;

export const isSafe = (url) => SAFE.test(url) && !UNSAFE.test(url);

const completed = (typed) => {
  const url = typed.trim();
  if (/^[^\s@/:]+@[^\s@/]+\.[^\s@/]+$/.test(url)) return `mailto:${url}`;
  return /^(www\.|[^\s/:?#]+\.[a-z]{2,}([/?#]|$))/i.test(url) ? `https://${url}` : url;
};

export const Link = BaseLink.extend({
  addOptions() {
    return { ...this.parent?.(), isAllowedUri: isSafe };
  },
  addAttributes() {
    return { href: { default: null }, title: { default: null } };
  },
  renderHTML({ HTMLAttributes }) {
    return ["a", HTMLAttributes, 0];
  },
  addCommands() {
    return {
      ...this.parent?.(),
      addLink:
        () =>
        ({ editor }) => {
          const ask = updateAttrsDialog(
            { href: { title: gettext("Address"), required: true } },
            { title: gettext("Link"), submitText: gettext("Done") },
          );
          ask(editor, { href: editor.getAttributes("link").href }).then((answer) => {
            if (!answer) return;
            const href = completed(answer.href);
            if (isSafe(href)) editor.chain().focus().extendMarkRange("link").setMark("link", { href }).run();
          });
          const field = editor.view.dom.parentElement.querySelector("dialog [name=href]");
          field.inputMode = "url";
          field.dir = "ltr";
          field.addEventListener("input", () => {
            const wrong = field.value.trim() !== "" && !isSafe(completed(field.value));
            field.setCustomValidity(
              wrong ? gettext("Write a full web address, beginning with https://.") : "",
            );
          });
          return true;
        },
    };
  },
});
