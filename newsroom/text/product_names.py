"""Companies and products whose names translation machines break in two, and how newsrooms write them.

A product that is an ordinary word (Copilot, Gemini, Teams) comes out translated beside the untouched name of its
company. Only pairs are listed that no good Arabic sentence has in this order: «مساعد الطيار» alone is a person in an
airplane, «الجوزاء» a constellation, and after «مايكروسوفت» neither is. The list is of the well known, not complete.
"""

# How the company is written -> what its product was made into -> the name of both.
_COMPANIES: dict[str, tuple[str, ...]] = {
    "Microsoft": ("Microsoft", "مايكروسوفت", "ميكروسوفت"),
    "Google": ("Google", "غوغل", "جوجل", "قوقل"),
    "Apple": ("Apple", "آبل", "أبل", "ابل"),
    "GitHub": ("GitHub", "جيت هاب", "غيت هاب", "جيثب"),
    "Meta": ("Meta", "ميتا"),
    "Amazon": ("Amazon", "أمازون", "امازون"),
    "ميسترال": ("ميسترال", "Mistral"),
}
_PRODUCTS: dict[str, dict[str, tuple[str, ...]]] = {
    "Microsoft": {
        "Copilot": ("مساعد الطيار", "مساعد طيار", "الطيار المساعد", "الطيار المشارك"),
        "Azure": ("أزرق", "اللازوردية", "اللازوردي", "أزور الأزرق"),
        "Windows": ("نوافذ", "النوافذ"),
        "Teams": ("فرق", "الفرق"),
        "Edge": ("حافة", "الحافة"),
        "Surface": ("سطح", "السطح"),
    },
    "GitHub": {"Copilot": ("مساعد الطيار", "مساعد طيار", "الطيار المساعد")},
    "Google": {
        "Gemini": ("الجوزاء", "جوزاء", "برج الجوزاء", "التوأم"),
        "Bard": ("شاعر", "الشاعر"),
        "Chrome": ("كروم المعدن", "الكروم"),
        "Drive": ("القيادة", "قيادة"),
    },
    "Apple": {"Intelligence": ("ذكاء", "الذكاء"), "Watch": ("شاهد", "راقب"), "Vision Pro": ("رؤية برو",)},
    "Meta": {"Llama": ("اللاما", "حيوان اللاما")},
    "Amazon": {"Web Services": ("خدمات الويب", "خدمات ويب"), "Prime": ("رئيس", "رئيسي")},
    "ميسترال": {
        "لارج": ("كبير", "الكبير", "كبيرة", "الكبيرة"),
        "سمول": ("صغير", "الصغير", "صغيرة", "الصغيرة"),
        "ميديوم": ("متوسط", "المتوسط", "متوسطة", "المتوسطة"),
    },
}
# What a broken name says -> the name.
HALF_TRANSLATED: dict[str, str] = {
    f"{written} {translated}": f"{company} {product}"
    for company, products in _PRODUCTS.items()
    for product, translations in products.items()
    for written in _COMPANIES[company]
    for translated in translations
} | {
    "افتح AI": "OpenAI",
    "فتح AI": "OpenAI",
    "AI المفتوح": "OpenAI",
    "Meta لاما": "Meta Llama",
    "وجه المعانقة": "Hugging Face",
    "الوجه المعانق": "Hugging Face",
    "عناق الوجه": "Hugging Face",
}
# Whose English genitive («OpenAI’s ChatGPT») is no part of a name, as that of McDonald’s is.
OWNERS = frozenset(
    """
    Adobe Alibaba Amazon Anthropic Apple Baidu ByteDance Cohere DeepMind DeepSeek Google Huawei IBM Intel Meta
    Microsoft Mistral Nvidia NVIDIA OpenAI Oracle Perplexity Samsung Sony SpaceX Tesla xAI Xiaomi
    """.split()  # noqa: SIM905 - the formatter would give each word of a list a line
)
