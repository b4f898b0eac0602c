"""What stands where in a SPARQL query: its groups, sub-SELECTs, VALUES and new names.

A variable has a value in a group only if something in that group gives it one: a FILTER
in a group of its own does not see what stands around it, and a sub-SELECT sees nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphkit.library.checking.sparql_tokens import (
    IRI,
    VARIABLE,
    WORD,
    Token,
    tokens_of,
)

_CLOSING = {"{": "}", "(": ")", "[": "]"}
_SEES_AROUND = frozenset({"OPTIONAL", "EXISTS"})
"""Groups whose filters see the variables of the group around them."""
_APART = frozenset({"MINUS", "EXISTS"})
"""Groups that give nothing to the group around them."""


@dataclass(frozen=True)
class Values:
    """A block that lists values: `rows` of tokens, one for each of `variables`."""

    variables: tuple[str, ...]
    rows: tuple[tuple[tuple[Token, ...], ...], ...]
    line: int


@dataclass(eq=False)
class Group:
    """What stands between braces, or, without `around`, the whole query.

    `kind` is the word before the brace (OPTIONAL, MINUS, EXISTS, GRAPH …), or else SELECT for
    a sub-SELECT, or empty. `tokens` are those of no inner group, with whether round or
    square brackets are open around them; an inner group leaves its braces among them.
    """

    kind: str
    around: Group | None = None
    graph: Token | None = None
    tokens: list[tuple[Token, bool]] = field(default_factory=list)
    inner: list[Group] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)

    @property
    def is_select(self) -> bool:
        """Whether it is a query of its own, with a clause that says what it gives."""
        return self.around is None or self.kind == "SELECT"

    @property
    def select(self) -> Group:
        """The query or sub-SELECT that it belongs to."""
        return self if self.around is None or self.is_select else self.around.select

    def all(self) -> Iterator[Group]:
        """The group and all within it, from the outside in."""
        yield self
        for one in self.inner:
            yield from one.all()

    def of_select(self) -> Iterator[Group]:
        """The group and all within it, but for what belongs to sub-SELECTs."""
        yield self
        for one in self.inner:
            if not one.is_select:
                yield from one.of_select()

    @property
    def projected(self) -> frozenset[str]:
        """What a sub-SELECT gives: all the variables in its clause, or `*`."""
        clause = []
        for token, _ in self.tokens:
            if token.upper in ("{", "WHERE"):
                break
            clause.append(token)
        return frozenset(one.text for one in clause if one.kind == VARIABLE or one.upper == "*")

    def lists(self, name: str) -> bool:
        """Whether a variable gets its values in this group, by VALUES somewhere in it."""
        if self.is_select and self.around is not None and not {name, "*"} & self.projected:
            return False
        return any(name in one.variables for one in self.values) or any(
            one.lists(name) for one in self.inner if one.kind not in _APART
        )

    def sees(self, name: str) -> bool:
        """Whether a filter in this group sees the values that VALUES gives a variable."""
        if self.is_select:  # the clause sees what the pattern gives
            return any(name in one.variables for one in self.values) or any(
                one.lists(name) for one in self.inner
            )
        if self.lists(name):
            return True
        return self.kind in _SEES_AROUND and self.around is not None and self.around.sees(name)

    def joins(self, name: str) -> bool:
        """Whether a pattern in this group is joined with the values of a variable."""
        if self.sees(name):
            return True
        return not self.is_select and self.around is not None and self.around.joins(name)


@dataclass(frozen=True)
class Query:
    """A SPARQL text taken apart.

    `new` has, by variable, the expressions of `(… AS ?variable)`; `prefixes` the namespaces.

    >>> query = read("SELECT (COUNT(?s) AS ?n) { VALUES ?_x { 1 } { SELECT ?s { ?s ?p ?_x } } }")
    >>> [group.kind for group in query.top.all()]
    ['', '', 'SELECT', '']
    >>> list(query.new), query.top.sees("_x"), query.top.inner[0].inner[0].sees("_x")
    (['n'], True, False)
    """

    tokens: tuple[Token, ...]
    top: Group
    prefixes: Mapping[str, str]
    new: Mapping[str, tuple[tuple[Token, ...], ...]]

    @property
    def body(self) -> tuple[Token, ...]:
        """The tokens without those of PREFIX and BASE."""
        tokens, at = self.tokens, 0
        while at < len(tokens) and tokens[at].upper in ("PREFIX", "BASE"):
            at += 3 if tokens[at].upper == "PREFIX" else 2
        return tokens[at:]

    @property
    def order(self) -> list[tuple[str | None, bool]] | None:
        """What ORDER BY names: variables (None for an expression) and whether they fall."""
        tokens = [token for token, _ in self.top.tokens]
        for at, token in enumerate(tokens[:-1]):
            if token.upper == "ORDER" and tokens[at + 1].upper == "BY":
                return list(_conditions(tokens[at + 2 :]))
        return None


def read(text: str) -> Query:
    """Take a query apart. A text that is no SPARQL gives something, but never an error."""
    tokens = tokens_of(text)
    prefixes = {
        tokens[at + 1].text[:-1]: tokens[at + 2].text
        for at in range(len(tokens) - 2)
        if tokens[at].upper == "PREFIX" and tokens[at + 2].kind == IRI
    }
    return Query(tuple(tokens), _groups(tokens), prefixes, _new(tokens))


def closing(tokens: list[Token], at: int) -> int:
    """Where the bracket that opens at a place is closed; the end where it is not."""
    depth = 0
    for place in range(at, len(tokens)):
        if tokens[place].upper in _CLOSING:
            depth += 1
        elif tokens[place].upper in _CLOSING.values():
            depth -= 1
            if depth == 0:
                return place
    return len(tokens)


def _groups(tokens: list[Token]) -> Group:
    top = group = Group("")
    depths = [0]
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.upper == "VALUES":
            at, values = _values(tokens, at)
            group.values.append(values)
            continue
        if token.upper == "{":
            group.tokens.append((token, depths[-1] > 0))
            inner = _opened(tokens, at, group)
            group.inner.append(inner)
            group = inner
            depths.append(0)
        elif token.upper == "}":
            group = group.around or group
            depths = depths[:-1] or [0]
            group.tokens.append((token, depths[-1] > 0))
        else:
            depths[-1] -= token.upper in (")", "]")
            group.tokens.append((token, depths[-1] > 0))
            depths[-1] += token.upper in ("(", "[")
        at += 1
    return top


def _opened(tokens: list[Token], at: int, around: Group) -> Group:
    if at + 1 < len(tokens) and tokens[at + 1].upper == "SELECT":
        return Group("SELECT", around)
    before = tokens[at - 1] if at else None
    if at > 1 and tokens[at - 2].upper == "GRAPH":
        return Group("GRAPH", around, graph=before)
    return Group(before.upper if before and before.kind == WORD else "", around)


def _values(tokens: list[Token], at: int) -> tuple[int, Values]:
    """The place behind a VALUES block, and the block."""
    line = tokens[at].line
    start = at + 1
    while start < len(tokens) and tokens[start].upper != "{":
        start += 1
    names = tuple(one.text for one in tokens[at + 1 : start] if one.kind == VARIABLE)
    end = closing(tokens, start)
    cells = list(_cells(tokens[start + 1 : end]))
    width = max(len(names), 1)
    rows = tuple(tuple(cells[n : n + width]) for n in range(0, len(cells), width))
    return end + 1, Values(names, rows, line)


def _cells(tokens: list[Token]) -> Iterator[tuple[Token, ...]]:
    """The values in a VALUES block; a literal has its language or datatype with it."""
    at = 0
    while at < len(tokens):
        if tokens[at].upper in ("(", ")"):
            at += 1
            continue
        end = at + 1
        if tokens[at].upper in ("+", "-"):
            end += 1
        if end < len(tokens) and tokens[end].upper == "^^":
            end += 2
        elif end < len(tokens) and tokens[end].text[:1] == "@" and tokens[end].kind == WORD:
            end += 1
        yield tuple(tokens[at:end])
        at = end


def _new(tokens: list[Token]) -> dict[str, tuple[tuple[Token, ...], ...]]:
    found: dict[str, tuple[tuple[Token, ...], ...]] = {}
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.upper == "(":
            opened.append(at)
        elif token.upper == ")" and opened:
            start = opened.pop()
            inside = tokens[start + 1 : at]
            if len(inside) > 2 and inside[-2].upper == "AS" and inside[-1].kind == VARIABLE:
                name = inside[-1].text
                found[name] = (*found.get(name, ()), tuple(inside[:-2]))
    return found


def _conditions(tokens: list[Token]) -> Iterator[tuple[str | None, bool]]:
    at = 0
    while at < len(tokens) and tokens[at].upper not in ("LIMIT", "OFFSET", "VALUES"):
        token, falls = tokens[at], False
        if token.upper in ("ASC", "DESC"):
            falls = token.upper == "DESC"
            at += 1
        if token.kind == VARIABLE:
            yield token.text, falls
            at += 1
            continue
        while at < len(tokens) and tokens[at].upper != "(":  # the name of a function
            at += 1
        end = closing(tokens, at)
        inside = tokens[at + 1 : end]
        alone = len(inside) == 1 and inside[0].kind == VARIABLE and token.upper in ("ASC", "DESC")
        yield (inside[0].text if alone else None), falls
        at = end + 1
