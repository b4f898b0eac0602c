"""Questions and projects: what is new, what is gone, what is said otherwise."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator

from graphkit.changes.details import details, field_changes, told, with_details
from graphkit.changes.narrowing import Kept
from graphkit.changes.pair import Both, Pair
from graphkit.changes.records import (
    ADDED,
    ARCHIVED,
    CHANGED,
    GONE,
    PROJECTS,
    QUESTIONS,
    REOPENED,
    RETURNED,
    REWORDED,
    WITHDRAWN,
    Change,
    FieldChange,
)
from graphkit.property_graph.elements import Value
from graphkit.subgraph.classes import PROJECT, QUESTION

TEXT, ARCHIVED_KEY = "text", "archived"
WITHDRAWN_KEY = "withdrawn"
"""Begins the keys that say that a source has a thing no longer, and since when."""
COUNTED = {
    QUESTION: ("page_views", "community", "list_is_capped", "updated", "modified"),
    PROJECT: ("linked_questions",),
}
"""Keys that move with every fetch, or with links: where only they differ, that is counted."""
_SHOWN_OF_NEW = {
    QUESTION: ("issued", "question_group", "url"),
    PROJECT: ("grant_reference", "start_date", "end_date", "counted_amount"),
}
_ASKED_BY, _FUNDED_BY, _LED_BY = "asked_by", "funded_by", "led_by"
_SHOWN_DETAILS = (_ASKED_BY, _FUNDED_BY, _LED_BY)


def question_changes(pair: Pair, kept: Kept, unlisted: Counter[str]) -> Iterator[Change]:
    """Questions added, archived, opened again, withdrawn, gone, reworded and changed."""
    for iri, old, new in _differing(pair, QUESTION):
        if not kept.question(iri):
            continue
        if old is None or new is None:
            yield _whole(pair, QUESTIONS, iri, old, new)
            continue
        yield from _question(pair, iri, old, new, unlisted)


def _question(
    pair: Pair, iri: str, old: bytes, new: bytes, unlisted: Counter[str]
) -> Iterator[Change]:
    before, after = told(old), told(new)
    fields = {
        name: FieldChange(field=name, old=a, new=b) for name, a, b in field_changes(before, after)
    } | details(pair, iri)
    name = _name(after, pair, iri)

    def change(what: str, *keys: str) -> Change:
        found = tuple(fields.pop(key) for key in keys if key in fields)
        return Change(section=QUESTIONS, what=what, thing=iri, name=name, fields=found)

    if marks := [key for key in fields if key.startswith(WITHDRAWN_KEY)]:
        is_marked = any(fields[key].new not in (None, False) for key in marks)
        yield change(WITHDRAWN if is_marked else RETURNED, *marks)
    if ARCHIVED_KEY in fields:
        yield change(ARCHIVED if after.get(ARCHIVED_KEY) else REOPENED, ARCHIVED_KEY)
    if TEXT in fields:
        yield change(REWORDED, TEXT)
    if rest := _listed(fields, QUESTION, unlisted):
        yield Change(section=QUESTIONS, what=CHANGED, thing=iri, name=name, fields=rest)


def project_changes(pair: Pair, kept: Kept, unlisted: Counter[str]) -> Iterator[Change]:
    """Projects new, gone and changed."""
    for iri, old, new in _differing(pair, PROJECT):
        if not kept.project(iri):
            continue
        if old is None or new is None:
            yield _whole(pair, PROJECTS, iri, old, new)
            continue
        before, after = told(old), told(new)
        fields = {
            name: FieldChange(field=name, old=a, new=b)
            for name, a, b in field_changes(before, after)
        } | details(pair, iri)
        name = _name(after, pair, iri)
        if marks := [key for key in fields if key.startswith(WITHDRAWN_KEY)]:
            found = tuple(fields.pop(key) for key in marks)
            is_marked = any(one.new not in (None, False) for one in found)
            what = WITHDRAWN if is_marked else RETURNED
            yield Change(section=PROJECTS, what=what, thing=iri, name=name, fields=found)
        if rest := _listed(fields, PROJECT, unlisted):
            yield Change(section=PROJECTS, what=CHANGED, thing=iri, name=name, fields=rest)


def _differing(pair: Pair, label: str) -> Iterator[Both]:
    """Nodes that differ by themselves or by what relationships say of them, sorted by IRI."""
    alike = ((iri, b"", b"") for iri in with_details(pair, label))
    for iri, old, new in heapq.merge(pair.differing(label), alike, key=lambda row: row[0]):
        if new == b"":
            (content,) = pair.database.execute(
                "SELECT content FROM new.node WHERE iri = ?", (iri,)
            ).fetchone()
            old = new = content
        yield iri, old, new


def _whole(pair: Pair, section: str, iri: str, old: bytes | None, new: bytes | None) -> Change:
    """A thing that only one side has, with what people ask about it first."""
    label = QUESTION if section == QUESTIONS else PROJECT
    here = told(new if old is None else old)
    added = old is None
    found = [
        FieldChange(field=key, old=None if added else here[key], new=here[key] if added else None)
        for key in _SHOWN_OF_NEW[label]
        if key in here
    ]
    more = details(pair, iri)
    found += [more[key] for key in _SHOWN_DETAILS if key in more]
    return Change(
        section=section,
        what=ADDED if added else GONE,
        thing=iri,
        name=_name(here, pair, iri),
        fields=tuple(found),
    )


def _listed(
    fields: dict[str, FieldChange], label: str, unlisted: Counter[str]
) -> tuple[FieldChange, ...]:
    """The fields to tell; where they all are of the counted kind, none, and they are counted."""
    counted = COUNTED[label]
    rest = tuple(fields[name] for name in sorted(fields) if name not in counted)
    if not rest:
        noun = QUESTIONS if label == QUESTION else PROJECTS
        for name in fields:
            unlisted[f"{noun}: {name.replace('_', ' ')} only"] += 1
    return rest


def _name(properties: dict[str, Value], pair: Pair, iri: str) -> str:
    """A question by its whole wording, a project by its title."""
    for key in (TEXT, "title"):
        if isinstance(value := properties.get(key), str):
            return value
    return pair.name(iri)


def rest(pair: Pair, unlisted: Counter[str]) -> None:
    """Count how the things of the other classes differ, in words."""
    from graphkit.changes.bodies import BODIES

    passed = {QUESTION, PROJECT, *BODIES, "Source"}
    for label in sorted(pair.schema.labels.keys() - passed):
        for _, old, new in pair.differing(label):
            if old is None:
                unlisted[f"{label}: new"] += 1
            elif new is None:
                unlisted[f"{label}: gone"] += 1
            elif told(old) != told(new):
                unlisted[f"{label}: changed"] += 1
