"""What words of a sentence can be read as: a name in the graph, a code, a number, a date."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

from graphkit.library.asking.wording import ARTICLES, Token, stem
from graphkit.names import CODES, GUESSES, KINDS, Resolver
from graphkit.ontology import Ontology
from graphkit.text import fold
from graphkit.uk_areas import PLACE_KINDS

_WORDS = str.split
LISTED_KINDS = frozenset({"aspect", "department", "funder", "programme"})
"""Kinds with so few things that all names can be read for each sentence."""
LONGEST = {"project": 40, "question": 40, "text": 6, "date": 4, "integer": 3, "decimal": 3}
"""How many words a value may have; else LONGEST_NAME, or LONGEST_CODE."""
LONGEST_NAME, LONGEST_CODE = 16, 3
_AROUND = 5
"""Words before and after one that may belong to the same name."""
_LOWER = frozenset(_WORDS("a an and at by de for in le of on the to under upon with"))
_DEGREES = {"fully": "full", "completely": "full", "entirely": "full", "partly": "partial"}
_NUMBER = re.compile(r"£?(\d{1,15}(?:\.\d{1,6})?)(k|m|mn|bn)?", re.IGNORECASE)
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        _WORDS("one two three four five six seven eight nine ten eleven twelve"), 1
    )
} | {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9} | {
    "k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9
}  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        _WORDS(
            "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug "
            "september|sep|sept october|oct november|nov december|dec"
        ),
        1,
    )
    for name in names.split("|")
}
NOUNS = {stem(word): word for word in KINDS} | {
    "area": "place",
    "grant": "project",
    "ministry": "department",
}
"""Stems of nouns that tell of which kind a name beside them is."""
_CALLED = frozenset(stem(word) for word in _WORDS("called named number id"))
_YEAR = re.compile(r"(?:19|20)\d\d")


def number_of(words: Sequence[str]) -> Decimal | None:
    """The number that words stand for.

    >>> [str(number_of(text.split())) for text in ("10,000", "£2m", "2.5 million", "five")]
    ['10000', '2000000', '2500000', '5']
    >>> number_of(["many"]) is None
    True
    """
    words = [word.casefold() for word in words if word.casefold() != "pounds"]
    if not words or len(words) > 2:
        return None
    match = _NUMBER.fullmatch(words[0].replace(",", ""))
    if match:
        number = Decimal(match[1]) * _SCALES.get((match[2] or "").casefold(), 1)
    elif words[0] in _NUMBER_WORDS:
        number = Decimal(_NUMBER_WORDS[words[0]])
    else:
        return None
    if len(words) == 2:
        if words[1] not in _SCALES or len(words[1]) < 3:
            return None
        number *= _SCALES[words[1]]
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def day_of(words: Sequence[str], *, last: bool = False) -> date | None:
    """The day that words stand for; of a month or a year the first, or the `last`.

    >>> [str(day_of(text.split())) for text in ("2018", "July 2018", "5 July 2018", "2018-07-05")]
    ['2018-01-01', '2018-07-01', '2018-07-05', '2018-07-05']
    >>> str(day_of(["2018"], last=True)), day_of(["soon"])
    ('2018-12-31', None)
    """
    parts = [word.casefold() for word in words if word.casefold() != "of"]
    try:
        if len(parts) == 1 and not _YEAR.fullmatch(parts[0]):
            return date.fromisoformat(parts[0])
        if not parts or not _YEAR.fullmatch(parts[-1]):
            return None
        year = int(parts[-1])
        if len(parts) == 1:
            return date(year, 12, 31) if last else date(year, 1, 1)
        months = [place for place, part in enumerate(parts[:-1]) if part in _MONTHS]
        if len(months) != 1 or len(parts) > 3:
            return None
        month = _MONTHS[parts.pop(months[0])]
        if len(parts) == 1:
            return date(year, month, monthrange(year, month)[1] if last else 1)
        return date(year, month, int(re.sub(r"(?:st|nd|rd|th)$", "", parts[0])))
    except ValueError:
        return None


def spellings(text: str) -> Iterator[str]:
    """Ways in which a graph may write a name that somebody typed in other capitals.

    >>> list(spellings("yorkshire and the humber"))[1:]
    ['Yorkshire and the Humber', 'Yorkshire and The Humber']
    >>> "BEIS" in list(spellings("beis")), "Stoke-on-Trent" in list(spellings("STOKE-ON-TRENT"))
    (True, True)
    """
    found = [text, _titled(text), _titled(text.casefold())]
    found += [one.replace(" the ", " The ") for one in found[1:]]
    if " " not in text:
        found += [text.upper(), text.casefold()]
    found += [one.replace("&", "and") for one in found if "&" in one]
    yield from dict.fromkeys(found)


def _titled(text: str) -> str:
    words = re.split(r"([\s-]+)", text)
    return "".join(
        word if place and word.casefold() in _LOWER else word[:1].upper() + word[1:]
        for place, word in enumerate(words)
    )


class Readings:
    """What the words of one sentence can be read as; each is looked up once."""

    def __init__(
        self, sentence: str, tokens: Sequence[Token], resolver: Resolver, ontology: Ontology
    ) -> None:
        self.sentence = sentence
        self.tokens = tokens
        self._resolver = resolver
        self._ontology = ontology
        self._kinds: dict[str, frozenset[str]] = {}
        self._listed: dict[str, dict[str, str]] = {}
        self._read: dict[tuple[str, int, int, bool], str | None] = {}

    def text(self, start: int, end: int) -> str:
        """The words as they were typed, without what stands around them."""
        return self.sentence[self.tokens[start].start : self.tokens[end - 1].end]

    def longest(self, kind: str) -> int:
        """How many words a value of a type may have."""
        return LONGEST.get(kind, LONGEST_CODE if kind in CODES else LONGEST_NAME)

    def read(self, kind: str, start: int, end: int, *, last: bool = False) -> str | None:
        """The value of a type that these words are, as the library takes it; None if none.

        `last` takes the last day of a year or month.
        """
        key = (kind, start, end, last)
        if key not in self._read:
            self._read[key] = self._value(kind, self.tokens[start:end], last)
        return self._read[key]

    def in_name(self, place: int) -> bool:
        """Whether a word is part of a longer name: "University" in "University of Warwick"."""
        first = max(0, place - _AROUND)
        last = min(len(self.tokens), place + _AROUND + 1)
        return any(
            self.read("thing", start, end) is not None
            for start in range(first, place + 1)
            for end in range(max(start + 2, place + 1), last + 1)
        )

    def _value(self, kind: str, words: Sequence[Token], last: bool) -> str | None:
        text = self.sentence[words[0].start : words[-1].end]
        if any(word.quoted for word in words) and len(words) > 1:
            return None
        plain = [word.text for word in words]
        if kind == "text":
            return text if words[0].quoted or _free(words) else None
        if kind == "date":
            day = day_of(plain, last=last)
            return day.isoformat() if day else None
        if kind in ("integer", "decimal"):
            number = number_of(plain)
            whole = number is not None and number == number.to_integral_value()
            return f"{number:f}" if number is not None and (whole or kind == "decimal") else None
        if kind == "boolean":
            return text.casefold() if text.casefold() in ("true", "false", "yes", "no") else None
        if not _may_be_name(words):
            return None
        if kind in CODES:
            return self._codes.get(kind, {}).get(_stems(text))
        return self._name(kind, words) or self._told(kind, words)

    def _told(self, kind: str, words: Sequence[Token]) -> str | None:
        """A name beside what it is the name of: "the region West Midlands", "question 7"."""
        for noun, name, leads in _splits(words):
            said = "-".join(word.stem for word in noun)
            if said in PLACE_KINDS and kind in ("place", "thing"):
                found = self._name("place", name)
                if found and ":" not in found:
                    return f"{said}:{found}"
            told = NOUNS.get(said)
            if told == kind or (leads and said in _CALLED):
                return self._name(kind, name)
            if told and kind == "thing":
                found = self._name(told, name)
                return f"{told}:{found}" if found else None
        return None

    def _name(self, kind: str, words: Sequence[Token]) -> str | None:
        text = self.sentence[words[0].start : words[-1].end]
        if kind in LISTED_KINDS:
            listed = self._names_of(kind)
            for one in (fold(text), fold(text).removeprefix("the "), _stems(text)):
                if one in listed:
                    return listed[one]
        for spelling in spellings(text):
            if spelling not in self._kinds:
                self._kinds[spelling] = self._resolver.kinds_of(spelling)
            kinds = self._kinds[spelling]
            if kind in kinds:
                return spelling
            if kind == "thing" and kinds:
                # With its kind, as a bare name would be sought among things of every kind.
                first = next((one for one in GUESSES if one in kinds), min(kinds))
                return spelling if ":" in spelling or "/" in spelling else f"{first}:{spelling}"
        return None

    def _names_of(self, kind: str) -> dict[str, str]:
        if kind not in self._listed:
            labels = sorted(self._resolver.labels(kind))
            # The name itself goes before one that is only alike but for its endings.
            self._listed[kind] = {_stems(label): label for label in labels} | {
                fold(label): label for label in labels
            }
        return self._listed[kind]

    @cached_property
    def _codes(self) -> dict[str, dict[str, str]]:
        found = {
            kind: {
                _stems(name): concept.key
                for concept in self._ontology.concepts(kind)
                for name in (concept.label, concept.key)
            }
            for kind in CODES
        }
        degrees = found["degree"]
        adverbs = {f"{key}ly": key for key in degrees.values()} | _DEGREES
        degrees |= {_stems(adverb): key for adverb, key in adverbs.items()}
        return found


def _splits(
    words: Sequence[Token],
) -> Iterator[tuple[Sequence[Token], Sequence[Token], bool]]:
    """Ways to part words into a noun of one or two words and a name; whether the noun leads."""
    words = words[1:] if words[0].word in ARTICLES else words
    for length in range(1, min(3, len(words))):
        for noun, name, leads in (
            (words[:length], words[length:], True),
            (words[-length:], words[:-length], False),
        ):
            if not any(word.quoted for word in noun) and _may_be_name(name):
                yield noun, name, leads


def _stems(text: str) -> str:
    return " ".join(stem(word) for word in fold(text).split())


def _may_be_name(words: Sequence[Token]) -> bool:
    first, last = words[0], words[-1]
    if first.quoted:
        return True
    begins = not first.small and (not first.empty or first.word in ARTICLES)
    return begins and not last.small and not last.empty


def _free(words: Sequence[Token]) -> bool:
    """Whether words are free text: a value that joins parts has to be quoted."""
    joined = any(word.small and word.word not in ("of", "and") for word in words)
    return not joined and not words[0].empty and _may_be_name(words)
