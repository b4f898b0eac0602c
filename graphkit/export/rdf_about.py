"""What an export says of itself in RDF: statements, not comments.

Comments are lost with the first program that reads a file and writes another, and licences ask
that attributions are kept. So the file describes itself as a data set, in a named graph of its
own where there are named graphs; the graph bears the data set's name. The name follows from
the snapshot and the selection: exports of different selections can be loaded side by side.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

import msgspec

from graphkit.export.about import About
from graphkit.export.format import Export
from graphkit.ontology import Ontology
from graphkit.rdf.catalogue import source_lines
from graphkit.rdf.nodes import Namer
from graphkit.rdf.terms import integer, string, web_iri
from graphkit.vocabulary import expand


def dataset(about: About) -> str:
    """The IRI of an export as a data set, and of the named graph that describes it.

    The same snapshot, selection and base give the same IRI, in every format.
    """
    parameters = msgspec.json.encode(about.parameters, order="sorted").decode()
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{about.base} {about.snapshot} {parameters}')}"


def about_lines(export: Export) -> list[str]:
    """Lines of N-Quads that describe an export and, of a part, the sources that it is from.

    The whole graph has its own catalogue of sources.
    """
    about = export.about
    iri = dataset(about)
    ending = f" <{iri}> .\n"
    lines = [
        f"<{iri}> <{expand(predicate)}> {term}{ending}"
        for predicate, term in (
            ("rdf:type", f"<{expand('void:Dataset')}>"),
            ("dct:title", string(about.title)),
            ("dct:description", string(about.selection)),
            ("dct:created", f'"{about.created}"^^<{expand("xsd:dateTime")}>'),
            ("void:uriSpace", string(f"{about.base}id/")),
            ("void:entities", integer(about.nodes)),
            *(("rdfs:comment", string(f"{name}: {text}")) for name, text in about.pairs()
              if name not in ("title", "selection", "created", "licence", "attribution")),
            *(("dct:license", web_iri(one) or string(one)) for one in about.licences),
            *(("dct:rights", string(one)) for one in about.attributions),
        )
    ]  # fmt: skip
    entries = {one.graph: one for one in export.subgraph.snapshot.manifest.sources}
    namer = Namer(Ontology.load(), about.base)
    for source in about.sources:
        graph = f"{about.base}graph/{source.name}"
        lines.append(f"<{iri}> <{expand('prov:wasDerivedFrom')}> <{graph}>{ending}")
        if not export.subgraph.is_whole:
            lines += source_lines(namer, entries[graph], ending)
    return lines
