"""Which questions resemble each other, and what is told of why."""

from __future__ import annotations

import numpy as np
import pytest

from graphkit.relevance.retrieval import TermWeights
from graphkit.relevance.similarity import Compared, similar_questions, word_vectors

KELP = "What are the costs of kelp farming?"


def compared(key: str, text: str = KELP, body: str | None = None, **more: object) -> Compared:
    given = {"archived": False, "aspects": {}, **more}
    return Compared(key, text, body, **given)  # type: ignore[arg-type]


def pairs(questions: list[Compared], cosine: float = 0.8) -> list[tuple[str, str]]:
    return [(one.question, one.other) for one in alike(questions, cosine)]


def alike(questions: list[Compared], cosine: float = 0.8) -> list:  # type: ignore[type-arg]
    """The pairs among questions of which each two have this cosine."""
    count = len(questions)
    vectors = np.full((count, count), cosine) + np.eye(count) * (1 - cosine)
    rows = np.linalg.cholesky(vectors).astype(np.float32)
    weights = TermWeights.of([question.text for question in questions])
    return list(similar_questions(questions, rows, weights))


def reason(one: str, other: str, **more: object) -> str:
    (found,) = alike([compared("1", one, **more), compared("2", other)])
    return str(found.reason)


def test_each_pair_comes_once_in_the_order_of_questions() -> None:
    assert pairs([compared(key) for key in "312"]) == [("3", "1"), ("3", "2"), ("1", "2")]


def test_what_is_not_close_is_no_pair() -> None:
    assert pairs([compared("1"), compared("2")], 0.5) == []


def test_no_question_is_similar_to_itself() -> None:
    assert pairs([compared("1")]) == []


def test_from_a_cosine_of_98_in_100_on_it_is_a_duplicate() -> None:
    questions = [compared("1"), compared("2")]
    assert [one.duplicate for one in alike(questions, 0.985)] == [True]
    assert [one.duplicate for one in alike(questions, 0.975)] == [False]


def test_fewer_are_kept_of_the_same_body_than_of_others() -> None:
    same = [compared(str(number), body="sea") for number in range(12)]
    others = [compared(str(number), body=f"body {number}") for number in range(12)]
    assert len(pairs(same)) < len(pairs(others))


def test_all_duplicates_are_kept() -> None:
    assert len(pairs([compared(str(number), body="sea") for number in range(20)], 0.99)) == 190


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("How does COVID-19 spread? Does COVID-19 kill?", "COVID-19 in schools", "COVID-19"),
        ("How do firms' plans work?", "Do firms plan?", "firms, plans"),
        ("What is the UK's plan s?", "Is it the UK's s?", "UK's"),
    ],
)
def test_shared_words_are_whole_and_told_once(one: str, other: str, words: str) -> None:
    told = reason(one, other).removeprefix("shared words: ").split(", ")
    assert sorted(told) == sorted(words.split(", "))


def test_questions_without_a_word_in_common_say_so() -> None:
    assert reason("heat pumps", "warm homes") == "close in meaning, without a word in common"


def test_an_archived_question_is_named() -> None:
    assert reason("heat pumps", "warm homes", archived=True).endswith("archived: 1")


def test_questions_without_a_word_have_vectors_without_length() -> None:
    texts = ["?", "…", KELP, KELP]
    vectors = word_vectors(texts, TermWeights.of(texts))
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([0, 0, 1, 1])
