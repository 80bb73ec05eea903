"""How a browser tells in which order it shows the characters of an element."""

# A function of a selector: the characters of each element it finds as they are seen, line by line from left to right,
# brackets not mirrored, characters without a box of their own (marks, joiners) left out.
SEEN = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
    const seen = [];
    let [line, bottom] = [0, 0];
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        for (let at = 0; at < text.length; at++) {
            const range = document.createRange();
            range.setStart(text, at);
            range.setEnd(text, at + 1);
            const [rect] = range.getClientRects();
            if (!rect?.width) continue;
            if (rect.top > bottom - 4) [line, bottom] = [line + 1, rect.bottom];
            seen.push({char: text.data[at], line, x: rect.left});
        }
    }
    seen.sort((one, other) => one.line - other.line || one.x - other.x);
    return seen.map(({char}) => char).join("");
})"""
