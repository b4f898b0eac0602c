"""What an answer to a question has to cover: its aspects, as concepts that questions share.

Three readings, the surest first: lists that a question spells out ("the roles of X, Y and
Z"); names of shared aspects that stand where a noun stands; and, where these give too few,
the noun phrases themselves. So a question of any wording has aspects, and "obstacles" in
one question is "barriers" in another.

Published texts often go on with background after what they ask. What is asked comes first:
the rest is read where the questions alone say too little.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from graphkit.relevance.aspects import aspect_key, listed_aspects
from graphkit.relevance.noun_phrases import Phrase, ends_phrase, noun_phrases
from graphkit.relevance.sentences import sentences
from graphkit.relevance.words import word_list
from graphkit.text import clean_line
from graphkit.vocabulary import Concept

MAX_ASPECTS = 8
ENOUGH = 2
"""With so many aspects of a surer reading, the next one is not needed."""
FALLBACK = 3
"""How many aspects there are at the most once noun phrases stand in."""
MAX_LABEL = 60
"""Characters in the label of an aspect that is a noun phrase."""
_READ = 1_500
"""Characters of a question that are read; longer ones go on with background."""
_WORD = re.compile(r"[^\W_](?:[\w&'’-]*[^\W_])?|[^\s\w]")
_LABEL = re.compile(
    r"(?:area of research interest|research objective|ari)\s*\d*(?:\.\d+)*\s*[:–-]\s*",
    re.IGNORECASE,
)
# Turns of phrase that hold the name of an aspect and do not ask for it.
_FRAME = re.compile(
    r"\b(?:to what extent|(?:the )?extent to which"
    r"|what(?:’s|'s| is| does| do| can)?(?: the)?(?: current| existing| available)? evidence"
    r"(?! (?:base|gap))(?: is there| exists?| suggests?| shows?)?"
    r"|is there(?: any)? evidence|(?:need|needed) (?:to|for) evidence"
    r"|tak(?:e|es|ing|en) place|in place|at (?:what )?scales?"
    r"|(?:large|local|regional|national|global)[- ]scale"
    r"|high[- ]capacity|at risk|on demand|in support of|in value"
    r"|(?:research|questions|evidence) on|further research (?:is encouraged )?into"
    r"|(?:mak(?:e|es|ing) )?(?:best |better |good |more )?use of"
    r"|work(?:ing)? (?:from|at) home|in terms of|in (?:the )?context of|in response to"
    r"|(?:in|over) the (?:short|medium|long)(?:er)?(?:[ -]to[ -]\w+)? ?-?term)\b",
    re.IGNORECASE,
)


class _Found(NamedTuple):
    """An aspect, where it stands, and how sure it is (0: surest)."""

    tier: int
    start: int
    key: str
    label: str


ASKED, BESIDE, BACKGROUND = range(3)
"""Tiers: what a question asks about, what only describes another noun in it ("transport" in
"transport planners"), and what stands in the text around the questions."""


class AspectReader:
    """Reads questions with a list of shared aspects (`Ontology.concepts("aspect")`).

    >>> from graphkit.ontology import Ontology
    >>> reader = AspectReader(Ontology.load().concepts("aspect"))
    >>> reader.read("What obstacles to uptake do SMEs meet?")
    (('barriers', 'barriers'), ('adoption', 'adoption'), ('smes', 'SMEs'))
    >>> reader.read("Kelp?")
    (('kelp', 'kelp'),)
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._labels: dict[str, str] = {}
        self._names: dict[tuple[str, ...], str] = {}
        self.synonyms: dict[str, str] = {}
        """Folded names of shared aspects, for `aspects.aspect_key`."""
        for concept in concepts:
            self._labels[concept.key] = concept.label
            for name in (concept.label, *concept.alternatives):
                self._names.setdefault(tuple(map(singular, _words(name))), concept.key)
                self.synonyms.setdefault(" ".join(_words(name)), concept.key)
        self._longest: dict[str, int] = {}
        for words in self._names:
            self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))

    def read(self, question: str) -> tuple[tuple[str, str], ...]:
        """Key and label of each aspect, one to eight, in the order of the question.

        Only a text without one letter or digit has none.
        """
        written = _from_first_word(clean_line(question))
        written = _until(_from_first_word(_LABEL.sub("", written)) or written, _READ)
        text = _FRAME.sub(lambda match: ";".ljust(len(match[0])), written)
        asked = _Asked(written)
        chosen: dict[str, _Found] = {}

        def choose(found: list[_Found], tier: int, most: int) -> None:
            for one in found:
                if one.tier == tier and len(chosen) < most:
                    chosen.setdefault(one.key, one)

        named = list(self._named(text, asked))
        choose(named, ASKED, MAX_ASPECTS)
        choose(named, BESIDE, ENOUGH)
        if len(chosen) < FALLBACK:
            phrases = list(self._phrases(text, asked))
            choose(phrases, ASKED, FALLBACK)
            choose(named, BACKGROUND, ENOUGH)
            choose(phrases, BESIDE, 1)
            choose(phrases, BACKGROUND, 1)
        if not chosen and text != written:
            choose(list(self._named(written, asked)), ASKED, ENOUGH)
        if not chosen:
            key, label = aspect_key(_until(written, MAX_LABEL), self.synonyms)
            return ((key, self._labels.get(key, label)),) if key else ()
        return tuple((one.key, one.label) for one in sorted(chosen.values(), key=lambda o: o.start))

    def label(self, key: str) -> str | None:
        """The label of a shared aspect."""
        return self._labels.get(key)

    def _named(self, text: str, asked: _Asked) -> Iterator[_Found]:
        """Lists that are spelled out, and shared aspects, in the order of the text."""
        listed = (
            _Found(ASKED, start, *aspect_key(word, self.synonyms))
            for start, word in listed_aspects(text)
        )
        for one in sorted([*listed, *self._shared(text)], key=lambda found: found.start):
            tier = one.tier if asked.at(one.start) else BACKGROUND
            yield one._replace(tier=tier, label=self._labels.get(one.key, one.label))

    def _shared(self, text: str) -> Iterator[_Found]:
        """Where shared aspects are named: the longest names first, and only as nouns."""
        tokens = _Tokens(text)
        number = 0
        while number < len(tokens.low):
            longest = self._longest.get(tokens.singular[number], 0)
            for length in range(min(longest, len(tokens.low) - number), 0, -1):
                key = self._names.get(tuple(tokens.singular[number : number + length]))
                if key and (length > 1 or tokens.is_noun(number)):
                    for at, other in self._shared_adjectives(tokens, number, length):
                        yield _Found(ASKED, tokens.starts[at], other, other)
                    end = number + length
                    tier = ASKED if tokens.is_head(end) else BESIDE
                    if tokens.in_proper_name(number, end):
                        tier = BACKGROUND
                    yield _Found(tier, tokens.starts[number], key, key)
                    number = end - 1
                    break
            number += 1

    def _shared_adjectives(
        self, tokens: _Tokens, number: int, length: int
    ) -> Iterator[tuple[int, str]]:
        """Aspects of adjectives that share the noun of a name: "economic" in "economic and
        social impacts"."""
        words = tokens.singular
        noun = words[number + length - 1]
        at = number - 1
        while at > 0 and words[at] in (",", "and", "or"):
            while at > 0 and words[at] in (",", "and", "or"):
                at -= 1
            if key := self._names.get((words[at], noun)):
                yield at, key
            at -= 1

    def _phrases(self, text: str, asked: _Asked) -> Iterator[_Found]:
        found = noun_phrases(text)
        for number, phrase in enumerate(found):
            phrase = _with_shared_noun(text, found, number)
            words = [singular(word) for word in _words(phrase.text)]
            if any((word,) in self._names for word in words):
                continue  # read as a shared aspect already
            key, label = aspect_key(phrase.text, self.synonyms)
            if not key or len(label) > MAX_LABEL:
                continue
            tier = ASKED if asked.at(phrase.start) else BACKGROUND
            if tier == ASKED and _says_little(phrase.words):
                tier = BESIDE
            label = self._labels.get(key) or _as_written(label, phrase, text)
            yield _Found(tier, phrase.start, key, label)


_BETWEEN = re.compile(r"\s*(?:,|,?\s*\b(?:and|or)\b)\s*(?:the\s+|their\s+|its\s+)?", re.IGNORECASE)


def _from_first_word(text: str) -> str:
    match = re.search(r"[^\W_]", text)
    return text[match.start() :] if match else ""


def _until(text: str, most: int) -> str:
    """A text of so many characters at the most, cut between words if there is one to spare."""
    if len(text) <= most:
        return text
    return text[: most + 1].rpartition(" ")[0] or text[:most]


def _with_shared_noun(text: str, phrases: list[Phrase], number: int) -> Phrase:
    """An adjective with the noun that it shares: "coastal" in "coastal and tidal waters"."""
    phrase = phrases[number]
    if number + 1 == len(phrases) or len(phrase.words) > 1 or not _is_adjective(phrase.words[0]):
        return phrase
    other = phrases[number + 1]
    if len(other.words) != 2 or not _is_adjective(other.words[0]):
        return phrase
    if not _BETWEEN.fullmatch(text, phrase.start + len(phrase.text), other.start):
        return phrase
    return Phrase(phrase.start, (*phrase.words, other.words[1]))


def _as_written(label: str, phrase: Phrase, text: str) -> str:
    """A label in lower case with the capitals of names: "European Union"."""
    words = label.split()
    if len(words) != len(phrase.words):
        return label
    before = text[: phrase.start].rstrip()
    opens = not before or not (before[-1].isalnum() or before[-1] in ",)’'")
    return " ".join(
        word if not _capital(written) or (opens and not number) else written
        for number, (word, written) in enumerate(zip(words, phrase.words, strict=True))
    )


class _Asked:
    """Which parts of a text ask: its sentences with a question mark; all, if none has one."""

    def __init__(self, text: str) -> None:
        parts = sentences(text) if "?" in text else []
        self._starts = [part.start for part in parts]
        self._asks = ["?" in part.text for part in parts]

    def at(self, place: int) -> bool:
        """Whether the sentence at a place (in characters) asks."""
        number = bisect_right(self._starts, place) - 1
        return number < 0 or self._asks[number]


class _Tokens:
    """The words and signs of a text: where each starts, in lower case, and as a singular."""

    def __init__(self, text: str) -> None:
        matches = list(_WORD.finditer(text))
        self.starts = [match.start() for match in matches]
        self._written = [match[0] for match in matches]
        self.low = [word.lower() for word in self._written]
        self.singular = [singular(word) for word in self.low]

    def is_noun(self, number: int) -> bool:
        """Whether a word that may also be another kind of word stands as a noun here."""
        word = self.low[number]
        before = self.low[number - 1] if number else ""
        if word in word_list("joining"):
            return False
        if word in word_list("verbs"):  # "can it be measured": measurement is asked about
            return word.endswith("ed") and "be" in self.low[max(number - 4, 0) : number]
        if word in word_list("plain"):
            return self.is_head(number + 1)
        if word not in word_list("nouns_and_verbs"):
            return True
        after = self.low[number + 1] if number + 1 < len(self.low) else ""
        return before not in word_list("before_verbs") and after not in word_list("determiners")

    def is_head(self, end: int) -> bool:
        """Whether a name that ends before this word is not followed by a noun it describes."""
        return end >= len(self.low) or ends_phrase(self.low[end])

    def in_proper_name(self, number: int, end: int) -> bool:
        """Whether capitals show a name: "Trade" in "the Board of Trade Secretary"."""
        if not _capital(self._written[number]):
            return False
        before = self._written[number - 1] if number else "."
        after = self._written[end] if end < len(self._written) else "."
        return _capital(before) or _capital(after)


def _capital(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and word[1:].islower()


_ADJECTIVE = re.compile(
    r"\w+(?:al|ic|ive|[ao]ry|ous|ful|less|able|ible)"
    r"|[\w-]+-(?:\w+ed|based|class|led|wide|term|level|scale|end|specific)"
)


def _is_adjective(word: str) -> bool:
    """Whether a word has the ending of an adjective and is no noun that has it too."""
    low = word.lower()
    return bool(_ADJECTIVE.fullmatch(low)) and low not in word_list("adjective_like_nouns")


def _says_little(words: tuple[str, ...]) -> bool:
    """Whether a phrase is an adjective alone, or of words that fit any question."""
    if len(words) == 1 and _is_adjective(words[0]):
        return True
    parts = [part for word in words for part in word.lower().split("/")]
    return all(part in word_list("empty") or part in word_list("plain") for part in parts)


def _words(name: str) -> list[str]:
    return [match[0].lower() for match in _WORD.finditer(name)]


@lru_cache(maxsize=1 << 16)
def singular(word: str) -> str:
    """A noun without the ending of its plural; other words may lose a letter, always the same.

    >>> [singular(word) for word in ("policies", "barriers", "losses", "access", "analysis")]
    ['policy', 'barrier', 'loss', 'access', 'analysis']
    """
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


def wordings(concepts: Iterable[Concept]) -> Mapping[str, tuple[str, ...]]:
    """Aspect → the words that name it or show it in a text."""
    return {
        concept.key: (concept.label, *concept.alternatives, *concept.signs) for concept in concepts
    }
