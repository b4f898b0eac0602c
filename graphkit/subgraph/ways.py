"""The shortest ways from one thing to another, whichever way relationships point."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from graphkit.errors import UsageError
from graphkit.subgraph.filters import Filter
from graphkit.subgraph.reading import Reader
from graphkit.subgraph.walking import is_taken

MOST_STEPS = 8
MOST_WAYS = 50
"""Of equally short ways; two departments may share thousands of projects."""

Before = dict[int, list[int]]
"""From a node to those that it was reached from."""


def shortest_ways(
    reader: Reader, starts: set[int], goal: int, passed: frozenset[str], wanted: Filter
) -> tuple[list[tuple[int, ...]], bool]:
    """The shortest ways as rows of nodes, in a fixed order, and whether there were more.

    Raises UsageError where there is none of at most `MOST_STEPS` steps.
    """
    before: Before = {number: [] for number in starts}
    frontier = set(starts)
    for _ in range(MOST_STEPS):
        if goal in before or not frontier:
            break
        steps = [step for step in reader.steps(frontier) if is_taken(step, wanted)]
        allowed = wanted.things(reader, {step.there: step.label for step in steps}.items())
        reached: Before = {}
        on: set[int] = set()
        for step in steps:
            if step.there in before or (step.there not in allowed and step.there != goal):
                continue
            reached.setdefault(step.there, []).append(step.here)
            if step.label in passed:
                on.add(step.there)
        before |= {number: sorted(set(others)) for number, others in reached.items()}
        frontier = on
    if goal not in before:
        raise UsageError(
            f"no way of at most {MOST_STEPS} steps leads there through {', '.join(sorted(passed))}",
            hint="let ways lead through more with --through, for example --through department",
        )
    ways = list(islice(_back(before, goal), MOST_WAYS + 1))
    return ways[:MOST_WAYS], len(ways) > MOST_WAYS


def _back(before: Before, goal: int) -> Iterator[tuple[int, ...]]:
    """All ways to a node, each from its start."""
    stack: list[tuple[int, ...]] = [(goal,)]
    while stack:
        way = stack.pop()
        others = before[way[0]]
        if not others:
            yield way
        stack.extend((one, *way) for one in reversed(others))
