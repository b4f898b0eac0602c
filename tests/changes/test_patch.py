"""Patches, applied by other programs than ours."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.changes.patch import rdf_patch, sparql_update
from graphkit.changes.statements import StatementDifference
from graphkit.errors import UsageError
from graphkit.gzipped import open_gzip
from graphkit.rdf.writer import QuadWriter
from graphkit.snapshot import Snapshot


def store_of(snapshot: Snapshot) -> ox.Store:
    store = ox.Store()
    with open_gzip(snapshot.quads) as stream:
        store.bulk_load(stream, ox.RdfFormat.N_QUADS)
    return store


def test_a_sparql_update_makes_the_old_snapshot_into_the_new_one(
    old: Snapshot, new: Snapshot
) -> None:
    store = store_of(old)
    store.update("".join(sparql_update(old, new)))
    assert set(store) == set(store_of(new))


def test_an_rdf_patch_makes_the_old_snapshot_into_the_new_one(old: Snapshot, new: Snapshot) -> None:
    store = store_of(old)
    rows = "".join(rdf_patch(old, new)).split("\n")
    assert f"H id <urn:sha256:{new.manifest.quads_sha256}> ." in rows
    for letter, change in (("D", store.remove), ("A", store.add)):
        lines = "\n".join(row[2:] for row in rows if row.startswith(f"{letter} "))
        for quad in ox.parse(lines, ox.RdfFormat.N_QUADS):
            change(quad)
    assert set(store) == set(store_of(new))
    assert [row for row in rows if row[:2] in ("TX", "TC")] == ["TX .", "TC ."]


def test_the_patch_of_a_snapshot_to_itself_is_empty(new: Snapshot) -> None:
    text = "".join(sparql_update(new, new))
    assert all(line.startswith("#") for line in text.splitlines())
    ox.Store().update(text)


LINES = st.lists(
    st.tuples(st.integers(0, 9), st.text('ab"\\\n\u0085 .<>é🧪\r\t#', max_size=6)), max_size=30
)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(LINES, LINES)
def test_what_differs_is_what_only_one_side_has(
    tmp_path: Path, before: list[tuple[int, str]], after: list[tuple[int, str]]
) -> None:
    def written(name: str, rows: list[tuple[int, str]]) -> tuple[Path, list[bytes]]:
        lines = [
            f"{quad} .\n"
            for number, value in rows
            for quad in [ox.Quad(
                ox.NamedNode(f"http://x.org/{number}"), ox.NamedNode("http://x.org/p"),
                ox.Literal(value), ox.NamedNode(f"http://x.org/g{number % 3}"),
            )]
        ]  # fmt: skip
        with QuadWriter(tmp_path / name) as writer:
            writer.add(lines)
        return tmp_path / name, [line.encode() for line in lines]

    (old, old_lines), (new, new_lines) = written("old", before), written("new", after)
    with StatementDifference(old, new) as difference:
        assert set(difference.deletions()) == set(old_lines) - set(new_lines)
        assert set(difference.insertions()) == set(new_lines) - set(old_lines)
        assert difference.deleted == len(set(old_lines) - set(new_lines))


def test_a_blank_node_is_refused(tmp_path: Path, old: Snapshot) -> None:
    from graphkit.changes.patch import _parts

    with pytest.raises(UsageError, match="blank node"):
        _parts(b'_:b <http://x.org/p> "a" <http://x.org/g> .\n')
    with pytest.raises(UsageError, match="blank node"):
        _parts(b"<http://x.org/s> <http://x.org/p> _:b <http://x.org/g> .\n")
