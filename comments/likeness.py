"""Whether comments are variants of one text: what one is recognized by, and which wave a new one belongs to.

A comment is reduced to a sketch: hashes of the four-letter shingles of its folded text (Broder 1997, "On the
resemblance and containment of documents") and of the hosts it links to. A few of these are its keys. Alike
comments share one nearly always, so that a new comment is compared with the few that share one of its keys
and never with a wave's thousands.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from hashlib import blake2b

from newsroom.text.addresses import without_addresses
from newsroom.text.links import host, split_links
from newsroom.text.skeleton import fold_letters

# Four letters without the spaces between words: a swap of two words costs nine shingles or so, where it would
# cost a comparison of word triples half a short text.
_LETTERS = 4
# A sketch holds the texts of most comments whole; of longer ones the smallest hashes, which estimate a
# resemblance of 0.4 to within 0.03 (one standard deviation).
_SHINGLES = 256
# How many quotable texts are kept prepared, for a process: some 100 KB each where they are long.
QUOTED_TEXTS = 64
# One presentation form can decompose to eighteen letters; no more than this is read.
_MAX_LETTERS = 5_000

# Resemblance (shingles shared, of those in either) from which two texts are variants of one: by itself, and where
# they lead to the same host. Of the four million pairs of 2,900 long comments that readers wrote, four resemble each
# other by more than 0.7, copies all, eleven by 0.2 to 0.375, and none lies between. Of spam in heavy dress half
# resembles the other half by 0.55 and 99 in 100 their template by 0.44 (`benchmarks/waves.py`).
TEXT_RESEMBLANCE = 0.4
LINKED_RESEMBLANCE = 0.2
# Texts of fewer shingles are what many readers say in the same words: «شكرًا», «أحسنت», a proverb, a headline.
# They count only with a shared host or in a burst from one network.
LONG_SHINGLES = 28
BURST = timedelta(minutes=10)
BURST_RESEMBLANCE = 0.8

# How many alike make a wave: two are a reader who repeats himself, or one who quotes another. Of short ones it
# takes more, for behind one address there may be a school, and several may name one source.
WAVE_SIZE = 3
SHORT_WAVE_SIZE = 5

TEXT_KEYS = 6
LINK_KEYS = 2

# Whoever links to these shares nothing with others who do, but the internet.
_PLATFORMS = frozenset(
    """
    youtube.com youtu.be facebook.com fb.com fb.watch twitter.com x.com t.co instagram.com tiktok.com
    google.com goo.gl wikipedia.org linkedin.com reddit.com github.com vimeo.com dailymotion.com
    archive.org apple.com amazon.com blogspot.com wordpress.com medium.com soundcloud.com spotify.com
    aljazeera.net bbc.com bbc.co.uk alarabiya.net skynewsarabia.com cnn.com reuters.com rt.com
    """.split()  # noqa: SIM905 - the formatter would give each word of a list a line
)
# Names under which others are registered, as in example.com.sa.
_SECOND_LEVELS = frozenset(("com", "net", "org", "gov", "edu", "co", "ac", "info", "biz"))

# What is said in set words belongs to nobody. Shingles of these count for nothing, so neither a greeting before an
# advertisement nor a prayer that a hundred readers send under an obituary makes texts alike.
_FORMULAS = (
    "السلام عليكم ورحمة الله وبركاته وعليكم السلام ورحمة الله وبركاته",
    "بسم الله الرحمن الرحيم الحمد لله رب العالمين",
    "الحمد لله على كل حال الحمد لله والشكر لله",
    "صباح الخير مساء الخير مرحبا أهلا وسهلا تحية طيبة وبعد",
    "لا حول ولا قوة إلا بالله العلي العظيم",
    "حسبنا الله ونعم الوكيل حسبي الله ونعم الوكيل فيكم وفيهم",
    "إنا لله وإنا إليه راجعون ولا حول ولا قوة إلا بالله",
    "إنا لله وإنا إليه راجعون الله يرحمه الله يرحمها ويغفر له ويغفر لها",
    "اللهم اغفر له وارحمه وعافه واعف عنه وأكرم نزله ووسع مدخله",
    "اللهم اغفر لها وارحمها وأسكنها فسيح جناتك",
    "رحمه الله وأسكنه فسيح جناته وألهم أهله وذويه الصبر والسلوان",
    "رحمها الله وأسكنها فسيح جناته وألهم أهلها وذويها الصبر والسلوان",
    "رحمهم الله وأسكنهم فسيح جناته وألهم أهلهم وذويهم الصبر والسلوان",
    "تغمده الله بواسع رحمته تغمدها الله بواسع رحمتها",
    "البقاء لله عظم الله أجركم وأحسن عزاءكم وغفر لميتكم",
    "لا إله إلا الله محمد رسول الله سبحان الله وبحمده سبحان الله العظيم",
    "الله أكبر سبحان الله والحمد لله ولا إله إلا الله والله أكبر",
    "أستغفر الله العظيم وأتوب إليه لا إله إلا أنت سبحانك إني كنت من الظالمين",
    "اللهم صل وسلم على نبينا محمد وعلى آله وصحبه أجمعين صلى الله عليه وسلم",
    "اللهم صل على محمد وآل محمد كما صليت على إبراهيم وعلى آل إبراهيم إنك حميد مجيد",
    "جزاك الله خيرا جزاكم الله خيرا بارك الله فيك بارك الله فيكم وفقكم الله",
    "ما شاء الله تبارك الله لا قوة إلا بالله اللهم بارك إن شاء الله",
    "اللهم آمين يا رب العالمين آمين يا رب حفظكم الله ورعاكم",
    "اللهم انصر المسلمين في كل مكان اللهم انصرهم واحفظهم",
    "اللهم احفظ بلادنا وسائر بلاد المسلمين من كل سوء",
    "كل عام وأنتم بخير عيد مبارك رمضان كريم تقبل الله منا ومنكم صالح الأعمال",
    "ألف مبروك ألف ألف مبروك الله يوفقكم بالتوفيق إن شاء الله",
    "شكرا جزيلا لكم شكرا على هذا المقال الرائع مقال رائع أحسنت أحسنتم",
    "شفاك الله وعافاك الله يشفيه الله يشفيها لا بأس طهور إن شاء الله",
    "قال الله تعالى في كتابه العزيز قال رسول الله صلى الله عليه وسلم صدق الله العظيم",
    "قل هو الله أحد الله الصمد لم يلد ولم يولد ولم يكن له كفوا أحد",
    "ومن يتق الله يجعل له مخرجا ويرزقه من حيث لا يحتسب ومن يتوكل على الله فهو حسبه",
    "إن الله لا يغير ما بقوم حتى يغيروا ما بأنفسهم",
    "فإن مع العسر يسرا إن مع العسر يسرا",
    "ولا تحسبن الله غافلا عما يعمل الظالمون إنما يؤخرهم ليوم تشخص فيه الأبصار",
    "وسيعلم الذين ظلموا أي منقلب ينقلبون",
    "ولا تحسبن الذين قتلوا في سبيل الله أمواتا بل أحياء عند ربهم يرزقون",
    "يا أيتها النفس المطمئنة ارجعي إلى ربك راضية مرضية فادخلي في عبادي وادخلي جنتي",
    "وبشر الصابرين الذين إذا أصابتهم مصيبة قالوا إنا لله وإنا إليه راجعون",
    "وعسى أن تكرهوا شيئا وهو خير لكم وعسى أن تحبوا شيئا وهو شر لكم والله يعلم وأنتم لا تعلمون",
    "لا يكلف الله نفسا إلا وسعها لها ما كسبت وعليها ما اكتسبت",
    "كل نفس ذائقة الموت كل من عليها فان ويبقى وجه ربك ذو الجلال والإكرام",
    "إن ينصركم الله فلا غالب لكم وما النصر إلا من عند الله نصر من الله وفتح قريب",
    "واعتصموا بحبل الله جميعا ولا تفرقوا وتعاونوا على البر والتقوى ولا تعاونوا على الإثم والعدوان",
    "يا أيها الذين آمنوا إن جاءكم فاسق بنبإ فتبينوا أن تصيبوا قوما بجهالة فتصبحوا على ما فعلتم نادمين",
    "وقل اعملوا فسيرى الله عملكم ورسوله والمؤمنون وقل رب زدني علما",
    "ألا بذكر الله تطمئن القلوب رب اشرح لي صدري ويسر لي أمري",
    "ربنا آتنا في الدنيا حسنة وفي الآخرة حسنة وقنا عذاب النار",
    "إنما المؤمنون إخوة فأصلحوا بين أخويكم قل لن يصيبنا إلا ما كتب الله لنا",
)

_HEADER = struct.Struct("<HB?")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What of a comment is kept to recognize its like.

    `shingles` are 64-bit hashes in ascending order, the smallest _SHINGLES of `size`; `links` those of the
    hosts in the text, at most LINK_KEYS; `website` that of the writer's site or None. `network` is the
    sender's fingerprint.
    """

    shingles: tuple[int, ...]
    size: int
    links: tuple[int, ...]
    website: int | None
    network: str

    @property
    def is_long(self) -> bool:
        return self.size >= LONG_SHINGLES

    @property
    def keys(self) -> tuple[int, ...]:
        """At most TEXT_KEYS + LINK_KEYS signed 64-bit numbers; what is alike shares one nearly always.

        Two texts of resemblance 0.4 miss each other once in twenty, three founders of a wave hardly ever. Keys of a
        short text hold the network: others who say the same are not even looked at.
        """
        text = self.shingles[:TEXT_KEYS]
        if not self.is_long:
            # Both are keyed already.
            unkeyed = _hashing(b"")
            text = tuple(_hash(f"{self.network}\x1f{shingle}", unkeyed) for shingle in text)
        website = () if self.website is None else (self.website,)
        return (*text, *tuple(dict.fromkeys((*self.links, *website)))[:LINK_KEYS])

    def to_bytes(self) -> bytes:
        """Return it without the network, in at most 2.1 KB; a comment of 85 letters takes 0.5 KB."""
        website = () if self.website is None else (self.website,)
        numbers = (*self.links, *website, *self.shingles)
        header = _HEADER.pack(self.size, len(self.links), bool(website))
        return header + struct.pack(f"<{len(numbers)}q", *numbers)

    @classmethod
    def from_bytes(cls, stored: bytes, network: str) -> "Sketch":
        size, links, has_website = _HEADER.unpack_from(stored)
        numbers = struct.unpack_from(f"<{(len(stored) - _HEADER.size) // 8}q", stored, _HEADER.size)
        website = numbers[links] if has_website else None
        return cls(numbers[links + has_website :], size, numbers[:links], website, network)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier comment that shares a key with a new one: by its number, or a founder of the wave of that number.

    `ago` is the time since it came; of a wave, since its newest member came.
    """

    comment: int
    sketch: Sketch
    ago: timedelta
    wave: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Where a new comment belongs: to `wave`; without one, to a new wave with `others`; without either, to none.

    `others` are comments that had no wave and come along. Later comments are to find those without a wave and the
    founders of waves, the new comment and its `others`. What joins a wave is looked for no longer: a wave is compared
    by its founders alone, so it neither grows slower to look up nor drifts from text to text.
    """

    wave: int | None
    others: tuple[int, ...]


def sketch(
    body: str,
    website: str,
    network: str,
    *,
    key: bytes,
    quotable: Iterable[str] = (),
    ignored_hosts: Iterable[str] = (),
) -> Sketch:
    """Return the sketch of a comment, in time proportional to its length and that of `quotable`.

    `network` is the sender's fingerprint. `key` (up to 64 bytes) is the newsroom's secret: who could compute the hashes
    would find words whose hashes are the smallest, and hide all others behind them. Sketches of different keys have
    nothing in common. `quotable` are texts that readers repeat without knowing of each other: the article, and the
    comment that is answered. Links to `ignored_hosts` count for nothing: the newsroom's own, and
    others that its readers often name as a source.
    """
    text, hosts = split_links(body)
    letters = fold_letters(without_addresses(text))[:_MAX_LETTERS]
    shingles = _shingles(letters) or set("".join(text.split()))
    hashing = _hashing(key)
    own = shingles.difference(_formulas(), *map(_quoted_shingles, quotable))
    ignored = _PLATFORMS.union(map(_domain, ignored_hosts), [""])
    links = {_domain(name) for name in hosts} - ignored
    site = _domain(host(website))
    site_hash = None if site in ignored else _hash(site, hashing)
    return Sketch(
        # What is nothing but set words keeps them, and is judged as a short text.
        shingles=tuple(sorted(_hash(shingle, hashing) for shingle in own or shingles)[:_SHINGLES]),
        size=len(own),
        links=tuple(sorted(_hash(link, hashing) for link in links)[:LINK_KEYS]),
        website=site_hash,
        network=network,
    )


def resemblance(one: Sketch, other: Sketch) -> float:
    """Return the share of shingles in either text that both have, 0 to 1; estimated where a text is long."""
    both = frozenset(one.shingles).intersection(other.shingles)
    either = len(one.shingles) + len(other.shingles) - len(both)
    if max(len(one.shingles), len(other.shingles)) < _SHINGLES:
        return len(both) / max(either, 1)
    smallest = sorted({*one.shingles, *other.shingles})[:_SHINGLES]
    return len(both.intersection(smallest)) / len(smallest)


def judge(new: Sketch, candidates: Iterable[Candidate]) -> Judgement:
    """Say where a new comment belongs, given the earlier ones that share a key with it."""
    alike = [candidate for candidate in candidates if _is_alike(new, candidate)]
    others = tuple(candidate.comment for candidate in alike if candidate.wave is None)
    waves = [(resemblance(new, member.sketch), member.wave) for member in alike if member.wave is not None]
    if waves:
        return Judgement(max(waves)[1], others)
    is_long = new.is_long and any(candidate.sketch.is_long for candidate in alike)
    needed = WAVE_SIZE if is_long else SHORT_WAVE_SIZE
    return Judgement(None, others if len(others) + 1 >= needed else ())


def _is_alike(new: Sketch, candidate: Candidate) -> bool:
    old = candidate.sketch
    likeness = resemblance(new, old)
    same_network = new.network == old.network
    same_host = not frozenset(new.links).isdisjoint(old.links)
    # From one network a writer's site tells no more than that a regular is back.
    same_site = not same_network and new.website is not None and new.website == old.website
    if new.is_long and old.is_long and likeness >= TEXT_RESEMBLANCE:
        return True
    if (same_host or same_site) and likeness >= LINKED_RESEMBLANCE:
        return True
    in_burst = same_network and candidate.ago <= BURST
    return in_burst and (same_host or likeness >= BURST_RESEMBLANCE)


def _shingles(letters: str) -> set[str]:
    # A text of fewer letters is one shingle.
    return {letters[at : at + _LETTERS] for at in range(max(len(letters) - _LETTERS, 0) + 1)} - {""}


def _text_shingles(text: str) -> set[str]:
    return _shingles(fold_letters(text))


# One comment after another repeats what stands in the few articles of the hour, whose texts are long.
_quoted_shingles = lru_cache(maxsize=QUOTED_TEXTS)(_text_shingles)


@lru_cache(maxsize=1)
def _formulas() -> frozenset[str]:
    return frozenset().union(*map(_text_shingles, _FORMULAS))


def _domain(name: str) -> str:
    """Return the part of a host's name that somebody registered: spam changes what stands before it."""
    labels = name.split(".")
    return ".".join(labels[-3 if len(labels) > 2 and labels[-2] in _SECOND_LEVELS else -2 :])


@lru_cache(maxsize=8)
def _hashing(key: bytes) -> blake2b:
    """What `_hash` begins with: to copy it takes half as long as to make it."""
    return blake2b(digest_size=8, key=key)


def _hash(text: str, hashing: blake2b) -> int:
    """Return a signed 64-bit number, as PostgreSQL has them; the same in every process."""
    own = hashing.copy()
    own.update(text.encode("utf-8", "surrogatepass"))
    return int.from_bytes(own.digest(), "big", signed=True)
