"""`/api/search`: questions and projects by text, with facets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import msgspec
from flask import Response, request

from graphkit.errors import UsageError
from graphkit.search import FACETS, SORTS, Hit, SearchAnswer, resolved_filters
from graphkit.server.site.answers import answer
from graphkit.server.site.api import blueprint
from graphkit.server.site.api.addresses import following
from graphkit.server.site.api.answering import CSV, JSON, TSV, table
from graphkit.server.site.api.parameters import LONGEST, format_of, unknown
from graphkit.server.site.app import site
from graphkit.server.site.problems import Problem
from graphkit.server.site.sparql.formats import chosen

_FORMATS = (JSON, CSV, TSV)
_OWN = ("q", "page", "size", "sort", "format")
COLUMNS = (
    "iri", "kind", "title", "year", "reference", "department", "organisation", "funders",
    "archived", "score", "snippet",
)  # fmt: skip


@dataclass(frozen=True)
class Search:
    """What a request looks for."""

    text: str
    filters: dict[str, list[str]]
    page: int
    size: int
    sort: str
    format: str | None


def asked_for(suffix: str | None = None) -> Search:
    """The search of this request. Raises Problem 400 for parameters that are wrong.

    `suffix` is a format that stands at the end of the path.
    """
    filters: dict[str, list[str]] = {}
    own: dict[str, str] = {}
    for name, value in request.args.items(multi=True):
        if len(value) > LONGEST:
            raise Problem(400, f"{name} is longer than {LONGEST:,} characters", parameter=name)
        if name in FACETS:
            if value.strip():
                filters.setdefault(name, []).append(value)
        elif name not in _OWN:
            raise unknown(name, (*_OWN, *FACETS))
        elif name in own:
            raise Problem(400, f"{name} is given more than once", parameter=name)
        else:
            own[name] = value
    sort = own.get("sort") or next(iter(SORTS))
    if sort not in SORTS:
        raise Problem(
            400,
            f"there is no order {sort[:40]}",
            f"there are: {', '.join(SORTS)}",
            parameter="sort",
        )
    return Search(
        own.get("q", ""),
        filters,
        _number("page", own.get("page"), 1, 10**6),
        _number("size", own.get("size"), 20, 1000),
        sort,
        format_of(own.get("format"), suffix),
    )


def _number(name: str, text: str | None, default: int, most: int) -> int:
    if not text:
        return default
    least = 1 if name == "page" else 0
    if text.isascii() and text.isdigit() and len(text) < 8 and least <= int(text) <= most:
        return int(text)
    raise Problem(
        400, f"{name}: {text[:40]} is no whole number from {least} to {most:,}", parameter=name
    )


def found(search: Search) -> SearchAnswer:
    """The answer to a search; names of departments, places and so on are understood.

    Raises Problem 400, with what may have been meant, for a value that nothing is called.
    """
    dataset = site().dataset
    filters: dict[str, tuple[str, ...]] = {}
    remarks: list[str] = []
    for name, values in search.filters.items():
        try:
            resolved, said = resolved_filters(dataset.library.resolver, {name: values})
        except UsageError as error:
            raise Problem(
                400,
                error.message,
                error.hint,
                parameter=name,
                suggestions=list(error.suggestions),
            ) from None
        filters |= resolved
        remarks += said
    result = dataset.index.search(
        search.text, filters, page=search.page, size=search.size, sort=search.sort
    )
    return replace(result, remarks=(*result.remarks, *remarks)) if remarks else result


@blueprint.get("/search")
@blueprint.get("/search.<any(json, csv, tsv):suffix>")
def search(suffix: str | None = None) -> Response:
    """Questions and projects by text."""
    asked = asked_for(suffix)
    result = found(asked)
    accept = request.headers.get("Accept", "")
    choice = chosen(accept, asked.format, _FORMATS, "a search")
    if choice.format is JSON:
        body = msgspec.json.encode(_object(asked, result)) + b"\n"
        response = answer(lambda sink: sink.write(body), choice.content_type)
    else:
        rows = [_row(hit) for hit in result.hits]
        form = choice.format.name
        response = answer(lambda sink: table(sink, COLUMNS, rows, form), choice.content_type)
        response.headers["Content-Disposition"] = f'inline; filename="search.{form}"'
    response.vary.add("Accept")
    if (later := _next(asked, result)) is not None:
        response.headers["Link"] = f'<{later}>; rel="next"'
    return response


def _next(asked: Search, result: SearchAnswer) -> str | None:
    if not asked.size or result.first + len(result.hits) >= result.total:
        return None
    return following(page=str(asked.page + 1))


def _object(asked: Search, result: SearchAnswer) -> dict[str, Any]:
    return {
        "q": asked.text,
        "filters": result.filters,
        "sort": asked.sort,
        "total": result.total,
        "first": result.first,
        "suggestion": result.suggestion,
        "remarks": result.remarks,
        "next": _next(asked, result),
        "hits": [_hit(hit) for hit in result.hits],
        "facets": result.facets,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    """A hit; the marked texts are lists of `{text, marked}`."""
    whole = {name: getattr(hit, name) for name in hit.__dataclass_fields__}
    for name in ("marked_title", "snippet"):
        whole[name] = [{"text": text, "marked": marked} for text, marked in whole[name]]
    return whole


def _row(hit: Hit) -> tuple[Any, ...]:
    return (
        hit.iri,
        hit.kind,
        hit.title,
        hit.year,
        hit.reference,
        hit.department.label if hit.department else None,
        hit.organisation.label if hit.organisation else None,
        [funder.label for funder in hit.funders],
        hit.archived,
        round(hit.score, 4),
        "".join(text for text, _ in hit.snippet),
    )
