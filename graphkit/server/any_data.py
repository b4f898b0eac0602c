"""An RDF file of any kind as a data set to serve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from graphkit.errors import InputError
from graphkit.gzipped import open_gzip
from graphkit.rdf.writer import file_sha256

_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
    ".n3": ox.RdfFormat.N3,
}


@dataclass(frozen=True)
class LoadedFile:
    """A file in a store."""

    name: str
    folder: Path


def load(path: Path, folder: Path, say: Callable[[str], object]) -> LoadedFile:
    """Load a file into a new store in `folder`. Raises InputError where it cannot be read."""
    name = path.name.lower()
    compressed = name.endswith(".gz")
    suffix = Path(name.removesuffix(".gz")).suffix
    if suffix not in _FORMATS:
        raise InputError(
            f"{path}: the extension tells no RDF format", hint=f"known: {', '.join(_FORMATS)}"
        )
    target = folder / "store"
    store = ox.Store(str(target))
    try:
        with open_gzip(path) if compressed else path.open("rb") as stream:
            # Told where it is, so that relative addresses in it have something to stand on.
            store.bulk_load(
                input=cast("IO[bytes]", stream),
                format=_FORMATS[suffix],
                base_iri=path.resolve().as_uri(),
            )
    except SyntaxError as error:
        raise InputError(f"{path}: cannot be read: {error}") from None
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None
    if not len(store):
        raise InputError(f"{path}: holds no statement")
    store.flush()
    say(f"{path}: {len(store):,} statements loaded")
    return LoadedFile(f"{path.name}-{file_sha256(path)[:8]}", target)
