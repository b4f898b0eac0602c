"""The portal's XML: the same project as in JSON, and no way in for hostile documents."""

from __future__ import annotations

import io
import json
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.loaders import gtr2, gtr_csv, gtr_portal_xml
from graphkit.loaders.gtr_portal import JSON_LOADER
from graphkit.loaders.gtr_portal_xml import XML_LOADER
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import open_stream
from graphkit.model import Organisation, Project, Record

DATA = Path(__file__).parents[3] / "shared" / "data" / "gtr"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
PROJECT_ID = "0A1B2C3D-0000-4000-8000-00000000000A"
OTHER_ID = "0A1B2C3D-0000-4000-8000-00000000000B"
LEAD_ID = "0A1B2C3D-0000-4000-8000-0000000000F1"
PARTNER_ID = "0A1B2C3D-0000-4000-8000-0000000000F2"
FUNDER_ID = "0A1B2C3D-0000-4000-8000-0000000000F3"
UKRI = "http://gtr.ukri.org/api"
RCUK = "http://gtr.rcuk.ac.uk/api"
ABSTRACT = "Otters came back &amp; we ask who saw them &lt;b&gt;first&lt;/b&gt; in the north."


def organisation(tag: str, key: str, name: str, inner: str = "") -> str:
    return (
        f'<gtr:{tag} url="http://gtr.ukri.org:80/organisation/{key}"><gtr:id>{key}</gtr:id>'
        f"<gtr:name>{escape(name)}</gtr:name><gtr:address><gtr:line1>1 Weir Lane</gtr:line1>"
        f"<gtr:region>North East</gtr:region></gtr:address>{inner}</gtr:{tag}>"
    )


def composition(key: str = PROJECT_ID, more: str = "", abstract: str = ABSTRACT) -> str:
    """One project as the portal writes it; the abstract is escaped once more."""
    lead = organisation("leadResearchOrganisation", LEAD_ID, "University of Weir & Sea")
    role = "<gtr:roles><gtr:role><gtr:name>PROJECT_PARTNER</gtr:name></gtr:role></gtr:roles>"
    partner = organisation("organisationRole", PARTNER_ID, "Otter Trust", role)
    return f"""<gtr:projectComposition><gtr:collaborations/>{lead}
    <gtr:organisationRoles>{partner}</gtr:organisationRoles><gtr:personRoles/>
    <gtr:project url="http://gtr.ukri.org:80/projects?ref=NE%2FX000001%2F1"><gtr:id>{key}</gtr:id>
    <gtr:title>Otters &amp;amp; the north</gtr:title><gtr:status>Active</gtr:status>
    <gtr:grantReference>NE/X000001/1</gtr:grantReference>
    <gtr:abstractText>{escape(abstract)}</gtr:abstractText>
    <gtr:fund><gtr:end>2019-01-17</gtr:end><gtr:funder url="x"><gtr:id>{FUNDER_ID}</gtr:id>
    <gtr:name>NERC</gtr:name></gtr:funder><gtr:start>2016-01-18</gtr:start>
    <gtr:type>INCOME_ACTUAL</gtr:type><gtr:valuePounds>1200</gtr:valuePounds></gtr:fund>
    <gtr:identifiers><gtr:identifier type="RCUK">NE/X000001/1</gtr:identifier></gtr:identifiers>
    <gtr:healthCategories/><gtr:researchTopics><gtr:researchTopic><gtr:id>{OTHER_ID}</gtr:id>
    <gtr:percentage>60</gtr:percentage><gtr:text>River Ecology</gtr:text></gtr:researchTopic>
    </gtr:researchTopics>{more}</gtr:project></gtr:projectComposition>"""


def document(*compositions: str, namespace: str = UKRI) -> bytes:
    root = "projectOverview" if len(compositions) == 1 else "facetedSearchResultBean"
    inner = "".join(compositions)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<gtr:{root} xmlns:gtr="{namespace}">{inner}'
        f"</gtr:{root}>"
    ).encode()


AS_JSON = {
    "projectComposition": {
        "project": {
            "id": PROJECT_ID,
            "resourceUrl": "https://gtr.ukri.org/projects?ref=NE%2FX000001%2F1",
            "title": "Otters &amp; the north",
            "status": "Active",
            "grantReference": "NE/X000001/1",
            "abstractText": ABSTRACT,
            "fund": {
                "valuePounds": 1200.0,
                "start": 1453075200000,
                "end": 1547683200000,
                "type": "INCOME_ACTUAL",
                "funder": {"id": FUNDER_ID, "name": "NERC"},
            },
            "researchTopics": [{"id": OTHER_ID, "text": "River Ecology", "percentage": "60"}],
        },
        "leadResearchOrganisation": {
            "id": LEAD_ID,
            "name": "University of Weir & Sea",
            "address": {"line1": "1 Weir Lane", "region": "North East"},
        },
        "organisationRoles": [
            {
                "id": PARTNER_ID,
                "name": "Otter Trust",
                "address": {"line1": "1 Weir Lane", "line2": None, "region": "North East"},
                "roles": [{"name": "PROJECT_PARTNER"}],
            }
        ],
    }
}


def load(data: bytes) -> tuple[list[Record], Intake]:
    intake = Intake("test.xml")
    return list(XML_LOADER.load(open_stream(io.BytesIO(data), intake), intake)), intake


def fields(record: Record, *without: str) -> dict[str, object]:
    return {
        name: getattr(record, name)
        for name in record.__struct_fields__
        if name not in {"locator", *without}
    }


def projects(records: list[Record]) -> list[str]:
    return [record.key for record in records if isinstance(record, Project)]


def test_xml_and_json_give_the_same_records() -> None:
    records, intake = load(document(composition()))
    data = json.dumps(AS_JSON).encode()
    expected = list(JSON_LOADER.load(io.BytesIO(data), Intake("x")))
    assert [fields(record) for record in records] == [fields(record) for record in expected]
    assert len(records) == 3
    assert isinstance(records[0], Project)
    assert records[0].title == "Otters & the north"
    assert records[0].abstract == "Otters came back & we ask who saw them first in the north."
    assert not intake.rejects
    assert not intake.drift


def test_the_older_namespace_and_a_default_namespace_are_read() -> None:
    data = document(composition(), namespace=RCUK)
    bare = data.replace(b"xmlns:gtr=", b"xmlns=").replace(b"<gtr:", b"<").replace(b"</gtr:", b"</")
    for variant in (data, bare):
        assert XML_LOADER.recognises(variant)
        assert load(variant)[0] == load(document(composition()))[0]


def test_a_search_result_gives_each_composition() -> None:
    records, intake = load(document(composition(), composition(OTHER_ID)))
    assert projects(records) == [PROJECT_ID, OTHER_ID]
    assert [r.locator for r in records if isinstance(r, Project)] == [
        "projectComposition 1",
        "projectComposition 2",
    ]
    assert len([r for r in records if isinstance(r, Organisation)]) == 4
    assert not intake.rejects


def test_a_hierarchy_gives_transfers() -> None:
    more = (
        "<gtr:projectHierarchy><gtr:parents><gtr:parent>"
        f"<gtr:id>{OTHER_ID}</gtr:id><gtr:grantRef>NE/X0</gtr:grantRef><gtr:amount>5.5</gtr:amount>"
        f'<gtr:children><gtr:child rel="Transfer"><gtr:id>{PROJECT_ID}</gtr:id><gtr:children/>'
        "</gtr:child></gtr:children></gtr:parent></gtr:parents></gtr:projectHierarchy>"
    )
    project = load(document(composition(more=more)))[0][0]
    assert isinstance(project, Project)
    assert project.transfers == ((OTHER_ID, PROJECT_ID),)


def test_other_references_and_the_further_texts_are_read() -> None:
    more = (
        '<gtr:identifiers><gtr:identifier type="RES">R-9</gtr:identifier></gtr:identifiers>'
        "<gtr:technicalSummary>We count otters by night.</gtr:technicalSummary>"
        "<gtr:potentialImpactText>Anglers and otters may agree.</gtr:potentialImpactText>"
        "<gtr:rcukProgrammes><gtr:rcukProgramme><gtr:text>GCRF</gtr:text></gtr:rcukProgramme>"
        "</gtr:rcukProgrammes>"
    )
    text = composition(more=more).replace(
        '<gtr:identifiers><gtr:identifier type="RCUK">NE/X000001/1</gtr:identifier>'
        "</gtr:identifiers>",
        "",
    )
    records, intake = load(document(text))
    project = records[0]
    assert isinstance(project, Project)
    assert project.other_references == ("R-9",)
    assert project.technical_abstract == "We count otters by night."
    assert project.impact == "Anglers and otters may agree."
    assert project.topics[0].label == "GCRF"
    assert not intake.drift


def test_unescaped_markup_in_a_text_is_text() -> None:
    data = document(composition()).replace(
        b"<gtr:status>",
        b"<gtr:technicalSummary>By <b>night</b> only.</gtr:technicalSummary><gtr:status>",
    )
    project = load(data)[0][0]
    assert isinstance(project, Project)
    assert project.technical_abstract == "By night only."


def test_unknown_elements_are_drift() -> None:
    _, intake = load(document(composition(more="<gtr:mood>good</gtr:mood>")))
    assert dict(intake.drift) == {"project.mood": 1}


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_other_encodings_are_read(encoding: str) -> None:
    text = document(composition(abstract="Otters on the Caf\u00e9 river today"))
    data = text.decode().replace('"UTF-8"', f'"{encoding}"').encode(encoding)
    project = load(data)[0][0]
    assert isinstance(project, Project)
    assert project.abstract == "Otters on the Caf\u00e9 river today"


BOMBS = {
    "billion laughs": '<!DOCTYPE x [<!ENTITY a "ha">'
    '<!ENTITY a1 "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(2, 10))
    + "]>",
    "an external entity": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "an external document type": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "a parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_document_types_and_entities_are_refused(bomb: str) -> None:
    data = document(composition(more="<gtr:mood>&a;&a9;</gtr:mood>"))
    data = data.replace(b"<gtr:projectOverview", bomb.encode() + b"<gtr:projectOverview", 1)
    assert XML_LOADER.recognises(data)
    records, intake = load(data)
    assert not records
    assert len(intake.rejects) == 1
    assert "document type or entity" in intake.rejects[0].reason


def test_an_entity_that_nobody_declared_is_rejected() -> None:
    records, intake = load(document(composition(more="&a;")))
    assert not records
    assert "undefined entity" in intake.rejects[0].reason


def test_nesting_without_end_is_refused() -> None:
    records, intake = load(document(composition(), composition(more="<gtr:x>" * 500)))
    assert projects(records) == [PROJECT_ID]
    assert [r.reason for r in intake.rejects] == ["nested more than 200 levels deep"]


@pytest.mark.parametrize("more", ["<gtr:x>" + "o" * 99 + "</gtr:x>", "<gtr:x/>"])
def test_a_composition_that_is_too_large_is_left_out(
    more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gtr_portal_xml, "MAX_RECORD_BYTES", 200_000)
    large = composition(OTHER_ID, more=more * (250_000 // len(more)))
    records, intake = load(document(composition(), large, composition(FUNDER_ID)))
    assert projects(records) == [PROJECT_ID, FUNDER_ID]
    assert [(r.locator, r.field) for r in intake.rejects] == [("projectComposition 2", "")]


def test_a_tag_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gtr_portal_xml, "MAX_RECORD_BYTES", 200_000)
    data = document(composition(), composition(more=f'<gtr:x a="{"o" * 600_000}"/>'))
    records, intake = load(data)
    assert projects(records) == [PROJECT_ID]
    assert len(intake.rejects) == 1


def test_a_document_without_a_composition_is_rejected() -> None:
    for data in (b"", b"<a/>", b"no xml", document("")):
        records, intake = load(data)
        assert not records
        assert len(intake.rejects) == 1


def test_only_its_own_format_is_recognised_however_short_the_head() -> None:
    data = document(composition())
    assert all(XML_LOADER.recognises(data[:cut]) for cut in range(200, len(data)))
    for other in (JSON_LOADER, gtr2.LOADER, gtr_csv.LOADER):
        assert not any(other.recognises(data[:cut]) for cut in range(200, len(data)))
    gtr2_xml = b'<ns2:projects xmlns:ns2="http://gtr.rcuk.ac.uk/gtr/api/project"/>'
    for foreign in (gtr2_xml, b'<html xmlns="http://www.w3.org/1999/xhtml">', b"xmlns='x'"):
        assert not XML_LOADER.recognises(foreign)


WHOLE = document(composition(), composition(OTHER_ID), composition(FUNDER_ID))
ENDS = [
    end + len(b"</gtr:projectComposition>")
    for end in range(len(WHOLE))
    if WHOLE.startswith(b"</gtr:projectComposition>", end)
]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WHOLE) - 1))
def test_a_cut_file_gives_the_whole_compositions_and_one_reject(cut: int) -> None:
    records, intake = load(WHOLE[:cut])
    assert len(projects(records)) == sum(end <= cut for end in ENDS)
    assert len(intake.rejects) == 1


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40), st.integers(0, len(WHOLE)), st.integers(0, 60))
def test_bytes_thrown_into_a_document_harm_nothing_before_them(
    thrown: bytes, at: int, instead_of: int
) -> None:
    records, _ = load(WHOLE[:at] + thrown + WHOLE[at + instead_of :])
    # What is left of the encoding's name may change how the rest is read.
    if at > 60:
        assert len(projects(records)) >= sum(end <= at for end in ENDS)


NAMES = (
    "projectComposition project id title fund start valuePounds funder organisationRoles "
    "organisationRole roles role name address projectHierarchy parents parent children child "
    "researchTopics researchTopic text identifiers identifier"
)
TAGS = st.sampled_from(NAMES.split())
TREES = st.recursive(
    st.text(alphabet="ab1- ", max_size=6) | st.sampled_from([PROJECT_ID, "2020-01-01", "-5"]),
    lambda inner: st.lists(st.tuples(TAGS, inner), max_size=4),
    max_leaves=12,
)


def written(tree: str | list[tuple[str, object]]) -> str:
    if isinstance(tree, str):
        return tree
    return "".join(f"<gtr:{tag}>{written(inner)}</gtr:{tag}>" for tag, inner in tree)  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_no_arrangement_of_elements_raises(tree: str | list[tuple[str, object]]) -> None:
    odd = f"<gtr:projectComposition>{written(tree)}</gtr:projectComposition>"
    inside = composition(OTHER_ID, more=written(tree))
    records, _ = load(document(composition(), odd, inside, composition(FUNDER_ID)))
    assert {PROJECT_ID, FUNDER_ID} <= set(projects(records))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    XML_LOADER.recognises(data)
    load(data)
    load(b"<" + data)


@pytest.mark.real_data
@needs_data
def test_real_projects_are_the_same_in_xml_and_json() -> None:
    from_xml: dict[str, Project] = {}
    for path in sorted((DATA / "xml").glob("*.xml")):
        records, intake = load(path.read_bytes())
        assert not intake.rejects, path
        assert not intake.drift, path
        from_xml |= {r.key: r for r in records if isinstance(r, Project)}
    assert len(from_xml) == 150
    intake = Intake("projects.jsonl.gz")
    same = 0
    with (DATA / "projects.jsonl.gz").open("rb") as raw:
        stream = open_stream(raw, intake)
        for record in JSON_LOADER.load(stream, intake):
            if isinstance(record, Project) and (other := from_xml.get(record.key)):
                same += 1
                # The harvested JSON has no impact, no technical summary, no other
                # references, no hierarchy and fewer kinds of topic.
                only = ("impact", "technical_abstract", "other_references", "transfers", "topics")
                assert fields(record, *only) == fields(other, *only)
                assert record.topics == tuple(
                    t for t in other.topics if t.scheme in ("gtr-subject", "gtr-topic")
                )
    assert same == 150
