"""Abbreviations spelled out: one reading only, plurals as plurals, and nothing twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.relevance.abbreviations import spelled_out
from graphkit.relevance.words import word_table

TABLE = word_table("abbreviations")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R&D", "research and development"),
        ("How do SMEs fare?", "How do small and medium-sized enterprises fare?"),
        ("the NHS.", "the National Health Service."),
        ("(AI)", "(artificial intelligence)"),
        ("the National Health Service (NHS)", "the National Health Service"),
        ("the national health service (NHS) is", "the national health service is"),
        ("EVs and an EV", "electric vehicles and an electric vehicle"),
        ("CO2", "carbon dioxide"),
    ],
)
def test_abbreviations_are_spelled_out(text: str, expected: str) -> None:
    assert spelled_out(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "kelp", "ai", "sme", "MAINTAIN", "PE", "AM", "R&DX", "AIs&", "XAI", "AI2", "he said so"],
)
def test_other_words_stay(text: str) -> None:
    assert spelled_out(text) == text


def test_each_abbreviation_of_the_table_is_found_and_spelled_out_once() -> None:
    for short, long in TABLE.items():
        assert spelled_out(f"the {short} of kelp") == f"the {long} of kelp"
        assert spelled_out(f"the {long} ({short}) of kelp").count(long) == 1


WORDS = st.sampled_from(
    [*TABLE, *(f"{short}s" for short in TABLE), "kelp", "(", ")", ",", "of", "R&", "AI-2", "\n"]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=25).map(" ".join)))
def test_spelled_out_twice_is_spelled_out_once(text: str) -> None:
    once = spelled_out(text)
    assert spelled_out(once) == once
