"""What a reader of the graph was once told wrongly: each case as it was found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from graphkit.identity.locating import Locator
from graphkit.identity.places import Gazetteer
from graphkit.library import Library
from graphkit.model import Address, Place

UNPLACED = """What works to rehouse otters?
Background
We want to know.
Related UKRI funded projects
-
Homes After Floods
Looking at homes...
Funded by: ESRC
Why might this be relevant?
The project partially answers the question by exploring housing, but does not discuss employment.
Similar ARIs from other organisations
"""


def gazetteer() -> Gazetteer:
    region = "E12000003"
    return Gazetteer.build(
        [
            (1, Place(code="E06000014", name="York", kind="local-authority", within=(region,))),
            (
                1,
                Place(
                    code="E06000065",
                    name="North Yorkshire",
                    kind="local-authority",
                    within=(region,),
                ),
            ),
            (1, Place(code="itl2025-TLE", name="Yorkshire", kind="itl1", within=(region,))),
        ]
    )


def test_a_project_without_a_place_is_in_no_place(
    built: Callable[..., Any], files: Callable[..., Path]
) -> None:
    graph = built(files({"page-50003.txt": UNPLACED}))
    library = Library(graph.snapshot)
    name = "projects-addressing-aspect"
    anywhere = library.run(name, aspect="housing").dicts()
    assert [(row["title"], row["place"], row["match"]) for row in anywhere] == [
        ("Homes After Floods", [], [])
    ]
    assert library.run(name, aspect="housing", place="England").rows == []


def test_a_postal_county_is_not_the_authority_of_that_name() -> None:
    locator = Locator(gazetteer())
    region, county = "Yorkshire and The Humber", "North Yorkshire"
    address = Address(lines=("Heslington", "York", county), region=region)
    assert locator.places("University of York", address) == ("E06000014",)
    village = Address(lines=("Hutton", county), region=region)
    assert locator.places("Hutton Labs", village) == ("E12000003",)


def test_a_region_and_its_itl_area_lie_within_each_other() -> None:
    places = gazetteer()
    assert "itl2025-TLE" in places.within_all("E12000003")
    assert "E12000003" in places.within_all("itl2025-TLE")
    assert "itl2025-TLE" in places.within_all("E06000014")


def test_a_project_without_a_title_is_refused_and_the_rest_is_built(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    graph = built(files({"a.json": make.portal(1), "b.json": make.portal(2, title=None)}))
    assert graph.column("SELECT ?t { ?p a gk:Project ; dct:title ?t }") == ["Otters 1"]
    reasons = graph.snapshot.rejects.read_text("utf-8")
    assert "has no title in any source" in reasons


def test_names_of_bodies_are_found_as_they_are_published(
    built: Callable[..., Any], files: Callable[..., Path]
) -> None:
    page = (
        '{"data": [{"questionId": 7, "question": "Why?", '
        '"department": "Department for Science, Innovation & Technology"}], "meta": {}}'
    )
    graph = built(files({"q.json": page}))
    query = (
        "SELECT ?q { ?q gk:askedBy/skos:altLabel "
        '"Department for Science, Innovation & Technology" }'
    )
    assert len(graph.column(query)) == 1
