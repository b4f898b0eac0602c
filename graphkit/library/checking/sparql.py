"""Checks of a query's SPARQL file, by its text alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from graphkit.binding import bind
from graphkit.errors import UsageError
from graphkit.library.checking.faults import Fault, QueryFile, named_line, shortened
from graphkit.library.checking.headers import fits, has_value
from graphkit.library.checking.sparql_groups import Query, Values, read
from graphkit.library.checking.sparql_terms import KnownTerms
from graphkit.library.checking.sparql_tokens import STRING, VARIABLE, Token
from graphkit.library.checking.sparql_triples import everything
from graphkit.library.header import Header, Parameter
from graphkit.names import CODES, LITERALS
from graphkit.query_safety import check
from graphkit.vocabulary import DEFAULT_BASE, PREFIXES

_EXAMPLES: Mapping[str, ox.Literal] = {
    "boolean": ox.Literal(True),
    "date": ox.Literal("2026-01-31", datatype=ox.NamedNode(PREFIXES["xsd"] + "date")),
    "decimal": ox.Literal("1.5", datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal")),
    "integer": ox.Literal(1),
    "text": ox.Literal("text"),
}


def check_sparql(file: QueryFile, header: Header | None, known: KnownTerms) -> Iterator[Fault]:
    """Faults of a SPARQL file; without its header, only those that need none."""
    query = read(file.text)
    unknown = list(known.in_query(query))
    for line, message in unknown:
        yield file.fault(line, message)
    for token in query.body:
        if token.upper in ("LIMIT", "OFFSET"):
            yield file.fault(token.line, f"{token.upper} cuts the answer; bound it by a parameter")
    try:
        check(file.text)
    except UsageError as error:
        yield file.fault(file.first_line, f"refused by the store: {error.message}")
        return
    undeclared = any(message.startswith("no PREFIX") for _, message in unknown)
    parsed = None if undeclared else _parsed(file.text)  # the parser says less of a prefix
    if isinstance(parsed, str):
        yield file.fault(named_line(parsed) or file.first_line, _unread(parsed))
    elif parsed is not None and not isinstance(parsed, ox.QuerySolutions):
        yield file.fault(file.first_line, "no SELECT query")
    if header is None:
        return
    if isinstance(parsed, ox.QuerySolutions):
        yield from _columns(file, header, query, [one.value for one in parsed.variables])
        yield from _bound(file, header)
    yield from _parameters(file, header, query)
    yield from _lists(file, header, query)
    yield from _order(file, header, query)
    if not header.heavy:
        given = {f"_{key}" for key, one in header.parameters.items() if has_value(one)}
        for select in query.top.all():
            for line in everything(select, given) if select.is_select else ():
                yield file.fault(
                    line, "reads every statement: name a property, or say why under heavy"
                )


def _parsed(text: str) -> object:
    """What an empty store makes of a query; the parser's words where it is none."""
    try:
        return ox.Store().query(text)
    except SyntaxError as error:
        return str(error)


def _unread(words: str) -> str:
    return f"the query cannot be read: {shortened(words)}"


def _columns(
    file: QueryFile, header: Header, query: Query, variables: list[str]
) -> Iterator[Fault]:
    for name in header.columns:
        if name not in variables:
            yield file.fault(
                file.line_of("columns", name), f"the column {name} is no variable of the SELECT"
            )
    for name in variables:
        if name not in header.columns:
            line = _line_of(query, name) or file.first_line
            yield file.fault(line, f"the SELECT gives ?{name}, which is no column of the header")


def _line_of(query: Query, name: str) -> int:
    named = (one.line for one in query.tokens if one.kind == VARIABLE and one.text == name)
    return next(named, 0)


def _bound(file: QueryFile, header: Header) -> Iterator[Fault]:
    """With values for its parameters the query is another text, which has to be one as well."""
    given = {f"_{key}": _term(one) for key, one in header.parameters.items()}
    for terms in (
        {key: term for key, term in given.items() if has_value(header.parameters[key[1:]])},
        given,
    ):
        parsed = _parsed(bind(file.text, terms, terms.keys()))
        if isinstance(parsed, str):
            line = named_line(parsed) or file.first_line
            yield file.fault(line, f"with values for its parameters, {_unread(parsed)}")
            return


def _term(parameter: Parameter) -> ox.NamedNode | ox.Literal:
    return _EXAMPLES.get(parameter.type) or ox.NamedNode(f"{DEFAULT_BASE}id/example")


def _parameters(file: QueryFile, header: Header, query: Query) -> Iterator[Fault]:
    used = {one.text: one.line for one in reversed(query.tokens) if one.kind == VARIABLE}
    blocks = values_of(query)
    for key, parameter in header.parameters.items():
        name = f"_{key}"
        line = file.line_of("parameters", key)
        if name not in used and name not in blocks:
            yield file.fault(line, f"the parameter {key} is not used: no ?{name}")
        elif not has_value(parameter):
            for block in blocks.get(name, ()):
                yield file.fault(
                    block.line, f"VALUES ?{name}: {key} may be left out, so it has no value here"
                )
        elif name not in blocks:
            why = "is needed" if parameter.required else "has a default"
            yield file.fault(used[name], f"no VALUES ?{name} {{ … }}: {key} {why}")
        else:
            yield from _blocks(file, key, parameter, blocks[name])
            yield from _unseen(file, query, name)
    for name, line in used.items():
        if name.startswith("_") and name[1:] not in header.parameters:
            yield file.fault(line, f"?{name} is no parameter of the header")


def values_of(query: Query) -> dict[str, list[Values]]:
    """The VALUES blocks of single variables that begin with `_`, by variable."""
    found: dict[str, list[Values]] = {}
    for group in query.top.all():
        for block in group.values:
            for name in block.variables:
                if name.startswith("_"):
                    found.setdefault(name, []).append(block)
    return found


def _blocks(
    file: QueryFile, key: str, parameter: Parameter, blocks: list[Values]
) -> Iterator[Fault]:
    what = "example" if parameter.required else "default"
    expected = parameter.example if parameter.required else parameter.default
    for block in blocks:
        if len(block.variables) != 1 or len(block.rows) != 1:
            yield file.fault(block.line, f"VALUES ?_{key} gives one value, to it alone")
        elif isinstance(expected, str) and _differs(parameter.type, block.rows[0][0], expected):
            yield file.fault(
                block.line, f"VALUES ?_{key} is not the {what} of the header: {expected}"
            )


def _differs(kind: str, value: tuple[Token, ...], expected: str) -> bool:
    """Whether a value is another than the header's, as far as can be told without a graph."""
    text = "".join(one.text for one in value if one.upper in ("+", "-")) + next(
        (one.text for one in value if one.upper not in ("+", "-")), ""
    )
    if kind in CODES:
        return text.rpartition("/")[2].rpartition(":")[2] != "-".join(expected.casefold().split())
    if kind in ("integer", "decimal"):
        try:
            return float(text) != float(expected)
        except ValueError:
            return True
    return kind in LITERALS and "\\" not in text and text != expected


def _unseen(file: QueryFile, query: Query, name: str) -> Iterator[Fault]:
    for group in query.top.all():
        for token, in_brackets in group.tokens:
            if token.kind != VARIABLE or token.text != name:
                continue
            if not (group.sees(name) if in_brackets else group.joins(name)):
                yield file.fault(
                    token.line, f"?{name} has no value here: its VALUES stands outside of the group"
                )
                break


def _lists(file: QueryFile, header: Header, query: Query) -> Iterator[Fault]:
    for name, column in header.columns.items():
        if column.many and not _is_list(query, name, frozenset()):
            yield file.fault(
                file.line_of("columns", name),
                f'the column {name} holds several values: GROUP_CONCAT(…; separator="\\n")',
            )
        for expression in () if column.many else query.new.get(name, ()):
            if expression[0].upper == "GROUP_CONCAT" and _joins_lines(expression):
                yield file.fault(
                    expression[0].line, f"the column {name} is a list, and not called many"
                )


def _is_list(query: Query, name: str, seen: frozenset[str]) -> bool:
    """Whether a variable is made by GROUP_CONCAT, or of one that is."""
    return any(
        _joins_lines(expression)
        or any(
            _is_list(query, token.text, seen | {name})
            for token in expression
            if token.kind == VARIABLE and token.text not in seen | {name}
        )
        for expression in query.new.get(name, ())
    )


def _joins_lines(expression: tuple[Token, ...]) -> bool:
    return any(one.kind == STRING and one.text in ("\\n", "\n") for one in expression)


def _order(file: QueryFile, header: Header, query: Query) -> Iterator[Fault]:
    found = query.order
    if found is None:
        if header.order:
            yield file.fault(file.line_of("order"), "the header has an order, and no ORDER BY")
        return
    if header.order and not fits(header.order, found):
        line = next((one.line for one, _ in reversed(query.top.tokens) if one.upper == "ORDER"), 1)
        yield file.fault(line, f"ORDER BY is not the order of the header: {header.order}")
