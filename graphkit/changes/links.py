"""Links between questions and projects, and between questions: gained, lost, judged otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from graphkit.changes.details import SIMILAR_TO
from graphkit.changes.narrowing import Kept
from graphkit.changes.pair import Pair
from graphkit.changes.records import (
    DEGREE,
    GAINED,
    LINKS,
    LOST,
    SIMILAR,
    Change,
    FieldChange,
    Untold,
)
from graphkit.property_graph.elements import Value, decoded
from graphkit.subgraph.classes import ADDRESSES

_DEGREE, _ORIGIN, _SCORE = "degree", "origin", "score"
T = TypeVar("T")
Properties = dict[str, Value]


def link_changes(pair: Pair, kept: Kept, most: int | None = None) -> Iterator[Change | Untold]:
    """Links from projects to questions, each by its origin, and degrees that changed.

    With `most`, only so many of a kind are told one by one.
    """

    def told(one: tuple[str, str, str, bytes], what: str) -> Change:
        project, question, _, content = one
        return _link(pair, what, question, project, content)

    for table, what in (("gained", GAINED), ("lost", LOST)):
        found = (
            one
            for one in pair.one_sided(table, ADDRESSES)
            if kept.link(question=one[1], project=one[0])
        )
        yield from _first(found, most, what, told)
    yield from _first(_degrees(pair, kept), most, DEGREE, lambda one, _: _degree(pair, one))


def _first(
    found: Iterable[T], most: int | None, what: str, told: Callable[[T, str], Change]
) -> Iterator[Change | Untold]:
    """Tell the first, and count the others."""
    number = 0
    for number, one in enumerate(found, 1):
        if most is None or number <= most:
            yield told(one, what)
    if most is not None and number > most:
        yield Untold(section=LINKS, what=what, number=number - most)


_Degrees = tuple[str, str, Properties, Properties]


def _degrees(pair: Pair, kept: Kept) -> Iterator[_Degrees]:
    for project, question, old, new in pair.said_anew(ADDRESSES):
        before, after = decoded(old)[0], decoded(new)[0]
        if before.get(_DEGREE) != after.get(_DEGREE) and kept.link(question, project):
            yield project, question, before, after


def _degree(pair: Pair, one: _Degrees) -> Change:
    project, question, before, after = one
    change = FieldChange(field=_DEGREE, old=before.get(_DEGREE), new=after.get(_DEGREE))
    return _named(pair, DEGREE, question, project, str(after.get(_ORIGIN, "")), (change,))


def _link(pair: Pair, what: str, question: str, project: str, content: bytes) -> Change:
    properties = decoded(content)[0]
    fields = tuple(
        FieldChange(
            field=key,
            old=properties[key] if what == LOST else None,
            new=properties[key] if what == GAINED else None,
        )
        for key in (_DEGREE, _SCORE)
        if key in properties
    )
    return _named(pair, what, question, project, str(properties.get(_ORIGIN, "")), fields)


def _named(
    pair: Pair,
    what: str,
    question: str,
    project: str,
    origin: str,
    fields: tuple[FieldChange, ...],
) -> Change:
    return Change(
        section=LINKS,
        what=what,
        thing=question,
        name=pair.name(question),
        other=project,
        other_name=pair.name(project),
        origin=origin,
        fields=fields,
    )


def similar_changes(pair: Pair, kept: Kept) -> Iterator[Change]:
    """Links between similar questions; the other direction of a computed one says nothing new."""
    for table, what in (("gained", GAINED), ("lost", LOST)):
        for question, other, key, content in pair.one_sided(table, SIMILAR_TO):
            if not key or not (kept.question(question) or kept.question(other)):
                continue
            yield Change(
                section=SIMILAR,
                what=what,
                thing=question,
                name=pair.name(question),
                other=other,
                other_name=pair.name(other),
                origin=str(decoded(content)[0].get(_ORIGIN, "")),
            )
