"""The sentences that mean a query: read from its header, and shown with values in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from graphkit.library.asking.wording import (
    SMALL,
    Token,
    phrases_at,
    tokens_of,
    without_opening,
)
from graphkit.library.files import NamedQuery
from graphkit.library.header import Header
from graphkit.text import fold

_SLOT = re.compile(r"\{(\w+)\}")
_ADVERBS = {"full": "fully", "direct": "directly", "partial": "partially", "indirect": "indirectly"}
_VERB = re.compile(r"\s*(?:\w+ing\b|\w+ed\b|address|cover|speak|$)")
STRICT_TYPES = frozenset({"date", "integer", "decimal", "boolean", "text"})
"""Values of which any sentence could hold one: they stand where the pattern has them."""
_IMPLIED = {
    "funder": frozenset({"funded", "funds", "fund"}),
    "programme": frozenset({"funded", "funds", "fund"}),
    "department": frozenset({"asked", "asks", "ask", "asking"}),
}
"""What things of a kind do anyway: "ESRC projects" are those that it funds."""
NEAREST = 5


@dataclass(frozen=True)
class Word:
    """A word of a pattern, with what may stand in its place."""

    stem: str
    keys: frozenset[str]
    implied: bool = False

    @property
    def small(self) -> bool:
        """Whether it only joins what stands around it."""
        return self.stem in SMALL

    @property
    def needed(self) -> bool:
        """Whether a sentence must have it."""
        return not self.small and not self.implied


@dataclass(frozen=True)
class Slot:
    """A place in a pattern where the value of a parameter stands."""

    name: str
    type: str


@dataclass(frozen=True)
class Pattern:
    """A sentence that means a query.

    >>> from graphkit.library import QueryFolder
    >>> query = QueryFolder().get("projects-addressing-aspect")
    >>> pattern = Pattern(query, "projects {degree} addressing {aspect} in {place}")
    >>> pattern.example
    'projects partially addressing capacity in West Midlands'
    >>> [type(part).__name__ for part in pattern.parts]
    ['Word', 'Slot', 'Word', 'Slot', 'Word', 'Slot']
    """

    query: NamedQuery
    text: str

    @cached_property
    def parts(self) -> tuple[Word | Slot, ...]:
        """Words that carry meaning and slots, in their order."""
        parameters = self.query.header.parameters
        pieces = _SLOT.split(self.text)
        implied = self.implied
        found: list[Word | Slot] = []
        for number, piece in enumerate(pieces):
            if number % 2:
                kind = parameters[piece].type
                before = found[-1] if found else None
                if isinstance(before, Word) and not before.keys.isdisjoint({kind, f"~{kind}"}):
                    found[-1] = replace(before, implied=True)  # "question {question}"
                found.append(Slot(piece, kind))
                continue
            tokens = tokens_of(piece)
            found += _words(tokens if number else without_opening(tokens), implied)
        if not any(isinstance(part, Word) and part.needed for part in found):
            # "what does {department} ask": a name alone is no question.
            return tuple(
                replace(part, implied=False) if isinstance(part, Word) else part for part in found
            )
        return tuple(found)

    @cached_property
    def implied(self) -> frozenset[str]:
        """Words that a sentence may have or leave out, whether the pattern has them or not."""
        parameters = self.query.header.parameters
        kinds = {parameters[name].type for name in _SLOT.findall(self.text)}
        kinds |= {"funder"} if "funder" in self.text else set()
        return frozenset[str]().union(*(_IMPLIED.get(kind, ()) for kind in kinds))

    @cached_property
    def needed(self) -> tuple[frozenset[str], ...]:
        """What each of its words may be, for those that a sentence must have."""
        return tuple(part.keys for part in self.parts if isinstance(part, Word) and part.needed)

    @property
    def example(self) -> str:
        """The sentence with the examples of the parameters in it."""
        return filled(self.text, self.query.header)


def _words(tokens: Sequence[Token], implied: frozenset[str]) -> list[Word]:
    found: list[Word] = []
    place = 0
    while place < len(tokens):
        phrase = next(phrases_at(tokens, place), None)
        if phrase:
            place, words, key = phrase
            found.append(Word(words, frozenset({words, key})))
            continue
        token = tokens[place]
        if not token.empty:
            found.append(Word(token.stem, token.keys, token.word in implied))
        place += 1
    return found


def filled(text: str, header: Header) -> str:
    """A pattern with the examples of the parameters in it."""

    def example(match: re.Match[str]) -> str:
        parameter = header.parameters.get(match[1])
        value = (parameter.example if parameter else None) or match.group()
        if parameter and parameter.type == "degree" and _VERB.match(text, match.end()):
            return _ADVERBS.get(value, value)
        # Free text is told from what stands around it by its quotation marks.
        free = parameter is not None and parameter.type == "text" and " " in value
        return f'"{value}"' if free else value

    return _SLOT.sub(example, text)


def patterns_of(queries: Sequence[NamedQuery]) -> list[Pattern]:
    """The patterns of queries. A slot that is no parameter of its query is passed over."""
    return [
        Pattern(query, text)
        for query in queries
        for text in query.header.ask
        if set(_SLOT.findall(text)) <= query.header.parameters.keys()
    ]


def nearest(sentence: str, patterns: Sequence[Pattern], count: int = NEAREST) -> list[Pattern]:
    """The patterns that read most like a sentence, one of each query."""
    from rapidfuzz import fuzz, process

    read = {number: fold(pattern.example) for number, pattern in enumerate(patterns)}
    ranked = process.extract(fold(sentence), read, scorer=fuzz.token_set_ratio, limit=None)
    chosen: dict[str, Pattern] = {}
    for _, score, number in sorted(ranked, key=lambda one: (-one[1], one[2])):
        if score > 0 and len(chosen) < count:
            chosen.setdefault(patterns[number].query.name, patterns[number])
    return list(chosen.values())
