"""Why a query is not run, in words and with the place in its text."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from graphkit.binding import DEAD
from graphkit.errors import UsageError
from graphkit.vocabulary import PREFIXES


class TooLargeError(UsageError):
    """A query is longer, or nested deeper, than is taken."""


class ElsewhereError(UsageError):
    """A query asks other servers."""


class QuerySyntaxError(UsageError):
    """A query cannot be parsed; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line
        self.column = column


# The engine's parser reports the place behind the longest keyword that it looked for, and the
# end of the text where a keyword would not fit in any more. Spaces behind the text give every
# keyword its room.
_ROOM = "\n" + " " * 40
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_EXPECTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|\[[^\]]*\]|[^,]+")
_WORD = re.compile(r"[^\s(){}\[\],;.<>]+|\S")
_DEAD = re.compile(DEAD, re.DOTALL)
_UPDATE = re.compile(
    r"\s*(?:(?:PREFIX\s[^>]*>|BASE\s[^>]*>|#[^\n]*)\s*)*"
    r"(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b",
    re.IGNORECASE,
)


def is_update(query: str) -> bool:
    """Whether a text that is no query is an update.

    >>> is_update("PREFIX x: <http://x.org/> INSERT DATA { x:a x:b x:c }")
    True
    """
    return _UPDATE.match(query) is not None


def syntax_error(
    query: str, words: str, base: str | None = None, prefixes: Mapping[str, str] | None = None
) -> QuerySyntaxError:
    """What the engine's parser says of a query, told for people.

    >>> str(syntax_error("SELECT * {\\n  ?s ?p ?o . FOO }", "error at 2:19: expected GRAPH"))
    'the query cannot be read at line 2, column 14: `FOO` does not fit there'
    """
    known = dict(prefixes or {})
    words = _refusal(query, base, known) or words
    offset, reasons = _parsed(query, words)
    found = _WORD.match(query, offset)
    hint = ""
    missing = _undeclared(query, known)
    if is_update(query):
        hint = "updates are not taken: the data is only read"
    elif missing and _refusal(query, base, known | dict.fromkeys(missing, "x:")) != words:
        offset = query.find(f"{missing[0]}:")
        reasons = f"{', '.join(f'{name}:' for name in missing)} is not declared"
        hint = " ".join(f"PREFIX {one}: <{PREFIXES[one]}>" for one in missing if one in PREFIXES)
    before = query[:offset]
    line = before.count("\n") + 1
    column = offset - (before.rfind("\n") + 1) + 1
    if not reasons:
        what = f"`{found[0][:60]}`" if found else "the end of the query"
        reasons = f"{what} does not fit there"
    message = f"the query cannot be read at line {line}, column {column}: {reasons}"
    return QuerySyntaxError(message, line, column, hint=hint)


def _refusal(query: str, base: str | None, prefixes: Mapping[str, str]) -> str:
    try:
        ox.Store().query(query + _ROOM, base_iri=base, prefixes=dict(prefixes))
    except SyntaxError as error:
        return str(error)
    return ""


def _parsed(query: str, words: str) -> tuple[int, str]:
    """Where the fault is, and the parser's reason if it gives one beyond what it looked for."""
    match = _PLACE.match(words)
    if match is None:
        return 0, words
    reached = _offset(query + _ROOM, int(match[1]), int(match[2]))
    listed = match[3].removeprefix("expected one of ").removeprefix("expected ")
    reasons, starts = [], []
    for item in _EXPECTED.findall(listed):
        item = item.strip()
        if item.startswith('"'):
            starts.append(reached)
        elif item.isidentifier():
            starts.append(reached - len(item))
        elif item and item[0] not in "['|<":
            reasons.append(item)
    offset = max(starts, default=reached)
    return _at_word(query, max(0, min(offset, len(query)))), "; ".join(reasons)


def _at_word(query: str, offset: int) -> int:
    """The beginning of the word that stands at a place, or of the next; the end if none does."""
    end = len(query.rstrip())
    while offset < end and query[offset].isspace():
        offset += 1
    if offset >= end:
        return end
    while offset > 0 and query[offset].isalnum() and query[offset - 1].isalnum():
        offset -= 1
    return offset


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))


def _undeclared(query: str, prefixes: Mapping[str, str]) -> list[str]:
    declared = set(re.findall(r"PREFIX\s+([\w.-]*):", query, re.IGNORECASE)) | set(prefixes)
    used = re.findall(r"(?<![\w:?$-])([A-Za-z][\w.-]*):(?=\w)", _DEAD.sub(" ", query))
    return list(dict.fromkeys(name for name in used if name not in declared))[:5]
