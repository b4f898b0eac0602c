"""What is refused before the embedded engine sees it.

Writing, reading files, calling out; and whatever the engine is known to answer
differently from Neo4j (decisions/0013 has the measurements): a refusal with a
reason is better than a wrong answer. Only tokens count, never substrings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphkit.embedded.dialect import (
    ADMINISTERS,
    CLAUSES,
    ELSEWHERE,
    FOREIGN,
    FUNCTIONS,
    KEYWORDS,
    MADE_UP_KEYS,
    STARTS,
    WRITES,
)
from graphkit.embedded.keys import Keys
from graphkit.embedded.rewriting import conditions_in_where
from graphkit.embedded.statement import CLOSING, OPENING, Statement
from graphkit.embedded.tokens import NUMBER, PARAMETER, QUOTED, STRING, without_comments
from graphkit.embedded.unlike import check_values
from graphkit.errors import UsageError

MAX_QUERY = 1_000_000
MAX_DEPTH = 100
ON_A_SERVER = "run it on a server: --engine neo4j"
_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_SHORTEST = ("shortestpath", "allshortestpaths")
_TEXT_COMPARISONS = frozenset({"IN", "STARTS", "ENDS", "CONTAINS"})


@dataclass(frozen=True)
class Checked:
    """A statement that may run: its text as the engine takes it, and its parameters.

    `sorts_columns` tells that the columns have to be put in the order of their names.
    """

    text: str
    parameters: Mapping[str, Any]
    sorts_columns: bool = False


def check(text: str, parameters: Mapping[str, Any], keys: Keys | None = None) -> Checked:
    """A statement that only reads and that the engine answers as Neo4j does.

    Raises UsageError, saying why and where, for every other.

    >>> check("MATCH (n) RETURN count(n) AS n // all", {}).text.rstrip()
    'MATCH (n) RETURN count(n) AS n'
    >>> check("MATCH (n) SET n.a = 1", {})
    Traceback (most recent call last):
    graphkit.errors.UsageError: SET (line 1, column 11) would change the graph; it is only read here
    """
    return _Check(text, parameters, keys or Keys()).run()


class _Check(Statement):
    """One statement under examination."""

    def __init__(self, text: str, parameters: Mapping[str, Any], keys: Keys) -> None:
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise UsageError("the query cannot be read: it is not UTF-8")
        if len(text) > MAX_QUERY:
            raise UsageError(f"the query is longer than {MAX_QUERY:,} characters")
        super().__init__(text)
        self.parameters = parameters
        self.keys = keys

    def run(self) -> Checked:
        while self.tokens and self.tokens[-1].text == ";" and self.tokens[-1].kind != STRING:
            self.tokens.pop()
        if not self.tokens:
            raise UsageError("the query is empty", hint="for example: MATCH (n) RETURN count(n)")
        self.check_depth()
        self.check_parameters()
        for at in range(len(self.tokens)):
            self.check_token(at)
        self.check_start()
        self.check_shortest_paths()
        check_values(self)
        sorts = self.check_star()
        self.text = self.text[: self.tokens[-1].end]
        return Checked(without_comments(conditions_in_where(self)), self.parameters, sorts)

    def differs(self, at: int, why: str, instead: str = "") -> UsageError:
        hint = f"{instead}, or {ON_A_SERVER}" if instead else ON_A_SERVER
        return UsageError(
            "the embedded engine would answer this differently from Neo4j: "
            f"{why} ({self.where(at)})",
            hint=hint,
        )

    # ---- the whole ----

    def check_depth(self) -> None:
        depth = 0
        for at in range(len(self.tokens)):
            depth += (self.sign(at) in OPENING) - (self.sign(at) in CLOSING)
            if depth > MAX_DEPTH:
                raise UsageError(f"the query is nested deeper than {MAX_DEPTH} brackets")

    def check_parameters(self) -> None:
        wanted = dict.fromkeys(t.text for t in self.tokens if t.kind == PARAMETER)
        for name in wanted:
            if name not in self.parameters:
                raise UsageError(f"the query needs a value for ${name}", hint=f"-p {name}=…")
        for name in self.parameters:
            if name not in wanted:
                has = ", ".join(f"${one}" for one in wanted) or "none"
                raise UsageError(f"the query has no parameter ${name}", hint=f"it has: {has}")

    def check_start(self) -> None:
        if self.word(0) not in STARTS:
            raise UsageError(
                f"the query cannot be read: {self.where(0)}: no query begins with "
                f"{self.tokens[0].text[:40]!r}",
                hint=f"it begins with one of {', '.join(sorted(STARTS))}",
            )

    def check_star(self) -> bool:
        """Whether the columns have to be sorted: `RETURN *` gives them by name in Neo4j."""
        words = [self.word(at) for at in range(len(self.tokens))]
        outer = [
            at
            for at, word in enumerate(words)
            if word == "RETURN"
            and not self.depth_at(at)
            and self.sign(self.after_distinct(at)) == "*"
        ]
        if not outer:
            return False
        if "UNION" in words or self.sign(self.after_distinct(outer[-1]) + 1) == ",":
            raise self.differs(outer[-1], "RETURN * orders its columns by name", "name the columns")
        return True

    def after_distinct(self, at: int) -> int:
        return at + 2 if self.word(at + 1) == "DISTINCT" else at + 1

    # ---- one token ----

    def check_token(self, at: int) -> None:
        token, word = self.tokens[at], self.word(at)
        if token.kind not in (STRING, QUOTED) and token.text == ";":
            raise UsageError(f"more than one statement ({self.where(at)})", hint="give one")
        if word in ELSEWHERE and not self.sign(at + 1) == "(" and self.sign(at + 1) != ".":
            raise UsageError(f"{word} ({self.where(at)}) is not run here: {ELSEWHERE[word]}")
        writes = word in WRITES or (word in ADMINISTERS and not at)
        if writes and not (word == "SET" and self.sign(at + 1) == "="):
            raise UsageError(
                f"{word} ({self.where(at)}) would change the graph; it is only read here"
            )
        if word == "CALL" and self.sign(at + 1) not in ("{", "("):
            raise UsageError(f"procedures are not called here ({self.where(at)})", hint=ON_A_SERVER)
        if word in FOREIGN and self.begins_clause(at):
            raise self.differs(at, f"{word} is none of Neo4j's clauses")
        if self.sign(at + 1) == "(" and token.is_name:
            self.check_function(at)
        if self.sign(at) == "." and at + 1 < len(self.tokens):
            self.check_key(at + 1)
        if self.sign(at) == "{" and at and self.holds_keys(at):
            self.check_map_keys(at)
        if self.sign(at) == "[" and self.is_lookup(at):
            self.check_lookup(at)
        if self.sign(at) == "=~":
            self.check_regex(at)
        if self.sign(at) == "*":
            self.check_length(at)
        if self.sign(at) in ("+", "-", "/"):
            self.check_arithmetic(at)
        if self.sign(at) in _COMPARISONS or word in _TEXT_COMPARISONS:
            self.check_comparison(at)

    def begins_clause(self, at: int) -> bool:
        """Whether a word stands where a clause may begin, and not a variable."""
        following = self.sign(at + 1)
        return following not in ("", ".", ",", ")", "]", "}", "=", ":") and (
            not at or self.sign(at - 1) not in ("(", "[", ",", "=", "<", ">", "+", "-", "*", "/")
        )

    def check_function(self, at: int) -> None:
        """Only functions that have been found to answer as Neo4j's do are called."""
        first = at
        while self.sign(first - 1) == "." and first >= 2 and self.tokens[first - 2].is_name:
            first -= 2
        name = ".".join(self.tokens[place].text for place in range(first, at + 1, 2)).lower()
        if first == at and self.tokens[at].upper in KEYWORDS:
            if self.tokens[at].upper == "EXISTS":
                raise self.differs(at, "exists() is gone from Neo4j", "write EXISTS { … }")
            return
        self.check_numbers(name, at)
        if why := FUNCTIONS.get(name):
            raise self.differs(at, *why)
        if name not in FUNCTIONS:
            raise UsageError(
                f"{name}() ({self.where(at)}) is no function that the embedded engine is known to "
                "answer as Neo4j does",
                hint=ON_A_SERVER,
            )

    def check_numbers(self, name: str, at: int) -> None:
        """Numbers with a point become another text, and halves below zero are rounded away."""
        inside = self.tokens[at + 2 : self.closing(at + 1)]
        number = inside[0].text if len(inside) == 1 and inside[0].kind == NUMBER else ""
        if len(inside) == 3 and self.sign(at + 3) == "." and inside[2].text in self.keys.floats:
            number = f"{inside[2].text}."
        if name == "tostring" and any(sign in number for sign in ".eE"):
            raise self.differs(
                at, "large and small numbers with a point become another text", "return the number"
            )
        if name == "round" and self.sign(at + 2) == "-":
            raise self.differs(at, "halves below zero are rounded the other way")

    def check_arithmetic(self, at: int) -> None:
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        number = following.text if following and following.kind == NUMBER else "1"
        if self.sign(at) == "/" and not number.strip("0."):
            raise self.differs(at, "a division by zero is null")
        if self.sign(at) == "+" and "NULL" in (self.word(at - 1), self.word(at + 1)):
            raise self.differs(at, "null added to a list makes it longer")
        key = self.tokens[at - 1].text if self.sign(at - 2) == "." else ""
        if key in self.keys.moments and following and following.kind in (NUMBER, STRING):
            why = f"{key} is a date, to which Neo4j adds only durations"
            raise self.differs(at, why, "write duration({days: 1})")

    def check_key(self, at: int) -> None:
        token = self.tokens[at]
        if not token.is_name or token.text not in MADE_UP_KEYS:
            return
        if at >= 2 and self.tokens[at - 2].kind == PARAMETER:
            return
        if self.sign(at + 1) == "(":  # the name of a function
            return
        raise self.differs(
            at,
            f"it makes up a value for the key {token.text}, which nothing in the graph has",
            "use labels(n), type(r), startNode(r), endNode(r), or another name for a key of "
            "your own map",
        )

    def holds_keys(self, at: int) -> bool:
        """Whether a brace opens the properties of a pattern."""
        before = self.tokens[at - 1]
        if before.is_name:
            return self.word(at - 1) not in KEYWORDS
        return self.sign(at - 1) == "(" and not (at >= 2 and self.tokens[at - 2].is_name)

    def check_map_keys(self, at: int) -> None:
        if not self.is_pattern(at):
            return
        depth = 0
        for place in range(at, self.closing(at)):
            depth += (self.sign(place) in OPENING) - (self.sign(place) in CLOSING)
            key = self.tokens[place]
            if depth != 1 or not key.is_name or self.sign(place + 1) != ":":
                continue
            if key.text in MADE_UP_KEYS:
                raise self.differs(
                    place,
                    f"it makes up a value for the key {key.text}, which nothing in the graph has",
                )
            if key.text in self.keys.moments and self.is_text(place + 2):
                self.refuse_text_for_date(place, key.text)

    def is_pattern(self, at: int) -> bool:
        """Whether a brace after a name stands in a pattern and in no map projection."""
        if self.sign(at - 1) == "(":
            return True
        first = at - 1
        while self.sign(first - 1) in (":", "|", "&") and first >= 1:
            first -= 2 if first >= 2 and self.tokens[first - 2].is_name else 1
        if first < at - 1:  # a label stands before it
            return True
        if self.sign(first - 1) == "[":
            return True
        called = first >= 2 and self.tokens[first - 2].text.lower() in FUNCTIONS
        return self.sign(first - 1) == "(" and not called

    def is_lookup(self, at: int) -> bool:
        """Whether a square bracket looks something up in what stands before it."""
        if not at:
            return False
        before = self.tokens[at - 1]
        if before.kind == PARAMETER or self.sign(at - 1) in (")", "]", "}"):
            return True
        return before.is_name and self.word(at - 1) not in KEYWORDS

    def check_lookup(self, at: int) -> None:
        if self.sign(at + 2) != "]" or self.tokens[at - 1].kind == PARAMETER:
            return
        key = self.tokens[at + 1]
        value = key.text if key.kind == STRING else None
        if key.kind == PARAMETER:
            value = self.parameters.get(key.text)
        if isinstance(value, str) and value in MADE_UP_KEYS:
            raise self.differs(
                at, f"it makes up a value for the key {value}, which nothing in the graph has"
            )

    def check_regex(self, at: int) -> None:
        if at + 1 >= len(self.tokens):
            return
        token = self.tokens[at + 1]
        value = token.text if token.kind == STRING else None
        if token.kind == PARAMETER:
            value = self.parameters[token.text]
        if not isinstance(value, str):
            return
        flags = value[2 : value.find(")")] if value.startswith("(?") else ""
        if "i" in flags and "u" not in flags and not value.isascii():
            raise self.differs(
                at,
                "without (?u), Neo4j ignores the case of ASCII letters only",
                "write (?iu)",
            )

    def check_length(self, at: int) -> None:
        """Paths of any length are followed for ten steps only, but for shortest ones."""
        opened = [place for place in range(at) if self.closing(place) >= at] if at else []
        opened = [place for place in opened if self.sign(place) in OPENING]
        if not opened or self.sign(opened[-1]) != "[" or self.sign(opened[-1] - 1)[-1:] != "-":
            return
        after = at + 1
        if self.kind(after) == NUMBER and self.sign(after + 1) != "..":
            return
        after += self.kind(after) == NUMBER
        if self.sign(after) == ".." and self.kind(after + 1) == NUMBER:
            return
        if any(self.sign(place - 1).lower() in _SHORTEST for place in opened):
            return
        raise self.differs(
            at, "a path of any length is followed for ten steps", "give the longest, as in *1..20"
        )

    def check_comparison(self, at: int) -> None:
        """Dates are compared to dates: to a string, Neo4j finds them neither equal nor ordered."""
        left = self.sign(at - 2) == "." and self.tokens[at - 1].text in self.keys.moments
        if self.makes_a_date(at - 1) and self.is_text(at + 1):
            self.refuse_text_for_date(at, "what stands before it")
        if left and (self.is_text(at + 1) or self.word(at) in _TEXT_COMPARISONS - {"IN"}):
            self.refuse_text_for_date(at, self.tokens[at - 1].text)
        if self.sign(at + 2) == "." and at + 3 < len(self.tokens) and self.is_text(at - 1):
            key = self.tokens[at + 3].text
            if key in self.keys.moments and self.sign(at + 4) != ".":
                self.refuse_text_for_date(at, key)

    def makes_a_date(self, at: int) -> bool:
        """Whether a bracket closes a call of date() or datetime()."""
        if self.sign(at) != ")":
            return False
        for first in range(at - 1, 0, -1):
            if self.sign(first) == "(" and self.closing(first) == at:
                return self.tokens[first - 1].text.lower() in ("date", "datetime")
        return False

    def is_text(self, at: int) -> bool:
        if not 0 <= at < len(self.tokens):
            return False
        token = self.tokens[at]
        if token.kind == STRING:
            return True
        if self.sign(at) == "[":
            inside = range(at, min(self.closing(at), len(self.tokens)))
            texts = any(self.tokens[place].kind == STRING for place in inside)
            return texts and not any(self.sign(place) == "(" for place in inside)
        if token.kind != PARAMETER or self.sign(at + 1) in (".", "["):
            return False
        value = self.parameters[token.text]
        return isinstance(value, str) or (
            isinstance(value, list) and any(isinstance(one, str) for one in value)
        )

    def refuse_text_for_date(self, at: int, key: str) -> None:
        raise self.differs(
            at, f"{key} is a date and is compared to a text", "write date('2026-01-31') or date($p)"
        )

    def check_shortest_paths(self) -> None:
        """A condition on a shortest path is part of the search in Neo4j, here it comes after."""
        for at in range(len(self.tokens)):
            if self.sign(at).lower() not in _SHORTEST:
                continue
            if self.sign(at - 1) != "=" or at < 2:
                continue
            name, where = self.tokens[at - 2].text, None
            for place in range(self.closing(at + 1) + 1, len(self.tokens)):
                word = self.word(place)
                if word in CLAUSES:
                    break
                if word == "WHERE":
                    where = place
                if where and self.tokens[place].is_name and self.tokens[place].text == name:
                    raise self.differs(
                        place,
                        f"the condition on the path {name} is part of the search in Neo4j and "
                        "comes after it here",
                        f"move it behind WITH {name} if that is meant",
                    )
