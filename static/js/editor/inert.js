/* Markup from elsewhere as a document that is never shown, without what the page's policy would refuse, and report, even
   there: handlers, styles, and the address that others are relative to. How markup is divided into tags and text is for
   the browser alone to say: before it does, a sign that nobody writes is put into all that could be one of these, and
   then taken out of what turns out to be text. */

// No character (Unicode 23.7), so it is in no text, and a name that it is in is nobody's.
const SIGN = "\ufdd0";
const REFUSED = /[\s"'/](?:s(?=tyle)|o(?=n))|<b(?=ase)/gi;
// Of an element whose content is text, like that of these, and which says nothing.
const STAND_IN = `noembed ${SIGN}`;
const ELEMENTS = /(<\/?)(?=(?:style|script)[\s/>])/gi;
// Nobody writes so many, and to take one out takes the longer the more there are.
const MOST_ATTRIBUTES = 100;

const asWritten = (text) => text.replaceAll(STAND_IN, "").replaceAll(SIGN, "");

/* Its body; what was `style` is `data-style`, for some of it is read, and what ran or styled is gone.

   It must not be written as markup and read again, save for the elements that are known: in others, text could become
   markup. */
export function parsed(html) {
  const guarded = asWritten(html).replace(ELEMENTS, `$1${STAND_IN}`).replace(REFUSED, `$&${SIGN}`);
  // Before a body there could be a set of frames in its place.
  const { body } = new DOMParser().parseFromString(`<body>${guarded}`, "text/html");
  for (const element of body.querySelectorAll("noembed")) element.remove();
  for (const element of body.querySelectorAll("*")) {
    if (element.attributes.length > MOST_ATTRIBUTES) {
      const bare = body.ownerDocument.createElement("span");
      bare.append(...element.childNodes);
      element.replaceWith(bare);
      continue;
    }
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

/* Whether markup has nothing of that. */
export const isInert = (html) => html.search(ELEMENTS) < 0 && html.search(REFUSED) < 0;
