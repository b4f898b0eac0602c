"""Searching questions and projects by words and facets: a plain form, and links."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from graphkit.search import FACETS, SORTS, SearchAnswer
from graphkit.server.site.app import site
from graphkit.server.site.pages import blueprint
from graphkit.server.site.pages.frame import changed, local_href
from graphkit.server.site.problems import Problem

SIZE = 20
AT_ONCE = 1_000
"""Results in one download: as many as the search gives at once."""
MAX_TEXT = 2_000
"""Characters of a text to search for."""
SORT_NAMES = {
    "relevance": "Best match first",
    "newest": "Newest first",
    "oldest": "Oldest first",
    "title": "By title",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is set, with the link that takes it away."""

    facet: str
    label: str
    href: str


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Questions and projects that hold some words and pass some filters."""
    if site().dataset.snapshot is None:
        raise Problem(404, "there is nothing to search in: this data set has no index")
    text = request.args.get("q", "").strip()
    if len(text) > MAX_TEXT:
        raise Problem(414, f"the text has more than {MAX_TEXT:,} characters", "search for less")
    page = _number("page")
    filters = {name: given for name in FACETS if (given := _given(name))}
    if (years := _years()) is not None:
        filters["year"] = [*filters.get("year", []), years]
    sort = request.args.get("sort") or "relevance"
    answer = site().dataset.index.search(text, filters=filters, page=page, size=SIZE, sort=sort)
    pages = max(1, -(-answer.total // SIZE))
    return render_template(
        "search.html",
        answer=answer,
        page=page,
        pages=pages,
        sort=sort,
        sorts=[(name, SORT_NAMES.get(name, name)) for name in SORTS],
        filters=filters,
        chosen=_chosen(answer, filters),
        years=years or "",
        at_once=AT_ONCE,
        downloads=[
            (label, _download(text, sort, form, filters))
            for label, form in (("CSV", "csv"), ("JSON", "json"))
        ],
    )


def _download(text: str, sort: str, form: str, filters: dict[str, list[str]]) -> str:
    return local_href("api/search", q=text, sort=sort, size=AT_ONCE, format=form, **filters)


def _given(name: str) -> list[str]:
    return list(dict.fromkeys(value for value in request.args.getlist(name) if value.strip()))


def _number(name: str) -> int:
    """The number of the page. Raises Problem 400 for what is none."""
    given = request.args.get(name) or "1"
    if not (given.isascii() and given.isdigit()) or len(given) > 6 or int(given) < 1:
        raise Problem(400, f"this is no {name}: {given[:40]}", "pages are counted from 1")
    return int(given)


def _years() -> str | None:
    """The years between which to search, as the form gives them, as one value of a filter."""
    ends = [request.args.get(name, "").strip() for name in ("from", "to")]
    for end in ends:
        if end and not (end.isascii() and end.isdigit() and len(end) == 4):
            raise Problem(400, f"this is no year: {end[:40]}", "years have four digits")
    return "-".join(ends) if any(ends) else None


def _chosen(answer: SearchAnswer, filters: dict[str, list[str]]) -> list[Chosen]:
    found = []
    for name, values in filters.items():
        facet = answer.facets.get(name)
        labels = {one.value: one.label for one in facet.values} if facet else {}
        for value in values:
            rest = [other for other in _given(name) if other != value]
            away = changed(**{name: rest, "page": None, **_no_years(name, value)})
            label = labels.get(value, value)
            found.append(Chosen(FACETS[name], label, away))
    return found


def _no_years(name: str, value: str) -> dict[str, None]:
    return {"from": None, "to": None} if name == "year" and value == _years() else {}


@blueprint.app_template_global("with_value")
def with_value(name: str, value: str, chosen: bool) -> str:
    """A link to this search with a value of a facet added, or taken away where it is chosen."""
    values = [other for other in _given(name) if other != value]
    return changed(**{name: values if chosen else [*values, value], "page": None})
