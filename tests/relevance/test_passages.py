"""Passages: every word of an abstract, under its title, in pieces of a limited size."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.relevance.passages import FULL, MOST, MOST_OF_TITLE, passages


def test_a_text_that_fits_is_one_passage_under_its_title() -> None:
    assert passages("Kelp", "It grows. It burns.") == ["Kelp. It grows. It burns."]


@pytest.mark.parametrize("abstract", [None, "", "  \n ", "…"])
def test_a_project_without_abstract_is_its_title(abstract: str | None) -> None:
    assert passages("Kelp", abstract) == ["Kelp."]


@pytest.mark.parametrize("title", ["Kelp?", "Kelp!", "Kelp."])
def test_a_title_that_ends_gets_no_second_stop(title: str) -> None:
    assert passages(title, "It grows.") == [f"{title} It grows."]


def test_each_passage_has_the_title_and_whole_sentences() -> None:
    found = passages("Kelp", "It grows. It is eaten. It burns.", full=6, most=6)
    assert found == ["Kelp. It grows. It is eaten.", "Kelp. It burns."]


def test_a_sentence_longer_than_a_passage_is_cut() -> None:
    found = passages("Kelp", "a b c d e f g", full=4, most=4)
    assert found == ["Kelp. a b c", "Kelp. d e f", "Kelp. g"]


def test_a_long_title_leaves_room_for_the_abstract() -> None:
    found = passages("title " * 500, "It grows. " * 100)
    assert all(len(passage.split()) <= MOST for passage in found)
    assert all("grows" in passage for passage in found)
    assert all(passage.count("title") == MOST_OF_TITLE for passage in found)


def test_passages_of_one_text_are_the_same_each_time() -> None:
    assert passages("Kelp", "It grows. " * 90) == passages("Kelp", "It grows. " * 90)


WORD = st.sampled_from(["kelp", "Kelp.", "it?", "e.g.", "Dr.", "-", "\n", "x" * 30, "É!"])
TEXTS = st.lists(WORD, max_size=400).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=60), TEXTS),
    st.one_of(st.none(), st.text(max_size=300), TEXTS),
    st.integers(1, FULL),
)
def test_every_word_is_in_a_passage_and_no_passage_is_too_long(
    title: str, abstract: str | None, full: int
) -> None:
    found = passages(title, abstract, full=full)
    head = passages(title, None)[0]
    assert found
    words: list[str] = []
    for passage in found:
        assert passage.startswith(head)
        assert len(passage.split()) <= MOST + 1  # a title of signs only may gain a stop
        words += passage[len(head) :].split()
    wanted = [w for w in (abstract or "").split() if any(c.isalnum() for c in w)]
    kept = iter("".join(words))
    assert all(c in kept for w in wanted for c in w)  # in order, and none is lost
