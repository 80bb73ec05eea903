/* What Word, Google Docs and web pages put on the clipboard, reduced to the article in it. */
import { Extension, Plugin } from "django-prose-editor/editor";
import { isInert, parsed } from "newsroom/inert";

const DROPPED =
  "script,style,meta,link,title,base,xml,template,noscript,iframe,object,embed,applet,svg,math,canvas,audio,video," +
  "button,input,select,textarea,colgroup";
const RENAMED = { b: "strong", i: "em", h1: "h2", h5: "h4", h6: "h4" };
const BLOCK_TAGS =
  "p,h2,h3,h4,ul,ol,li,dl,dt,dd,blockquote,figure,figcaption,hr,table,caption,thead,tbody,tfoot,tr,td,th,pre," +
  "div,section,article,main,header,footer,aside,nav,center,address,form,fieldset,details,summary";
const KEPT = new Set(
  (
    "p h2 h3 h4 ul ol li dl dt dd blockquote figure figcaption hr br table thead tbody tfoot tr td th " +
    "a strong em sub sup bdi img pre code"
  ).split(" "),
);
const ATTRIBUTES = {
  a: ["href"],
  bdi: ["dir", "lang"],
  img: ["src", "alt", "width", "height"],
  ol: ["start"],
  td: ["colspan", "rowspan"],
  th: ["colspan", "rowspan"],
};
const NUMBERED = /^\(?([0-9٠-٩۰-۹]+|[a-z]{1,4}|[\u0621-\u064a])\s*[.)\-–]/i;
const STRONG_RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/g;
const STRONG = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefcA-Za-z\u00c0-\u024f\u0370-\u052f]/g;
const PASSAGE_WORDS = 3;
const STRONG_LTR = /[A-Za-z\u00c0-\u024f\u0370-\u052f]/g;

const style = (element) => (element.getAttribute("data-style") ?? "").toLowerCase();
// The name must be whole: Word writes "mso-bidi-font-style:normal" on what is slanted.
const property = (element, name) =>
  new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]*)`).exec(style(element))?.[1].trim() ?? "";
const all = (root, selector) => [...root.querySelectorAll(selector)];
const unwrap = (element) => element.replaceWith(...element.childNodes);

const rename = (element, tag) => {
  const renamed = element.ownerDocument.createElement(tag);
  for (const { name, value } of element.attributes) renamed.setAttribute(name, value);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
};

const isShown = (element) => element.textContent.trim() !== "" || element.querySelector("img,hr") !== null;

/* The article in pasted markup. `base` is the direction of the article: it is not repeated on its paragraphs. */
export function cleaned(html, base, mediaUrl) {
  const body = parsed(html);
  dropInvisible(body);
  putNotesInPlace(body);
  buildWordLists(body);
  for (const list of all(body, ":is(ul,ol) > :is(ul,ol)")) nestInItem(list);
  for (const caption of all(body, "caption")) caption.closest("table")?.before(caption);
  for (const pre of all(body, "pre")) pre.textContent = pre.textContent;
  for (const element of all(body, "*")) expressStyle(element);
  for (const [from, to] of Object.entries(RENAMED))
    for (const element of all(body, from)) rename(element, to);
  for (const image of all(body, "img")) {
    const address = image.getAttribute("src") ?? "";
    if (!mediaUrl || !address.startsWith(mediaUrl) || address.includes("..")) image.remove();
  }
  for (const anchor of all(body, "a")) straightenLink(anchor);
  keepPassages(body, base);
  isolateRuns(body, base);
  for (const element of all(body, "*")) reduce(element, base);
  for (const strong of all(body, ":is(h2,h3,h4) strong")) unwrap(strong);
  settleText(body);
  for (const line of all(body, "br")) {
    if (!line.parentElement.closest("p,h2,h3,h4,li,dt,dd,td,th,blockquote,figcaption")) line.remove();
    else if (!line.nextSibling) line.remove();
  }
  for (const element of all(body, "*").reverse()) {
    if (!element.matches("br,hr,img,td,th") && !isShown(element)) element.remove();
  }
  return body.innerHTML;
}

/* What was copied in the editor itself is clean, and holds what others do not have. Whether it was, others can say too. */
function copied(html) {
  if (isInert(html)) return html;
  const body = parsed(html);
  // With these goes all text that could become markup.
  for (const element of all(body, `${DROPPED},xmp,noframes,plaintext`)) element.remove();
  return body.innerHTML;
}

function dropInvisible(body) {
  const comments = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (comments.nextNode()) found.push(comments.currentNode);
  for (const comment of found) comment.remove();
  for (const element of all(body, DROPPED)) element.remove();
  for (const element of all(body, "[data-style]")) {
    if (property(element, "display") === "none" || property(element, "mso-hide") === "all") element.remove();
  }
}

/* Notes of Word ("#_ftn1", "#_ftnref1") and Google Docs ("#ftnt1", "#ftnt_ref1"): each goes to its mark. */
function putNotesInPlace(body) {
  const notes = new Map();
  for (const back of all(body, "a[href]")) {
    const number = /^#_?(?:ft|ed)nt?_?ref(\d+)$/.exec(back.getAttribute("href"))?.[1];
    const paragraph = number && back.closest("p");
    if (!paragraph) continue;
    back.remove();
    const note = notes.get(number) ?? body.ownerDocument.createElement("small");
    note.className = "footnote";
    note.append(...paragraph.childNodes);
    notes.set(number, note);
    paragraph.remove();
  }
  for (const list of all(body, "[data-style*=note-list]")) list.remove();
  for (const mark of all(body, "a[href]")) {
    const number = /^#_?(?:ft|ed)nt?(\d+)$/.exec(mark.getAttribute("href"))?.[1];
    if (!number) continue;
    const note = notes.get(number);
    if (!note) {
      rename(mark, "sup");
      continue;
    }
    trimEnd(note, true);
    trimEnd(note, false);
    (mark.parentElement.localName === "sup" ? mark.parentElement : mark).replaceWith(note);
  }
}

/* Word writes lists as paragraphs with a level and a typed marker. */
function buildWordLists(body) {
  let lists = [];
  let previous = null;
  for (const paragraph of all(body, "p,h1,h2,h3,h4,h5,h6")) {
    const level = Number(/mso-list:\s*l\d+\s+level(\d+)/.exec(style(paragraph))?.[1] ?? 0);
    if (!level) continue;
    const marker = all(paragraph, "[data-style]").find((span) => /mso-list:\s*ignore/.test(style(span)));
    const tag = NUMBERED.test(marker?.textContent.trim() ?? "") ? "ol" : "ul";
    marker?.remove();
    const item = body.ownerDocument.createElement("li");
    const continues = previous !== null && followsAtOnce(previous, paragraph);
    if (!continues) lists = [];
    lists.length = Math.min(lists.length, level);
    if (lists.length === level && level === 1 && lists[0].localName !== tag) lists = [];
    while (lists.length < level) {
      const list = body.ownerDocument.createElement(tag);
      const parent = lists.at(-1);
      if (parent)
        (parent.lastElementChild ?? parent.appendChild(body.ownerDocument.createElement("li"))).append(list);
      else paragraph.before(list);
      lists.push(list);
    }
    item.append(...paragraph.childNodes);
    lists.at(-1).append(item);
    previous = lists[0];
    paragraph.remove();
  }
}

function followsAtOnce(list, paragraph) {
  let node = list.nextSibling;
  while (node && node.nodeType === Node.TEXT_NODE && !node.data.trim()) node = node.nextSibling;
  return node === paragraph;
}

/* Google Docs puts an inner list beside the item that it belongs to. */
function nestInItem(list) {
  const item = list.previousElementSibling;
  if (item?.localName === "li") item.append(list);
  else if (item) item.append(...list.childNodes);
}

/* Weight, slant and position that are only styles become elements; elements whose style denies them go. */
function expressStyle(element) {
  const weight = property(element, "font-weight");
  const slant = property(element, "font-style");
  const position = property(element, "vertical-align");
  const isBold = weight.startsWith("bold") || Number(weight) >= 600;
  const isDenied =
    (element.matches("b,strong") && weight !== "" && !isBold) ||
    (element.matches("i,em") && slant === "normal");
  if (isDenied) {
    unwrap(element);
    return;
  }
  if (!element.matches("span,font")) return;
  const tags = [
    isBold && "strong",
    /^(italic|oblique)/.test(slant) && "em",
    position === "super" && "sup",
    position === "sub" && "sub",
  ].filter(Boolean);
  for (const tag of tags) {
    const inner = element.ownerDocument.createElement(tag);
    inner.append(...element.childNodes);
    element.append(inner);
  }
}

/* Google Docs sends links through itself; Word's bookmarks lead nowhere here. */
function straightenLink(anchor) {
  const href = anchor.getAttribute("href")?.trim() ?? "";
  const target = /^https?:\/\/(www\.)?google\.com\/url\?/i.test(href)
    ? new URL(href).searchParams.get("q")
    : href;
  if (/^(https?:\/\/|mailto:)/i.test(target ?? "")) anchor.setAttribute("href", target);
  else unwrap(anchor);
}

/* A passage long enough for a screen reader to change its voice keeps its language, as newsroom/text/paste.py has it. */
function keepPassages(body, base) {
  for (const span of all(body, "span[lang]:not([lang^=ar i])")) {
    const block = span.closest(BLOCK_TAGS) ?? body;
    const words = span.textContent.match(/\p{L}{2,}/gu) ?? [];
    const isWhole = block.textContent.trim() === span.textContent.trim();
    if (words.length < PASSAGE_WORDS || isWhole || span.querySelector(BLOCK_TAGS)) continue;
    if ((ownDirection(block, base) ?? base) === "ltr" || span.parentElement.closest("bdi")) continue;
    span.setAttribute("dir", span.textContent.match(STRONG_RTL) ? "rtl" : "ltr");
    const [lead, trail] = [trimEnd(span, true), trimEnd(span, false)];
    span.before(lead);
    span.after(trail);
    rename(span, "bdi");
  }
}

/* Word notes a direction with every Latin word. It carries weight where the run begins or ends with a sign: the full
   stop of "Apple Inc." stands on the wrong side of it without. The white space at its ends belongs outside. */
function isolateRuns(body, base) {
  for (const span of all(body, "span")) if (!span.hasChildNodes()) span.remove();
  for (const span of all(body, "span[dir=ltr i]")) {
    // Divided as it was typed: "Apple", " Inc."
    while (span.nextSibling?.nodeName === "SPAN" && span.nextSibling.matches("[dir=ltr i]")) {
      span.append(...span.nextSibling.childNodes);
      span.nextSibling.remove();
    }
    if (!span.isConnected || !carriesWeight(span, base)) continue;
    const [lead, trail] = [trimEnd(span, true), trimEnd(span, false)];
    for (const { name } of [...span.attributes]) span.removeAttribute(name);
    span.setAttribute("dir", "ltr");
    span.before(lead);
    span.after(trail);
    rename(span, "bdi");
  }
}

function carriesWeight(span, base) {
  const block = span.closest(BLOCK_TAGS) ?? span.ownerDocument.body;
  const text = span.textContent.trim();
  if ((ownDirection(block, base) ?? base) === "ltr" || span.parentElement.closest("bdi")) return false;
  if (!text.match(STRONG_LTR) || text.match(STRONG_RTL) || !/^[^\p{L}\p{N}]|[^\p{L}\p{N}]$/u.test(text)) return false;
  const before = span.ownerDocument.createRange();
  before.selectNodeContents(block);
  before.setEndBefore(span);
  const after = span.ownerDocument.createRange();
  after.selectNodeContents(block);
  after.setStartAfter(span);
  const letters = [before.toString().match(STRONG)?.at(-1), after.toString().match(STRONG)?.[0]].filter(Boolean);
  // Beside other Latin letters it is a part of what they say, and alone it would change places with them.
  return letters.length > 0 && letters.every((letter) => letter.match(STRONG_RTL));
}

/* Take the white space from the start of an element, or from its end, and return it. */
function trimEnd(element, isStart) {
  const walker = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  let taken = "";
  for (const text of isStart ? texts : texts.reverse()) {
    const space = (isStart ? /^\s*/ : /\s*$/).exec(text.data)[0];
    taken = isStart ? taken + space : space + taken;
    const isAllSpace = space.length === text.data.length;
    text.data = isStart ? text.data.slice(space.length) : text.data.slice(0, text.data.length - space.length);
    if (!isAllSpace) break;
  }
  return taken;
}

function reduce(element, base) {
  const tag = element.localName;
  if (element.matches("small.footnote")) return;
  if (!KEPT.has(tag)) {
    if (element.matches(BLOCK_TAGS) && !element.querySelector(BLOCK_TAGS)) {
      for (const { name } of [...element.attributes]) element.removeAttribute(name);
      rename(element, "p");
    } else unwrap(element);
    return;
  }
  const dir = element.matches("p,h2,h3,h4,blockquote,li") ? ownDirection(element, base) : null;
  for (const { name } of [...element.attributes]) {
    if (!(ATTRIBUTES[tag] ?? []).includes(name)) element.removeAttribute(name);
  }
  if (dir) element.setAttribute("dir", dir);
}

/* The direction that was set, if the letters bear it out: programs set it on each paragraph, often wrongly.
   A third of Arabic letters makes a text Arabic, as RTL_SHARE in newsroom/text/bidi.py has it. */
function ownDirection(element, base) {
  const dir = element.getAttribute("dir")?.toLowerCase();
  if (!["ltr", "rtl"].includes(dir) || dir === base) return null;
  const rtl = element.textContent.match(STRONG_RTL)?.length ?? 0;
  const ltr = element.textContent.match(STRONG_LTR)?.length ?? 0;
  return (rtl >= ltr / 2 ? "rtl" : "ltr") === dir ? dir : null;
}

/* Line ends and the no-break spaces that programs write for several plain ones. */
function settleText(body) {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!text.parentElement.closest("pre")) text.data = text.data.replace(/[ \t\r\n\u00a0]+/g, " ");
  }
}

export const CleanPaste = Extension.create({
  name: "cleanPaste",
  addProseMirrorPlugins() {
    const { editor } = this;
    // What takes no pictures has no figures either.
    const figure = editor.extensionManager.extensions.find(({ name }) => name === "figure");
    const mediaUrl = figure?.options.mediaUrl;
    const openWith = (files) => {
      const images = [...(files ?? [])].filter(({ type }) => type.startsWith("image/"));
      return figure && images.length ? editor.commands.insertFigure(images) : false;
    };
    return [
      new Plugin({
        props: {
          transformPastedHTML: (html, view) =>
            html.includes("data-pm-slice")
              ? copied(html)
              : cleaned(html, getComputedStyle(view.dom).direction, mediaUrl),
          handlePaste: (_view, event) =>
            event.clipboardData?.types.includes("text/html") ? false : openWith(event.clipboardData?.files),
          handleDrop: (_view, event) => openWith(event.dataTransfer?.files),
        },
      }),
    ];
  },
});
