"""The catalogue: what each named graph holds and where it comes from."""

from __future__ import annotations

from graphkit.loaders.sources import parse_moment
from graphkit.rdf.nodes import Namer
from graphkit.rdf.terms import integer, moment, string, web_iri
from graphkit.snapshot import SourceEntry

OWN_GRAPHS = {
    "catalogue": "What is known of the sources: licence, address, time and hash",
    "computed": "Assessments and similarities that graphkit computed",
    "derived": "What follows from the sources: places within places, aspects, totals",
    "identity": "Which records were joined, and which nearly",
    "ontology": "The ontology and its closed lists",
    "register": "The registers that come with graphkit: departments, funders, places",
}
"""What a snapshot's own graphs hold, which no source stands behind."""


def source_lines(namer: Namer, entry: SourceEntry, ending: str) -> list[str]:
    """All statements on one source. Its address is that of its named graph."""
    p = namer.predicate
    iri = f"<{entry.graph}>"
    lines = [
        f"{iri}{namer.type('gk:Source')}{ending}",
        f"{iri}{p('dct:title')}{string(entry.title or entry.format)}{ending}",
        f"{iri}{p('dct:format')}{string(entry.format)}{ending}",
        f"{iri}{p('gk:sha256')}{string(entry.sha256)}{ending}",
        f"{iri}{p('dcat:byteSize')}{integer(entry.bytes)}{ending}",
        f"{iri}{p('gk:recordCount')}{integer(entry.records)}{ending}",
    ]
    for predicate, text in (
        ("gk:publisherName", entry.publisher),
        ("gk:attribution", entry.attribution),
        ("rdfs:comment", entry.note),
    ):
        if text:
            lines.append(f"{iri}{p(predicate)}{string(text)}{ending}")
    for predicate, address in (("dct:license", entry.licence), ("dct:source", entry.address)):
        if address and (term := web_iri(address)):
            lines.append(f"{iri}{p(predicate)}{term}{ending}")
    lines += [
        f"{iri}{p('gk:unknownField')}{string(field)}{ending}" for field in entry.unknown_fields
    ]
    if entry.retrieved and (when := parse_moment(entry.retrieved)):
        lines.append(f"{iri}{p('prov:generatedAtTime')}{moment(when)}{ending}")
    return lines
