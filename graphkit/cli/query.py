"""`graphkit query`."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from graphkit.cli.options import Settings, emit, graph_option, note, output_options
from graphkit.errors import UsageError


class _QueryName(click.ParamType[str]):
    name = "name"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from graphkit.library import Library

        library = Library()
        return [
            CompletionItem(name, help=library.get(name).header.summary)
            for name in library.names()
            if name.startswith(incomplete)
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


@click.command("query")
@click.argument("name", type=_QueryName())
@click.option(
    "-p", "--param", "pairs", multiple=True, metavar="KEY=VALUE", help="A parameter; repeatable."
)
@click.option("--show", is_flag=True, help="Print the query, bound, without running it.")
@output_options
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    name: str,
    pairs: tuple[str, ...],
    show: bool,
    form: str | None,
    output: str,
    limit: int | None,
) -> None:
    """Run the named query NAME. `graphkit queries` lists them.

    Values are names ("West Midlands"), codes (E12000005) or addresses. A name
    that fits several places takes the widest and says so; kind:name chooses
    ("combined authority:West Midlands").

    \b
    Example:
      graphkit query projects-addressing-aspect -p aspect=capacity \\
        -p place="West Midlands" -p degree=partial
    """
    from graphkit.library import Runner
    from graphkit.snapshot import Snapshot

    runner = Runner(Snapshot.current(settings.graph))
    bound = runner.bind(name, parse_parameters(pairs))
    for remark in bound.remarks:
        note(remark)
    if show:
        click.echo(bound.show())
        return
    result = runner.execute(bound, limit)
    if result.truncated:
        note(f"only the first {limit} rows are shown (--limit)")
    emit(result.columns, result.rows, form, output, runner.snapshot.manifest.base)
