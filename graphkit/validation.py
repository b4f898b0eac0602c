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
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from graphkit.errors import GraphkitError
from graphkit.ontology import Ontology, ontology_folder
from graphkit.store import GraphStore, line_chunks

BATCH_BYTES = 48 << 20
MAX_FINDINGS = 10_000
"""Findings kept in detail; beyond that they are only counted."""

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_TYPE_LINE = re.compile(rb"^(<[^>\n]+>) <" + _RDF_TYPE.encode() + rb"> (<[^>\n]+>) ", re.MULTILINE)
_GRAPH = re.compile(rb" <[^<>\n]*> \.\n")
# Things that are always written together with the one they belong to.
_DEPENDENT = ("gk:Award", "gk:Participation", "schema:MonetaryAmount", "schema:PostalAddress")
_KNOWN_LIMIT = 1_000_000


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
        self._reference = re.compile(rb"> (<" + re.escape(base.encode()) + rb"(?:id|graph)/[^>\n]+>) <")
        dependent = {f"<{ontology.iri(curie)}>".encode() for curie in _DEPENDENT}
        self._dependent = dependent
        self._type_iri = f"<{_RDF_TYPE}>".encode()
        self._known: dict[bytes, bytes] = {}

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
                offset + match.start()
                for match in _TYPE_LINE.finditer(block, offset)
                if match.group(2) not in self._dependent
            ]
            if starts and (offset == 0 or len(starts) > 1):
                return starts[-1]
            if offset == 0:
                return 0
            size *= 8

    def check(self, batch: bytes, store: GraphStore | None) -> Iterable[Finding]:
        """Findings on one batch. `store` tells the classes of things in other batches."""
        own = {match.group(1): match.group(2) for match in _TYPE_LINE.finditer(batch)}
        references = set(self._reference.findall(batch)) - own.keys()
        lines = [_GRAPH.sub(b" .\n", batch)]
        for reference in sorted(references):
            kind = self._known.get(reference)
            if kind is None and store is not None:
                kind = b" ".join(
                    f"<{term.value}>".encode()
                    for term in store.objects(reference[1:-1].decode(), _RDF_TYPE)
                )
                self._remember(reference, kind)
            if kind:
                lines += [b"%s %s %s .\n" % (reference, self._type_iri, k) for k in kind.split()]
        for subject, kind in own.items():
            if kind not in self._dependent:
                self._remember(subject, kind)
        report = self._shapes.validate_text(b"".join(lines).decode("utf-8"), format="ntriples")
        for result in report.results:
            if result.focus_node.encode() not in references:
                yield Finding(
                    severity=result.severity,
                    record=result.focus_node.strip("<>"),
                    property=(result.path or "").strip("<>"),
                    value=result.value_plain or "",
                    message=result.message or result.component,
                )

    def _remember(self, subject: bytes, kind: bytes) -> None:
        if len(self._known) >= _KNOWN_LIMIT:
            self._known.clear()
        self._known[subject] = kind


def validate_quads(
    quads: BinaryIO, store: GraphStore | None, ontology: Ontology, base: str
) -> ValidationReport:
    """Validate N-Quads text as graphkit writes it; findings sorted, violations first."""
    validator = Validator(ontology, base)
    report = ValidationReport()
    for batch in validator.batches(quads):
        for finding in validator.check(batch, store):
            report.add(finding)
    order = {"Violation": 0, "Warning": 1}
    report.findings.sort(key=lambda f: (order.get(f.severity, 2), f))
    return report
