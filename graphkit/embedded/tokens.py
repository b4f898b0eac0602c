"""Cypher text as tokens, so that a word in a string or a comment is never taken for another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphkit.errors import UsageError

WORD, QUOTED, STRING, NUMBER, PARAMETER, SIGN = (
    "word", "quoted", "string", "number", "parameter", "sign"
)  # fmt: skip

_PATTERN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>//[^\n\r]*|/\*.*?\*/)
    | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<quoted>`(?:[^`]|``)*`)
    | (?P<parameter>\$(?:`(?:[^`]|``)*`|\w+))
    | (?P<number>0[xo][0-9A-Fa-f_]+|(?:\d[\d_]*(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<sign><=|>=|<>|=~|\.\.|\+=|->|<-|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_UNFINISHED = {"'": "a string", '"': "a string", "`": "a name in backticks"}


@dataclass(frozen=True, slots=True)
class Token:
    """A token. `text` of strings and names is what they mean, of words what is written."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The text of a word in capitals; empty for everything that can be no keyword."""
        return self.text.upper() if self.kind == WORD else ""

    @property
    def is_name(self) -> bool:
        """Whether it can name a variable, a label, a type or a key."""
        return self.kind in (WORD, QUOTED)


def place_of(text: str, position: int) -> str:
    """Where a position is, for people.

    >>> place_of("MATCH (n)\\nRETURN m", 17)
    'line 2, column 8'
    """
    before = text[:position]
    return f"line {before.count(chr(10)) + 1}, column {position - before.rfind(chr(10))}"


def tokens_of(text: str) -> list[Token]:
    """The tokens of a statement, without white space and comments.

    Raises UsageError where a string, a name or a comment does not end.

    >>> [token.text for token in tokens_of("RETURN 'SET' // CREATE")]
    ['RETURN', 'SET']
    >>> [token.text for token in tokens_of("MATCH (n:`my label`)-[*1..3]->() RETURN $p")]
    ['MATCH', '(', 'n', ':', 'my label', ')', '-', '[', '*', '1', '..', '3', ']', '->', '(', ')', 'RETURN', 'p']
    """  # noqa: E501
    found = []
    for match in _PATTERN.finditer(text):
        kind, written = match.lastgroup or SIGN, match.group()
        if kind in ("space", "comment"):
            continue
        if kind == SIGN:
            _check_ended(text, match.start(), written)
        found.append(Token(kind, _meaning(kind, written), match.start(), match.end()))
    return found


def without_comments(text: str) -> str:
    """The text with its comments made blank; every line and column stays where it is.

    >>> without_comments("RETURN /* one */ 1 // end")
    'RETURN           1       '
    """

    def blank(match: re.Match[str]) -> str:
        if match.lastgroup != "comment":
            return match.group()
        return re.sub(r"[^\n\r]", " ", match.group())

    return _PATTERN.sub(blank, text)


def _meaning(kind: str, written: str) -> str:
    if kind == PARAMETER:
        kind, written = (QUOTED, written[1:]) if written[1] == "`" else (WORD, written[1:])
    if kind == QUOTED:
        return written[1:-1].replace("``", "`")
    return written[1:-1] if kind == STRING else written


def _check_ended(text: str, position: int, written: str) -> None:
    what = _UNFINISHED.get(written)
    if text.startswith("/*", position):
        what = "a comment"
    if what:
        raise UsageError(
            f"the query cannot be read: {place_of(text, position)}: {what} begins and does not end"
        )
