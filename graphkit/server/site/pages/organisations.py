"""Organisations: the page of each, and the list of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flask import render_template, request
from flask.typing import ResponseReturnValue

from graphkit.figures import Portfolio, Tallies, Tally
from graphkit.server.site.app import site
from graphkit.server.site.pages import THING_PAGES, blueprint
from graphkit.server.site.pages.answered import ask, behind_of
from graphkit.server.site.pages.figures import columns
from graphkit.server.site.pages.own_queries import LEADS, own
from graphkit.server.site.pages.panels import TOP, Panel, charted, openings, paged, panel, some
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
    others = _of_grants(taking_part).per("part", "organisation")
    given = {"organisation": thing.iri}
    facts = ask("organisation-facts", organisation=thing.iri)
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
        partners=Panel(
            [row for row in others[: TOP + 1] if row.iri != thing.iri][:TOP],
            max(0, len(others) - 1),
        ),
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


def _of_leads(leads: Tallies, rows: Sequence[Tally]) -> list[Tally]:
    """The rows of those that lead, of the organisations of some rows."""
    found = columns()
    wanted = [found.number("organisation", row.iri) for row in rows]
    return [leads[at] for at in np.nonzero(np.isin(leads.numbers, wanted))[0].tolist()]


@blueprint.get("/organisations")
def organisations() -> ResponseReturnValue:
    """Organisations that take part in grants, those that lead the most first."""
    found = columns()
    read = Reader(site().dataset)
    everything = Portfolio(found)
    part = everything.per("part", "organisation")
    leads = everything.per_lead()
    led = leads.dense(found.size("organisation"))
    chosen = np.arange(len(part))
    text = " ".join(request.args.get("name", "").split())[:200]
    if text:
        wanted = fold(text)
        named = np.array([wanted in name for name in found.names], bool)
        chosen = np.nonzero(named[part.numbers])[0]
    numbers = part.numbers[chosen]
    order = chosen[np.lexsort((numbers, -part.grants[chosen], -led[numbers]))]
    page = paged(len(order), SIZE)
    rows = [part[at] for at in order[page.first - 1 :][:SIZE].tolist()]
    money = {row.iri: row for row in _of_leads(leads, rows)}
    return render_template(
        "organisations.html",
        name=text,
        rows=[
            (money.get(row.iri, Tally(row.iri, 0)), row.grants, read.named(row.iri, "gk:locatedIn"))
            for row in rows
        ],
        page=page,
        behind=own("Organisations by the grants that they lead", LEADS),
    )


THING_PAGES["organisation"] = organisation_page
