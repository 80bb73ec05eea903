"""Kinds of HTML elements that several readers of markup have to tell apart."""

# Elements that begin and end a paragraph of text; a line break divides one.
BLOCKS = frozenset(
    """
    address article aside blockquote br caption center col colgroup dd details dialog div dl dt
    fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre
    section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905 - the formatter would give each word of a list a line
)
# Elements without content and end tag (HTML standard, "Void elements").
VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
