"""The catalogue: what each named graph holds, where it comes from, and how it was made (PROV-O).

    source's graph   prov:wasDerivedFrom file, prov:wasGeneratedBy reading
    file             prov:wasGeneratedBy fetch
    fetch            prov:used address, prov:endedAtTime
    reading          prov:used file
    own graph        prov:wasDerivedFrom sources' graphs, prov:wasGeneratedBy making
    reading, making  prov:qualifiedAssociation graphkit, by a plan of ontology/rules.ttl

As every statement stands in a named graph, that tells the origin of each. A fetch is told where the
manifest of a harvest tells it, and not who fetched. Nothing here depends on the time of a build or
on the machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from graphkit import __version__
from graphkit.loaders.sources import parse_moment
from graphkit.rdf.computed import COMPUTED_GRAPH
from graphkit.rdf.nodes import (
    CATALOGUE_GRAPH,
    DERIVED_GRAPH,
    IDENTITY_GRAPH,
    ONTOLOGY_GRAPH,
    REGISTER_GRAPH,
    WITHDRAWN_GRAPH,
    Namer,
)
from graphkit.rdf.terms import integer, moment, string, web_iri
from graphkit.snapshot import SourceEntry

OWN_GRAPHS = {
    CATALOGUE_GRAPH: "What is known of the sources: licence, address, time and hash",
    COMPUTED_GRAPH: "Assessments and similarities that graphkit computed",
    DERIVED_GRAPH: "What follows from the sources: places within places, aspects, totals",
    IDENTITY_GRAPH: "Which records were joined, and which nearly",
    ONTOLOGY_GRAPH: "The ontology and its closed lists",
    REGISTER_GRAPH: "The registers that come with graphkit: departments, funders, places",
    WITHDRAWN_GRAPH: "What the sources no longer have, as it was last known",
}
"""What a snapshot's own graphs hold, which no source stands behind."""

_WITHOUT_SOURCES = frozenset({ONTOLOGY_GRAPH, REGISTER_GRAPH})
"""Own graphs that are the same whatever the sources say, but for names that they use."""
AGENT = "id/software/graphkit"
"""Where graphkit itself is, after the base of a graph."""
_MEDIA_TYPES = {
    "csv": "text/csv",
    "htm": "text/html",
    "html": "text/html",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "ndjson": "application/x-ndjson",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "xml": "application/xml",
}
_PACKED = (".gz",)
_IANA = "https://www.iana.org/assignments/media-types/"


def media_type(file: str) -> str | None:
    """The media type that a file's name stands for, as an IRI of IANA; None for no known one.

    >>> media_type("gtr/projects.jsonl.gz")
    'https://www.iana.org/assignments/media-types/application/jsonl'
    >>> media_type("standard input") is None
    True
    """
    name = file.lower()
    for ending in _PACKED:
        name = name.removesuffix(ending)
    found = _MEDIA_TYPES.get(name.rpartition(".")[2])
    return f"{_IANA}{found}" if found else None


def catalogue_parts(
    namer: Namer, entries: Sequence[SourceEntry], ending: str
) -> Iterator[list[str]]:
    """All statements on sources and files, then those on graphkit and its own graphs."""
    for entry in entries:
        yield [
            *source_lines(namer, entry, ending),
            *_origin(namer, entry, ending),
            *_file(namer, entry, ending),
        ]
    yield list(_agent(namer, entries, ending))
    for name, title in OWN_GRAPHS.items():
        yield list(_own_graph(namer, name, title, entries, ending))


def source_lines(namer: Namer, entry: SourceEntry, ending: str) -> list[str]:
    """What the manifest says of a source. Its address is that of its named graph."""
    return list(_source(namer, entry, ending))


def _source(namer: Namer, entry: SourceEntry, ending: str) -> Iterator[str]:
    p = namer.predicate
    iri = f"<{entry.graph}>"
    yield f"{iri}{namer.type('gk:Source')}{ending}"
    yield f"{iri}{p('dct:title')}{string(entry.title or entry.format)}{ending}"
    yield f"{iri}{p('dct:format')}{string(entry.format)}{ending}"
    yield f"{iri}{p('gk:sha256')}{string(entry.sha256)}{ending}"
    yield f"{iri}{p('dcat:byteSize')}{integer(entry.bytes)}{ending}"
    yield f"{iri}{p('gk:recordCount')}{integer(entry.records)}{ending}"
    for predicate, text in (
        ("gk:publisherName", entry.publisher),
        ("gk:attribution", entry.attribution),
        ("rdfs:comment", entry.note),
    ):
        if text:
            yield f"{iri}{p(predicate)}{string(text)}{ending}"
    for predicate, address in (("dct:license", entry.licence), ("dct:source", entry.address)):
        if address and (term := web_iri(address)):
            yield f"{iri}{p(predicate)}{term}{ending}"
    for field in entry.unknown_fields:
        yield f"{iri}{p('gk:unknownField')}{string(field)}{ending}"
    if entry.retrieved and (when := parse_moment(entry.retrieved)):
        yield f"{iri}{p('prov:generatedAtTime')}{moment(when)}{ending}"


def _origin(namer: Namer, entry: SourceEntry, ending: str) -> Iterator[str]:
    """From the source's graph to its file, and to the reading of it."""
    p = namer.predicate
    reading = _step(namer, f"read-{_name(namer, entry)}")
    yield f"<{entry.graph}>{p('prov:wasDerivedFrom')}{_file_iri(namer, entry)}{ending}"
    yield f"<{entry.graph}>{p('prov:wasGeneratedBy')}{reading}{ending}"


def _file(namer: Namer, entry: SourceEntry, ending: str) -> Iterator[str]:
    """The file, the reading of it and, where a harvest tells it, the fetch."""
    p = namer.predicate
    name, file = _name(namer, entry), _file_iri(namer, entry)
    reading, fetch = _step(namer, f"read-{name}"), _step(namer, f"fetch-{name}")
    address = web_iri(entry.address) if entry.address else None
    when = parse_moment(entry.retrieved) if entry.retrieved else None
    kind = media_type(entry.file)
    yield f"{file}{namer.type('gk:SourceFile')}{ending}"
    yield f"{file}{p('dct:title')}{string(entry.file)}{ending}"
    yield f"{file}{p('gk:sha256')}{string(entry.sha256)}{ending}"
    yield f"{file}{p('dcat:byteSize')}{integer(entry.bytes)}{ending}"
    if kind:
        yield f"{file}{p('dcat:mediaType')}<{kind}>{ending}"
    if address:
        yield f"{file}{p('dct:source')}{address}{ending}"
    if when:
        yield f"{file}{p('prov:generatedAtTime')}{moment(when)}{ending}"
    if entry.fetched and when:
        yield f"{file}{p('prov:wasGeneratedBy')}{fetch}{ending}"
        yield f"{fetch}{namer.type('gk:Step')}{ending}"
        yield f"{fetch}{p('dct:title')}{string(f'Fetch of {entry.file}')}{ending}"
        if address:
            yield f"{fetch}{p('prov:used')}{address}{ending}"
        yield f"{fetch}{p('prov:endedAtTime')}{moment(when)}{ending}"
    yield from _taken(namer, reading, f"Reading of {entry.file}", f"loader-{entry.format}", ending)
    yield f"{reading}{p('prov:used')}{file}{ending}"


def _agent(namer: Namer, entries: Sequence[SourceEntry], ending: str) -> Iterator[str]:
    """graphkit, and the plans that it followed."""
    p = namer.predicate
    agent = f"<{namer.base}{AGENT}>"
    yield f"{agent}{namer.type('prov:SoftwareAgent')}{ending}"
    yield f"{agent}{p('dct:title')}{string('graphkit, the program')}{ending}"
    yield f"{agent}{p('schema:softwareVersion')}{string(__version__)}{ending}"
    plans = {f"loader-{one.format}": f"loader/{one.format}" for one in entries}
    plans |= {f"graph-{name}": name for name in OWN_GRAPHS}
    for name, plan in sorted(plans.items()):
        iri = namer.thing("association", name)
        yield f"{iri}{namer.type('prov:Association')}{ending}"
        yield f"{iri}{p('dct:title')}{string(f'graphkit by the rule {plan}')}{ending}"
        yield f"{iri}{p('prov:agent')}{agent}{ending}"
        yield f"{iri}{p('prov:hadPlan')}{namer.concept('rule', plan)}{ending}"


def _own_graph(
    namer: Namer, name: str, title: str, entries: Sequence[SourceEntry], ending: str
) -> Iterator[str]:
    """One of graphkit's own graphs, and the making of it."""
    p = namer.predicate
    iri, step = namer.graph(name), _step(namer, f"make-{name}")
    yield f"{iri}{namer.type('gk:OwnGraph')}{ending}"
    yield f"{iri}{p('dct:title')}{string(title)}{ending}"
    yield f"{iri}{p('prov:wasGeneratedBy')}{step}{ending}"
    if name not in _WITHOUT_SOURCES:
        for entry in entries:
            yield f"{iri}{p('prov:wasDerivedFrom')}<{entry.graph}>{ending}"
    yield from _taken(namer, step, f"Making of the graph {name}", f"graph-{name}", ending)


def _taken(namer: Namer, step: str, title: str, association: str, ending: str) -> Iterator[str]:
    """What all steps have in common."""
    p = namer.predicate
    yield f"{step}{namer.type('gk:Step')}{ending}"
    yield f"{step}{p('dct:title')}{string(title)}{ending}"
    yield f"{step}{p('prov:wasAssociatedWith')}<{namer.base}{AGENT}>{ending}"
    association = namer.thing("association", association)
    yield f"{step}{p('prov:qualifiedAssociation')}{association}{ending}"


def _name(namer: Namer, entry: SourceEntry) -> str:
    return unquote(entry.graph.removeprefix(f"{namer.base}graph/"))


def _file_iri(namer: Namer, entry: SourceEntry) -> str:
    return namer.thing("file", _name(namer, entry))


def _step(namer: Namer, key: str) -> str:
    return namer.thing("step", key)
