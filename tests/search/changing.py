"""Random changes of a graph's statements, for what follows them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st
from small_graph import SmallGraph

Lines = list[str]
Row = tuple[str, str, str, str]
_LINE = re.compile(r"(\S+) (\S+) (.*) (\S+) \.\n")
_KINDS = (
    *("project", "question", "place", "organisation", "department", "funder", "programme"),
    *("aspect", "assessment", ""),
)
_WORDS = ("heat", "pump", "housing", "research", "roads", "wales")


def starting_lines() -> Lines:
    """The statements of a graph in which every kind of thing is linked to every other it can be."""
    graph = SmallGraph()
    graph.place("E92000001", "England", "country")
    graph.place("W92000004", "Wales", "country")
    graph.place("E12000005", "West Midlands", "region", ("E92000001",))
    graph.place("E12000003", "Yorkshire", "region", ("E92000001",))
    graph.place("E08000025", "Birmingham", "local-authority", ("E12000005",))
    places = ("E08000025", "W92000004", "E12000003")
    graph.department("heat", "Ministry of Heat", "MoH")
    graph.department("roads", "Ministry of Roads")
    graph.funder("esrc", "Social Council", "ESRC")
    graph.funder("nerc", "Nature Council")
    graph.funder("spf", "Priorities Fund", kind="programme")
    graph.aspect("cost", "What it costs")
    aspects = ("cost", "skills", "capacity")
    for number in range(4):
        graph.organisation(
            f"o{number}", f"University {number % 3}", places[number % 2 : 2], other=f"Uni {number}"
        )
    for number in range(6):
        graph.question(
            f"1660{number}",
            f"Why does {_WORDS[number]} matter to {_WORDS[number // 2]}?",
            by=("heat", "roads")[number % 2],
            aspects=aspects[number % 3 :],
            issued=date(2023, number + 1, 1) if number % 4 else None,
            background=f"It is {_WORDS[number]} that {' '.join(_WORDS[number:])} " * 9,
            archived=number == 3,
            concerns=places[number % 3 : 2],
        )
    for number in range(14):
        graph.project(
            f"P{number:02}",
            f"A study of {_WORDS[number % 6]} and {_WORDS[number % 5]}",
            abstract=f"{' '.join(_WORDS[number % 6 :])} are studied. " * (number * 2),
            reference=f"EP/K0001{number}/1",
            funders=("esrc", "nerc")[number % 2 :],
            programmes=("spf",) if number % 5 == 0 else (),
            start=date(2010 + number // 2, 1, 1) if number % 6 else None,
            amount=1000.0 * number if number % 4 else None,
            lead=(f"o{number % 4}",),
            partner=(f"o{(number + 1) % 4}",),
            concerns=places[number % 3 : 2],
        )
        if number % 3:
            degree = ("full", "partial", "none")[number % 3]
            covers = aspects[number % 3 :]
            graph.assessment(f"1660{number % 6}", f"P{number:02}", degree, covers=covers)
    graph.assessment("16605", "P01", "full", origin="computed", score=0.9)
    aspects_used = tuple(f"/id/aspect/{key}>" for key in aspects)
    return sorted(
        line
        for line in graph.lines()
        if not line.endswith("graph/ontology> .\n") or line.partition(" ")[0].endswith(aspects_used)
    )


class Changing:
    """Statements by thing. Each change is drawn, and made in place."""

    def __init__(self, data: st.DataObject, lines: Lines) -> None:
        self._data = data
        self._things: dict[str, list[Row]] = {}
        links: defaultdict[str, set[str]] = defaultdict(set)
        for line in lines:
            match = _LINE.fullmatch(line)
            assert match is not None, line
            subject, predicate, value, graph = match.groups()
            self._things.setdefault(subject, []).append((subject, predicate, value, graph))
            if value.startswith("<"):
                links[predicate].add(value)
        self._links = {predicate: sorted(values) for predicate, values in links.items()}

    @property
    def lines(self) -> Lines:
        """All statements, sorted."""
        return sorted({f"{' '.join(row)} .\n" for rows in self._things.values() for row in rows})

    def change(self) -> None:
        """Make one change."""
        kind = self._drawn(_KINDS)
        things = [one for one in self._things if f"/id/{kind}" in one]
        if not things:
            return
        thing = self._drawn(things)
        changes = (self._drop, self._unsay, self._reword, self._relink, self._reclass, self._copy)
        self._drawn(changes)(thing)
        if not self._things.get(thing, True):
            del self._things[thing]

    def _drawn(self, values: Sequence[Any]) -> Any:
        return self._data.draw(st.sampled_from(values))

    def _row(self, thing: str, start: str) -> Row | None:
        rows = [row for row in self._things[thing] if row[2].startswith(start)]
        return self._drawn(rows) if rows else None

    def _replace(self, row: Row, value: str, *, keep: bool = False) -> None:
        rows = self._things[row[0]]
        if not keep:
            rows.remove(row)
        rows.append((row[0], row[1], value, row[3]))

    def _drop(self, thing: str) -> None:
        del self._things[thing]

    def _unsay(self, thing: str) -> None:
        self._things[thing].remove(self._drawn(self._things[thing]))

    def _reword(self, thing: str) -> None:
        if row := self._row(thing, '"'):
            text, _, datatype = row[2].rpartition('"')
            if datatype.endswith("#date>"):
                self._replace(row, f'"{self._drawn(range(1990, 2030))}-05-01"{datatype}')
            elif datatype.endswith("#boolean>"):
                self._replace(row, f'"{self._drawn(("true", "false"))}"{datatype}')
            elif datatype.endswith("#decimal>"):
                self._replace(row, f'"{self._drawn(range(9))}.5"{datatype}')
            elif not datatype.startswith("^^"):
                self._replace(row, f'{text} {self._drawn(_WORDS)}"{datatype}')

    def _relink(self, thing: str) -> None:
        if row := self._row(thing, "<"):
            self._replace(row, self._drawn(self._links[row[1]]), keep=self._drawn((True, False)))

    def _reclass(self, thing: str) -> None:
        types = [row for row in self._things[thing] if row[1].endswith("#type>")]
        if types:
            value = self._drawn(self._links[types[0][1]])
            self._replace(types[0], value, keep=self._drawn((True, False)))

    def _copy(self, thing: str) -> None:
        start, _, key = thing.rpartition("/")
        other = f"{start}/{self._drawn(('', '0', 'Q'))}{self._drawn(range(9))}{key}"
        self._things[other] = [(other, *row[1:]) for row in self._things[thing]]
