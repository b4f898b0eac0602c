"""Departments: the names as sources write them, and what became of the bodies."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graphkit.errors import InputError
from graphkit.identity.departments import Departments, ror_key
from graphkit.model import BodyDetails
from graphkit.text import slug

SHARED = Path(__file__).parents[3] / "shared"

# The names in the ARI database in July 2026, as written there, and the key of each body.
NAMES = {
    "Department for Transport": "department-for-transport",
    "Department for Science, Innovation & Technology": (
        "department-for-science-innovation-and-technology"
    ),
    "Department for Culture, Media & Sport": "department-for-culture-media-and-sport",
    "Ministry of Justice": "ministry-of-justice",
    "Department for Education": "department-for-education",
    "Health and Safety Executive": "health-and-safety-executive",
    "Ministry of Housing, Communities and Local Government": (
        "ministry-of-housing-communities-and-local-government"
    ),
    "Department for Business, Energy & Industrial Strategy": (
        "department-for-business-energy-and-industrial-strategy"
    ),
    "Foreign, Commonwealth & Development Office": "foreign-commonwealth-and-development-office",
    "Department for International Trade": "department-for-international-trade",
    "Department for Environment, Food & Rural Affairs": (
        "department-for-environment-food-and-rural-affairs"
    ),
    "Department for Work and Pensions": "department-for-work-and-pensions",
    "NCA (National Crime Agency)": "national-crime-agency",
    "Ofsted": "ofsted",
    "Scottish Government Justice Analytical Services": (
        "scottish-government-justice-analytical-services"
    ),
    "Scottish Government Marine Directorate": "scottish-government-marine-directorate",
    "HMT": "hm-treasury",
    "Department for Business and Trade": "department-for-business-and-trade",
    "Scottish Government Social Care": "scottish-government-social-care",
    "Home Office": "home-office",
    "UK Policing: Office of Police Chief Scientific Adviser": (
        "office-of-the-police-chief-scientific-adviser"
    ),
    "Industrial Strategy Advisory Council": "industrial-strategy-advisory-council",
    "Welsh Government": "welsh-government",
    "Cabinet Office": "cabinet-office",
    "MCA (Maritime and Coastguard Agency)": "maritime-and-coastguard-agency",
    "Food Standards Agency": "food-standards-agency",
    "Scottish Government Environment, Natural Resources and Agriculture": (
        "scottish-government-environment-natural-resources-and-agriculture"
    ),
    "Metropolitan Police": "metropolitan-police",
    "Sport England": "sport-england",
    "Office for Product Safety & Standards": "office-for-product-safety-and-standards",
    "Food Standards Scotland": "food-standards-scotland",
    "HMRC": "hm-revenue-and-customs",
    "Nuclear Decommissioning Authority": "nuclear-decommissioning-authority",
    "Ministry of Defence": "ministry-of-defence",
    "Scottish Government Department for Tax and Revenues": (
        "scottish-government-department-for-tax-and-revenues"
    ),
    "The National Archives": "the-national-archives",
    "Department of Health and Social Care": "department-of-health-and-social-care",
    "Office for Statistics Regulation": "office-for-statistics-regulation",
}
MHCLG = "ministry-of-housing-communities-and-local-government"
DLUHC = "department-for-levelling-up-housing-and-communities"


@pytest.fixture(scope="module")
def departments() -> Departments:
    return Departments.load()


def test_the_thirty_eight_names_are_thirty_eight_bodies(departments: Departments) -> None:
    assert len(NAMES) == len(set(NAMES.values())) == 38
    assert {name: departments.resolve(name).key for name in NAMES} == NAMES
    assert all(departments.resolve(name).registered for name in NAMES)


def test_every_key_is_the_slug_of_the_name(departments: Departments) -> None:
    assert [body.key for body in departments.bodies] == [
        slug(body.name) for body in departments.bodies
    ]


def test_no_name_belongs_to_two_living_bodies(departments: Departments) -> None:
    for body in departments.bodies:
        for name in body.all_names:
            found = departments.resolve(name)
            assert found == body or (body.ended and name == "DCMS"), name


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("HM Treasury (UK)", "hm-treasury"),
        ("  the home office ", "home-office"),
        ("National Archives", "the-national-archives"),
        ("MCA", "maritime-and-coastguard-agency"),
        ("Department for Health and Social Care", "department-of-health-and-social-care"),
        ("Department for Science, Innovation and Technology", NAMES[list(NAMES)[1]]),
        ("MHCLG", MHCLG),
        ("Department for Levelling Up, Housing & Communities", DLUHC),
        ("DCMS", "department-for-culture-media-and-sport"),
        (
            "Department for Digital, Culture, Media & Sport (UK)",
            "department-for-digital-culture-media-and-sport",
        ),
        ("DESNZ", "department-for-energy-security-and-net-zero"),
        ("DFID", "department-for-international-development"),
        ("FCO", "foreign-and-commonwealth-office"),
    ],
)
def test_a_body_is_found_however_it_is_written(
    departments: Departments, written: str, key: str
) -> None:
    assert departments.resolve(written).key == key


def test_an_unknown_name_is_a_body_of_its_own_and_never_a_guess(departments: Departments) -> None:
    body = departments.resolve("Department for Transports")
    assert (body.key, body.registered) == ("department-for-transports", False)
    assert departments.resolve("department for TRANSPORTS (UK)").key == body.key
    assert departments.nearest("Department for Transports", 1)[0].acronym == "DfT"


def test_a_name_of_nothing_is_refused(departments: Departments) -> None:
    with pytest.raises(InputError, match="names no body"):
        departments.resolve(" ?! ")


def test_every_succession_is_there(departments: Departments) -> None:
    acronyms = {
        event.key: (
            {departments[key].acronym for key in event.originals},
            {departments[key].acronym for key in event.resulting},
            event.year,
        )
        for event in departments.successions
    }
    assert acronyms == {
        "fcdo-2020": ({"FCO", "DFID"}, {"FCDO"}, 2020),
        "dluhc-2021": ({"MHCLG"}, {"DLUHC"}, 2021),
        "beis-2023": ({"BEIS"}, {"DSIT", "DBT", "DESNZ"}, 2023),
        "dit-2023": ({"DIT"}, {"DBT"}, 2023),
        "dcms-2023": ({"DCMS"}, {"DCMS", "DSIT"}, 2023),
        "mhclg-2024": ({"DLUHC"}, {"MHCLG"}, 2024),
    }


def test_the_ministry_of_housing_is_one_body_before_and_after(departments: Departments) -> None:
    before, after = (
        next(event for event in departments.successions if event.key == key)
        for key in ("dluhc-2021", "mhclg-2024")
    )
    assert before.originals == after.resulting == (MHCLG,)
    assert before.resulting == after.originals == (DLUHC,)
    assert departments[MHCLG].ended is None


def test_a_row_whose_label_is_the_forerunner_describes_the_forerunner() -> None:
    row = BodyDetails(
        name="Ministry of Housing, Communities and Local Government (UK)",
        names=("Department for Levelling Up, Housing and Communities",),
        ror="https://ror.org/01w88hp45",
        url="https://example.org/dluhc",
    )
    enriched = Departments.load().add_details(row)
    assert enriched.resolve("MHCLG").ror is None
    assert enriched.resolve("MHCLG").url != "https://example.org/dluhc"
    assert enriched.resolve("DLUHC").ror == "01w88hp45"


def test_details_fill_gaps_and_leave_what_is_known() -> None:
    departments = Departments.load()
    row = BodyDetails(name="Ofsted (UK)", ror="01abcde23", url="https://example.org")
    once = departments.add_details(row)
    assert (once.resolve("Ofsted").ror, once.resolve("Ofsted").url) == (
        "01abcde23",
        "https://example.org",
    )
    again = once.add_details(BodyDetails(name="Ofsted", ror="02abcde23", url="https://other.org"))
    assert again.resolve("Ofsted") == once.resolve("Ofsted")
    assert departments.resolve("Ofsted").ror is None
    assert departments.successions == once.successions


def test_details_of_an_unknown_body_are_kept() -> None:
    row = BodyDetails(name="Building Digital UK (UK)", names=("BDUK",), url="https://example.org")
    enriched = Departments.load().add_details(row)
    assert enriched.resolve("BDUK") == enriched.resolve("Building Digital UK")
    assert enriched.resolve("BDUK").registered is False


def test_something_that_is_no_ror_id_is_none() -> None:
    assert ror_key("https://example.org/x") is None


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.exists(), reason="no shared data")
def test_the_departments_table_adds_no_body() -> None:
    departments = Departments.load()
    with (SHARED / "data/ari/ari_departments.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            labels = tuple(row["ari_department_labels"].split("|"))
            departments = departments.add_details(
                BodyDetails(
                    name=row["name"], names=labels, ror=row["ror"] or None, url=row["url"] or None
                )
            )
    assert len(departments.bodies) == len(Departments.load().bodies)
    assert all(body.registered for body in departments.bodies)
    rors = [body.ror for body in departments.bodies if body.ror]
    assert len(rors) == len(set(rors))
