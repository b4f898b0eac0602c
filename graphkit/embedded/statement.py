"""A statement as a row of tokens, and what stands where in it."""

from __future__ import annotations

from graphkit.embedded.tokens import PARAMETER, QUOTED, STRING, Token, place_of, tokens_of

OPENING, CLOSING = frozenset("([{"), frozenset(")]}")


class Statement:
    """A statement and its tokens; places are counted in tokens.

    >>> statement = Statement("MATCH (n:SET) RETURN n")
    >>> statement.word(0), statement.word(4), statement.closing(1)
    ('MATCH', '', 5)
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = tokens_of(text)

    def sign(self, at: int) -> str:
        """The text of a token that is neither a string, a name in backticks nor a parameter."""
        if not 0 <= at < len(self.tokens):
            return ""
        token = self.tokens[at]
        return "" if token.kind in (STRING, QUOTED, PARAMETER) else token.text

    def kind(self, at: int) -> str:
        """The kind of a token; empty behind the end."""
        return self.tokens[at].kind if at < len(self.tokens) else ""

    def word(self, at: int) -> str:
        """The keyword at a place: a word that is no key, label, type or map entry."""
        if not 0 <= at < len(self.tokens) or not (upper := self.tokens[at].upper):
            return ""
        if self.sign(at - 1) in (".", ":", "|", "&", "!"):
            return ""
        return "" if self.sign(at + 1) == ":" and self.sign(at - 1) in ("{", ",") else upper

    def closing(self, at: int) -> int:
        """Where the bracket that opens at a place is closed."""
        depth = 0
        for place in range(at, len(self.tokens)):
            if self.sign(place) in OPENING:
                depth += 1
            elif self.sign(place) in CLOSING:
                depth -= 1
                if not depth:
                    return place
        return len(self.tokens)

    def where(self, at: int) -> str:
        """Line and column of a place."""
        return place_of(self.text, self.tokens[at].start)

    def depth_at(self, at: int) -> int:
        """How many brackets are open at a place."""
        before = [self.sign(place) for place in range(at)]
        return sum(one in OPENING for one in before) - sum(one in CLOSING for one in before)
