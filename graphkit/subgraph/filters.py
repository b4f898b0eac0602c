"""Which things and links a selection lets in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphkit.names import Resolver
from graphkit.property_graph.elements import Value, decoded
from graphkit.subgraph.classes import (
    FUNDED_BY,
    LOCATED_IN,
    PROJECT,
    QUESTION,
    WITHIN,
    Classes,
)
from graphkit.subgraph.reading import Reader
from graphkit.subgraph.selection import Selection

_DATES = {PROJECT: ("start_date",), QUESTION: ("issued", "posted")}
"""Keys of the date that counts, the first that a thing has."""


@dataclass
class Filter:
    """What a selection lets in; `chooses` tells that it narrows projects, questions or links."""

    labels: frozenset[str]
    types: frozenset[str] | None
    """None: all."""
    degrees: frozenset[str]
    origins: frozenset[str]
    min_score: float | None
    since: str
    until: str
    projects: set[int] | None
    """Projects of the funders and places asked for; None: all."""
    says: Mapping[str, frozenset[str]]
    """By type of the relationships that say a degree, an origin or a score: which of them."""
    says_of_itself: Mapping[str, frozenset[str]]
    """The same by label, of the records behind these relationships."""
    remarks: tuple[str, ...] = ()
    _known: dict[int, bool] = field(default_factory=dict)

    @property
    def links_chosen(self) -> bool:
        """Whether it narrows the links between questions and projects."""
        return bool(self.degrees or self.origins or self.min_score is not None)

    @property
    def dates_chosen(self) -> bool:
        """Whether it narrows by date."""
        return bool(self.since or self.until)

    @property
    def chooses(self) -> bool:
        """Whether it narrows projects, questions or links."""
        return self.links_chosen or self.dates_chosen or self.projects is not None

    def is_asked_of(self, type_: str) -> bool:
        """Whether relationships of a type can say all that is asked of links."""
        asked = {
            key
            for key, given in (
                ("degree", self.degrees),
                ("origin", self.origins),
                ("score", self.min_score is not None),
            )
            if given
        }
        return bool(asked) and asked <= self.says.get(type_, frozenset())

    def link(self, type_: str, content: bytes) -> bool:
        """Whether a relationship is let in. One that does not say what is asked for is not."""
        if self.types is not None and type_ not in self.types:
            return False
        if not self.links_chosen:
            return True
        keys = self.says.get(type_, frozenset())
        return not keys or self._fits(decoded(content)[0], keys)

    def _fits(self, properties: Mapping[str, Value], keys: frozenset[str]) -> bool:
        """Whether a link, or the record behind it, says what is asked for; `keys` it may have."""
        if self.degrees and "degree" in keys and properties.get("degree") not in self.degrees:
            return False
        if self.origins and "origin" in keys and properties.get("origin") not in self.origins:
            return False
        if self.min_score is None or "score" not in keys:
            return True
        score = properties.get("score")
        return isinstance(score, (int, float)) and score >= self.min_score

    def _in_time(self, label: str, properties: Mapping[str, Value]) -> bool:
        keys = _DATES[label]
        day = next((str(properties[key]) for key in keys if key in properties), "")
        return bool(day) and self.since <= day[:10] <= self.until

    def things(self, reader: Reader, found: Iterable[tuple[int, str]]) -> set[int]:
        """Of nodes with their labels, those that are let in."""
        allowed: set[int] = set()
        looked_at: dict[int, str] = {}
        for number, label in found:
            if label not in self.labels:
                continue
            if label == PROJECT and self.projects is not None and number not in self.projects:
                continue
            if (self.dates_chosen and label in _DATES) or (
                self.links_chosen and label in self.says_of_itself
            ):
                looked_at[number] = label
            else:
                allowed.add(number)
        unknown = [number for number in looked_at if number not in self._known]
        for number, properties in reader.properties(unknown):
            label = looked_at[number]
            self._known[number] = (
                self._in_time(label, properties)
                if label in _DATES
                else self._fits(properties, self.says_of_itself[label])
            )
        return allowed | {number for number in looked_at if self._known.get(number)}


def filter_of(selection: Selection, classes: Classes, resolver: Resolver, reader: Reader) -> Filter:
    """Look up what a selection names. Raises UsageError for what there is not."""
    remarks: list[str] = []

    def numbers(kind: str, names: Iterable[str]) -> set[int]:
        found = set()
        for name in names:
            named = resolver.value(kind, name)
            remarks.extend([named.remark] if named.remark else [])
            number = reader.number(named.term.value)
            found |= {number} if number is not None else set()
        return found

    labels = classes.labels(selection.classes) if selection.classes else classes.subjects
    if selection.is_whole and not selection.classes:
        labels = classes.subjects | classes.records
    projects: set[int] | None = None
    if selection.funder:
        projects = reader.starts(FUNDED_BY, numbers("funder", selection.funder))
    if selection.place:
        places = numbers("place", selection.place)
        located = reader.starts(LOCATED_IN, places | reader.starts(WITHIN, places))
        projects = located if projects is None else projects & located
    since, until = selection.since or "", selection.until or ""
    return Filter(
        labels=labels | classes.labels(selection.also),
        types=classes.types_named(selection.follow) if selection.follow else None,
        degrees=_codes(resolver, "degree", selection.degree),
        origins=_codes(resolver, "origin", selection.origin),
        min_score=selection.min_score,
        since=since,
        until=f"{until}-12-31" if len(until) == 4 else until or ("9999" if since else ""),
        projects=projects,
        says=classes.says,
        says_of_itself=classes.says_of_itself,
        remarks=tuple(remarks),
    )


def _codes(resolver: Resolver, kind: str, names: Iterable[str]) -> frozenset[str]:
    return frozenset(resolver.value(kind, name).term.value.rpartition("/")[2] for name in names)
