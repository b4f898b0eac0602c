"""`graphkit build`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from graphkit.cli.options import ProgressLine, Settings, graph_option, note

if TYPE_CHECKING:
    from graphkit.build.pipeline import Outcome


@click.command("build")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--sample", is_flag=True, help="Build the bundled sample (with any SOURCE given).")
@click.option("--base", help="Address under which things are named.  [default: w3id.org/graphkit]")
@click.option(
    "--keep", type=click.IntRange(min=1), default=3, show_default=True, help="Snapshots to keep."
)
@click.option("--strict", is_flag=True, help="Any reject or unknown field stops the build.")
@click.option("--allow-invalid", is_flag=True, help="Publish in spite of violations of the shapes.")
@click.option("--link", "linked", is_flag=True, help="Then compute links, as `graphkit link` does.")
@click.option(
    "--update",
    is_flag=True,
    help="Read and write only what has changed since the last build; keep what was withdrawn.",
)
@click.option("--prune", is_flag=True, help="With --update: drop what was withdrawn.")
@click.option("--keep-contacts", is_flag=True, help="Keep the contacts that ARI records publish.")
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    sources: tuple[str, ...],
    sample: bool,
    base: str | None,
    keep: int,
    strict: bool,
    allow_invalid: bool,
    linked: bool,
    update: bool,
    prune: bool,
    keep_contacts: bool,
) -> int:
    """Build a graph from files, folders and globs of any known format.

    Formats are told by content: ARI database (API pages, question pages as text
    or HTML), Gateway to Research (portal JSON and XML, GtR-2 API, CSV export),
    ROR, ONS and mySociety tables of places. Compressed files (.gz) are read as
    they are; - is standard input.

    The new snapshot is put in use at once or not at all; the last ones are kept.

    With --update, files that the last build read are not read again, and of those
    that changed only what did. The SOURCEs are all that there is to the new graph,
    as without it. A record that none of them gives any longer is kept as withdrawn,
    with the day, until one does again; --prune drops it, and then the graph is what
    a build in full would give.

    \b
    Examples:
      graphkit build --sample
      graphkit build questions/ projects.jsonl.gz 'places/*.csv'
      graphkit build harvest/ --update
      curl … | graphkit build -
    """
    from graphkit.build.pipeline import Options, build, sample_folder
    from graphkit.errors import SnapshotError, UsageError
    from graphkit.vocabulary import DEFAULT_BASE

    if prune and not update:
        raise UsageError(
            "--prune says what an update does with withdrawn records", hint="add --update"
        )
    if not sources and not sample:
        raise UsageError("nothing to build from", hint="name a SOURCE, or use --sample")
    arguments = [*sources, *([str(sample_folder())] if sample else [])]
    progress = ProgressLine()
    options = Options(
        base=base or DEFAULT_BASE,
        keep=keep,
        strict=strict,
        allow_invalid=allow_invalid,
        keep_contacts=keep_contacts,
        update=update,
        prune=prune,
    )
    try:
        outcome = build(settings.graph, arguments, options, progress)
    except KeyboardInterrupt:
        note("nothing was published")
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise SnapshotError(f"{where}{error.strerror or error}; nothing was published") from error
    finally:
        progress.clear()
    manifest = outcome.snapshot.manifest
    counts = Counter(manifest.classes)
    note(f"snapshot {manifest.id} in {settings.graph}, {sum(manifest.seconds.values()):.1f} s")
    note(
        f"  {counts['ResearchQuestion']:,} questions, {counts['Project']:,} projects, "
        f"{counts['Assessment']:,} assessments, {counts['Organisation']:,} organisations, "
        f"{counts['Place']:,} places; {manifest.quads:,} statements"
    )
    if update:
        note(_followed(outcome))
    for label, number, hint in (
        ("refused", outcome.rejects, "graphkit rejects"),
        ("unknown fields (drift)", len(outcome.drift), "graphkit info --drift"),
        ("violations", outcome.validation.violations, "graphkit validate"),
        ("warnings of the shapes", outcome.validation.counts["Warning"], "graphkit validate"),
        ("files skipped", len(outcome.skipped), "graphkit info --skipped"),
    ):
        if number:
            note(f"  {number:,} {label}: {hint}")
    if linked:
        from graphkit.cli.link import command as link

        click.get_current_context().invoke(link, keep=keep)
    return 0


def _followed(outcome: Outcome) -> str:
    """What an update took from the snapshot before."""
    if outcome.followed is None:
        return "  no earlier build to go on from: everything was read"
    changed = (
        "too many statements to follow"
        if outcome.changed is None
        else f"{outcome.changed:,} statements"
    )
    kept = f"; {outcome.withdrawn:,} withdrawn records kept" if outcome.withdrawn else ""
    return f"  {changed} changed since {outcome.followed}{kept}"
