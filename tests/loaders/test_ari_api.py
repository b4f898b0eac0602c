"""The ARI API: every fault that the service or a harvest of it shows."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.loaders import ari_api
from graphkit.loaders.ari_api import LOADER, paragraphs
from graphkit.loaders.ari_contacts import is_team_mailbox
from graphkit.loaders.intake import Intake
from graphkit.model import ResearchQuestion, Topic

SHARED = Path(__file__).parents[3] / "shared"
GUID = "3D77D6D5-EB60-4012-8DF4-0692C35075F2"


def record(**fields: Any) -> dict[str, Any]:
    return {"questionId": 41, "question": "Do heat pumps pay?"} | fields


def load(data: Any, **options: Any) -> tuple[list[ResearchQuestion], Intake]:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    intake = Intake("ari.json", **options)
    return list(ari_api.load(io.BytesIO(content), intake)), intake


def load_one(**fields: Any) -> tuple[ResearchQuestion, Intake]:
    questions, intake = load({"data": [record(**fields)]})
    return questions[0], intake


def reasons(intake: Intake) -> list[tuple[str, str]]:
    return [(reject.field, reject.reason) for reject in intake.rejects]


def test_a_full_record_is_read_field_by_field() -> None:
    question, intake = load_one(
        url="https://ari.org.uk/aris/41",
        questionGroup="Heat",
        department="Home Office",
        backgroundInformation="First.\nSecond.",
        isArchived=True,
        pageViewCount=12,
        topics=["Energy"],
        fieldsOfResearch=["Physics"],
        tags=["heat"],
        relatedQuestions=[{"questionId": 7}, 8, "9", 7],
        _note="kept by hand",
        _anything="a harvester's own",
    )
    assert not intake.rejects
    assert not intake.drift
    assert (question.key, question.text) == ("41", "Do heat pumps pay?")
    assert (question.department, question.group) == ("Home Office", "Heat")
    assert question.background == "First.\n\nSecond."
    assert question.url == "https://ari.org.uk/aris/41"
    assert (question.archived, question.page_views) == (True, 12)
    assert question.related_questions == ("7", "8", "9")
    assert question.topics == (
        Topic(scheme="topic", label="Energy"),
        Topic(scheme="field", label="Physics"),
        Topic(scheme="tag", label="heat"),
    )
    assert question.note == "kept by hand"
    assert question.locator == "item 1 of data"
    assert not question.from_page


@pytest.mark.parametrize(
    "published", ["2021-04-30 01:00:00", "2021-04-30", "2021-04-30T01:00:00Z", " 2021-04-30 "]
)
def test_dates_are_read_with_and_without_a_time(published: str) -> None:
    question, intake = load_one(publicationDate=published, postDate=None, expiryDate="")
    assert question.published == date(2021, 4, 30)
    assert (question.posted, question.expires) == (None, None)
    assert not intake.rejects


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2023-02-31", "no such date"),
        ("0000-00-00", "no such date"),
        ("30/04/2021", "not a date (YYYY-MM-DD, with or without a time)"),
        (20210430, "not a date (YYYY-MM-DD, with or without a time)"),
        ("2021-04-30 nonsense", "not a date (YYYY-MM-DD, with or without a time)"),
    ],
)
def test_a_bad_date_costs_the_field_and_not_the_record(value: object, reason: str) -> None:
    question, intake = load_one(dateUpdated=value)
    assert question.updated is None
    assert reasons(intake) == [("dateUpdated", reason)]
    assert intake.rejects[0].locator == "item 1 of data"


def test_repeated_topics_and_case_variants_in_one_list_keep_the_first() -> None:
    question, _ = load_one(topics=["climate change", "Climate Change", "climate  change", "Rail"])
    assert [topic.label for topic in question.topics] == ["climate change", "Rail"]


def test_a_label_in_two_lists_stays_in_both() -> None:
    question, _ = load_one(topics=["Rail"], tags=["Rail"])
    assert [topic.scheme for topic in question.topics] == ["topic", "tag"]


def test_html_and_literal_newlines_become_plain_text() -> None:
    question, _ = load_one(
        question="What &amp; why?\\nAnd how?",
        backgroundInformation="<p>We ask <b>two</b> things:</p><ul><li>- heat</li><li>- light</li>",
    )
    assert question.text == "What & why?\nAnd how?"
    assert question.background == "We ask two things:\n\n- heat\n- light"


def test_a_project_is_read_with_its_reference_from_the_address() -> None:
    question, intake = load_one(
        relatedUKRIProjects=[
            {
                "projectId": GUID.lower(),
                "title": "Regional Technology Foresight",
                "url": "https://gtr.ukri.org/projects?ref=ES%2FR004625%2F1",
                "leadResearchOrganisation": None,
                "startDate": "2018-01-01",
                "endDate": "2019-12-31 00:00:00",
            },
            {"projectId": GUID[:-1] + "3", "title": "Without the last three", "url": ""},
        ]
    )
    first, second = question.projects
    assert not intake.rejects
    assert (first.position, first.key, first.reference) == (1, GUID, "ES/R004625/1")
    assert (first.start, first.end) == (date(2018, 1, 1), date(2019, 12, 31))
    assert first.lead_organisation is None
    assert (second.position, second.url, second.reference) == (2, None, None)


def test_a_project_of_which_nothing_can_be_used_is_refused_and_positions_stay() -> None:
    question, intake = load_one(
        relatedUKRIProjects=["text", {"projectId": "not-a-guid"}, {"title": "Good", "extra": 1}]
    )
    assert [(p.position, p.title) for p in question.projects] == [(3, "Good")]
    assert reasons(intake) == [
        ("relatedUKRIProjects[1]", "not an object"),
        ("relatedUKRIProjects[2].projectId", "not a GtR project id (GUID)"),
        ("relatedUKRIProjects[2]", "neither id, reference nor title"),
    ]
    assert intake.drift == {"data.relatedUKRIProjects.extra": 1}


def test_a_project_listed_twice_is_kept_once_with_a_warning() -> None:
    listed = {"projectId": GUID, "title": "A"}
    question, intake = load_one(relatedUKRIProjects=[listed, listed])
    assert len(question.projects) == 1
    assert sum(intake.warnings.values()) == 1


@pytest.mark.parametrize("value", [None, "x1", True, 4.5, -3, 0, "", [], "12345678901234567890"])
def test_a_record_without_a_usable_id_is_refused(value: object) -> None:
    questions, intake = load({"data": [record(questionId=value), record(questionId=2)]})
    assert [question.key for question in questions] == ["2"]
    assert reasons(intake) == [("", "no usable questionId")]


def test_a_numeric_string_is_an_id() -> None:
    assert load_one(questionId=" 0017 ")[0].key == "17"


@pytest.mark.parametrize("value", [None, "", "<p></p>", 5])
def test_a_record_that_asks_nothing_is_refused(value: object) -> None:
    questions, intake = load({"data": [record(question=value)]})
    assert not questions
    assert ("", "no question text") in reasons(intake)


def test_ids_given_by_a_harvester_are_placeholders() -> None:
    assert load_one(questionId=9_000_001)[0].placeholder
    assert not load_one(questionId=9_000_000)[0].placeholder


def test_empty_names_are_none() -> None:
    question, intake = load_one(department="", questionGroup=" ", contactDetails="")
    assert (question.department, question.group, question.contact) == (None, None, None)
    assert not intake.rejects


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("department", 7),
        ("isArchived", "yes"),
        ("pageViewCount", -1),
        ("pageViewCount", True),
        ("topics", "Energy"),
        ("url", "javascript:alert(1)"),
        ("url", "https://x/<script>"),
        ("relatedQuestions", {}),
        ("backgroundInformation", ["x"]),
    ],
)
def test_a_field_of_the_wrong_kind_is_refused_alone(field: str, value: object) -> None:
    questions, intake = load({"data": [record(**{field: value})]})
    assert len(questions) == 1
    assert [reject.field for reject in intake.rejects] == [field]


def test_members_of_the_wrong_kind_are_refused_one_by_one() -> None:
    question, intake = load_one(topics=["Rail", 5, None], relatedQuestions=[{"id": 1}, "x", 3])
    assert [topic.label for topic in question.topics] == ["Rail"]
    assert question.related_questions == ("3",)
    assert [reject.field for reject in intake.rejects] == [
        "topics[2]",
        "topics[3]",
        "relatedQuestions[1]",
        "relatedQuestions[2]",
    ]


def test_unknown_fields_are_drift() -> None:
    _, intake = load({"data": [record(mood="good"), record(mood="bad")], "links": {}})
    assert intake.drift == {"data.mood": 2, "links": 1}


def test_named_contacts_are_dropped_and_a_team_mailbox_stays() -> None:
    text = "Jo Bloggs, jo.bloggs@x.gov.uk, or the team: research.team@x.gov.uk"
    assert load_one(contactDetails=text)[0].contact == "research.team@x.gov.uk"
    kept, _ = load({"data": [record(contactDetails=text)]}, keep_contacts=True)
    assert kept[0].contact == text


@pytest.mark.parametrize(
    ("background", "left"),
    [
        (
            "Ports grow.\nContact: Sir Bob Smith <bob.smith@example.gov.uk>, tel 020 7946 0000\nX",
            "Ports grow.\n\nX",
        ),
        (
            "Ports grow. Contact: Sir Bob Smith, tel 020 7946 0000. Ferries too.",
            "Ports grow. Ferries too.",
        ),
        ("Ports grow.\n\nContact:\n\nSir Bob Smith\n\n+44 (0)20 7946 0000", "Ports grow."),
        ("Ports grow. Get in touch with Dr. Bob J. Smith. Phone: (020) 7946 0000.", "Ports grow."),
        ("Lead contact: Bob Smith\nPorts grow.", "Ports grow."),
        ("Bob Smith, bob@x.gov.uk", None),
        (
            "Calls to 0800 123 4567 rose in 2019-2020.",
            "Calls to [phone number removed] rose in 2019-2020.",
        ),
        ("Contact tracing apps, 10,000 to 012.", "Contact tracing apps, 10,000 to 012."),
        (
            "Contact Tracing Apps. If you want growth, invest.",
            "Contact Tracing Apps. If you want growth, invest.",
        ),
    ],
)
def test_named_contacts_are_dropped_from_backgrounds(background: str, left: str | None) -> None:
    assert load_one(backgroundInformation=background)[0].background == left
    kept, _ = load({"data": [record(backgroundInformation=background)]}, keep_contacts=True)
    assert kept[0].background is not None
    assert "removed]" not in kept[0].background
    assert ("Smith" in kept[0].background) == ("Smith" in background)


def test_a_contact_in_a_question_goes_and_the_question_stays() -> None:
    text = "Do ports grow? Contact Ann Lee on 020 7946 0000."
    assert load_one(question=text)[0].text == "Do ports grow?"
    assert load_one(question="Ask jo@x.org why?")[0].text == "Ask [e-mail address removed] why?"


def test_addresses_in_question_and_background_are_redacted() -> None:
    question, _ = load_one(
        question="Ask jo@x.org why?", backgroundInformation="Or ann.lee@x.ac.uk."
    )
    assert "@" not in f"{question.text} {question.background}"


@pytest.mark.parametrize(
    "local",
    [
        "psChiefScientificAdviser",
        "ari.team",
        "aris",
        "research",
        "evidence-enquiries",
        "dftscience",
    ],
)
def test_a_mailbox_named_for_a_team_is_kept(local: str) -> None:
    assert is_team_mailbox(f"{local}@x.gov.uk")


@pytest.mark.parametrize(
    "local",
    [
        "maria.stone",
        "j.research",
        "smithresearch",
        "Lesley.SmithResearch",
        "stan",
        "arif",
        "jo.ari",
    ],
)
def test_a_mailbox_that_may_be_a_persons_is_dropped(local: str) -> None:
    assert not is_team_mailbox(f"{local}@x.gov.uk")


def test_a_lone_record_and_a_bare_list_are_read() -> None:
    assert [q.key for q in load(record(relatedUKRIProjects=[{"title": "A"}]))[0]] == ["41"]
    questions, intake = load([record(), record(questionId=42)])
    assert [q.key for q in questions] == ["41", "42"]
    assert [q.locator for q in questions] == ["item 1 of the list", "item 2 of the list"]
    assert not intake.rejects


def test_page_figures_that_disagree_with_the_page_are_a_warning() -> None:
    figures = {"total": 900, "count": 2, "per_page": 1, "current_page": 1, "links": {}}
    _, intake = load({"data": [record()], "meta": {"pagination": figures}})
    assert list(intake.warnings) == ["the page announces 2 records and holds 1"]
    _, intake = load({"data": [record(), record()], "meta": {"pagination": figures}})
    assert list(intake.warnings) == ["the page holds 2 records, more than its own 1 a page"]


def test_the_announced_total_of_all_pages_is_no_fault() -> None:
    figures = {"total": 4956, "count": 1, "per_page": 250}
    _, intake = load({"data": [record()], "meta": {"pagination": figures}})
    assert not intake.warnings


@pytest.mark.parametrize("content", [b"{}", b'{"data": {"questionId": 1}}', b'{"data": null}'])
def test_a_document_without_records_is_refused(content: bytes) -> None:
    questions, intake = load(content)
    assert not questions
    assert intake.rejects


def test_a_broken_record_costs_only_itself() -> None:
    questions, intake = load(b'{"data": [{"questionId": 1, "question": "A?"}, {"questionId" 2}]}')
    assert [q.key for q in questions] == ["1"]
    assert intake.rejects[0].locator == "item 2 of data"


def test_the_format_is_recognised_by_its_content() -> None:
    assert LOADER.recognises(json.dumps({"data": [record()]}).encode())
    assert LOADER.recognises(json.dumps([record()]).encode())
    assert LOADER.recognises(b'{"data": [], "meta": {"pagination": {"total": 0}}}')
    assert not LOADER.recognises(b'{"projectComposition": {"project": {}}}')
    assert not LOADER.recognises(b'questionId,question\n1,"data"')
    assert not LOADER.recognises(b"")


def test_lists_in_a_background_stay_together() -> None:
    assert paragraphs("A:\n- b\n- c\n\n\nD") == "A:\n\n- b\n- c\n\nD"


WHOLE = json.dumps(
    {
        "data": [
            record(questionId=n, topics=["é", "Rail"], relatedUKRIProjects=[{"projectId": GUID}])
            for n in (1, 2, 3)
        ],
        "meta": {"pagination": {"count": 3, "per_page": 250}},
    }
).encode()


def test_a_page_cut_anywhere_keeps_the_records_that_arrived_whole() -> None:
    ends = [WHOLE.index(b'{"questionId": 2'), WHOLE.index(b'{"questionId": 3')]
    ends.append(WHOLE.index(b'], "meta"'))
    for cut in range(len(WHOLE)):
        questions, intake = load(WHOLE[:cut])
        assert len(questions) >= sum(cut >= end for end in ends)
        assert intake.rejects


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_without_an_error(content: bytes) -> None:
    load(content)
    LOADER.recognises(content)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([*sorted(ari_api._KNOWN)]), JSON)
def test_any_value_in_any_field_costs_at_most_that_field(name: str, value: object) -> None:
    questions, intake = load({"data": [record(**{name: value}), record(questionId=2)]})
    assert questions[-1].key == "2"
    if name not in ("questionId", "question"):
        assert len(questions) == 2
        assert all(reject.field.startswith(name) for reject in intake.rejects)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_one_changed_byte_never_raises(place: int, byte: int) -> None:
    load(WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :])


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are absent")
def test_all_thirteen_harvested_pages_load_without_a_reject() -> None:
    keys: list[str] = []
    paths = sorted((SHARED / "data" / "ari" / "api").glob("*.json"))
    for path in paths:
        intake = Intake(path.name)
        with path.open("rb") as stream:
            keys += [question.key for question in ari_api.load(stream, intake)]
        assert not intake.rejects
        assert not intake.drift
        assert not intake.warnings
    assert (len(paths), len(keys), len(set(keys))) == (13, 3050, 3050)
