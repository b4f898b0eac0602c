"""Aspects: one key for one concept, and nothing read where nothing is plainly named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.relevance.aspects import aspect_key, listed_aspects


def wordings(question: str) -> tuple[str, ...]:
    return tuple(wording for _, wording in listed_aspects(question))


STARTING_QUESTION = (
    "What are the spatial drivers and distribution of R&D activity? Within that, what are the "
    "relevant roles of infrastructure, excellence and capacity?"
)


@pytest.mark.parametrize(
    "wording",
    [
        "capacity",
        "Capacity.",
        "capability and capacity",
        "Capability and Capacity strand",
        "the role of capacity",
        "role of capacity and capability",
        "the issue of capacity",
        "aspect of capacity",
        "the part played by capacity",
        "capacity of R&D activity",
    ],
)
def test_wordings_of_capacity_are_one_concept(wording: str) -> None:
    assert aspect_key(wording) == ("capacity", "capacity")


@pytest.mark.parametrize(
    ("wording", "key", "label"),
    [
        ("spatial drivers", "spatial-drivers", "spatial drivers"),
        ("its Spatial Drivers", "spatial-drivers", "spatial drivers"),
        ("distribution of R&D activity", "distribution", "distribution"),
        ("the distribution of research and development in Wales", "distribution", "distribution"),
        ("Capability", "capability", "capability"),
        ("skills and capacity", "skills-and-capacity", "skills and capacity"),
        ("costs of childcare", "costs-of-childcare", "costs of childcare"),
        ("AI skills", "ai-skills", "AI skills"),
        ("R&D", "r-and-d", "R&D"),
        ("data collection", "data-collection", "data collection"),
        ("", "", ""),
    ],
)
def test_other_wordings_keep_to_themselves(wording: str, key: str, label: str) -> None:
    assert aspect_key(wording) == (key, label)


def test_synonyms_come_before_rules() -> None:
    synonyms = {"centres of strength": "excellence", "know how": "capacity"}
    assert aspect_key("the role of know-how", synonyms) == ("capacity", "capacity")
    assert aspect_key("Centres of strength", synonyms) == ("excellence", "excellence")
    assert aspect_key("know-how")[0] == "know-how"


def test_a_wording_in_another_script_has_a_key() -> None:
    key, label = aspect_key("容量")
    assert key.startswith("aspect-")
    assert label == "容量"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_wording_has_a_stable_key(wording: str) -> None:
    key, label = aspect_key(wording)
    assert aspect_key(wording) == (key, label)
    assert bool(key) == bool(label)
    listed_aspects(wording)


def test_the_roles_that_the_starting_question_lists_are_read() -> None:
    roles = ("infrastructure", "excellence", "capacity")
    assert wordings(STARTING_QUESTION)[-3:] == roles


def test_each_member_of_a_list_has_its_place() -> None:
    question = "What are the costs and benefits of night trains?"
    assert [question[start:].startswith(word) for start, word in listed_aspects(question)] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("question", "aspects"),
    [
        ("What are the costs and benefits of night trains?", ("costs", "benefits")),
        ("What is the scale, reach and nature of the trade?", ("scale", "reach", "nature")),
        ("What is the role of trust and habit in recycling?", ("trust", "habit")),
        (
            "What are the social, economic and cultural impacts of libraries?",
            ("social impacts", "economic impacts", "cultural impacts"),
        ),
        (
            "What are the roles of capability and capacity within councils?",
            ("capability", "capacity"),
        ),
    ],
)
def test_plain_lists_are_read(question: str, aspects: tuple[str, ...]) -> None:
    assert wordings(question) == aspects


@pytest.mark.parametrize(
    "question",
    [
        "How can towns grow?",
        "What works?",
        "Heat in homes.",
        "What are the push and pull effects of tolls?",  # does "effects" belong to "push"?
        "What are the best ways and means of doing it?",
        "What are the trends and health and safety impacts of shift work?",
        "What are the local, regional and broader market factors of growth?",
        "What are the effects of tolls and fares on towns?",
        "What is the role of what we know and how we use it in planning?",
        "",
    ],
)
def test_what_does_not_split_cleanly_gives_nothing(question: str) -> None:
    assert wordings(question) == ()
