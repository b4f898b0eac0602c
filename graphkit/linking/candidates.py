"""The candidates of every question, kept in the snapshot as a Parquet file.

They are what evaluation measures and what `--show-candidates` lists: the hundred best grants
of each question, whether they passed or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from graphkit.errors import SnapshotError

FILE = "candidates.parquet"


class CandidateRow(NamedTuple):
    """A question and a project that was found for it. `rank` counts from 1."""

    question: str
    project: str
    rank: int
    score: float
    passed: bool


def write_candidates(folder: Path, rows: Sequence[CandidateRow]) -> None:
    """Write the file into the folder of a snapshot. The same rows give the same bytes."""
    import pyarrow
    import pyarrow.parquet

    kinds = [
        ("question", pyarrow.string()),
        ("project", pyarrow.string()),
        ("rank", pyarrow.int16()),
        ("score", pyarrow.float32()),
        ("passed", pyarrow.bool_()),
    ]
    columns = zip(*rows, strict=True) if rows else ((),) * len(kinds)
    arrays = [
        pyarrow.array(list(column), kind) for column, (_, kind) in zip(columns, kinds, strict=True)
    ]
    table = pyarrow.Table.from_arrays(arrays, names=[name for name, _ in kinds])
    pyarrow.parquet.write_table(table, folder / FILE, compression="zstd")


def read_candidates(folder: Path, question: str | None = None) -> Iterator[CandidateRow]:
    """The candidates of a snapshot, or of one question, by question and rank."""
    import pyarrow
    import pyarrow.parquet

    path = folder / FILE
    if not path.is_file():
        raise SnapshotError(
            f"{folder.name}: this snapshot has no candidates",
            hint="compute them: `graphkit link`",
        )
    try:
        chosen: Any = [("question", "=", question)] if question is not None else None
        table = pyarrow.parquet.read_table(path, filters=chosen)
        columns = [table.column(name).to_pylist() for name in CandidateRow._fields]
    except (OSError, KeyError, pyarrow.ArrowException) as error:
        raise SnapshotError(
            f"{path}: cannot be read: {error}", hint="compute it again: `graphkit link`"
        ) from None
    for row in zip(*columns, strict=True):
        yield CandidateRow(*row)
