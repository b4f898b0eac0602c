"""Noun phrases: what stands between the words that join, act or ask."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.relevance.noun_phrases import MAX_WORDS, Phrase, ends_phrase, noun_phrases


def texts(text: str) -> list[str]:
    return [phrase.text for phrase in noun_phrases(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "How can drones improve the safety of offshore workers?",
            ["drones", "safety", "offshore workers"],
        ),
        ("What works?", []),
        ("Kelp", ["Kelp"]),
        ("the main barriers", ["barriers"]),
        ("the main", []),
        ("R&D tax credits", ["R&D tax credits"]),
        ("CO2 of 2,500 homes in 2030", ["CO2", "homes"]),
        ("who and which of these", []),
        ("prices rapidly rise; supply falls", ["prices", "rise", "supply falls"]),
        ("we digitise ferries and simplify fares", ["ferries", "fares"]),
        ("a premise of expertise", ["premise", "expertise"]),
        ("What should/could ports do?", ["ports"]),
        ("the UK’s ports in 5-10 days", ["ports", "days"]),
        ("children’s homes", ["children’s homes"]),
        ("left-behind towns", ["left-behind towns"]),
        ("", []),
        ("?!", []),
    ],
)
def test_phrases_end_at_joining_words_verbs_adverbs_and_signs(
    text: str, expected: list[str]
) -> None:
    assert texts(text) == expected


def test_of_a_long_phrase_the_last_words_are_kept_with_their_place() -> None:
    text = "one: alpha bravo charlie delta echo foxtrot golf"
    (phrase,) = noun_phrases(text)
    assert phrase == Phrase(text.index("charlie"), ("charlie", "delta", "echo", "foxtrot", "golf"))


def test_a_plain_adjective_before_a_phrase_moves_its_start() -> None:
    text = "the  main   harbour"
    assert noun_phrases(text) == [Phrase(text.index("harbour"), ("harbour",))]


def test_a_letter_alone_is_no_phrase() -> None:
    assert texts("x and vitamin K") == ["vitamin K"]


@pytest.mark.parametrize("word", ["the", "of", "improves", "quickly", "2030", "?", "modernise"])
def test_words_that_cannot_be_in_a_phrase_end_it(word: str) -> None:
    assert ends_phrase(word)


@pytest.mark.parametrize("word", ["kelp", "supply", "family", "exercise", "R&D", "5G"])
def test_nouns_with_the_ending_of_another_kind_do_not(word: str) -> None:
    assert not ends_phrase(word)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=120),
        st.lists(
            st.sampled_from(["kelp", "main", "of", "improve", "R&D", "quickly", ",", "x", "5"])
        ).map(" ".join),
    )
)
def test_phrases_are_words_of_the_text_in_order(text: str) -> None:
    at = 0
    for phrase in noun_phrases(text):
        assert phrase.start >= at
        assert 1 <= len(phrase.words) <= MAX_WORDS
        at = phrase.start
        for word in phrase.words:
            assert not ends_phrase(word)
            assert text.startswith(word, at) or text[at:].lstrip().startswith(word)
            at = text.index(word, at) + len(word)
