"""How well readers find: questions about a small newspaper, as they are, in other spellings and with slips."""

import random

import pytest
from django.utils import timezone

from articles import publishing, search, search_index
from articles.models import Article
from newsroom.text import search_query
from tests import factories

pytestmark = pytest.mark.django_db

# A headline, what the article says, and a question that shares some words with it, in other forms.
NEWSPAPER = [
    (
        "محطة تحلية تعمل بالشمس",
        "افتتحت البلدية محطة لتحلية مياه البحر تعمل بألواح شمسية وتسقي 12 قرية.",
        "كم قرية تشرب من تحلية ماء البحر بالطاقة الشمسية؟",
    ),
    (
        "الترام يعود إلى وسط المدينة",
        "عاد الترام بعد ستين عامًا، ويقطع الخط الأول أحد عشر كيلومترًا.",
        "ما طول خط الترام الأول؟",
    ),
    (
        "منتخب الشطرنج يحرز الذهبية",
        "فازت سارة المنصوري في المباراة الأخيرة وحصدت الميدالية الذهبية في بطولة الشطرنج.",
        "من اللاعبة التي فازت بذهبية الشطرنج؟",
    ),
    (
        "نموذج GPT-4 يترجم اللهجات",
        "اختبر باحثون نموذج GPT-4 في ترجمة اللهجات المغاربية إلى الفصحى.",
        "هل يترجم GPT4 اللهجة المغاربية",
    ),
    (
        "هزة أرضية خفيفة قرب الساحل",
        "سجّل المرصد هزّة بقوة 3.2 درجات ولم تقع أضرار.",
        "قوة الهزة الأرضية على الساحل",
    ),
    (
        "المسؤولون يناقشون أسعار الخبز",
        "اجتمع المسؤولون لمناقشة رفع الدعم عن الدقيق والخبز.",
        "ماذا ناقش المسئولون عن سعر الخبز",
    ),
    (
        "معرض الكتاب يفتح أبوابه",
        "يشارك في معرض الكتاب خمسمئة ناشر من ثلاثين دولة، وضيف الشرف هو اليابان.",
        "ضيف شرف معرض الكتاب",
    ),
    (
        "علماء يرسمون خريطة جينوم التمر",
        "رسم فريق من جامعة السلطان قابوس خريطة جينوم نخيل التمر.",
        "جامعه رسمت خريطه جينوم النخله",
    ),
    ("كسوف جزئي يوم الجمعة", "يبدأ كسوف الشمس الجزئي ظهر الجمعة ويستمر ساعتين.", "متى يبدا كسوف الشمس"),
    (
        "شركة ناشئة تطلق خوذة ذكية",
        "أطلقت شركة ناشئة في عمّان خوذة ذكية لراكبي الدراجات.",
        "شركات أردنية وخوذ الدراجات الذكية",
    ),
    (
        "أمطار تغلق طريق الجبل",
        "أغلقت السيول الطريق الجبلي يومين وعلقت عشرات السيارات.",
        "سيول أغلقت الطرق الجبلية",
    ),
    (
        "صانع عود يورّث حرفته",
        "يعلّم النجار مصطفى الحلبي أحفاده صناعة العود من خشب الجوز.",
        "مصطفي الحلبي صانع الأعواد",
    ),
    (
        "البنك المركزي يثبت الفائدة",
        "أبقى البنك المركزي سعر الفائدة عند 5 في المئة للمرة الثالثة.",
        "قرار البنك المركزى عن سعر الفائده",
    ),
    (
        "متاحف تسهر حتى منتصف الليل",
        "تفتح المتاحف أبوابها مجانًا في ليلة المتاحف الأوروبية.",
        "ليلة المتاحف مجانا",
    ),
    (
        "أطباء يزرعون قرنية اصطناعية",
        "أجرى أطباء عملية زرع قرنية اصطناعية لمريض عمره 70 عامًا.",
        "عملية زراعة القرنية الاصطناعية",
    ),
    (
        "ماراثون المدينة يسجل رقمًا",
        "شارك في الماراثون أربعون ألف عدّاء من 90 بلدًا.",
        "كم عداء شارك في الماراثون",
    ),
    (
        "لجنة الانتخابات تعلن القوائم",
        "أعلنت لجنة الانتخابات أسماء 214 مرشحًا لمجالس الطلبة.",
        "عدد المرشحين في انتخابات الطلبة",
    ),
    (
        "مرجان صناعي لإحياء الشعاب",
        "أنزل غوّاصون هياكل من المرجان الصناعي لإحياء الشعاب في خليج العقبة.",
        "احياء الشعاب المرجانية في العقبة",
    ),
    (
        "مايكروسوفت تفتح مركز بيانات",
        "تفتح مايكروسوفت مركز بيانات ثالثًا في المنطقة عام 2027.",
        "مركز بيانات مايكروسوفت ٢٠٢٧",
    ),
    (
        "قمح مقاوم للجفاف",
        "طوّر مزارعون بالتعاون مع مركز البحوث صنفًا من القمح يقاوم الجفاف.",
        "أصناف القمح المقاومة للجفاف",
    ),
]

SPELLINGS = {
    "no hamza": lambda text: text.translate(str.maketrans("أإآٱؤئةى", "ااااويهي")),
    "Persian letters": lambda text: text.translate(str.maketrans("يك", "یک")),
    "tashkeel": lambda text: "".join(
        letter + "\u064e" * (letter.isalpha() and number % 3 == 0) for number, letter in enumerate(text)
    ),
    "tatweel": lambda text: text.replace("م", "مـ"),
    "marks of direction": lambda text: text.replace(" ", "\u200f "),
    "Arabic digits": lambda text: text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "presentation forms": lambda text: text.replace("لا", "\ufefb").replace("م", "\ufee3"),
}


@pytest.fixture(autouse=True)
def newspaper():
    """Where no article is newer than another."""
    now, section = timezone.now(), factories.section()
    for headline, body, _question in NEWSPAPER:
        article = publishing.save(Article(headline=headline, body=f"<p>{body}</p>", section=section))
        publishing.move(article, "publish", by=None, at=now)
    while search_index.refresh():
        pass


def ranked(question):
    numbers = [place.number for place in search.rank(search_query.parse(question)).places]
    headlines = dict(Article.objects.values_list("pk", "headline"))
    return [headlines[number] for number in numbers]


def test_every_question_finds_its_article_first():
    assert [ranked(question)[0] for _headline, _body, question in NEWSPAPER] == [
        headline for headline, _body, _question in NEWSPAPER
    ]


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS)
def test_spelling_changes_nothing(spelled):
    for _headline, _body, question in NEWSPAPER:
        assert ranked(spelled(question)) == ranked(question)


def test_slips_cost_little():
    chance = random.Random(3)
    places = []
    for headline, _body, question in NEWSPAPER:
        words = question.split()
        longest = max(range(len(words)), key=lambda at: len(words[at]))
        at = chance.randrange(1, len(words[longest]) - 1)
        words[longest] = words[longest][:at] + words[longest][at + 1 :]
        places.append(ranked(" ".join(words)).index(headline) + 1)

    assert sum(1 / place for place in places) / len(places) > 0.95
