"""`graphkit show`."""

from __future__ import annotations

import click

from graphkit.cli.options import Settings, emit, graph_option, note, output_options


@click.command("show")
@click.argument("thing")
@output_options
@graph_option
@click.pass_obj
def command(
    settings: Settings, thing: str, form: str | None, output: str, limit: int | None
) -> None:
    """Show THING with everything around it: what it says, and what speaks of it.

    THING is an address, kind:name ("department:MHCLG", "place:West Midlands"),
    kind/key as in tables ("project/3D77…"), a GtR reference or a question's number.
    """
    from graphkit.around import around
    from graphkit.library import Library

    library = Library.open(settings.graph)
    found = around(library, thing)
    for remark in found.remarks:
        note(remark)
    rows = found.rows if limit is None else found.rows[:limit]
    if len(rows) < len(found.rows):
        note(f"{len(rows)} of {len(found.rows):,} statements shown (--limit)")
    emit(found.columns, rows, form, output, library.base)
