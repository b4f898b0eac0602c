"""Organisations: what merges, what must not, and that the order of the input does not matter."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.identity.organisation_names import difference, name_form
from graphkit.identity.organisations import OrganisationIndex, Resolution
from graphkit.model import Address, Organisation

SHARED = Path(__file__).parents[3] / "shared"
LONDON = Address(lines=("1 Long Street",), postcode="WC1E 6BT", region="London")


def gtr(key: str, name: str, address: Address | None = None) -> Organisation:
    return Organisation(key=f"gtr:{key}", name=name, address=address)


def ror(key: str, name: str, *names: str, town: str | None = None) -> Organisation:
    address = Address(city=town, country="United Kingdom") if town else None
    return Organisation(key=f"ror:{key}", name=name, names=names, address=address)


def resolve(records: Iterable[Organisation], mentions: Iterable[str] = ()) -> Resolution:
    index = OrganisationIndex()
    for record in records:
        index.add(record, 1 if record.key.startswith("gtr:") else 0, 0)
    for name in mentions:
        index.mention(name, 2, 1)
    return index.resolve()


def test_records_of_one_id_are_one_organisation() -> None:
    resolution = resolve([gtr("A", "Univ. of Leeds"), gtr("A", "University of Leeds")])
    assert len(resolution.organisations) == 1
    assert resolution.merges == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("University of Chester", "University of Chichester"),
        ("University of Chester", "University of Manchester"),
        ("University of Bath", "Bath Spa University"),
        ("Queen Mary, University of London", "Queen Margaret University"),
        ("Queen Mary Hospital", "Queen Mary College"),
        ("University of Bolton", "University of Boston"),
        (
            "University Hospital of North Staffordshire",
            "University Hospital of South Staffordshire",
        ),
        ("University College Birmingham", "University of Birmingham"),
        ("University of York", "York University"),
        ("Ministry of Health, Kenya", "Ministry of Health, Uganda"),
        ("Sport - England", "Sport - Wales"),
        ("NIHR Research Unit 12 at Leeds Hospital", "NIHR Research Unit 13 at Leeds Hospital"),
        ("University of Gambia Medical School", "University of Zambia Medical School"),
    ],
)
def test_two_organisations_stay_two(one: str, other: str) -> None:
    for records, mentions in (
        ([gtr("A", one), ror("1", other)], []),
        ([ror("1", one), gtr("A", other)], []),
        ([gtr("A", one), gtr("B", other)], []),
        ([gtr("A", one)], [other]),
        ([], [one, other]),
    ):
        assert len(resolve(records, mentions).organisations) == 2


@pytest.mark.parametrize(
    ("in_gtr", "in_ror"),
    [
        ("The University of Leeds", "University of Leeds"),
        ("Rolls-Royce Plc", "Rolls-Royce (United Kingdom)"),
        ("British Broadcasting Corporation - BBC", "British Broadcasting Corporation"),
        ("Arts & Humanities Research Council (AHRC)", "Arts and Humanities Research Council"),
        ("Royal Botanic Gardens Edinburgh", "Royal Botanic Garden Edinburgh"),
        ("Sheffield Forgemasters Egineering Ltd", "Sheffield Forgemasters Engineering"),
    ],
)
def test_one_organisation_is_one(in_gtr: str, in_ror: str) -> None:
    resolution = resolve([gtr("A", in_gtr), ror("1", in_ror)])
    assert resolution.canonical == {"gtr:A": "gtr:A", "ror:1": "gtr:A"}
    assert resolution.merges[0].reason


def test_an_alias_in_ror_is_a_name_but_an_acronym_is_not() -> None:
    in_ror = ror("1", "Leeds Beckett University", "Leeds Metropolitan University", "LBU")
    by_alias = resolve([gtr("A", "Leeds Metropolitan University"), in_ror])
    assert by_alias.canonical["ror:1"] == "gtr:A"
    by_acronym = resolve([gtr("A", "LBU"), in_ror])
    assert by_acronym.canonical["ror:1"] == "ror:1"
    assert [c.reason for c in by_acronym.candidates] == ["only an acronym in common"]


def test_an_alias_of_one_word_needs_the_same_town() -> None:
    in_ror = ror("1", "Intellect Books", "Intellect", town="Bristol")
    assert len(resolve([gtr("A", "INTELLECT", LONDON), in_ror]).organisations) == 2
    bristol = Address(lines=("Bristol",), region="South West")
    assert len(resolve([gtr("A", "INTELLECT", bristol), in_ror]).organisations) == 1


def test_abbreviations_merge_only_where_the_town_agrees() -> None:
    short, full = (
        "London School of Economics & Pol Sci",
        ("London School of Economics and Political Science"),
    )
    assert len(resolve([gtr("A", short), ror("1", full, town="London")]).organisations) == 2
    resolution = resolve([gtr("A", short, LONDON), ror("1", full, town="London")])
    assert len(resolution.organisations) == 1
    assert "written out" in resolution.merges[0].reason


def test_two_ids_of_one_name_need_an_address_that_agrees() -> None:
    elsewhere = Address(lines=("2 Other Road",), postcode="M13 9PL", region="North West")
    same = resolve([gtr("A", "Acme Works Ltd", LONDON), gtr("B", "ACME WORKS", LONDON)])
    assert len(same.organisations) == 1
    apart = resolve([gtr("A", "Acme Works", LONDON), gtr("B", "Acme Works", elsewhere)])
    assert len(apart.organisations) == 2
    assert [(c.key, c.other, c.score) for c in apart.candidates] == [("gtr:A", "gtr:B", 100.0)]
    region_only = Address(region="London")
    near = resolve([gtr("A", "Acme Works", LONDON), gtr("B", "Acme Works", region_only)])
    assert len(near.organisations) == 1


NO_PLACE = None
IN_ITALY = Address(lines=("Via Palladio 8", "Udine"), region="Outside UK", country="Italy")


@pytest.mark.parametrize(
    "name",
    [
        "University of Udine",
        "Idaho National Laboratory",
        "British Transport Police",
        "Cairn Research Ltd",
        "Natural Environment Research Council",
        "World Health Organisation",
    ],
)
def test_a_distinctive_name_is_enough_where_nothing_speaks_against_it(name: str) -> None:
    for address in (NO_PLACE, LONDON, IN_ITALY):
        records = [gtr("A", name, address), gtr("B", name.upper())]
        (one,) = resolve(records).organisations
        assert one.keys == ("gtr:A", "gtr:B")


@pytest.mark.parametrize(
    "name",
    [
        "School of Education",
        "Department of Physics",
        "General Hospital",
        "City Council",
        "Ministry of Health",
        "Ministry of Agriculture, Livestock and Fisheries",
        "Natural History Museum",
        "Royal Society",
        "American University",
        "Mount Sinai Hospital",
        "University of Newcastle",
        "Cabinet Office",
        "Festo",
        "MSI Consultancy",
    ],
)
def test_a_name_that_several_may_bear_is_not_enough(name: str) -> None:
    resolution = resolve([gtr("A", name, LONDON), gtr("B", name)])
    assert len(resolution.organisations) == 2
    reasons = [candidate.reason for candidate in resolution.candidates]
    assert reasons == ["same name; the name alone is not enough"]


@pytest.mark.parametrize(
    ("address", "merges"),
    [
        (Address(postcode="M13 9PL", region="North West"), False),
        (Address(postcode="00100", country="Germany"), False),
        (Address(postcode="OX1 2JD", region="South East"), False),
        (Address(postcode="RG6 1BL", region="South East"), True),
        (Address(lines=("Reading",), postcode="SL1 2AB", region="South East"), True),
        (Address(lines=("Slough",), postcode="SL1 2AB", region="South East"), False),
    ],
)
def test_a_distinctive_name_in_another_place_is_another(address: Address, merges: bool) -> None:
    reading = Address(lines=("Reading",), postcode="RG41 5TU", region="South East")
    records = [gtr("A", "Jacobs Engineering", reading), gtr("B", "Jacobs Engineering", address)]
    assert len(resolve(records).organisations) == (1 if merges else 2)


def test_a_record_without_a_place_joins_none_of_two_that_differ() -> None:
    elsewhere = Address(postcode="M13 9PL", region="North West")
    name = "Buro Happold"
    resolution = resolve([gtr("A", name, LONDON), gtr("B", name, elsewhere), gtr("C", name)])
    assert len(resolution.organisations) == 3
    assert len(resolution.candidates) == 3


def test_the_same_words_in_another_order_need_one_town_and_no_third_body() -> None:
    middlesbrough = Address(lines=("Middlesbrough",), postcode="TS1 3BA", region="North East")
    in_gtr = gtr("A", "University of Teesside", middlesbrough)
    in_ror = ror("1", "Teesside University", town="Middlesbrough")
    (merge,) = resolve([in_gtr, in_ror]).merges
    assert merge.reason == "the same words in another order, both in Middlesbrough"
    elsewhere = ror("1", "Teesside University", town="London")
    assert len(resolve([in_gtr, elsewhere]).organisations) == 2
    third = gtr("B", "Teesside University", Address(country="Germany"))
    assert len(resolve([in_gtr, in_ror, third]).organisations) == 3


def test_only_candidates_that_a_person_would_look_at_are_listed() -> None:
    noise = resolve([gtr("A", "University of Exeter"), ror("1", "University of Leicester")])
    assert noise.candidates == []
    name = "Birmingham Conservatoire"
    worth = resolve([gtr("A", name, LONDON), ror("1", f"Royal {name}")])
    assert [c.reason for c in worth.candidates] == ["'royal' only in one name"]


def test_a_company_abroad_is_not_the_british_one() -> None:
    abroad = Address(country="Germany", region="Outside UK")
    resolution = resolve([gtr("A", "Siemens AG", abroad), ror("1", "Siemens AG", town="London")])
    assert len(resolution.organisations) == 2
    assert "Germany" in resolution.candidates[0].reason


@pytest.mark.parametrize("name", ["Unlisted", "UNKNOWN", "N/A", "Various", "EDF", "?", "12"])
def test_names_that_tell_nothing_never_merge(name: str) -> None:
    records = [gtr("A", name, LONDON), gtr("B", name, LONDON), ror("1", name)]
    assert len(resolve(records, [name]).organisations) == 4


def test_a_mention_joins_the_only_organisation_of_its_name() -> None:
    resolution = resolve([gtr("A", "Cranfield University")], ["CRANFIELD UNIVERSITY"])
    assert resolution.canonical["name:cranfield university"] == "gtr:A"


def test_a_mention_that_fits_two_joins_neither() -> None:
    elsewhere = Address(postcode="M13 9PL", region="North West")
    records = [gtr("A", "Acme Works", LONDON), gtr("B", "Acme Works", elsewhere)]
    resolution = resolve(records, ["Acme Works"])
    assert len(resolution.organisations) == 3
    assert len(resolution.candidates) == 3


def test_a_name_in_no_register_stays_alone() -> None:
    records = [gtr("A", "West Midlands Police"), ror("1", "University of West London")]
    resolution = resolve(records, ["WEST MIDLANDS COMBINED AUTHORITY", "LCR VENTURES LIMITED"])
    assert len(resolution.organisations) == 4


def test_fields_come_from_the_best_source_and_say_which() -> None:
    index = OrganisationIndex()
    index.add(gtr("A", "University of Leeds", LONDON), 1, 7)
    index.add(Organisation(key="gtr:A", name="University of Leeds", kinds=("RO",)), 1, 8)
    index.add(
        Organisation(
            key="ror:1",
            name="University of Leeds",
            names=("UoL", "Prifysgol Leeds"),
            website="https://example.org",
            established=1904,
            kinds=("education",),
            external_ids=(("grid", "grid.1"),),
            related=(("child", "ror:2"), ("related", "gtr:A")),
        ),
        0,
        9,
    )
    (one,) = index.resolve().organisations
    assert (one.key, one.name, one.keys) == ("gtr:A", "University of Leeds", ("gtr:A", "ror:1"))
    assert one.names == ("Prifysgol Leeds", "UoL")
    assert one.address == LONDON
    assert one.related == (("child", "ror:2"),)
    assert one.mentions == 3
    assert one.sources == {
        "name": (9,),
        "names": (9, 9),
        "address": (7,),
        "website": (9,),
        "established": (9,),
        "kinds": (8, 9),
        "external_ids": (9,),
        "related": (9,),
        "keys": (7, 9),
    }


def test_the_most_used_name_of_the_best_source_wins() -> None:
    index = OrganisationIndex()
    for name, times in (("Leeds University", 1), ("University of Leeds", 3)):
        for line in range(times):
            record = Organisation(key="gtr:A", name=name, locator=f"line {line}")
            index.add(record, 1, 0)
    index.add(Organisation(key="gtr:A", name="UNIVERSITY OF LEEDS"), 2, 1, uses=9)
    (one,) = index.resolve().organisations
    assert one.name == "University of Leeds"
    assert one.mentions == 13


def test_a_name_that_few_files_use_often_wins_over_one_that_many_files_hold() -> None:
    index = OrganisationIndex()
    for source in range(3):
        index.add(gtr("A", "Leeds University"), 1, source)
    index.add(gtr("A", "University of Leeds"), 1, 3, uses=4)
    (one,) = index.resolve().organisations
    assert one.name == "University of Leeds"
    assert one.sources["name"] == (3,)


_WORDS = st.sampled_from(
    ["University of Leeds", "The University of Leeds", "Univ of Leeds", "Univresity of Leeds",
     "Leeds University", "Acme", "Acme Ltd", "Acme (Germany)", "EDF", "Unlisted", "?",
     "Royal Botanic Garden Edinburgh", "Royal Botanic Gardens Edinburgh", "Leeds Acme Works",
     "Acme Works Leeds"]
)  # fmt: skip
_ADDRESSES = st.one_of(
    st.none(),
    st.builds(
        Address,
        lines=st.sampled_from([(), ("Leeds",), ("1 Long Street",)]),
        postcode=st.sampled_from([None, "LS2 9JT", "WC1E 6BT", "00100"]),
        region=st.sampled_from([None, "London", "Scotland", "Outside UK", "Unknown"]),
        country=st.sampled_from([None, "United Kingdom", "Germany"]),
    ),
)
_RECORDS = st.builds(
    Organisation,
    key=st.sampled_from(["gtr:A", "gtr:B", "gtr:C", "ror:1", "ror:2", "name:x"]),
    name=_WORDS,
    names=st.lists(_WORDS, max_size=2).map(tuple),
    address=_ADDRESSES,
    website=st.sampled_from([None, "https://a.org", "https://b.org"]),
)


@given(
    st.lists(st.tuples(_RECORDS, st.integers(0, 2), st.integers(0, 2)), max_size=14), st.randoms()
)
@settings(max_examples=150, deadline=None)
def test_the_order_of_the_records_does_not_matter(records: list, random) -> None:  # type: ignore[no-untyped-def, type-arg]
    resolutions = []
    for _ in range(3):
        index = OrganisationIndex()
        for record, precedence, source in records:
            index.add(record, precedence, source)
        resolutions.append(index.resolve())
        random.shuffle(records)
    assert resolutions[0] == resolutions[1] == resolutions[2]
    keys = {key for one in resolutions[0].organisations for key in one.keys}
    assert keys == set(resolutions[0].canonical) == {record.key for record, _, _ in records}


@given(
    st.lists(st.tuples(_RECORDS, st.integers(0, 1)), max_size=20), st.randoms(use_true_random=False)
)
@settings(max_examples=150, deadline=None)
def test_the_division_of_records_into_files_shows_in_nothing_but_the_sources(
    records: list[tuple[Organisation, int]], random: Random
) -> None:
    resolutions = []
    for files in (1, 3, 9):
        index = OrganisationIndex()
        for record, precedence in random.sample(records, len(records)):
            index.add(record, precedence, precedence * files + random.randrange(files))
        found = index.resolve(random.sample(range(2 * files), 2 * files))
        organisations = [msgspec.structs.replace(o, sources={}) for o in found.organisations]
        resolutions.append(msgspec.structs.replace(found, organisations=organisations))
    assert resolutions[0] == resolutions[1] == resolutions[2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("north bristol", "south bristol"),
        ("unit 1 of leeds hospital", "unit 2 of leeds hospital"),
        ("carlton college", "charlton college"),
        ("royal surrey county hospital", "royal sussex county hospital"),
    ],
)
def test_a_word_that_differs_is_named(one: str, other: str) -> None:
    assert difference(one, other)


def test_a_known_word_is_no_misspelling() -> None:
    one, other = "institute of charactertown", "institute of charatcertown"
    assert difference(one, other) is None
    assert difference(one, other, {"charactertown", "charatcertown"})


def test_initials_are_dropped_only_where_they_are_initials() -> None:
    assert name_form("GlaxoSmithKline (GSK)").form == "glaxosmithkline"
    assert name_form("Leeds Hospital (NSW)").form == "leeds hospital nsw"


def _real_records() -> Iterable[Organisation]:
    folder = SHARED / "data/organisations"
    with (folder / "gtr_organisations.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            address = Address(
                lines=tuple(row[f"line{n}"] for n in range(1, 6) if row[f"line{n}"].strip()),
                postcode=row["postCode"] or None,
                region=row["region"] or None,
                country=row["country"] or None,
            )
            yield gtr(row["id"], row["name"], address)
    with (folder / "ror_gb_v2.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            place = row["locations"][0]["geonames_details"]
            names = [name["value"] for name in row["names"] if "ror_display" not in name["types"]]
            shown = [name["value"] for name in row["names"] if "ror_display" in name["types"]]
            yield Organisation(
                key=f"ror:{row['id'][-9:]}",
                name=shown[0],
                names=tuple(names),
                address=Address(
                    city=place["name"],
                    region=place.get("country_subdivision_name"),
                    country=place["country_name"],
                ),
            )


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.exists(), reason="no shared data")
def test_real_registers_merge_with_care() -> None:
    resolution = resolve(_real_records())
    of_ror = {
        one.name: one for one in resolution.organisations if any(k[:3] == "ror" for k in one.keys)
    }
    joined = [one for one in of_ror.values() if one.key.startswith("gtr:")]
    assert len(joined) >= 330
    assert all(sum(k.startswith("ror:") for k in one.keys) <= 1 for one in joined)
    # Read by eye in full: none of the merges by spelling is wrong.
    by_spelling = [merge for merge in resolution.merges if "spelling" in merge.reason]
    assert len(by_spelling) <= 12
    for one, other in (
        ("University of Chester", "University of Chichester"),
        ("University of Bath", "Bath Spa University"),
        ("University of Surrey", "University of Sussex"),
    ):
        assert of_ror[one].key != of_ror[other].key
        assert of_ror[one].key.startswith("gtr:")
        assert of_ror[other].key.startswith("gtr:")
    assert len(resolution.candidates) < 500
    distinctive = [merge for merge in resolution.merges if "distinctive" in merge.reason]
    assert 450 <= len(distinctive) <= 560
