"""The report on a changed snapshot, from the report on the one before and what changed.

What the shapes say of a thing follows from its own statements and from the classes of the
things that it refers to. So a thing is judged again where a statement of it changed, or where
one that it refers to has come, gone, or changed its class; all other findings stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from graphkit.delta import Delta
from graphkit.ontology import Ontology
from graphkit.store import GraphStore
from graphkit.validation.classes import stored_types
from graphkit.validation.judging import Validator
from graphkit.validation.report import ValidationReport
from graphkit.vocabulary import PREFIXES, RDF_TYPE

PIECE_QUADS = 200_000
"""Statements judged at a time: about as much text as in a piece of a whole snapshot."""
MAX_THINGS = 60_000
"""Things judged again; where there are more, judging everything is about as quick."""

_TYPE = f"<{RDF_TYPE}>"
_SUBCLASS = f"<{PREFIXES['rdfs']}subClassOf>"
_DOUBLE = re.compile(
    rb'"(-?[0-9]+(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?)"'
    rb"(?=\^\^<http://www\.w3\.org/2001/XMLSchema#double>)"
)


class _UnfollowedError(Exception):
    """The change cannot be followed."""


def validate_changes(
    old_report: ValidationReport,
    old: GraphStore,
    new: GraphStore,
    delta: Delta,
    ontology: Ontology,
    base: str,
) -> ValidationReport | None:
    """The report that `validate_quads` would give of all statements of `new`.

    `old_report` is the one on the statements of `old`, judged by the same shapes, and `delta`
    leads from the one to the other. None where the change cannot be followed: findings of the
    old report were not kept, or the new one has too many to keep all; the ontology's classes or
    blank nodes changed; more things are to be judged again than is worth while.
    """
    if old_report.is_capped:
        return None
    try:
        touched, typed = _touched(delta, base)
        things = touched | _referring(old, new, typed)
        if len(things) > MAX_THINGS:
            return None
    except _UnfollowedError:
        return None
    report = ValidationReport()
    for finding in old_report.findings:
        if finding.record not in things:
            report.add(finding)
    validator, types = Validator(ontology, base), stored_types(new)
    for piece in _pieces(new, sorted(things)):
        for finding in validator.check(piece, types):
            report.add(finding)
    if report.is_capped:
        return None
    report.sort()
    return report


def _touched(delta: Delta, base: str) -> tuple[set[str], set[str]]:
    """Things of which something else is said, and those whose class may be another."""
    touched, typed = set[str](), set[str]()
    own = (f"<{base}id/", f"<{base}graph/")
    for lines in (delta.removed, delta.added):
        for line in lines:
            subject, predicate, rest = line.split(" ", 2)
            if subject[0] != "<" or rest[0] == "_" or predicate == _SUBCLASS:
                raise _UnfollowedError
            touched.add(subject[1:-1])
            if predicate == _TYPE:
                # A thing of another base has a class for those alone that stand in its piece.
                if not subject.startswith(own):
                    raise _UnfollowedError
                typed.add(subject[1:-1])
    if len(touched) > MAX_THINGS:
        raise _UnfollowedError
    return touched, typed


def _referring(old: GraphStore, new: GraphStore, typed: Iterable[str]) -> set[str]:
    """Things that refer to one that has come, gone, or changed its class."""
    referring = set[str]()
    for thing in typed:
        before, after = old.objects(thing, RDF_TYPE), new.objects(thing, RDF_TYPE)
        if {kind.value for kind in before} != {kind.value for kind in after}:
            for quad in new.quads(value=ox.NamedNode(thing)):
                if not isinstance(quad.subject, ox.NamedNode):
                    raise _UnfollowedError
                referring.add(quad.subject.value)
    return referring


def _pieces(store: GraphStore, things: Iterable[str]) -> Iterator[bytes]:
    """Everything that is said of these things, as N-Quads text of whole things."""
    quads: list[ox.Quad] = []
    for thing in things:
        quads += store.quads(ox.NamedNode(thing))
        if len(quads) >= PIECE_QUADS:
            yield _text(quads)
            quads.clear()
    if quads:
        yield _text(quads)


def _text(quads: Iterable[ox.Quad]) -> bytes:
    """Statements as the snapshot's writer writes them.

    The store gives numbers in their shortest form, which for coordinates is not the writer's,
    and a finding quotes the value.
    """
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    return _DOUBLE.sub(lambda match: b'"%r"' % float(match.group(1)), text)
