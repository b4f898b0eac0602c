"""N-Quads: every statement on a line of its own, with its named graph.

For the whole graph it is the snapshot's own file, after some lines on the export itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from isal import igzip

from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.rdf_about import about_lines
from graphkit.export.rdf_statements import blocks, losses, snapshot_chunks

_MEMBER_BYTES = 4 << 20
"""How much is compressed as one member of a gzip file."""
_LEVEL = 1


def write(export: Export, output: Output) -> None:
    """Write it; compressed where the file is named so."""
    out = output.binary()
    if not output.target.lower().endswith(".gz"):
        for chunk in _chunks(export):
            out.write(chunk)
        return
    if export.subgraph.is_whole:
        for _ in snapshot_chunks(export.subgraph.snapshot.quads):
            pass  # the file is copied as it is: damage would go along unseen
        out.write(_member("".join(about_lines(export)).encode()))
        with export.subgraph.snapshot.quads.open("rb") as quads:
            shutil.copyfileobj(quads, out, _MEMBER_BYTES)
        return
    held = bytearray()
    for chunk in _chunks(export):
        held += chunk
        if len(held) >= _MEMBER_BYTES:
            out.write(_member(bytes(held)))
            held.clear()
    out.write(_member(bytes(held)))


def _member(data: bytes) -> bytes:
    return bytes(igzip.compress(data, _LEVEL, mtime=0))


def _chunks(export: Export) -> Iterator[bytes]:
    yield "".join(about_lines(export)).encode()
    if export.subgraph.is_whole:
        yield from snapshot_chunks(export.subgraph.snapshot.quads)
        return
    for lines in blocks(export.subgraph):
        yield ("\n".join(lines) + "\n").encode()


FORMAT = Format("nquads", "N-Quads", ("nq", "nq.gz"), write, losses)
