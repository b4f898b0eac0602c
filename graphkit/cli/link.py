"""`graphkit link`."""

from __future__ import annotations

from typing import Any

import click

from graphkit.cli.model_options import model_choice, model_options, tell_method
from graphkit.cli.options import ProgressLine, Settings, graph_option, note
from graphkit.errors import SnapshotError


@click.command("link")
@model_options
@click.option(
    "--keep", type=click.IntRange(min=1), default=3, show_default=True, help="Snapshots to keep."
)
@graph_option
@click.pass_obj
def command(settings: Settings, /, keep: int, **options: Any) -> int:
    """Compute which projects speak to which questions, and which questions are alike.

    Makes a new snapshot that holds, beside all that was there, computed
    assessments (degree, aspects, quoted sentences, score) and similarities in a
    graph of their own. Published ones are never changed. What is computed is a
    machine's reading of titles and abstracts: read it with its origin.

    Vectors of texts are kept (in GRAPHKIT_CACHE, else the user's cache folder),
    so that a second run reads only what is new and an interrupted one goes on.

    \b
    Examples:
      graphkit link
      graphkit link --fast
      graphkit link --embeddings http://localhost:11434/v1 nomic-embed-text
    """
    choice = model_choice(**options)
    progress = ProgressLine()
    try:
        note_linked(settings, link_graph(settings, choice, keep, progress))
    except KeyboardInterrupt:
        note("nothing was published; what was encoded is kept")
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise SnapshotError(f"{where}{error.strerror or error}; nothing was published") from error
    finally:
        progress.clear()
    return 0


def link_graph(settings: Settings, choice: Any, keep: int, progress: ProgressLine) -> Any:
    """Link the graph in use."""
    from graphkit.linking.run import LinkOptions, link

    outcome = link(settings.graph, LinkOptions(choice=choice, keep=keep), progress)
    progress.clear()
    tell_method(outcome.model, choice)
    return outcome


def note_linked(settings: Settings, outcome: Any) -> None:
    """Say what was computed."""
    computed = outcome.computed
    duplicates = sum(one.duplicate for one in computed.similarities)
    note(
        f"snapshot {outcome.snapshot.manifest.id} in {settings.graph}, "
        f"{sum(outcome.seconds.values()):.1f} s"
    )
    note(
        f"  {len(computed.assessments):,} links of {outcome.questions:,} questions to "
        f"{len(computed.hubs):,} projects; {len(computed.similarities):,} pairs of similar "
        f"questions, {duplicates:,} of them worded alike"
    )
    if computed.unlinked:
        note(f"  {computed.unlinked:,} questions without a link: no project passed")
    note(
        f"  compared with {outcome.model}, {outcome.encoded:,} texts new to it"
        if outcome.model
        else "  words alone were compared"
    )
