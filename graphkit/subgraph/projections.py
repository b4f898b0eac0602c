"""Networks of one kind of thing, tied by what they have in common.

Every tie has `weight`. Where things are tied by what they share, each shared thing counts one
over the number of its others (Newman 2001, doi:10.1103/PhysRevE.64.016132): a project
of two organisations ties them as a whole, one of eleven each pair by a tenth. Ties have no
direction but the last: they stand once, from the address that comes first to the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from types import MappingProxyType
from typing import Any

from graphkit.errors import UsageError
from graphkit.property_graph.elements import RelationshipRow, decoded, encoded
from graphkit.relevance.communities import MAX_QUESTIONS
from graphkit.subgraph.classes import (
    ADDRESSES,
    LOCATED_IN,
    ORGANISATION,
    PROJECT,
    SIMILAR_TO,
    WITHIN,
)
from graphkit.subgraph.filters import Filter
from graphkit.subgraph.reading import Reader
from graphkit.subgraph.subgraph import Subgraph

Tie = tuple[int, int, dict[str, Any]]
SOURCE = "projection"
"""What ties say in place of a named graph: no source states them."""


@dataclass(frozen=True)
class Projection:
    """A network that can be made of a selection.

    `tie` finds the ties among chosen nodes and relationships; `numbers` says what each of
    their properties means.
    """

    name: str
    summary: str
    type: str
    numbers: tuple[str, ...]
    tie: Callable[[Reader, set[int], Filter], tuple[list[Tie], list[str]]]


def project(
    subgraph: Subgraph, reader: Reader, nodes: set[int], wanted: Filter, name: str
) -> Subgraph:
    """The projection of a subgraph: things without any tie are left out, and counted."""
    if name not in PROJECTIONS:
        raise UsageError(
            f"no such projection: {name}", hint=f"known: {', '.join(PROJECTIONS)}",
            suggestions=list(PROJECTIONS),
        )  # fmt: skip
    projection = PROJECTIONS[name]
    ties, cuts = projection.tie(reader, nodes, wanted)
    ties, fewer = _heaviest(ties, subgraph.selection.max_nodes)
    cuts += fewer
    tied = {number for start, end, _ in ties for number in (start, end)}
    if not tied:
        raise UsageError(
            f"nothing of the selection is tied: {subgraph.selection.words}",
            hint="select more projects or questions: all, or more steps with --hops",
        )
    made = Subgraph.of(
        subgraph.snapshot, subgraph.graph, subgraph.selection, tied, (),
        cuts=(*subgraph.cuts, *cuts), remarks=subgraph.remarks, projected=projection.numbers,
    )  # fmt: skip
    place = {
        number: (row.label, row.id, row.iri)
        for number, row in zip(_in_order(reader, tied), made.nodes(), strict=True)
    }
    rows = sorted(
        (
            RelationshipRow(
                projection.type, place[start][0], place[start][1], place[end][0], place[end][1], "",
                encoded({"source": SOURCE, **values}, {}), place[start][2], place[end][2],
            )
            for start, end, values in ties
        ),
        key=lambda row: (row.start_iri, row.end_iri),
    )  # fmt: skip
    return replace(made, relationship_count=len(rows), read_relationships=lambda: iter(rows))


def _heaviest(ties: list[Tie], most: int | None) -> tuple[list[Tie], list[str]]:
    """The ties among at most so many things, those whose ties weigh the most together."""
    strength: defaultdict[int, float] = defaultdict(float)
    for start, end, values in ties:
        strength[start] += values["weight"]
        strength[end] += values["weight"]
    if most is None or len(strength) <= most:
        return ties, []
    kept = set(sorted(strength, key=lambda number: (-strength[number], number))[:most])
    told = (
        f"{len(strength) - most:,} of {len(strength):,} things, those whose ties weigh the least "
        f"(--max-nodes {len(strength)} takes all)"
    )
    return [tie for tie in ties if tie[0] in kept and tie[1] in kept], [told]


def _in_order(reader: Reader, numbers: set[int]) -> list[int]:
    """Nodes in the order in which a subgraph gives them."""
    places = reader.places(numbers)
    return sorted(numbers, key=lambda number: places[number])


def _shared(reader: Reader, groups: Mapping[int, Iterable[int]], noun: str) -> list[Tie]:
    """Ties of things that stand in the same groups."""
    counts: Counter[tuple[int, int]] = Counter()
    weights: defaultdict[tuple[int, int], float] = defaultdict(float)
    members = {one: sorted(set(others)) for one, others in sorted(groups.items())}
    iris = reader.iris({one for others in members.values() for one in others})
    for others in members.values():
        ordered = sorted(others, key=iris.__getitem__)
        for pair in combinations(ordered, 2):
            counts[pair] += 1
            weights[pair] += 1 / (len(ordered) - 1)
    return [
        (start, end, {"weight": round(weights[start, end], 6), noun: count})
        for (start, end), count in counts.items()
    ]


def _questions(reader: Reader, nodes: set[int], wanted: Filter) -> tuple[list[Tie], list[str]]:
    groups: defaultdict[int, set[int]] = defaultdict(set)
    for _, type_, _, content, start, end in reader.between(nodes, [ADDRESSES]):
        if wanted.link(type_, content):
            groups[start].add(end)
    hubs = [project for project, questions in groups.items() if len(questions) > MAX_QUESTIONS]
    cuts = []
    if hubs:
        cuts = [f"ties by {len(hubs):,} projects of more than {MAX_QUESTIONS} questions each"]
    kept = {project: groups[project] for project in groups.keys() - set(hubs)}
    return _shared(reader, kept, "projects"), cuts


def _organisations(reader: Reader, nodes: set[int], wanted: Filter) -> tuple[list[Tie], list[str]]:
    projects = {n for n, label in reader.labels(nodes).items() if label == PROJECT}
    groups: defaultdict[int, set[int]] = defaultdict(set)
    for step in reader.steps(projects):
        if step.label == ORGANISATION and wanted.link(step.type, step.content):
            groups[step.here].add(step.there)
    return _shared(reader, groups, "projects"), []


def _departments(reader: Reader, nodes: set[int], wanted: Filter) -> tuple[list[Tie], list[str]]:
    pairs: dict[tuple[int, int], float | None] = {}
    for _, type_, _, content, start, end in reader.between(nodes, [SIMILAR_TO]):
        if wanted.link(type_, content):
            pair = (min(start, end), max(start, end))
            score = decoded(content)[0].get("score")
            if isinstance(score, (int, float)):
                pairs[pair] = float(score)
            else:
                pairs.setdefault(pair, None)
    asked: defaultdict[int, set[int]] = defaultdict(set)
    for question, department in reader.ends("ASKED_BY", {one for pair in pairs for one in pair}):
        asked[question].add(department)
    found: defaultdict[tuple[int, int], list[float | None]] = defaultdict(list)
    iris = reader.iris({one for departments in asked.values() for one in departments})
    for (one, other), score in sorted(pairs.items()):
        for a in asked[one]:
            for b in asked[other]:
                if a != b:
                    found[(a, b) if iris[a] < iris[b] else (b, a)].append(score)
    ties: list[Tie] = []
    for (a, b), scores in found.items():
        values: dict[str, Any] = {"weight": len(scores), "similar_questions": len(scores)}
        told = [score for score in scores if score is not None]
        if told:
            values["mean_score"] = round(sum(told) / len(told), 6)
        ties.append((a, b, values))
    return ties, []


def _place_aspect(reader: Reader, nodes: set[int], wanted: Filter) -> tuple[list[Tie], list[str]]:
    assessed: dict[str, int] = {
        key: start
        for _, type_, key, content, start, _ in reader.between(nodes, [ADDRESSES])
        if key and wanted.link(type_, content)
    }
    covered: defaultdict[int, set[int]] = defaultdict(set)
    for assessment, aspects in reader.covered_aspects(assessed).items():
        covered[assessed[assessment]] |= aspects
    located: defaultdict[int, set[int]] = defaultdict(set)
    for project, place in reader.ends(LOCATED_IN, covered):
        located[project].add(place)
    places = {place for some in located.values() for place in some}
    around: defaultdict[int, set[int]] = defaultdict(set)
    for place, wider in reader.ends(WITHIN, places):
        around[place].add(wider)
    regions = reader.regions()
    counts: Counter[tuple[int, int]] = Counter()
    nowhere = 0
    for project, aspects in sorted(covered.items()):
        all_around = {one for place in located[project] for one in (place, *around[place])}
        found = all_around & regions
        nowhere += not found
        counts.update((region, aspect) for region in found for aspect in aspects)
    cuts = [f"{nowhere:,} projects without a known region"] if nowhere else []
    ties: list[Tie] = [
        (region, aspect, {"weight": count, "projects": count})
        for (region, aspect), count in counts.items()
    ]
    return ties, cuts


_NEWMAN = "weight: sum over shared projects of 1 / (things that share the project - 1)"
PROJECTIONS: Mapping[str, Projection] = MappingProxyType(
    {
        one.name: one
        for one in (
            Projection(
                "questions", "questions tied by projects that address both", "SHARES_PROJECTS",
                (_NEWMAN, "projects: how many projects address both"), _questions,
            ),
            Projection(
                "departments", "departments tied by similar questions", "ASKS_LIKE",
                (
                    "weight: how many pairs of similar questions the two ask",
                    "similar_questions: the same",
                    "mean_score: mean similarity of these pairs, where it is known",
                ),
                _departments,
            ),
            Projection(
                "organisations", "organisations tied by projects that both take part in",
                "SHARES_PROJECTS",
                (_NEWMAN, "projects: how many projects both lead or take part in"), _organisations,
            ),
            Projection(
                "places-aspects", "regions tied to aspects that projects led there cover",
                "HAS_PROJECTS_ON",
                (
                    "weight: how many projects led in the region are said to cover the aspect",
                    "projects: the same",
                ),
                _place_aspect,
            ),
        )
    }
)  # fmt: skip
"""By name."""
