"""Aspects of questions: never none, at most eight, shared where they can be, and in order."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.ontology import Ontology
from graphkit.relevance.question_aspects import AspectReader, singular, wordings
from graphkit.text import clean_line
from graphkit.vocabulary import Concept

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CONCEPTS = Ontology.load().concepts("aspect")
READER = AspectReader(CONCEPTS)
WORDS = sorted(
    {word for one in CONCEPTS for name in (one.label, *one.alternatives) for word in name.split()}
)


def keys(question: str) -> list[str]:
    return [key for key, _ in READER.read(question)]


def labels(question: str) -> list[str]:
    return [label for _, label in READER.read(question)]


def test_the_starting_question_has_its_five_aspects_in_order() -> None:
    assert labels(
        "What are the spatial drivers and distribution of R&D activity? Within that, what are the "
        "relevant roles of infrastructure, excellence and capacity?"
    ) == ["spatial drivers", "distribution", "infrastructure", "excellence", "capacity"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What obstacles do ferries meet?", "barriers"),
        ("What are the hindrances to tidal power?", "barriers"),
        ("How can the capability of ports be raised?", "capacity"),
        ("Is there capacity and capability in ports?", "capacity"),
        ("What is the role of capacity in ferry services?", "capacity"),
        ("What about the uptake of tidal power?", "adoption"),
        ("How can noise be measured?", "measurement"),
        ("Can these losses be avoided or mitigated?", "mitigation"),
        ("How cost-effective are ferries?", "cost-effectiveness"),
        ("What determines social mobility in towns?", "inequality"),
        ("Which AI should ports buy?", "artificial-intelligence"),
        ("What works in ports?", "evaluation"),
    ],
)
def test_other_words_for_a_thing_are_the_same_aspect(question: str, expected: str) -> None:
    assert expected in keys(question)


@pytest.mark.parametrize(
    ("question", "misread"),
    [
        ("How can policing improve the safety of ferries?", "enforcement"),
        ("To what extent do ferries pay?", "prevalence"),
        ("How can we design a safer ferry?", "design"),
        ("Which tides support the movement of ferries?", "support"),
        ("What is the potential size of the fleet?", "opportunities"),
        ("How does working from home change towns?", "housing"),
        ("Does this take place in all ports?", "place"),
        ("How should the benefit system treat sailors?", "benefits"),
        ("What is the evidence that tides matter for fares?", "evidence"),
        ("What advantage has a ferry of high-capacity in storms?", "capacity"),
    ],
)
def test_a_word_that_only_looks_like_an_aspect_is_not_one(question: str, misread: str) -> None:
    assert misread not in keys(question)


def test_a_noun_that_describes_another_gives_way_to_what_is_asked() -> None:
    assert keys("What are the costs and risks of transport planners?") == ["costs", "risks"]


def test_adjectives_share_the_noun_after_them() -> None:
    question = "What are the economic, social and environmental impacts of tides?"
    assert keys(question)[:3] == ["economic-impacts", "social-impacts", "environmental-impacts"]
    assert labels("Compare coastal and tidal waters.") == ["coastal waters", "tidal waters"]


def test_noun_phrases_stand_in_where_no_shared_aspect_is_named() -> None:
    assert labels("Do harbour pilots in the Irish Sea prefer night trains?") == [
        "harbour pilots",
        "Irish Sea",
        "night trains",
    ]


@pytest.mark.parametrize("empty", ["use", "analysis", "issue", "role", "approach", "government"])
def test_a_word_that_fits_any_question_is_no_aspect_beside_others(empty: str) -> None:
    assert keys(f"What is the {empty} of kelp?") == ["kelp"]


def test_background_after_the_questions_is_not_read_where_they_say_enough() -> None:
    question = "What are the costs and risks of ferries?"
    background = "We publish standards for ports. Our strategies are about skills and safety."
    asked = keys(question)
    assert keys(f"{question} {background}") == asked
    assert {"standards", "interventions", "skills", "safety"} <= set(keys(background))


def test_background_is_read_where_the_questions_say_nothing() -> None:
    assert keys("What do they do? We ask about skills.") == ["skills"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Kelp", ["kelp"]),
        ("Kelp?", ["kelp"]),
        ("kelp.", ["kelp"]),
        ("R&D", ["R&D"]),
        ("7", ["7"]),
        ("Skills", ["skills"]),
        ("What evidence is there?", ["evidence"]),
        ("How?", ["how"]),
        ("ARI 1: Skills", ["skills"]),
        ("ARI 2: How?", ["how"]),
        ("ARI 3.2 – Skills of ferry crews", ["skills"]),
        ("Research objective 4: safety and costs", ["safety", "costs"]),
        ("Area of Research Interest: Skills", ["skills"]),
        ("• Costs of fares\n• Safety of crews\n• Staff", ["costs", "safety", "workforce"]),
        ("1. Skills 2. Costs", ["skills", "costs"]),
        ("容量", ["容量"]),
        ("<p>Safety &amp; skills</p>", ["safety", "skills"]),
    ],
)
def test_short_questions_labels_and_lists_are_read(question: str, expected: list[str]) -> None:
    found = labels(question)
    assert found[: len(expected)] == expected


def test_a_question_in_welsh_has_an_aspect() -> None:
    found = labels("Sut y gallwn wella iechyd meddwl plant yng Nghymru?")
    assert found
    assert all(label for label in found)


@pytest.mark.parametrize("nothing", ["", " ", "?", "!!!", "– … –", "\n\t", "<br>", "___"])
def test_a_text_without_letters_has_no_aspect(nothing: str) -> None:
    assert READER.read(nothing) == ()


def test_a_long_question_is_read_to_eight_aspects_and_no_word_is_cut() -> None:
    every = [one.label for one in CONCEPTS]
    question = f"What are the {', '.join(every)}?"
    assert len(question) > 1_400
    assert len(keys(question)) == 8
    little = "whatever this may be it is of no interest to them " * 3
    (label,) = labels(little)
    assert set(label.split()) <= set(little.split())
    assert len(keys("kelp and wrack " * 10_000)) <= 8


def test_signs_before_the_first_word_are_passed_over() -> None:
    assert labels("-" * 5_000 + " kelp") == ["kelp"]


def test_a_word_of_a_proper_name_gives_way_to_what_is_asked() -> None:
    assert keys("What are the costs and risks under the Kelp Strategy?") == ["costs", "risks"]
    assert "interventions" in keys("What are the costs and risks under the strategy?")


def test_order_is_that_of_the_question() -> None:
    assert keys("What are the costs, safety and skills of it?") == ["costs", "safety", "skills"]
    assert keys("What are the skills, safety and costs of it?") == ["skills", "safety", "costs"]


def test_an_aspect_is_named_once() -> None:
    assert keys("What are the costs? What costs? Which prices and cost?") == ["costs"]


def test_labels_of_shared_aspects_are_those_of_the_list() -> None:
    assert READER.label("capacity") == "capacity"
    assert READER.label("kelp") is None
    assert READER.read("What hurdles are there?") == (("barriers", "barriers"),)


def test_a_reader_without_shared_aspects_reads_noun_phrases() -> None:
    assert AspectReader(()).read("Where do seals and ferries meet?") == (
        ("seals", "seals"),
        ("ferries", "ferries"),
    )


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.key)
def test_the_name_of_each_shared_aspect_is_read_as_it(concept: Concept) -> None:
    if concept.key != "place":  # "place" alone is a verb as often; its other names are read
        assert concept.key in keys(f"What is the {concept.label}?")
    assert keys(concept.label)[:1] == [concept.key]


def test_plurals_and_singulars_are_one_name() -> None:
    assert keys("Which barrier matters to crews?")[0] == keys("Which barriers?")[0]
    assert [singular(word) for word in ("taxes", "bus", "crisis", "gas", "studies")] == [
        "tax",
        "bus",
        "crisis",
        "gas",
        "study",
    ]


def test_wordings_are_names_and_signs() -> None:
    table = wordings(CONCEPTS)
    assert {"capacity", "capability", "expertise"} <= set(table["capacity"])


QUESTIONS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [*WORDS, "what", "is", "the", "of", "and", ",", "?", ".", "to", "role", "use", "ARI 1:"]
        ),
        max_size=60,
    ).map(" ".join),
)


@settings(max_examples=300, deadline=None)
@given(QUESTIONS)
def test_any_text_with_a_letter_has_one_to_eight_aspects(question: str) -> None:
    found = READER.read(question)
    assert found == READER.read(question)
    assert len(found) <= 8
    assert bool(found) == any(c.isalnum() for c in clean_line(question))
    assert len({key for key, _ in found}) == len(found)
    for key, label in found:
        assert SLUG.fullmatch(key), key
        assert label.strip() == label != ""


@settings(max_examples=100, deadline=None)
@given(QUESTIONS)
def test_spaces_and_lines_make_no_difference(question: str) -> None:
    words = clean_line(question).split()
    assert READER.read(" ".join(words)) == READER.read("\n  ".join(words))


@pytest.mark.real_data
def test_real_questions_have_short_clean_aspects_that_bodies_share(real_data: Path) -> None:
    texts: dict[str, set[str]] = {}
    for path in sorted((real_data / "ari" / "api").glob("*.json")):
        for record in json.loads(path.read_bytes())["data"]:
            texts.setdefault(record["question"], set())
    shared: Counter[bool] = Counter()
    odd = {"use", "issue", "issues", "role", "analysis", "extent", "way", "ways", "approach"}
    bad: list[str] = []
    for text in texts:
        found = READER.read(text)
        assert 1 <= len(found) <= 8
        shared.update(READER.label(key) is not None for key, _ in found)
        bad.extend(label for _, label in found if label in odd or len(label) > 60)
    assert len(texts) > 2_900
    assert len(bad) <= 5, bad
    assert shared[True] > 3 * shared[False]
