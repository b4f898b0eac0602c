"""Reading places out of titles and abstracts."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.identity.place_mentions import PlaceFinder
from graphkit.identity.places import Gazetteer
from graphkit.model import Place

SHARED = Path(__file__).parents[3] / "shared" / "data"

AUTHORITIES = {
    "E06000014": "York",
    "E06000022": "Bath and North East Somerset",
    "E06000038": "Reading",
    "E06000047": "County Durham",
    "E07000008": "Cambridge",
    "E07000121": "Lancaster",
    "E07000136": "Boston",
    "E07000138": "Lincoln",
    "E07000178": "Oxford",
    "E08000003": "Manchester",
    "E08000021": "Newcastle upon Tyne",
    "E08000025": "Birmingham",
    "E08000032": "Bradford",
    "E08000035": "Leeds",
    "E09000003": "Barnet",
    "E09000014": "Haringey",
    "S12000048": "Perth and Kinross",
    "W06000011": "Swansea",
    "E06000008": "Blackburn with Darwen",
    "E07000123": "Preston",
    "S12000023": "Orkney Islands",
}
PLACES = [
    *(Place(code=code, name=name, kind="local-authority") for code, name in AUTHORITIES.items()),
    Place(code="E47000001", name="Greater Manchester", kind="combined-authority"),
    Place(
        code="E47000002",
        name="South Yorkshire",
        kind="combined-authority",
        names=("South Yorkshire Mayoral Combined Authority",),
    ),
    Place(code="E47000004", name="Liverpool City Region", kind="combined-authority"),
    Place(code="E47000006", name="Tees Valley", kind="combined-authority"),
    Place(code="E47000007", name="West Midlands", kind="combined-authority"),
    Place(code="E10000016", name="Kent", kind="county"),
    Place(code="E10000017", name="Lancashire", kind="county"),
    Place(code="itl2025-TLC31", name="Hartlepool and Stockton-on-Tees", kind="itl3"),
    Place(code="itl2025-TLD7", name="Merseyside", kind="itl2"),
]


@pytest.fixture(scope="module")
def finder() -> PlaceFinder:
    return PlaceFinder(Gazetteer.build([(30, place) for place in PLACES]))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Bus fares in England and Wales since 1985", ["E92000001", "W92000004"]),
        ("Small firms of the West Midlands", ["E12000005"]),
        ("Growth in Greater Manchester and Tees Valley", ["E47000001", "E47000006"]),
        ("Sheffield City Region: skills after school", ["E47000002"]),
        ("Jobs in the Liverpool City Region", ["E47000004"]),
        ("Flooded farms of Lancashire, and of Merseyside", ["E10000017", "itl2025-TLD7"]),
        ("Children growing up in Bradford", ["E08000032"]),
        ("Clean air for Leeds City Council", ["E08000035"]),
        ("A survey of shops in York, Leeds and Bradford", ["E06000014", "E08000035", "E08000032"]),
        ("Bus lanes in Reading, Berkshire", ["E06000038"]),
        ("Tourists in Bath", ["E06000022"]),
        ("Housing in Perth and Kinross", ["S12000048"]),
        ("Food banks in the London Borough of Haringey", ["E12000007", "E09000014"]),
        ("Rail across north-west England", ["E12000002"]),
        ("Tenants across South West England", ["E12000009"]),
        ("Early modern London and its guilds", ["E12000007"]),
        ("Wind farms near Orkney", ["S12000023"]),
        ("London's rivers", ["E12000007"]),
        ("Bus use in Manchester, England", ["E08000003", "E92000001"]),
    ],
)
def test_places_are_read(finder: PlaceFinder, text: str, codes: list[str]) -> None:
    assert finder.find(text) == codes


@pytest.mark.parametrize(
    "text",
    [
        "with the University of Manchester",
        "with the universities of Leeds, York and Birmingham",
        "the University of the West of England",
        "the universities of Leeds, Napier, Lancaster and Birmingham",
        "Imperial College London will lead",
        "Manchester Metropolitan University joins",
        "staff of Lancaster University",
        "Durham University Business School",
        "Queen Mary, University of London",
        "Royal Holloway, University of London",
        "the Bank of England sets rates",
        "the London School of Economics",
        "data of NHS England",
        "guidance from Public Health England",
        "funded by Arts Council England",
        "advice of Transport for London",
        "the Port of London Authority",
        "riders of the London Underground",
        "Cambridge University Press prints it",
        "Oxford Brookes leads",
        "vaccines against Newcastle disease",
        "vaccines against Newcastle Disease",
    ],
)
def test_nothing_is_read_out_of_an_organisation_or_a_disease(
    finder: PlaceFinder, text: str
) -> None:
    assert finder.find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "a spin-off in Cambridge, MA and elsewhere",
        "steel in Birmingham, Alabama",
        "a harbour near New London",
        "hospitals in London, Ontario",
        "roads of Boston, USA",
        "coal in Newcastle, Australia",
        "bees of New England",
        "fires in New South Wales",
        "mines in Perth, Australia",
        "shops in New York",
        "ice on the South Orkney Islands",
        "the Middle East and South East Asia",
        "winds of the North West",
    ],
)
def test_namesakes_abroad_are_not_read(finder: PlaceFinder, text: str) -> None:
    assert finder.find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "as Dr York has shown",
        "a letter from Abraham Lincoln",
        "the proof by J. Preston",
        "a method (Lancaster et al, 1999)",
        "following Bradford (2004), we",
        "Professor Barnet wrote",
        "the work of Kent and Lancaster",
        "the Duke of Kent",
        "Reading is a skill. Reading and writing in schools",
        "differences in Reading between classes",
        "Bath salts in warm water",
        "Stirling engines",
        "a Manchester-based firm",
        "LONDON in capitals only",
        "the lowlands of leeds and england",
        "in Yorkville",
        "UK and United Kingdom",
        "our collaborators in Leeds",
        "a workshop held in London",
        "samples will be measured in Leeds",
        "the new theory at Manchester",
        "In Leeds we will build the device",
    ],
)
def test_people_words_and_places_of_work_are_not_read(finder: PlaceFinder, text: str) -> None:
    assert finder.find(text) == []


def test_each_place_is_given_once_in_order_of_mention(finder: PlaceFinder) -> None:
    text = "Wales and Scotland. Scotland and Wales."
    assert finder.find(text) == ["W92000004", "S92000003"]
    assert [text[start:end] for _, start, end in finder.mentions(text)] == [
        *("Wales", "Scotland", "Scotland", "Wales")
    ]


def test_the_longest_name_hides_the_names_inside_it(finder: PlaceFinder) -> None:
    assert finder.find("trams in Greater Manchester") == ["E47000001"]


TOWNS = {
    "E06000016": "Leicester",
    "E06000023": "Bristol",
    "E06000038": "Reading",
    "E06000022": "Bath",
    "E07000008": "Cambridge",
    "E07000121": "Lancaster",
    "E07000137": "Lincoln",
    "E07000178": "Oxford",
    "E07000220": "Rugby",
    "E08000003": "Manchester",
    "E08000019": "Sheffield",
    "E08000021": "Newcastle upon Tyne",
    "E08000024": "Sunderland",
    "E08000025": "Birmingham",
    "E08000026": "Coventry",
    "E08000035": "Leeds",
    "E08000037": "Gateshead",
    "E09000012": "Hackney",
    "E09000019": "Islington",
    "N09000003": "Belfast",
    "S12000036": "Edinburgh",
    "W06000015": "Cardiff",
}


@pytest.fixture(scope="module")
def towns() -> PlaceFinder:
    places = [
        *(Place(code=code, name=name, kind="local-authority") for code, name in TOWNS.items()),
        Place(code="E10000006", name="Cumbria", kind="county"),
        Place(code="E10000017", name="Lancashire", kind="county"),
        Place(code="E10000020", name="Norfolk", kind="county"),
        Place(code="itl2021-TLL2", name="East Wales", kind="itl2"),
    ]
    return PlaceFinder(Gazetteer.build([(30, place) for place in places]))


def read(finder: PlaceFinder, text: str) -> list[str]:
    return [text[start:end] for _, start, end in finder.mentions(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Interviews were held in Leeds and Birmingham.", "Leeds, Birmingham"),
        ("This research examines regeneration in Manchester.", "Manchester"),
        ("We research parental choice among families in Coventry", "Coventry"),
    ],
)
def test_a_place_is_read_where_what_is_studied_stands_before_it(
    towns: PlaceFinder, text: str, names: str
) -> None:
    assert read(towns, text) == names.split(", ")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Leicester's economy is changing.", "Leicester"),
        ("Leicester’s economy is changing.", "Leicester"),
        ("Edinburgh's festivals", "Edinburgh"),
        ("London's museums", "London"),
    ],
)
def test_a_place_is_read_where_it_possesses_what_places_do(
    towns: PlaceFinder, text: str, names: str
) -> None:
    assert read(towns, text) == names.split(", ")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A case study of Coventry", "Coventry"),
        ("Residents of Hackney and Islington", "Hackney, Islington"),
        ("A survey among residents of Oxford", "Oxford"),
        ("Birmingham is the second city of the country", "Birmingham"),
    ],
)
def test_a_place_is_read_where_the_words_around_it_are_of_a_town(
    towns: PlaceFinder, text: str, names: str
) -> None:
    assert read(towns, text) == names.split(", ")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("partners in Newcastle, Sunderland and Gateshead", "Newcastle, Sunderland, Gateshead"),
        (
            "Belfast, Edinburgh, Cardiff and London have changed since devolution",
            "Belfast, Edinburgh, Cardiff, London",
        ),
        (
            "with partners, case studies (in London, Sheffield, Cardiff and Edinburgh)",
            "London, Sheffield, Cardiff, Edinburgh",
        ),
        (
            "our research is on four cities (Bristol, Reading, Leeds and Edinburgh)",
            "Bristol, Reading, Leeds, Edinburgh",
        ),
        ("three global cities: London, New York and Shanghai", "London"),
    ],
)
def test_places_are_read_out_of_enumerations(towns: PlaceFinder, text: str, names: str) -> None:
    assert read(towns, text) == names.split(", ")


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Regenerating Birmingham: the city after steel", "Birmingham"),
        ("Mapping Leeds: a history", "Leeds"),
        ("Coventry: city of culture", "Coventry"),
        ("Policing Scotland", "Scotland"),
        ("FLOODING IN CUMBRIA AND LANCASHIRE", "CUMBRIA, LANCASHIRE"),
    ],
)
@pytest.mark.parametrize("abstract", ["", "\nNothing more is said."])
def test_places_are_read_out_of_titles(
    towns: PlaceFinder, title: str, names: str, abstract: str
) -> None:
    assert read(towns, title + abstract) == names.split(", ")


@pytest.mark.parametrize(
    "text",
    [
        "Reading: a history",
        "Rugby: a history",
        "Understanding Reading: a study of children",
        "READING FOR PLEASURE",
        "DEALING WITH BATH SALTS",
        "IMPERIAL COLLEGE LONDON EQUIPMENT",
        "THE UNIVERSITY OF LEEDS",
        "ASTRONOMY AT MANCHESTER",
        "Leading Edinburgh University",
        "An abstract follows.\nUsing that, Mapping Leeds will succeed",
    ],
)
def test_titles_do_not_make_places_of_words_and_universities(towns: PlaceFinder, text: str) -> None:
    assert read(towns, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "we in Edinburgh build the device",
        "In Edinburgh we build the device",
        "the group in Cambridge",
        "the group in Leeds",
        "collaborators at Oxford",
        "collaborators in Oxford",
        "Our partners in Leeds will make the device",
        "Leeds's expertise in optics",
        "Manchester's team",
        "Lincoln's speeches",
        "a collaboration of Leeds, Sheffield and Manchester",
        "researchers in Leeds, Sheffield and Manchester",
        "Workshop in Manchester in 2013",
        "Studies in vitro, with the Institute in Leeds",
    ],
)
def test_where_somebody_works_or_meets_is_still_refused(towns: PlaceFinder, text: str) -> None:
    assert read(towns, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Lancaster County, Pennsylvania",
        "people in Lancaster County, Pennsylvania",
        "the communities in Cambridge, MA",
        "residents of Birmingham, Alabama",
        "Newcastle disease",
        "The London School of Economics",
        "sculptures of Norfolk, Lancashire (XV)",
    ],
)
def test_namesakes_and_volumes_of_a_catalogue_are_still_refused(
    towns: PlaceFinder, text: str
) -> None:
    assert read(towns, text) == []


def test_the_north_east_of_wales_is_in_wales_and_is_not_its_east(towns: PlaceFinder) -> None:
    assert towns.find("Slate in North East Wales") == ["W92000004"]


@given(st.text(alphabet="LEDS INßıİŉ'’\n", max_size=30))
def test_capitals_of_any_script_leave_positions_in_place(towns: PlaceFinder, text: str) -> None:
    for _, start, end in towns.mentions(text):
        assert text[start:end].casefold() in {name.casefold() for name in TOWNS.values()}


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Leeds",
                "Reading",
                "London",
                " of ",
                " in ",
                ", ",
                " University",
                ". ",
                "J. ",
                " and ",
            ]
        )
        | st.text(max_size=5),
        max_size=12,
    ).map("".join)
)
def test_no_text_raises_and_codes_are_known(finder: PlaceFinder, text: str) -> None:
    for code, start, end in finder.mentions(text):
        assert code
        assert 0 <= start < end <= len(text)


def test_long_and_hostile_texts_take_time_in_proportion(finder: PlaceFinder) -> None:
    started = time.perf_counter()
    finder.find("in Leeds, " * 20_000 + "University of " * 20_000 + "[" * 100_000)
    assert time.perf_counter() - started < 5


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.exists(), reason="shared data absent")
def test_real_abstracts_are_read_fast_and_sparingly(finder: PlaceFinder) -> None:
    with gzip.open(SHARED / "gtr" / "projects-2k.jsonl.gz") as lines:
        projects = [msgspec.json.decode(line)["projectComposition"]["project"] for line in lines]
    texts = [f"{one['title']}. {one.get('abstractText') or ''}" for one in projects]
    started = time.perf_counter()
    found = [finder.find(text) for text in texts]
    assert time.perf_counter() - started < 5  # 0.1 s when nothing else runs
    assert 0.05 < sum(map(bool, found)) / len(found) < 0.4
    assert found == [finder.find(text) for text in texts]
