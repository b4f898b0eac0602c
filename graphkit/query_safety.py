"""What is looked at in a query before the engine sees it.

The engine's parser, planner and evaluator call themselves for each bracket and for each further
operator of a chain, so that a short text can overflow the stack and end the process; `SERVICE`
makes them call other servers; and with all graphs read as one they overlook `FROM`. All this is
found in the query's tokens: a text, an IRI, a comment or a name may hold the same signs.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import urljoin

from graphkit.binding import DEAD, IRI
from graphkit.errors import UsageError
from graphkit.query_errors import ElsewhereError, QuerySyntaxError, TooLargeError
from graphkit.text import is_unicode

MAX_QUERY = 1_000_000
MAX_DEPTH = 100
"""Nested brackets. The least that overflowed a stack of 8 MB was 650 of them."""
MAX_STEPS = 4000
"""Operators in chains: about a kilobyte of stack each, and a stack has 8 MB or more."""
_SHORT = 1500
"""A query of fewer characters cannot have too many steps."""
# Kilobytes of stack, as measured (tests/test_query_safety.py): a word may be MINUS, AS, FILTER.
_WEIGHTS = {",": 1.0, ".": 1.0, ";": 1.0, "(": 1.0, "[": 1.0, "{": 1.3, "word": 2.2}
_CHAINED = 1.2
_ELEMENT = 2.0
"""A further member of a list, `(1 2 3)`."""
_OUTERMOST = 3.3
"""A further term outside of all brackets, as in `DESCRIBE <a> <b> <c>`."""

_TOKEN = re.compile(
    rf"(?P<iri>{IRI})|(?P<dead>{DEAD})"
    r"|(?P<variable>[?$]\w+)"
    # No prefix is longer: else each part of a long `a.a.a…` is looked through to its end.
    r"|(?P<name>(?:[^\W\d][\w.-]{0,1000}+)?:(?:(?:[\w:%-]|\\.)(?:(?:[\w.:%-]|\\.)*(?:[\w:%-]|\\.))?)?)"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<open><<\(?|[({\[])|(?P<close>\)?>>|[)}\]])"
    r"|(?P<sign>\|\||&&|\^\^|[|&+*/!^,.;-])",
    re.DOTALL,
)
# `?a<?b#>` is a comparison and a comment, or an IRI: only the grammar can tell. Where what looks
# like an IRI may hide signs, the text is measured as if nothing in it were dead.
_DOUBTFUL = re.compile(
    r"<(?![A-Za-z][\w+.-]*://)(?:"
    r"[^<>\"{}|^`\x00-\x20'#()\[\]]*['#()\[\]][^<>\"{}|^`\x00-\x20]*"
    r"|[^<>\"{}|^`\x00-\x20]{100,})>"
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True)
class Graphs:
    """Graphs that a query is asked over: as its default graph together, and each by its name."""

    default: tuple[str, ...]
    named: tuple[str, ...]


@dataclass
class Scan:
    """What the tokens of a query tell."""

    depth: int = 0
    steps: float = 0.0
    service: bool = False
    default: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)


def scan(query: str, base: str = "") -> Scan:
    """Read the tokens of a query.

    >>> scan("SELECT * { { ?s ?p '{{{' } SERVICE <http://x.org/> {} }").depth
    2
    >>> scan("SELECT * { ?service ?p 'SERVICE' } # SERVICE").service
    False
    """
    return _Scanner(base).read(query)


class _Scanner:
    def __init__(self, base: str) -> None:
        self._base = base
        self._found = Scan()
        self._open: list[str] = []
        self._prefixes: dict[str, str] = {}
        self._clause = ""  # FROM, NAMED, PREFIX or BASE, until its term has come
        self._declared = ""
        self._data = False  # after VALUES, until its block begins

    def read(self, query: str) -> Scan:
        found = self._found
        last = ""  # kind of the token before
        suspect = False  # SERVICE in front of a name, without a space
        for match in _TOKEN.finditer(query):
            kind = match.lastgroup or ""
            text = match.group()
            if kind == "dead":
                if text[0] in "#\\":
                    continue
            elif kind == "open":
                if suspect and text == "{":
                    found.service = True
                self._opened(text)
            elif kind == "close":
                if self._open:
                    self._open.pop()
            elif kind == "word":
                self._word(text)
            elif kind == "sign":
                self._sign(text)
            suspect = False
            if kind in ("iri", "name"):
                self._term(kind, text)
                suspect = kind == "name" and "SERVICE" in text.partition(":")[0].upper()
            if kind in ("iri", "name", "variable", "number", "dead"):
                if not self._open:
                    found.steps += _OUTERMOST
                elif self._open[-1] == "(" and last == "term":
                    found.steps += _ELEMENT
                kind = "term"
            if kind != "tag":
                last = "term" if kind == "close" else kind
        return found

    def _opened(self, text: str) -> None:
        inside = self._open[-1] if self._open else ""
        if self._data and text == "{":
            self._data, kind = False, "values"
        else:
            kind = "values" if inside == "values" else text[0]
        self._open.append(kind)
        self._found.depth = max(self._found.depth, len(self._open))
        if kind != "values":
            self._found.steps += _WEIGHTS.get(kind, 1.0)

    def _word(self, text: str) -> None:
        word = text.upper()
        if "SERVICE" in word:
            self._found.service = True
        if word.endswith("VALUES"):
            self._data = True
        if not self._open:
            if word in ("PREFIX", "BASE", "FROM") or (word == "NAMED" and self._clause == "FROM"):
                self._clause = word
            else:
                self._clause = {"FROMNAMED": "NAMED"}.get(word, "")
        elif self._open[-1] != "values":
            self._found.steps += _WEIGHTS["word"]

    def _sign(self, text: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside == "values" or text == "^^" or (text == "," and inside == "("):
            return
        self._found.steps += _WEIGHTS.get(text, _CHAINED)

    def _term(self, kind: str, text: str) -> None:
        clause = self._clause
        if self._open:
            return
        joined = kind == "name" and not clause and text[:4].upper() == "FROM"
        if joined and text.partition(":")[0] not in self._prefixes:
            # FROMx:y, which the engine takes
            named = text[4:9].upper() == "NAMED"
            clause, text = ("NAMED", text[9:]) if named else ("FROM", text[4:])
        if clause == "PREFIX" and kind == "name":
            self._declared = text.partition(":")[0]
            return
        if clause == "PREFIX":
            self._prefixes[self._declared] = self._iri(text)
        elif clause == "BASE" and kind == "iri":
            self._base = self._iri(text)
        elif clause in ("FROM", "NAMED"):
            iri = self._iri(text) if kind == "iri" else self._expanded(text)
            (self._found.default if clause == "FROM" else self._found.named).append(iri)
        self._clause = ""

    def _iri(self, text: str) -> str:
        plain = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text[1:-1])
        return absolute(plain, self._base)

    def _expanded(self, text: str) -> str:
        prefix, _, local = text.partition(":")
        return self._prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)


def absolute(iri: str, base: str) -> str:
    """An IRI that may be relative, completed; as it is where it is none.

    >>> absolute("b", "http://x.org/a"), absolute("http://[", "http://x.org/a")
    ('http://x.org/b', 'http://[')
    """
    try:
        return urljoin(base, iri)
    except ValueError:
        return iri


def check(
    query: str, *, base: str = "", max_query: int = MAX_QUERY, max_depth: int = MAX_DEPTH
) -> Graphs | None:
    """Refuse what would harm the engine, or make it call others; the graphs of `FROM`, if any.

    Raises TooLargeError, ElsewhereError, and QuerySyntaxError where the text is no Unicode.

    >>> check("PREFIX g: <http://x.org/> SELECT * FROM g:a FROM NAMED <http://y.org/b> {}")
    Graphs(default=('http://x.org/a',), named=('http://y.org/b',))
    """
    if not is_unicode(query):
        raise QuerySyntaxError("the query cannot be read: it is not UTF-8", 1, 1)
    if len(query) > max_query:
        raise TooLargeError(f"the query is longer than {max_query:,} characters")
    opened = query.count("(") + query.count("{") + query.count("[") + query.count("<<")
    upper = query.upper()
    if (
        len(query) <= _SHORT
        and opened <= max_depth
        and "SERVICE" not in upper
        and "FROM" not in upper
    ):
        return None
    found = scan(query, base)
    if _DOUBTFUL.search(query):
        found = _pessimistic(query, opened, found)
    if found.depth > max_depth:
        raise TooLargeError(
            f"the query is nested deeper than {max_depth} brackets, more than the store can take",
            hint="unnest it, or ask in parts",
        )
    if found.steps > MAX_STEPS:
        raise TooLargeError(
            "the query has more operators and patterns in a row than the store can take",
            hint="VALUES or IN takes a list of any length; or ask in parts",
        )
    if found.service:
        raise ElsewhereError(
            "SERVICE is not run here", hint="a query reads this data and asks no other server"
        )
    if found.default or found.named:
        return Graphs(tuple(found.default), tuple(found.named))
    return None


def _pessimistic(query: str, opened: int, found: Scan) -> Scan:
    signs = len(re.findall(r"\w+|[^\w\s]", query)) if len(query) > _SHORT else 0
    depth = max(found.depth, opened)
    steps = max(found.steps, signs * _WEIGHTS["word"])
    service = found.service or "SERVICE" in re.sub(r"[?$:]\w+|://\S+", " ", query).upper()
    return Scan(depth, steps, service, found.default, found.named)


def check_graphs(asked: Graphs, known: Set[str]) -> None:
    """Refuse graphs that are not there. Raises UsageError with a suggestion."""
    for iri in (*asked.default, *asked.named):
        if iri not in known:
            close = get_close_matches(iri[:300], sorted(known), 1)
            hint = f"{close[0]}?" if close else "SELECT DISTINCT ?g { GRAPH ?g {} } lists them"
            raise UsageError(f"there is no graph <{iri[:300]}> in this data set", hint=hint)
