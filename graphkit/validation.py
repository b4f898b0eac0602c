"""SHACL validation of a whole snapshot, batch by batch.

The quads are read in the order in which they were written, cut where one thing
ends and the next begins, so that memory does not grow with the snapshot. A
batch is given the classes of the things it refers to; what the engine then says
about those things themselves is dropped, since they are judged in their own
batch (decisions/0005).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from graphkit.errors import GraphkitError
from graphkit.ontology import Ontology
from graphkit.store import GraphStore, line_chunks
from graphkit.vocabulary import ontology_folder

BATCH_BYTES = 48 << 20
SHOWN = 20
"""How many findings a report quotes."""
MAX_FINDINGS = 10_000
"""Findings kept in detail; beyond that they are only counted."""

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
# Begins with what is rare, so that the search skips most of the text.
_TYPED = re.compile(rb"> <" + _RDF_TYPE.encode() + rb"> (<[^>\n]+>) ")
# Things that are always written together with the one they belong to.
_DEPENDENT = ("gk:Award", "gk:Participation", "schema:MonetaryAmount", "schema:PostalAddress")

TypesOf = Callable[[bytes], bytes]
"""Maps a thing (`<iri>`) to its classes, separated by spaces; empty for none."""


def _typed(block: bytes, start: int = 0) -> Iterator[tuple[int, bytes, bytes]]:
    """Where things begin in a block from `start` on: position, thing, class."""
    for match in _TYPED.finditer(block, start):
        line = block.rfind(b"\n", 0, match.start()) + 1
        yield line, block[line : match.start() + 1], match.group(1)


class TypeIndex:
    """The classes of all things that others may refer to, taken up as they are written."""

    def __init__(self, ontology: Ontology) -> None:
        self._dependent = dependent_classes(ontology)
        self._types: dict[bytes, bytes] = {}

    def observe(self, block: bytes) -> None:
        """Take up a block of N-Quads lines."""
        for _, thing, kind in _typed(block):
            if kind not in self._dependent:
                self._types[thing] = kind

    def of(self, thing: bytes) -> bytes:
        """The class of a thing."""
        return self._types.get(thing, b"")


def stored_types(store: GraphStore) -> TypesOf:
    """Asks a store for the classes of things."""

    @lru_cache(maxsize=200_000)
    def of(thing: bytes) -> bytes:
        return b" ".join(
            f"<{term.value}>".encode() for term in store.objects(thing[1:-1].decode(), _RDF_TYPE)
        )

    return of


def dependent_classes(ontology: Ontology) -> frozenset[bytes]:
    """Classes of things that are only ever written together with another."""
    return frozenset(f"<{ontology.iri(curie)}>".encode() for curie in _DEPENDENT)


class Finding(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One thing that a shape objects to. `severity` is Violation, Warning or Info."""

    severity: str
    record: str
    property: str
    value: str
    message: str


class ValidationReport(msgspec.Struct, kw_only=True):
    """What validation found: counts by severity and message, and findings in detail."""

    findings: list[Finding] = msgspec.field(default_factory=list)
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    messages: Counter[str] = msgspec.field(default_factory=Counter)

    @property
    def violations(self) -> int:
        """How many findings stop a build."""
        return self.counts["Violation"]

    @property
    def summary(self) -> str:
        """How many violations there are, and the first."""
        first = self.findings[0]
        return (
            f"{self.violations} violations of the shapes; first: {first.record}: "
            f"{first.message} (value: {first.value or 'none'})"
        )

    def as_report(self) -> dict[str, Any]:
        """Counts by severity and message, and the first findings, for a snapshot's report."""
        return {
            "counts": dict(sorted(self.counts.items())),
            "messages": dict(self.messages.most_common()),
            "first": [msgspec.to_builtins(one) for one in self.findings[:SHOWN]],
        }

    def add(self, finding: Finding) -> None:
        """Count a finding; keep it, violations before all others."""
        self.counts[finding.severity] += 1
        self.messages[f"{finding.severity}: {finding.message}"] += 1
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding)
        elif finding.severity == "Violation":
            for place, kept in enumerate(self.findings):
                if kept.severity != "Violation":
                    self.findings[place] = finding
                    break


class Validator:
    """Compiled shapes, ready for batches of N-Quads text."""

    def __init__(self, ontology: Ontology, base: str, folder: Path | None = None) -> None:
        import shacl

        path = (folder or ontology_folder()) / "shapes.ttl"
        self._shapes = shacl.Shapes.from_file(str(path))
        if not len(self._shapes):
            raise GraphkitError(f"{path}: no shapes in it", hint="reinstall graphkit")
        self._reference = re.compile(
            rb"> (<" + re.escape(base.encode()) + rb"(?:id|graph)/[^>\n]+>) <"
        )
        self._dependent = dependent_classes(ontology)
        self._type_iri = f"<{_RDF_TYPE}>".encode()

    def batches(self, quads: BinaryIO) -> Iterator[bytes]:
        """Blocks of whole things."""
        rest = b""
        for chunk in line_chunks(quads, BATCH_BYTES):
            block = rest + chunk
            cut = self._last_start(block)
            if cut:
                yield block[:cut]
            rest = block[cut:]
        if rest:
            yield rest

    def _last_start(self, block: bytes) -> int:
        """Where the last thing in the block begins; 0 where that is not told."""
        size = 1 << 16
        while True:
            offset = max(len(block) - size, 0)
            starts = [
                position
                for position, _, kind in _typed(block, offset)
                if kind not in self._dependent
            ]
            if starts and (offset == 0 or len(starts) > 1):
                return starts[-1]
            if offset == 0:
                return 0
            size *= 8

    def check(self, batch: bytes, types: TypesOf) -> Iterator[Finding]:
        """Findings on one batch. `types` tells the classes of things in other batches."""
        own = {thing for _, thing, _ in _typed(batch)}
        references = set(self._reference.findall(batch)) - own
        added = [
            b"%s %s %s .\n" % (reference, self._type_iri, kind)
            for reference in sorted(references)
            for kind in types(reference).split()
        ]
        text = b"".join((batch, *added)).decode("utf-8")
        report = self._shapes.validate_text(text, format="nquads")
        for result in report.results:
            if result.focus_node.encode() not in references:
                yield Finding(
                    severity=result.severity,
                    record=result.focus_node.strip("<>"),
                    property=(result.path or "").strip("<>"),
                    value=result.value_plain or "",
                    message=result.message or result.component,
                )


def validate_quads(
    quads: BinaryIO, types: TypesOf, ontology: Ontology, base: str
) -> ValidationReport:
    """Validate N-Quads text as graphkit writes it; findings sorted, violations first."""
    validator = Validator(ontology, base)
    report = ValidationReport()
    for batch in validator.batches(quads):
        for finding in validator.check(batch, types):
            report.add(finding)
    order = {"Violation": 0, "Warning": 1}
    report.findings.sort(key=lambda f: (order.get(f.severity, 2), f))
    return report
