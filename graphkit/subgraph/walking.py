"""Steps from things to what stands around them.

Steps go on from questions and projects (see `classes.PASSED`), from what was named itself, and
from classes that are named with `through`. A place stands for all places in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from graphkit.subgraph.classes import IMPLIED, PASSED, PLACE, WITHIN
from graphkit.subgraph.filters import Filter
from graphkit.subgraph.reading import Reader, Step


@dataclass
class Walk:
    """What was reached: the number of steps to each node, and what was not gone on from."""

    distance: dict[int, int]
    stopped: Counter[str] = field(default_factory=Counter)
    ties: Counter[int] = field(default_factory=Counter)
    """How many relationships led to a node: what ties it to the rest."""


def walk(
    reader: Reader,
    seeds: Iterable[int],
    hops: int,
    passed: frozenset[str],
    wanted: Filter,
) -> Walk:
    """Take steps from seeds."""
    seeds = set(seeds)
    found = Walk(dict.fromkeys(sorted(seeds), 0))
    labels = reader.labels(seeds)
    inside = reader.starts(WITHIN, {n for n, label in labels.items() if label == PLACE}) - seeds
    frontier, hidden = seeds | inside, inside
    for hop in range(1, hops + 1):
        steps = [step for step in reader.steps(frontier) if is_taken(step, wanted)]
        allowed = wanted.things(reader, {step.there: step.label for step in steps}.items())
        fresh: dict[int, str] = {}
        for step in steps:
            if step.there not in allowed or (step.here in hidden and step.there in hidden):
                continue
            found.ties[step.there] += 1
            if step.here in hidden:  # a place in the one that was named: shown where it leads on
                found.distance.setdefault(step.here, hop)
            if step.there not in found.distance:
                found.distance[step.there] = hop
                fresh[step.there] = step.label
        if hop < hops:
            found.stopped.update(label for label in fresh.values() if label not in passed)
        frontier = {number for number, label in fresh.items() if label in passed}
        hidden = set()
        if not frontier:
            break
    return found


def passed_labels(through: Iterable[str], records: Iterable[str]) -> frozenset[str]:
    """Labels that steps go on from; records, where they are wanted at all, always are."""
    return PASSED | frozenset(through) | frozenset(records)


def is_taken(step: Step, wanted: Filter) -> bool:
    """Whether a step is let in; what follows from others only where it is asked for."""
    if step.type in IMPLIED and (wanted.types is None or step.type not in wanted.types):
        return False
    return wanted.link(step.type, step.content)
