"""Reading a text dump of a news page: headline, credits, paragraphs, and the page's own furniture.

Nothing in a dump says what is article and what is page. The rules here go by what a block is: a short block
that speaks the language of buttons and forms is furniture, and everything from the heading of a comment form
on is furniture. No rule goes by a line's number or by the wording of one site.
"""

import re
from dataclasses import dataclass, field

from newsroom.text.arabic import normalize
from newsroom.text.markup import is_blank

# Buttons, labels and notices are short; a sentence of the article that happens to begin with the same words
# ("شارك في المؤتمر …") is not.
MAX_PHRASE_WORDS = 8
MAX_NOTICE_WORDS = 30
MAX_CREDIT_WORDS = 9
# A block of this many words is prose, not a label.
PROSE_WORDS = 25

_LINE_END = re.compile("\r\n?|\u2028|\u2029|\x85")

_COMMENT = r"(?:تعليق\w*|رد\w{0,2}|رايك\w*)"
_COMMENT_HEADING = re.compile(
    rf"""(?:ال)?(?:
      (?:اترك|اكتب|اضف|ضع|شارك(?:نا)?|ارسل|ادخل)\ (?:لنا\ )?(?:ب|لنا\ )?(?:ال)?{_COMMENT}(?:\ \w+){{0,3}}
    | اضافه\ (?:ال)?{_COMMENT}(?:\ جديد)?
    | (?:تعليقات|التعليقات|تعليق)(?:\ (?:القراء|الزوار))?(?:\ \(?\d+\)?)?
    | \d+\ (?:تعليق\w*|ردود|رد)(?:\ .*)?
    | لا\ (?:توجد|يوجد)\ (?:اي\ )?تعليقات(?:\ .*)?
    | الغاء\ الرد
    | (?:leave|write|post|add)\ (?:a\ |your\ )?(?:comment|reply|response)(?:\ .*)?
    | (?:\d+\ |no\ )?(?:comments?|responses|replies)(?:\ \(?\d+\)?)?
    )""",
    re.VERBOSE,
)
_NOTICE = re.compile(
    r"""(?:
      (?:لن|لا)\ (?:يتم\ |ننشر\ |ينشر\ |يظهر\ |نقوم\ )?.{0,20}(?:بريدك|ايميلك|عنوان\ البريد).*
    | (?:الحقول|الخانات)\ (?:الالزاميه|المطلوبه|الضروريه|الاجباريه).*
    | (?:بريدك|عنوان\ بريدك)\ .{0,20}\ لن\ (?:يتم|ينشر|يظهر).*
    | (?:احفظ|تذكر)\ (?:اسمي|بياناتي).*
    | (?:اعلمني|نبهني|اخبرني)\ (?:ب|عن|عند|عبر).*
    | (?:your\ )?e-?mail(?:\ address)?\ will\ not\ be\ published.*
    | your\ email\ address\ .*
    | required\ fields\ .*
    | save\ my\ name.*
    | notify\ me\ .*
    | (?:يستخدم\ هذا\ الموقع|this\ site\ uses)\ (?:اكيسميت|akismet).*
    )""",
    re.VERBOSE,
)
_NETWORK = (
    r"(?:فيسبوك|تويتر|اكس|واتساب|واتس\ اب|تيليجرام|تيلقرام|تلغرام|لينكد\ ?ان|لينكدين|بينتيريست|ماسنجر|انستغرام"
    r"|البريد(?:\ الالكتروني)?|facebook|twitter|x|whatsapp|telegram|linkedin|messenger|pinterest|e-?mail)"
)
_PHRASE = re.compile(
    rf"""(?:زر\ )?(?:
      (?:ال)?(?:ذهاب|عوده|رجوع|انتقال|صعود)\ (?:مجددا\ )?(?:الي\ |ل)(?:ال|ل)?(?:اعلي|بدايه|راس|اول)
      (?:\ (?:ال)?(?:صفحه|مقال))?
    | (?:عد|ارجع|اذهب|انتقل)\ (?:الي\ |ل)(?:ال|ل)?اعلي(?:\ الصفحه)?
    | (?:ل|الي\ )(?:ال|ل)?اعلي(?:\ الصفحه)?
    | (?:back|scroll|go|return)\ to\ (?:the\ )?top(?:\ button)?
    | (?:ارسال|ارسل|نشر|انشر|اضف)\ ?(?:ال)?(?:تعليق|رد)?
    | (?:post|submit)\ (?:comment|reply) | submit
    | (?:ال)?(?:اسم|بريد\ الالكتروني|بريد|موقع(?:\ الالكتروني)?|تعليق|ايميل)
    | name | website | comment
    | (?:مقالات|مواضيع|اخبار|مواد)\ (?:ذات\ صله|مشابهه|مرتبطه|قد\ تهمك)
    | (?:اقرا|شاهد|طالع)\ (?:ايضا|المزيد|كذلك)
    | (?:قد|ربما)\ (?:يعجبك|يهمك)\ (?:ايضا|كذلك)
    | related\ (?:articles|posts|stories) | read\ (?:more|also)
    | (?:شارك(?:ها|ه)?|مشاركه|انشر(?:ها|ه)?)(?:\ (?:هذا\ |هذه\ )?(?:المقال|الخبر|المقاله|الموضوع))?
      (?:\ (?:علي|عبر|مع)\ {_NETWORK})?
    | (?:share|tweet|print)(?:\ (?:this|on|via)(?:\ \w+){{0,2}})?
    | (?:طباعه|اطبع)(?:\ (?:المقال|الخبر|الصفحه))? | نسخ\ الرابط
    | {_NETWORK}(?:\ {_NETWORK}){{0,7}}
    | (?:المقال|الخبر|المقاله|الموضوع|التدوينه)\ (?:السابق|التالي|السابقه|التاليه)
    | السابق | التالي | اعلان | advertisement | اغلاق | القايمه | بحث(?:\ عن)?
    )""",
    re.VERBOSE,
)
_RIGHTS = re.compile(r"(?:©|\(c\)|copyright\b|(?:جميع|كافه|كل)\ الحقوق\ محفوظه).*", re.VERBOSE)

_MONTH = (
    r"(?:يناير|فبراير|مارس|ابريل|نيسان|مايو|ايار|يونيو|يونيه|حزيران|يوليو|يوليه|تموز|اغسطس|اب|سبتمبر|ايلول|اكتوبر|نوفمبر|ديسمبر"
    r"|تشرين (?:الاول|الثاني)|كانون (?:الاول|الثاني)|شباط|اذار|جانفي|فيفري|افريل|ماي|جوان|جويليه|اوت"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|محرم|صفر|ربيع (?:الاول|الاخر|الثاني)|جمادي (?:الاولي|الاخره|الثانيه)|رجب|شعبان|رمضان|شوال"
    r"|ذو القعده|ذو الحجه)"
)
_WEEKDAY = r"(?:(?:يوم )?(?:السبت|الاحد|الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعه))"
_TIME = r"(?:(?:الساعه |في )?\d{1,2}:\d{2}(?::\d{2})?(?: ?(?:ص|م|صباحا|مساء|am|pm|gmt|بتوقيت \w+))*)"
_DATE = re.compile(
    rf"(?:(?:نشر(?:ت)?|حدث|اخر تحديث|تاريخ النشر|التاريخ|published|updated)(?: (?:في|ب|بتاريخ|on))? ?:? ?)?"
    rf"(?:{_WEEKDAY} ?)?"
    rf"(?:\d{{1,2}} {_MONTH}(?: ?/ ?{_MONTH})?(?: \d{{4}})?|{_MONTH} \d{{1,2}} \d{{4}}"
    rf"|\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}"
    rf"|(?:منذ|قبل) (?:\d+ )?\w+(?: \w+)?)"
    rf"(?: ?(?:م|هـ|ه|ميلادي|هجري))?(?: ?(?:-|\||في)? ?{_TIME})?"
)
_BYLINE = re.compile(
    r"(?:بقلم|كتب(?:ت|ه|ته|ها)?|اعداد|اعده|تحرير|ترجمه|بواسطه|الكاتب(?:ه)?|المصدر|المحرر|مراسل"
    r"|by|author|source|written by) ?:? ?\S.*"
)
_READING_TIME = re.compile(
    r"(?:(?:وقت|مده|زمن) القراءه|اقل من دقيقه|\d+ (?:دقيقه|دقايق|دقيقتان)|دقيقه واحده)(?: .*)?"
    r"|\d+ (?:مشاهده|قراءه|مشاهدات)"
)


@dataclass(frozen=True)
class TextPage:
    """A page told apart; blocks in the page's order, each as in the dump but for the newlines around it."""

    headline: str
    paragraphs: list[str]
    furniture: list[str]
    credits: list[str] = field(default_factory=list)


def parse(dump: str) -> TextPage:
    """Tell a page's headline, paragraphs and furniture apart; lines of credit (byline, date) go apart too.

    Paragraphs are the blocks between empty lines, or the lines where no line is empty. An empty dump gives an
    empty headline.
    """
    lines = _LINE_END.sub("\n", dump).removeprefix("\ufeff").split("\n")
    while lines and is_blank(lines[0]):
        lines.pop(0)
    if not lines:
        return TextPage("", [], [])
    headline = lines[0].strip()
    blocks = _blocks(lines[1:])

    first = 0
    while first < len(blocks) and is_credit(blocks[first]):
        first += 1
    credit_lines, blocks = blocks[:first], blocks[first:]

    start = comment_section(blocks)
    paragraphs = [block for block in blocks[:start] if not is_furniture(block)]
    furniture = [block for block in blocks[:start] if is_furniture(block)] + blocks[start:]
    return TextPage(headline, paragraphs, furniture, credit_lines)


def _blocks(lines: list[str]) -> list[str]:
    """Lines gathered into blocks; a line of furniture or a leading line of credit is a block of its own."""
    while lines and is_blank(lines[-1]):
        lines = lines[:-1]
    while lines and is_blank(lines[0]):
        lines = lines[1:]
    one_line_each = not any(map(is_blank, lines))

    blocks: list[list[str]] = []
    only_credits = True
    fresh = True
    for line in lines:
        if is_blank(line):
            fresh = True
            continue
        credit = only_credits and is_credit(line)
        only_credits = credit
        alone = one_line_each or credit or is_furniture(line) or _is_comment_heading(line)
        if fresh or alone:
            blocks.append([line])
        else:
            blocks[-1].append(line)
        fresh = alone
    return ["\n".join(block) for block in blocks]


def comment_section(blocks: list[str]) -> int:
    """Index of the block that heads the comment form or list, or the number of blocks.

    A heading alone could be a subheading of the article ("اترك تعليقاً" in a text about comments), so what
    follows has to agree: a notice or a label of a form, or at least no more prose.
    """
    for index, block in enumerate(blocks):
        if not (_is_comment_heading(block) or _NOTICE.fullmatch(_folded(block))):
            continue
        rest = blocks[index + 1 :]
        form_follows = any(is_furniture(other) or _is_comment_heading(other) for other in rest[:6])
        prose_follows = any(len(other.split()) >= PROSE_WORDS for other in rest)
        if form_follows or not prose_follows:
            return index
    return len(blocks)


def _is_comment_heading(block: str) -> bool:
    words = _folded(block)
    return words.count(" ") < MAX_PHRASE_WORDS and _COMMENT_HEADING.fullmatch(words) is not None


def is_furniture(block: str) -> bool:
    words = _folded(block)
    length = words.count(" ") + 1
    if length <= MAX_PHRASE_WORDS and _PHRASE.fullmatch(words):
        return True
    return length <= MAX_NOTICE_WORDS and bool(_NOTICE.fullmatch(words) or _RIGHTS.fullmatch(words))


def is_credit(block: str) -> bool:
    words = _folded(block, keep=":/.|-")
    if words.count(" ") >= MAX_CREDIT_WORDS or block.rstrip().endswith((".", "؟", "!", ":")):
        return False
    return any(pattern.fullmatch(words) for pattern in (_DATE, _BYLINE, _READING_TIME))


def _folded(block: str, keep: str = "-©()") -> str:
    """A block as a key for the phrases above, which are written as `normalize` folds; punctuation as spaces."""
    kept = (char if char.isalnum() or char in keep else " " for char in normalize(block))
    return " ".join("".join(kept).split())
