"""Vectors that were computed before, by text and encoder.

One SQLite file for each encoder, named by its digest, in the folder for caches. Batches are
written as they are computed, so work that is interrupted is done again only from the last
batch on. Vectors are kept in sixteen bits a number; what a run computes is rounded in the
same way before it is used, so that a first and a second run give the same answers.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from graphkit.batching import batches
from graphkit.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Halves = NDArray[np.float16]

BATCH = 512
"""Texts that are encoded and written at a time."""
_KEYS_AT_A_TIME = 500


class Encoder(Protocol):
    """What a cache needs of an encoder."""

    @property
    def name(self) -> str:
        """What a reader is told."""

    @property
    def digest(self) -> str:
        """Names the model and everything else on which its vectors depend."""

    @property
    def width(self) -> int:
        """Numbers in a vector."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length one: shape (texts, width)."""


class CachedEncoder:
    """An encoder that looks into its cache first. Usable as a context manager."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.encoder = encoder
        self.computed = 0
        """Texts that were not in the cache."""
        self.path = folder / f"vectors-{encoder.digest[:16]}.sqlite"
        try:
            self._database = sqlite3.connect(self.path, timeout=60)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.execute("CREATE TABLE IF NOT EXISTS about (name TEXT, value TEXT)")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
                " WITHOUT ROWID"
            )
            self._check()
        except sqlite3.Error as error:
            raise self._damaged(error) from None

    def _check(self) -> None:
        about = dict(self._database.execute("SELECT name, value FROM about"))
        expected = {"encoder": self.encoder.digest, "width": str(self.encoder.width)}
        if not about:
            with self._database:
                self._database.executemany("INSERT INTO about VALUES (?, ?)", expected.items())
        elif about != expected:
            raise InputError(
                f"{self.path}: holds vectors of another model (width {about.get('width')}, "
                f"{self.encoder.name} has {self.encoder.width})",
                hint="delete the file; its vectors are computed again",
            )

    def _damaged(self, error: Exception) -> InputError:
        return InputError(
            f"{self.path}: the cache of vectors cannot be used: {error}",
            hint="delete the file, or name another folder in GRAPHKIT_CACHE; "
            "its vectors are computed again",
        )

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], object] = lambda done: None
    ) -> Halves:
        """Vectors of texts, in their order: shape (texts, width), float16.

        The same text twice is encoded once. `progress` is told how many texts are left.
        """
        import numpy as np

        keys = [hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16] for text in texts]
        places: dict[bytes, int] = {}
        for key in keys:
            places.setdefault(key, len(places))
        vectors = np.zeros((len(places), self.encoder.width), np.float16)
        have = self._read(places, vectors)
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in have}
        # Texts of like length run together fastest; ties keep one order for all machines.
        waiting = sorted(new.items(), key=lambda item: (len(item[1]), item[0]))
        left = len(waiting)
        for batch in batches(waiting, BATCH):
            progress(left)
            rows = self.encoder.encode([text for _, text in batch]).astype(np.float16)
            for (key, _), row in zip(batch, rows, strict=True):
                vectors[places[key]] = row
            self._write([key for key, _ in batch], rows)
            left -= len(batch)
        self.computed += len(waiting)
        return vectors[[places[key] for key in keys]]

    def _read(self, places: dict[bytes, int], vectors: Halves) -> set[bytes]:
        import numpy as np

        width = self.encoder.width
        have = set()
        try:
            for keys in batches(places, _KEYS_AT_A_TIME):
                marks = ",".join("?" * len(keys))
                query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"
                for key, blob in self._database.execute(query, keys):
                    row = np.frombuffer(blob, np.float16)
                    if len(row) != width or not np.isfinite(row).all():
                        raise self._damaged(ValueError("a vector in it is not whole"))
                    vectors[places[key]] = row
                    have.add(key)
        except sqlite3.Error as error:
            raise self._damaged(error) from None
        return have

    def _write(self, keys: list[bytes], rows: Halves) -> None:
        try:
            with self._database:
                self._database.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(key, row.tobytes()) for key, row in zip(keys, rows, strict=True)],
                )
        except sqlite3.Error as error:
            raise self._damaged(error) from None

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> CachedEncoder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
