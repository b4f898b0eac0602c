"""`graphkit view`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from graphkit.cli.options import Settings, graph_option, note
from graphkit.cli.selecting import (
    SEEDS,
    chosen,
    selection_options,
    tidy_when_stopped,
    written_page,
)
from graphkit.errors import UsageError


@click.command(
    "view",
    help=f"""Write a network page: one HTML file that opens in any browser, without a network.

    {SEEDS}

    Click a thing for its facts, a link for why it is there. The page holds everything it
    shows; a selection too large for it says what was left out.

    \b
    Examples:
      graphkit view question:16604 --hops 2 -o question.html
      graphkit view all --projection departments -o departments.html
    """,
)
@selection_options
@click.option("-o", "--output", default="", help="File to write.")
@click.option("--title", default="", help="Title of the page. Default: the selection in words.")
@graph_option
@click.pass_obj
def command(
    settings: Settings, /, output: str, title: str, folder: Path | None, **given: Any
) -> None:
    """Choose a part of the graph and write its page."""
    if not output:
        raise UsageError("where to? name a file with -o", hint="for example -o network.html")
    with tidy_when_stopped(), chosen(settings, folder, given) as (_, subgraph, progress):
        written_page(subgraph, output, title, progress)
    if output != "-":
        counts = f"{subgraph.node_count:,} things, {subgraph.relationship_count:,} links"
        note(f"{counts} selected: {output}")
