"""Comparing the names of organisations: normal forms, and what sets two names apart.

A difference of one word can be a slip of the pen or another organisation
("Bolton" and "Boston" are one letter apart), so that a score alone never
decides: `difference` says which words differ, unless they differ in spelling
only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator
from typing import NamedTuple

from rapidfuzz import fuzz

from graphkit.identity.organisation_words import tells_nothing
from graphkit.text import clean_line, fold

BRITAIN = "united kingdom"
CANDIDATE_SCORE = 88.0
"""Names less alike than this are not worth a look."""
_FEW_WORDS = 2  # as many that tell nothing are no ground to compare the rest
_LIKE_WORDS = 80.0  # two words less alike than this are two words
_COMMON_WORD = 150  # a word in more names than this does not bring two names together
PLACEHOLDERS = frozenset([
    "anonymous", "confidential", "independent", "multiple", "n a", "na", "nil",
    "no organisation", "none", "not applicable", "not available", "not known", "not listed",
    "not specified", "null", "other", "others", "private", "retired", "self employed", "tba",
    "tbc", "tbd", "to be confirmed", "unknown", "unlisted", "unnamed", "unspecified", "various",
    "various organisations", "xxx",
])  # fmt: skip
_FILLERS = frozenset(["a", "an", "and", "at", "for", "in", "of", "on", "the"])
# Not the four nations: "Sport - England" and "Sport - Wales" are two bodies.
_BRITISH = frozenset(["uk", "u k", "gb", "great britain", "united kingdom"])
_FOREIGN = frozenset([
    "argentina", "australia", "austria", "bangladesh", "belgium", "brazil", "canada", "chile",
    "china", "colombia", "czech republic", "denmark", "egypt", "ethiopia", "finland", "france",
    "germany", "ghana", "greece", "hong kong", "hungary", "iceland", "india", "indonesia",
    "ireland", "israel", "italy", "japan", "kenya", "korea", "luxembourg", "malaysia", "mexico",
    "nepal", "netherlands", "new zealand", "nigeria", "norway", "pakistan", "peru",
    "philippines", "poland", "portugal", "russia", "saudi arabia", "singapore", "south africa",
    "south korea", "spain", "sweden", "switzerland", "taiwan", "thailand", "the netherlands",
    "turkey", "uganda", "united arab emirates", "united states", "united states of america",
    "us", "usa", "vietnam",
])  # fmt: skip
_LEGAL_TAIL = re.compile(r"[\s,]+\(?(?:ltd|limited|plc|p\.l\.c)\.?\)?$", re.IGNORECASE)
_ARTICLE_TAIL = re.compile(r"[\s,]+\(?the\)?$", re.IGNORECASE)
_BRACKET_TAIL = re.compile(r"\s*\(([^()]*)\)$|\s*,\s*([^,]+)$|\s+[-–—]\s+([^-–—]+)$")
_PLAIN_ACRONYM_TAIL = re.compile(r"\s+([A-Z][A-Z0-9]{2,8})$")
# British and American spellings: one form for both.
_SPELLINGS = (("isation", "ization"), ("center", "centre"), ("defense", "defence"))
_ABBREVIATIONS = {
    "acad": "academy", "agri": "agriculture", "assoc": "association", "bio": "biological",
    "bot": "botanical", "brit": "british", "cent": "centre", "coll": "college",
    "comp": "comparative", "ctr": "centre", "dept": "department", "dev": "development",
    "econ": "economics", "eng": "engineering", "env": "environment", "fdn": "foundation",
    "gdns": "gardens", "govt": "government", "hosp": "hospital", "inst": "institute",
    "int": "international", "intl": "international", "internat": "international",
    "lab": "laboratory", "med": "medical", "met": "meteorological", "nat": "national",
    "natl": "national", "pol": "political", "res": "research", "sch": "school",
    "sci": "science", "soc": "social", "tech": "technology", "trop": "tropical",
    "uni": "university", "univ": "university",
}  # fmt: skip


class NameForm(NamedTuple):
    """A name reduced to what distinguishes it, and the country that it ended in."""

    form: str
    country: str | None


def name_form(name: str) -> NameForm:
    """The normal form: folded, without articles, "Ltd", own initials or a country set apart.

    >>> name_form("The Rolls-Royce (United Kingdom) plc")
    NameForm(form='rolls royce', country='united kingdom')
    >>> name_form("British Broadcasting Corporation - BBC").form
    'british broadcasting corporation'
    >>> name_form("Tata Steel UK").form
    'tata steel uk'
    """
    text, country = clean_line(name), None
    for _ in range(4):
        shorter = _ARTICLE_TAIL.sub("", _LEGAL_TAIL.sub("", text))
        tail = _BRACKET_TAIL.search(shorter)
        if tail:
            inner = next(group for group in tail.groups() if group is not None)
            folded = fold(inner)
            if folded in _BRITISH or folded in _FOREIGN:
                country = BRITAIN if folded in _BRITISH else folded.removeprefix("the ")
                shorter = shorter[: tail.start()]
            elif (tail[1] and _abbreviates(inner, shorter[: tail.start()])) or _are_initials(
                inner, shorter[: tail.start()]
            ):
                shorter = shorter[: tail.start()]
        else:
            tail = _PLAIN_ACRONYM_TAIL.search(shorter)
            if tail and _are_initials(tail[1], shorter[: tail.start()]):
                shorter = shorter[: tail.start()]
        if shorter == text or not fold(shorter):
            break
        text = shorter
    form = fold(text)
    form = form.removeprefix("the ") or form
    for one, other in _SPELLINGS:
        form = form.replace(one, other)
    return NameForm(form, country)


def _are_initials(letters: str, name: str) -> bool:
    """Whether capitals are the initials of a name, with or without its small words."""
    if not letters.isupper() or len(letters) < 2:
        return False
    words = fold(name).split()
    wanted = letters.casefold()
    return wanted in (
        "".join(word[0] for word in words),
        "".join(word[0] for word in words if word not in _FILLERS),
    )


def _abbreviates(inner: str, name: str) -> bool:
    """Whether a word in brackets is made of letters of the name: "GlaxoSmithKline (GSK)"."""
    letters = iter(fold(name))
    return (
        3 <= len(inner) <= 10
        and inner.isalnum()
        and sum(c.isupper() for c in inner) >= 3
        and all(c in letters for c in inner.casefold())
    )


def is_acronym(name: str) -> bool:
    """Whether a name is too short to tell anything: an acronym, or letters only.

    >>> [is_acronym(name) for name in ("UCL", "IBM Ltd", "U.C.L.", "CatScI", "Arup", "QinetiQ")]
    [True, True, True, True, False, False]
    """
    bare = _LEGAL_TAIL.sub("", clean_line(name))
    words = fold(bare).split()
    if all(len(word) == 1 for word in words):
        return True
    if len(words) > 1:
        return False
    capitals = sum(c.isupper() for c in bare)
    return len(words[0]) <= 3 or (len(words[0]) <= 6 and 2 * capitals >= len(words[0]))


def is_placeholder(form: str) -> bool:
    """Whether a normal form stands for "nobody in particular".

    >>> is_placeholder("unlisted"), is_placeholder(""), is_placeholder("university of leeds")
    (True, True, False)
    """
    return not form or form in PLACEHOLDERS or form.replace(" ", "").isdigit()


def spelled_out(form: str) -> str:
    """A normal form with abbreviations written out, without small words and plurals.

    Good enough to suggest a match; "nat" may be national or natural, so that it
    proves nothing.

    >>> spelled_out("london school of economics and pol sci")
    'london school economic political science'
    """
    words = (_ABBREVIATIONS.get(word, word) for word in form.split() if word not in _FILLERS)
    return " ".join(
        word[:-1] if len(word) > 5 and word.endswith("s") and not word.endswith("ss") else word
        for word in words
    )


def difference(one: str, other: str, known_words: Container[str] = frozenset()) -> str | None:
    """What sets two normal forms apart, or None where it is spelling only.

    Spelling is: small words, a plural, a lost or doubled letter or two letters
    swapped in a long word, spaces. A pair of words that are both in
    `known_words` is two words, not one misspelled.

    >>> difference("university of chester", "university of chichester")
    "'chester' against 'chichester'"
    >>> difference("university hospital of leicester", "university hospitals leicester")
    >>> difference("north bristol hospital", "bristol hospital")
    "'north' only in one name"
    """
    if one.replace(" ", "") == other.replace(" ", "") and len(one) >= 10:
        return None
    left = [word for word in one.split() if word not in _FILLERS]
    right = [word for word in other.split() if word not in _FILLERS]
    shared = Counter(left) & Counter(right)
    only_left, rest_left = _split(left, shared)
    only_right, rest_right = _split(right, shared)
    if rest_left != rest_right:
        return "the same words in another order"
    if len(only_left) != len(only_right):
        extra = " ".join(_unpaired(only_left, only_right))
        return f"'{extra}' only in one name"
    for a, b in zip(only_left, only_right, strict=True):
        if not _same_word(a, b, known_words):
            return f"'{min(a, b)}' against '{max(a, b)}'"
    return None


def worth_a_look(one: str, other: str, known_words: Container[str], places: Container[str]) -> bool:
    """Whether two names that differ in a word may still be one: no other proper name in it.

    >>> worth_a_look("university of exeter", "university of leicester", {"exeter"}, ())
    False
    >>> worth_a_look("birmingham conservatoire", "royal birmingham conservatoire", (), ())
    True
    """
    left = [word for word in one.split() if word not in _FILLERS]
    right = [word for word in other.split() if word not in _FILLERS]
    shared = Counter(left) & Counter(right)
    only_left, rest_left = _split(left, shared)
    only_right, _ = _split(right, shared)
    if not only_left and not only_right:
        return True
    if not only_left or not only_right:
        extra = " ".join(only_left or only_right)
        if tells_nothing(" ".join(rest_left)) and len(rest_left) <= _FEW_WORDS:
            return False
        return extra in places or tells_nothing(extra) or len(rest_left) > 2 * _FEW_WORDS
    if len(only_left) != len(only_right):
        return _maybe_same_word("".join(only_left), "".join(only_right), known_words)
    return all(
        _maybe_same_word(a, b, known_words) for a, b in zip(only_left, only_right, strict=True)
    )


def _maybe_same_word(a: str, b: str, known_words: Container[str]) -> bool:
    """Whether two words may be one: an abbreviation, an ending, or a slip of the pen."""
    if spelled_out(a) == spelled_out(b) or _same_word(a, b, known_words):
        return True
    short, long = sorted((a, b), key=lambda word: (len(word), word))
    if a[0] != b[0] or len(short) < 5 or any(c.isdigit() for c in a + b):
        return False
    if short in known_words and long in known_words:
        # Two words that are both in use: an ending may differ ("agricultural"), not more.
        return len(short) >= 6 and long.startswith(short[:-2])
    return fuzz.ratio(a, b) >= _LIKE_WORDS


def same_words(form: str) -> tuple[str, ...]:
    """The words of a normal form in alphabetical order, without small ones.

    >>> same_words("university of teesside") == same_words("teesside university")
    True
    """
    return tuple(sorted(word for word in form.split() if word not in _FILLERS))


def _split(words: list[str], shared: Counter[str]) -> tuple[list[str], list[str]]:
    left = Counter(shared)
    own, common = [], []
    for word in words:
        if left[word] > 0:
            left[word] -= 1
            common.append(word)
        else:
            own.append(word)
    return own, common


def _unpaired(one: list[str], other: list[str]) -> list[str]:
    return one if len(one) > len(other) else other


def _same_word(a: str, b: str, known_words: Container[str]) -> bool:
    short, long = sorted((a, b), key=lambda word: (len(word), word))
    if short[0] != long[0] or any(c.isdigit() for c in a + b):
        return False
    if long == short + "s":
        return len(short) >= 5
    if short in known_words and long in known_words:
        return False
    if len(short) == len(long):
        where = [i for i, (x, y) in enumerate(zip(short, long, strict=True)) if x != y]
        return (
            len(short) >= 6
            and len(where) == 2
            and where[1] == where[0] + 1
            and (short[where[0]], short[where[1]]) == (long[where[1]], long[where[0]])
        )
    return (
        len(short) >= 8
        and len(long) == len(short) + 1
        and any(long[:i] + long[i + 1 :] == short for i in range(1, len(long)))
    )


class NameBlocks:
    """Names by their rarer words, so that few pairs have to be compared.

    >>> names = NameBlocks()
    >>> names.add("university of leicester", 7)
    >>> [(round(score), target) for score, _, target, _ in names.near("univ of leicester")]
    [(0, 7)]
    """

    def __init__(self) -> None:
        self._names: list[tuple[str, str, int]] = []
        self._by_word: dict[str, list[int]] = {}

    def add(self, form: str, target: int) -> None:
        """Make a normal form of `target` findable."""
        spelled = spelled_out(form)
        for word in {*spelled.split(), _beginning(form)}:
            self._by_word.setdefault(word, []).append(len(self._names))
        self._names.append((form, " ".join(sorted(spelled.split())), target))

    def near(self, form: str) -> Iterator[tuple[float, float, int, str]]:
        """`(score as written, score written out and sorted, target, its form)`."""
        words = spelled_out(form).split()
        spelled = " ".join(sorted(words))
        # The three rarest words; ties in alphabetical order, for the same answer in every run.
        held = sorted((len(self._by_word.get(w, ())), w) for w in {*words, _beginning(form)})
        rare = [word for size, word in held if 0 < size <= _COMMON_WORD][:3]
        blocks = [self._by_word[word] for word in rare]
        for n in sorted({n for block in blocks for n in block}):
            other, other_spelled, target = self._names[n]
            written_out = fuzz.ratio(spelled, other_spelled, score_cutoff=CANDIDATE_SCORE)
            score = fuzz.ratio(form, other, score_cutoff=CANDIDATE_SCORE)
            if score or written_out:
                yield score, written_out, target, other


def _beginning(form: str) -> str:
    """A word of its own kind for names that differ in where their spaces are."""
    return "=" + form.replace(" ", "")[:8]
