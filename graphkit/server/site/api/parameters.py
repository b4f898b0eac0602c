"""What a request to the query API gives: values of a query, a format, how many rows."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from flask import request

from graphkit.server.site.problems import Problem

OWN = ("format", "limit", "offset")
"""Parameters of every query; none of a query's own is called so (a test sees to it)."""
LONGEST = 2_000
"""Characters of a value."""
MOST_ROWS = 10**9
"""The largest `limit` and `offset`."""


@dataclass(frozen=True)
class Asked:
    """One request: values by parameter, and what part of the rows in which format."""

    values: dict[str, str]
    format: str | None = None
    limit: int | None = None
    offset: int = 0


def asked(known: tuple[str, ...], suffix: str | None = None) -> Asked:
    """The parameters of the request. Raises Problem 400 for those that are wrong.

    `known` are those that this address has beside OWN; `suffix` is a format that stands at the
    end of the path.
    """
    values = only((*known, *OWN))
    form = format_of(values.pop("format", None), suffix)
    limit, offset = values.pop("limit", None), values.pop("offset", None)
    return Asked(
        values,
        form,
        None if limit is None else _number("limit", limit),
        0 if offset is None else _number("offset", offset),
    )


def only(known: tuple[str, ...]) -> dict[str, str]:
    """The parameters of the request, which are some of `known`, each given once.

    Empty ones count as not given, as forms send them. Raises Problem 400 for all others.
    """
    values: dict[str, str] = {}
    for name, value in request.args.items(multi=True):
        if name not in known:
            raise unknown(name, known)
        if name in values:
            raise Problem(400, f"{name} is given more than once", parameter=name)
        if len(value) > LONGEST:
            raise Problem(400, f"{name} is longer than {LONGEST:,} characters", parameter=name)
        values[name] = value
    return {name: value for name, value in values.items() if value.strip()}


def format_of(named: str | None, suffix: str | None) -> str | None:
    """The format, from `format=` or the end of the path. Raises Problem 400 for both at once."""
    if named and suffix:
        raise Problem(
            400, "the format is given twice: as a suffix, and as `format`", parameter="format"
        )
    return named or suffix


def unknown(name: str, known: tuple[str, ...]) -> Problem:
    """The answer to a parameter that this address does not have."""
    short = name if len(name) <= 60 else f"{name[:60]}…"
    near = get_close_matches(name[:60], known, 1)
    words = f"did you mean {near[0]}? " if near else ""
    there = f"there are: {', '.join(known)}" if known else "this address takes none"
    return Problem(
        400,
        f"there is no parameter {short}",
        f"{words}{there}",
        parameter=short,
        suggestions=near,
    )


def _number(name: str, text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= MOST_ROWS:
        return int(text)
    raise Problem(
        400, f"{name}: {text[:40]} is no whole number from 0 to {MOST_ROWS:,}", parameter=name
    )
