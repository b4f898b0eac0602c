"""Random small graphs that follow the shapes, for comparing engines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st
from small_graph import SmallGraph

from graphkit.model import Evidence

PLACES = {
    "E92000001": ("England", "country", ()),
    "W92000004": ("Wales", "country", ()),
    "E12000005": ("West Midlands", "region", ("E92000001",)),
    "E12000007": ("London", "region", ("E92000001",)),
    "E47000007": ("West Midlands", "combined-authority", ("E12000005",)),
    "E08000025": ("Birmingham", "local-authority", ("E12000005", "E47000007")),
    "E09000007": ("Camden", "local-authority", ("E12000007",)),
    "W06000015": ("Cardiff", "local-authority", ("W92000004",)),
}
DEPARTMENTS, FUNDERS, PROGRAMMES = ("d1", "d2", "d3"), ("f1", "f2"), ("m1",)
ORGANISATIONS = ("o1", "o2", "o3", "o4")
ASPECTS, TOPICS = ("capacity", "skills", "x1", "x2"), ("t1", "t2", "t3")
QUESTIONS, PROJECTS = ("1", "2", "3", "4", "5", "6"), tuple(f"P{n}" for n in range(1, 9))
DEGREES = ("full", "direct", "partial", "indirect", "unstated", "none")

# What texts look like after cleaning: one line, no space at its ends, nothing invisible.
WORDS = st.lists(
    st.sampled_from(
        ["roads", "Rivers", "a;b", '"', "'", "\\", "{x}", "$p", "?q", "é", "😀", "#", "ab"]
    ),
    min_size=1,
    max_size=3,
).map(" ".join)
AMOUNTS = st.none() | st.sampled_from([0.0, 0.1, 0.2, 99.99, 1000.0, 12_345.67, 5e6])
DAYS = st.none() | st.dates(date(2015, 1, 1), date(2024, 12, 31))


def some(values: Sequence[str], most: int) -> st.SearchStrategy[tuple[str, ...]]:
    """A few different values."""
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


@st.composite
def graphs(draw: st.DrawFn) -> SmallGraph:
    """A graph of a few things of each kind."""
    graph = SmallGraph()
    for code, (name, kind, within) in PLACES.items():
        graph.place(code, name, kind, within)
    for key in DEPARTMENTS:
        graph.department(key, f"{draw(WORDS)} {key}", draw(st.sampled_from([None, key.upper()])))
    if draw(st.booleans()):
        graph.succession("s1", ("d1",), draw(some(("d2", "d3"), 2)) or ("d2",), 2020)
    for key in FUNDERS:
        graph.funder(key, f"{draw(WORDS)} {key}", key.upper())
    for key in PROGRAMMES:
        graph.funder(key, f"{draw(WORDS)} {key}", kind="programme")
    for key in ORGANISATIONS:
        graph.organisation(key, draw(WORDS), draw(some(tuple(PLACES), 2)))
    graph.merge("o1", "old", draw(WORDS), draw(WORDS), 0.97)
    graph.candidate("c1", "organisation", "o1", "o2", draw(WORDS), 0.9)
    for key in ("x1", "x2"):
        graph.aspect(key, f"{draw(WORDS)} {key}")
    for key, scheme in zip(TOPICS, ("topic", "topic", "gtr-topic"), strict=True):
        graph.topic(key, f"{draw(WORDS)} {key}", scheme)
    graph.question_set("set", draw(WORDS), draw(st.sampled_from([None, "d1"])))
    for key in QUESTIONS:
        graph.question(
            key,
            draw(st.none() | WORDS),
            by=draw(st.sampled_from([None, *DEPARTMENTS])),
            aspects=draw(some(ASPECTS, 3)),
            topics=draw(some(TOPICS, 2)),
            part_of=draw(st.sampled_from([None, "set"])),
            issued=draw(DAYS),
            archived=draw(st.sampled_from([None, True, False])),
            concerns=draw(some(tuple(PLACES), 1)),
        )
    for one, other in draw(pairs(QUESTIONS, QUESTIONS, 5)):
        if one < other:
            score = draw(st.sampled_from([None, 0.5, 0.81, 0.98, 1.0]))
            shared = draw(some(ASPECTS, 2))
            if score is not None:
                graph.similar(one, other, score, aspects=shared, duplicate=score >= 0.98)
            if score is None or draw(st.booleans()):
                graph.similar(*draw(st.permutations([one, other])))
    _projects(draw, graph)
    for question, project in draw(pairs(QUESTIONS, PROJECTS, 14)):
        _assessments(draw, graph, question, project)
    graph.source("source", draw(WORDS), format="ari-api", records=draw(st.integers(0, 9)),
                 unknown=draw(some(("colour", "shape"), 2)))  # fmt: skip
    return graph


def pairs(ones: Sequence[str], others: Sequence[str], most: int) -> st.SearchStrategy[Any]:
    """A few different pairs."""
    pair = st.tuples(st.sampled_from(ones), st.sampled_from(others))
    return st.lists(pair, max_size=most, unique=True)


def _projects(draw: st.DrawFn, graph: SmallGraph) -> None:
    tied: set[str] = set()
    for number, key in enumerate(PROJECTS):
        earlier = [one for one in PROJECTS[:number] if one not in tied]
        tie: dict[str, Any] = {}
        if earlier and draw(st.integers(0, 3)) == 0:
            kind = draw(st.sampled_from(["joint_with", "transferred_from"]))
            tie = {kind: draw(st.sampled_from(earlier))}
            tied.add(key)
        leads = draw(some(ORGANISATIONS, 1))
        start = draw(DAYS)
        graph.project(
            key,
            draw(WORDS),
            funders=draw(some(FUNDERS, 1)),
            programmes=draw(some(PROGRAMMES, 1)),
            amount=draw(AMOUNTS),
            start=start,
            end=None if start is None else start.replace(year=start.year + 2, day=1),
            reference=draw(st.sampled_from([None, f"R/{number}"])),
            abstract=draw(st.none() | WORDS),
            status=draw(st.sampled_from([None, "Active", "Closed"])),
            concerns=draw(some(tuple(PLACES), 2)),
            topics=draw(some(TOPICS, 2)),
            lead=leads,
            partner=draw(some(ORGANISATIONS, 2)),
            collaborator=draw(some(ORGANISATIONS, 1)),
            **tie,
        )


def _assessments(draw: st.DrawFn, graph: SmallGraph, question: str, project: str) -> None:
    origins = draw(st.sampled_from([("published-page",), ("published-link",), ("computed",),
                                    ("published-page", "computed")]))  # fmt: skip
    for origin in origins:
        covers = draw(some(ASPECTS, 2))
        graph.assessment(
            question,
            project,
            draw(st.sampled_from(DEGREES)),
            origin=origin,
            rank=draw(st.none() | st.integers(1, 10)),
            covers=covers,
            misses=tuple(one for one in draw(some(ASPECTS, 2)) if one not in covers),
            explanation=draw(st.none() | WORDS),
            score=draw(st.sampled_from([0.25, 0.5])) if origin == "computed" else None,
            evidence=draw(_evidence(covers)) if origin == "computed" else (),
        )


@st.composite
def _evidence(draw: st.DrawFn, covers: tuple[str, ...]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            field=draw(st.sampled_from(["title", "abstract"])),
            start=draw(st.integers(0, 2)),
            quote=draw(WORDS),
            score=0.5,
            aspects=draw(st.sampled_from([(), covers])),
        )
        for _ in range(draw(st.integers(0, 2)))
    )


KNOWN = {
    "aspect": ("aspect/capacity", "aspect/x1"),
    "boolean": ("true", "false"),
    "date": ("2018-01-01", "2022-06-30"),
    "decimal": ("0.5", "1000"),
    "degree": ("partial", "unstated"),
    "department": ("department/d1", "department/d2"),
    "funder": ("funder/f1", "programme/m1"),
    "integer": ("1", "2"),
    "organisation": ("organisation/o1", "organisation/o2"),
    "origin": ("computed", "published-page"),
    "place": ("E12000005", "W92000004"),
    "place-kind": ("region", "country"),
    "programme": ("programme/m1",),
    "project": ("project/P1", "project/P2"),
    "question": ("question/1", "question/2"),
    "role": ("lead", "partner"),
    "text": ("roads", '"'),
    "thing": ("question/1", "organisation/o1"),
    "topic": ("topic/t1", "topic/t2"),
}
"""Values by the types of parameters, for every graph made here."""
