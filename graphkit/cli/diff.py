"""`graphkit diff`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from graphkit.cli.options import (
    F,
    ProgressLine,
    Settings,
    graph_option,
    named_by_extension,
    note,
    opened,
)
from graphkit.cli.selecting import tidy_when_stopped
from graphkit.errors import UsageError

if TYPE_CHECKING:
    from graphkit.changes import Comparison, Narrowing
    from graphkit.snapshot import Snapshot

FORMATS = (
    "text", "markdown", "html", "json", "ndjson", "table", "csv", "tsv", "atom", "prov",
    "update", "patch",
)  # fmt: skip
TABLES = ("table", "csv", "tsv")
PATCHES = ("update", "patch")
WHOLE = ("prov", *PATCHES)


def narrowing_options(command: F) -> F:
    """What the changes must concern to be told."""
    for kind, what in (
        ("funder", "this funder's projects, and questions that they speak to"),
        ("place", "projects in or about this place, and questions about it or that they speak to"),
        ("topic", "questions and projects with this topic"),
        ("department", "this department's questions, and projects that speak to them"),
    ):
        command = click.option(
            f"--{kind}", multiple=True, metavar="NAME", help=f"Only {what}; repeatable."
        )(command)
    return command


@click.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="[B]", default="current")
@narrowing_options
@click.option(
    "--format",
    "--as",
    "form",
    type=click.Choice(FORMATS),
    metavar="FORMAT",
    help=f"{', '.join(FORMATS)}. Default: by the extension of -o, else text.",
)
@click.option("-o", "--output", default="-", help="File to write; - is standard output.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    help="At most this many changes of each kind, or entries in a feed; it says so. Not for prov, "
    "update and patch, which are whole.",
)
@click.option("--exit-code", "exits", is_flag=True, help="End with 1 where something differs.")
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    old: str,
    new: str,
    form: str | None,
    output: str,
    limit: int | None,
    exits: bool,
    department: tuple[str, ...],
    topic: tuple[str, ...],
    place: tuple[str, ...],
    funder: tuple[str, ...],
) -> int:
    """Tell what changed from snapshot A to snapshot B.

    A and B are ids (or their beginning), current (B, where it is left out), previous, a
    date (the snapshot in use on that day), or folders of graphs or snapshots.

    The formats json and prov (Turtle) tell the same changes to programs, atom is a feed; update
    (SPARQL Update) and patch (RDF Patch) hold every statement that differs and make A into B.

    \b
    Examples:
      graphkit diff previous
      graphkit diff 2026-07-01 2026-08-01 --department DSIT -o changes.md
      graphkit diff previous current --as update -o changes.ru
    """  # fmt: skip
    from graphkit.changes import Narrowing, choose
    from graphkit.changes.writing import BY_EXTENSION

    chosen = form or named_by_extension(output, BY_EXTENSION)
    if limit is not None and chosen in WHOLE:
        raise UsageError(f"{chosen} is written whole", hint="leave --limit away")
    before, after = choose(settings.graph, old), choose(settings.graph, new)
    narrowing = Narrowing(department, topic, place, funder)
    with tidy_when_stopped(), told_progress() as progress:
        if chosen in PATCHES:
            if narrowing.given:
                raise UsageError(
                    "a patch holds every statement that differs and cannot be narrowed",
                    hint=f"leave --{next(iter(narrowing.given))} away, or choose another format",
                )
            from graphkit.changes import writing

            _write(writing.PATCHES[chosen](before, after, progress), output)
            differs = before.manifest.quads_sha256 != after.manifest.quads_sha256
        else:
            differs = _tell(before, after, narrowing, chosen, output, limit, progress)
    return int(exits and differs)


@contextmanager
def told_progress() -> Iterator[ProgressLine]:
    """A line on the terminal that goes when the work ends."""
    progress = ProgressLine()
    try:
        yield progress
    finally:
        progress.clear()


def _tell(
    old: Snapshot,
    new: Snapshot,
    narrowing: Narrowing,
    form: str,
    output: str,
    limit: int | None,
    progress: ProgressLine,
) -> bool:
    from graphkit.changes import Comparison
    from graphkit.changes.formats import COLUMNS, rows
    from graphkit.changes.writing import TOLD
    from graphkit.tabular import write_rows

    with Comparison.of(old, new, narrowing, progress) as comparison:
        progress.clear()
        for remark in narrowing.remarks:
            note(remark)
        if form in TABLES:
            with opened(output) as out:
                write_rows(out, COLUMNS, rows(comparison, limit), form, comparison.pair.base)
        else:
            _write(TOLD[form](comparison, limit), output)
        if form in (*TABLES, "json", "ndjson") and comparison.is_cut(limit):
            note(f"the first {limit:,} changes of each kind are told (--limit)")
        _say_silent(comparison, form)
        return comparison.differs


def _say_silent(comparison: Comparison, form: str) -> None:
    """What rows have no place for."""
    if form in (*TABLES, "ndjson", "prov"):
        for what, count in sorted(comparison.unlisted.items()):
            note(f"not listed: {what} {count:,}")


def _write(pieces: Iterable[str], output: str) -> None:
    with opened(output) as out:
        write: Callable[[str], object] = out.write
        for piece in pieces:
            write(piece)
