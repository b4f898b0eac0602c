"""`graphkit search`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from graphkit.cli.options import (
    F,
    Settings,
    chosen_format,
    emit,
    graph_option,
    note,
    output_options,
)

if TYPE_CHECKING:
    from graphkit.search import Hit, SearchAnswer, Segments

COLUMNS = (
    "rank",
    "thing",
    "title",
    "year",
    "department",
    "organisation",
    "funder",
    "snippet",
    "score",
)
FACET_COLUMNS = ("facet", "value", "label", "hits", "chosen")
_ALL = 1_000_000


def filter_options(command: F) -> F:
    """One option for each facet; all but `--archived` may be repeated."""
    for name, text in (
        ("year", "Year in which a project began or a question was asked; 2015-2018, 2015-."),
        ("aspect", "An aspect of the question, or one that the project is said to cover."),
        ("degree", "How far an assessment says that a project speaks to a question."),
        ("region", "Place, of any kind, where a project is led or which the text is about."),
        ("funder", "Funder or programme."),
        ("department", "Body that asks the question, or one that the project addresses."),
        ("kind", "question or project."),
    ):
        command = click.option(f"--{name}", multiple=True, metavar=name.upper(), help=text)(command)
    return click.option(
        "--archived/--no-archived",
        default=None,
        help="Archived questions only, or everything but these.",
    )(command)


@click.command("search")
@click.argument("words", nargs=-1, metavar="TEXT")
@filter_options
@click.option("--sort", default="relevance", help="relevance, newest, oldest or title.")
@click.option("--facets", is_flag=True, help="Not what is found, but how much of it, by facet.")
@output_options
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    words: tuple[str, ...],
    sort: str,
    facets: bool,
    form: str | None,
    output: str,
    limit: int | None,
    archived: bool | None,
    **given: tuple[str, ...],
) -> None:
    """Questions and projects whose words fit TEXT, best first.

    Words are compared by their stems, and all of them must be there; where nothing has
    all, what has some is listed. "Words in quotation marks" stand in this order, and
    a -word must not be there. A question's number, a grant's reference or a key finds
    its thing. Without TEXT, everything is listed, newest first. An option that is
    repeated means either value; names are understood as everywhere.

    \b
    Examples:
      graphkit search housing affordability --limit 10
      graphkit search '"heat pump" -ground' --funder EPSRC --year 2015-
      graphkit search levelling up --kind question --facets
    """
    from graphkit.library import Library
    from graphkit.search import SearchIndex, resolved_filters

    library = Library.open(settings.graph)
    index = SearchIndex.open(library.snapshot.search)
    filters, remarks = resolved_filters(library.resolver, given)
    if archived is not None:
        filters["archived"] = ("yes" if archived else "no",)
    text = " ".join(words)
    answer = index.search(text, filters, size=0, sort=sort, facet_size=_ALL if facets else 0)
    for remark in (*remarks, *_remarks(answer)):
        note(remark)
    if facets:
        rows = [
            (facet.name, one.value, one.label, one.count, one.chosen)
            for facet in answer.facets.values()
            for one in facet.values
        ]
        if limit is not None and limit < len(rows):
            note(f"{limit} of {len(rows):,} rows shown (--limit)")
        emit(FACET_COLUMNS, rows[:limit], form, output)
        return
    if limit is not None and limit < answer.total:
        note(f"{limit} of {answer.total:,} rows shown (--limit)")
    mark = {"table": "*", "markdown": "**"}.get(chosen_format(form, output), "")
    hits = islice(index.hits(text, filters, sort=sort), limit)
    emit(COLUMNS, _rows(hits, mark), form, output, library.base)


def _remarks(answer: SearchAnswer) -> Iterator[str]:
    yield from answer.remarks
    if answer.suggestion:
        yield f"did you mean: {answer.suggestion}"
    for thing in answer.things:
        yield f"there is a thing of this name: graphkit show {thing.iri}  ({thing.kind})"
    if not answer.total:
        yield "nothing was found"


def _rows(hits: Iterator[Hit], mark: str) -> Iterator[tuple[Any, ...]]:
    for rank, hit in enumerate(hits, 1):
        yield (
            rank,
            f"{hit.kind}/{hit.key}",
            hit.title,
            hit.year,
            hit.department.label if hit.department else None,
            hit.organisation.label if hit.organisation else None,
            [funder.label for funder in hit.funders],
            _plain(hit.snippet, mark),
            round(hit.score, 2),
        )


def _plain(segments: Segments, mark: str) -> str:
    return "".join(f"{mark}{text}{mark}" if marked else text for text, marked in segments)
