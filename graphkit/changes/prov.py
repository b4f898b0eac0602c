"""The changes as provenance (PROV-O), in Turtle.

The comparison is a prov:Activity that used both snapshots. Each thing that changed has
an entity for each snapshot that has it, a specialisation of the thing: the newer was revised from
the older; what is new was generated, what is gone was invalidated by the activity.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphkit import __version__
from graphkit.changes.comparing import Comparison
from graphkit.changes.records import ADDED, GAINED, GONE, LINKS, LOST, SIMILAR, Change
from graphkit.changes.telling import as_text, field_lines, plain
from graphkit.rdf.terms import string
from graphkit.snapshot import Snapshot
from graphkit.vocabulary import PREFIXES, expand

_USED = ("dcat", "dct", "gk", "prov", "rdf", "rdfs", "xsd")
_APPEARED, _WENT = frozenset({ADDED, GAINED}), frozenset({GONE, LOST})
_ADDRESSES, _SIMILAR = expand("gk:addresses"), expand("gk:similarTo")


def prov_turtle(comparison: Comparison) -> Iterator[str]:
    """The changes as Turtle, in pieces of text."""
    base = comparison.pair.base
    old, new = (f"{base}snapshot/{one.manifest.id}" for one in (comparison.old, comparison.new))
    for prefix in _USED:
        yield f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n"
    yield from _snapshot(old, comparison.old)
    yield from _snapshot(new, comparison.new)
    activity = f"<{new}#changes-since-{comparison.old.manifest.id}>"
    if new != old:
        yield f"<{new}> prov:wasRevisionOf <{old}> .\n"
    label = f"What changed from {comparison.old.manifest.id} to {comparison.new.manifest.id}"
    words = comparison.narrowing.words
    if words:
        label += f" (only {words})"
    yield f"\n{activity} a prov:Activity ;\n    rdfs:label {string(label)} ;\n"
    yield f"    prov:used <{old}> , <{new}> ;\n"
    yield "    prov:wasAssociatedWith <https://w3id.org/graphkit/> .\n"
    yield "<https://w3id.org/graphkit/> a prov:SoftwareAgent ;\n"
    yield f"    rdfs:label {string(f'graphkit {__version__}')} .\n"
    for change in comparison.everything():
        yield from _change(change, old, new, activity, base)


def _snapshot(iri: str, snapshot: Snapshot) -> Iterator[str]:
    manifest = snapshot.manifest
    yield f"\n<{iri}> a prov:Entity , dcat:Dataset ;\n"
    yield f"    dct:identifier {string(manifest.id)} ;\n"
    yield f"    gk:sha256 {string(manifest.quads_sha256)} ;\n"
    yield f'    prov:generatedAtTime "{manifest.created}"^^xsd:dateTime .\n'


def _change(change: Change, old: str, new: str, activity: str, base: str) -> Iterator[str]:
    key = entity_key(change, base)
    before, after = f"<{old}#{key}>", f"<{new}#{key}>"
    here = before if change.what in _WENT else after
    yield f"\n{here} a prov:Entity ;\n"
    title = f"{change.section}, {change.what}: {plain(change.name)}"
    yield f"    rdfs:label {string(title)} ;\n"
    told = "\n".join(as_text(line) for line in field_lines(change))
    if told:
        yield f"    rdfs:comment {string(told)} ;\n"
    if change.section in (LINKS, SIMILAR):
        start, end = change.thing, change.other
        predicate = _SIMILAR
        if change.section == LINKS:
            start, end, predicate = end, start, _ADDRESSES
        yield f"    a rdf:Statement ; rdf:subject <{start}> ;\n"
        yield f"    rdf:predicate <{predicate}> ; rdf:object <{end}> ;\n"
    elif change.thing:
        yield f"    prov:specializationOf <{change.thing}> ;\n"
    if change.what in _WENT:
        yield f"    dct:isPartOf <{old}> ;\n    prov:wasInvalidatedBy {activity} .\n"
        return
    if change.what not in _APPEARED:
        yield f"    prov:wasRevisionOf {before} ;\n"
    yield f"    dct:isPartOf <{new}> ;\n    prov:wasGeneratedBy {activity} .\n"


def entity_key(change: Change, base: str) -> str:
    """What tells the entities of one snapshot apart, safe inside an IRI."""
    from urllib.parse import quote

    parts = [
        one.removeprefix(f"{base}id/").removeprefix(base) for one in (change.thing, change.other)
    ]
    if not change.thing:
        parts = [change.section, change.what, change.name, change.other_name]
    parts.append(change.origin)
    return quote("/".join(part for part in parts if part), safe="/%-._~:")
