"""The formats of answers: their names, their media types, and which one a client gets.

A client says what it takes in `Accept` (RFC 9110: the most specific range that fits a media
type gives its weight) or, where it cannot set headers, in `?format=` or `?output=`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

import pyoxigraph as ox

from graphkit.server.site.problems import Problem


@dataclass(frozen=True)
class Format:
    """One format: the name for `?format=`, the media types under which it is asked for.

    The first media type is its own; the others are answered under the name that was asked.
    """

    name: str
    media_types: tuple[str, ...]
    engine: ox.QueryResultsFormat | ox.RdfFormat | None
    names: tuple[str, ...] = ()
    text: bool = False
    """Whether the media type needs a charset to be read right."""

    @property
    def media_type(self) -> str:
        """Its own media type."""
        return self.media_types[0]


_RESULTS, _RDF = ox.QueryResultsFormat, ox.RdfFormat
HTML = Format("html", ("text/html", "application/xhtml+xml"), None, text=True)
TABLES = (
    Format(
        "json",
        ("application/sparql-results+json", "application/json"),
        _RESULTS.JSON,
        ("srj",),
    ),
    Format(
        "xml",
        ("application/sparql-results+xml", "application/xml", "text/xml"),
        _RESULTS.XML,
        ("srx",),
    ),
    Format("csv", ("text/csv",), _RESULTS.CSV, text=True),
    Format("tsv", ("text/tab-separated-values",), _RESULTS.TSV, text=True),
)
"""Formats of SELECT and ASK, the one that is sent to who takes anything first."""
DATASETS = (
    Format("nquads", ("application/n-quads", "text/x-nquads"), _RDF.N_QUADS, ("nq",)),
    Format("trig", ("application/trig", "application/x-trig"), _RDF.TRIG),
)
GRAPHS = (
    Format("turtle", ("text/turtle", "application/x-turtle"), _RDF.TURTLE, ("ttl",), text=True),
    Format("ntriples", ("application/n-triples",), _RDF.N_TRIPLES, ("nt",)),
    Format("jsonld", ("application/ld+json", "application/json"), _RDF.JSON_LD, ("json",)),
    Format(
        "rdfxml",
        ("application/rdf+xml", "application/xml", "text/xml"),
        _RDF.RDF_XML,
        ("rdf", "xml"),
    ),
    *DATASETS,
)
"""Formats of CONSTRUCT, DESCRIBE and of everything else that is a graph."""


@dataclass(frozen=True)
class Choice:
    """The format of an answer and the media type that it is sent as."""

    format: Format
    media_type: str

    @property
    def content_type(self) -> str:
        """The value of `Content-Type`."""
        return f"{self.media_type}; charset=utf-8" if self.format.text else self.media_type


def chosen(accept: str, override: str | None, formats: Sequence[Format], what: str) -> Choice:
    """The format for a client; `what` names the kind of answer in the words to the client.

    Raises Problem 406 where none fits, 400 where `override` is no format at all.

    >>> chosen("text/csv;q=0.5, text/*;q=0.1, application/xml", None, TABLES, "a SELECT").media_type
    'application/xml'
    >>> chosen("", "tsv", TABLES, "a SELECT").content_type
    'text/tab-separated-values; charset=utf-8'
    """
    if override is not None:
        return _named(override, tuple(formats), what)
    choice = _accepted(accept, tuple(formats))
    if choice is None:
        raise _nothing(f"nothing in `Accept: {_shortened(accept)}` is a format", formats, what)
    return choice


def prefers_page(accept: str, override: str | None, formats: Sequence[Format]) -> bool:
    """Whether a client would rather have a page than any of these formats: a browser."""
    if override is not None:
        return override.lower() in ("html", *HTML.media_types)
    choice = _accepted(accept, (*formats, HTML))
    return choice is not None and choice.format is HTML


def _named(asked: str, formats: tuple[Format, ...], what: str) -> Choice:
    # An unescaped plus sign in an address is read as a space.
    name = asked.strip().lower().partition(";")[0].strip().replace(" ", "+")
    for one in formats:
        if name == one.name or name in one.names:
            return Choice(one, one.media_type)
        if name in one.media_types:
            return Choice(one, name)
    known = [*formats, *TABLES, *GRAPHS, HTML]
    names = {key for one in known for key in (one.name, *one.names, *one.media_types)}
    if name in names:
        raise _nothing(f"{name} is not a format", formats, what)
    close = get_close_matches(name[:60], sorted(names), 1)
    raise Problem(
        400,
        f"there is no format {_shortened(asked)!r}" + (f"; {close[0]}?" if close else ""),
        f"formats of {what}: {', '.join(one.name for one in formats)}",
    )


def _nothing(reason: str, formats: Sequence[Format], what: str) -> Problem:
    types = [one.media_type for one in formats]
    listed = ", ".join(f"{one.name} ({one.media_type})" for one in formats)
    return Problem(406, f"{reason} of {what}", f"there are {listed}", available=types)


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"


_RANGE = re.compile(r"([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*((?:;[^,]*)?)\Z")
_WEIGHT = re.compile(r";\s*q\s*=\s*([^;\s]*)", re.IGNORECASE)
_NUMBER = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z")


@lru_cache(maxsize=512)
def _accepted(accept: str, formats: tuple[Format, ...]) -> Choice | None:
    ranges = _ranges(accept[:4000])
    if not ranges and not accept.strip():
        ranges = {("*", "*"): 1.0}
    best: tuple[float, int] = (0.0, 0)
    choice = None
    for one in formats:
        for media_type in one.media_types:
            kind, _, subtype = media_type.partition("/")
            # A range with a star means a format by its own name only: Turtle, not XML, is text.
            wide = ((1, (kind, "*")), (0, ("*", "*"))) if media_type == one.media_type else ()
            for specificity, key in ((2, (kind, subtype)), *wide):
                if key not in ranges:
                    continue
                # Equal weights: the type that is named, then the one that we would rather send.
                if ranges[key] > 0 and (ranges[key], specificity) > best:
                    best, choice = (ranges[key], specificity), Choice(one, media_type)
                break
    return choice


def _ranges(accept: str) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for item in accept.lower().split(","):
        match = _RANGE.match(item.strip())
        if match is None:
            continue
        weight = _WEIGHT.search(match[3])
        number = weight[1] if weight else "1"
        if _NUMBER.match(number):
            key = (match[1], match[2])
            found[key] = max(found.get(key, 0.0), float(number))
    return found
