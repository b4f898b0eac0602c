"""The gazetteer: merging tables of places, and finding places in it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.identity.places import Gazetteer
from graphkit.loaders import places as loaders
from graphkit.loaders.intake import Intake
from graphkit.model import Place, PlaceNames

SHARED = Path(__file__).parents[3] / "shared" / "data" / "places"

ITL = (
    Place(code="itl2025-TLG", name="West Midlands", kind="itl1"),
    Place(code="itl2025-TLG3", name="West Midlands", kind="itl2", within=("itl2025-TLG",)),
    Place(code="itl2025-TLG31", name="Birmingham", kind="itl3", within=("itl2025-TLG3",)),
    Place(code="itl2021-TLG3", name="West Midlands", kind="itl2"),
)


def authority(code: str, name: str, *within: str, **more: object) -> Place:
    return Place(code=code, name=name, kind="local-authority", within=within, **more)  # type: ignore[arg-type]


def combined(code: str, name: str, *within: str, names: tuple[str, ...] = ()) -> Place:
    return Place(code=code, name=name, kind="combined-authority", within=within, names=names)


TABLES: list[tuple[int, Place]] = [
    *((32, area) for area in ITL),
    (31, authority("E08000025", "Birmingham", "itl2025-TLG31")),
    (30, authority("E08000025", "Birmingham", "E47000007")),
    (30, combined("E47000007", "West Midlands")),
    (
        35,
        authority(
            "E08000025",
            "Birmingham",
            "E12000005",
            "register:WMCA",
            names=("Birmingham City Council", "birmingham district", "register:BIR"),
            latitude=52.5,
            longitude=-1.9,
        ),
    ),
    (
        35,
        combined(
            "E47000007",
            "West Midlands",
            "E92000001",
            names=("West Midlands Combined Authority", "register:WMCA"),
        ),
    ),
]
NAMES = [PlaceNames(register_code="BIR", names=("Brum",))]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.build(TABLES, NAMES)


def test_a_place_is_merged_from_all_tables(gazetteer: Gazetteer) -> None:
    assert gazetteer.places["E08000025"] == authority(
        "E08000025",
        "Birmingham",
        "E12000005",
        "E47000007",
        "itl2025-TLG31",
        names=("Birmingham City Council", "Brum"),
        latitude=52.5,
        longitude=-1.9,
    )
    assert gazetteer.registers == {"BIR": "E08000025", "WMCA": "E47000007"}
    assert gazetteer.conflicts == ()


def test_containment_is_transitive_and_not_a_tree(gazetteer: Gazetteer) -> None:
    assert gazetteer.within_all("E08000025") == (
        "E12000005",
        "E47000007",
        "E92000001",
        "K02000001",
        "itl2025-TLG",
        "itl2025-TLG3",
        "itl2025-TLG31",
    )
    assert gazetteer.country_of("E08000025") == "E92000001"
    assert gazetteer.members("E47000007") == ("E08000025",)


def test_the_widest_place_of_a_name_comes_first(gazetteer: Gazetteer) -> None:
    assert [place.code for place in gazetteer.find("WEST MIDLANDS")] == [
        "E12000005",
        "E47000007",
        "itl2025-TLG",
        "itl2025-TLG3",
        "itl2021-TLG3",
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("combined authority:West Midlands", "E47000007"),
        ("Combined-Authority: west midlands", "E47000007"),
        ("itl2:West Midlands", "itl2025-TLG3"),
        ("E47000007", "E47000007"),
        ("e47000007", "E47000007"),
        ("WMCA", "E47000007"),
        ("TLG3", "itl2025-TLG3"),
        ("itl2021-tlg3", "itl2021-TLG3"),
        ("http://statistics.data.gov.uk/id/statistical-geography/E08000025", "E08000025"),
        ("https://example.org/id/place/itl2025-TLG31/", "itl2025-TLG31"),
        ("the West Midlands", "E12000005"),
        ("brum", "E08000025"),
        ("UK", "K02000001"),
        ("Greater London", "E12000007"),
    ],
)
def test_places_are_found_by_name_code_and_address(
    gazetteer: Gazetteer, text: str, first: str
) -> None:
    assert gazetteer.find(text)[0].code == first


def test_what_is_no_place_is_not_found_and_neighbours_are_suggested(gazetteer: Gazetteer) -> None:
    for text in ("", ":", "Mordor", "region:Birmingham", "/"):
        assert gazetteer.find(text) == []
    assert gazetteer.nearest("Birmingam")[0] == "Birmingham"


def test_regions_of_the_gateway_are_known_and_its_fillers_are_not(gazetteer: Gazetteer) -> None:
    assert gazetteer.region_of("Yorkshire and the Humber") == "E12000003"
    assert gazetteer.region_of("Yorkshire and The Humber") == "E12000003"
    assert gazetteer.region_of("Wales") == "W92000004"
    for filler in ("Unknown", "Outside UK", "", None, "England"):
        assert gazetteer.region_of(filler) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("BIRMINGHAM CITY COUNCIL", "E08000025"),
        ("Birmingham Council", "E08000025"),
        ("West Midlands Combined Authority", "E47000007"),
        ("Birmingham", None),
        ("Birmingham Ltd", None),
        ("University of Birmingham", None),
        ("Birmingham City Council Pension Fund", None),
        ("West Midlands", None),
        ("", None),
    ],
)
def test_an_authority_is_known_by_its_whole_name_only(
    gazetteer: Gazetteer, name: str, code: str | None
) -> None:
    assert gazetteer.authority_named(name) == code


def test_the_first_table_wins_on_combined_authorities_and_the_other_is_reported() -> None:
    gazetteer = Gazetteer.build(
        [
            (30, combined("E47000001", "A")),
            (30, authority("E08000001", "Xtown", "E47000001")),
            (30, authority("E08000002", "Ytown")),
            (35, combined("E47000002", "B", names=("register:B",))),
            (35, authority("E08000001", "Xtown")),
            (35, authority("E08000002", "Ytown", "register:B")),
        ]
    )
    assert gazetteer.places["E08000001"].within == ("E47000001",)
    assert gazetteer.places["E08000002"].within == ()
    assert len(gazetteer.conflicts) == 2
    assert "Ytown (E08000002) is in no combined authority" in gazetteer.conflicts[1]


def test_a_table_that_is_silent_on_combined_authorities_contradicts_nobody() -> None:
    gazetteer = Gazetteer.build(
        [
            (30, authority("E08000001", "Xtown", "itl2025-TLG31")),
            (31, combined("E47000001", "A")),
            (31, authority("E08000001", "Xtown", "E47000001")),
            *((32, area) for area in ITL),
        ]
    )
    assert "E47000001" in gazetteer.places["E08000001"].within
    assert gazetteer.conflicts == ()


def test_a_combined_authority_in_two_regions_is_in_neither() -> None:
    def tables(second: str) -> list[tuple[int, Place]]:
        return [
            (30, combined("E47000001", "A")),
            (30, authority("E06000001", "Xtown", "E47000001", "E12000003")),
            (30, authority("E06000002", "Ytown", "E47000001", second)),
        ]

    assert Gazetteer.build(tables("E12000003")).places["E47000001"].within == ("E12000003",)
    assert Gazetteer.build(tables("E12000004")).places["E47000001"].within == ("E92000001",)


def test_a_county_lies_where_its_districts_lie() -> None:
    county = Place(code="E10000007", name="Peakshire", kind="county", within=("E12000004",))
    gazetteer = Gazetteer.build(
        [
            *((32, area) for area in ITL),
            (35, county),
            (35, authority("E07000001", "Xtown", "E10000007", "itl2025-TLG31")),
        ]
    )
    assert gazetteer.places["E10000007"].within == ("E12000005",)
    assert "said to lie in East Midlands" in gazetteer.conflicts[0]


def test_districts_that_only_the_oldest_table_knows_are_abolished() -> None:
    gazetteer = Gazetteer.build([*TABLES, (30, authority("E07000163", "Craven"))])
    assert gazetteer.places["E07000163"].abolished
    assert not gazetteer.places["E08000025"].abolished
    assert (
        not Gazetteer.build([(30, authority("E07000163", "Craven"))]).places["E07000163"].abolished
    )


def test_living_places_come_before_abolished_ones() -> None:
    gone = Place(code="E10000023", name="Fellshire", kind="county", abolished=True)
    gazetteer = Gazetteer.build([(30, gone), (30, authority("E06000065", "Fellshire"))])
    assert [place.code for place in gazetteer.find("Fellshire")] == ["E06000065", "E10000023"]


def test_what_lies_nowhere_or_within_itself_is_reported_or_cut() -> None:
    gazetteer = Gazetteer.build(
        [
            (30, authority("E07000001", "A", "E07000002", "register:NONE", "E07000001")),
            (30, authority("E07000002", "B", "E07000001")),
        ],
        [PlaceNames(register_code="ZZZ", names=("Nowhere",))],
    )
    assert gazetteer.within_all("E07000001") == ("E07000002",)
    assert any("register:NONE" in text for text in gazetteer.conflicts)
    assert any("ZZZ" in text for text in gazetteer.conflicts)


CODES = st.sampled_from(
    ["E12000005", "E47000007", "E08000025", "itl2025-TLG", "itlx", "register:A", ""]
)
PLACES = st.builds(
    Place,
    code=CODES,
    name=st.text(max_size=6),
    kind=st.sampled_from(["region", "combined-authority", "local-authority", "county", "itl1"]),
    names=st.lists(st.text(max_size=6) | CODES, max_size=2).map(tuple),
    within=st.lists(CODES, max_size=3).map(tuple),
    latitude=st.none() | st.floats(-90, 90),
    abolished=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(29, 31), PLACES), max_size=8), st.randoms(), st.text(max_size=9)
)
def test_any_tables_in_any_order_give_one_answer(
    tables: list[tuple[int, Place]], chance: random.Random, text: str
) -> None:
    first = Gazetteer.build(tables)
    shuffled = list(tables)
    chance.shuffle(shuffled)
    second = Gazetteer.build(shuffled)
    assert first.places == second.places
    assert first.conflicts == second.conflicts
    for code in first.places:
        assert code not in first.within_all(code)
    assert first.find(text) == second.find(text)
    first.authority_named(text)
    first.nearest(text)


@pytest.fixture(scope="module")
def real() -> Gazetteer:
    if not SHARED.exists():
        pytest.skip("shared data absent")
    places: list[tuple[int, Place]] = []
    names: list[PlaceNames] = []
    for path in sorted(SHARED.glob("*.csv")):
        with path.open("rb") as stream:
            head = stream.read(64 << 10).removeprefix(b"\xef\xbb\xbf")
            loader = next(one for one in loaders.LOADERS if one.recognises(head))
            stream.seek(3 if path.read_bytes()[:3] == b"\xef\xbb\xbf" else 0)
            for record in loader.load(stream, Intake(path.name)):
                if isinstance(record, Place):
                    places.append((loader.precedence, record))
                elif isinstance(record, PlaceNames):
                    names.append(record)
    return Gazetteer.build(places, names)


@pytest.mark.real_data
def test_the_real_tables_disagree_where_they_are_known_to(real: Gazetteer) -> None:
    member = [text for text in real.conflicts if "another table says" in text]
    either_none = [text for text in member if "no combined authority" in text]
    assert (len(member), len(either_none)) == (26, 19)
    assert len(real.conflicts) == 30
    assert real.places["E10000019"].within == ("E12000004", "E47000017")
    assert sum(place.abolished for place in real.places.values()) == 48


@pytest.mark.real_data
def test_real_places_lie_in_one_region_and_one_country(real: Gazetteer) -> None:
    for code, place in real.places.items():
        above = real.within_all(code)
        assert sum(one.startswith("E12") for one in above) <= 1, place
        assert (
            sum(one in ("E92000001", "S92000003", "W92000004", "N92000002") for one in above) <= 1
        )
    assert real.places["S12000021"].within == ("S92000003", "itl2025-TLM20", "itl2025-TLM93")
    assert real.authority_named("Haringey Council") == "E09000014"
    assert real.authority_named("LEEDS CITY COUNCIL") == "E08000035"
    assert real.authority_named("Leeds Ltd") is None
    assert real.find("Sheffield City Region")[0].code == "E47000002"
    assert real.find("Hull")[0].code == "E06000010"
