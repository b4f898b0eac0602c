"""Values that the engine makes otherwise than Neo4j: projections, escapes, keys of points."""

from __future__ import annotations

import re

from graphkit.embedded.dialect import KEYWORDS
from graphkit.embedded.statement import CLOSING, OPENING, Statement
from graphkit.embedded.tokens import PARAMETER, QUOTED, STRING, Token
from graphkit.errors import UsageError

_ON_A_SERVER = "run it on a server: --engine neo4j"
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_FUNCTIONS = frozenset({"COUNT", "COLLECT", "ALL", "ANY", "NONE", "SINGLE"})
_ENDS_OF_RETURN = frozenset({"ORDER", "SKIP", "LIMIT", "UNION"})
_POINT_KEYS = frozenset({"srid", "crs"})


def check_values(statement: Statement) -> None:
    """Raise UsageError for what would become another value than in Neo4j."""
    nodes: set[str] = set()
    others: set[str] = set()
    for at, token in enumerate(statement.tokens):
        if token.is_name:
            _take_variable(statement, at, nodes, others)
        if token.kind == STRING:
            _check_escapes(statement, at)
        elif token.kind in (PARAMETER, QUOTED) and "`" in _written(statement, token)[2:-1]:
            raise UsageError(f"a backtick in a name ({statement.where(at)}) is not read here")
        elif token.kind == PARAMETER and not re.fullmatch(r"\w+", token.text, re.ASCII):
            raise UsageError(
                f"${token.text} ({statement.where(at)}): the embedded engine reads only parameters "
                "of ASCII letters, digits and underscores",
                hint=f"give it another name, or {_ON_A_SERVER}",
            )
        elif token.kind == PARAMETER and _written(statement, token).startswith("$`"):
            raise UsageError(
                f"${token.text} ({statement.where(at)}): the embedded engine reads no parameter "
                "in backticks",
                hint=f"write ${token.text}",
            )
        elif token.upper and not token.text.isascii():
            raise UsageError(
                f"{token.text} ({statement.where(at)}): the embedded engine reads no names with "
                "letters outside ASCII",
                hint=f"give it another name, or {_ON_A_SERVER}",
            )
        if token.is_name and token.text in _POINT_KEYS and statement.sign(at - 1) == ".":
            raise _differs(statement, at, f"points have no {token.text}", _ON_A_SERVER)
        if _is_projection(statement, at) and (token.text not in nodes or token.text in others):
            raise _differs(
                statement,
                at,
                f"only a node that a pattern names is projected, and {token.text} may be "
                "something else, for which null comes out",
                f"write properties({token.text}), {token.text}.key or a map "
                f"{{key: {token.text}.key}}",
            )

    _check_labels(statement, others)
    _check_columns(statement)


def _check_labels(statement: Statement, others: set[str]) -> None:
    """The engine finds no label on what startNode() and endNode() give."""
    ends = [at for at in range(len(statement.tokens)) if _calls_for_an_end(statement, at)]
    if not ends:
        return
    closings = {statement.closing(at + 1) for at in ends}
    opened: list[str] = []
    for at in range(1, len(statement.tokens)):
        sign, before = statement.sign(at), statement.tokens[at - 1]
        if sign in OPENING:
            opened.append(sign)
        elif sign in CLOSING and opened:
            opened.pop()
        in_pattern = statement.sign(at - 2) in ("(", "[")
        named = before.is_name and before.text in others and not in_pattern
        in_map = opened[-1:] == ["{"] and statement.sign(at - 2) in ("{", ",")
        if sign == ":" and (at - 1 in closings or (named and not in_map)):
            raise _differs(
                statement,
                at,
                "the labels of what startNode() and endNode() give are not seen in a condition",
                "write 'Project' IN labels(n)",
            )


def _calls_for_an_end(statement: Statement, at: int) -> bool:
    named = statement.tokens[at].text.lower() in ("startnode", "endnode")
    return named and statement.sign(at + 1) == "("


def _check_columns(statement: Statement) -> None:
    """A column that is named after what it holds, and that holds a name in backticks."""
    depth, returning, named, quoted = 0, False, False, None
    for at, token in enumerate(statement.tokens):
        depth += (statement.sign(at) in OPENING) - (statement.sign(at) in CLOSING)
        word = statement.word(at)
        ends = word in _ENDS_OF_RETURN or (statement.sign(at) == "," and returning)
        if not depth and (ends or word == "RETURN"):
            if quoted is not None and not named:
                break
            returning = word == "RETURN" or (returning and word not in _ENDS_OF_RETURN)
            named, quoted = False, None
        elif not depth and word == "AS":
            named = True
        elif token.kind == QUOTED and returning and not named and statement.sign(at - 1) != ".":
            quoted = at
    if quoted is not None and not named:
        raise _differs(
            statement,
            quoted,
            "a column is called after its text, and a backtick is left in the name",
            "name the column with AS",
        )


def _differs(statement: Statement, at: int, why: str, hint: str) -> UsageError:
    return UsageError(
        f"the embedded engine would answer this differently from Neo4j: {why} "
        f"({statement.where(at)})",
        hint=hint if hint == _ON_A_SERVER else f"{hint}, or {_ON_A_SERVER}",
    )


def _written(statement: Statement, token: Token) -> str:
    return statement.text[token.start : token.end]


def _check_escapes(statement: Statement, at: int) -> None:
    for match in _ESCAPE.finditer(statement.tokens[at].text):
        escape = match[1]
        known = escape in ("\\", "'", '"', "n", "r", "t")
        if len(escape) == 5 and not 0xD800 <= int(escape[1:], 16) <= 0xDFFF:
            known = True
        if not known:
            raise _differs(
                statement,
                at,
                f"\\{escape} in a text becomes something else",
                "write the character itself",
            )


def _is_projection(statement: Statement, at: int) -> bool:
    """Whether a name is followed by the brace of a map projection."""
    if not statement.tokens[at].is_name or statement.sign(at + 1) != "{":
        return False
    if statement.sign(at + 2) == ".":
        return True
    if statement.word(at) in KEYWORDS or statement.sign(at - 1) in (":", "|", "&", "!", "[", "."):
        return False
    if statement.sign(at - 1) != "(":
        return True
    return at >= 2 and statement.tokens[at - 2].is_name and statement.word(at - 2) not in KEYWORDS


def _take_variable(statement: Statement, at: int, nodes: set[str], others: set[str]) -> None:
    """Note whether a name is that of a node in a pattern, or is bound to something else."""
    name, before, following = (
        statement.tokens[at].text,
        statement.sign(at - 1),
        statement.sign(at + 1),
    )
    called = (
        at >= 2
        and statement.tokens[at - 2].is_name
        and statement.word(at - 2) not in KEYWORDS - _FUNCTIONS
    )
    if before == "(" and following in (")", ":", "{") and not called:
        nodes.add(name)
    if before == "[" and statement.sign(at - 2) in ("-", "<-"):
        others.add(name)
    if statement.word(at + 1) == "IN" and before in ("[", "("):
        others.add(name)
    if statement.word(at - 1) == "AS" and at >= 3:
        source = statement.tokens[at - 2]
        renamed = source.is_name and statement.sign(at - 3) != "."
        (nodes if renamed and source.text in nodes - others else others).add(name)
