"""`graphkit queries`."""

from __future__ import annotations

from collections.abc import Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphkit.cli.options import (
    ProgressLine,
    Settings,
    cut,
    emit,
    graph_option,
    note,
    output_options,
    queries_option,
)
from graphkit.cli.query import QueryName, opened_library
from graphkit.errors import FaultsFoundError, NoServerError

if TYPE_CHECKING:
    from graphkit.library import QueryFolder
    from graphkit.library.checking import Fault
    from graphkit.library.checking.files import ReadQuery


@click.group("queries", invoke_without_command=True)
@graph_option
@click.pass_context
def command(context: click.Context) -> None:
    """The named queries: list them, show one, check them, write their pages.

    Without a command, they are listed.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_command)


@command.command("list")
@click.option("--tag", help="Only those that carry this tag.")
@queries_option
@output_options
@graph_option
def list_command(
    tag: str | None = None,
    folder: Path | None = None,
    form: str | None = None,
    output: str = "-",
    limit: int | None = None,
) -> None:
    """List the named queries, with what each takes.

    \b
    Example:
      graphkit queries list --tag places
    """
    from graphkit.library import QueryFolder

    rows = [
        (query.name, query.header.summary, list(query.header.parameters))
        for query in QueryFolder(folder).all()
        if tag is None or tag in query.header.tags
    ]
    emit(("query", "summary", "parameters"), cut(rows, limit), form, output)


@command.command("show")
@click.argument("name", type=QueryName())
@queries_option
@output_options
@graph_option
def show_command(
    name: str, folder: Path | None, form: str | None, output: str, limit: int | None
) -> None:
    """Show what the query NAME takes and gives: its parameters and columns."""
    from graphkit.library import QueryFolder

    header = QueryFolder(folder).get(name).header
    rows: list[tuple[str, str, str, str, str, str]] = [
        ("parameter", key, one.type, one.summary, one.shown_default, one.example or "")
        for key, one in header.parameters.items()
    ]
    rows += [
        ("column", key, one.shown_type, one.meaning, one.unit, "")
        for key, one in header.columns.items()
    ]
    columns = ("what", "name", "type", "meaning", "default_or_unit", "example")
    emit(columns, cut(rows, limit), form, output)


@command.command("check")
@click.argument("names", nargs=-1, type=QueryName(), metavar="[NAME]...")
@queries_option
@output_options
@graph_option
@click.pass_obj
def check_command(
    settings: Settings,
    names: tuple[str, ...],
    folder: Path | None,
    form: str | None,
    output: str,
    limit: int | None,
) -> None:
    """Look for faults in the query files, or in those of the queries NAME.

    Twins that disagree, parameters and columns that the text does not have, terms
    that the ontology does not have, Cypher that the embedded engine refuses. With a
    graph, each query is run with its examples; with a server named by NEO4J_URI, no
    plan may begin with everything there is. Leaves with 1 if there are faults.

    \b
    Example:
      graphkit queries check projects-addressing-aspect
    """
    from graphkit.library import QueryFolder
    from graphkit.library.checking import check_files, read_queries
    from graphkit.ontology import Ontology

    files = QueryFolder(folder)
    for name in names:
        files.get(name)
    queries = read_queries(files)
    chosen = [one for one in queries if not names or one.name in names]
    found = check_files(queries, Ontology.load(), names)
    found += _with_examples(settings, files, chosen, {fault.path for fault in found})
    found += _on_server(chosen)
    if not found:
        note(f"{_counted(len(chosen), 'query', 'queries')}: no faults")
        return
    rows = [(fault.file, fault.line, fault.query, fault.message) for fault in sorted(found)]
    emit(("file", "line", "query", "fault"), cut(rows, limit), form, output)
    at_fault = len({fault.query for fault in found})
    raise FaultsFoundError(
        f"{_counted(len(found), 'fault', 'faults')} in {at_fault:,} of "
        f"{_counted(len(chosen), 'query', 'queries')}"
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _with_examples(
    settings: Settings, files: QueryFolder, chosen: Sequence[ReadQuery], broken: Set[Path]
) -> list[Fault]:
    """Faults of the queries with their examples on the graph, if there is one.

    A file that is at fault anyway is not run.
    """
    from graphkit.library import Library
    from graphkit.library.checking.examples import check_examples
    from graphkit.snapshot import CURRENT

    if not (settings.graph / CURRENT).exists():
        note(f"skipped: answers to the examples (no graph in {settings.graph}; build one)")
        return []
    library = Library.open(settings.graph, queries=files)
    found: list[Fault] = []
    progress = ProgressLine()
    for query in chosen:
        progress(query.name, 0)
        try:
            run = query.sparql is not None and query.sparql.path not in broken
            faults, is_empty = check_examples(library, query, run=run)
        finally:
            progress.clear()
        found += faults
        if is_empty:
            note(f"{query.name}: nothing is found with its examples")
    return found


def _on_server(chosen: Sequence[ReadQuery]) -> list[Fault]:
    """Faults that a Neo4j server finds, if one is named."""
    from graphkit.library.checking.plans import check_plans
    from graphkit.neo4j.connection import connect, read_settings

    try:
        server = read_settings()
    except NoServerError:
        note("skipped: plans on Neo4j (no server is named; set NEO4J_URI)")
        return []
    for remark in server.notes:
        note(remark)
    with connect(server) as connection:
        found, skipped = check_plans(connection, chosen)
    for what in skipped:
        note(f"skipped: {what}")
    return found


@command.command("docs")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("docs/queries"),
    show_default=True,
    help="Folder of the pages.",
)
@click.option("--check", is_flag=True, help="Write nothing; leave with 1 where pages differ.")
@graph_option
@click.pass_obj
def docs_command(settings: Settings, output: Path, check: bool) -> None:
    """Write a page for each query: what it takes and gives, and what it answers.

    The answers on the pages are those of the graph in use. Pages of queries that are
    no longer there are removed; files that were not written by this command never are.

    \b
    Example:
      graphkit build --sample --graph sample-graph
      graphkit queries docs --graph sample-graph
    """
    from graphkit.library.pages import differing, pages, write

    with opened_library(settings, "sparql", None) as library:
        made = pages(library)
    if not check:
        changed = write(made, output)
        note(f"{output}: {len(made)} pages, {len(changed)} changed")
        return
    found = differing(made, output)
    for name in found:
        note(f"{output / name} is out of date")
    if found:
        raise FaultsFoundError(
            f"{len(found)} of {len(made)} pages are out of date", hint="write them without --check"
        )
