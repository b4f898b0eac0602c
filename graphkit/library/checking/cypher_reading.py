"""What stands where in a Cypher statement: its brackets, its variables and what it returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graphkit.embedded.dialect import KEYWORDS
from graphkit.embedded.statement import CLOSING, OPENING, Statement
from graphkit.embedded.tokens import NUMBER

NODE, RELATIONSHIP, KEYS, PROJECTION, MAP, OTHER = (
    "node", "relationship", "keys", "projection", "map", "other"
)  # fmt: skip
"""Kinds of brackets: patterns, the keys in a pattern, `x {.a}`, `{a: 1}`, and all others."""
_FUNCTIONS = frozenset({"ALL", "ANY", "NONE", "SINGLE", "COUNT", "COLLECT", "EXISTS"})
_BEFORE_NODE = frozenset({"-", "->", "<-", ">", ",", "=", "(", "{", "[", "|"})
_AFTER_NODE = frozenset({"-", "<-", "<"})
_ENDS_RETURN = frozenset({"ORDER", "SKIP", "LIMIT", "UNION", "OFFSET"})
_SORTS = {"ASC": False, "ASCENDING": False, "DESC": True, "DESCENDING": True}

Branch = tuple[tuple[int, int], ...]
"""Which side of which UNIONs a place is on."""


@dataclass
class Variable:
    """A variable in patterns: whether it is a relationship, and its labels (none if untold)."""

    branch: Branch
    is_relationship: bool
    labels: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Item:
    """What RETURN gives: the name of a column, and the place where its expression begins."""

    name: str
    at: int


class Reading(Statement):
    """A statement whose brackets are told apart.

    >>> reading = Reading("MATCH (p:Project {id: 1})-[r]->() RETURN p {.title} AS a, count(r)")
    >>> [kind for kind in reading.kinds.values()]
    ['node', 'keys', 'relationship', 'node', 'projection', 'other']
    >>> [item.name for item in reading.returned[0]]
    ['a', 'count(r)']
    """

    def line(self, at: int) -> int:
        """The line of a place."""
        start = self.tokens[at].start if at < len(self.tokens) else len(self.text)
        return self.text.count("\n", 0, start) + 1

    @cached_property
    def around(self) -> list[int]:
        """For each place the innermost bracket that is open around it, or -1."""
        found, opened = [], [-1]
        for at in range(len(self.tokens)):
            if self.sign(at) in CLOSING and len(opened) > 1:
                opened.pop()
            found.append(opened[-1])
            if self.sign(at) in OPENING:
                opened.append(at)
        return found

    @cached_property
    def kinds(self) -> Mapping[int, str]:
        """The kind of each bracket, by the place where it opens."""
        found: dict[int, str] = {}
        for at in range(len(self.tokens)):
            if self.sign(at) == "(":
                found[at] = NODE if self._is_node(at) else OTHER
            elif self.sign(at) == "[":
                found[at] = RELATIONSHIP if self._is_relationship(at) else OTHER
            elif self.sign(at) == "{":
                found[at] = self._brace(at, found.get(self.around[at], OTHER))
        return found

    def kind_around(self, at: int) -> str:
        """The kind of the innermost bracket around a place."""
        return self.kinds.get(self.around[at], OTHER)

    def _is_name(self, at: int) -> bool:
        """Whether a name stands there, and no keyword."""
        if not 0 <= at < len(self.tokens) or not self.tokens[at].is_name:
            return False
        return self.word(at) not in KEYWORDS or self.word(at) in _FUNCTIONS

    def _is_node(self, at: int) -> bool:
        if self._is_name(at - 1):  # a function
            return False
        end = self.closing(at)
        beside = self.sign(at - 1) in _BEFORE_NODE or self.sign(end + 1) in _AFTER_NODE
        if self.word(at - 1) != "MATCH" and not beside:
            return False
        inside = at + 2 if self._is_name(at + 1) else at + 1
        if self.sign(inside) == "{":
            return self.sign(inside + 1) != "."
        return inside == end or self.sign(inside) == ":" or self.word(inside) == "WHERE"

    def _is_relationship(self, at: int) -> bool:
        if self.sign(at - 1) not in ("-", "<-"):
            return False
        inside = at + 2 if self._is_name(at + 1) else at + 1
        return self.sign(inside) in ("]", ":", "*", "{") or self.word(inside) == "WHERE"

    def _brace(self, at: int, around: str) -> str:
        if around in (NODE, RELATIONSHIP):
            return KEYS
        if self.word(at - 1) in ("EXISTS", "COUNT", "COLLECT", "CALL"):
            return OTHER
        if self.sign(at - 1) == ")" and self._closes_call(at - 1):
            return OTHER
        if self.kind(at + 1) == NUMBER or self.sign(at + 1) == ",":  # how often, as in {1,3}
            return OTHER
        return PROJECTION if self._is_name(at - 1) else MAP

    def _closes_call(self, at: int) -> bool:
        """Whether a bracket closes the variables of `CALL (x) { … }`."""
        return any(
            self.word(place - 1) == "CALL" and self.closing(place) == at
            for place in range(at)
            if self.sign(place) == "("
        )

    def branch(self, at: int) -> Branch:
        """Which side of which UNIONs a place is on; those around it count."""
        opened, place = {-1}, self.around[at]
        while place >= 0:
            opened.add(place)
            place = self.around[place]
        counts: dict[int, int] = {}
        for union in self._unions:
            if self.around[union] in opened:
                counts[self.around[union]] = counts.get(self.around[union], 0) + (union < at)
        return tuple(sorted(counts.items()))

    @cached_property
    def _unions(self) -> list[int]:
        return [at for at in range(len(self.tokens)) if self.word(at) == "UNION"]

    @cached_property
    def variables(self) -> Mapping[str, list[Variable]]:
        """The variables of patterns, one for each branch in which they stand."""
        found: dict[str, list[Variable]] = {}
        for at, kind in self.kinds.items():
            if kind not in (NODE, RELATIONSHIP) or not self._is_name(at + 1):
                continue
            branch = self.branch(at)
            known = found.setdefault(self.tokens[at + 1].text, [])
            one = next((one for one in known if one.branch == branch), None)
            if one is None:
                one = Variable(branch, kind == RELATIONSHIP)
                known.append(one)
            one.is_relationship |= kind == RELATIONSHIP
            one.labels.update(self.tokens[place].text for place in self.names_after(at + 2))
        return found

    @cached_property
    def assigned(self) -> frozenset[str]:
        """Variables that AS, IN, `p = (…)` and the like give a value to."""
        last = self._returns[-1] if self._returns else len(self.tokens)
        return frozenset(
            self.tokens[at].text
            for at in range(len(self.tokens))
            if self._is_name(at)
            and (
                (self.word(at - 1) == "AS" and (at < last or self.around[at] >= 0))
                or (self.word(at + 1) == "IN" and self.sign(at - 1) in ("(", "[", ","))
                or (self.sign(at + 1) == "=" and self.sign(at - 1) in ("(", ","))
            )
        )

    def names_after(self, at: int) -> Iterator[int]:
        """Places of the labels or types in an expression that begins with a colon."""
        if self.sign(at) != ":":
            return
        in_list = self.kind_around(at) == OTHER and self.sign(self.around[at]) == "["
        depth = 0
        while self.sign(at) in (":", "|", "&", "!", "(", ")"):
            if self.sign(at) == "|" and in_list:  # what follows is the list's own expression
                return
            depth += (self.sign(at) == "(") - (self.sign(at) == ")")
            if depth < 0:
                return
            at += 1
            if at < len(self.tokens) and self.tokens[at].is_name:
                yield at
                at += 1

    @cached_property
    def _returns(self) -> list[int]:
        return [
            at
            for at in range(len(self.tokens))
            if self.word(at) == "RETURN" and self.around[at] == -1
        ]

    @cached_property
    def returned(self) -> list[list[Item]]:
        """What each RETURN of the statement itself gives; UNION joins several."""
        return [list(self._items(at)) for at in self._returns]

    def _items(self, at: int) -> Iterator[Item]:
        at += 2 if self.word(at + 1) == "DISTINCT" else 1
        first = at
        while first < len(self.tokens):
            end = self._end_of_item(first)
            if end == first:
                return
            if self.word(end - 2) == "AS" or (end - first == 1 and self.tokens[first].is_name):
                name = self.tokens[end - 1].text
            else:
                name = self.text[self.tokens[first].start : self.tokens[end - 1].end]
            yield Item(name, first)
            if self.sign(end) != ",":
                return
            first = end + 1

    def _end_of_item(self, at: int) -> int:
        while at < len(self.tokens) and not (
            self.around[at] == -1 and (self.sign(at) in (",", ";") or self.word(at) in _ENDS_RETURN)
        ):
            at += 1
        return at

    @property
    def order(self) -> list[tuple[str | None, bool]] | None:
        """What the last ORDER BY names: columns (None for an expression), whether they fall."""
        start = self._returns[-1] if self._returns else 0
        for at in range(start, len(self.tokens)):
            if self.word(at) == "ORDER" and self.around[at] == -1:
                return list(self._conditions(at + 2))
        return None

    def _conditions(self, at: int) -> Iterator[tuple[str | None, bool]]:
        while at < len(self.tokens):
            end = self._end_of_item(at)
            falls = _SORTS.get(self.word(end - 1))
            alone = end - at == (1 if falls is None else 2) and self.tokens[at].is_name
            yield (self.tokens[at].text if alone else None), bool(falls)
            if self.sign(end) != ",":
                return
            at = end + 1
