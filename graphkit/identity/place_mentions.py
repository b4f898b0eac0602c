"""Which places a title or an abstract speaks of.

One pass of an Aho-Corasick automaton finds every name; what stands around each
tells a place from a university, a person, a namesake abroad or a meeting. The
rules rather miss a mention than make one up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import ahocorasick

from graphkit.identity.place_words import (
    ABOUT_BEFORE,
    ALIASES,
    ALLOWED_AFTER,
    ALLOWED_BEFORE,
    ALLOWED_OF,
    CAREFUL,
    CITATION_AFTER,
    DIRECTIONS,
    ELSEWHERE,
    FOREIGN_AFTER,
    IN_BEFORE,
    NAMESAKES,
    NEVER_OF,
    ORGANISATION_AFTER,
    OTHER_THINGS,
    PLACE_AFTER,
    POSSESSED,
    SCHEME_AFTER,
    STRICT,
    THING_AFTER,
    TOWN_AFTER,
    TOWN_OF,
    UNIVERSITIES_OF,
    VOLUME_AFTER,
)
from graphkit.identity.places import Gazetteer
from graphkit.model import Place

_WINDOW = 90
_LONGEST_TITLE = 300
_ENOUGH = 3  # names that make an enumeration
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_GERUND = re.compile(r"[A-Z][a-z-]{2,}ing")
_TITLE_GOES_ON = re.compile(r"[’']|[:,.;?!\n]| [-–—(&]| (?:and|in|as|from|after|through)\b|$")
_TITLE_COLON = re.compile(r" ?:| [-–—] ")
_MORE_NAMES = re.compile(r"(?:,|,? and|,? &|/) [A-Z]")
_LIST_IN = re.compile(r"\b(?:in|across|from|around|between|including|as|cities|towns)(?: \(|:|) $")
_LAST_WORD = re.compile(r"([\w’'.-]+)[^\S\n]$")
_NEXT_WORD = re.compile(r"(?:[’']s)? ([\w-]+)")
_OF = re.compile(
    r"([\w’'.-]+) (?:of|for)(?: the)?"
    r"(?: (?:Central|North|South|East|West|Northern|Western)(?: of)?)? $"
)
_JOIN = re.compile(r"(?:,| and| &|, and|/| or| as well as)\s*(?:the |in )?")
_INITIAL = re.compile(r"\b[A-Z]\.\s?$")
_TITLED = re.compile(r"\b(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Lord|Lady|St|Saint|Mount)\.? $")
_BOUNDARY_MARKS = frozenset("-_@/–")
_PLAIN = re.compile(
    r"[A-Z][\w’'.-]*(?: (?:(?:of|on|upon|under|with|the|and|h-)|[A-Z][\w’'-]*|in))*"
)
_COMPOUND = re.compile(r",| and |&|\(| CC$|\bCity$|- ")


class PlaceFinder:
    """Finds the places of a gazetteer in running text.

    >>> finder = PlaceFinder(Gazetteer.build([]))
    >>> finder.find("Bus use in London and Wales, with Imperial College London")
    ['E12000007', 'W92000004']
    >>> finder.find("Wool from New South Wales at the Bank of England")
    []
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._automaton = ahocorasick.Automaton()
        names = dict(_names(gazetteer))
        for name, (code, level) in names.items():
            self._automaton.add_word(name, (len(name), code, level))
        for name in OTHER_THINGS:
            if name not in names:
                self._automaton.add_word(name, (len(name), "", ""))
        self._automaton.make_automaton()

    def find(self, text: str) -> list[str]:
        """Codes of the places that the text concerns, in order of first mention."""
        return list(dict.fromkeys(code for code, _, _ in self.mentions(text)))

    def mentions(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Every accepted mention as `(code, start, end)`.

        The first line, if short, is taken for a title.
        """
        title = text.find("\n") % (len(text) + 1)
        title = title if title <= _LONGEST_TITLE else 0
        if title and text[:title].isupper():
            text, capitals = self._written_small(text, title), title
        else:
            capitals = 0
        refused = accepted = -1  # where the last refused organisation, the last place ended
        for spans in _lists(text, self._spans(text)):
            listed = _lists_places(text, spans)
            for start, end, code, level in spans:
                joined = _JOIN.fullmatch(text, max(refused, accepted, 0), start) is not None
                context = _Context(
                    beside_place=listed or (joined and accepted > refused),
                    listed=listed,
                    in_title=end <= title,
                    in_capitals=end <= capitals,
                )
                verdict = _judge(text, start, end, level, context)
                if verdict == _ORGANISATION or (joined and refused > accepted):
                    refused = end
                elif verdict == _PLACE:
                    accepted = end
                    yield code, start, end

    def _written_small(self, text: str, title: int) -> str:
        """The text, whose title is in capitals, with small letters but for names of places."""
        capitalised = _WORD.sub(lambda word: word[0].capitalize(), text[:title])
        for small in (" And ", " Of ", " The ", " On ", " Upon ", " In "):
            capitalised = capitalised.replace(small, small.lower())
        if len(capitalised) != title:
            return text
        pieces = list(capitalised.lower())
        if len(pieces) != title:
            return text
        for start, end, _, _ in self._spans(capitalised):
            pieces[start:end] = capitalised[start:end]
        return "".join(pieces) + text[title:]

    def _spans(self, text: str) -> list[tuple[int, int, str, str]]:
        """Names with word boundaries, longest first where they overlap, in order."""
        length = len(text)
        found: list[tuple[int, int, str, str]] = []
        for last, (size, code, level) in self._automaton.iter(text):
            end = last + 1
            start = end - size
            if end < length and ((after := text[end]).isalnum() or after in _BOUNDARY_MARKS):
                continue
            if start and ((before := text[start - 1]).isalnum() or before in _BOUNDARY_MARKS):
                continue
            # Ends come in ascending order: a later span may swallow earlier ones.
            while found and found[-1][0] >= start:
                found.pop()
            if not found or found[-1][1] <= start:
                found.append((start, end, code, level))
        return found


_Span = tuple[int, int, str, str]


def _lists(text: str, spans: list[_Span]) -> Iterator[list[_Span]]:
    """The names of places, those together that are enumerated: "Leeds, York and Hull"."""
    together: list[_Span] = []
    for span in spans:
        if not span[2]:
            continue
        if together and not _JOIN.fullmatch(text, together[-1][1], span[0]):
            yield together
            together = []
        together.append(span)
    if together:
        yield together


def _lists_places(text: str, spans: list[_Span]) -> bool:
    """Whether an enumeration is of towns, not of universities named by their towns."""
    if len(spans) < _ENOUGH or _MORE_NAMES.match(text, spans[-1][1]):
        return False
    first, last = spans[0][0], spans[-1][1]
    before, after = text[max(0, first - _WINDOW) : first], text[last : last + 40]
    if THING_AFTER.match(after) or ORGANISATION_AFTER.match(after):
        return False
    if not before or before[-1] == "\n":
        return any(name[3] in ("city", "area") for name in spans)
    towns = any(level == "city" and text[start:end] != "London" for start, end, _, level in spans)
    return towns and _LIST_IN.search(before) is not None


_PLACE, _ORGANISATION, _NOTHING = "place", "organisation", ""


class _Context(NamedTuple):
    """What is known of a name from outside its sentence."""

    beside_place: bool
    listed: bool
    in_title: bool
    in_capitals: bool


def _judge(text: str, start: int, end: int, level: str, context: _Context) -> str:
    """Place, part of an organisation's name, or nothing that can be told."""
    before = text[max(0, start - _WINDOW) : start]
    after = text[end : end + 40]
    if THING_AFTER.match(after) or ORGANISATION_AFTER.match(after):
        return _ORGANISATION
    following = _NEXT_WORD.match(after)
    if level == "area" and SCHEME_AFTER.match(after):
        return _PLACE
    if following and (word := following[1])[0].isupper() and word not in ALLOWED_AFTER:
        return _ORGANISATION
    if FOREIGN_AFTER.match(after):
        return _NOTHING
    if UNIVERSITIES_OF.search(before):
        return _ORGANISATION
    if of := _OF.search(before):
        word = of[1]
        if word in NEVER_OF or (word[0].isupper() and word not in ALLOWED_OF):
            return _ORGANISATION
    elif (word_before := _LAST_WORD.search(before)) and (word := word_before[1])[0].isupper():
        if word[-1] == "." and (_INITIAL.search(before[:-1] + " ") or _TITLED.search(before)):
            return _NOTHING
        if context.in_title and _GERUND.fullmatch(word):
            return _PLACE if level != "strict" and _TITLE_GOES_ON.match(after) else _NOTHING
        if word not in ALLOWED_BEFORE and word[-1] != ".":
            return _ORGANISATION
    if before.endswith(" at "):
        return _ORGANISATION
    if context.in_capitals and not (context.beside_place or IN_BEFORE.search(before)):
        return _NOTHING
    if VOLUME_AFTER.match(after):
        return _NOTHING
    if level == "area":
        return _PLACE
    if CITATION_AFTER.match(after):
        return _NOTHING
    about = ABOUT_BEFORE.search(before) is not None
    if not (about or context.beside_place) and ELSEWHERE.search(before):
        return _NOTHING
    supported = context.beside_place or PLACE_AFTER.match(after) is not None
    if level == "strict":
        return _PLACE if supported or TOWN_OF.search(before) else _NOTHING
    if level == "careful" and not (
        supported
        or about
        or IN_BEFORE.search(before)
        or POSSESSED.match(after)
        or TOWN_AFTER.match(after)
        or (context.in_title and start == 0 and _TITLE_COLON.match(after))
    ):
        return _NOTHING
    return _PLACE


def _names(gazetteer: Gazetteer) -> Iterator[tuple[str, tuple[str, str]]]:
    """Names to look for, with the code that each means and how freely it is read."""
    spoken: dict[str, str] = {}
    bare = {f"{first} {second}" for first, second, _ in DIRECTIONS}  # "South East Asia"
    for place in gazetteer.places.values():
        if place.code.startswith("K") or place.kind == "itl1" or place.name in bare | NAMESAKES:
            continue
        for name in (place.name, *_shown(place)):
            if place.kind.startswith("itl") and _COMPOUND.search(name):
                continue
            if _PLAIN.fullmatch(name) and not name.endswith((" CC", " CA", " UA", " County")):
                widest = gazetteer.widest(name)
                spoken[name] = widest.code if widest else place.code
    spoken |= {name: code for name, code in ALIASES if code in gazetteer.places}
    for first, second, code in DIRECTIONS:
        if code not in gazetteer.places:
            continue
        for a, b in ((first, second), (first.lower(), second.lower())):
            for joint in (" ", "-"):
                for ending in (" England", " of England"):
                    spoken[f"{a}{joint}{b}{ending}"] = code
                    spoken[f"{a}{b.lower()}{ending}"] = code
    for name, code in spoken.items():
        yield name, (code, _level(name, gazetteer.places[code]))


def _shown(place: Place) -> Iterator[str]:
    """Other names that are the place's, not its council's."""
    if place.kind in ("local-authority", "county"):
        for name in place.names:
            if " and " in name or name.startswith(("Kingston", "Newcastle", "Bournemouth")):
                yield name


def _level(name: str, place: Place) -> str:
    if name in STRICT:
        return "strict"
    if name in CAREFUL:
        return "careful"
    if place.kind == "local-authority" and " " not in name and not name.endswith("shire"):
        return "city"
    return "city" if name == "London" else "area"
