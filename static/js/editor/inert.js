/* Markup from elsewhere as a document that is never shown, without what the page's policy would refuse, and report, even
   there. How markup is divided into tags is for the browser alone to say: before it does, a sign that nobody writes is
   put into whatever could be the name of such an attribute, and taken out of all that turns out to be text. */

// No character (Unicode 23.7), and nothing that markup is divided by.
const SIGN = "\ufdd0";
const REFUSED = /[\s"'/](?:s(?=tyle\s*=)|o(?=n[^\s"'<>/=]*\s*=))/gi;
// What is in it is not markup either.
const STAND_IN = "noembed";
const ELEMENTS = /(<\/?)(?:style|script)(?=[\s/>])/gi;

const asWritten = (text) => text.replaceAll(SIGN, "");

/* Its body; what was `style` is `data-style`, for some of it is read, and what ran or styled is gone. */
export function parsed(html) {
  const guarded = asWritten(html).replace(ELEMENTS, `$1${STAND_IN}`).replace(REFUSED, `$&${SIGN}`);
  const { body } = new DOMParser().parseFromString(guarded, "text/html");
  for (const element of body.querySelectorAll(STAND_IN)) element.remove();
  for (const element of body.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (!name.includes(SIGN)) {
        if (value.includes(SIGN)) element.setAttribute(name, asWritten(value));
        continue;
      }
      if (asWritten(name) === "style") element.setAttribute("data-style", asWritten(value));
      element.removeAttribute(name);
    }
  }
  const texts = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (texts.currentNode.data.includes(SIGN)) texts.currentNode.data = asWritten(texts.currentNode.data);
  }
  return body;
}

/* Whether markup has anything of that. */
export const isInert = (html) => html.search(ELEMENTS) < 0 && html.search(REFUSED) < 0;
