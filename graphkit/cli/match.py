"""`graphkit match`."""

from __future__ import annotations

from typing import Any

import click

from graphkit.cli.model_options import model_choice, model_options
from graphkit.cli.options import ProgressLine, Settings, emit, graph_option, note, output_options

COLUMNS = (
    "rank",
    "project",
    "title",
    "degree",
    "score",
    "covers",
    "misses",
    "evidence",
    "place",
    "linked_questions",
)


@click.command("match")
@click.argument("question")
@click.option(
    "--show-candidates", is_flag=True, help="Also the candidates that did not pass (degree none)."
)
@model_options
@output_options
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    question: str,
    show_candidates: bool,
    form: str | None,
    output: str,
    limit: int | None,
    **options: Any,
) -> int:
    """The projects that speak to a QUESTION of your own, best first.

    The graph must have been linked (`graphkit link`); it is only read. A score is
    how likely a reader is to say that the project speaks to the question;
    `linked_questions` counts the published questions that a project is linked to:
    one with many is a generic project.

    \b
    Examples:
      graphkit match "How can heat pumps be made cheaper?"
      graphkit match "What works against loneliness?" --limit 5 --format json
    """
    from graphkit.linking.matching import match
    from graphkit.snapshot import Snapshot

    choice = model_choice(**options)
    progress = ProgressLine()
    try:
        found = match(
            Snapshot.current(settings.graph),
            question,
            choice,
            candidates=show_candidates,
            progress=progress,
        )
    finally:
        progress.clear()
    if found.remark:
        note(found.remark)
    if found.aspects:
        note(f"aspects: {', '.join(found.aspects.values())}")
    label = found.aspects.get
    rows = [
        (
            one.rank,
            f"project/{one.project.key}",
            one.project.title,
            one.assessment.degree,
            round(one.assessment.score or 0.0, 3),
            [label(key, key) for key in one.assessment.covers],
            [label(key, key) for key in one.assessment.misses],
            [evidence.quote for evidence in one.assessment.evidence],
            [found.place_names.get(key, key) for key in one.assessment.places],
            one.linked_questions,
        )
        for one in found.matches
    ]
    if not rows:
        note("no project passed; --show-candidates lists what came nearest")
    if limit is not None and len(rows) > limit:
        note(f"{limit} of {len(rows):,} rows shown (--limit)")
        rows = rows[:limit]
    emit(COLUMNS, rows, form, output)
    return 0
