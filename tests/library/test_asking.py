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
from graphkit.library.asking import NotUnderstoodError, Understood, understand
from graphkit.library.patterns import patterns_of

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
        assert (understood.name, understood.pattern) == (query.name, pattern.text)
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
    "projects without capacity",
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


# ---- Slots of each type, in queries made for the purpose ----

MADE = {
    "grants-of-funder": ("{funder: funder, place: place}",
                         ["grants of {funder} in {place}", "grants of {funder}"]),
    "questions-of-department": ("{department: department}",
                                ["questions of {department}", "what does {department} ask"]),
    "grants-of-organisation": ("{organisation: organisation}", ["grants of {organisation}"]),
    "grants-since": ("{since: date, amount: decimal}",
                     ["grants since {since}", "grants of at least {amount} since {since}"]),
    "grants-between": ("{from: date, to: date}",
                       ["grants from {from} to {to}", "grants between {from} and {to}"]),
    "grants-in-year": ("{year: integer}", ["grants that start in {year}"]),
    "departments-with": ("{least: integer}",
                         ["departments that ask at least {least} questions"]),
    "grants-mentioning": ("{words: text, place: place}",
                          ["grants mentioning {words} in {place}", "grants mentioning {words}"]),
    "partners": ("{organisation: organisation, other: organisation}",
                 ["grants of {organisation} together with {other}"]),
    "places-of-kind": ("{kind: place-kind}", ["{kind} with most grants"]),
    "money-to": ("{place: place}", ["money to {place}"]),
    "twin-one": ("{place: place}", ["twins in {place}"]),
    "twin-two": ("{place: place}", ["twins of {place}"]),
    "departments-of-places": ("{place: place}", ["departments with questions on {place}"]),
    "questions-on-places": ("{place: place}", ["questions of departments on {place}"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(sample: Any, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library of headers alone."""
    folder = tmp_path_factory.mktemp("made")
    for name, (parameters, patterns) in MADE.items():
        types = [pair.split(": ") for pair in parameters.strip("{}").split(", ")]
        lines = ["summary: Made", "columns: {x: {meaning: x}}", "parameters:"]
        lines += [f"  {key}: {{type: {kind}, summary: x}}" for key, kind in types]
        lines += ["ask:", *(f'  - "{pattern}"' for pattern in patterns)]
        (folder / f"{name}.rq").write_text("\n".join(f"#+ {line}" for line in lines), "utf-8")
    return Library(sample.snapshot, QueryFolder(folder))


BEIS = "Department for Business, Energy and Industrial Strategy"


@pytest.mark.parametrize(
    ("sentence", "name", "values"),
    [
        ("grants of the ESRC", "grants-of-funder", {"funder": "ESRC"}),
        ("ESRC grants in Wales", "grants-of-funder", {"funder": "ESRC", "place": "Wales"}),
        ("Wales: esrc's grants", "grants-of-funder", {"funder": "ESRC", "place": "Wales"}),
        ("grants by the economic and social research council", "grants-of-funder",
         {"funder": "Economic and Social Research Council"}),
        (f"questions of the {BEIS}", "questions-of-department", {"department": BEIS}),
        (f"questions of {BEIS.replace('and', '&').lower()}", "questions-of-department",
         {"department": BEIS}),
        ("what does DLUHC ask?", "questions-of-department", {"department": "DLUHC"}),
        ("what questions are asked by the department for transport", None, {}),
        ("grants of University of Warwick", "grants-of-organisation",
         {"organisation": "University of Warwick"}),
        ("University of Warwick's awards", "grants-of-organisation",
         {"organisation": "University of Warwick"}),
        ("grants of the university of warwick", "grants-of-organisation",
         {"organisation": "University of Warwick"}),
        ("grants since 2018", "grants-since", {"since": "2018-01-01"}),
        ("grants since 5 July 2018", "grants-since", {"since": "2018-07-05"}),
        ("since July 2018, grants of at least £2m", "grants-since",
         {"since": "2018-07-01", "amount": "2000000"}),
        ("grants of at least 10,000 since 2018-02-03", "grants-since",
         {"since": "2018-02-03", "amount": "10000"}),
        ("grants of at least 2.5 million pounds since 2018", "grants-since",
         {"since": "2018-01-01", "amount": "2500000"}),
        ("grants in 2018", None, {}),
        ("grants before 2018", None, {}),
        ("grants since yesterday", None, {}),
        ("grants from 2018 to 2020", "grants-between", {"from": "2018-01-01", "to": "2020-12-31"}),
        ("grants between March 2018 and June 2020", "grants-between",
         {"from": "2018-03-01", "to": "2020-06-30"}),
        ("which grants started in 2019?", "grants-in-year", {"year": "2019"}),
        ("departments asking at least five questions", "departments-with", {"least": "5"}),
        ("ministries that ask at least 12 research questions", "departments-with",
         {"least": "12"}),
        ("departments that ask at most 12 questions", None, {}),
        ("departments that ask at least 2.5 questions", None, {}),
        ("grants mentioning hydrogen", "grants-mentioning", {"words": "hydrogen"}),
        ("grants mentioning net zero in Wales", "grants-mentioning",
         {"words": "net zero", "place": "Wales"}),
        ("grants mentioning 'heat in buildings'", "grants-mentioning",
         {"words": "heat in buildings"}),
        ("grants mentioning heat in buildings", None, {}),
        ("grants of the University of Sheffield together with the University of Warwick",
         "partners", {"organisation": "University of Sheffield", "other": "University of Warwick"}),
        ("which regions have the most grants", "places-of-kind", {"kind": "region"}),
        ("local authorities with most grants", "places-of-kind", {"kind": "local-authority"}),
        ("funding to Wales", "money-to", {"place": "Wales"}),
        ("money from Wales", None, {}),
        ("twins in Wales", "twin-one", {"place": "Wales"}),
        ("twins across Wales", "twin-one", {"place": "Wales"}),
        ("twins for Wales", None, {}),
        ("departments with questions on Wales", "departments-of-places", {"place": "Wales"}),
        ("questions of departments on Wales", "questions-on-places", {"place": "Wales"}),
        ("questions that departments have about Wales", "questions-on-places",
         {"place": "Wales"}),
    ],
)  # fmt: skip
def test_slots_take_what_fits_their_type(
    made: Library, sentence: str, name: str | None, values: Mapping[str, str]
) -> None:
    if name is None:
        with pytest.raises(NotUnderstoodError):
            understand(made, sentence)
        return
    understood = understand(made, sentence)
    assert (understood.name, understood.values) == (name, values)


def test_two_queries_that_fit_alike_are_both_told(made: Library) -> None:
    with pytest.raises(NotUnderstoodError, match="may mean 2 queries: twin-one, twin-two") as told:
        understand(made, "twins for Wales")
    assert [pattern.query.name for pattern in told.value.nearest] == ["twin-one", "twin-two"]


def test_a_command_can_be_pasted() -> None:
    understood = Understood("q", {"place": "King's Lynn", "n": "5", "x": "$(rm -r /)"}, "")
    assert understood.command == (
        """graphkit query q -p place='King'"'"'s Lynn' -p n=5 -p x='$(rm -r /)'"""
    )


# ---- The command ----

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
