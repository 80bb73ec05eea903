"""axe-core in a page of the browser: what it finds wrong."""

from axe_playwright_python.base import AXE_SCRIPT

# Of what axe fetches ahead, the style sheets are for a rule that is an experiment, and which nobody asks for.
# Colors are asked for once they have come to rest; what inherits one sets out when that has arrived.
ASK = """([without, options]) => {
    const moving = () => document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    for (let some; (some = moving()).length;) some.forEach((transition) => transition.finish());
    const asked = {resultTypes: ["violations"], preload: {assets: ["media"]}, ...options};
    return axe.run({exclude: without}, asked).then(({violations}) =>
        violations.flatMap(({id, nodes}) => nodes.map(({html, any, all, none}) => [
            id, html.slice(0, 160), [...any, ...all, ...none].map(({message}) => message).join(" ").slice(0, 240),
        ])));
}"""


def bring(page):
    """Have axe in every document that the page opens, but in none within it."""
    page.add_init_script(f"if (self === top) {{ {AXE_SCRIPT} }}")


def violations(page, options, without=()):
    """What axe finds in the page but for what is `without`: rule, element, what is wrong."""
    return page.evaluate(ASK, [[[selector] for selector in without], options])
