"""Departments and funders: new, gone, renamed, succeeded, and questions that moved between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from graphkit.changes.details import field_changes, told
from graphkit.changes.narrowing import Kept
from graphkit.changes.pair import Pair
from graphkit.changes.records import (
    ADDED,
    CHANGED,
    DEPARTMENTS,
    FUNDERS,
    GONE,
    MOVED,
    RENAMED,
    SUCCEEDED,
    Change,
    FieldChange,
)
from graphkit.property_graph.elements import decoded
from graphkit.property_graph.schema import NAME

BODIES = {"Department": DEPARTMENTS, "Funder": FUNDERS, "Programme": FUNDERS}
SUCCEEDED_BY = "SUCCEEDED_BY"
_MOVED = """
SELECT o.value, n.value, COUNT(*) FROM temp.detail o JOIN temp.detail n ON n.thing = o.thing
WHERE o.field = 'asked_by' AND n.field = 'asked_by' AND o.side = 0 AND n.side = 1
GROUP BY 1, 2 ORDER BY 1, 2
"""


def body_changes(pair: Pair, kept: Kept) -> Iterator[Change]:
    """All that happened to departments and funders."""
    for label, section in BODIES.items():
        for iri, old, new in pair.differing(label):
            if kept.body(iri):
                yield from _body(section, iri, old, new)
    yield from _successions(pair, kept)
    if not kept.narrow:
        yield from _moves(pair)


def _body(section: str, iri: str, old: bytes | None, new: bytes | None) -> Iterator[Change]:
    held = new if new is not None else old
    assert held is not None
    name = str(decoded(held)[0].get(NAME, iri))
    if old is None or new is None:
        yield Change(section=section, what=ADDED if old is None else GONE, thing=iri, name=name)
        return
    before = str(decoded(old)[0].get(NAME, iri))
    if before != name:
        yield Change(
            section=section,
            what=RENAMED,
            thing=iri,
            name=name,
            fields=(FieldChange(field=NAME, old=before, new=name, names=True),),
        )
    fields = tuple(
        FieldChange(field=key, old=a, new=b) for key, a, b in field_changes(told(old), told(new))
    )
    if fields:
        yield Change(section=section, what=CHANGED, thing=iri, name=name, fields=fields)


def _successions(pair: Pair, kept: Kept) -> Iterator[Change]:
    """Successions that the old snapshot did not know."""
    seen: Counter[tuple[str, str]] = Counter()
    for start, end, _, content in pair.one_sided("gained", SUCCEEDED_BY):
        seen[start, end] += 1
        if seen[start, end] > 1 or not (kept.body(start) or kept.body(end)):
            continue
        year = decoded(content)[0].get("start_date")
        yield Change(
            section=FUNDERS if "/funder/" in start or "/programme/" in start else DEPARTMENTS,
            what=SUCCEEDED,
            thing=start,
            name=pair.name(start),
            other=end,
            other_name=pair.name(end),
            fields=(FieldChange(field="year", new=year),) if year is not None else (),
        )


def _moves(pair: Pair) -> Iterator[Change]:
    """How many questions are asked by another department than before."""
    decode = msgspec.msgpack.decode
    for old, new, count in pair.database.execute(_MOVED).fetchall():
        before, after = str(decode(old)), str(decode(new))
        yield Change(
            section=DEPARTMENTS,
            what=MOVED,
            thing="",
            name=before,
            other_name=after,
            fields=(FieldChange(field="questions", new=count),),
        )
