"""Sentences: verbatim, with their places, and nothing of a text left out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.relevance.sentences import MAX_LENGTH, Sentence, sentences


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two? Three! Four", ["One.", "Two?", "Three!", "Four"]),
        ("Fuels, e.g. wood, burn. Do they?", ["Fuels, e.g. wood, burn.", "Do they?"]),
        ("Ask Dr. Jones. He knows.", ["Ask Dr. Jones.", "He knows."]),
        ("Kelp, wrack, etc. We grow all.", ["Kelp, wrack, etc.", "We grow all."]),
        ("Kelp, wrack, etc. are grown.", ["Kelp, wrack, etc. are grown."]),
        ("See fig. 3 and Smith et al. 2020.", ["See fig. 3 and Smith et al. 2020."]),
        ("It rose by 2.5 points. Then fell.", ["It rose by 2.5 points.", "Then fell."]),
        ('He said "Go." She went.', ['He said "Go."', "She went."]),
        ("It waits… Then it goes.", ["It waits…", "Then it goes."]),
        ("no capital. follows here", ["no capital. follows here"]),
        ("Aims:\n- one\n- two", ["Aims:", "- one", "- two"]),
        ("Aims: • one • two", ["Aims: •", "one •", "two"]),
        ("A first;\nA second;\nA third.", ["A first;", "A second;", "A third."]),
        ("  spaced out  \n\n  text  ", ["spaced out", "text"]),
        ("Ends in 1999. 2000 follows.", ["Ends in 1999.", "2000 follows."]),
    ],
)
def test_sentences_are_what_a_reader_would_quote(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize("text", ["", " ", "…", "?!\n--", "• • •"])
def test_what_holds_no_letter_is_no_sentence(text: str) -> None:
    assert sentences(text) == []


def test_a_sentence_knows_its_place() -> None:
    text = "  First.  Second one. "
    first, second = sentences(text)
    assert first == Sentence(2, "First.")
    assert text[second.start : second.end] == "Second one."


def test_a_text_without_stops_is_cut_at_spaces() -> None:
    text = "word " * 400
    pieces = texts(text)
    assert len(pieces) > 2
    assert all(len(piece) <= MAX_LENGTH for piece in pieces)
    assert all(word == "word" for piece in pieces for word in piece.split())


def test_a_word_longer_than_a_sentence_is_cut_all_the_same() -> None:
    assert "".join(texts("x" * (2 * MAX_LENGTH + 10))) == "x" * (2 * MAX_LENGTH + 10)


PIECES = st.lists(
    st.sampled_from(
        [
            *("Word", "e.g.", "Dr.", ". ", "? ", "…", "\n", "; \n", " • ", "- ", '"', ")", "étc."),
            *("9", " " * 3, "a" * 50, "\u2029", "\ud800"),
        ]
    ),
    max_size=80,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=300), PIECES))
def test_sentences_are_verbatim_in_order_and_cover_every_letter(text: str) -> None:
    covered = [False] * len(text)
    end = 0
    for sentence in sentences(text):
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.start >= end
        assert sentence.text == sentence.text.strip()
        assert len(sentence.text) <= MAX_LENGTH
        end = sentence.end
        covered[sentence.start : end] = [True] * len(sentence.text)
    assert all(covered[place] for place, c in enumerate(text) if c.isalnum())
