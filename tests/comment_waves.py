"""Honest comments, spam in thousands of dresses, and a desk in memory that sorts both as they come."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice

from comments import likeness
from comments.likeness import Candidate, Sketch, judge

HEADLINE = "مجلس الوزراء يقرّ موازنة العام المقبل ويؤجّل رفع أسعار الكهرباء"
WINDOW = timedelta(hours=72)
# Of each key the waves first and then the newest, so that what honest readers say often cannot hide a wave.
CANDIDATES_PER_KEY = 10

sketch = partial(likeness.sketch, key=b"of the newsroom alone")


@dataclass
class _Filed:
    sketch: Sketch
    at: timedelta
    wave: int | None = None


@dataclass
class _Wave:
    members: set[int]
    newest: timedelta


class Desk:
    """What the database does: keeps keys in an index, and what `judge` said of each comment.

    `most_looked_at` is the largest number of candidates that one comment was compared with.
    """

    def __init__(self):
        self.filed: list[_Filed] = []
        self.waves: list[_Wave] = []
        self.most_looked_at = 0
        # Two stretches of one index: comments without a wave, and founders of waves.
        self._index = {False: defaultdict(dict), True: defaultdict(dict)}

    def receive(self, sketch: Sketch, at: timedelta) -> int:
        number = len(self.filed)
        candidates = self._look_up(sketch, at)
        self.most_looked_at = max(self.most_looked_at, len(candidates))
        judgement = judge(sketch, candidates)
        self.filed.append(_Filed(sketch, at))
        self._keep_keys(number)
        if judgement.wave is not None:
            for member in (number, *judgement.others):
                self._join(judgement.wave, member)
        elif judgement.others:
            self.waves.append(_Wave(set(), at))
            for founder in (number, *judgement.others):
                self._join(len(self.waves) - 1, founder)
                self._keep_keys(founder)
        return number

    def cards(self, numbers) -> int:
        """How many cards a moderator decides on to clear these: one a wave, and one for each other comment."""
        waves = [self.filed[number].wave for number in numbers]
        return waves.count(None) + len({wave for wave in waves if wave is not None})

    def swept(self, numbers) -> list[int]:
        return [number for number in numbers if self.filed[number].wave is not None]

    def _look_up(self, sketch, at):
        found = {}
        for key in sketch.keys:
            matches = (
                number
                for in_wave in (True, False)
                for number in reversed(self._index[in_wave].get(key, {}))
                if at - self._newest(number) <= WINDOW
            )
            for number in islice(matches, CANDIDATES_PER_KEY):
                earlier = self.filed[number]
                found[number] = Candidate(number, earlier.sketch, at - self._newest(number), earlier.wave)
        return list(found.values())

    def _newest(self, number):
        filed = self.filed[number]
        return filed.at if filed.wave is None else self.waves[filed.wave].newest

    def _join(self, wave, number):
        self._drop_keys(number)
        self.filed[number].wave = wave
        self.waves[wave].members.add(number)
        self.waves[wave].newest = max(self.waves[wave].newest, self.filed[number].at)

    def _keep_keys(self, number):
        filed = self.filed[number]
        for key in filed.sketch.keys:
            self._index[filed.wave is not None][key][number] = None

    def _drop_keys(self, number):
        filed = self.filed[number]
        for key in filed.sketch.keys:
            del self._index[filed.wave is not None][key][number]


# Spam, as it stands under Arabic news: money, doctors, sorcerers, trade, and a campaign against a writer.
SPAM_TEMPLATES = (
    "فرصة عمل من البيت بدون خبرة اربح أكثر من {number} دولار يوميا سجل الآن قبل انتهاء العدد {link}",
    "الشيخ الروحاني لجلب الحبيب ورد المطلقة وفك السحر خلال {number} ساعة تواصل معي على الواتساب ولن تندم",
    "نبيع متابعين حقيقيين ومشاهدات مضمونة لجميع منصات التواصل بأرخص الأسعار والدفع بعد التنفيذ {link}",
    "كنت مدينا وبعت سيارتي حتى دلني صديق على هذه المنصة فربحت {number} دولار في أسبوع جربوها وادعوا لي {link}",
    "علاج نهائي للسكري والضغط بالأعشاب الطبيعية دون أدوية كيماوية والشحن مجاني لكل الدول اطلبه من هنا {link}",
    "هذا الكاتب مأجور يقبض من الخارج ليشوه صورة بلدنا وعلى الصحيفة أن تطرده فورا وتعتذر للشعب كله عن أكاذيبه",
)
_HOSTS = ("bit.ly", "", "followers-gulf.shop", "mnasa-ribh.top", "a3shab.store", "")
_GREETINGS = (
    "السلام عليكم", "مرحبا", "يا شباب", "اسمعوا مني", "صباح الخير", "إخواني الكرام", "بصراحة", "والله العظيم",
    "يا جماعة الخير", "نصيحة لوجه الله", "أنا مجرب", "عاجل", "للجادين فقط", "بشرى سارة", "تحية طيبة", "",
)  # fmt: skip
_TAILS = (
    "",
    "",
    "والله على ما أقول شهيد",
    "انشروها",
    "لا تفوتوا",
    "مع تحياتي",
    "وشكرا",
    "صدقوني",
    "ادخل وشوف",
)
_EMOJI = "😍🔥💰👇✅🎁❤💯👍🌹🚀⭐"
_MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad\u200f"
_LOOKALIKES = {
    "ك": "کڪﻛ", "ي": "یىﻳ", "ه": "ہھﻫ", "ا": "ٱأإﺎ", "و": "ۆﻭ", "ت": "ټﺗ", "ل": "ڵﻟ", "م": "ﻣ", "ح": "7", "ع": "3",
}  # fmt: skip


def spam(seed: int, count: int) -> list[tuple[str, str, str]]:
    """Return (body, website, network) of `count` variants, the templates in turn, from some 2,000 networks."""
    source = random.Random(seed)
    return [
        (_dress(source, number % len(SPAM_TEMPLATES)), "", f"spam network {source.randrange(2000)}")
        for number in range(count)
    ]


def _dress(source, template):
    host = _HOSTS[template]
    prefix = source.choice(("https://", "http://", "www.", "hxxps://", "", "https://a1.", "https://go."))
    path = "".join(source.choices("abcdefghkmnpqrstuvwxyz0123456789", k=source.randint(3, 12)))
    text = SPAM_TEMPLATES[template].format(number=source.randrange(50, 9000), link="LINK")
    words = text.split()
    for _ in range(source.randrange(3)):
        at = source.randrange(len(words) - 2)
        words[at], words[at + 1] = words[at + 1], words[at]
    if source.random() < 0.3:
        words.insert(source.randrange(len(words)), str(source.randrange(10_000)))
    marked, stretched, replaced = (source.random() * most for most in (0.6, 0.15, 0.12))
    words = [
        word if word == "LINK" else _dressed(source, word, marked, stretched, replaced) for word in words
    ]
    words = [*source.choice(_GREETINGS).split(), *words, *source.choice(_TAILS).split()]
    for _ in range(source.randrange(5)):
        words.insert(source.randrange(len(words) + 1), source.choice(_EMOJI) * source.randint(1, 3))
    if source.random() < 0.3:
        words.insert(source.choice((0, len(words))), f"@user_{path}")
    separator = source.choice((" ", " ", " ", "  ", " . ", "\n", "..."))
    return separator.join(words).replace("LINK", f" {prefix}{host}/{path} ")


def _dressed(source, word, marked, stretched, replaced):
    letters = []
    for letter in word:
        if source.random() < replaced:
            letter = source.choice(_LOOKALIKES.get(letter, letter))
        if source.random() < stretched:
            letter = source.choice((letter * source.randint(2, 6), f"{letter}\u0640\u0640"))
        if source.random() < marked:
            letter += source.choice(_MARKS)
        if source.random() < replaced / 2:
            letter += source.choice(_INVISIBLE)
        letters.append(letter)
    return "".join(letters)


# Three pools of which honest comments are put together so that no two have more than one part in common: more
# alike than readers are who do not copy.
_OPENINGS = (
    "قرأت المقال مرتين ولم أجد فيه رقما واحدا موثقا",
    "الكاتب أصاب حين ربط الغلاء بأجور النقل",
    "أعمل في هذا القطاع منذ خمسة عشر عاما",
    "في قريتنا لا تصل الكهرباء سوى أربع ساعات",
    "كنت أظن أن الموازنة ستذهب إلى المدارس أولا",
    "ما يحدث اليوم رأيناه قبل عشر سنوات تماما",
    "ابني تخرّج مهندسا ولا يزال بلا وظيفة",
    "لماذا لا ينشر الوزير تفاصيل العقد كاملة",
    "الصور المرفقة قديمة وقد نشرت في الربيع",
    "أختلف مع الأستاذ في الفقرة الأخيرة فقط",
    "زرت المستشفى الجديد أمس فوجدت نصفه مغلقا",
    "المنتخب لعب بلا خطة في الشوط الثاني",
    "المزارعون هنا باعوا أغنامهم بسبب الجفاف",
    "سمعت الخبر في الإذاعة قبل أن تنشروه",
    "أستاذ الاقتصاد في جامعتنا قال عكس ذلك",
    "جارتي أرملة وتعيل خمسة أطفال وحدها",
    "هذه أول مرة أرى صحيفة تعترف بخطئها",
    "تذكّرني القصة بما كتبه نجيب محفوظ",
    "من يقرأ التعليقات يظن أن الجميع خبراء",
    "شركات الاتصالات تأخذ ولا تعطي شيئا",
    "نسيتم أن تذكروا دور البلديات في الأزمة",
    "انتظرنا الباص ساعة كاملة تحت المطر",
    "أتابعكم من كندا وأشتاق إلى أخبار الحارة",
)
_OPINIONS = (
    "والأرقام التي أعلنتها الهيئة لا تطابق ما في السوق",
    "فالمشكلة في الإدارة وليست في قلة المال",
    "وأظن أن الحل يبدأ من تعليم البنات في الريف",
    "لكن أحدا لم يسأل سكان المخيم عن رأيهم",
    "ومع ذلك أرى بارقة أمل في الجيل الصغير",
    "لأن القانون القديم لم يطبّق يوما واحدا",
    "وحبذا لو أجريتم مقابلة مع نقابة الأطباء",
    "ثم إن سعر الخبز ارتفع مرتين منذ رمضان",
    "ولا أفهم لماذا يستورد القمح وأرضنا بور",
    "فالطريق الدائري وحده كلّف أضعاف المعلن",
    "وكل وزير يأتي يهدم ما بناه سلفه",
    "وقد جرّبت تونس هذا النظام ثم تراجعت عنه",
    "والمدرب يصرّ على لاعبين تجاوزوا الثلاثين",
    "بينما تنفق الملايين على مهرجان لا يحضره أحد",
    "والحقيقة أن الموظف الصغير يدفع الثمن دائما",
    "فلا تلوموا الشباب إن فكروا في الهجرة",
    "وماء الآبار صار مالحا لا يصلح للشرب",
    "وأقترح أن تخصّص ساعة مجانية في المتاحف",
    "لكن الترجمة عن الإنجليزية كانت ركيكة",
    "والتاريخ المذكور في السطر الثالث غير صحيح",
    "وهذا يحتاج إلى رقابة من البرلمان نفسه",
    "فالمعلم الجيد خير من ألف سبورة ذكية",
    "وأمي رحمها الله كانت تقول الكلام نفسه",
)
_CLOSINGS = (
    "فهل من مجيب قبل حلول الشتاء",
    "وأنتظر الجزء الثاني من التحقيق",
    "أرجو تصحيح ذلك في النسخة الورقية",
    "وللحديث بقية حين تهدأ الأعصاب",
    "هذا رأيي وقد أكون مخطئا",
    "فلنكن واقعيين ولو مرة واحدة",
    "والأيام بيننا كما يقال",
    "ولكم أن تسألوا أهل بعلبك",
    "متى نتعلم من تجارب غيرنا",
    "وليت المسؤول يركب الحافلة معنا",
    "أما الباقي فتفاصيل لا تهمّ القارئ",
    "وسأرسل إليكم المستندات بالبريد",
    "فالصمت في هذه الحال مشاركة",
    "ولا عزاء للطبقة الوسطى",
    "لعلّ صوتنا يصل إلى أحد",
    "وإلا فما فائدة الانتخابات",
    "كان الله في عون الأهالي هناك",
    "ومن لا يصدّق فليزر السوق الجمعة",
    "دمتم منبرا لمن لا منبر له",
    "وقد بلغت السبعين ولم أر مثل هذا",
    "فأين ذهبت وعود الصيف الماضي",
    "والسؤال الأهم من المستفيد",
    "هكذا تضيع الفرص واحدة بعد أخرى",
)
_SHORT = (
    "شكرًا", "شكرا", "شكراً لكم", "أحسنت", "أحسنتم", "أحسنت النشر", "مقال رائع", "مقال رائع جدا", "👏👏👏", "😂😂",
    "❤️", "👍", "صح لسانك", "كلام جميل", "كلام سليم", "كلام فارغ", "بالتوفيق", "آمين", "آمين يا رب", "الله يرحمه",
    "الله يرحمها", "إنا لله وإنا إليه راجعون", "حسبنا الله ونعم الوكيل", "لا حول ولا قوة إلا بالله", "ما شاء الله",
    "تسلم الأيادي", "بارك الله فيك", "جزاك الله خيرا", "ألف مبروك", "مبروك", "متفق معك", "أتفق معك تماما",
    "لا أتفق", "غير صحيح", "أين المصدر؟", "المصدر؟", "ههههه", "هههههههه", "يا ساتر", "الله المستعان", "عيب والله",
    "كفى", "تحياتي", "تحية من المغرب", "تحية من مصر", "تحية من العراق", "رائع", "ممتاز", "جميل جدا", "مؤسف",
    "مؤسف جدا", "خبر مفرح", "خبر محزن", "الله أكبر", "يا رب", "سبحان الله", "كل عام وأنتم بخير", "عيد مبارك",
    "منتخب فاشل", "مبروك للمنتخب",
)  # fmt: skip
_QUOTED = (
    "قال تعالى: ﴿ومن يتّق الله يجعل له مخرجًا ويرزقه من حيث لا يحتسب﴾",
    "﴿وَمَن يَتَّقِ اللَّهَ يَجْعَل لَّهُ مَخْرَجًا وَيَرْزُقْهُ مِنْ حَيْثُ لَا يَحْتَسِبُ﴾ صدق الله العظيم",
    "إن الله لا يغيّر ما بقوم حتى يغيّروا ما بأنفسهم",
    "ولا تحسبنّ الله غافلًا عمّا يعمل الظالمون، إنّما يؤخّرهم ليومٍ تشخص فيه الأبصار",
    "رحمه الله وأسكنه فسيح جنّاته وألهم أهله وذويه الصبر والسلوان، إنا لله وإنا إليه راجعون",
    "اللهم اغفر له وارحمه وعافه واعف عنه وأكرم نزله ووسّع مدخله",
    "الصبر مفتاح الفرج",
    "من جدّ وجد ومن زرع حصد",
    "ليس كل ما يلمع ذهبا",
    f"«{HEADLINE}»",
    f"{HEADLINE}؟؟",
    f"{HEADLINE} يا سلام",
)
_LINKS = (
    "https://www.youtube.com/watch?v=", "https://youtu.be/", "https://ar.wikipedia.org/wiki/", "https://x.com/i/status/",
    "https://www.facebook.com/story/",
)  # fmt: skip


def genuine(seed: int) -> list[tuple[str, str, str]]:
    """Return (body, website, network) of 900 honest comments in no order, more than 500 of different text.

    From 300 networks and, as happens on mobile phones, a third of them from three. Short praise, quotations and the
    headline come several times; links lead to the same big hosts.
    """
    source = random.Random(seed)
    parts = len(_OPENINGS)
    bodies = [
        f"{_OPENINGS[number % parts]}، {_OPINIONS[number // parts]} {_CLOSINGS[(number + number // parts) % parts]}."
        for number in range(parts * parts)
    ]
    for number in source.sample(range(len(bodies)), 60):
        bodies[number] += f" {source.choice(_LINKS)}{number:06x}"
    bodies = source.sample(bodies, 450)
    bodies += [f"انظروا {link}{number:05x}" for link in _LINKS for number in range(6)]
    bodies += [f"المصدر https://www.khabar.example/news/{number}" for number in range(4)]
    bodies += source.choices(_SHORT, k=296)
    bodies += source.choices(_QUOTED, k=120)
    source.shuffle(bodies)
    return [(body, *_reader(source)) for body in bodies]


def _reader(source):
    if source.random() < 1 / 3:
        return "", f"mobile network {source.randrange(3)}"
    reader = source.randrange(300)
    return f"https://blog-{reader}.example/" if reader % 10 == 0 else "", f"home network {reader}"
