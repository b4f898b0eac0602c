"""`graphkit doctor`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphkit.cli.options import (
    ProgressLine,
    Settings,
    chosen_format,
    cut,
    emit,
    graph_option,
    note,
    opened,
    output_options,
)
from graphkit.text import printable

if TYPE_CHECKING:
    from graphkit.health import Finding

COLUMNS = ("matter", "state", "finding", "count", "of", "command")


@click.command("doctor")
@click.option(
    "--stale-days",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="A source retrieved longer ago is stale. Gateway to Research changes every quarter.",
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(("look", "know", "fine")),
    help="Only findings of a state; repeatable.",
)
@click.option(
    "--exit-code", "exits", is_flag=True, help="End with 1 where something is to look at."
)
@output_options
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    stale_days: int,
    only: tuple[str, ...],
    exits: bool,
    form: str | None,
    output: str,
    limit: int | None,
) -> int:
    """Report on the quality of the data: what is fine, and what is not.

    Each finding names the command that shows its rows. Its state is look (somebody can
    mend it), know (mind it when you read answers) or fine.

    \b
    Examples:
      graphkit doctor
      graphkit doctor --only look --format markdown -o findings.md
    """  # fmt: skip
    from graphkit.health import LOOK, examine

    progress = ProgressLine()
    try:
        found = list(
            examine(
                settings.graph,
                stale_days=stale_days,
                named=not _is_usual(settings.graph),
                progress=progress,
            )
        )
    finally:
        progress.clear()
    shown = cut([one for one in found if not only or one.state in only], limit)
    if chosen_format(form, output) == "table":
        _print(shown, output)
    else:
        rows = [tuple(getattr(one, name) for name in COLUMNS) for one in shown]
        emit(COLUMNS, rows, form, output)
    counts = Counter(one.state for one in found)
    note(
        f"{counts['look']} to look at, {counts['know']} to know, {counts['fine']} fine; "
        "each command shows the rows"
    )
    return int(exits and any(one.state == LOOK for one in found))


def _is_usual(graph: Path) -> bool:
    """Whether commands find the graph without being told where it is."""
    return graph == Path(os.environ.get("GRAPHKIT_GRAPH") or "graph")


def _print(found: Sequence[Finding], output: str) -> None:
    """By state, the command under what it shows: a table would break the commands."""
    from graphkit.health.finding import STATES

    headings = {"look": "Look at", "know": "Know", "fine": "Fine"}
    separator = ""
    with opened(output) as out:
        for state in STATES:
            some = [one for one in found if one.state == state]
            if not some:
                continue
            out.write(f"{separator}{headings[state]}\n")
            separator = "\n"
            for one in some:
                out.write(f"  {one.matter}: {printable(one.finding)}\n")
                if state != "fine":
                    out.write(f"      {one.command}\n")
        if not found:
            out.write("(no findings)\n")
