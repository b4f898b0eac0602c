"""SPARQL text as tokens, so that a word in a string or a comment is never taken for another."""

from __future__ import annotations

import re
from dataclasses import dataclass

VARIABLE, IRI, NAME, STRING, NUMBER, BLANK, WORD, SIGN = (
    "variable", "iri", "name", "string", "number", "blank", "word", "sign"
)  # fmt: skip

_TOKEN = re.compile(
    r'''
      (?P<space>\s+)
    | (?P<comment>\#[^\n\r]*)
    | (?P<string>"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""|\'\'\'(?:(?:'|\'\')?(?:[^'\\]|\\.))*\'\'\'
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<variable>[?$]\w+)
    | (?P<blank>_:\w(?:[\w.-]*[\w-])?)
    | (?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?
        :(?:(?:[\w:%-]|\\.)(?:(?:[\w.:%-]|\\.)*(?:[\w:%-]|\\.))?)?)
    | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d]\w*|@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<sign>&&|\|\||!=|<=|>=|\^\^|.)
    ''',
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token: `text` is as written, of variables, IRIs and strings without what marks them.

    `start` is where it begins in the whole text.
    """

    kind: str
    text: str
    line: int
    start: int

    @property
    def upper(self) -> str:
        """The text of a word in capitals, and a sign as it is; empty for all that has a value."""
        return self.text.upper() if self.kind in (WORD, SIGN) else ""


def tokens_of(text: str) -> list[Token]:
    """The tokens of a query, without white space and comments.

    >>> [token.text for token in tokens_of("SELECT ?x { ?x gk:within? <a:b> } # ?y")]
    ['SELECT', 'x', '{', 'x', 'gk:within', '?', 'a:b', '}']
    >>> [token.kind for token in tokens_of('"?x"@en-GB, 2.5, _:b')]
    ['string', 'word', 'sign', 'number', 'sign', 'blank']
    """
    found, line = [], 1
    for match in _TOKEN.finditer(text):
        kind, written = match.lastgroup or SIGN, match.group()
        if kind not in ("space", "comment"):
            found.append(Token(kind, _meaning(kind, written), line, match.start()))
        line += written.count("\n")
    return found


def _meaning(kind: str, written: str) -> str:
    if kind == VARIABLE:
        return written[1:]
    if kind == IRI:
        return written[1:-1]
    if kind == STRING:
        quotes = 3 if written[:3] in ('"""', "'''") and len(written) > 5 else 1
        return written[quotes:-quotes]
    return written
