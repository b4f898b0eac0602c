"""What a format is: a name, file extensions, a writer, and what it cannot hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from graphkit.export.about import About
from graphkit.export.appearance import Appearance, appearance
from graphkit.export.output import Output
from graphkit.export.survey import Survey
from graphkit.subgraph.subgraph import Subgraph


@dataclass(frozen=True)
class Export:
    """What a writer is given."""

    subgraph: Subgraph
    survey: Survey
    about: About

    @cached_property
    def appearance(self) -> Appearance | None:
        """Where nodes stand and how they look; None where they are too many to be laid out."""
        return appearance(self.subgraph)


def nothing_lost(_: Survey) -> list[str]:
    """For formats that hold everything."""
    return []


@dataclass(frozen=True)
class Format:
    """A file format. `extensions` are without the first dot, the likeliest first.

    `write` streams an export into an output; `losses` says in words what the format cannot
    hold of it, before anything is written.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    write: Callable[[Export, Output], None]
    losses: Callable[[Survey], list[str]] = nothing_lost
