"""The difference of two snapshots as a patch that RDF tools apply.

SPARQL Update goes into any store (`DELETE DATA`, `INSERT DATA`, by named graph); RDF Patch is
the shorter form of Apache Jena. Applied to all statements of the old snapshot, either
gives those of the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from graphkit.batching import batches
from graphkit.changes.statements import StatementDifference
from graphkit.errors import UsageError
from graphkit.progress import Progress, silent
from graphkit.snapshot import Snapshot

_AT_ONCE = 2_000
"""Statements in one operation: stores parse an operation whole."""


def sparql_update(old: Snapshot, new: Snapshot, progress: Progress = silent) -> Iterator[str]:
    """A request of SPARQL 1.1 Update, in pieces of text."""
    with StatementDifference(old.quads, new.quads, progress) as difference:
        yield from _about("#", old, new, difference)
        operations = (
            (f"{verb} DATA", some)
            for verb, lines in (
                ("DELETE", difference.deletions()),
                ("INSERT", difference.insertions()),
            )
            for some in batches(lines, _AT_ONCE)
        )
        separator = ""
        for verb, lines in operations:
            yield separator
            yield from _operation(verb, lines)
            separator = " ;\n"
        yield "\n" if separator else ""


def _operation(verb: str, lines: Iterable[bytes]) -> Iterator[str]:
    yield f"{verb} {{\n"
    for graph, group in groupby(sorted(map(_parts, lines)), key=lambda one: one[0]):
        yield f"  GRAPH {graph} {{\n"
        for _, statement in group:
            yield f"    {statement} .\n"
        yield "  }\n"
    yield "}"


def rdf_patch(old: Snapshot, new: Snapshot, progress: Progress = silent) -> Iterator[str]:
    """An RDF Patch: a transaction of deletions and additions, in pieces of text.

    Its id is the hash of the new snapshot's statements, `prev` that of the old one's.
    """
    with StatementDifference(old.quads, new.quads, progress) as difference:
        yield from _about("#", old, new, difference)
        yield f"H id <urn:sha256:{new.manifest.quads_sha256}> .\n"
        yield f"H prev <urn:sha256:{old.manifest.quads_sha256}> .\nTX .\n"
        for letter, lines in (
            ("D", difference.deletions()),
            ("A", difference.insertions()),
        ):
            for line in lines:
                _parts(line)
                yield f"{letter} {line.decode()}"
        yield "TC .\n"


def _about(
    mark: str, old: Snapshot, new: Snapshot, difference: StatementDifference
) -> Iterator[str]:
    yield f"{mark} From snapshot {old.manifest.id} to {new.manifest.id}:\n"
    yield (f"{mark} {difference.deleted:,} statements deleted, {difference.inserted:,} inserted.\n")


def _parts(line: bytes) -> tuple[str, str]:
    """Named graph and statement of a line. Raises UsageError for what no patch can name."""
    text = line.decode()
    at = text.rfind(" <", 0, -3)
    if text.startswith("_:") or " _:" in text[: text.find(' "')] or at < 0:
        raise UsageError(
            f"a statement has a blank node or no named graph: {text[:200].strip()}",
            hint="such a snapshot was not built by graphkit; a patch cannot name it",
        )
    return text[at + 1 : -3], text[:at]
