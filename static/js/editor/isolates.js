/* Runs such as «C++» and «+32 2 299 11 11» in the order in which readers see them. The document stays as it is: what
   isolates them is drawn, not written.

   Isolating elements would not do: an editor draws a run in as many pieces as there are marks and tells in it, and
   pieces that are isolated each by itself change places. So the first opens an isolate, and the last closes it. */
import { Extension, pm } from "django-prose-editor/editor";
import { foundIn } from "newsroom/proof";

const { Decoration, DecorationSet } = pm.view;
const OPENING = { ltr: "\u2066", rtl: "\u2067" };
const CLOSING = "\u2069";

/* Where what is drawn from `from` to `to` may be divided, ends included, in order. */
const cuts = (doc, { from, to }, others) => {
  const places = new Set([from, to]);
  const add = (place) => from < place && place < to && places.add(place);
  doc.nodesBetween(from, to, (node, position) => {
    if (node.isInline) [position, position + node.nodeSize].forEach(add);
  });
  for (const other of others) [other.from, other.to].forEach(add);
  return [...places].sort((one, other) => one - other);
};

const drawn = new pm.state.Plugin({
  props: {
    decorations(state) {
      const { isolates, tells } = foundIn(state);
      const decorations = isolates.flatMap((isolate) => {
        const places = cuts(state.doc, isolate, [...isolates, ...tells]);
        return [
          Decoration.inline(places[0], places[1], { "data-opening": OPENING[isolate.dir] }),
          Decoration.inline(places.at(-2), places.at(-1), { "data-closing": CLOSING }),
        ];
      });
      return DecorationSet.create(state.doc, decorations);
    },
  },
});

export const Isolates = Extension.create({
  name: "isolates",
  addProseMirrorPlugins: () => [drawn],
});
