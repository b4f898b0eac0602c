"""Classes and relationship types as people name them, and which of them steps go through."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from functools import cached_property

from graphkit.errors import UsageError
from graphkit.names import KINDS
from graphkit.property_graph.schema import GraphSchema
from graphkit.vocabulary import expand

QUESTION, PROJECT, PLACE, ORGANISATION = "ResearchQuestion", "Project", "Place", "Organisation"
SIMILAR_TO = "SIMILAR_TO"
ADDRESSES, WITHIN, LOCATED_IN, FUNDED_BY = "ADDRESSES", "WITHIN", "LOCATED_IN", "FUNDED_BY"
PASSED = frozenset({QUESTION, PROJECT})
"""Steps go on from these. Everything else is reached and not passed: what a department, a place,
a funder or an aspect leads to is everything that has it, which is seldom what was asked for."""
SAID = frozenset({"degree", "origin", "score"})
IMPLIED = frozenset({WITHIN})
"""Relationships that follow from others: a place lies within all that its own place lies in."""


class Classes:
    """The classes and types of a property graph."""

    def __init__(self, schema: GraphSchema) -> None:
        self._schema = schema

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Labels of what people speak of; the rest records how the graph came about."""
        kinds = {expand(curie) for kind in KINDS.values() for curie in kind.classes}
        labels = self._schema.labels.values()
        return frozenset(one.label for one in labels if one.class_iri in kinds)

    @cached_property
    def records(self) -> frozenset[str]:
        """Labels of what records how the graph came about: assessments, evidence, awards …"""
        return frozenset(self._schema.labels) - self.subjects

    @cached_property
    def types(self) -> frozenset[str]:
        """All relationship types."""
        return frozenset(
            type_ for one in self._schema.labels.values() for type_ in one.relationships.values()
        )

    def labels(self, names: Iterable[str]) -> frozenset[str]:
        """Labels by label or by kind (`question`), in any capitals; `all` is every label.

        Raises UsageError with what may have been meant.
        """
        known = {label.casefold(): frozenset({label}) for label in self._schema.labels}
        by_iri = {one.class_iri: one.label for one in self._schema.labels.values()}
        for name, kind in KINDS.items():
            found = frozenset(by_iri[expand(curie)] for curie in kind.classes)
            known.setdefault(name, found)
        known["all"] = frozenset(self._schema.labels)
        return frozenset[str]().union(*(_one(name, known, "class") for name in names))

    def types_named(self, names: Iterable[str]) -> frozenset[str]:
        """Relationship types, in any capitals, with spaces, hyphens or underscores."""
        known = {type_.casefold(): frozenset({type_}) for type_ in self.types}
        return frozenset[str]().union(
            *(
                _one(name.replace("-", "_").replace(" ", "_"), known, "relationship")
                for name in names
            )
        )

    @cached_property
    def says(self) -> Mapping[str, frozenset[str]]:
        """What the relationships of a type say of themselves: degree, origin, score."""
        return {
            type_: found
            for type_, qualifier in self._schema.qualified.items()
            if (found := self._said(qualifier.label))
        }

    @cached_property
    def says_of_itself(self) -> Mapping[str, frozenset[str]]:
        """The same of the records behind these relationships, by label."""
        return {
            qualifier.label: self.says[type_]
            for type_, qualifier in self._schema.qualified.items()
            if type_ in self.says
        }

    def _said(self, label: str) -> frozenset[str]:
        return SAID & self._schema.labels[label].by_key.keys()


def _one(name: str, known: dict[str, frozenset[str]], noun: str) -> frozenset[str]:
    folded = name.strip().casefold()
    for candidate in (folded, folded.removesuffix("s")):
        if candidate in known:
            return known[candidate]
    near = difflib.get_close_matches(folded, known, 3, 0.5)
    listed = sorted({one for labels in known.values() for one in labels})
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(listed)}"
    raise UsageError(f"no such {noun}: {name}", hint=hint, suggestions=near)
