"""How a part of the graph is chosen: what is asked for, before anything is looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from graphkit.errors import UsageError

EVERYTHING = "all"
"""The seed that stands for the whole graph."""
SEARCH, QUERY, COMMUNITY = "search:", "query:", "community:"
SEVERAL = (SEARCH, QUERY, COMMUNITY)
"""What seeds of several things begin with."""
_YEAR = re.compile(r"[0-9]{4}").fullmatch


def _is_date(text: str) -> bool:
    if _YEAR(text):
        return True
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A part of the graph, chosen by meaning.

    `seeds` are things (by address, reference, number or `kind:name`), `search:TEXT`,
    `query:NAME` (whose parameters stand in `parameters`), `community:QUESTION`, or `all`.
    From them `hops` steps are taken, or with `to` the shortest way to another thing.

    >>> Selection(seeds=("question:16604",), hops=2, degree=("partial",)).words
    'question:16604, up to 2 steps away; degree partial'
    """

    seeds: tuple[str, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)
    hops: int = 1
    to: str | None = None
    classes: tuple[str, ...] = ()
    """Only things of these classes; none: all that people speak of (see `walking`)."""
    also: tuple[str, ...] = ()
    """Classes beside those."""
    follow: tuple[str, ...] = ()
    """Only relationships of these types; none: all but those that others imply."""
    through: tuple[str, ...] = ()
    """Classes whose things are passed as well, beside questions and projects."""
    degree: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    min_score: float | None = None
    since: str | None = None
    until: str | None = None
    """Years or days; of projects when they start, of questions when they were asked."""
    funder: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    max_nodes: int | None = None
    max_seeds: int = 100
    """How many things a search or a query gives at most."""
    projection: str | None = None

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.default == () and isinstance(value, str):  # one value, and not its letters
                object.__setattr__(self, one.name, (value,))
        seeds = (self.seeds,) if isinstance(self.seeds, str) else self.seeds
        seeds = tuple(seed.strip() for seed in seeds)
        object.__setattr__(
            self,
            "seeds",
            tuple(EVERYTHING if seed.casefold() == EVERYTHING else seed for seed in seeds),
        )
        if not self.seeds:
            raise UsageError(
                "nothing is selected",
                hint="name a thing (question:16604), search:TEXT, query:NAME, or all",
            )
        if not 0 <= self.hops <= 10:
            raise UsageError(f"{self.hops} steps: between 0 and 10 can be taken")
        for name in ("max_nodes", "max_seeds"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UsageError(f"{name.replace('_', '-')} {value}: at least 1 is needed")
        for text in (self.since, self.until):
            if text is not None and not _is_date(text):
                raise UsageError(f"no date: {text}", hint="write a year or a day: 2024-07-05")
        if self.since and self.until and self.since[:4] > self.until[:4]:
            raise UsageError(f"from {self.since} to {self.until}: the first date comes first")
        if self.min_score is not None and not 0 <= self.min_score <= 1:
            raise UsageError(f"no score: {self.min_score:g}", hint="scores go from 0 to 1")
        if self.to is not None:
            self._check_way()
        if self.projection is not None and (self.classes or self.also):
            raise UsageError(
                "a projection has classes of its own", hint="leave --class and --with away"
            )

    def _check_way(self) -> None:
        if self.is_whole:
            raise UsageError("a way to somewhere begins at a thing, not at `all`")
        to = (self.to or "").strip()
        if not to or to.casefold() == EVERYTHING or to.startswith(SEVERAL):
            raise UsageError(f"--to {to}: a way leads to one thing", hint="as funder:EPSRC")

    @property
    def is_whole(self) -> bool:
        """Whether it starts from the whole graph."""
        return EVERYTHING in self.seeds

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows it down."""
        return any(
            (
                self.classes, self.follow, self.degree, self.origin, self.min_score is not None,
                self.since, self.until, self.funder, self.place, self.max_nodes,
            )
        )  # fmt: skip

    @property
    def given(self) -> dict[str, Any]:
        """What was asked for, for a record of it: everything that is not as usual."""
        found: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value in (None, (), {}) or (one.name != "hops" and value == one.default):
                continue
            found[one.name] = list(value) if isinstance(value, tuple) else value
        if self.is_whole or self.to is not None:
            found.pop("hops")
        return {key: dict(one) if isinstance(one, Mapping) else one for key, one in found.items()}

    @property
    def words(self) -> str:
        """What was asked for, in one line."""
        return "; ".join(self._phrases())

    def _phrases(self) -> Iterator[str]:
        named = "the whole graph" if self.is_whole else ", ".join(self.seeds)
        values = ", ".join(f"{key}={value}" for key, value in sorted(self.parameters.items()))
        named = f"{named} ({values})" if values else named
        if self.to is not None:
            yield f"the shortest ways from {named} to {self.to}"
        elif self.is_whole or not self.hops:
            yield named
        else:
            yield f"{named}, up to {self.hops} step{'s' if self.hops > 1 else ''} away"
        if self.projection is not None:
            yield f"projected: {self.projection}"
        for name, values_ in (
            ("class", self.classes), ("with", self.also), ("relationships", self.follow),
            ("through", self.through), ("degree", self.degree), ("origin", self.origin),
            ("funder", self.funder), ("place", self.place),
        ):  # fmt: skip
            if values_:
                yield f"{name} {' or '.join(values_)}"
        if self.min_score is not None:
            yield f"score {self.min_score:g} or more"
        if self.since or self.until:
            yield f"from {self.since or 'the beginning'} to {self.until or 'the end'}"
        if self.max_nodes is not None:
            yield f"at most {self.max_nodes:,} things"
