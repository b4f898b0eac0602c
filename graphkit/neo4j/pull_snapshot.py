"""The database back as a snapshot, on which every command of graphkit works.

The order of the statements, and so the hash of the file, is another than that of
the build: it follows what things are called. What a build says beyond its
statements (refused records, unknown fields, names of files) no database has.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec

from graphkit import __version__
from graphkit.errors import FaultsFoundError, SnapshotError
from graphkit.gzipped import open_gzip
from graphkit.neo4j.connection import Connection
from graphkit.neo4j.line_sort import LineSorter
from graphkit.neo4j.pull import Origin, Pulled, statements
from graphkit.neo4j.reading import FoundNode
from graphkit.progress import Progress, silent
from graphkit.property_graph.elements import Value
from graphkit.property_graph.schema import IRI, NodeType
from graphkit.rdf.writer import QuadWriter, file_sha256
from graphkit.search import build_index
from graphkit.snapshot import (
    QUADS,
    REJECTS,
    REPORT,
    SEARCH,
    STORE,
    Building,
    Manifest,
    Snapshot,
    SourceEntry,
)
from graphkit.store import GraphStore, build_store
from graphkit.validation import ValidationReport, stored_types, validate_quads
from graphkit.vocabulary import RDF_TYPE, expand

_FIRST, _OWN, _PART = "0", "1", "2"
_TYPE = f"> <{RDF_TYPE}> "


def pull_snapshot(
    connection: Connection,
    origin: Origin,
    folder: Path,
    *,
    keep: int = 3,
    allow_invalid: bool = False,
    progress: Progress = silent,
) -> tuple[Snapshot, Pulled]:
    """Make a snapshot of what the database holds and put it in use, all at once or not at all.

    Raises FaultsFoundError for violations of the shapes, unless `allow_invalid`.
    """
    pulled = Pulled()
    sources: dict[str, SourceEntry] = {}
    kind = origin.schema.by_class[origin.ontology.iri("gk:Source")]

    def note_source(found: FoundNode) -> None:
        if found.label == kind.label and isinstance(found.properties.get(IRI), str):
            entry = source_entry(kind, found.properties)
            sources[entry.graph] = entry

    seconds: dict[str, float] = {}
    started = time.perf_counter()
    try:
        with Building(folder) as building:
            work = building.folder / "work"
            work.mkdir()
            sorter = LineSorter(work)
            found = statements(connection, origin, pulled, progress, note_source)
            sorter.add(_record(owner, line).encode() for owner, line in found)
            seconds["reading the database"] = _since(started)
            progress("writing", 0)
            quads = building.folder / QUADS
            with QuadWriter(quads) as writer:
                writer.add(list(origin.own_lines()))
                for record in sorter.merged():
                    writer.add([record.decode().rpartition("\0")[2]])
            for path in work.iterdir():
                path.unlink()
            work.rmdir()
            pulled.statements = writer.quads
            progress("loading and validating", 0)
            validation = _load_and_validate(building.folder, origin)
            if validation.violations and not allow_invalid:
                raise FaultsFoundError(
                    f"{validation.summary}; nothing was published",
                    hint="mend it by `graphkit neo4j sync --full`, or add --allow-invalid",
                )
            (building.folder / REJECTS).write_bytes(b"")
            report = _report(connection, origin, pulled, validation)
            (building.folder / REPORT).write_bytes(msgspec.json.format(msgspec.json.encode(report)))
            seconds["all"] = _since(started)
            digest = file_sha256(quads)
            manifest = Manifest(
                id=building.identifier(digest),
                created=building.created,
                graphkit=__version__,
                ontology=origin.ontology.version,
                base=origin.base,
                quads=writer.quads,
                quads_sha256=digest,
                classes=dict(sorted(pulled.nodes.items())),
                sources=[sources[graph] for graph in sorted(sources)],
                rejects=0,
                warnings=validation.counts["Warning"],
                violations=validation.violations,
                seconds=seconds,
            )
            return building.publish(manifest, keep), pulled
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise SnapshotError(f"{where}{error.strerror or error}; nothing was published") from error


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 2)


def _record(owner: str, line: str) -> str:
    """A line with what puts it in its place: things by their key, their class before all else.

    So what stands together in a build does so here: an award has the key of its project, and
    validation may cut the file before any thing.
    """
    key = owner.rpartition("/")[2]
    own = line.startswith(f"<{owner}> ")
    place = (_FIRST if line.startswith(_TYPE, len(owner) + 1) else _OWN) if own else _PART
    return f"{key}\0{owner}\0{place}\0{line}"


def _load_and_validate(folder: Path, origin: Origin) -> ValidationReport:
    """Make the store and the index, then check the shapes by the classes that the store tells."""
    with open_gzip(folder / QUADS) as stream:
        build_store(stream, folder / STORE)
    store = GraphStore(folder / STORE)
    build_index(store, origin.ontology, origin.base, folder / SEARCH)
    types = stored_types(store)
    with open_gzip(folder / QUADS) as stream:
        return validate_quads(stream, types, origin.ontology, origin.base)


def source_entry(kind: NodeType, properties: dict[str, Value]) -> SourceEntry:
    """A source as manifests list it, from its node; its file and rejects are not known."""

    def text(term: str) -> str | None:
        value = properties.get(kind.keys[expand(term)].name)
        value = value[0] if isinstance(value, list) and value else value
        return None if value is None or value == [] else str(value)

    def number(term: str) -> int:
        value = properties.get(kind.keys[expand(term)].name)
        return value if isinstance(value, int) else 0

    form, title = text("dct:format") or "", text("dct:title")
    return SourceEntry(
        graph=str(properties[IRI]),
        file="",
        format=form,
        title=None if title == form else title,
        publisher=text("gk:publisherName"),
        address=text("dct:source"),
        licence=text("dct:license"),
        attribution=text("gk:attribution"),
        retrieved=text("prov:generatedAtTime"),
        sha256=text("gk:sha256") or "",
        bytes=number("dcat:byteSize"),
        records=number("gk:recordCount"),
        rejects=0,
        note=text("rdfs:comment"),
    )


def _report(
    connection: Connection, origin: Origin, pulled: Pulled, validation: ValidationReport
) -> dict[str, Any]:
    """What `graphkit info` asks for; a database does not know what its build refused."""
    marker = origin.marker
    return {
        "pulled": {
            "server": connection.settings.address,
            "database": connection.database,
            "snapshot": marker.snapshot if marker else None,
            "nodes": sum(pulled.nodes.values()),
            "relationships": sum(pulled.relationships.values()),
            "left_out": pulled.left_out,
            "unknown": ["rejects", "drift", "warnings", "skipped", "conflicts", "files of sources"],
        },
        "skipped": [],
        "drift": {},
        "warnings": {},
        "conflicting_fields": {},
        "place_conflicts": [],
        "counts": {},
        "validation": validation.as_report(),
    }
