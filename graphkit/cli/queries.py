"""`graphkit queries`."""

from __future__ import annotations

import click

from graphkit.cli.options import cut, emit, graph_option, output_options
from graphkit.cli.query import QueryName


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
@output_options
@graph_option
def list_command(
    tag: str | None = None, form: str | None = None, output: str = "-", limit: int | None = None
) -> None:
    """List the named queries, with what each takes.

    \b
    Example:
      graphkit queries list --tag places
    """
    from graphkit.library import QueryFolder

    rows = [
        (query.name, query.header.summary, list(query.header.parameters))
        for query in QueryFolder().all()
        if tag is None or tag in query.header.tags
    ]
    emit(("query", "summary", "parameters"), cut(rows, limit), form, output)


@command.command("show")
@click.argument("name", type=QueryName())
@output_options
@graph_option
def show_command(name: str, form: str | None, output: str, limit: int | None) -> None:
    """Show what the query NAME takes and gives: its parameters and columns."""
    from graphkit.library import QueryFolder

    header = QueryFolder().get(name).header
    rows: list[tuple[str, str, str, str, str, str]] = [
        ("parameter", key, one.type, one.summary, one.shown_default, one.example or "")
        for key, one in header.parameters.items()
    ]
    rows += [
        ("column", key, f"{one.type}, several" if one.many else one.type, one.meaning, one.unit, "")
        for key, one in header.columns.items()
    ]
    columns = ("what", "name", "type", "meaning", "default_or_unit", "example")
    emit(columns, cut(rows, limit), form, output)
