"""The values of facets that stand for things or codes: what each is called, and which it is of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphkit.figures import Statements
from graphkit.ontology import Ontology
from graphkit.search.fields import PLACE

Labels = Mapping[str, tuple[str, str | None]]
"""Value to label and address, in the order of addresses or of codes."""
_FACETS = {
    "department": ("gk:Department",),
    "funder": ("gk:Funder", "gk:Programme"),
    "aspect": ("gk:Aspect",),
    PLACE: ("gk:Place",),
}
FACET_CLASSES = tuple(curie for curies in _FACETS.values() for curie in curies)
"""Classes whose things are values of facets."""
_CODES = "degree"
"""The facet whose values are codes, and their scheme."""


@dataclass(frozen=True)
class Keys:
    """Short names of things, where their addresses are made in the usual way."""

    base: str

    def __call__(self, iri: str) -> str:
        """The last part of an address made in the usual way, else the whole address.

        What is not safe in an address of a page is given whole as well.
        """
        start = f"{self.base}id/"
        _, _, key = iri.removeprefix(start).partition("/")
        return key if iri.startswith(start) and key and "/" not in key else iri


class FacetValues:
    """All values by facet, and which of the places are regions."""

    def __init__(self, labels: Mapping[str, Labels], regions: Iterable[str]) -> None:
        self.labels = labels
        self.regions = frozenset(regions)
        """Values of the places that the facet of regions lists."""
        self.by_iri = {
            name: {iri: value for value, (_, iri) in known.items() if iri is not None}
            for name, known in labels.items()
        }

    @classmethod
    def kept(cls, labels: Mapping[str, Labels]) -> FacetValues:
        """Those of an index, from the labels that are kept beside it."""
        names = (*_FACETS, _CODES)
        return cls({name: labels[name] for name in names}, labels["region"])

    @classmethod
    def read(
        cls, statements: Statements, names: Mapping[str, str], ontology: Ontology, keys: Keys
    ) -> FacetValues:
        """Those of a store. `names` are the labels of things."""
        labels: dict[str, Labels] = {
            name: _labels(
                (keys(iri), names.get(iri, keys(iri)), iri)
                for curie in curies
                for iri in statements.of_class(ontology.iri(curie))
            )
            for name, curies in _FACETS.items()
        }
        concepts = ontology.concepts(_CODES)
        labels[_CODES] = _labels((one.key, one.label, one.iri) for one in concepts)
        places = {iri: value for value, (_, iri) in labels[PLACE].items() if iri is not None}
        widest = _widest(statements, ontology, places.keys())
        return cls(labels, (places[iri] for iri in widest))

    def known(self, name: str, things: Iterable[str]) -> tuple[str, ...]:
        """The values of a facet that these things are, sorted."""
        known = self.by_iri[name]
        return tuple(sorted({known[thing] for thing in things if thing in known}))

    @property
    def region_iris(self) -> set[str]:
        """Addresses of the places that the facet of regions lists."""
        return {iri for iri, value in self.by_iri[PLACE].items() if value in self.regions}


def _labels(found: Iterable[tuple[str, str, str]]) -> dict[str, tuple[str, str | None]]:
    """Values with label and address; one that stands for another thing already gives way to the
    address."""
    labels: dict[str, tuple[str, str | None]] = {}
    for value, label, iri in found:
        taken = value in labels and labels[value][1] != iri
        labels[iri if taken else value] = (label, iri)
    return labels


def _widest(statements: Statements, ontology: Ontology, places: Iterable[str]) -> Iterator[str]:
    """Regions, and nations that are not made of regions."""
    codes = statements.links(ontology.iri("gk:placeKind"))
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for iri in places:
        for code in codes.get(iri, ()):
            kinds[code.rpartition("/")[2]].add(iri)
    nations = kinds["country"]
    if nations:
        within = statements.links(ontology.iri("gk:within"))
        for inner in kinds["region"] | kinds["country"]:
            nations = nations - set(within.get(inner, ()))
    return iter(kinds["region"] | nations)
