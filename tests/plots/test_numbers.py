"""What pictures draw is what SPARQL counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import combinations

import pytest
from conftest import Graph
from plots.conftest import all_words, texts

from graphkit.library import Library
from graphkit.plots import Picture
from graphkit.plots.choosing import Reading, choose
from graphkit.plots.collaboration import collaboration
from graphkit.plots.flows import flows
from graphkit.plots.heatmap import crossing
from graphkit.plots.parameters import Given
from graphkit.plots.things import network
from graphkit.plots.tile_map import regions
from graphkit.plots.timeline import whole_years, years
from graphkit.subgraph import Subgraph

LINK = """
    ?assessment gk:assessesProject ?project ; gk:assessesQuestion ?question ;
      gk:degree ?degree ; gk:origin ?origin .
    FILTER(?degree != degree:none)
    ?project gk:grantKey ?grant .
"""


def rows(graph: Graph, query: str) -> list[tuple[str, ...]]:
    return graph.select(f"PREFIX degree: <https://w3id.org/graphkit/degree/> {query}")


def code(iri: str) -> str:
    return iri.rpartition("/")[2]


@pytest.fixture
def reading(library: Library) -> Reading:
    return Reading(library)


@pytest.mark.parametrize("by", ["located", "concerns"])
def test_grants_and_money_of_each_region_are_those_that_sparql_finds(
    by: str, reading: Reading, linked: Graph
) -> None:
    given = Given({"by": by})
    found = regions(reading, choose(reading, given), given)
    term = {"located": "gk:locatedIn", "concerns": "gk:concernsPlace"}[by]
    grants: defaultdict[str, set[str]] = defaultdict(set)
    pounds: defaultdict[str, dict[str, float]] = defaultdict(dict)
    query = f"""SELECT ?place ?grant ?project ?pounds WHERE {{
        {{ ?project {term} ?place }} UNION {{ ?project {term}/gk:within ?place }}
        ?project gk:grantKey ?grant . OPTIONAL {{ ?project gk:countedAmount ?pounds }} }}"""
    for place, grant, project, amount in rows(linked, query):
        grants[code(place)].add(grant)
        pounds[code(place)][project] = float(amount or 0)
    assert len(found.tiles) == 12
    for tile in found.tiles:
        assert tile.grants == len(grants[tile.code])
        assert tile.pounds is None or tile.pounds == sum(pounds[tile.code].values())
    everything = {row[0] for row in rows(linked, "SELECT ?g WHERE { ?p gk:grantKey ?g }")}
    placed = set().union(*(grants[tile.code] for tile in found.tiles))
    assert found.grants == len(everything)
    assert found.grants_elsewhere == len(everything - placed)


def test_questions_that_a_region_speaks_to_are_those_that_sparql_finds(
    reading: Reading, linked: Graph
) -> None:
    given = Given({"by": "located"})
    found = regions(reading, choose(reading, given, linked=True), given)
    query = f"""SELECT DISTINCT ?place ?question WHERE {{ {LINK}
        {{ ?project gk:locatedIn ?place }} UNION {{ ?project gk:locatedIn/gk:within ?place }} }}"""
    spoken: defaultdict[str, set[str]] = defaultdict(set)
    for place, question in rows(linked, query):
        spoken[code(place)].add(question)
    assert [tile.questions for tile in found.tiles] == [
        len(spoken[tile.code]) for tile in found.tiles
    ]
    assert found.questions == linked.count("?q a gk:ResearchQuestion")
    anyone = rows(linked, f"SELECT DISTINCT ?question WHERE {{ {LINK} }}")
    assert found.spoken == len(anyone)


def test_the_map_writes_these_numbers_on_its_tiles(
    draw: Callable[..., Picture], reading: Reading
) -> None:
    found = regions(reading, choose(reading, Given()), Given())
    written = texts(draw("map"))
    for tile in found.tiles:
        assert tile.name.split(" ")[0] in " ".join(written)
        assert f"{tile.grants:,}" in written
    assert f"{found.grants_elsewhere:,}" in written


def test_cells_of_the_heat_map_are_those_that_sparql_finds(reading: Reading, linked: Graph) -> None:
    given = Given({"by": "located"})
    found = crossing(reading, choose(reading, given, linked=True), given)
    query = f"""SELECT DISTINCT ?aspect ?place ?grant WHERE {{ {LINK}
        ?assessment gk:coversAspect ?aspect .
        {{ ?project gk:locatedIn ?place }} UNION {{ ?project gk:locatedIn/gk:within ?place }} }}"""
    cells: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for aspect, place, grant in rows(linked, query):
        cells[aspect, code(place)].add(grant)
    covering = (
        f"SELECT DISTINCT ?aspect ?grant WHERE {{ {LINK} ?assessment gk:coversAspect ?aspect }}"
    )
    anywhere: defaultdict[str, set[str]] = defaultdict(set)
    for aspect, grant in rows(linked, covering):
        anywhere[aspect].add(grant)
    codes = [place for place, _, number in reading.parts() if number >= 0]
    assert {row.iri for row in found.rows} == anywhere.keys()
    for row in found.rows:
        assert row.grants == tuple(len(cells[row.iri, place]) for place in codes)
        assert row.anywhere == len(anywhere[row.iri])
    assert found.anywhere == len(set().union(*anywhere.values()))
    assert found.more_aspects == 0


def test_years_are_those_that_sparql_finds(reading: Reading, linked: Graph) -> None:
    found = years(reading, choose(reading, Given()), Given())
    query = """SELECT ?year ?grant ?project ?pounds WHERE { ?project gk:grantKey ?grant ;
        schema:startDate ?start . BIND(YEAR(?start) AS ?year)
        OPTIONAL { ?project gk:countedAmount ?pounds } }"""
    grants: defaultdict[int, set[str]] = defaultdict(set)
    pounds: defaultdict[int, dict[str, float]] = defaultdict(dict)
    for year, grant, project, amount in rows(linked, query):
        grants[int(year)].add(grant)
        pounds[int(year)][project] = float(amount or 0)
    assert {one.year: one.grants for one in found.years if one.grants} == {
        year: len(keys) for year, keys in grants.items()
    }
    for one in found.years:
        assert one.pounds is None or one.pounds == sum(pounds[one.year].values())
    everything = {row[0] for row in rows(linked, "SELECT ?g WHERE { ?p gk:grantKey ?g }")}
    assert found.undated_grants == len(everything - set().union(*grants.values())) > 0
    assert found.undated_questions == found.questions


def test_questions_stand_in_the_year_of_their_issue(odd: Library) -> None:
    reading = Reading(odd)
    found = years(reading, choose(reading, Given()), Given())
    query = "SELECT ?year WHERE { ?q gk:posted ?day BIND(YEAR(?day) AS ?year) }"
    graph = Graph(odd.snapshot.folder.parents[1])
    asked = [int(row[0]) for row in rows(graph, query)]
    assert {one.year: one.questions for one in found.years if one.questions} == {
        year: asked.count(year) for year in asked
    }
    assert found.undated_questions == 27 - len(asked)


def test_years_that_were_not_asked_for_are_counted_as_left_out(reading: Reading) -> None:
    choice = choose(reading, Given())
    everything = {one.year: one.grants for one in years(reading, choice, Given()).years}
    found = years(reading, choice, Given(numbers={"since": 2008, "until": 2012}))
    assert [one.year for one in found.years] == [2008, 2009, 2010, 2011, 2012]
    outside = sum(grants for year, grants in everything.items() if not 2008 <= year <= 2012)
    assert found.outside == outside > 0


def test_a_year_without_any_stated_amount_is_unknown_and_not_nothing(reading: Reading) -> None:
    columns = reading.columns
    columns.numbers["pounds"].setflags(write=False)
    pounds = columns["pounds"].copy()
    pounds[columns["year"] == 2010] = float("nan")
    numbers = {**columns.numbers, "pounds": pounds}
    reading.columns = type(columns)(columns.things, numbers, columns.names)
    found = {one.year: one for one in years(reading, choose(reading, Given()), Given()).years}
    assert found[2010].grants > 0
    assert found[2010].pounds is None
    assert found[2011].pounds


def test_years_at_the_edges_with_few_grants_are_partial(library: Library) -> None:
    counted = [(1990, 1, 0.0), (2005, 4, 0.0), (2006, 10, 0.0), (2007, 9, 0.0), (2008, 11, 0.0)]
    assert whole_years(counted, library.snapshot.manifest) == (2006, 2008)
    assert whole_years([*counted, (2017, 12, 0.0), (2018, 12, 0.0)], library.snapshot.manifest) == (
        2006,
        2017,  # the sample was retrieved in 2018
    )
    assert whole_years([], library.snapshot.manifest) == (0, 0)


def test_bands_are_distinct_grants_that_sparql_finds(reading: Reading, linked: Graph) -> None:
    given = Given()
    found = flows(reading, choose(reading, given, linked=True), given)
    query = f"""SELECT DISTINCT ?department ?aspect ?funder ?grant ?project ?pounds WHERE {{ {LINK}
        ?assessment gk:coversAspect ?aspect . ?question gk:askedBy ?department .
        ?project gk:fundedBy ?funder . OPTIONAL {{ ?project gk:countedAmount ?pounds }} }}"""
    left: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    right: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    pounds: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for department, aspect, funder, grant, project, amount in rows(linked, query):
        one, two, three = (reading.name(iri) for iri in (department, aspect, funder))
        left[one, two].add(grant)
        right[two, three].add(grant)
        pounds[two, three][project] = float(amount or 0)
    names = [
        [bar.name for bar in side] for side in (found.departments, found.aspects, found.funders)
    ]
    assert {(names[0][f.start], names[1][f.end]): f.grants for f in found.left} == {
        pair: len(grants) for pair, grants in left.items()
    }
    assert {(names[1][f.start], names[2][f.end]): f.grants for f in found.right} == {
        pair: len(grants) for pair, grants in right.items()
    }
    assert {(names[1][f.start], names[2][f.end]): f.pounds for f in found.right} == {
        pair: sum(amounts.values()) for pair, amounts in pounds.items()
    }
    assert found.grants == len(set().union(*left.values()))


def test_what_is_not_among_the_first_stands_in_one_bar_that_counts_distinct_grants(
    reading: Reading,
) -> None:
    choice = choose(reading, Given(), linked=True)
    whole = flows(reading, choice, Given())
    few = flows(reading, choice, Given(numbers={"departments": 2, "aspects": 3, "funders": 1}))
    rest = few.departments[2]
    assert rest.several
    assert rest.name == f"{len(whole.departments) - 2} other departments"
    assert rest.grants <= sum(bar.grants for bar in whole.departments[2:])
    assert [bar.name for bar in few.departments[:2]] == [bar.name for bar in whole.departments[:2]]
    assert sum(bar.grants for bar in few.departments) >= few.grants == whole.grants


def test_pairs_of_organisations_share_what_sparql_finds(reading: Reading, linked: Graph) -> None:
    found = collaboration(reading, choose(reading, Given()), 60)
    roles = "|".join(
        f"gk:{name}"
        for name in (
            "leadOrganisation", "partnerOrganisation", "collaborator", "coFunder",
            "fellowOrganisation", "participantOrganisation",
        )
    )  # fmt: skip
    parts: defaultdict[str, set[str]] = defaultdict(set)
    for organisation, grant in rows(
        linked, f"SELECT DISTINCT ?o ?g WHERE {{ ?p {roles} ?o ; gk:grantKey ?g }}"
    ):
        parts[grant].add(organisation)
    pairs: defaultdict[tuple[str, str], int] = defaultdict(int)
    counts: defaultdict[str, int] = defaultdict(int)
    for organisations in parts.values():
        for pair in combinations(sorted(organisations), 2):
            pairs[pair] += 1
        for one in organisations if len(organisations) > 1 else ():
            counts[one] += 1
    assert found.grants == sum(len(organisations) > 1 for organisations in parts.values())
    assert found.organisations == len(counts)
    assert [partner.grants for partner in found.partners] == [
        counts[partner.iri] for partner in found.partners
    ]
    assert sorted(partner.grants for partner in found.partners) == sorted(counts.values())[-60:]
    shown = {partner.iri for partner in found.partners}
    assert {
        tuple(
            sorted((found.partners[pair.first].iri, found.partners[pair.second].iri))
        ): pair.grants
        for pair in found.pairs
    } == {pair: grants for pair, grants in pairs.items() if set(pair) <= shown}


def test_ties_with_a_degree_are_those_that_sparql_finds(whole: Subgraph, linked: Graph) -> None:
    found = network(whole, 100_000)
    query = f"SELECT DISTINCT ?project ?question ?degree ?origin WHERE {{ {LINK} }}"
    ranks = ("full", "direct", "partial", "indirect", "unstated")
    strongest: dict[frozenset[str], str] = {}
    for project, question, degree, _ in rows(linked, query):
        pair = frozenset((project, question))
        before = strongest.get(pair, "unstated")
        strongest[pair] = min(before, code(degree), key=ranks.index)
    assert {
        frozenset((found.things[tie.first].iri, found.things[tie.second].iri)): tie.degree
        for tie in found.ties
        if tie.degree
    } == strongest
    assert len(found.things) == whole.node_count
    assert found.links == whole.relationship_count
    assert found.things_left_out == found.links_left_out == 0


def test_a_network_that_is_too_large_says_what_it_left_out(
    whole: Subgraph, draw: Callable[..., Picture]
) -> None:
    found = network(whole, 50)
    assert len(found.things) == 50
    assert found.things_left_out == whole.node_count - 50
    least = min(thing.ties for thing in found.things)
    everything = network(whole, 100_000)
    assert sum(thing.ties > least for thing in everything.things) <= 50
    words = all_words(draw("network", nodes=20))
    assert "Left out: 89 things" in words or "Left out:" in words


@pytest.mark.parametrize("show", ["projects", "money"])
def test_records_without_an_amount_are_named_and_not_drawn_as_nothing(
    show: str, draw: Callable[..., Picture], linked: Graph
) -> None:
    unknown = linked.count("?p a gk:Project FILTER NOT EXISTS { ?p gk:countedAmount ?x }")
    words = all_words(draw("map", show=show))
    assert (f"{unknown} records without a stated amount" in words) == (show == "money")
    assert unknown > 0


def test_published_lists_are_said_to_be_capped_where_links_count(
    draw: Callable[..., Picture],
) -> None:
    for kind, values in (
        ("heatmap", {}), ("sankey", {}), ("map", {"show": "coverage"}), ("network", {}),
        ("timeline", {"origin": "published-page"}),
    ):  # fmt: skip
        assert "ten there means ten or more" in all_words(draw(kind, **values)), kind
    assert "ten there means ten or more" not in all_words(draw("heatmap", origin="computed"))
