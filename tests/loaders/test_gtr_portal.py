"""The portal's JSON, and the mapping that JSON and XML share."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.loaders import gtr2, gtr_csv
from graphkit.loaders.gtr_portal import JSON_LOADER
from graphkit.loaders.gtr_portal_xml import XML_LOADER
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import open_stream
from graphkit.model import Organisation, Participation, Project, Record, Topic
from graphkit.text import clean_text

DATA = Path(__file__).parents[3] / "shared" / "data" / "gtr"
PROJECT_ID = "0A1B2C3D-0000-4000-8000-00000000000A"
OTHER_ID = "0A1B2C3D-0000-4000-8000-00000000000B"
LEAD_ID = "0A1B2C3D-0000-4000-8000-0000000000F1"
PARTNER_ID = "0A1B2C3D-0000-4000-8000-0000000000F2"
FUNDER_ID = "0A1B2C3D-0000-4000-8000-0000000000F3"
ABSTRACT = "Otters came back to the rivers of the north. We ask who saw them first."


def organisation(key: str, name: str, *roles: str, **more: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": key,
        "name": name,
        "address": {"line1": "1 Weir Lane", "region": "North East"},
    }
    if roles:
        entry["roles"] = [{"name": role} for role in roles]
    return {**entry, **more}


def composition(**project: Any) -> dict[str, Any]:
    return {
        "project": {
            "id": PROJECT_ID,
            "resourceUrl": "http://gtr.ukri.org:80/projects?ref=NE%2FX000001%2F1",
            "title": "Otters in the north",
            "status": "Active",
            "grantReference": "NE/X000001/1",
            "grantCategory": "Research Grant",
            "abstractText": ABSTRACT,
            "fund": {
                "valuePounds": 1200.0,
                "start": 1453075200000,
                "end": 1547683200000,
                "type": "INCOME_ACTUAL",
                "funder": {"id": FUNDER_ID, "name": "NERC"},
            },
            "researchTopics": [{"id": OTHER_ID, "text": "River Ecology", "percentage": "60"}],
            **project,
        },
        "leadResearchOrganisation": organisation(LEAD_ID, "University of Weir", department="Zoo"),
        "organisationRoles": [
            organisation(LEAD_ID, "University of Weir", "LEAD_RO"),
            organisation(PARTNER_ID, "Otter Trust", "PROJECT_PARTNER", "COLLABORATOR"),
        ],
    }


def load(data: bytes | Any) -> tuple[list[Record], Intake]:
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    intake = Intake("test.json")
    return list(JSON_LOADER.load(open_stream(io.BytesIO(data), intake), intake)), intake


def one(**project: Any) -> tuple[Project, Intake]:
    records, intake = load({"projectComposition": composition(**project)})
    found = [record for record in records if isinstance(record, Project)]
    assert len(found) == 1
    return found[0], intake


def projects(records: list[Record]) -> list[str]:
    return [record.key for record in records if isinstance(record, Project)]


def test_a_composition_becomes_a_project_and_its_organisations() -> None:
    records, intake = load({"projectComposition": composition()})
    project, lead, partner = records
    assert isinstance(project, Project)
    assert (project.key, project.reference) == (PROJECT_ID, "NE/X000001/1")
    assert (project.start, project.end) == (date(2016, 1, 18), date(2019, 1, 17))
    assert (project.amount, project.award_type) == (1200.0, "INCOME_ACTUAL")
    assert (project.funder_name, project.funder_key) == ("NERC", f"gtr:{FUNDER_ID}")
    assert project.lead_department == "Zoo"
    assert project.url == "https://gtr.ukri.org/projects?ref=NE%2FX000001%2F1"
    assert project.roles == (
        Participation(organisation=f"gtr:{LEAD_ID}", role="lead"),
        Participation(organisation=f"gtr:{PARTNER_ID}", role="partner"),
        Participation(organisation=f"gtr:{PARTNER_ID}", role="collaborator"),
    )
    assert project.topics == (
        Topic(scheme="gtr-topic", label="River Ecology", key=OTHER_ID, percentage=60.0),
    )
    assert isinstance(lead, Organisation)
    assert isinstance(partner, Organisation)
    assert (lead.key, lead.name) == (f"gtr:{LEAD_ID}", "University of Weir")
    assert lead.address is not None
    assert (lead.address.lines, lead.address.region) == (("1 Weir Lane",), "North East")
    assert not intake.rejects
    assert not intake.drift


def test_an_organisation_is_given_with_each_record_that_mentions_it() -> None:
    second = composition(id=OTHER_ID)
    second["organisationRoles"][1]["name"] = "The Otter Trust"
    lines = b"\n".join(
        json.dumps({"projectComposition": c}).encode() for c in (composition(), second)
    )
    records, _ = load(lines)
    names = [record.name for record in records if isinstance(record, Organisation)]
    assert names == ["University of Weir", "Otter Trust", "University of Weir", "The Otter Trust"]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_search_answer_gives_each_result(indent: int | None) -> None:
    results = [{"projectComposition": composition(id=key)} for key in (PROJECT_ID, OTHER_ID)]
    answer = {"facetedSearchResultBean": {"totalSize": 2, "results": results, "facets": []}}
    data = json.dumps(answer, indent=indent).encode()
    records, intake = load(data)
    assert projects(records) == [PROJECT_ID, OTHER_ID]
    assert records[0].locator == "item 1 of results"
    assert not intake.rejects
    records, intake = load(data[: data.rindex(b'"grantReference"')])
    assert projects(records) == [PROJECT_ID]
    assert len(intake.rejects) == 1


def test_several_answers_may_stand_on_lines_of_their_own() -> None:
    answer = {"facetedSearchResultBean": {"results": [{"projectComposition": composition()}]}}
    single = {"projectOverview": {"projectComposition": composition(id=OTHER_ID)}}
    records, intake = load(json.dumps(answer).encode() + b"\n" + json.dumps(single).encode())
    assert projects(records) == [PROJECT_ID, OTHER_ID]
    assert records[0].locator == "line 1, item 1 of results"
    assert not intake.rejects


def test_a_search_without_results_is_no_fault() -> None:
    assert not load({"facetedSearchResultBean": {"results": [], "totalSize": 0}})[1].rejects


@pytest.mark.parametrize("indent", [None, 2])
def test_a_single_project_answer_is_read(indent: int | None) -> None:
    answer = {"projectOverview": {"projectComposition": composition()}}
    records, intake = load(json.dumps(answer, indent=indent).encode())
    assert projects(records) == [PROJECT_ID]
    assert not intake.rejects


@pytest.mark.parametrize("key", [None, "", "42", 42, PROJECT_ID + "0", ["x"]])
def test_a_record_without_a_usable_id_is_rejected(key: Any) -> None:
    records, intake = load({"projectComposition": composition(id=key)})
    assert not records
    assert [(r.field, r.reason) for r in intake.rejects] == [("", "no usable project id")]


def test_ids_are_put_into_upper_case() -> None:
    assert one(id=PROJECT_ID.lower())[0].key == PROJECT_ID


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1217545200000, date(2008, 8, 1)),  # an hour before midnight in UTC, in summer
        (1217548800000, date(2008, 8, 1)),
        (1201824000000, date(2008, 2, 1)),
        ("1217545200000", date(2008, 8, 1)),
        (-86400000, date(1969, 12, 31)),
        ("2016-02-29", date(2016, 2, 29)),
        ("2016-07-31T23:30:00Z", date(2016, 8, 1)),
        ("2016-07-31+01:00", date(2016, 7, 31)),
    ],
)
def test_dates_are_read_in_london(value: Any, expected: date) -> None:
    project, intake = one(fund={"start": value})
    assert project.start == expected
    assert not intake.rejects


@pytest.mark.parametrize(
    "value",
    [10**17, -(10**14), 10**400, 1.5, True, "2015-02-29", "soon", {}, "2016-13-01", 7258118400000],
)
def test_a_date_that_cannot_be_costs_only_that_field(value: Any) -> None:
    project, intake = one(fund={"start": value, "end": 1547683200000})
    assert project.start is None
    assert project.end == date(2019, 1, 17)
    assert [r.field for r in intake.rejects] == ["fund.start"]


def test_an_end_before_the_start_is_kept_with_a_warning() -> None:
    project, intake = one(fund={"start": "2020-01-02", "end": "2020-01-01"})
    assert (project.start, project.end) == (date(2020, 1, 2), date(2020, 1, 1))
    assert intake.warnings["a project or fund ends before it starts"] == 1


def test_a_negative_amount_is_rejected_and_zero_is_kept() -> None:
    project, intake = one(fund={"valuePounds": -1})
    assert project.amount is None
    assert [r.field for r in intake.rejects] == ["fund.valuePounds"]
    project, intake = one(fund={"valuePounds": 0})
    assert project.amount == 0.0
    assert not intake.rejects


@pytest.mark.parametrize("value", ["a lot", [], True, "1e999", "nan"])
def test_an_amount_that_is_no_number_is_rejected(value: Any) -> None:
    project, intake = one(fund={"valuePounds": value})
    assert project.amount is None
    assert [r.field for r in intake.rejects] == ["fund.valuePounds"]


@pytest.mark.parametrize(
    "text",
    [
        "Abstracts are not currently available in GtR for all funded research. This is normal, "
        + "and goes on for long. " * 30,
        "Not required",
        "<p>N/A</p>",
        ".",
        "Please see the Objectives section of the form",
        "No abstract necessary.",
        "See Lead",
    ],
)
def test_filler_is_no_abstract(text: str) -> None:
    project, intake = one(abstractText=text, technicalSummary=text)
    assert project.abstract is None
    assert project.technical_abstract is None
    assert not intake.rejects
    assert sum(intake.warnings.values()) == 2


def test_a_short_abstract_that_tells_something_is_kept() -> None:
    assert one(abstractText="We count otters at night.")[0].abstract == "We count otters at night."


def test_markup_entities_and_addresses_are_taken_out_of_abstracts() -> None:
    text = "<p>Otters &amp;amp; us</p>\n\n\n \\nWrite to jo.weir@example.ac.uk \n now."
    assert one(abstractText=text)[0].abstract == (
        "Otters & us\n\nWrite to [e-mail address removed]\nnow."
    )


def test_the_quick_way_of_cleaning_gives_what_the_slow_way_gives() -> None:
    text = "Otters &amp;lt; us  \nand &#8211; more &quot;here&quot; \n\nend"
    project, _ = one(abstractText=text, technicalSummary=text + " \u00e9")
    assert project.technical_abstract == f"{project.abstract} \u00e9"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "otter",
                " ",
                "  ",
                "\n",
                "\n\n\n",
                "&amp;",
                "&amp;lt;",
                "&#13;",
                "<p>",
                "\\n",
                "\t",
                "\x00",
            ]
        ),
        max_size=12,
    ).map("".join)
)
def test_both_ways_of_cleaning_agree_on_any_text(text: str) -> None:
    whole = "Otters live in the north. " * 12 + text + "x"
    assert one(abstractText=whole)[0].abstract == clean_text(whole)


def test_an_unclassified_topic_is_dropped() -> None:
    project, intake = one(researchTopics=[{"id": OTHER_ID, "text": "Unclassified"}])
    assert project.topics == ()
    assert not intake.rejects


def test_every_kind_of_topic_has_its_scheme() -> None:
    project, _ = one(
        rcukProgrammes=[{"text": "GCRF"}],
        healthCategories=[{"text": "Stroke"}],
        researchActivities=[{"text": "2.1  Factors"}],
        researchSubjects={"researchSubject": {"text": "Zoology"}},
        researchTopics=[{"text": "Rivers"}, {"text": "Rivers"}],
    )
    assert [(t.scheme, t.label) for t in project.topics] == [
        ("gtr-programme", "GCRF"),
        ("gtr-health-category", "Stroke"),
        ("gtr-activity", "2.1 Factors"),
        ("gtr-subject", "Zoology"),
        ("gtr-topic", "Rivers"),
    ]


@pytest.mark.parametrize("share", ["200", -1, "half", True])
def test_a_percentage_that_is_none_is_rejected_and_the_topic_kept(share: Any) -> None:
    project, intake = one(researchTopics=[{"text": "Rivers", "percentage": share}])
    assert project.topics == (Topic(scheme="gtr-topic", label="Rivers"),)
    assert [r.field for r in intake.rejects] == ["project.researchTopics.percentage"]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("Yorkshire and the Humber", "Yorkshire and The Humber"),
        ("outside UK", "Outside UK"),
        ("Unknown", None),
        ("", None),
        ("Wales", "Wales"),
    ],
)
def test_regions_have_one_spelling(published: str, expected: str | None) -> None:
    whole = composition()
    address = {"line1": "1 Weir Lane", "region": published}
    whole["leadResearchOrganisation"]["address"] = address
    records, _ = load({"projectComposition": whole})
    lead = records[1]
    assert isinstance(lead, Organisation)
    assert lead.address is not None
    assert lead.address.region == expected


def test_the_lead_stands_without_organisation_roles_and_collaborations_fill_in() -> None:
    whole = composition()
    whole["organisationRoles"] = []
    whole["collaborations"] = [organisation(PARTNER_ID, "Otter Trust")]
    records, intake = load({"projectComposition": whole})
    assert isinstance(records[0], Project)
    assert [(r.organisation[-2:], r.role) for r in records[0].roles] == [
        ("F1", "lead"),
        ("F2", "collaborator"),
    ]
    assert not intake.drift


def test_collaborations_that_repeat_the_roles_are_not_counted_twice() -> None:
    whole = composition()
    whole["collaborations"] = [organisation(PARTNER_ID, "Otter Trust")]
    project = load({"projectComposition": whole})[0][0]
    assert project == load({"projectComposition": composition()})[0][0]


def test_unknown_roles_and_fields_are_drift() -> None:
    whole = composition(newField=1)
    whole["organisationRoles"][1]["roles"][0]["name"] = "ORACLE"
    whole["organisationRoles"][1]["mood"] = "good"
    whole["project"]["fund"]["currency"] = "GBP"
    whole["leadResearchOrganisation"]["address"]["planet"] = "Earth"
    _, intake = load({"projectComposition": whole, "extra": 1, "_harvested": "today"})
    assert sorted(intake.drift) == [
        "extra",
        "leadResearchOrganisation.address.planet",
        "organisationRoles.mood",
        "organisationRoles.roles.name=ORACLE",
        "project.fund.currency",
        "project.newField",
    ]
    assert not intake.rejects


def test_people_and_outputs_are_left_out_without_drift() -> None:
    whole = composition(publications=[{"title": "x"}])
    whole["personRoles"] = [{"firstName": "Jo", "surname": "Weir", "email": "jo@example.org"}]
    records, intake = load({"projectComposition": whole})
    assert not intake.drift
    assert "Jo" not in repr(records)


def test_an_organisation_without_id_is_known_by_its_name() -> None:
    whole = composition()
    whole["organisationRoles"][1]["id"] = "?"
    records, intake = load({"projectComposition": whole})
    assert [r.key for r in records if isinstance(r, Organisation)][1] == "name:otter trust"
    assert [r.field for r in intake.rejects] == ["organisationRoles.id"]


def test_transfers_run_from_parent_to_child_at_any_depth() -> None:
    grandchild = {"id": FUNDER_ID, "rel": "TRANSFER"}
    child = {"id": PROJECT_ID, "rel": "Transfer", "children": [grandchild]}
    student = {"id": LEAD_ID, "rel": "Studentship"}
    family = {"parents": [{"id": OTHER_ID, "grantRef": "x", "children": [child, student]}]}
    project, intake = one(projectHierarchy=family)
    assert project.transfers == ((PROJECT_ID, FUNDER_ID), (OTHER_ID, PROJECT_ID))
    assert not intake.drift
    project, _ = one(projectHierarchy={"children": {"child": grandchild}})
    assert project.transfers == ((PROJECT_ID, FUNDER_ID),)


def test_references_of_other_bodies_are_kept_apart() -> None:
    identifiers = [{"value": "NE/X000001/1", "type": "RCUK"}, {"value": "R-9", "type": "RES"}]
    project, _ = one(identifiers=identifiers)
    assert (project.reference, project.other_references) == ("NE/X000001/1", ("R-9",))
    project, _ = one(identifiers={"identifier": identifiers}, grantReference=None)
    assert (project.reference, project.other_references) == ("NE/X000001/1", ("R-9",))


def test_the_harvesters_note_is_kept() -> None:
    records, _ = load({"_note": "made up", "projectComposition": composition()})
    assert records[0].note == "made up"


def test_damaged_lines_are_rejected_and_the_others_read() -> None:
    good = json.dumps({"projectComposition": composition()}).encode()
    lines = [good, b'{"projectComposition": {"project"', b"", b"[1]", b'{"a": \xff}', b"{}", good]
    records, intake = load(b"\n".join(lines))
    assert projects(records) == [PROJECT_ID, PROJECT_ID]
    assert [r.locator for r in intake.rejects] == ["line 2", "line 4", "line 5", "line 6"]


def test_only_its_own_format_is_recognised_however_short_the_head() -> None:
    answer = {"facetedSearchResultBean": {"results": [{"projectComposition": composition()}]}}
    for value in (
        {"projectComposition": composition()},
        {"projectOverview": {"projectComposition": composition()}},
        answer,
    ):
        data = json.dumps(value).encode()
        assert all(JSON_LOADER.recognises(data[:cut]) for cut in range(200, len(data)))
        for other in (gtr2.LOADER, gtr_csv.LOADER, XML_LOADER):
            assert not any(other.recognises(data[:cut]) for cut in range(200, len(data)))
    for foreign in (
        b'{"data": [{"questionId": 1, "question": "projectComposition?"}], "meta": {}}',
        b'{"data": [{"questionId": 1, "question": "a \\"projectComposition\\": {"}]}',
        b'[{"id": "https://ror.org/01abc", "names": [], "links": [{"type": "website"}]}]',
        b"projectComposition",
    ):
        assert not JSON_LOADER.recognises(foreign)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of all values inside a JSON value."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    return [
        path for key, inner in pairs for path in ((*so_far, key), *paths(inner, (*so_far, key)))
    ]


def mutated(value: Any, data: st.DataObject) -> Any:
    """`value` with some of its inner values removed or replaced by any JSON value."""
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(value) or [()]))
        if not path:
            break
        holder = value
        for step in path[:-1]:
            holder = holder[step]
        if data.draw(st.booleans()) and isinstance(holder, dict):
            del holder[path[-1]]
        else:
            holder[path[-1]] = data.draw(JSON_VALUES)
    return value


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_mutation_of_a_record_raises_or_harms_its_neighbours(data: st.DataObject) -> None:
    family = {"parents": [{"id": OTHER_ID, "children": [{"id": PROJECT_ID, "rel": "Transfer"}]}]}
    whole = {
        **composition(
            projectHierarchy=family,
            identifiers=[{"value": "x", "type": "RES"}],
            technicalSummary="",
        ),
        "collaborations": [organisation(PARTNER_ID, "Otter Trust")],
        "personRoles": [],
    }
    bad = json.dumps({"projectComposition": mutated(whole, data)}).encode()
    good = json.dumps({"projectComposition": composition(id=FUNDER_ID)}).encode()
    records, _ = load(b"\n".join((good, bad, good)))
    assert projects(records).count(FUNDER_ID) >= 2


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_stands_before_a_cut_is_read(data: st.DataObject) -> None:
    line = json.dumps({"projectComposition": composition()}).encode() + b"\n"
    cut = data.draw(st.integers(0, 3 * len(line)))
    records, intake = load((line * 3)[:cut])
    assert len(projects(records)) in (cut // len(line), (cut + 1) // len(line))
    assert len(intake.rejects) <= 1


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet='{}[]":, \n\\projectComposition').map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    JSON_LOADER.recognises(data)
    load(data)
    load(b'{"projectComposition": ' + data)


@pytest.mark.real_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_real_records_are_read_without_drift() -> None:
    intake = Intake("projects-2k.jsonl.gz")
    with (DATA / "projects-2k.jsonl.gz").open("rb") as raw:
        stream = open_stream(raw, intake)
        records = list(JSON_LOADER.load(stream, intake))
    assert len(projects(records)) == 2081
    assert not intake.rejects
    assert not intake.drift
