"""Funders and programmes: the page of each, and the list of them."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from graphkit.figures import Portfolio
from graphkit.server.site.app import site
from graphkit.server.site.pages import THING_PAGES, blueprint
from graphkit.server.site.pages.answered import behind_of
from graphkit.server.site.pages.figures import columns
from graphkit.server.site.pages.own_queries import (
    ASPECTS_OF_FUNDER,
    LEADS_OF_FUNDER,
    PLACES_OF_FUNDER,
    own,
)
from graphkit.server.site.pages.panels import charted, on_map, openings, paged, panel, some
from graphkit.server.site.pages.reading import MAP_PLACES, Reader
from graphkit.server.site.resources.thing import Thing

SIZE = 50


def funder_page(thing: Thing) -> ResponseReturnValue:
    """The page of a funder or a programme: its grants, and the questions they speak to."""
    found = columns()
    read = Reader(site().dataset)
    funded = Portfolio.by(found, "funded", "funder", thing.iri)
    given = {"funder": thing.iri}
    return render_template(
        "funder.html",
        thing=thing,
        acronym=read.text(thing.iri, "gk:acronym"),
        names=[str(name) for name in read.all(thing.iri, "skos:altLabel")],
        elsewhere=read.all(thing.iri, "schema:sameAs"),
        became=read.named(thing.iri, "gk:succeededBy"),
        before=[(read.name(iri), iri) for iri in read.subjects("gk:succeededBy", thing.iri)],
        funded=funded,
        linked=funded.linked(),
        by_origin=[
            (origin, len(Portfolio(found, funded.projects, origin=origin).questions))
            for origin in ("published-page", "published-link", "computed")
        ],
        years=charted(funded.years()),
        departments=panel(funded.per_department()),
        aspects=panel(funded.per_aspect()),
        open=openings(funded.open_aspects()),
        leads=panel(funded.per_lead()),
        hubs=some(funded.hubs()),
        largest=some(funded.largest()),
        map_names=MAP_PLACES,
        counts=on_map(funded),
        behind={
            "departments": behind_of("funder-departments", **given),
            "years": behind_of("awards-by-year", **given),
            "projects": behind_of("projects-for-questions-by-funder", **given),
            "aspects": own("Aspects that its grants are said to cover", ASPECTS_OF_FUNDER, **given),
            "places": own("Places that its grants are run from", PLACES_OF_FUNDER, **given),
            "organisations": own("Organisations that lead its grants", LEADS_OF_FUNDER, **given),
        },
    )


@blueprint.get("/funders")
def funders() -> ResponseReturnValue:
    """All funders and programmes, those with the most grants first."""
    found = columns()
    read = Reader(site().dataset)
    rows = Portfolio(found).per("funded", "funder")
    page = paged(len(rows), SIZE)
    shown = []
    for row in rows[page.first - 1 : page.first - 1 + SIZE]:
        funded = Portfolio.by(found, "funded", "funder", row.iri)
        years = funded.years()
        shown.append(
            (
                row,
                read.text(row.iri, "gk:acronym"),
                "/programme/" in row.iri,
                years[0][0] if years else None,
                years[-1][0] if years else None,
                len(funded.questions),
            )
        )
    return render_template(
        "funders.html", rows=shown, page=page, behind=behind_of("funders-totals")
    )


THING_PAGES["funder"] = funder_page
THING_PAGES["programme"] = funder_page
