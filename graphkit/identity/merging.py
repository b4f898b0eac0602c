"""Several descriptions of one thing become one, field by field.

Sources stand in order of precedence (`Loader.precedence`, then the later
retrieval, then the content's hash): the first that says anything about a field
wins it, and the field keeps the name of that source.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TypeVar

import msgspec

R = TypeVar("R", bound=msgspec.Struct)
_NO_OVERRIDES: dict[str, int] = {}
_IDENTITY = frozenset({"locator", "note", "key"})


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(name for name in kind.__struct_fields__ if name not in _IDENTITY)


def merge(
    members: list[tuple[int, R]], conflicts: Counter[str] | None = None, main: int = 0
) -> tuple[R, int, dict[str, int]]:
    """Merge records of one key, best source first.

    `main` is the position of the record that describes the thing itself, where
    that is not the first. Returns the merged record, the main source, and the
    source of every field that another one filled. Fields on which sources
    disagree are counted in `conflicts`.

    >>> from graphkit.model import Project
    >>> best, other = Project(key="P", title="Ports"), Project(key="P", status="Active")
    >>> record, source, overrides = merge([(0, best), (3, other)])
    >>> record.title, record.status, source, overrides
    ('Ports', 'Active', 0, {'status': 3})
    """
    source, base = members[main]
    if len(members) == 1:
        return base, source, _NO_OVERRIDES
    overrides: dict[str, int] = {}
    changes: dict[str, object] = {}
    for name in _fields(type(base)):
        winner, value = -1, None
        for other_source, other in members:
            candidate = getattr(other, name)
            if candidate is None or candidate == () or candidate is False:
                continue
            if winner < 0:
                winner, value = other_source, candidate
            elif conflicts is not None and candidate != value:
                conflicts[name] += 1
        if winner >= 0 and winner != source:
            overrides[name] = winner
            changes[name] = value
        elif winner >= 0 and value != getattr(base, name):
            changes[name] = value  # another record of the same source
    if not changes:
        return base, source, overrides or _NO_OVERRIDES
    return msgspec.structs.replace(base, **changes), source, overrides


def differing_fields(first: msgspec.Struct, second: msgspec.Struct) -> list[str]:
    """Names of the fields that two records of one key state differently."""
    return [
        name
        for name in _fields(type(first))
        if (a := getattr(first, name)) != (b := getattr(second, name))
        and not (a in (None, (), False) or b in (None, (), False))
    ]
