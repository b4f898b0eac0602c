"""`graphkit search`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Graph

Cli = Callable[..., Any]


def test_hits_are_rows_best_first(graphkit: Cli, sample: Graph) -> None:
    answer = graphkit("search", "housing", "--format", "json", "--graph", sample.folder)
    rows = answer.json()
    assert answer.code == 0
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert rows[0]["thing"] == "project/3E74A591-A524-411B-AD6F-4A0E506475D6"
    assert "*" not in rows[0]["snippet"]


def test_a_table_marks_what_was_sought(graphkit: Cli, sample: Graph) -> None:
    assert "*housing*" in graphkit("search", "housing", "--graph", sample.folder).out
    markdown = graphkit("search", "housing", "--format", "markdown", "--graph", sample.folder)
    assert "**housing**" in markdown.out


def test_without_a_text_everything_is_listed(graphkit: Cli, sample: Graph) -> None:
    rows = graphkit("search", "--format", "json", "--graph", sample.folder).json()
    assert len(rows) == 117


def test_a_limit_says_what_it_cuts(graphkit: Cli, sample: Graph) -> None:
    answer = graphkit("search", "--limit", 3, "--format", "json", "--graph", sample.folder)
    assert len(answer.json()) == 3
    assert "3 of 117 rows shown" in answer.err


def test_things_are_named_as_everywhere(graphkit: Cli, sample: Graph) -> None:
    named = graphkit(
        "search", "--region", "West Midlands", "--funder", "EPSRC", "--kind", "projects",
        "--facets", "--format", "json", "--graph", sample.folder,
    )  # fmt: skip
    chosen = {row["facet"]: row["label"] for row in named.json() if row["chosen"]}
    assert chosen["region"] == "West Midlands"
    assert chosen["funder"] == "Engineering and Physical Sciences Research Council"
    assert "the region E12000005 is meant" in named.err


def test_the_facets_count_what_is_listed(graphkit: Cli, sample: Graph) -> None:
    facets = graphkit(
        "search", "research", "--facets", "--format", "json", "--graph", sample.folder
    ).json()
    by_kind = {row["value"]: row["hits"] for row in facets if row["facet"] == "kind"}
    for kind, count in by_kind.items():
        rows = graphkit(
            "search", "research", "--kind", kind, "--format", "json", "--graph", sample.folder
        ).json()
        assert len(rows) == count


def test_archived_may_be_asked_for_or_left_out(graphkit: Cli, sample: Graph) -> None:
    both = [
        len(graphkit("search", option, "--format", "json", "--graph", sample.folder).json())
        for option in ("--archived", "--no-archived")
    ]
    assert sum(both) == 117


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--region", "Westmidlands", "nearest: "),
        ("--degree", "mostly", "known: full"),
        ("--year", "soon", "2015-2018"),
        ("--kind", "grant", "known: project, question"),
        ("--sort", "best", "known: relevance"),
    ],
)
def test_an_unknown_value_is_told_with_what_is_known(
    graphkit: Cli, sample: Graph, option: str, value: str, told: str
) -> None:
    answer = graphkit("search", "housing", option, value, "--graph", sample.folder)
    assert answer.code == 2
    assert told in answer.err
    assert answer.out == ""


def test_nothing_found_is_said(graphkit: Cli, sample: Graph) -> None:
    answer = graphkit("search", "zyzzyva", "--format", "json", "--graph", sample.folder)
    assert (answer.code, json.loads(answer.out)) == (0, [])
    assert "nothing was found" in answer.err


def test_words_may_come_one_by_one(graphkit: Cli, sample: Graph) -> None:
    words = graphkit("search", "land", "demand", "--format", "csv", "--graph", sample.folder)
    text = graphkit("search", "land demand", "--format", "csv", "--graph", sample.folder)
    assert words.out == text.out
