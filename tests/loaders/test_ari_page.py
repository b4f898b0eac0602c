"""Question pages: four layouts, HTML, cuts, and everything else seen on them."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.loaders import ari_page
from graphkit.loaders.ari_html import html_to_page_text
from graphkit.loaders.ari_page import LOADER
from graphkit.loaders.intake import Intake
from graphkit.model import ResearchQuestion

SHARED = Path(__file__).parents[3] / "shared"

QUESTION = "Which ferries could run on ammonia, and at what cost?"
BACKGROUND = "Ports ask for cleaner ships. The department wants to know which routes come first."
CONTACT = "Get in touch with Ann Lee, ann.lee@port.gov.uk, or research@port.gov.uk."
DOCUMENT = "Maritime areas of research interest"
SOURCE_LINE = "This question was published as part of the set of ARIs in this document:"
RELATED = "Related UKRI funded projects"
SIMILAR = "Similar ARIs from other organisations"
WHY = "Why might this be relevant?"


@dataclass(frozen=True)
class Listed:
    title: str
    blurb: str
    funder: str
    lead: str = ""
    why: str = ""


PROJECTS = (
    Listed(
        "Ammonia Afloat",
        "Ships burn heavy oil on most of their routes and this work looks for other fuels that...",
        "EPSRC",
        "University of Hull",
        "The project partially answers the question by exploring routes.",
    ),
    Listed(
        "Cost of Green Ports",
        "Harbours pay for cables, tanks and training before a single clean ship has docked and...",
        "Innovate UK",
        "PORT VENTURES LTD",
    ),
    Listed(
        "Crews and Change",
        "Seafarers learn new trades at sea and ashore, and this study follows three crews for a...",
        "ESRC",
        "Université de Nantes",
        "The study evaluates how crews are trained.",
    ),
)


def layout_a(projects: tuple[Listed, ...] = PROJECTS, *, headings: bool = False) -> str:
    parts = [QUESTION, *(["Background"] if headings else [""]), BACKGROUND, "Next steps", CONTACT]
    parts += [*(["Source"] if headings else [""]), SOURCE_LINE, DOCUMENT, RELATED]
    for project in projects:
        parts += [
            f"  • {project.title}",
            f"    {project.blurb}",
            f"    Funded by: {project.funder}",
        ]
        parts += [f"    Lead research organisation: {project.lead}"] if project.lead else []
        parts += [f"    {WHY}", f"    {project.why}"] if project.why else []
    return "\n\n".join([*parts, SIMILAR]) + "\n"


def layout_b(projects: tuple[Listed, ...] = PROJECTS) -> str:
    parts = [QUESTION, "Background", BACKGROUND, "Next steps", CONTACT, "Source", SOURCE_LINE]
    parts += [RELATED]
    for project in projects:
        parts += ["-", project.title, project.blurb, f"Funded by: {project.funder}"]
        parts += [WHY, project.why] if project.why else []
    return "\n".join([*parts, SIMILAR])


def layout_c(projects: tuple[Listed, ...] = PROJECTS) -> str:
    parts = [BACKGROUND, CONTACT]
    for project in projects:
        parts += [project.blurb, f"Funded by: {project.funder}"]
        parts += [f"Lead research organisation: {project.lead}"] if project.lead else []
        parts += [project.why] if project.why else []
    return "\n".join(parts)


def load(
    text: str | bytes, file: str = "ari/page-77.txt", **options: bool
) -> tuple[ResearchQuestion, Intake]:
    intake = Intake(file, **options)
    content = text.encode() if isinstance(text, str) else text
    [question] = ari_page.load(io.BytesIO(content), intake)
    return question, intake


def listed(question: ResearchQuestion) -> tuple[Listed, ...]:
    return tuple(
        Listed(
            p.title or "",
            p.blurb or "",
            p.funder or "",
            p.lead_organisation or "",
            p.explanation or "",
        )
        for p in question.projects
    )


@pytest.mark.parametrize("headings", [False, True], ids=["A1", "A2"])
def test_layouts_a1_and_a2_are_read_whole(headings: bool) -> None:
    text = layout_a(headings=headings)
    assert LOADER.recognises(text.encode())
    question, intake = load(text)
    assert (question.key, question.text, question.background) == ("77", QUESTION, BACKGROUND)
    assert question.question_set == DOCUMENT
    assert question.contact == "research@port.gov.uk"
    assert question.next_steps is None
    assert listed(question) == PROJECTS
    assert [p.position for p in question.projects] == [1, 2, 3]
    assert question.from_page
    assert not question.truncated
    assert (question.department, question.archived, question.url) == (None, None, None)
    assert question.similar_titles == ()
    assert not intake.rejects
    assert not intake.warnings


def test_layout_b_is_read_whole() -> None:
    text = layout_b()
    assert LOADER.recognises(text.encode())
    question, intake = load(text)
    assert (question.text, question.background) == (QUESTION, BACKGROUND)
    assert question.question_set is None
    assert listed(question) == tuple(replace(p, lead="") for p in PROJECTS)
    assert not question.truncated
    assert not intake.warnings


def test_layout_c_is_read_without_question_and_titles() -> None:
    text = layout_c()
    assert LOADER.recognises(text.encode())
    question, intake = load(text)
    assert (question.text, question.background) == (None, BACKGROUND)
    assert listed(question) == tuple(replace(p, title="") for p in PROJECTS)
    assert all(p.title is None for p in question.projects)
    assert question.contact == "research@port.gov.uk"
    assert "Ann" not in repr(question)
    assert not question.truncated
    assert not intake.warnings


def test_in_layout_c_a_blurb_is_no_explanation_where_there_is_none() -> None:
    silent = tuple(replace(p, why="", lead="") for p in PROJECTS)
    assert listed(load(layout_c(silent))[0]) == tuple(replace(p, title="") for p in silent)


def test_windows_newlines_read_the_same() -> None:
    for text in (layout_a(), layout_b(), layout_c()):
        assert load(text.replace("\n", "\r\n"))[0].projects == load(text)[0].projects


def test_a_note_and_archived_stand_before_the_question() -> None:
    question, _ = load(
        "[Note: shortened; see https://ari.org.uk/aris/77]\n\nArchived\n\n" + layout_a()
    )
    assert question.note == "shortened; see https://ari.org.uk/aris/77"
    assert question.archived is True
    assert question.text == QUESTION
    assert question.url == "https://ari.org.uk/aris/77"


def test_named_officials_are_dropped_unless_contacts_are_kept() -> None:
    for text in (layout_a(), layout_a(headings=True), layout_b(), layout_c()):
        assert "Ann" not in repr(load(text)[0])
        assert load(text, keep_contacts=True)[0].next_steps == CONTACT


def test_a_contact_inside_a_background_goes_as_in_the_api() -> None:
    told = f"{BACKGROUND} Contact: Sir Bob Smith, tel 020 7946 0000."
    question, _ = load(layout_a(headings=True).replace(BACKGROUND, told))
    assert question.background == BACKGROUND
    assert question.next_steps is None


def test_stripped_addresses_leave_nothing_behind() -> None:
    question, _ = load(layout_a().replace(CONTACT, "Get in touch with"))
    assert (question.next_steps, question.contact) == (None, None)


def test_research_fields_become_topics() -> None:
    text = layout_a().replace("Next steps", "Research fields\n\nShipping\n\n• Fuel\n\nNext steps")
    assert [(t.scheme, t.label) for t in load(text)[0].topics] == [
        ("field", "Shipping"),
        ("field", "Fuel"),
    ]


@pytest.mark.parametrize("render", [layout_a, layout_b])
def test_an_empty_list_of_projects_is_no_fault(render: object) -> None:
    text = layout_a(()) if render is layout_a else layout_b(())
    question, intake = load(text)
    assert question.projects == ()
    assert not question.truncated
    assert not intake.rejects


def test_similar_questions_are_listed_by_title() -> None:
    for items in ("Can boats glide?\n\nDo buoys drift?", "• Can boats glide?\n\n• Do buoys drift?"):
        question, _ = load(layout_a() + "\n" + items)
        assert question.similar_titles == ("Can boats glide?", "Do buoys drift?")
        assert len(question.projects) == 3


def test_a_page_without_a_source_section_is_whole() -> None:
    text = layout_a().replace(SOURCE_LINE, "").replace(DOCUMENT, "")
    question, _ = load(text)
    assert question.question_set is None
    assert listed(question) == PROJECTS


def test_two_projects_with_one_title_are_two() -> None:
    twins = (PROJECTS[0], replace(PROJECTS[1], title=PROJECTS[0].title))
    assert listed(load(layout_a(twins))[0]) == twins
    assert len(load(layout_b(twins))[0].projects) == 2


def test_markdown_and_entities_are_taken_out_of_blurbs() -> None:
    marked = replace(PROJECTS[0], blurb="Fuels **cheap** &amp; clean**,** by sea and...")
    [project] = load(layout_a((marked,)))[0].projects
    assert project.blurb == "Fuels cheap & clean, by sea and..."


def test_lists_inside_question_and_background_begin_no_project() -> None:
    background = "We ask for:\n\n• fuels\n\n• ports\n\n- tanks"
    for text in (layout_a(), layout_a(headings=True)):
        question, _ = load(text.replace(BACKGROUND, background))
        assert question.text == QUESTION
        assert question.background == "We ask for:\n\n• fuels\n• ports\n- tanks"
        assert len(question.projects) == 3
    asked = "Which of these could run:\n- ferries?\n- tugs?"
    assert load(layout_b().replace(QUESTION, asked))[0].text == asked


def test_without_two_blank_lines_a_list_stays_with_the_question_that_opens_it() -> None:
    text = f"Which of these run:\n\n• ferries\n\n• tugs\n\n{BACKGROUND}\n\n{RELATED}\n\n{SIMILAR}\n"
    question, _ = load(text)
    assert question.text == "Which of these run:\n• ferries\n• tugs"
    assert question.background == BACKGROUND


def test_statements_and_several_questions_are_questions() -> None:
    for asked in ("Cleaner ferries on short routes.", "Which ferries? Which ports? At what cost?"):
        assert load(layout_a().replace(QUESTION, asked))[0].text == asked


def test_a_list_inside_a_blurb_begins_no_project() -> None:
    text = layout_a().replace("Ships burn", "Aims:\n\n    • to burn less\n\n    Ships burn")
    projects = load(text)[0].projects
    assert [p.title for p in projects] == [p.title for p in PROJECTS]
    assert projects[0].blurb is not None
    assert "to burn less" in projects[0].blurb


def test_programmes_stand_as_funders() -> None:
    funders = ("GCRF", "COVID", "SPF", "Horizon Europe Guarantee")
    several = tuple(replace(PROJECTS[1], funder=funder) for funder in funders)
    for text in (layout_a(several), layout_b(several), layout_c(several)):
        assert tuple(p.funder for p in load(text)[0].projects) == funders


def test_addresses_of_people_are_redacted_in_every_text() -> None:
    why = "The authors answer at jo.bloggs@x.ac.uk fully."
    text = layout_a((replace(PROJECTS[0], why=why, blurb="Ask al.b@x.ac.uk and..."),))
    assert "x.ac.uk" not in repr(load(text.replace(BACKGROUND, "Write to c.d@x.ac.uk"))[0])


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("ari/page-16604.txt", "16604"),
        ("C:\\pages\\2024\\aris_00981.html", "981"),
        ("16604 (2).txt.gz", "16604"),
        ("page-9000412.txt", "9000412"),
    ],
)
def test_the_id_is_the_last_number_in_the_files_name(file: str, key: str) -> None:
    question, _ = load(layout_a(), file)
    assert question.key == key
    assert question.placeholder == (int(key) > 9_000_000)


def test_without_a_number_the_id_is_in_an_address_or_made_from_the_text() -> None:
    assert load(f"https://ari.org.uk/aris/55\n\n{layout_a()}", "page.txt")[0].key == "55"
    one, other = load(layout_a(), "-")[0], load(layout_a().replace("\n", "\r\n"), "x.txt")[0]
    assert one.key == other.key
    assert one.key.startswith("page-")
    assert len(one.key) == 17
    linked = layout_a() + "\nhttps://ari.org.uk/aris/56\n"  # the address of another question
    assert load(linked, "page.txt")[0].key.startswith("page-")


def test_a_name_and_an_address_that_disagree_are_a_warning() -> None:
    question, intake = load(f"https://ari.org.uk/aris/55\n\n{layout_a()}")
    assert (question.key, question.url) == ("77", None)
    assert sum(intake.warnings.values()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A report on ferries. Funded by: a charity.\n",
        "Thanks\n\nFunded by: EPSRC\n",
        '{"text": "Related UKRI funded projects"}',
        '[{"question": "Related UKRI funded projects\\nFunded by: X"}]',
        "title,funder\nRelated UKRI funded projects,ESRC\n",
        "<?xml version='1.0'?><projects>Funded by: X</projects>",
        "<html><body><p>Welcome to the port</p></body></html>",
    ],
)
def test_other_texts_are_not_taken_for_pages(text: str) -> None:
    assert not LOADER.recognises(text.encode())


def test_an_empty_document_is_refused() -> None:
    intake = Intake("page-1.txt")
    assert list(ari_page.load(io.BytesIO(b" \n "), intake)) == []
    assert len(intake.rejects) == 1


def as_html(titles_as_headings: bool) -> str:
    items = ""
    for p in PROJECTS:
        title = f'<a href="https://gtr.ukri.org/projects?ref=EP%2FX1%2F1">{p.title}</a>'
        body = f"<p>{p.blurb}</p><p><strong>Funded by:</strong> {p.funder}</p>"
        body += f"<p>Lead research organisation:<br>{p.lead}</p>"
        body += f"<h4>{WHY}</h4><p>{p.why}" if p.why else ""
        items += f"<h3>{title}</h3>{body}" if titles_as_headings else f"<li><h3>{title}</h3>{body}"
    listing = items if titles_as_headings else f"<ul>{items}</ul>"
    return f"""<!DOCTYPE html><html><head><title>Aris</title>
    <link rel="canonical" href="https://www.ari.org.uk/aris/77"><script>var a = "<p>x";</script>
    </head><body><header><nav><a href="/">Home</a></nav></header><main><h1>{QUESTION}</h1>
    <h2>Background</h2><p>{BACKGROUND}</p><h2>Next steps</h2>
    <p>Write to <a href="mailto:research@port.gov.uk">us</a>, Ann Lee</p><h2>Source</h2>
    <p>{SOURCE_LINE}</p><p><a href="https://gov.uk/x">{DOCUMENT}</a></p><h2>{RELATED}</h2>
    {listing}<h2>{SIMILAR}</h2><ul><li><a href="/aris/5">Can boats glide?</a></li></ul></main>
    <footer>Crown copyright</footer></body></html>"""


@pytest.mark.parametrize("titles_as_headings", [False, True], ids=["items", "headings"])
def test_html_of_a_page_reads_like_its_text(titles_as_headings: bool) -> None:
    source = as_html(titles_as_headings)
    assert LOADER.recognises(source.encode())
    question, intake = load(source, "saved.html")
    assert (question.key, question.url) == ("77", "https://ari.org.uk/aris/77")
    assert (question.text, question.background) == (QUESTION, BACKGROUND)
    assert question.question_set == DOCUMENT
    assert question.contact == "research@port.gov.uk"
    assert listed(question) == PROJECTS
    assert {p.reference for p in question.projects} == {"EP/X1/1"}
    assert question.similar_titles == ("Can boats glide?",)
    assert not intake.rejects


def test_html_without_closing_tags_still_reads() -> None:
    assert "Home" not in html_to_page_text("<div><nav>Home<main><p>Why?")
    assert "Why?" in html_to_page_text("<div><nav>Home<main><p>Why?")


def test_a_text_that_is_not_utf8_is_read_with_a_warning() -> None:
    question, intake = load(layout_a().encode("utf-8").replace("é".encode(), b"\xe9"))
    assert len(question.projects) >= 1
    assert intake.warnings


def sound(text: str, cut: int) -> tuple[Listed, ...]:
    """The projects that stand whole before a cut: the next one has begun after them."""
    marks = [text.index(p.blurb) for p in PROJECTS[1:]] + [len(text)]
    return tuple(p for p, mark in zip(PROJECTS, marks, strict=True) if cut >= mark + 60)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (layout_a(), ("title", "blurb", "funder", "lead", "why")),
        (layout_a(headings=True), ("title", "blurb", "funder", "lead", "why")),
        (layout_b(), ("title", "blurb", "funder", "why")),
        (layout_c(), ("blurb", "funder", "lead", "why")),
    ],
    ids=["A1", "A2", "B", "C"],
)
def test_a_page_cut_anywhere_keeps_its_whole_projects(text: str, known: tuple[str, ...]) -> None:
    organisations = {p.lead for p in PROJECTS} | {""}
    funders = {p.funder for p in PROJECTS} | {""}
    for cut in range(1, len(text)):
        if "title" not in known and text[:cut].endswith("for a."):
            continue  # one dot of three: a blurb cut there cannot be told from an explanation
        intake = Intake("page-77.txt")
        found = list(ari_page.load(io.BytesIO(text[:cut].encode()), intake))
        assert found
        question = found[0]
        whole = sound(text, cut)
        for expected, project in zip(whole, listed(question), strict=False):
            for name in known:
                assert getattr(project, name) == getattr(expected, name)
        assert len(question.projects) >= len(whole)
        if "title" in known:
            assert question.truncated == (SIMILAR not in text[:cut])
            # Half a name is another name: none is made up.
            assert {p.lead_organisation or "" for p in question.projects} <= organisations
            assert {p.funder or "" for p in question.projects} <= funders
            assert {p.title for p in question.projects} <= {p.title for p in PROJECTS}


@pytest.mark.parametrize("end", ["Funded", "Funded by:", "Lead research organi", "..."])
def test_layout_c_cut_inside_a_project_says_so(end: str) -> None:
    text = layout_c(PROJECTS[:2])
    cut = text.rindex("Funded by:") if end == "..." else text.rindex(end) + len(end)
    question, _ = load(text[:cut])
    assert question.truncated
    assert len(question.projects) == 2


PAGES = (layout_a(), layout_a(headings=True), layout_b(), layout_c(), as_html(False))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PAGES), st.data())
def test_changed_pages_never_raise(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "double", "text", "label"]))
        if change == "drop":
            lines[place] = ""
        elif change == "double":
            lines.insert(place, lines[data.draw(st.integers(0, len(lines) - 1))])
        elif change == "text":
            lines[place] = data.draw(st.text(max_size=20))
        else:
            lines.insert(place, data.draw(st.sampled_from([RELATED, SIMILAR, "Funded by:", "-"])))
    content = "\n".join(lines).encode("utf-8", "replace")
    LOADER.recognises(content)
    list(ari_page.load(io.BytesIO(content), Intake("page-1.txt")))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_without_an_error(content: bytes) -> None:
    LOADER.recognises(content)
    list(ari_page.load(io.BytesIO(content), Intake("page-1.txt")))


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are absent")
def test_the_published_page_gives_its_ten_projects() -> None:
    content = (SHARED / "data" / "ari" / "page-16604.txt").read_bytes()
    assert LOADER.recognises(content)
    question, intake = load(content, "ari/page-16604.txt")
    assert not intake.rejects
    assert not intake.warnings
    assert question.key == "16604"
    assert question.question_set == "DLUHC Areas of research interest GOVUK"
    assert question.contact == "psChiefScientificAdviser@levellingup.gov.uk"
    assert not question.truncated
    funders = [p.funder for p in question.projects]
    assert funders[:5] == ["ESRC", "Innovate UK", "Innovate UK", "EPSRC", "Innovate UK"]
    assert funders[5:] == ["ESRC", "ESRC", "ESRC", "BBSRC", "UKRI"]
    assert [p.lead_organisation for p in question.projects] == [
        "University of Sheffield",
        "WEST MIDLANDS COMBINED AUTHORITY",
        "LCR VENTURES LIMITED",
        "Imperial College London",
        "CONNECTED PLACES CATAPULT",
        "University of Manchester",
        "University of Manchester",
        "Newcastle University",
        "Aberystwyth University",
        "University of Warwick",
    ]
    assert [bool(p.explanation) for p in question.projects] == [True] * 3 + [False] * 7
