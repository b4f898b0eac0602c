"""`graphkit watch`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphkit.cli.diff import told_progress
from graphkit.cli.options import (
    Settings,
    emit,
    graph_option,
    note,
    opened,
    queries_option,
)
from graphkit.cli.query import QueryName, parse_parameters
from graphkit.cli.selecting import tidy_when_stopped
from graphkit.errors import UsageError
from graphkit.tabular import FORMATS as ROWS

if TYPE_CHECKING:
    from graphkit.changes.watching import Seen
    from graphkit.snapshot import Snapshot

LETTERS = ("text", "markdown", "html")
_LETTER_EXTENSIONS = {"txt": "text", "md": "markdown", "html": "html", "htm": "html"}


@click.command("watch")
@click.option("--query", "name", type=QueryName(), help="A named query whose new rows to tell.")
@click.option(
    "-p", "--param", "pairs", multiple=True, metavar="KEY=VALUE", help="A parameter; repeatable."
)
@click.option(
    "--by",
    multiple=True,
    metavar="COLUMN",
    help="A row is the same if these columns are; repeatable. Default: all columns.",
)
@click.option("--digest", is_flag=True, help="A letter on what is new near a portfolio.")
@click.option("--department", multiple=True, metavar="NAME", help="Portfolio: its questions.")
@click.option("--funder", multiple=True, metavar="NAME", help="Portfolio: its projects.")
@click.option("--organisation", multiple=True, metavar="NAME", help="Portfolio: its projects.")
@click.option("--search", multiple=True, metavar="TEXT", help="Portfolio: questions it finds.")
@click.option(
    "--since",
    metavar="SNAPSHOT",
    help="Digest: compare with this snapshot (as diff takes it), and remember nothing.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the last look is remembered, in a folder that is there. Default: a file in the "
    "graph's folder.",
)
@click.option("--exit-code", "exits", is_flag=True, help="End with 1 where something is new.")
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(dict.fromkeys((*ROWS, *LETTERS)))),
    metavar="FORMAT",
    help=f"Rows: {', '.join(ROWS)}. Digest: {', '.join(LETTERS)}. Default: by the extension of "
    "-o, else table or text.",
)
@click.option("-o", "--output", default="-", help="File to write; - is standard output.")
@queries_option
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    name: str | None,
    pairs: tuple[str, ...],
    by: tuple[str, ...],
    digest: bool,
    department: tuple[str, ...],
    funder: tuple[str, ...],
    organisation: tuple[str, ...],
    search: tuple[str, ...],
    since: str | None,
    state: Path | None,
    exits: bool,
    form: str | None,
    output: str,
    folder: Path | None,
) -> int:
    """Tell what is new since the last look: made for a line of cron.

    The first look takes what is there as known, and says so. Later looks print what is new,
    and nothing at all, and write no file, where nothing is. What was seen is remembered
    only when it has been told.

    With --query, new rows of a named query. With --digest, new questions near a portfolio and new
    links of its projects and questions.

    \b
    Examples:
      graphkit watch --query questions-without-projects -p department=DSIT
      graphkit watch --digest --department DfT --search "heat pump" -o week.html
    """  # fmt: skip
    portfolio = {
        "department": department, "funder": funder, "organisation": organisation, "search": search,
    }  # fmt: skip
    if (name is None) == (not digest):
        raise UsageError("give --query NAME, or --digest")
    for kind, names in portfolio.items():
        if not all(map(str.strip, names)):
            raise UsageError(f"--{kind}: an empty text names nothing", hint="leave it away")
    if state is not None and not state.name:
        raise UsageError("--state: an empty text names no file", hint="leave it away")
    with tidy_when_stopped():
        if name is not None:
            given = [kind for kind, names in portfolio.items() if names]
            given += ["since"] if since is not None else []
            if given:
                raise UsageError(f"--{given[0]} is for --digest", hint="queries take -p KEY=VALUE")
            new = _watch_query(settings, name, pairs, by, state, form, output, folder)
        else:
            if pairs or by:
                raise UsageError("-p and --by are for --query")
            new = _watch_digest(settings, portfolio, since, state, form, output)
    return int(exits and new)


def _watch_query(
    settings: Settings,
    name: str,
    pairs: tuple[str, ...],
    by: tuple[str, ...],
    state: Path | None,
    form: str | None,
    output: str,
    folder: Path | None,
) -> bool:
    from graphkit.changes.watching import (
        Seen,
        looking,
        remember,
        remembered,
        row_key,
        usual_path,
    )
    from graphkit.library import Library, QueryFolder

    if form in LETTERS and form not in ROWS:
        raise UsageError(f"--format {form} is for --digest", hint=f"rows: {', '.join(ROWS)}")
    library = Library.open(settings.graph, queries=QueryFolder(folder))
    values = parse_parameters(pairs)
    bound = library.bind(name, values)
    parameters: dict[str, Any] = {**values, **({"by": list(by)} if by else {})}
    path = _checked(state or usual_path(settings.graph, name, parameters), output)
    with looking(path, make_folder=state is None, tell=note):
        before = remembered(path, name, parameters)
        result = library.execute(bound)
        places = _places(result.columns, by)
        keys = [row_key(row, places) for row in result.rows]
        known = set(before.rows) if before else set()
        manifest = library.snapshot.manifest
        if before is None:
            for remark in bound.remarks:
                note(remark)
            note(f"first look: {len(keys):,} rows taken as known ({manifest.id}); {path}")
            new = []
        else:
            new = [row for row, key in zip(result.rows, keys, strict=True) if key not in known]
        if new:
            emit(result.columns, new, form, output, library.base)
        remember(
            path,
            Seen(
                watched=name,
                parameters=parameters,
                snapshot=manifest.id,
                created=manifest.created,
                rows=sorted(set(keys)),
            ),
        )
    return bool(new)


def _places(columns: Sequence[str], by: Sequence[str]) -> list[int]:
    for name in by:
        if name not in columns:
            raise UsageError(
                f"the query has no column {name}", hint=f"it has: {', '.join(columns)}"
            )
    return [columns.index(name) for name in by or columns]


def _watch_digest(
    settings: Settings,
    portfolio: dict[str, tuple[str, ...]],
    since: str | None,
    state: Path | None,
    form: str | None,
    output: str,
) -> bool:
    from graphkit.changes import choose
    from graphkit.changes.watching import (
        Seen,
        looking,
        remember,
        remembered,
        usual_path,
    )
    from graphkit.snapshot import Snapshot

    chosen = _letter_format(form, output)
    if since is not None:
        if state is not None:
            raise UsageError("--since remembers nothing", hint="leave --state away")
        old, new = choose(settings.graph, since), Snapshot.current(settings.graph)
        return _tell_digest(old, new, portfolio, chosen, output, always=True)
    watched = "digest"
    parameters = {kind: list(names) for kind, names in portfolio.items() if names}
    path = _checked(state or usual_path(settings.graph, watched, parameters), output)
    with looking(path, make_folder=state is None, tell=note):
        before = remembered(path, watched, parameters)
        new = Snapshot.current(settings.graph)
        told = False
        if before is None:
            _check(new, portfolio)
            note(f"first look: snapshot {new.manifest.id} taken as known; {path}")
        elif before.snapshot != new.manifest.id and (last := _last(settings.graph, before)):
            told = _tell_digest(last, new, portfolio, chosen, output, always=False)
        manifest = new.manifest
        remember(
            path,
            Seen(
                watched=watched,
                parameters=parameters,
                snapshot=manifest.id,
                created=manifest.created,
            ),
        )
    return told


def _checked(state: Path, output: str) -> Path:
    """The file of what is remembered, if what is told does not go into the same."""
    if output != "-" and Path(output).resolve() == state.resolve():
        raise UsageError(
            f"{output}: is the file that remembers what was seen", hint="name another with -o"
        )
    return state


def _letter_format(form: str | None, output: str) -> str:
    if form is not None:
        if form not in LETTERS:
            raise UsageError(f"--format {form} is for rows", hint=f"digest: {', '.join(LETTERS)}")
        return form
    if output == "-":
        return "text"
    extension = Path(output).suffix.lower().removeprefix(".")
    if extension not in _LETTER_EXTENSIONS:
        raise UsageError(
            f"{output}: no format goes by that extension", hint=f"--format {'|'.join(LETTERS)}"
        )
    return _LETTER_EXTENSIONS[extension]


def _check(snapshot: Snapshot, portfolio: dict[str, tuple[str, ...]]) -> None:
    """Look the names up at the first look, when somebody is there to mend them."""
    from graphkit.changes.pair import Pair
    from graphkit.changes.portfolio import Portfolio

    named = Portfolio(**portfolio)  # type: ignore[arg-type]
    with Pair(snapshot, snapshot) as pair:
        named.prepare(pair)
    for remark in named.remarks:
        note(remark)


def _last(graph: Path, seen: Seen) -> Snapshot | None:
    """The snapshot of the last look, else the oldest kept since; None where only one is kept."""
    from graphkit.snapshot import Snapshot, snapshots

    kept = snapshots(graph)
    if seen.snapshot in kept:
        return Snapshot(graph / "snapshots" / seen.snapshot)
    current = Snapshot.current(graph).manifest.id
    later = [one for one in kept if seen.snapshot < one < current]
    instead = f"compared with {later[0]}" if later else "nothing to compare with; taken as known"
    note(f"snapshot {seen.snapshot} of the last look is no longer kept: {instead}")
    return Snapshot(graph / "snapshots" / later[0]) if later else None


def _tell_digest(
    old: Snapshot,
    new: Snapshot,
    portfolio: dict[str, tuple[str, ...]],
    form: str,
    output: str,
    *,
    always: bool,
) -> bool:
    """Write the letter; with nothing new only if `always`. Whether there was something new."""
    from graphkit.changes import Comparison
    from graphkit.changes import digest as letters
    from graphkit.changes.portfolio import Portfolio

    named = Portfolio(**portfolio)  # type: ignore[arg-type]
    with told_progress() as progress, Comparison.of(old, new, progress=progress) as comparison:
        progress.clear()
        letter = letters.digest(comparison, named)
        if always:
            for remark in named.remarks:
                note(remark)
        if not letter.is_empty or always:
            with opened(output) as out:
                for piece in letters.LETTERS[form](letter):
                    out.write(piece)
    return not letter.is_empty
