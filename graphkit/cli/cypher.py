"""`graphkit cypher`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click
import msgspec

from graphkit.cli.options import (
    ProgressLine,
    Settings,
    chosen_format,
    emit,
    graph_option,
    note,
    output_options,
    query_options,
    query_text,
)
from graphkit.cli.query import parse_parameters
from graphkit.errors import UsageError

ENGINES = ("cypher", "neo4j")
_STRUCTURED = ("json", "ndjson")


_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
MAX_SECONDS = 1_000_000.0


class _Seconds(click.FloatRange):
    """A number of seconds that clocks can count; infinity and NaN are none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds = float(super().convert(value, param, ctx))
        if not math.isfinite(seconds):
            self.fail(f"{value} is no number of seconds", param, ctx)
        return seconds


def typed_values(values: Mapping[str, str]) -> dict[str, Any]:
    """Values as JSON where they are JSON, else as they stand.

    Raises UsageError for a number that is too large for Cypher.

    >>> typed_values({"a": "3", "b": '["x"]', "c": "West Midlands", "d": '"3"'})
    {'a': 3, 'b': ['x'], 'c': 'West Midlands', 'd': '3'}
    """
    return {key: _typed(key, value) for key, value in values.items()}


def _typed(key: str, value: str) -> Any:
    try:
        found = msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        if _NUMBER.fullmatch(value.strip()) and not value.strip().startswith(("0", "-0")):
            raise _too_large(key) from None
        return value
    if not _fits(found):
        raise _too_large(key)
    return found


def _fits(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_fits, value.values()))
    if isinstance(value, list):
        return all(map(_fits, value))
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def _too_large(key: str) -> UsageError:
    return UsageError(
        f"${key}: the number is too large; whole ones end at 9223372036854775807",
        hint=f"if it is meant as text: -p '{key}=\"…\"'",
    )


@click.command("cypher")
@query_options
@click.option(
    "-p",
    "--param",
    "pairs",
    multiple=True,
    metavar="KEY=VALUE",
    help='A value for $KEY, read as JSON where it is JSON (3, true, ["a"]), else as text; '
    "'\"3\"' is a text. Repeatable.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="cypher",
    show_default=True,
    help="The embedded engine, or the Neo4j server named by NEO4J_URI.",
)
@click.option(
    "--timeout",
    type=_Seconds(min=0.001, max=MAX_SECONDS),
    metavar="SECONDS",
    help="Stop the query after this time; there is no answer then (exit code 2).",
)
@output_options
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    query: str | None,
    path: str | None,
    pairs: tuple[str, ...],
    engine: str,
    timeout: float | None,
    form: str | None,
    output: str,
    limit: int | None,
) -> None:
    """Run a Cypher query of your own; the graph is only read.

    It needs no server: the property graph of the snapshot is kept in an embedded
    engine beside it, made at the first query. What that engine would answer
    differently from Neo4j is refused, with the reason; --engine neo4j asks the
    server instead. `graphkit info` and docs/data-model.md tell labels and keys.

    \b
    Example:
      graphkit cypher 'MATCH (d:Department)<-[:ASKED_BY]-(q)
                       RETURN d.name AS department, count(q) AS questions'
    """
    text = query_text(query, path)
    parameters = typed_values(parse_parameters(pairs))
    form = chosen_format(form, output)
    if engine == "neo4j":
        columns, rows, truncated = _from_server(text, parameters, timeout, limit)
        base = ""
    else:
        columns, rows, truncated, base = _embedded(settings, text, parameters, timeout, limit)
    if truncated:
        note(f"only the first {limit} rows are shown (--limit)")
    emit(columns, rows if form in _STRUCTURED else _readable(rows), form, output, base)


def _embedded(
    settings: Settings,
    text: str,
    parameters: dict[str, Any],
    timeout: float | None,
    limit: int | None,
) -> tuple[Sequence[str], Iterable[Sequence[Any]], bool, str]:
    from graphkit.embedded.answering import run
    from graphkit.snapshot import Snapshot

    snapshot = Snapshot.current(settings.graph)
    progress = ProgressLine()

    try:
        result = run(snapshot, text, parameters, timeout=timeout, limit=limit, progress=progress)
    finally:
        progress.clear()
    return result.columns, result.rows, result.truncated, snapshot.manifest.base


def _from_server(
    text: str, parameters: dict[str, Any], timeout: float | None, limit: int | None
) -> tuple[Sequence[str], Iterable[Sequence[Any]], bool]:
    from graphkit.neo4j.answering import run
    from graphkit.neo4j.connection import connect, read_settings

    settings = read_settings()
    for remark in settings.notes:
        note(remark)
    with connect(settings) as connection:
        result = run(connection, text, parameters, timeout=timeout, limit=limit)
    return result.columns, result.rows, result.truncated


def _readable(rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Lists and maps as JSON, for formats whose cells hold text."""
    for row in rows:
        yield [
            msgspec.json.encode(value).decode() if isinstance(value, (list, dict)) else value
            for value in row
        ]
