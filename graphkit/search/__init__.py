"""Full text over questions and projects: an index beside a snapshot's store, and its answers."""

from graphkit.search.answers import (
    Facet,
    FacetValue,
    Hit,
    Labelled,
    NamedThing,
    SearchAnswer,
    Segments,
)
from graphkit.search.building import build_index
from graphkit.search.fields import FACETS, SORTS
from graphkit.search.filters import resolved_filters
from graphkit.search.following import update_index
from graphkit.search.index import SearchIndex

__all__ = [
    "FACETS",
    "SORTS",
    "Facet",
    "FacetValue",
    "Hit",
    "Labelled",
    "NamedThing",
    "SearchAnswer",
    "SearchIndex",
    "Segments",
    "build_index",
    "resolved_filters",
    "update_index",
]
