"""The second channel beside colour: a shape for each class, so that colour is never needed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "ResearchQuestion": "diamond",
        "Project": "circle",
        "Department": "hexagon",
        "Organisation": "square",
        "Funder": "pentagon",
        "Programme": "bar",
        "Place": "triangle",
        "Aspect": "star",
        "Topic": "wedge",
        "Award": "plus",
        "QuestionSet": "slab",
        "Assessment": "cross",
        "Similarity": "hourglass",
    }
)
OTHER = "dot"
"""The shape of every class that has none of its own: a small ring."""


def shape(label: str) -> str:
    """The shape of a class; no two classes in the table share one.

    >>> shape("Project"), shape("Merge")
    ('circle', 'dot')
    """
    return SHAPES.get(label, OTHER)
