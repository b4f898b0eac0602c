"""Keys of the property graph whose values the engine treats in a way of its own."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from graphkit.property_graph.schema import GraphSchema

_MOMENTS, _FLOATS = ("#date", "#dateTime"), ("#decimal", "#double")


@dataclass(frozen=True)
class Keys:
    """Which keys hold dates and times, and which hold numbers with a point.

    >>> from graphkit.ontology import Ontology
    >>> keys = Keys.of(GraphSchema.of(Ontology.load()))
    >>> "start_date" in keys.moments, "amount" in keys.floats
    (True, True)
    """

    moments: Set[str] = field(default_factory=frozenset)
    floats: Set[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, schema: GraphSchema) -> Keys:
        """The keys that an ontology says so of."""
        keys = [key for node in schema.labels.values() for key in node.keys.values()]
        sums = [name for node in schema.labels.values() for name in node.sums.values()]
        return cls(
            moments=frozenset(one.name for one in keys if _ends(one.datatypes, _MOMENTS)),
            floats=frozenset({*sums, *(one.name for one in keys if _ends(one.datatypes, _FLOATS))}),
        )


def _ends(datatypes: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return any(one.endswith(names) for one in datatypes)
