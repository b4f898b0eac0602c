"""Aspects by the parts of the United Kingdom: how many grants of each are said to cover them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log1p
from typing import Any

import pyoxigraph as ox
from flask import render_template
from flask.typing import ResponseReturnValue

from graphkit.binding import bind
from graphkit.figures import Portfolio
from graphkit.server.site.app import site
from graphkit.server.site.pages import blueprint
from graphkit.server.site.pages.answered import Behind
from graphkit.server.site.pages.figures import columns
from graphkit.server.site.pages.frame import local_href
from graphkit.server.site.pages.own_queries import PREFIXES, written
from graphkit.server.site.pages.panels import one_of, paged, thing_of
from graphkit.server.site.pages.reading import MAP_PLACES
from graphkit.server.site.pages.wording import DEGREES, ORIGINS

SIZE = 40
STEPS = 10
_BY = ("located", "concerns")
_QUERY = """\
SELECT ?aspect ?aspect_name ?place ?name (COUNT(DISTINCT ?grant) AS ?grants) WHERE {
  { SELECT DISTINCT ?project ?aspect WHERE {
      ?assessment gk:coversAspect ?aspect ; gk:assessesProject ?project ;
        gk:assessesQuestion ?question ; gk:degree ?degree ; gk:origin ?origin .
      FILTER(?degree != degree:none)
      FILTER(!BOUND(?_degree) || ?degree = ?_degree)
      FILTER(!BOUND(?_origin) || ?origin = ?_origin)
      FILTER(!BOUND(?_department) || EXISTS { ?question gk:askedBy ?_department })
  } }
  { SELECT DISTINCT ?place ?at WHERE {
      VALUES ?place { %s }
      ?at gk:within? ?place .
  } }
  ?project gk:%s ?at ; gk:grantKey ?grant .
  ?aspect skos:prefLabel ?aspect_name .
  ?place skos:prefLabel ?name .
}
GROUP BY ?aspect ?aspect_name ?place ?name
ORDER BY ?aspect_name ?name
"""


@dataclass(frozen=True)
class Cell:
    """Grants that cover an aspect from one place, and how dark the cell is, from 0 to 10."""

    place: str
    grants: int
    step: int


@dataclass(frozen=True)
class Row:
    """An aspect, its cells, and the grants from anywhere that cover it, with the questions."""

    iri: str
    key: str
    cells: Sequence[Cell]
    grants: int
    questions: int


def step(number: int, most: int) -> int:
    """How dark a cell is: by the logarithm, as a few aspects would leave all others blank.

    >>> step(0, 500), step(1, 500), step(500, 500)
    (0, 2, 10)
    """
    return ceil(STEPS * log1p(number) / log1p(most)) if number else 0


@blueprint.get("/matrix")
def matrix() -> ResponseReturnValue:
    """The matrix, with filters: department, degree, origin, and run from or about the place."""
    found = columns()
    department = thing_of("department", found, "department")
    degree, origin = one_of("degree", DEGREES[:-1]), one_of("origin", ORIGINS)
    by = one_of("by", _BY, "located")
    base = site().dataset.base
    places = [
        (code, name, number)
        for code, name in MAP_PLACES.items()
        if (number := found.number("place", f"{base}id/place/{code}")) >= 0
    ]
    chosen = Portfolio(found, origin=origin, degree=degree, department=department)
    numbers = [number for _, _, number in places]
    grid = chosen.crossed(numbers, by)
    aspects = chosen.per_aspect()
    page = paged(len(aspects), SIZE)
    most = int(grid.max()) if grid.size else 0
    rows = []
    for tally in aspects[page.first - 1 :][:SIZE]:
        counts = grid[found.number("aspect", tally.iri)].tolist()
        cells = [
            Cell(code, count, step(count, most))
            for (code, _, _), count in zip(places, counts, strict=True)
        ]
        key = tally.iri.rpartition("/")[2]
        rows.append(Row(tally.iri, key, cells, tally.grants, tally.questions))
    covering = chosen.covering()
    per_place = covering.per(by, "place", numbers).dense(found.size("place"))
    return render_template(
        "matrix.html",
        places=places,
        rows=rows,
        page=page,
        totals=[int(per_place[number]) for number in numbers],
        total=covering.grants,
        department=department,
        departments=[row.iri for row in Portfolio(found).per_department()],
        degree=degree,
        origin=origin,
        by=by,
        degrees=DEGREES[:-1],
        origins=ORIGINS,
        to_cell=_to_cell(degree),
        behind=_behind(department, degree, origin, by),
    )


def _to_cell(degree: str) -> Any:
    """The link of a cell: the rows of the named query that lists its projects."""

    def link(aspect: str, place: str) -> str:
        return local_href(
            "api/queries/projects-addressing-aspect", aspect=aspect, degree=degree, place=place
        )

    return link


def _behind(department: str, degree: str, origin: str, by: str) -> Behind:
    base = site().dataset.base
    at = "https://w3id.org/graphkit/"
    given = {
        "_department": department,
        "_degree": f"{at}degree/{degree}" if degree else "",
        "_origin": f"{at}origin/{origin}" if origin else "",
    }
    terms = {name: ox.NamedNode(iri) for name, iri in given.items() if iri}
    shown = " ".join(str(ox.NamedNode(f"{base}id/place/{code}")) for code in MAP_PLACES)
    property_of = {"located": "locatedIn", "concerns": "concernsPlace"}[by]
    text = PREFIXES + bind(_QUERY % (shown, property_of), terms).strip()
    return written("Grants by aspect and part of the United Kingdom", text)
