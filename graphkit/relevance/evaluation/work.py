"""What an evaluation works with, and the shape of the tables that it gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphkit.model import Assessment
from graphkit.relevance.evaluation.bootstrap import (
    DRAWS,
    SEED,
    Interval,
    difference_interval,
    mean_interval,
    ratio_interval,
)
from graphkit.relevance.evaluation.metrics import Grades, Pair, Rankings


class Section(NamedTuple):
    """One table of an evaluation. Values are text, whole numbers, unrounded floats or None."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    note: str = ""

    def rounded(self, digits: int = 3) -> list[tuple[Any, ...]]:
        """The rows as a reader wants them, for `tabular.write_rows`.

        >>> Section("t", ("a", "b"), [(1, 2 / 3)]).rounded()
        [(1, 0.667)]
        """
        return [
            tuple(round(value, digits) if isinstance(value, float) else value for value in row)
            for row in self.rows
        ]


@dataclass(frozen=True)
class Settings:
    """How to measure.

    `threshold` is the grade from which on a project is relevant (None: as the file's scale
    says), `cut_offs` the k of recall@k, `edges` those of the score bins (None: the deciles of
    the judged scores).
    """

    threshold: int | None = None
    cut_offs: tuple[int, ...] = (10, 50, 100)
    draws: int = DRAWS
    seed: int = SEED
    edges: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Given:
    """What the system under evaluation gave, and which projects are one grant."""

    rankings: Rankings
    grants: Mapping[str, str]
    scores: Mapping[Pair, float]
    assessments: Mapping[Pair, Assessment]
    aspects: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Work:
    """What all tables are made from. `negatives` tells whether any pair is judged irrelevant."""

    given: Given
    settings: Settings
    grades: Grades
    threshold: int
    negatives: bool

    def mean(self, values: Mapping[str, float]) -> Interval:
        """`mean_interval` as set."""
        return mean_interval(values, draws=self.settings.draws, seed=self.settings.seed)

    def difference(self, one: Mapping[str, float], other: Mapping[str, float]) -> Interval:
        """`difference_interval` as set."""
        settings = self.settings
        return difference_interval(one, other, draws=settings.draws, seed=settings.seed)

    def ratio(self, parts: Iterable[tuple[float, float]]) -> Interval:
        """`ratio_interval` as set."""
        return ratio_interval(parts, draws=self.settings.draws, seed=self.settings.seed)
