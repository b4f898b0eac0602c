"""Records that no source gives any longer: kept with what was last known of them.

A question, project, organisation or place of the earlier snapshot that is not in the new graph
loses its class and its links, so that nothing counts it, and keeps its address and its words
(decisions/0029). It stays so until a source gives it again or a build is told to prune.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from graphkit.rdf.computed import COMPUTED_GRAPH
from graphkit.rdf.nodes import IDENTITY_GRAPH, WITHDRAWN_GRAPH, Namer, ending, key_of
from graphkit.rdf.terms import day, string
from graphkit.snapshot import Snapshot
from graphkit.store import GraphStore
from graphkit.vocabulary import RDF_TYPE

KINDS = {
    "gk:ResearchQuestion": "schema:text",
    "gk:Project": "dct:title",
    "gk:Organisation": "skos:prefLabel",
    "gk:Place": "skos:prefLabel",
}
"""Classes of records that are kept, and what each is called by."""
_PARTS = ("address", "amount", "award", "participation")
"""Kinds of things that go with the record that they are a part of."""
_NO_RECORDS = ("name-", "page-")
"""What is known from being mentioned alone has no record that could be withdrawn."""


@dataclass(frozen=True)
class Withdrawal:
    """What an update keeps: records of `earlier` of which `is_present` says no, as of `day`."""

    earlier: Snapshot
    is_present: Callable[[str], bool]
    day: date

    def parts(self, namer: Namer) -> Iterator[list[str]]:
        """The statements about each withdrawn record, in order of address."""
        store = GraphStore(self.earlier.store)
        iri = namer.ontology.iri
        classes = {
            subject: curie for curie in KINDS for subject in store.subjects(RDF_TYPE, iri(curie))
        }
        before = set(store.subjects(RDF_TYPE, iri("gk:Withdrawn")))
        for subject in sorted(before | classes.keys()):
            if self.is_present(subject) or key_of(f"<{subject}>").startswith(_NO_RECORDS):
                continue
            if subject in classes:
                yield self._withdrawn(store, namer, subject, classes[subject])
            else:
                yield self._as_before(store, namer, subject)

    def _as_before(self, store: GraphStore, namer: Namer, subject: str) -> list[str]:
        graph = ox.NamedNode(namer.graph(WITHDRAWN_GRAPH)[1:-1])
        quads = store.quads(ox.NamedNode(subject), graph=graph)
        return sorted((f"{quad} .\n" for quad in quads), key=_type_first)

    def _withdrawn(self, store: GraphStore, namer: Namer, subject: str, curie: str) -> list[str]:
        end = ending(namer.graph(WITHDRAWN_GRAPH))
        own, things = f"<{subject}>", f"{namer.base}id/"
        called, title = namer.ontology.iri(KINDS[curie]), namer.ontology.iri("dct:title")
        parts = tuple(f"{things}{kind}/" for kind in _PARTS)
        left_out = {namer.graph(name) for name in (COMPUTED_GRAPH, IDENTITY_GRAPH)}
        linked = namer.predicate("gk:wasLinkedTo")
        derived_from = namer.predicate("prov:wasDerivedFrom")
        lines: set[str] = set()
        names: list[str] = []
        for quad in store.quads(ox.NamedNode(subject)):
            value, predicate = quad.object, quad.predicate.value
            if str(quad.graph_name) in left_out:
                continue
            if predicate == RDF_TYPE:
                lines.add(f"{own}{derived_from}{quad.graph_name}{end}")
                continue
            if isinstance(value, ox.NamedNode) and value.value.startswith(things):
                if not value.value.startswith(parts):
                    lines.add(f"{own}{linked}{value}{end}")
            elif predicate == called and isinstance(value, ox.Literal):
                names.append(value.value)
            elif predicate != title:
                lines.add(f"{own} {quad.predicate} {value}{end}")
        name = min(names, default="") or subject.rpartition("/")[2]
        return [
            f"{own}{namer.type('gk:Withdrawn')}{end}",
            f"{own} <{title}> {string(name)}{end}",
            f"{own}{namer.predicate('gk:withdrawn')}{day(self.day)}{end}",
            f"{own}{namer.predicate('gk:withdrawnClass')}<{namer.ontology.iri(curie)}>{end}",
            *sorted(lines),
        ]


def _type_first(line: str) -> tuple[bool, str]:
    return f" <{RDF_TYPE}> " not in line, line
