"""The options by which commands choose a part of the graph."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphkit.cli.options import F, ProgressLine, Settings, note, queries_option
from graphkit.cli.query import parse_parameters

if TYPE_CHECKING:
    from graphkit.library import Library
    from graphkit.subgraph import Subgraph

SEEDS = """SELECTION is one or more of: a thing as `show` takes it (question:16604, "place:West
    Midlands", an address), search:TEXT, query:NAME with -p, community:QUESTION, or all."""

_OPTIONS: tuple[Callable[[F], F], ...] = (
    click.option(
        "--hops", type=click.IntRange(0, 10), default=1, show_default=True,
        help="Steps to take from what is named. They go on from questions and projects.",
    ),
    click.option("--to", metavar="THING", help="The shortest ways there, in place of steps."),
    click.option(
        "--class", "classes", multiple=True, metavar="CLASS",
        help="Only things of this class: question, project, Assessment …",
    ),
    click.option(
        "--with", "also", multiple=True, metavar="CLASS",
        help="Also things of this class; for records, which are left out else: Assessment, "
        "Evidence, Award, Similarity …",
    ),
    click.option(
        "--follow", multiple=True, metavar="TYPE", help="Only relationships of this type: LED_BY …"
    ),
    click.option(
        "--through", multiple=True, metavar="CLASS",
        help="Let steps go on from things of this class, too.",
    ),
    click.option(
        "--degree", multiple=True, help="Only links of this degree: full, direct, partial …"
    ),
    click.option(
        "--origin", multiple=True,
        help="Only links of this origin: published-page, published-link, computed.",
    ),
    click.option("--min-score", type=float, help="Only links that have at least this score."),
    click.option(
        "--since", metavar="DATE",
        help="Only projects that start, and questions asked, in this year, on this day, or later.",
    ),
    click.option("--until", metavar="DATE", help="The same, or earlier."),
    click.option("--funder", multiple=True, help="Only projects funded by this funder."),
    click.option("--place", multiple=True, help="Only projects led in this place."),
    click.option(
        "--projection", metavar="NAME",
        help="A network of one kind of thing: questions, departments, organisations, "
        "places-aspects.",
    ),
    click.option(
        "--max-nodes", type=click.IntRange(min=1), help="At most this many things, the nearest."
    ),
    click.option(
        "--max-seeds", type=click.IntRange(min=1), default=100, show_default=True,
        help="At most this many things of a search, or rows of a query.",
    ),
    click.option(
        "-p", "--param", "pairs", multiple=True, metavar="KEY=VALUE",
        help="A parameter of query:NAME; repeatable.",
    ),
)  # fmt: skip


def selection_options(command: F) -> F:
    """Everything that says which part of the graph is meant; `chosen` reads it."""
    command = queries_option(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return click.argument("seeds", nargs=-1, metavar="SELECTION...")(command)


@contextmanager
def chosen(
    settings: Settings, folder: Path | None, given: Mapping[str, Any]
) -> Iterator[tuple[Library, Subgraph, ProgressLine]]:
    """The library on the graph in use, the part that the options choose, and a line for progress.

    Says what was left out, and how names were understood.
    """
    from graphkit.library import Library, QueryFolder
    from graphkit.subgraph import Selection, choose

    values = dict(given)
    values["parameters"] = parse_parameters(values.pop("pairs"))
    selection = Selection(**values)
    progress = ProgressLine()
    try:
        library = Library.open(settings.graph, queries=QueryFolder(folder), progress=progress)
        subgraph = choose(library, selection, progress)
        progress.clear()
        for remark in subgraph.remarks:
            note(remark)
        for cut in subgraph.cuts:
            note(f"left out: {cut}")
        yield library, subgraph, progress
    finally:
        progress.clear()


@contextmanager
def tidy_when_stopped() -> Iterator[None]:
    """A command that is told to end (SIGTERM) cleans up as it does for Ctrl-C."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def written_page(
    subgraph: Subgraph, output: str, title: str, progress: ProgressLine, *, strict: bool = False
) -> None:
    """Write the network page of a subgraph, and say what is not in it.

    Raises UsageError for a name that no page goes by, and with `strict` FaultsFoundError where
    anything is not in it; then nothing is written.
    """
    from graphkit.errors import FaultsFoundError, UsageError
    from graphkit.export.output import Output
    from graphkit.view import write_page

    if output != "-" and Path(output).suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{output}: a page is a file .html", hint="other formats: graphkit export")
    progress("laying out", subgraph.node_count)
    with Output(output) as out:
        left_out = write_page(subgraph, out.binary(), title=title)
        progress.clear()
        for one in left_out:
            note(f"left out: {one}")
        if strict and left_out:
            raise FaultsFoundError(
                "a page does not hold all of it: nothing was written (--strict)",
                hint="select less, or leave --strict out",
            )
