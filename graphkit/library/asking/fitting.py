"""How well a sentence fits a pattern, and which values stand in its slots.

Each word of the sentence must be a word of the pattern, part of a value, or one that may be
left out; each slot must hold a value, and each word of the pattern that carries meaning
must be there. The order is free, but the pattern's own order fits better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from graphkit.errors import UsageError
from graphkit.library.asking.patterns import STRICT_TYPES, Pattern, Slot, Word
from graphkit.library.asking.readings import NOUNS, Readings
from graphkit.library.asking.wording import ARTICLES, SMALL, Token, phrases_at
from graphkit.names import CODES

_EXACT, _SAME, _SMALL_EXACT, _SMALL_SAME = 1.0, 0.8, 0.2, 0.1
_INTRODUCED = 0.2
"""A value stands right after the word that goes before it in the pattern."""
_LEFT_OUT, _TURNED, _OTHER_HEAD, _IMPLIED = 0.1, 0.3, 0.5, 0.2
_PER_FREE_WORD, _PER_UNKNOWN_WORD = 0.6, 0.4
_BROAD = {"organisation": 0.2, "topic": 0.2, "thing": 0.4}
"""Kinds whose names may as well be those of a funder or an aspect, which tell more."""
_UNKNOWN = 12
"""Words that a name which nothing bears may have."""
_TITLED_KINDS = frozenset({"project", "question", "thing", "text"})
_NO_NAME = frozenset({"~project", "~question", "not", "no", "but", "or", "without", "except"})
"""What queries are mostly about, and what turns the sense: hardly in a name."""
_BODIES = frozenset({"~organisation", "~department"})
"""Nouns that names of bodies hold, too: "Cardiff University" asks for no universities."""
_FRONTED = SMALL | {"since", "between", "before", "after", "until"}
"""How a part begins that may stand before what is asked for."""
_CLASHES = frozenset({("from", "to"), ("to", "from")})
_LATE_NAMES = frozenset({"to", "until", "through", "end"})
_LATE_WORDS = frozenset({"until", "till", "through", "to", "after"})
WAYS = 64
"""Ways of reading the words so far that are followed further, the best first."""
MAX_STEPS = 400_000


@dataclass(frozen=True)
class Fit:
    """A sentence read as a pattern. `unknown` are slots whose words are no known value."""

    pattern: Pattern
    score: float
    values: Mapping[str, str]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Way:
    score: float
    values: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()


_State = tuple[int, int]
"""Which parts of the pattern are used, as bits, and which was the last."""


class Fitter:
    """Fits the words of one sentence to patterns."""

    def __init__(self, tokens: Sequence[Token], readings: Readings) -> None:
        self._tokens = tokens
        self._readings = readings
        self._steps = 0
        self._words: list[list[tuple[int, str, frozenset[str]]]] = []
        for place, token in enumerate(tokens):
            phrases = [
                (end, words, frozenset({words, key}))
                for end, words, key in phrases_at(tokens, place)
            ]
            self._words.append([*phrases, (place + 1, token.stem, token.keys)])
        self._keys = frozenset(key for found in self._words for _, _, keys in found for key in keys)

    def fit(self, pattern: Pattern, *, unknown: bool = False) -> Fit | None:
        """The best reading of the sentence as a pattern, None where it is none.

        With `unknown`, words after the right introduction may stand for a value although
        nothing is known of that name.
        """
        if any(self._keys.isdisjoint(keys) for keys in pattern.needed):
            return None
        states: list[dict[_State, _Way]] = [{} for _ in range(len(self._tokens) + 1)]
        states[0][0, -1] = _Way(0.0)
        for place in range(len(self._tokens)):
            ranked = sorted(states[place].items(), key=lambda one: -one[1].score)[:WAYS]
            for state, way in ranked:
                for end, new, better in self._moves(pattern, place, state, way, unknown):
                    self._steps += 1
                    known = states[end].get(new)
                    if known is None or better.score > known.score:
                        states[end][new] = better
            if self._steps > MAX_STEPS:
                raise UsageError(
                    "the sentence is too intricate", hint="ask for one thing at a time"
                )
        return _best(pattern, states[-1])

    def _moves(
        self, pattern: Pattern, place: int, state: _State, way: _Way, unknown: bool
    ) -> Iterator[tuple[int, _State, _Way]]:
        token = self._tokens[place]
        if token.empty:
            yield place + 1, state, way
        elif token.small:
            yield place + 1, state, _Way(way.score - _LEFT_OUT, way.values, way.unknown)
        elif token.word in pattern.implied:
            yield place + 1, state, _Way(way.score - _IMPLIED, way.values, way.unknown)
        for index, part in enumerate(pattern.parts):
            if state[0] >> index & 1:
                continue
            if isinstance(part, Word):
                yield from self._as_word(pattern, index, part, place, state, way)
            else:
                yield from self._as_value(pattern, index, part, place, state, way, unknown)

    def _as_word(
        self, pattern: Pattern, index: int, part: Word, place: int, state: _State, way: _Way
    ) -> Iterator[tuple[int, _State, _Way]]:
        used, last = state
        for end, words, keys in self._words[place]:
            exact = words == part.stem
            if not exact and keys.isdisjoint(part.keys):
                continue
            if not _BODIES.isdisjoint(keys) and self._readings.in_name(place):
                continue
            if part.small:
                gain = _SMALL_EXACT if exact else _SMALL_SAME
            else:
                gain = _EXACT if exact else _SAME
            gain -= _TURNED if index < last else 0
            if part.needed and _is_other_head(pattern, used, index):
                # "projects that questions …" is not "questions that projects …", but
                # "for questions of …, projects" may still be projects.
                if self._tokens[0].word not in _FRONTED:
                    continue
                gain -= _OTHER_HEAD
            yield (
                end,
                (used | 1 << index, index),
                _Way(way.score + gain, way.values, way.unknown),
            )

    def _as_value(
        self,
        pattern: Pattern,
        index: int,
        slot: Slot,
        place: int,
        state: _State,
        way: _Way,
        unknown: bool,
    ) -> Iterator[tuple[int, _State, _Way]]:
        used, last = state
        before = pattern.parts[index - 1] if index else None
        introduction = before if isinstance(before, Word) else None
        introduced = introduction is not None and last == index - 1
        free = slot.type not in STRICT_TYPES
        if introduction and not (introduced or (free and not self._clashes(introduction, place))):
            return
        turned = index < last and slot.type not in CODES
        fixed = way.score + _INTRODUCED * introduced - _TURNED * turned
        new = (used | 1 << index, last if slot.type in CODES and not introduced else index)
        late = slot.name in _LATE_NAMES or (
            introduction is not None and introduction.stem in _LATE_WORDS
        )
        limit = min(len(self._tokens), place + self._readings.longest(slot.type))
        for end in range(place + 1, limit + 1):
            value = self._readings.read(slot.type, place, end, last=late)
            if value is not None:
                gain = _gain(slot.type, end - place)
                yield end, new, _Way(fixed + gain, (*way.values, (slot.name, value)), way.unknown)
        if unknown and introduced and slot.type not in CODES:
            for end in self._unknown_ends(slot.type, place):
                gain = _PER_UNKNOWN_WORD * (end - place) - _EXACT
                values = (*way.values, (slot.name, self._readings.text(place, end)))
                yield end, new, _Way(fixed + gain, values, (*way.unknown, slot.name))

    def _unknown_ends(self, kind: str, place: int) -> Iterator[int]:
        first = self._tokens[place]
        if first.empty or first.small:
            return
        longest = _UNKNOWN
        if kind in _TITLED_KINDS:  # any words could be a title
            if not first.quoted and not any(letter.isdigit() for letter in first.text):
                return
            longest = 1
        for end in range(place + 1, min(len(self._tokens), place + longest) + 1):
            final = self._tokens[end - 1]
            if not _NO_NAME.isdisjoint(final.keys):
                return
            if self._readings.read(kind, place, end) is not None:
                return  # the name is known, and what follows it is what does not fit
            if end == place + 1 and final.stem in NOUNS:
                continue
            if not final.empty and not final.small:
                yield end

    def _clashes(self, introduction: Word, place: int) -> bool:
        """Whether the word before says the contrary: money to a place, from a place."""
        before = place - 1
        while before >= 0 and self._tokens[before].word in ARTICLES:
            before -= 1
        return before >= 0 and (introduction.stem, self._tokens[before].word) in _CLASHES


def _is_other_head(pattern: Pattern, used: int, index: int) -> bool:
    """Whether a sentence begins with another word than the pattern: what is asked for differs."""
    telling = [
        number
        for number, part in enumerate(pattern.parts)
        if isinstance(part, Word) and part.needed
    ]
    return index != telling[0] and not any(used >> number & 1 for number in telling)


def _gain(kind: str, words: int) -> float:
    if kind == "text":
        return _PER_FREE_WORD * words
    return words - _BROAD.get(kind, 0.0)


def _best(pattern: Pattern, ends: Mapping[_State, _Way]) -> Fit | None:
    best: Fit | None = None
    for (used, _), way in ends.items():
        left_out = [part for n, part in enumerate(pattern.parts) if not used >> n & 1]
        if any(isinstance(part, Slot) or part.needed for part in left_out):
            continue
        implied = sum(isinstance(part, Word) and part.implied for part in left_out)
        score = way.score - _LEFT_OUT * len(left_out) - _IMPLIED * implied
        if best is None or score > best.score:
            best = Fit(pattern, score, MappingProxyType(dict(way.values)), way.unknown)
    return best
