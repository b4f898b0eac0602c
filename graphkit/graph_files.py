"""A snapshot's quads cut by named graph: a file for each graph.

The file of all quads is a snapshot's canonical form: the store writes some numbers differently.
So the files are cut out of it, as text, in one pass for all graphs: the pass over the whole file
is what costs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from isal import igzip

from graphkit.gzipped import open_gzip
from graphkit.store import line_chunks

BLOCK = 8 << 20
"""Bytes of quads that are looked at in one go."""
_HELD = 2 << 20
"""Bytes of a graph that are held before they are compressed as one member of its file."""
_HELD_IN_ALL = 64 << 20
"""Bytes of all graphs together that are held: bounds the memory, however many graphs there are."""
LEVEL = 1
"""How hard the files are compressed: the quickest way."""


def cut_by_graph(quads: Path, files: Mapping[str, Path], *, catalogue: str = "") -> None:
    """Write the lines of each graph, N-Quads compressed with gzip, to a file of its own.

    `files` are the files' paths by the IRIs of all graphs there are; a graph without lines gets
    none. With `catalogue`, the IRI of a graph, statements in that one on another graph stand in
    the other's file, too. Raises KeyError for a graph that `files` lacks.
    """
    targets = {f"<{iri}>".encode(): path for iri, path in files.items()}
    catalogue_bytes = f"<{catalogue}>".encode()
    held: defaultdict[bytes, list[bytes]] = defaultdict(list)
    sizes: defaultdict[bytes, int] = defaultdict(int)

    def put(graph: bytes) -> None:
        with targets[graph].open("ab") as file:
            file.write(igzip.compress(b"".join(held.pop(graph)), LEVEL, mtime=0))
        del sizes[graph]

    with open_gzip(quads) as stream:
        for chunk in line_chunks(stream, BLOCK):
            for line in chunk.splitlines(keepends=True):
                graph = line[line.rindex(b"<") : -3]
                held[graph].append(line)
                sizes[graph] += len(line)
                if graph == catalogue_bytes and (about := line[: line.index(b" ")]) in targets:
                    held[about].append(line)
                    sizes[about] += len(line)
            most = _HELD if sum(sizes.values()) <= _HELD_IN_ALL else 0
            for graph in [one for one in held if sizes[one] > most]:
                put(graph)
    for graph in list(held):
        put(graph)
