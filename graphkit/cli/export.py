"""`graphkit export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphkit.cli.options import Settings, emit, graph_option, note
from graphkit.cli.selecting import SEEDS, chosen, selection_options, tidy_when_stopped, written_page
from graphkit.errors import UsageError

if TYPE_CHECKING:
    from graphkit.export.format import Format

PAGES = (".html", ".htm")
PICTURES = (".png", ".pdf", ".svg")


@click.command(
    "export",
    help=f"""Write a part of the graph into a file of another tool's format.

    {SEEDS}

    The format goes by FILE's extension, or by --as; --formats lists all. What the format cannot
    hold is said first; --strict then writes nothing. Beside FILE stands FILE.meta.json: what
    was selected, from which snapshot, under which licences. Files appear whole or not at all.

    \b
    Examples:
      graphkit export question:16604 --hops 2 -o question.gexf
      graphkit export "place:West Midlands" --degree partial -o west-midlands.xlsx
      graphkit export all --projection organisations -o organisations.graphml
      graphkit export department:DLUHC --to organisation:"University of Leeds" -o ways.json
    """,
)
@selection_options
@click.option("-o", "--output", default="", help="File to write; - is standard output.")
@click.option("--as", "form", metavar="FORMAT", help="Default: by the extension of -o.")
@click.option("--strict", is_flag=True, help="Write nothing that the format does not hold whole.")
@click.option("--formats", "listed", is_flag=True, help="List the formats.")
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    output: str,
    form: str | None,
    strict: bool,
    listed: bool,
    folder: Path | None,
    **given: Any,
) -> None:
    """Choose a part of the graph and write it."""
    from graphkit.export import FORMATS

    if listed:
        rows = [
            (one.name, one.title, [f".{extension}" for extension in one.extensions])
            for one in FORMATS.values()
        ]
        emit(("format", "what it is", "extensions"), rows, None, "-")
        return
    target = _target(output, form)
    with tidy_when_stopped(), chosen(settings, folder, given) as (_, subgraph, progress):
        if target is None:
            written_page(subgraph, output, "", progress, strict=strict)
        else:
            from graphkit.export import export

            progress("writing", 0)
            export(subgraph, output, target, strict=strict, tell=_told(progress.clear))
            progress.clear()
    counts = f"{subgraph.node_count:,} things, {subgraph.relationship_count:,} links"
    if output != "-":
        note(f"{counts} selected: {output}" if target is None else f"{counts}: {output}")


def _target(output: str, form: str | None) -> Format | None:
    """The format to write; None for the network page."""
    from graphkit.export import format_named, format_of

    if not output:
        raise UsageError("where to? name a file with -o", hint="- is standard output")
    if form is not None:
        return format_named(form)
    if output == "-":
        raise UsageError("standard output has no extension", hint="name the format with --as")
    ending = Path(output).suffix.lower()
    if ending in PAGES:
        return None
    if ending in PICTURES:
        raise UsageError(f"{output}: a picture", hint=f"graphkit plot network … -o {output}")
    return format_of(output)


def _told(clear: Any) -> Any:
    def tell(loss: str) -> None:
        clear()
        note(f"changed: {loss}")

    return tell
