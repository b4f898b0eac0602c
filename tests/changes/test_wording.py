"""Texts compared word by word."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.changes.telling import Told, as_text
from graphkit.changes.wording import MOST_WORDS, compare, excerpt

TEXT = st.lists(st.sampled_from(["a", "b", "c", "growth", "town?"]), max_size=12).map(" ".join)


@settings(deadline=None)
@given(TEXT, TEXT)
def test_the_pieces_hold_both_texts(old: str, new: str) -> None:
    pieces = compare(old, new)
    after = "".join(one.text for one in pieces if one.kind != "removed")
    before = "".join(one.text for one in pieces if one.kind != "added")
    assert after.split() == new.split()
    assert before.split() == old.split()


def test_a_change_in_a_long_text_is_told_with_the_words_around_it() -> None:
    words = [f"w{number}" for number in range(200)]
    pieces = excerpt(compare(" ".join(words), " ".join([*words[:100], "new", *words[101:]])))
    told = as_text(Told("text", pieces))
    assert "w99 [-w100-] {+new+} w101" in told
    assert len(told.split()) < 30
    assert told.count("…") == 2


def test_texts_too_long_to_compare_are_told_whole() -> None:
    old, new = "a " * (MOST_WORDS + 1), "b"
    assert [one.kind for one in compare(old, new)] == ["removed", "added"]
