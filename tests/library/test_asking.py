"""Sentences as people type them, and the queries that they mean."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graphkit.errors import UsageError
from graphkit.library import Library, QueryFolder
from graphkit.library.asking.patterns import patterns_of
from graphkit.library.asking.understanding import NotUnderstoodError, Understood, understand

ADDRESSING = "projects-addressing-aspect"
QUERIES = QueryFolder().all()


@pytest.fixture(scope="module")
def library(sample: Any) -> Library:
    """The library on the bundled sample."""
    return Library(sample.snapshot)


# ---- The library's own queries ----

CAPACITY = {"aspect": "capacity"}
PARTIAL = {**CAPACITY, "degree": "partial"}
IN_WEST_MIDLANDS = {**PARTIAL, "place": "West Midlands"}

SENTENCES: list[tuple[str, str, Mapping[str, str]]] = [
    ("projects partially addressing capacity in the West Midlands", ADDRESSING, IN_WEST_MIDLANDS),
    ("Projects partially addressing capacity in the West Midlands.", ADDRESSING, IN_WEST_MIDLANDS),
    ("PROJECTS PARTIALLY ADDRESSING CAPACITY IN THE WEST MIDLANDS", ADDRESSING, IN_WEST_MIDLANDS),
    ("in the West Midlands projects partially addressing capacity", ADDRESSING, IN_WEST_MIDLANDS),
    ("In the West Midlands, which projects partially address capacity?", ADDRESSING,
     IN_WEST_MIDLANDS),
    ("show me all the projects that partly cover capacity in the west midlands", ADDRESSING,
     IN_WEST_MIDLANDS),
    ("Can you tell me which grants partially speak to capacity within the West Midlands, please?",
     ADDRESSING, IN_WEST_MIDLANDS),
    ("funded projects addressing capacity partially across the West Midlands", ADDRESSING,
     IN_WEST_MIDLANDS),
    ("projects in the West Midlands that address capacity partially", ADDRESSING,
     IN_WEST_MIDLANDS),
    ("projects addressing 'capacity' in \"West Midlands\"", ADDRESSING,
     {**CAPACITY, "place": "West Midlands"}),
    ("projects addressing capacity in combined authority:West Midlands", ADDRESSING,
     {**CAPACITY, "place": "combined authority:West Midlands"}),
    ("projects addressing capacity in E12000005", ADDRESSING,
     {**CAPACITY, "place": "E12000005"}),
    ("which projects in Wales address skills fully", ADDRESSING,
     {"aspect": "skills", "degree": "full", "place": "Wales"}),
    ("projects about spatial drivers in yorkshire and the humber", ADDRESSING,
     {"aspect": "spatial drivers", "place": "Yorkshire and The Humber"}),
    ("grants indirectly addressing infrastructure", ADDRESSING,
     {"aspect": "infrastructure", "degree": "indirect"}),
    ("list projects on excellence", ADDRESSING, {"aspect": "excellence"}),
    ("awards directly on skill", ADDRESSING, {"aspect": "skills", "degree": "direct"}),
    ("What projects address https://w3id.org/graphkit/id/aspect/capacity?", ADDRESSING,
     {"aspect": "https://w3id.org/graphkit/id/aspect/capacity"}),
    ("projects addressing the aspect capacity in the West Midlands region", ADDRESSING,
     {**CAPACITY, "place": "region:West Midlands"}),
    ("ESRC projects in Wales", "place-projects", {"funder": "ESRC", "place": "Wales"}),
    ("Projects in the West Midlands funded by Innovate UK between 2016 and 2018",
     "place-projects", {"place": "West Midlands", "funder": "Innovate UK",
                        "from": "2016-01-01", "to": "2018-12-31"}),
    ("projects in Sheffield from July 2015 to June 2018", "place-projects",
     {"place": "Sheffield", "from": "2015-07-01", "to": "2018-06-30"}),
    ("universities in yorkshire and the humber", "place-organisations",
     {"place": "Yorkshire and The Humber"}),
    ("which organisations in Wales lead at least three grants?", "place-organisations",
     {"place": "Wales", "min_grants": "3"}),
    ("Who funds research in Sheffield?", "place-funders", {"place": "Sheffield"}),
    ("which funders fund projects in London", "place-funders", {"place": "London"}),
    ("how much money in London by funder", "place-funders", {"place": "London"}),
    ("which departments are served by projects in Scotland", "place-departments",
     {"place": "Scotland"}),
    ("What aspects are covered by projects in London?", "place-aspects", {"place": "London"}),
    ("grants by region", "places-grants", {"place_kind": "region"}),
    ("grants and money by local authorities", "places-grants", {"place_kind": "local-authority"}),
    ("projects about Wales but not run from there", "projects-about-place-run-elsewhere",
     {"place": "Wales"}),
    ("Which questions of DLUHC have no listed projects?", "questions-without-projects",
     {"department": "DLUHC"}),
    ("questions by DfT that are only answered in part", "questions-only-partial",
     {"department": "DfT"}),
    ("open aspects of question 16604", "questions-open-aspects", {"question": "16604"}),
    ("Who funds the projects for question 16604?", "question-funders", {"question": "16604"}),
    ("where are the projects for question 16604", "question-places", {"question": "16604"}),
    ("questions similar to 16604", "question-similar", {"question": "16604"}),
    ("direct projects for question 16604", "question-projects",
     {"question": "16604", "degree": "direct"}),
    ("questions asked by the department for transport since 2019", "department-questions",
     {"department": "Department for Transport", "from": "2019-01-01"}),
    ("DfT questions", "department-questions", {"department": "DfT"}),
    ("what questions does the Ministry of Justice ask?", "department-questions",
     {"department": "Ministry of Justice"}),
    ("what does the Ministry of Defence ask about", "department-topics",
     {"department": "Ministry of Defence"}),
    ("which bodies ask about spatial drivers", "aspect-departments",
     {"aspect": "spatial drivers"}),
    ("questions on skills", "aspect-questions", {"aspect": "skills"}),
    ("which departments does the University of Warwick serve?", "organisation-departments",
     {"organisation": "University of Warwick"}),
    ("questions that University of Sheffield projects address", "organisation-questions",
     {"organisation": "University of Sheffield"}),
    ("grants of at least £2m for questions of DLUHC", "projects-for-questions-by-amount",
     {"min_amount": "2000000", "department": "DLUHC"}),
    ("projects for questions of DLUHC that start between 2015 and 2018",
     "projects-for-questions-in-period",
     {"department": "DLUHC", "from": "2015-01-01", "to": "2018-12-31"}),
    ("ESRC projects for questions of DLUHC", "projects-for-questions-by-funder",
     {"funder": "ESRC", "department": "DLUHC"}),
    ("for questions of the Department for Transport, projects in Wales",
     "projects-for-questions-in-place",
     {"department": "Department for Transport", "place": "Wales"}),
    ("which grants speak to at least two questions", "projects-hub", {"min_questions": "2"}),
    ("tell me about project ES/R004625/1", "project-facts", {"project": "ES/R004625/1"}),
    ("what questions does project ES/R004625/1 address?", "project-questions",
     {"project": "ES/R004625/1"}),
    ("everything around the University of Warwick", "thing-neighbours",
     {"thing": "organisation:University of Warwick"}),
    ("how are project ES/R004625/1 and question 16604 connected", "chain-between",
     {"from": "project:ES/R004625/1", "to": "question:16604"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "name", "values"), SENTENCES, ids=[sentence for sentence, _, _ in SENTENCES]
)
def test_a_sentence_is_understood(
    library: Library, sentence: str, name: str, values: Mapping[str, str]
) -> None:
    understood = understand(library, sentence)
    assert (understood.name, understood.values) == (name, values)
    library.bind(name, values)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_each_pattern_with_its_examples_is_understood_as_itself(
    library: Library, query: Any
) -> None:
    for pattern in patterns_of([query]):
        understood = understand(library, pattern.example)
        assert understood.name == query.name
        bound = library.bind(query.name, understood.values)
        examples = {
            key: value
            for key, value in query.header.examples().items()
            if f"{{{key}}}" in pattern.text
        }
        assert bound.terms == library.bind(query.name, examples).terms


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_patterns_name_parameters_and_leave_no_needed_one_out(query: Any) -> None:
    needed = {key for key, parameter in query.header.parameters.items() if parameter.required}
    patterns = patterns_of([query])
    assert len(patterns) == len(query.header.ask) >= 2
    assert [p.text for p in patterns if any(f"{{{key}}}" not in p.text for key in needed)] == []


REFUSED = [
    "projects not addressing capacity in the West Midlands",
    "projects that don't address capacity",
    "projects that fail to address capacity",
    "projects addressing capacity outside Wales",
    "projects addressing capacity in Wales and Scotland",
    "projects addressing capacity or skills",
    "projects addressing capacity in Wales before breakfast",
    "how many projects address capacity in Wales",
    "delete all projects addressing capacity",
    "the best projects addressing capacity",
    "projects addressing",
    "addressing capacity in Wales",
    "capacity",
    "Wales",
    "who leads projects addressing capacity",
    "email addresses of researchers in Wales",
    "what is the meaning of life",
    "drop table projects; --",
    "projets adressant la capacité au pays de Galles",
    "{degree} projects addressing {aspect}",
    "the of in and",
    "University of Warwick",
    "Warwick University",
    "Department for Transport",
    "16604",
    "questions by topic",
    "projects of the University of Warwick before 2015",
    "questions that projects in Wales speak to",
    "how many questions does DfT ask",
    "people who work on capacity",
    "'projects addressing capacity'",
]


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_is_not_sure_is_refused(library: Library, sentence: str) -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        understand(library, sentence)
    assert len(refused.value.nearest) <= 5


@pytest.mark.parametrize(
    ("sentence", "message", "hint"),
    [
        ("projects addressing capacity in Mordor", "no such place: Mordor", ""),
        ("projects addressing capacity in the Wset Midlands", "no such place: Wset Midlands",
         "West Midlands"),
        ("projects addressing capcity in Wales", "no such aspect: capcity", "capacity"),
        ("in Wales, projects addressing hope and glory", "no such aspect: hope and glory", ""),
        ("projects addressing 'skills in Wales'", "no such aspect: skills in Wales", "skills"),
    ],
)  # fmt: skip
def test_a_name_that_nothing_bears_is_told_with_the_nearest(
    library: Library, sentence: str, message: str, hint: str
) -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        understand(library, sentence)
    assert refused.value.message == message
    assert hint in refused.value.hint
    assert refused.value.nearest[0].query.name == ADDRESSING


@pytest.mark.parametrize("sentence", ["", "   ", "\n", "?!…", "please show me all", "\udcff"])
def test_what_holds_no_words_is_no_sentence(library: Library, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        understand(library, sentence)
    assert not isinstance(refused.value, NotUnderstoodError)


@pytest.mark.parametrize("sentence", ["projects " * 200, "in " * 300, "a" * 1001, "the " * 90])
def test_what_is_too_long_is_refused(library: Library, sentence: str) -> None:
    with pytest.raises(UsageError, match="more than"):
        understand(library, sentence)


TYPED = """
    projects project grants in of the addressing address capacity skills Wales West Midlands and
    University Sheffield partially fully question 16604 questions asked by department Department
    for Transport ESRC since 2018 £2m five between to from region: 'x' " ' ? , {place} place/
"""
LONG = " ".join(["in projects of the West Midlands addressing capacity and"] * 8)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.text(max_size=300), st.lists(st.sampled_from(TYPED.split()), max_size=80).map(" ".join)
    )
)
@example(LONG)
@example("place:" * 160)
@example("'" * 999)
@example("“" * 500 + "a" * 499)
@example("http://" + "a/" * 400)
@example("1," * 400 + "000")
def test_any_text_is_understood_or_refused_soon(library: Library, text: str) -> None:
    started = time.process_time()
    try:
        name = understand(library, text).name
    except UsageError:
        name = ADDRESSING
    assert name in library.names()
    assert time.process_time() - started < 5


# ---- The command ----


def test_a_command_can_be_pasted() -> None:
    understood = Understood("q", {"place": "King's Lynn", "n": "5", "x": "$(rm -r /)"}, "")
    assert understood.command == (
        """graphkit query q -p place='King'"'"'s Lynn' -p n=5 -p x='$(rm -r /)'"""
    )


SENTENCE = "projects partially addressing capacity in the West Midlands"
COMMAND = (
    "graphkit query projects-addressing-aspect "
    "-p aspect=capacity -p degree=partial -p place='West Midlands'"
)


@pytest.mark.parametrize("engine", ["sparql", "cypher", "both"])
def test_asking_answers_as_the_query_does_and_tells_which(
    graphkit: Any, sample: Any, engine: str
) -> None:
    options = ("--graph", sample.folder, "--format", "csv", "--engine", engine)
    asked = graphkit("ask", SENTENCE, *options)
    queried = graphkit(
        "query", ADDRESSING, "-p", "aspect=capacity", "-p", "degree=partial",
        "-p", "place=West Midlands", *options,
    )  # fmt: skip
    assert asked.code == queried.code == 0
    assert asked.out == queried.out
    assert asked.err == f"{COMMAND}\n{queried.err}"
    assert "is meant" in asked.err


def test_the_words_need_no_quotation_marks(graphkit: Any, sample: Any) -> None:
    asked = graphkit("ask", *SENTENCE.split(), "--graph", sample.folder, "--limit", 0)
    assert asked.code == 0
    assert "(--limit)" in asked.err


def test_show_prints_the_query_and_runs_nothing(graphkit: Any, sample: Any) -> None:
    shown = graphkit("--graph", sample.folder, "ask", SENTENCE, "--show", "--engine", "both")
    assert shown.code == 0
    assert "<https://w3id.org/graphkit/id/place/E12000005>" in shown.out
    assert ":params {" in shown.out
    assert shown.err.startswith(COMMAND)


def test_what_is_not_understood_leaves_with_2_and_the_nearest(graphkit: Any, sample: Any) -> None:
    answer = graphkit("--graph", sample.folder, "ask", "projects adressing capcity in Wales")
    assert (answer.code, answer.out) == (2, "")
    lines = answer.err.splitlines()
    assert lines[0] == "what can be asked, and is near:"
    assert 1 <= len(lines[1:-1]) <= 5
    assert any(line.endswith(f"({ADDRESSING})") for line in lines[1:-1])
    assert lines[-1] == "graphkit: no query fits the sentence; see `graphkit queries`"
    wrong = graphkit("--graph", sample.folder, "ask", "projects addressing capacity in \x1b[31mX")
    assert wrong.code == 2
    assert "\x1b" not in wrong.err
    assert wrong.err.splitlines()[-1].startswith("graphkit: no such place: ")
    for bad in ([], [""], ["x" * 2000], ["\udcff"]):
        answer = graphkit("--graph", sample.folder, "ask", *bad)
        assert (answer.code, answer.out) == (2, "")


def test_the_files_of_the_tests_are_no_queries(tmp_path: Path) -> None:
    """A folder without patterns understands nothing, and says so."""
    assert patterns_of(QueryFolder(tmp_path).all()) == []
