"""Conditions that the engine misses in the maps of patterns, moved to where it heeds them.

`(s:Assessment {id: a.assessment})` finds nothing where `a` is a relationship or is bound in the
same MATCH; `WHERE s.id = a.assessment` finds what Neo4j finds.
"""

from __future__ import annotations

from graphkit.embedded.dialect import CLAUSES, KEYWORDS
from graphkit.embedded.statement import CLOSING, OPENING, Statement
from graphkit.embedded.tokens import PARAMETER
from graphkit.errors import UsageError

_PATTERNS = frozenset({"EXISTS", "COUNT"})
_NO_FUNCTIONS = KEYWORDS - {"COUNT", "COLLECT", "ALL", "ANY", "NONE", "SINGLE"}
_LABEL_SIGNS = frozenset({":", "|", "&", "!", "%", "(", ")"})
_ENDS = (CLAUSES | {"YIELD"}) - {"STARTS"}


def conditions_in_where(statement: Statement) -> str:
    """The text of a statement, with every such condition in the WHERE of its pattern.

    Raises UsageError where the pattern has no WHERE of its own to take it.

    >>> conditions_in_where(Statement("MATCH ()-[a]->() MATCH (:S {id: a.s, n: 1}) RETURN 1"))
    'MATCH ()-[a]->() MATCH (gk_0:S {n: 1}) WHERE gk_0.id = a.s RETURN 1'
    """
    return _Rewriting(statement).run()


class _Rewriting:
    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.names = {token.text for token in statement.tokens}
        self.edits: list[tuple[int, int, str]] = []
        """Start and end of what is replaced, and by what."""
        self.conditions: dict[int, list[str]] = {}
        """Conditions by the token before which their pattern ends."""
        self.wheres: dict[int, int | None] = {}

    def run(self) -> str:
        opened: list[int] = []
        for at in range(len(self.statement.tokens)):
            sign = self.statement.sign(at)
            if sign == "{" and opened and self.is_pattern_map(opened[-1], at):
                self.take(opened, at)
            if sign in OPENING:
                opened.append(at)
            elif sign in CLOSING and opened:
                opened.pop()
        for end, found in self.conditions.items():
            self.write(end, self.wheres[end], " AND ".join(found))
        text = self.statement.text
        for start, stop, new in sorted(self.edits, key=lambda edit: edit[:2], reverse=True):
            text = text[:start] + new + text[stop:]
        return text

    def is_pattern_map(self, opened: int, at: int) -> bool:
        """Whether a brace holds the properties of the node or relationship around it."""
        the = self.statement
        if the.sign(opened) == "[":
            return the.sign(opened - 1) in ("-", "<-") and the.closing(at) + 1 == the.closing(
                opened
            )
        if the.sign(opened) != "(" or (
            opened and the.tokens[opened - 1].is_name and the.word(opened - 1) not in _NO_FUNCTIONS
        ):
            return False
        between = range(opened + 1, at)
        return the.sign(the.closing(at) + 1) == ")" and all(
            the.tokens[place].is_name or the.sign(place) in _LABEL_SIGNS for place in between
        )

    def take(self, opened: list[int], at: int) -> None:
        """Move the entries of one map that name a variable's keys or reckon with variables."""
        the, element = self.statement, opened[-1]
        kept: list[tuple[int, int]] = []
        moved: list[tuple[int, int]] = []
        for first, last in self.entries(at):
            (moved if self.reads(first + 2, last) else kept).append((first, last))
        if not moved:
            return
        first = moved[0][0]
        if not the.tokens[first].is_name or the.sign(first + 1) != ":":
            raise self.refusal(at, "")
        name = self.name(element, at)
        written = [
            f"{name}.{self.source(one, one)} = {self.operand(one + 2, last)}" for one, last in moved
        ]
        if any(the.sign(place) in ("*", "..") for place in range(element + 1, at)):
            raise self.refusal(at, written[0])
        end, where = self.clause(opened, written[0])
        self.conditions.setdefault(end, []).extend(written)
        self.wheres[end] = where
        left = ", ".join(self.source(one, last) for one, last in kept)
        start, stop = the.tokens[at].start, the.tokens[the.closing(at)].end
        self.edits.append((start, stop, f"{{{left}}}" if left else ""))

    def entries(self, at: int) -> list[tuple[int, int]]:
        """First and last token of each entry of a map."""
        the, found, depth, first = self.statement, [], 0, at + 1
        for place in range(at + 1, the.closing(at) + 1):
            sign = the.sign(place)
            if not depth and sign in (",", "}"):
                if place > first:
                    found.append((first, place - 1))
                first = place + 1
            depth += (sign in OPENING) - (sign in CLOSING)
        return found

    def reads(self, first: int, last: int) -> bool:
        """Whether a value is more than a constant, a parameter or one name."""
        the = self.statement
        if first >= last:
            return False
        return any(
            the.tokens[place].is_name
            and the.sign(place - 1) != "."
            and the.sign(place + 1) != "("
            and the.tokens[place].upper not in ("TRUE", "FALSE", "NULL")
            and not (the.sign(place + 1) == ":" and the.sign(place - 1) in ("{", ","))
            for place in range(first, last + 1)
            if the.tokens[place].kind != PARAMETER
        )

    def name(self, element: int, at: int) -> str:
        """The variable of the element; a new one where it has none."""
        the = self.statement
        if element + 1 < at and the.tokens[element + 1].is_name:
            return self.source(element + 1, element + 1)
        number = 0
        while (name := f"gk_{number}") in self.names:
            number += 1
        self.names.add(name)
        self.edits.append((the.tokens[element].end, the.tokens[element].end, name))
        for place in range(len(the.tokens)):
            before = the.word(place - (2 if the.word(place - 1) == "DISTINCT" else 1))
            if the.sign(place) == "*" and before in ("RETURN", "WITH"):
                raise self.refusal(at, "")
        return name

    def clause(self, opened: list[int], condition: str) -> tuple[int, int | None]:
        """The token before which the clause of a pattern ends, and its WHERE."""
        the, element = self.statement, opened[-1]
        outer = opened[-2] if len(opened) > 1 else -1
        closed = the.closing(outer) if outer >= 0 else len(the.tokens)
        place, depth = element - 1, 0
        while place > outer:
            sign = the.sign(place)
            depth += (sign in CLOSING) - (sign in OPENING)
            if not depth and (the.word(place) in _ENDS or the.word(place) == "WHERE"):
                break
            if not depth and sign == "|":  # behind the pattern of a comprehension
                raise self.refusal(element, condition)
            place -= 1
        comprehension = outer >= 0 and place == outer and the.sign(outer) == "["
        within = place == outer >= 0 and the.sign(outer) == "{"
        bare = within and the.word(outer - 1) in _PATTERNS
        if not (comprehension or bare or (place > outer and the.word(place) == "MATCH")):
            raise self.refusal(element, condition)
        where, place = None, the.closing(element)
        while (place := place + 1) < closed:
            word, sign = the.word(place), the.sign(place)
            if sign in OPENING:
                place = the.closing(place)
            elif word == "WHERE":
                where = place
            elif comprehension and sign == "|":
                return place, where
            elif word in _ENDS and not (
                word == "WITH" and the.word(place - 1) in ("STARTS", "ENDS")
            ):
                break
        if comprehension:  # a list, or a comprehension without a value
            raise self.refusal(element, condition)
        return min(place, closed), where

    def write(self, end: int, where: int | None, condition: str) -> None:
        tokens = self.statement.tokens
        stop = tokens[end - 1].end
        if where is None:
            self.edits.append((stop, stop, f" WHERE {condition}"))
            return
        behind = tokens[where].end
        self.edits.append((behind, behind, f" {condition} AND ("))
        self.edits.append((stop, stop, ")"))

    def operand(self, first: int, last: int) -> str:
        written = self.source(first, last)
        simple = last - first == 2 and self.statement.sign(first + 1) == "."
        return written if simple else f"({written})"

    def source(self, first: int, last: int) -> str:
        tokens = self.statement.tokens
        return self.statement.text[tokens[first].start : tokens[last].end]

    def refusal(self, at: int, condition: str) -> UsageError:
        return UsageError(
            "the embedded engine would answer this differently from Neo4j: a value in the map of "
            f"a pattern that reads a variable may find nothing ({self.statement.where(at)})",
            hint=f"write the condition into WHERE{f': {condition}' if condition else ''}, or run "
            "it on a server: --engine neo4j",
        )
