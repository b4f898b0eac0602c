"""The API of the Gateway to Research portal: projects by search, and one by its reference.

A search answers with whole projects, 100 a request; the address of the next page is in the
header `Link`, and where there is none it is worked out from the total.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from graphkit.errors import UsageError
from graphkit.fetching.answers import (
    Answer,
    Page,
    changed,
    count,
    json_object,
    next_link,
    next_query,
    unclear,
)
from graphkit.fetching.lists import PagedList
from graphkit.fetching.named_projects import NamedProject
from graphkit.fetching.singles import Single, Singles
from graphkit.loaders.gtr_values import guid
from graphkit.text import slug

HOME = "https://gtr.ukri.org"
PAGE_SIZE = 100
EVERYTHING = "*"


@dataclass(frozen=True)
class Search:
    """What is looked for: a term of the portal's own language, a funder, a first day."""

    term: str = EVERYTHING
    funder: str = ""
    since: date | None = None

    @property
    def name(self) -> str:
        """The folder of its files.

        >>> Search().name, Search("local growth", since=date(2024, 1, 1)).name
        ('projects', 'projects-local-growth-since-2024-01-01-7b9cf046')
        """
        if self == Search():
            return "projects"
        words = "" if self.term == EVERYTHING else slug(self.term)
        parts = [words[:40].strip("-"), slug(self.funder)[:30].strip("-")]
        parts += [f"since-{self.since.isoformat()}"] if self.since else []
        digest = hashlib.sha256(repr((self.term, self.funder, self.since)).encode()).hexdigest()
        return "-".join(["projects", *filter(None, parts), digest[:8]])


def search(api: str, wanted: Search) -> PagedList:
    """The projects that a search finds, the earliest first; with a first day, the latest first."""
    parameters = {
        "term": wanted.term,
        "page": "1",
        "fetchSize": str(PAGE_SIZE),
        "selectedSortableField": "pro.sd",
        "selectedSortOrder": "DESC" if wanted.since else "ASC",
    }
    if wanted.funder:
        facet = f"funder|{wanted.funder}|string".encode()
        parameters["selectedFacets"] = base64.b64encode(facet).decode()
    found = [f"of {wanted.term!r}"] if wanted.term != EVERYTHING else []
    found += [f"funded by {wanted.funder}"] if wanted.funder else []
    found += [f"begun since {wanted.since.isoformat()}"] if wanted.since else []
    return PagedList(
        name=wanted.name,
        title=" ".join(["Gateway to Research: projects", *found]),
        format="gtr-portal-json",
        first=f"{api}/api/search/project?{urlencode(parameters, quote_via=quote)}",
        accept="application/json",
        read=lambda answer: _page(answer, wanted),
        part=wanted.since is not None,
    )


def _page(answer: Answer, wanted: Search) -> Page:
    document = json_object(answer)
    bean = document.get("facetedSearchResultBean")
    results = bean.get("results") if isinstance(bean, dict) else None
    if not isinstance(bean, dict) or not isinstance(results, list):
        raise changed(answer, "there are no `facetedSearchResultBean.results`")
    projects = [_project(row) for row in results]
    ids = tuple(guid(project.get("id")) or "" for project in projects)
    if results and not any(ids):
        raise changed(answer, "no result is a project with an id")
    if wanted.funder and projects:
        others = {_funder(project) for project in projects} - {wanted.funder}
        if others:
            raise changed(
                answer,
                f"it was asked for projects funded by {wanted.funder} "
                f"and gives those of {', '.join(sorted(map(repr, others))[:3])}",
            )
    announced = bean.get("totalResults")
    if announced is None:
        announced = answer.headers.get("link-records")
    total, pages = count(announced), count(answer.headers.get("link-pages"))
    if pages is None and total is not None:
        pages = math.ceil(total / PAGE_SIZE)
    following = _next(answer, pages)
    odd = unclear(announced)
    if odd and following is None and len(results) >= PAGE_SIZE:
        raise changed(answer, f"it announces {odd} records, and no next page after a full one")
    return Page(
        ids=ids,
        total=total,
        pages=pages,
        next=following,
        unclear=odd,
        enough=wanted.since is not None and _all_before(projects, wanted.since),
    )


def _next(answer: Answer, pages: int | None) -> str | None:
    link = next_link(answer)
    if link is not None:
        return next_query(link, answer)
    query = dict(parse_qsl(urlsplit(answer.address).query, keep_blank_values=True))
    number = count(query.get("page")) or 1
    if pages is None or number >= pages:
        return None
    return urlencode(query | {"page": str(number + 1)}, quote_via=quote)


def _project(row: object) -> dict[str, Any]:
    composition = row.get("projectComposition") if isinstance(row, dict) else None
    project = composition.get("project") if isinstance(composition, dict) else None
    return project if isinstance(project, dict) else {}


def _funder(project: dict[str, Any]) -> str:
    fund = project.get("fund")
    funder = fund.get("funder") if isinstance(fund, dict) else None
    name = funder.get("name") if isinstance(funder, dict) else None
    return name if isinstance(name, str) else ""


def _all_before(projects: list[dict[str, Any]], since: date) -> bool:
    """Whether the starts on a page descend and all lie before a day, with one to spare."""
    starts = []
    for project in projects:
        fund = project.get("fund")
        start = fund.get("start") if isinstance(fund, dict) else None
        if isinstance(start, bool) or not isinstance(start, int | float):
            return False
        starts.append(start)
    if not starts or starts != sorted(starts, reverse=True) or not abs(starts[0]) < 1e13:
        return False
    first = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=starts[0])
    return first.date() < since - timedelta(days=1)


def named(api: str, projects: Iterable[NamedProject]) -> Singles:
    """Single projects, by their grant references.

    Raises UsageError where none of them has a reference.
    """
    wanted, without = [], 0
    for project in projects:
        if not project.reference:
            without += 1
            continue
        address = f"{api}/api/projects?ref={quote(project.reference, safe='')}"
        name = project.key or f"ref-{hashlib.sha256(project.reference.encode()).hexdigest()[:12]}"
        wanted.append(Single(address, f"{name}.json", project.reference))
    if without and not wanted:
        raise UsageError(
            "the questions name no grant references", hint="--via gtr2 asks by project id"
        )
    unique = {single.address: single for single in wanted}
    return Singles(
        name="named-projects",
        title="Gateway to Research: projects that questions name",
        format="gtr-portal-json",
        accept="application/json",
        read=_overview,
        wanted=list(unique.values()),
    )


def _overview(answer: Answer, single: Single) -> tuple[str, ...]:
    document = json_object(answer)
    project = _project(document.get("projectOverview"))
    key = guid(project.get("id"))
    if key is None:
        raise changed(answer, "there is no `projectOverview` with a project's id")
    return (key,)
