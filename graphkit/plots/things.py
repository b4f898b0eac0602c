"""What the picture of a network shows of a subgraph: things, and one tie for each linked pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graphkit.errors import UsageError
from graphkit.figures.columns import DEGREES, Numbers
from graphkit.property_graph.elements import decoded

if TYPE_CHECKING:
    from graphkit.subgraph import Subgraph

STATED = DEGREES[:-1]
"""Degrees from the strongest to the one that nobody states; "none" is no tie of strength."""
_NAMES = ("name", "title", "text")


@dataclass(frozen=True)
class Thing:
    """A node: address, short key, class, name, ties to others in the subgraph."""

    iri: str
    key: str
    label: str
    name: str
    ties: int


@dataclass(frozen=True)
class Tie:
    """One or more links between two things, by their number.

    `degree` is the strongest that one of them states ("" where none does), `published` whether
    one of that degree is published, `weight` the sum of weights in a projection, or 0.
    """

    first: int
    second: int
    degree: str
    published: bool
    weight: float


@dataclass(frozen=True)
class Network:
    """Things in the order of the subgraph, ties by their ends, and what was left out.

    `classes` counts all things of the subgraph by class, those left out among them.
    """

    things: tuple[Thing, ...]
    ties: tuple[Tie, ...]
    classes: Mapping[str, int]
    links: int
    links_left_out: int
    things_left_out: int
    loops: int
    capped: int

    def pairs(self) -> Numbers:
        """Ends of ties as an array of shape (ties, 2)."""
        return np.array([(tie.first, tie.second) for tie in self.ties], np.int64).reshape(-1, 2)


def network(subgraph: Subgraph, most: int) -> Network:
    """The things with the most ties, at most so many, and all ties among them.

    Raises UsageError where the subgraph is empty.
    """
    rows = [(row.iri, row.label, row.content) for row in subgraph.nodes()]
    if not rows:
        raise UsageError("nothing selected: the subgraph is empty", hint="choose something else")
    number = {iri: at for at, (iri, _, _) in enumerate(rows)}
    found: dict[tuple[int, int], _Tied] = {}
    links = loops = 0
    for link in subgraph.relationships():
        links += 1
        one, other = number[link.start_iri], number[link.end_iri]
        if one == other:
            loops += 1
            continue
        pair = (one, other) if one < other else (other, one)
        tied = found.get(pair)
        if tied is None:
            tied = found[pair] = _Tied()
        tied.add(link.content)
    ties = np.zeros(len(rows), np.int64)
    for one, other in found:
        ties[one] += 1
        ties[other] += 1
    kept = np.sort(np.lexsort((np.arange(len(rows)), -ties))[:most])
    place = np.full(len(rows), -1)
    place[kept] = np.arange(len(kept))
    shown = [
        Tie(int(place[one]), int(place[other]), tied.degree, tied.published, tied.weight)
        for (one, other), tied in sorted(found.items())
        if place[one] >= 0 and place[other] >= 0
    ]
    drawn_links = sum(
        tied.links for pair, tied in found.items() if place[pair[0]] >= 0 and place[pair[1]] >= 0
    )
    things = []
    capped = 0
    for at in kept.tolist():
        iri, label, content = rows[at]
        properties, _ = decoded(content)
        capped += properties.get("list_is_capped") is True
        key = subgraph.key(iri)
        things.append(Thing(iri, key, label, _name(properties) or key, int(ties[at])))
    return Network(
        tuple(things),
        tuple(shown),
        dict(sorted(Counter(label for _, label, _ in rows).items())),
        links,
        links - loops - drawn_links,
        len(rows) - len(kept),
        loops,
        capped,
    )


class _Tied:
    """The links of a pair, as they are read."""

    __slots__ = ("links", "published", "rank", "weight")

    def __init__(self) -> None:
        self.links = 0
        self.rank = len(STATED)
        self.published = False
        self.weight = 0.0

    def add(self, content: bytes) -> None:
        self.links += 1
        properties, _ = decoded(content)
        weight = properties.get("weight")
        if isinstance(weight, int | float):
            self.weight += float(weight)
        degree = properties.get("degree")
        if degree not in STATED:
            return
        rank = STATED.index(str(degree))
        published = properties.get("origin") != "computed"
        if rank < self.rank:
            self.rank, self.published = rank, published
        elif rank == self.rank:
            self.published |= published

    @property
    def degree(self) -> str:
        return STATED[self.rank] if self.rank < len(STATED) else ""


def _name(properties: Mapping[str, Any]) -> str:
    for key in _NAMES:
        value = properties.get(key)
        if isinstance(value, list):
            value = value[0] if value else ""
        if isinstance(value, str) and value.strip():
            return value
    return ""
