"""Places: the page of each, and the list of them."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from graphkit.figures import Portfolio, Tally
from graphkit.server.site.app import site
from graphkit.server.site.pages import THING_PAGES, blueprint
from graphkit.server.site.pages.answered import behind_of
from graphkit.server.site.pages.figures import columns
from graphkit.server.site.pages.own_queries import PLACES, own
from graphkit.server.site.pages.panels import (
    about,
    charted,
    on_map,
    one_of,
    openings,
    paged,
    panel,
    some,
)
from graphkit.server.site.pages.reading import MAP_PLACES, Reader
from graphkit.server.site.resources.thing import Thing
from graphkit.uk_areas import PLACE_KINDS

SIZE = 50
_KIND = "https://w3id.org/graphkit/place-kind/"


def place_page(thing: Thing) -> ResponseReturnValue:
    """The page of a place."""
    found = columns()
    read = Reader(site().dataset)
    led = Portfolio.by(found, "located", "place", thing.iri)
    concerned = about(found, thing.iri)
    questions, places = found.pairs("named")
    named = questions[places == found.number("place", thing.iri)]
    given = {"place": thing.iri}
    around = [
        (name, iri, read.code(iri, "gk:placeKind"))
        for name, iri in read.named(thing.iri, "gk:within")
    ]
    inner = sorted(
        (read.code(iri, "gk:placeKind"), read.name(iri), iri)
        for iri in read.subjects("schema:containedInPlace", thing.iri)
    )
    return render_template(
        "place.html",
        thing=thing,
        kind=read.code(thing.iri, "gk:placeKind").replace("-", " "),
        codes=[str(code) for code in read.all(thing.iri, "skos:notation")],
        names=[str(name) for name in read.all(thing.iri, "skos:altLabel")],
        edition=read.text(thing.iri, "gk:edition"),
        abolished=read.one(thing.iri, "gk:abolished") is True,
        elsewhere=read.all(thing.iri, "schema:sameAs"),
        around=around,
        inner=[
            (kind, [(name, iri) for other, name, iri in inner if other == kind])
            for kind in sorted({row[0] for row in inner}, key=_width)
        ],
        led=led,
        concerned=concerned,
        both=Portfolio(found, led.projects & concerned.projects),
        named=[found.things["question"][at] for at in named[:12].tolist()],
        named_total=len(named),
        years=charted(led.years()),
        departments=panel(led.per_department()),
        funders=panel(led.per("funded", "funder")),
        aspects=panel(led.per_aspect()),
        open=openings(led.open_aspects()),
        leads=panel(led.per_lead()),
        hubs=some(led.hubs()),
        largest=some(led.largest()),
        counts=on_map(led),
        whole=on_map(Portfolio(found)),
        map_names=MAP_PLACES,
        here=_parts(thing.key, [iri for _, iri, _ in around]),
        behind={
            name: behind_of(f"place-{name}", **given)
            for name in (
                "projects",
                "funders",
                "departments",
                "aspects",
                "organisations",
                "years",
                "hierarchy",
            )
        },
    )


def _width(kind: str) -> int:
    return PLACE_KINDS.index(kind) if kind in PLACE_KINDS else len(PLACE_KINDS)


def _parts(key: str, around: list[str]) -> set[str]:
    """Codes of the parts of the map in which a place lies, or which it is."""
    return {key, *(iri.rpartition("/")[2] for iri in around)} & MAP_PLACES.keys()


@blueprint.get("/places")
def places() -> ResponseReturnValue:
    """Places of one kind, those with the most grants first, and the map of the nation's parts."""
    found = columns()
    read = Reader(site().dataset)
    kind = one_of("kind", PLACE_KINDS, "region")
    everything = Portfolio(found)
    counted = {row.iri: row for row in everything.per("located", "place")}
    concerned = {row.iri: row.grants for row in everything.per("concerns", "place")}
    code = f"{_KIND}{kind}"
    iris = read.subjects("gk:placeKind", code)
    rows = sorted(
        (counted.get(iri, Tally(iri, 0)) for iri in iris),
        key=lambda row: (-row.grants, -concerned.get(row.iri, 0), row.iri),
    )
    page = paged(len(rows), SIZE)
    shown = rows[page.first - 1 : page.first - 1 + SIZE]
    return render_template(
        "places.html",
        kind=kind,
        kinds=PLACE_KINDS,
        rows=shown,
        concerned=concerned,
        page=page,
        counts=on_map(everything),
        map_names=MAP_PLACES,
        behind=[
            behind_of("places-grants", place_kind=kind),
            own(
                f"Grants run from each place of the kind {kind.replace('-', ' ')}",
                PLACES,
                kind=code,
            ),
        ],
    )


THING_PAGES["place"] = place_page
