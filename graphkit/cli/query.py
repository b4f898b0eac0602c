"""`graphkit query`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from graphkit.cli.options import (
    F,
    ProgressLine,
    Settings,
    emit,
    graph_option,
    note,
    output_options,
    queries_option,
)
from graphkit.errors import FaultsFoundError, UsageError

if TYPE_CHECKING:
    from graphkit.library import Bound, Library

ENGINES = ("sparql", "cypher", "neo4j", "both")
SHOWN = 10
"""Differences between two engines that are told one by one."""


class QueryName(click.ParamType[str]):
    """The name of a query, which the shell can complete."""

    name = "name"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from graphkit.library import QueryFolder

        return [
            CompletionItem(query.name, help=query.header.summary)
            for query in QueryFolder(ctx.params.get("folder")).all()
            if query.name.startswith(incomplete)
        ]


def parse_parameters(pairs: tuple[str, ...]) -> dict[str, str]:
    """`key=value` pairs as a dictionary. Raises UsageError for a pair without `=`."""
    values: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UsageError(
                f"{pair}: not of the form key=value", hint='as -p place="West Midlands"'
            )
        if key in values:
            raise UsageError(f"{key} is given twice")
        values[key] = value
    return values


@contextmanager
def opened_library(settings: Settings, engine: str, folder: Path | None) -> Iterator[Library]:
    """The query library on the graph in use, with a server where the engine is one."""
    from graphkit.library import Library, QueryFolder

    progress = ProgressLine()
    queries = QueryFolder(folder)
    try:
        if engine != "neo4j":
            yield Library.open(settings.graph, queries=queries, progress=progress)
            return
        from graphkit.neo4j.connection import connect, read_settings

        server = read_settings()
        for remark in server.notes:
            note(remark)
        with connect(server) as connection:
            yield Library.open(settings.graph, queries=queries, neo4j=connection, progress=progress)
    finally:
        progress.clear()


def run_options(command: F) -> F:
    """In which engine a named query runs, or whether it is shown only, and from which folder."""
    command = graph_option(output_options(queries_option(command)))
    command = click.option(
        "--show", is_flag=True, help="Print the query, bound, without running it."
    )(command)
    return click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default="sparql",
        show_default=True,
        help="SPARQL; Cypher without a server; Cypher on the server named by NEO4J_URI; or SPARQL "
        "and Cypher, with what differs.",
    )(command)


def answer(
    library: Library,
    bound: Bound,
    engine: str,
    show: bool,
    form: str | None,
    output: str,
    limit: int | None,
) -> None:
    """Run a bound query and write its rows, or show it.

    Raises FaultsFoundError where the answers of `both` differ.
    """
    for remark in bound.remarks:
        note(remark)
    if show:
        for language in ("sparql", "cypher") if engine == "both" else (engine,):
            click.echo(bound.show(language))
        return
    result = library.execute(bound, "sparql" if engine == "both" else engine, limit)
    if result.truncated:
        note(f"only the first {limit} rows are shown (--limit)")
    emit(result.columns, result.rows, form, output, library.base)
    if engine == "both":
        from graphkit.library.comparing import differences

        found = differences(result, library.execute(bound, "cypher", limit))
        if found:
            for line in found[:SHOWN]:
                note(line)
            raise FaultsFoundError(f"SPARQL and Cypher differ in {len(found):,} rows")
        note(f"SPARQL and Cypher agree: {len(result.rows):,} rows")


@click.command("query")
@click.argument("name", type=QueryName())
@click.option(
    "-p", "--param", "pairs", multiple=True, metavar="KEY=VALUE", help="A parameter; repeatable."
)
@run_options
@click.pass_obj
def command(
    settings: Settings,
    name: str,
    pairs: tuple[str, ...],
    engine: str,
    show: bool,
    folder: Path | None,
    form: str | None,
    output: str,
    limit: int | None,
) -> None:
    """Run the named query NAME. `graphkit queries` lists them.

    Values are names ("West Midlands"), codes (E12000005) or addresses. A name
    that fits several places takes the widest and says so; kind:name chooses
    ("combined authority:West Midlands"). The rows are the same in every engine.

    \b
    Example:
      graphkit query projects-addressing-aspect -p aspect=capacity \\
        -p place="West Midlands" -p degree=partial
    """
    with opened_library(settings, "" if show else engine, folder) as library:
        bound = library.bind(name, parse_parameters(pairs))
        answer(library, bound, engine, show, form, output, limit)
