"""What classes, relations, properties and values are called on the page, after the ontology."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from graphkit.property_graph.schema import ID as IDENTIFIER
from graphkit.property_graph.schema import (
    IRI,
    LOCATION,
    MARKS,
    NAME,
    OTHER_SOURCES,
    PROPERTY_SOURCES,
    SOURCE,
    GraphSchema,
    Key,
)

_YEAR = "http://www.w3.org/2001/XMLSchema#gYear"
_UNSHOWN = frozenset(
    {IDENTIFIER, IRI, NAME, SOURCE, OTHER_SOURCES, PROPERTY_SOURCES, "latitude", "longitude"}
)
"""Keys that the page shows in places of their own, or that `location` says again."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def visible(text: str) -> str:
    r"""Text in which control characters are seen, and which every browser takes.

    >>> visible("a\x00b\n") == "a\ufffdb\n"
    True
    """
    return _CONTROLS.sub("\ufffd", text)


def one_line(text: str, most: int = 0) -> str:
    """Text on one line, cut at the end of a word where it has more than `most` characters.

    >>> one_line("one\\n two three", 9), one_line("one")
    ('one two…', 'one')
    """
    return shortened(" ".join(visible(text).split()), most)


def shortened(text: str, most: int) -> str:
    """Text cut at the end of a word where it has more than `most` characters; 0: never.

    >>> shortened("one two three", 9), shortened("one two three", 0)
    ('one two…', 'one two three')
    """
    if not most or len(text) <= most:
        return text
    kept = text[:most]
    return f"{(kept.rpartition(' ')[0] or kept).rstrip(' ,;:.')}…"


def plain(name: str) -> str:
    """A name of a program in words.

    >>> plain("SHARES_PROJECTS"), plain("lead_department")
    ('shares projects', 'lead department')
    """
    return name.replace("_", " ").lower()


def counted(number: int, name: str) -> str:
    """A number with its noun.

    >>> counted(1, "project"), counted(1200, "similarity"), counted(2, "question set")
    ('1 project', '1,200 similarities', '2 question sets')
    """
    many = f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
    return f"{number:,} {name if number == 1 else many}"


def day(text: str) -> str:
    """A day or a moment as people write it; what is none stays as it is.

    >>> day("2021-03-09"), day("2021-03-09T10:00:00Z"), day("soon")
    ('9 March 2021', '9 March 2021, 10:00 UTC', 'soon')
    """
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return text
    time = f", {text[11:16]} UTC" if len(text) > 16 and text.endswith("Z") else ""
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}{time}"


class Words:
    """The words of a schema."""

    def __init__(self, schema: GraphSchema) -> None:
        self._schema = schema
        self._ontology = schema.ontology

    def class_name(self, label: str) -> str:
        """What a class is called: "research question"."""
        node = self._schema.labels.get(label)
        return self._ontology.classes[node.class_iri].name if node else plain(label)

    def relation(self, type_: str) -> str:
        """What a type of relationship is called: "led by"."""
        return self._relations.get(type_) or plain(type_)

    @cached_property
    def _relations(self) -> Mapping[str, str]:
        terms = self._ontology.properties.values()
        return {term.relationship_type: term.name for term in terms if term.relationship_type}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        terms = self._ontology.properties.values()
        return {term.property_key: term.name for term in terms if term.property_key}

    @cached_property
    def _concepts(self) -> Mapping[str, str]:
        """Names of codes by their IRIs."""
        return {one.iri: one.label for scheme in self._ontology.schemes.values() for one in scheme}

    @cached_property
    def _keys(self) -> Mapping[str, Mapping[str, Key]]:
        labels = self._schema.labels
        return {
            label: {
                **{key.name: key for key in self._schema.part_keys(label).values()},
                **labels[label].by_key,
            }
            for label in labels
        }

    @cached_property
    def _sums(self) -> frozenset[str]:
        nodes = self._schema.labels.values()
        return frozenset(key for node in nodes for key in node.sums.values()) | {"counted_amount"}

    def code(self, scheme: str, key: str) -> str:
        """What a code of a closed list of the ontology is called."""
        for one in self._ontology.concepts(scheme):
            if one.key == key:
                return one.label
        return key

    def naming_key(self, label: str) -> str:
        """The key that holds the whole name of the things of a class, which `name` may cut."""
        node = self._schema.labels.get(label)
        key = node.keys.get(node.named_by or "") if node else None
        return key.name if key else NAME

    def facts(
        self, label: str, properties: Mapping[str, Any], typed: Mapping[str, str]
    ) -> Iterator[tuple[str, str | list[str]]]:
        """The properties of a thing as name and value in words, in the order of their keys."""
        name = properties.get(NAME)
        identifier = properties.get(IDENTIFIER)
        naming = self.naming_key(label)
        for key, value in properties.items():
            if key in _UNSHOWN or key == naming or key.endswith(MARKS):
                continue
            if value == name or (key == "identifier" and value in (identifier, [identifier])):
                continue
            yield self.property_name(key), self.value(label, key, value, typed.get(key))

    def property_name(self, key: str) -> str:
        """What a property is called: "Start date"."""
        name = self._names.get(key) or plain(key)
        return name[:1].upper() + name[1:]

    def value(self, label: str, key: str, value: Any, kind: str | None) -> str | list[str]:
        """A value in words: days, money, yes and no, codes by their names.

        >>> from graphkit.ontology import Ontology
        >>> words = Words(GraphSchema.of(Ontology.load()))
        >>> words.value("Award", "amount", 5737.0, None)
        '£5,737'
        >>> words.value("Assessment", "origin", "published-page", None)
        'Published page'
        >>> words.value("Place", "location", [-1.25572, 54.669], "point")
        '54.6690° N, 1.2557° W'
        """
        if kind == "point" or (key == LOCATION and isinstance(value, list)):
            return _point(value)
        if isinstance(value, list):
            return [str(self.value(label, key, one, kind)) for one in value]
        if isinstance(value, bool):
            return "yes" if value else "no"
        if kind in ("date", "datetime"):
            return day(str(value))
        term = self._keys.get(label, {}).get(key)
        if isinstance(value, int | float):
            if key in self._sums:
                return f"£{value:,.0f}"
            is_year = term is not None and _YEAR in term.datatypes
            return str(value) if is_year else f"{value:,}"
        if term is not None and term.codes:
            return self._concepts.get(term.codes.get(value, ""), str(value))
        return visible(str(value))


def _point(value: Any) -> str:
    longitude, latitude = value
    return (
        f"{abs(latitude):.4f}° {'N' if latitude >= 0 else 'S'}, "
        f"{abs(longitude):.4f}° {'E' if longitude >= 0 else 'W'}"
    )
