"""What makes a page Arabic, as a browser computes it: what may be wrong with one that is open."""

# What is asked of a page once it is open; each answers what is wrong, and nothing is.
FAULTS = {
    "the page runs from right to left in Arabic": """
        const {lang, dir} = document.documentElement;
        return lang === "ar" && dir === "rtl" ? [] : [`${lang} ${dir}`];
    """,
    # CSS that turns text is lost where style sheets are (W3C, Inline markup and bidirectional text).
    "direction comes from markup": """
        const own = ".material-icons, pre, code, kbd, samp, pre *, code *, input, bdi:not([dir]), bdi:not([dir]) *";
        return all("body *").filter((element) => {
            const marked = element.closest("[dir]").dir;
            const computed = getComputedStyle(element).direction;
            return !element.matches(own) && ["rtl", "ltr"].includes(marked) && computed !== marked;
        });
    """,
    "Arabic headlines that begin with a Latin name run from right to left": """
        return all("h1, h2, h3, .card__summary, .kicker").filter((element) => {
            const is_arabic = /\\p{Script=Arabic}/u.test(element.textContent);
            return is_arabic && !element.closest("[lang=en]") && getComputedStyle(whole(element)).direction !== "rtl";
        });
    """,
    "letters are neither spaced nor slanted, nor is a text set to both edges": """
        return texts().filter((element) => {
            const {letterSpacing, fontStyle, textAlign, textTransform} = getComputedStyle(element);
            return !["normal", "0px"].includes(letterSpacing) || fontStyle !== "normal"
                || textAlign === "justify" || textTransform !== "none";
        });
    """,
    "no first letter is set apart": """
        return texts().filter((element) => getComputedStyle(element, "::first-letter").float !== "none");
    """,
    "running text is large and airy": """
        return all(".story__body p, .comment__body p, .card__summary, .story__summary").filter((element) => {
            const {fontSize, lineHeight} = getComputedStyle(element);
            const isTight = parseFloat(fontSize) < 16 || parseFloat(lineHeight) / parseFloat(fontSize) < 1.6;
            return isTight && !element.closest(".embed, [lang=en]");
        });
    """,
    "no text is cut off by its box": """
        return texts().filter((element) => {
            const {overflowY, clipPath, webkitLineClamp} = getComputedStyle(element);
            return overflowY === "hidden" && clipPath === "none" && element.scrollHeight > element.clientHeight + 1
                && webkitLineClamp === "none";
        });
    """,
    "underlines leave the dots of letters free": """
        return all("main a").filter((link) => {
            const style = getComputedStyle(link);
            return style.textDecorationLine.includes("underline")
                && (style.textDecorationSkipInk !== "auto" || style.textUnderlineOffset === "auto");
        });
    """,
    "fields of addresses and codes run from left to right, fields of text do not": """
        const ours = "[name=username], .vTimeField, .vDateField";
        return all("input, textarea").filter((field) => {
            const {direction} = getComputedStyle(field);
            const is_latin = ["email", "url", "tel", "number"].includes(field.type) || field.name === "slug";
            const is_text = ["text", "textarea", "search"].includes(field.type)
                && !["auto", "ltr"].includes(field.dir) && !field.matches(ours);
            return is_latin ? direction !== "ltr" : is_text && direction !== "rtl";
        });
    """,
    "code runs from left to right apart from the text": """
        return all("pre, code").filter((element) => {
            const {direction, unicodeBidi} = getComputedStyle(element);
            return direction !== "ltr" || !unicodeBidi.startsWith("isolate");
        });
    """,
    "quotes are guillemets, and quotes within them others": """
        return all("q, blockquote").filter((element) => !element.closest("[lang=en]")
            && getComputedStyle(element).quotes !== '"«" "»" "“" "”"');
    """,
    "embeddings are never used, and isolates are closed": """
        const wrong = (text) => /[\\u202a-\\u202e]/.test(text)
            || (text.match(/[\\u2066-\\u2068]/g) ?? []).length !== (text.match(/\\u2069/g) ?? []).length;
        const told = all("[alt], [title], [aria-label], meta[content]").flatMap((element) =>
            ["alt", "title", "aria-label", "content"].map((name) => element.getAttribute(name) ?? ""));
        return [document.title, document.body.textContent, ...told].filter(wrong);
    """,
    "signs between Arabic words are Arabic": """
        // What people typed is theirs.
        const own = "bdi, .story, .card__headline, .card__summary, .kicker, .comment__body, q, pre, code, script, td";
        return texts().filter((element) => !element.closest(own) && !element.querySelector("kbd")
            && /\\p{Script=Arabic}\\s*[,;?](\\s|$)/u.test(element.textContent));
    """,
    "the first thing that keys reach leads to the content": """
        const first = document.querySelector("a[href], button, input, summary");
        return first.matches(".skip-link") && document.querySelector(first.hash) ? [] : [first];
    """,
    "digits of the page's own words are of one family": """
        const own = texts().filter((element) => !element.closest("bdi, .story, .card__headline, .comment__body, h1"));
        return own.filter((element) => /[٠-٩۰-۹]/.test(element.textContent));
    """,
    "moments say themselves to machines in UTC": """
        return all("time").filter((time) => !/^\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d:\\d\\dZ)?$/.test(time.dateTime));
    """,
    "signs of a Latin name stand behind it": """
        // C and both signs, from left to right, wherever they stand on one line.
        return texts().filter((element) => [...element.childNodes].some((node) => {
            const at = node.nodeType === 3 ? node.data.indexOf("C++") : -1;
            if (at < 0) return false;
            const rects = [0, 1, 2].map((place) => {
                const range = document.createRange();
                range.setStart(node, at + place);
                range.setEnd(node, at + place + 1);
                return range.getBoundingClientRect();
            });
            return !(rects[0].left < rects[1].left && rects[1].left < rects[2].left);
        }));
    """,
    "fonts are the site’s own, those for Arabic come first, and none keeps a text from being read": """
        const ahead = all("link[rel=preload][as=font]").filter((link) => !link.href.includes("-arabic-"));
        const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
            .filter((rule) => rule instanceof CSSFontFaceRule);
        const told = (rule, name) => rule.style.getPropertyValue(name);
        const wrong = rules.filter((rule) => {
            const source = told(rule, "src");
            const waits = source.includes("url(") && !["optional", "swap"].includes(told(rule, "font-display"));
            const strange = /url\\("?https?:/.test(source) && !source.includes(location.origin);
            const unlike = source.startsWith("local(") && !told(rule, "ascent-override");
            return waits || strange || unlike;
        });
        return [...ahead, ...wrong.map((rule) => rule.cssText.slice(0, 160))];
    """,
    "machines are told the language of what they are shown": """
        const language = document.querySelector(".story")?.lang ?? "ar";
        const told = all("meta[property='og:locale']").filter((meta) => meta.content.split("_")[0] !== language);
        const data = all("script[type='application/ld+json']")
            .flatMap((script) => JSON.parse(script.textContent)["@graph"])
            .filter((node) => node.inLanguage && node.inLanguage !== language);
        return [...told, ...data.map((node) => `${node["@type"]} in ${node.inLanguage}`)];
    """,
}
ASK = """
    const all = (selector) => [...document.querySelectorAll(selector)];
    // The name of a section keeps its own way on the card of a story in another language.
    const whole = (element) => element.matches(".kicker:has(> bdi:only-child)") ? element.firstElementChild : element;
    const is_seen = (element) => element.checkVisibility({visibilityProperty: true});
    const texts = () => all("body *").filter((element) => !element.matches("script, style, option")
        && is_seen(element) && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    const told = (fault) => typeof fault === "string" ? fault : fault.outerHTML.slice(0, 160);
"""


def script(*names: str) -> str:
    """A function that answers what is wrong with a page, by the names of FAULTS: those, or all."""
    asked = ",".join(f"{name!r}: (() => {{ {FAULTS[name]} }})().map(told)" for name in names or FAULTS)
    return f"() => {{ {ASK} return {{ {asked} }} }}"
