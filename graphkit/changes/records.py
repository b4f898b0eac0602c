"""The records of what changed between two snapshots."""

from __future__ import annotations

import msgspec

from graphkit.property_graph.elements import Value

QUESTIONS, LINKS, SIMILAR, PROJECTS = "questions", "links", "similar questions", "projects"
DEPARTMENTS, FUNDERS, SOURCES = "departments", "funders", "sources"
SECTIONS = (QUESTIONS, LINKS, SIMILAR, PROJECTS, DEPARTMENTS, FUNDERS, SOURCES)
"""In the order in which they are told."""

ADDED, GONE, CHANGED = "added", "gone", "changed"
ARCHIVED, REOPENED, REWORDED = "archived", "reopened", "reworded"
WITHDRAWN, RETURNED = "withdrawn", "returned"
GAINED, LOST, DEGREE = "gained", "lost", "degree changed"
RENAMED, SUCCEEDED, MOVED = "renamed", "succeeded", "handed on"
READ_AGAIN, DRIFT = "read again", "drifted"
WHAT = (
    ADDED, RETURNED, ARCHIVED, REOPENED, WITHDRAWN, GONE, REWORDED, GAINED, LOST, DEGREE,
    RENAMED, SUCCEEDED, MOVED, CHANGED, READ_AGAIN, DRIFT,
)  # fmt: skip
"""What may have happened, in the order in which it is told within a section."""


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """One field, before and after; None where it was, or is, not there.

    `names` tells that its values are names of other things, not words of this one.
    """

    field: str
    old: Value | None = None
    new: Value | None = None
    names: bool = False


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened to a thing, or to the link between two.

    `thing` is an IRI (of a link: its question) and `name` what it is called; `other` the other
    end of a link. `origin` tells on whose word a link stands.
    """

    section: str
    what: str
    thing: str
    name: str
    other: str = ""
    other_name: str = ""
    origin: str = ""
    fields: tuple[FieldChange, ...] = ()


class Untold(msgspec.Struct, frozen=True, kw_only=True):
    """So many more changes of a kind, of which no records were made."""

    section: str
    what: str
    number: int
