"""What is looked at in a query before the engine sees it.

The engine's parser calls itself for every bracket, so that deep nesting overflows its stack and
ends the process; `SERVICE` makes it call other servers. Both are found in the query's tokens, so
that a text, an IRI or a comment may hold the same signs.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urljoin

from graphkit.binding import DEAD
from graphkit.errors import UsageError
from graphkit.text import is_unicode

MAX_QUERY = 1_000_000
MAX_DEPTH = 100
"""Deeper nesting overflows the stack of the engine's parser and ends the process."""


class TooLargeError(UsageError):
    """A query is longer, or nested deeper, than is taken."""


class ElsewhereError(UsageError):
    """A query asks for what is not in this graph."""


class QuerySyntaxError(UsageError):
    """A query cannot be parsed; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line
        self.column = column


_DEAD = re.compile(DEAD, re.DOTALL)
_SERVICE = re.compile(r"(?<![\w:?$.-])SERVICE(?![\w:])", re.IGNORECASE)


def asks_elsewhere(query: str) -> bool:
    """Whether a query uses SERVICE, which makes the engine call other servers.

    >>> asks_elsewhere("SELECT * { SERVICE <http://x.org/> { ?s ?p ?o } }")
    True
    >>> asks_elsewhere("SELECT * { ?service ?p 'SERVICE' } # SERVICE")
    False
    """
    return _SERVICE.search(query) is not None and (
        _SERVICE.search(_DEAD.sub(" ", query)) is not None
    )


def depth(query: str) -> int:
    """How deep the brackets of a query are nested.

    >>> depth("SELECT * { { ?s ?p '{{{' } }")
    2
    """
    deepest = level = 0
    for match in re.finditer(r"[({\[]|[)}\]]", _DEAD.sub(" ", query)):
        level += 1 if match.group() in "({[" else -1
        deepest = max(deepest, level)
    return deepest


def check(query: str, max_query: int = MAX_QUERY, max_depth: int = MAX_DEPTH) -> None:
    """Refuse what would harm the engine, or make it call others.

    Raises TooLargeError, ElsewhereError, and QuerySyntaxError where the text is no Unicode.
    """
    if not is_unicode(query):
        raise QuerySyntaxError("the query cannot be read: it is not UTF-8", 1, 1)
    if len(query) > max_query:
        raise TooLargeError(f"the query is longer than {max_query:,} characters")
    opened = query.count("(") + query.count("{") + query.count("[")
    if opened > max_depth and depth(query) > max_depth:
        raise TooLargeError(
            f"the query is nested deeper than {max_depth} brackets, more than the store can take"
        )
    if asks_elsewhere(query):
        raise ElsewhereError(
            "SERVICE is not run here", hint="a query reads this graph and asks no other server"
        )


@dataclass(frozen=True)
class Graphs:
    """Graphs that a query names in `FROM` and `FROM NAMED`."""

    default: tuple[str, ...]
    named: tuple[str, ...]


_HEAD = re.compile(
    r"(?P<skip>\#[^\n\r]*|\"\"\"|'''|\\.)"
    r"|(?<![\w:?$.-])(?:BASE\s*<(?P<base>[^<>\"{}|^`\\\x00-\x20]*)>"
    r"|PREFIX\s+(?P<prefix>[\w.-]*):\s*<(?P<namespace>[^<>\"{}|^`\\\x00-\x20]*)>"
    r"|FROM(?![\w:])\s*(?P<how>NAMED(?![\w:]))?\s*"
    r"(?:<(?P<iri>[^<>\"{}|^`\\\x00-\x20]*)>|(?P<space>[\w.-]*):(?P<local>[\w.%:-]*)))"
    r"|(?P<end>[{])",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"#[^\n\r]*")


def from_clauses(query: str, base: str = "") -> Graphs | None:
    """The graphs that a query names before its pattern; None where it names none.

    >>> from_clauses("PREFIX g: <http://x.org/> SELECT * FROM g:a FROM NAMED <http://y.org/b> {}")
    Graphs(default=('http://x.org/a',), named=('http://y.org/b',))
    """
    if "from" not in query.lower():
        return None
    default: list[str] = []
    named: list[str] = []
    prefixes: dict[str, str] = {}
    for match in _HEAD.finditer(query):
        if match["end"]:
            # A CONSTRUCT's template stands before FROM: go on behind it.
            if default or named or not re.search(r"\}\s*FROM\b", query, re.IGNORECASE):
                break
        elif match["base"] is not None:
            base = urljoin(base, match["base"])
        elif match["prefix"] is not None:
            prefixes[match["prefix"]] = urljoin(base, match["namespace"])
        elif match["iri"] is not None:
            (named if match["how"] else default).append(urljoin(base, match["iri"]))
        elif match["local"] is not None:
            space = prefixes.get(match["space"] or "")
            if space is not None:
                (named if match["how"] else default).append(space + match["local"])
    return Graphs(tuple(default), tuple(named)) if default or named else None


def check_graphs(asked: Graphs, known: Set[str]) -> None:
    """Refuse graphs that are not there. Raises UsageError with a suggestion."""
    for iri in (*asked.default, *asked.named):
        if iri not in known:
            close = get_close_matches(iri[:300], sorted(known), 1)
            hint = f"{close[0]}?" if close else "the graphs: SELECT DISTINCT ?g { GRAPH ?g {} }"
            raise UsageError(f"there is no graph <{iri[:300]}> in this data set", hint=hint)


_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_UPDATE = re.compile(r"\b(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY)\b", re.IGNORECASE)


def syntax_error(query: str, words: str) -> QuerySyntaxError:
    """What the engine's parser says of a query, as an error with line and column."""
    match = _PLACE.match(words)
    line, column = (int(match[1]), int(match[2])) if match else (1, 1)
    writes = _UPDATE.search(_DEAD.sub(" ", query)) is not None
    hint = "the graph is only read: there are no updates" if writes else ""
    return QuerySyntaxError(f"the query cannot be read: {words}", line, column, hint=hint)
