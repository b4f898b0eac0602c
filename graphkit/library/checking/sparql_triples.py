"""The triple patterns of a SPARQL query, and those that read every statement there is."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import pairwise

from graphkit.library.checking.sparql_groups import Group, closing
from graphkit.library.checking.sparql_tokens import (
    BLANK,
    IRI,
    NAME,
    NUMBER,
    STRING,
    VARIABLE,
    WORD,
    Token,
)

_TERMS = frozenset({BLANK, IRI, NAME, NUMBER, STRING, VARIABLE})
_CONSTANTS = frozenset({"TRUE", "FALSE", "A"})
SMALL_GRAPHS = ("/graph/catalogue", "/graph/ontology")
"""Named graphs of a snapshot that stay small, however much is in it."""


@dataclass(frozen=True)
class Pattern:
    """A triple pattern: the variables in its three places, None where there is a constant.

    Blank nodes are variables as well; `[ … ]` is named by its place. A path is a constant.
    """

    subject: str | None
    predicate: str | None
    object: str | None
    line: int

    @property
    def variables(self) -> frozenset[str]:
        """The variables in it."""
        return frozenset(filter(None, (self.subject, self.predicate, self.object)))

    @property
    def has_constant(self) -> bool:
        """Whether one of its places is no variable."""
        return None in (self.subject, self.predicate, self.object)


def patterns_of(group: Group) -> Iterator[Pattern]:
    """The triple patterns of a group itself, without those of inner groups.

    >>> from graphkit.library.checking.sparql_groups import read
    >>> where = read("SELECT * { ?s ?p 1, ?o ; a gk:Place . FILTER(?o > 1) _:b gk:award/gk:fundedBy ?x }").top.inner[0]
    >>> for pattern in patterns_of(where): print(pattern.subject, pattern.predicate, pattern.object)
    s p None
    s p o
    s None None
    _:b None x
    """  # noqa: E501
    if group.is_select:  # its own tokens are clauses
        return
    for run in _runs([token for token, _ in group.tokens]):
        yield from _Triples(run).all()


def everything(select: Group, given: Set[str]) -> Iterator[int]:
    """Lines of the patterns in a query or sub-SELECT that read every statement of the graph.

    Such a pattern has three variables of which nothing else in the SELECT says anything;
    `given` are variables that have a value from outside.
    """
    patterns = {id(group): list(patterns_of(group)) for group in select.of_select()}
    known = set(given)
    for group in select.of_select():
        known.update(name for values in group.values for name in values.variables)
        known.update(name for one in group.inner if one.is_select for name in one.projected)
        known.update(_assigned([token for token, _ in group.tokens]))
        for pattern in patterns[id(group)]:
            if pattern.has_constant:
                known |= pattern.variables
    for group in select.of_select():
        if _in_small_graph(group):
            continue
        for pattern in patterns[id(group)]:
            if not pattern.has_constant and not known & pattern.variables:
                yield pattern.line


def _in_small_graph(group: Group | None) -> bool:
    while group is not None:
        if group.graph is not None:
            return group.graph.kind == IRI and group.graph.text.endswith(SMALL_GRAPHS)
        group = None if group.is_select else group.around
    return False


def _assigned(tokens: list[Token]) -> Iterator[str]:
    for one, after in pairwise(tokens):
        if one.upper == "AS" and after.kind == VARIABLE:
            yield after.text


def _runs(tokens: list[Token]) -> Iterator[list[Token]]:
    """The stretches of tokens that are triples, cut at the points between them."""
    run: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.upper in ("FILTER", "BIND"):  # a bracket follows, or (NOT) EXISTS and a group
            while at < len(tokens) and tokens[at].upper not in ("(", "{"):
                at += 1
            if at < len(tokens) and tokens[at].upper == "(":
                at = closing(tokens, at)
        elif token.upper not in (".", "{", "}") and (
            token.kind != WORD or token.upper in _CONSTANTS or token.text[:1] == "@"
        ):
            run.append(token)
            at += 1
            continue
        if run:
            yield run
        run = []
        at += 1
    if run:
        yield run


class _Triples:
    """Reads the triples of one stretch; what it does not understand ends the stretch."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def sign(self) -> str:
        return self.tokens[self.at].upper if self.at < len(self.tokens) else ""

    def all(self) -> Iterator[Pattern]:
        found, subject = self.term()
        yield from found
        if subject != "":
            yield from self.properties(subject)

    def properties(self, subject: str | None) -> Iterator[Pattern]:
        while self.at < len(self.tokens) and self.sign() not in ("]", ")"):
            if self.sign() == ";":
                self.at += 1
                continue
            start = self.at
            predicate = self.verb()
            while self.at < len(self.tokens):
                line = self.tokens[self.at].line
                found, value = self.term()
                yield from found
                if value == "":
                    return
                yield Pattern(subject, predicate, value, line)
                if self.sign() != ",":
                    break
                self.at += 1
            if self.at == start:
                return

    def verb(self) -> str | None:
        token = self.tokens[self.at]
        if token.kind == VARIABLE:
            self.at += 1
            return token.text
        while True:  # a path: steps with / or | between them
            while self.sign() in ("^", "!"):
                self.at += 1
            self.at = (closing(self.tokens, self.at) if self.sign() == "(" else self.at) + 1
            while self.sign() in ("?", "*", "+"):
                self.at += 1
            if self.sign() not in ("/", "|"):
                return None
            self.at += 1

    def term(self) -> tuple[list[Pattern], str | None]:
        """A term, with the patterns inside it: a variable, None for a constant, "" for neither."""
        if self.at >= len(self.tokens):
            return [], ""
        token = self.tokens[self.at]
        if token.upper in ("[", "("):
            end = closing(self.tokens, self.at)
            inner = _Triples(self.tokens[self.at + 1 : end])
            self.at = end + 1
            if token.upper == "[":
                name = f"[{token.start}]"
                return list(inner.properties(name)), name
            return [], None  # a list: its own statements have constants in them
        if token.upper in ("+", "-"):
            self.at += 1
            token = self.tokens[min(self.at, len(self.tokens) - 1)]
        if token.kind not in _TERMS and token.upper not in _CONSTANTS:
            return [], ""
        self.at += 1
        if self.sign() == "^^":
            self.at += 2
        elif self.at < len(self.tokens) and self.tokens[self.at].text[:1] == "@":
            self.at += 1
        if token.kind == BLANK:
            return [], token.text
        return [], token.text if token.kind == VARIABLE else None
