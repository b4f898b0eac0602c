"""Organisations: the page of each, and the list of them."""

from __future__ import annotations

import numpy as np
from flask import render_template, request
from flask.typing import ResponseReturnValue

from graphkit.server.site.app import site
from graphkit.server.site.figures import Portfolio, Tally, columns
from graphkit.server.site.pages import THING_PAGES, blueprint
from graphkit.server.site.pages.answered import ask, behind_of
from graphkit.server.site.pages.own_queries import LEADS, own
from graphkit.server.site.pages.panels import charted, openings, paged, panel, some
from graphkit.server.site.pages.reading import Reader
from graphkit.server.site.resources.thing import Thing
from graphkit.text import fold

SIZE = 50


def organisation_page(thing: Thing) -> ResponseReturnValue:
    """The page of an organisation: what it leads, where it takes part, with whom."""
    found = columns()
    read = Reader(site().dataset)
    led = Portfolio.led_by(found, thing.iri)
    taking_part = Portfolio.by(found, "part", "organisation", thing.iri)
    others = [row for row in _of_grants(taking_part).per("part", "organisation")]
    given = {"organisation": thing.iri}
    facts = ask("organisation-facts", **given)
    return render_template(
        "organisation.html",
        thing=thing,
        facts=_grouped(facts.rows),
        places=read.named(thing.iri, "gk:locatedIn"),
        web=read.all(thing.iri, "schema:url"),
        elsewhere=read.all(thing.iri, "schema:sameAs"),
        led=led,
        taking_part=taking_part,
        years=charted(led.years()),
        departments=panel(taking_part.per_department()),
        funders=panel(led.per("funded", "funder")),
        aspects=panel(taking_part.per_aspect()),
        open=openings(taking_part.open_aspects()),
        partners=panel([row for row in others if row.iri != thing.iri]),
        hubs=some(taking_part.hubs()),
        largest=some(led.largest()),
        behind={
            name: behind_of(f"organisation-{name}", **given)
            for name in (
                "projects",
                "questions",
                "departments",
                "funders",
                "collaborators",
                "facts",
            )
        },
    )


def _of_grants(taking_part: Portfolio) -> Portfolio:
    """All records of the grants of which some record is in a selection."""
    found = taking_part.columns
    grants = np.unique(found["grant"][taking_part.projects])
    return Portfolio(found, np.isin(found["grant"], grants[grants >= 0]))


def _grouped(rows: list[dict[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(str(row["fact"]), []).append(str(row["value"]))
    return groups


@blueprint.get("/organisations")
def organisations() -> ResponseReturnValue:
    """Organisations that take part in grants, those that lead the most first."""
    found = columns()
    read = Reader(site().dataset)
    everything = Portfolio(found)
    led = {row.iri: row for row in everything.per_lead()}
    part = everything.per("part", "organisation")
    rows = sorted(
        ((led.get(row.iri, Tally(row.iri, 0)), row.grants) for row in part),
        key=lambda row: (-row[0].grants, -row[1], row[0].iri),
    )
    text = " ".join(request.args.get("name", "").split())[:200]
    if text:
        wanted = fold(text)
        named = {
            iri
            for iri, name in zip(found.things["organisation"], found.names, strict=True)
            if wanted in name
        }
        rows = [row for row in rows if row[0].iri in named]
    page = paged(len(rows), SIZE)
    return render_template(
        "organisations.html",
        name=text,
        rows=[
            (row, taking, read.named(row.iri, "gk:locatedIn"))
            for row, taking in rows[page.first - 1 : page.first - 1 + SIZE]
        ],
        page=page,
        behind=own("Organisations by the grants that they lead", LEADS),
    )


THING_PAGES["organisation"] = organisation_page
