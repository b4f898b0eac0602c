"""Judging statements against the shapes, one piece of whole things after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from graphkit.errors import GraphkitError
from graphkit.ontology import Ontology
from graphkit.store import line_chunks
from graphkit.validation.classes import TypesOf, dependent_classes, typed_things
from graphkit.validation.report import Finding, ValidationReport
from graphkit.vocabulary import RDF_TYPE, SHAPES_FILE, ontology_folder

BATCH_BYTES = 48 << 20


class Validator:
    """Compiled shapes, ready for batches of N-Quads text."""

    def __init__(self, ontology: Ontology, base: str, folder: Path | None = None) -> None:
        import shacl

        path = (folder or ontology_folder()) / SHAPES_FILE
        self._shapes = shacl.Shapes.from_file(str(path))
        if not len(self._shapes):
            raise GraphkitError(f"{path}: no shapes in it", hint="reinstall graphkit")
        self._reference = re.compile(
            rb"> (<" + re.escape(base.encode()) + rb"(?:id|graph)/[^>\n]+>) <"
        )
        self._dependent = dependent_classes(ontology)
        self._type_iri = f"<{RDF_TYPE}>".encode()

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
                for position, _, kind in typed_things(block, offset)
                if kind not in self._dependent
            ]
            if starts and (offset == 0 or len(starts) > 1):
                return starts[-1]
            if offset == 0:
                return 0
            size *= 8

    def check(self, batch: bytes, types: TypesOf) -> Iterator[Finding]:
        """Findings on one batch. `types` tells the classes of things in other batches."""
        own = {thing for _, thing, _ in typed_things(batch)}
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
    report.sort()
    return report
