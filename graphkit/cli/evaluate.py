"""`graphkit evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from graphkit.cli.model_options import model_choice, model_options
from graphkit.cli.options import ProgressLine, Settings, chosen_format, graph_option, note, opened
from graphkit.errors import FaultsFoundError
from graphkit.tabular import FORMATS, write_rows

SHOWN = 10
"""Refused rows that are told one by one."""


@click.command("evaluate")
@click.argument("judged", required=False, type=click.Path(path_type=Path))
@click.option("--split", help="Only rows with this value in the column `split`.")
@click.option(
    "--threshold", type=click.IntRange(min=1), help="The judgement from which a pair is relevant."
)
@click.option(
    "--without",
    multiple=True,
    metavar="PART",
    help="Also without words, meaning, passages, spelling or damping; may be given again.",
)
@click.option("--baseline", is_flag=True, help="Also a single view: title and first 128 tokens.")
@click.option("--by-question", is_flag=True, help="The measures question by question.")
@click.option("--strict", is_flag=True, help="Any row that cannot be used is a fault.")
@model_options
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="Default: by the extension of -o, else table.",
)
@click.option("-o", "--output", default="-", help="File to write; - is standard output.")
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    judged: Path | None,
    split: str | None,
    threshold: int | None,
    without: tuple[str, ...],
    baseline: bool,
    by_question: bool,
    strict: bool,
    form: str | None,
    output: str,
    **options: Any,
) -> int:
    """Measure the links of a graph against JUDGED pairs, or against published links.

    JUDGED is a CSV file with the columns question, project and judgement (0 to 3,
    or words as relevant and irrelevant), and if you like degree, covers, misses
    and split. Without it the published links of the graph serve: these are
    positives only, so recall is all that can be told.

    The graph must have been linked. Intervals hold 95 %.

    \b
    Examples:
      graphkit evaluate judged.csv --split test --baseline
      graphkit evaluate judged.csv --without words --without passages
      graphkit evaluate
    """
    from graphkit.linking.evaluating import evaluate_links
    from graphkit.ontology import Ontology
    from graphkit.relevance.evaluation.judged import read_judged
    from graphkit.relevance.evaluation.work import Settings as Measuring
    from graphkit.relevance.question_aspects import AspectReader
    from graphkit.snapshot import Snapshot

    choice = model_choice(**options)
    snapshot = Snapshot.current(settings.graph)
    synonyms = AspectReader(Ontology.load().concepts("aspect")).synonyms
    pairs = None if judged is None else read_judged(judged, split=split, synonyms=synonyms)
    progress = ProgressLine()
    try:
        found = evaluate_links(
            snapshot,
            pairs,
            choice,
            without=without,
            baseline=baseline,
            settings=Measuring(threshold=threshold),
            progress=progress,
        )
    finally:
        progress.clear()
    if found.remark:
        note(found.remark)
    for one in found.judged.refused[:SHOWN]:
        note(f"line {one.line}: {one.field or 'row'}: {one.reason} ({one.excerpt})")
    if len(found.judged.refused) > SHOWN:
        note(f"and {len(found.judged.refused) - SHOWN:,} further rows that cannot be used")
    for remark in found.evaluation.notes:
        note(remark)
    _write(found.evaluation, by_question, form, output)
    if strict and found.judged.refused:
        raise FaultsFoundError(f"--strict: {len(found.judged.refused):,} rows cannot be used")
    return 0


def _write(evaluation: Any, by_question: bool, form: str | None, output: str) -> None:
    chosen = chosen_format(form, output)
    if by_question:
        section = evaluation.by_question
        with opened(output) as out:
            write_rows(out, section.columns, section.rounded(), chosen)
        return
    with opened(output) as out:
        if chosen in ("table", "markdown"):
            for section in evaluation.sections:
                out.write(f"{section.title}\n\n")
                if section.rows:
                    write_rows(out, section.columns, section.rounded(), chosen)
                if section.note:
                    out.write(f"{section.note}\n")
                out.write("\n")
            return
        columns = ("section", "row", "column", "value")
        rows = [
            (section.title, str(row[0]), str(column), value)
            for section in evaluation.sections
            for row in section.rounded()
            for column, value in zip(section.columns[1:], row[1:], strict=True)
        ]
        write_rows(out, columns, rows, chosen)
