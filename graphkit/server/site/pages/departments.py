"""Departments: the page of each, and the list of them."""

from __future__ import annotations

import numpy as np
from flask import render_template
from flask.typing import ResponseReturnValue

from graphkit.figures import Portfolio
from graphkit.server.site.app import site
from graphkit.server.site.pages import THING_PAGES, blueprint
from graphkit.server.site.pages.answered import ask, behind_of
from graphkit.server.site.pages.figures import columns
from graphkit.server.site.pages.own_queries import (
    FUNDERS_OF_DEPARTMENT,
    HUBS_OF_DEPARTMENT,
    LEADS_OF_DEPARTMENT,
    PLACES_OF_DEPARTMENT,
    own,
)
from graphkit.server.site.pages.panels import on_map, one_of, openings, paged, panel, some
from graphkit.server.site.pages.reading import MAP_PLACES, Reader
from graphkit.server.site.resources.thing import Thing

SIZE = 20
_STATES = ("current", "archived")


def department_page(thing: Thing) -> ResponseReturnValue:
    """The page of a department: its questions, and what has been funded on them."""
    found = columns()
    read = Reader(site().dataset)
    spoken = Portfolio(found, department=thing.iri)
    linked = spoken.linked()
    own_questions = np.nonzero(found["department"] == found.number("department", thing.iri))[0]
    grants = spoken.per_question()
    archived = found["archived"][own_questions]
    state = one_of("state", _STATES)
    shown = own_questions
    if state:
        shown = own_questions[archived == (state == "archived")]
    order = np.lexsort((shown, -found["issued"][shown]))
    page = paged(len(shown), SIZE, "questions")
    rows = shown[order][page.first - 1 : page.first - 1 + SIZE]
    having, had = found.pairs("has_aspect")
    mine = np.isin(having, own_questions)
    given = {"department": thing.iri}
    covered = {row.iri: row for row in spoken.per_aspect()}
    return render_template(
        "department.html",
        thing=thing,
        acronym=read.text(thing.iri, "gk:acronym"),
        names=[str(name) for name in read.all(thing.iri, "skos:altLabel")],
        registered=read.one(thing.iri, "gk:registered") is not False,
        web=read.all(thing.iri, "schema:url"),
        elsewhere=read.all(thing.iri, "schema:sameAs"),
        steps=ask("department-succession", department=thing.iri).rows,
        documents=ask("departments-documents", department=thing.iri).rows,
        asked=len(own_questions),
        archived=int(archived.sum()),
        with_grants=int((grants[own_questions] > 0).sum()),
        capped=int(found["capped"][own_questions].sum()),
        state=state,
        page=page,
        questions=[
            (
                found.things["question"][at],
                int(found["issued"][at]),
                bool(found["archived"][at]),
                bool(found["capped"][at]),
                int(grants[at]),
            )
            for at in rows.tolist()
        ],
        linked=linked,
        by_origin=[
            (origin, len(Portfolio(found, origin=origin, department=thing.iri).questions))
            for origin in ("published-page", "published-link", "computed")
        ],
        aspects=[
            (iri, asked, unmet, covered[iri].grants if iri in covered else 0)
            for iri, asked, unmet in sorted(
                spoken.left_open(having[mine], had[mine]), key=lambda row: -row[1]
            )[:12]
        ],
        open=openings(spoken.left_open(having[mine], had[mine])),
        funders=panel(linked.per("funded", "funder")),
        leads=panel(linked.per_lead()),
        hubs=some(spoken.hubs()),
        map_names=MAP_PLACES,
        counts=on_map(linked),
        behind={
            **{
                name: behind_of(f"department-{name}", **given)
                for name in ("questions", "aspects", "succession", "questions-with-predecessors")
            },
            "open": behind_of("questions-open-aspects", **given),
            "organisations": own(
                "Organisations that lead these grants", LEADS_OF_DEPARTMENT, **given
            ),
            "funders": own(
                "Funders of grants listed for its questions", FUNDERS_OF_DEPARTMENT, **given
            ),
            "places": own("Places that these grants are run from", PLACES_OF_DEPARTMENT, **given),
            "hubs": own(
                "Projects by how many of its questions they are listed for",
                HUBS_OF_DEPARTMENT,
                **given,
            ),
        },
    )


@blueprint.get("/departments")
def departments() -> ResponseReturnValue:
    """All departments, those that ask the most first."""
    found = columns()
    read = Reader(site().dataset)
    everything = Portfolio(found)
    size = found.size("department") + 1
    department = found["department"]
    asked = np.bincount(department[department >= 0], minlength=size)
    archived = np.bincount(department[found["archived"] & (department >= 0)], minlength=size)
    with_grants = np.bincount(
        department[(everything.per_question() > 0) & (department >= 0)], minlength=size
    )
    grants = {row.iri: row.grants for row in everything.per_department()}
    iris = found.things["department"]
    order = sorted(range(len(iris)), key=lambda at: (-asked[at], iris[at]))
    page = paged(len(order), SIZE * 5)
    return render_template(
        "departments.html",
        rows=[
            (
                iris[at],
                read.text(iris[at], "gk:acronym"),
                int(asked[at]),
                int(archived[at]),
                int(with_grants[at]),
                grants.get(iris[at], 0),
                read.named(iris[at], "gk:succeededBy"),
            )
            for at in order[page.first - 1 : page.first - 1 + SIZE * 5]
        ],
        page=page,
        behind=behind_of("departments-overview"),
    )


THING_PAGES["department"] = department_page
