"""Filters: values of facets, from what a caller gives to what the index is asked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from graphkit.errors import UsageError
from graphkit.names import Resolver
from graphkit.search.fields import FACETS, PLACE
from graphkit.text import fold

Given = Mapping[str, Iterable[str]]
Known = Mapping[str, Mapping[str, tuple[str, str | None]]]
Chosen = dict[str, tuple[str, ...]]
_YEARS = re.compile(r"([0-9]{1,4})?\s*[-–]\s*([0-9]{1,4})?")
_RESOLVED = {
    "department": "department",
    "funder": "funder",
    "region": "place",
    "degree": "degree",
    "aspect": "aspect",
}
"""Facets whose values are things or codes, and of which kind."""
_YES = {"true": "yes", "1": "yes", "only": "yes", "false": "no", "0": "no"}
_MOST = 1_000


def checked(given: Given, known: Known) -> Chosen:
    """The filters as they are understood: by facet, sorted. `known` holds each facet's values.

    Raises UsageError for a filter or a value that is not known.
    """
    chosen: Chosen = {}
    for name, values in given.items():
        if name not in FACETS:
            raise UsageError(f"no such filter: {name}", hint=f"known: {', '.join(FACETS)}")
        found: set[str] = set()
        for value in values:
            text = value.strip()
            found.update(
                _years(text, known["year"]) if name == "year" else [_value(name, text, known)]
            )
        if len(found) > _MOST:
            raise UsageError(f"more than {_MOST:,} values of {name}")
        if found:
            chosen[name] = tuple(sorted(found))
    return {name: chosen[name] for name in FACETS if name in chosen}


def resolved_filters(resolver: Resolver, given: Given) -> tuple[Chosen, list[str]]:
    """Filters whose things may be named as people name them, and what to say of it.

    Raises UsageError with suggestions for a name that nothing bears.
    """
    chosen: Chosen = {}
    remarks: list[str] = []
    for name, values in given.items():
        kind = _RESOLVED.get(name)
        found = []
        for value in values:
            if kind is None:
                found.append(value)
                continue
            named = resolver.value(kind, value)
            found.append(named.term.value)
            if named.remark:
                remarks.append(named.remark)
        if found:
            chosen[name] = tuple(found)
    return chosen, remarks


def _value(name: str, text: str, known: Known) -> str:
    values = known[PLACE if name == "region" else name]
    if name == "archived":
        text = _YES.get(text.lower(), text.lower())
    elif name == "kind":
        text = text.lower().removesuffix("s")
    for candidate in (text, text.lower(), text.upper()):
        if candidate in values:
            return candidate
    for value, (_, iri) in values.items():
        if iri == text:
            return value
    noun = {"region": "place"}.get(name, name)
    raise UsageError(f"no such {noun}: {text}", hint=_nearest(text, known[name]))


def _nearest(text: str, values: Mapping[str, tuple[str, str | None]]) -> str:
    """What a value was perhaps meant to be, or all values where they are few."""
    if len(values) <= 12:
        return f"known: {', '.join(values)}" if values else "this graph has none at all"
    names = {name: value for value, (label, _) in values.items() for name in (fold(label), value)}
    near = difflib.get_close_matches(fold(text)[:200], names, 3, 0.5)
    return f"nearest: {', '.join(dict.fromkeys(names[one] for one in near))}" if near else ""


def _years(text: str, known: Iterable[str]) -> Iterable[str]:
    """The years of "2019", "2015-2018", "2015-" or "-2018"; of a span those that are known.

    >>> list(_years("2015-2017", ["2014", "2016", "2017"]))
    ['2016', '2017']
    """
    if re.fullmatch(r"[0-9]{1,4}", text):
        return [f"{int(text):04}"]
    span = _YEARS.fullmatch(text)
    if span is None or not any(span.groups()):
        raise UsageError(f"no year: {text}", hint="write 2019, 2015-2018, 2015- or -2018")
    first, last = int(span[1] or 0), int(span[2] or 9999)
    if first > last:
        raise UsageError(f"no year: {text}", hint="the first year of a span comes first")
    return [year for year in known if first <= int(year) <= last] or [f"{first:04}"]
