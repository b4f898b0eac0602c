"""Vectors that were computed before, by text and encoder.

One SQLite file for each encoder, named by its digest, in the folder for caches. Batches are
written as they are computed, so work that is interrupted is done again only from the last
batch on. Vectors are kept in sixteen bits a number; what a run computes is rounded in the
same way before it is used, so that a first and a second run give the same answers.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock

from graphkit.batching import batches
from graphkit.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Halves = NDArray[np.float16]

BATCH = 512
"""Texts that are encoded and written at a time."""
_KEYS_AT_A_TIME = 500
_KEY = 16
"""Bytes of a hash that name a text."""


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:_KEY]


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
            # Two runs may both find no file: who makes it must be settled before either looks.
            with FileLock(self.path.with_suffix(".lock")):
                self._open()
        except (OSError, sqlite3.Error) as error:
            raise self._damaged(error) from None

    def _open(self) -> None:
        self._database = sqlite3.connect(self.path, timeout=60)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute("CREATE TABLE IF NOT EXISTS about (name TEXT, value TEXT)")
        for table in (
            "vectors (key BLOB PRIMARY KEY, vector",
            "documents (key BLOB PRIMARY KEY, parts",
        ):
            self._database.execute(
                f"CREATE TABLE IF NOT EXISTS {table} BLOB NOT NULL) WITHOUT ROWID"
            )
        self._check()

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
        keys = [_digest(text) for text in texts]
        return self._vectors(keys, dict(zip(keys, texts, strict=True)), progress)

    def encode_parts(
        self,
        documents: Sequence[str],
        split: Callable[[int], list[str]],
        recipe: str,
        progress: Callable[[int], object] = lambda done: None,
    ) -> tuple[Halves, list[int]]:
        """Vectors of the parts of documents, one after another, and how many parts each has.

        `split` gives the parts of a document by its number, and is asked only for documents
        that were not met before; `recipe` names the way it splits, for the cache.
        """
        names = [_digest(f"{recipe}\n{document}") for document in documents]
        known = self._parts(names)
        texts: dict[bytes, str] = {}
        new: dict[bytes, bytes] = {}
        for number, name in enumerate(names):
            if name not in known:
                parts = split(number)
                keys = [_digest(part) for part in parts]
                texts.update(zip(keys, parts, strict=True))
                known[name] = new[name] = b"".join(keys)
        keys = [
            known[name][start : start + _KEY]
            for name in names
            for start in range(0, len(known[name]), _KEY)
        ]
        vectors = self._vectors(keys, texts, progress)
        self._write("documents (key, parts)", list(new.items()))
        return vectors, [len(known[name]) // _KEY for name in names]

    def _parts(self, names: Sequence[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        for key, parts in self._rows("SELECT key, parts FROM documents", dict.fromkeys(names)):
            if not parts or len(parts) % _KEY:
                raise self._damaged(ValueError("a document in it is not whole"))
            found[key] = parts
        return found

    def _vectors(
        self, keys: Sequence[bytes], texts: Mapping[bytes, str], progress: Callable[[int], object]
    ) -> Halves:
        import numpy as np

        places: dict[bytes, int] = {}
        for key in keys:
            places.setdefault(key, len(places))
        vectors = np.zeros((len(places), self.encoder.width), np.float16)
        have = self._read(places, vectors)
        if any(key not in texts for key in places.keys() - have):
            raise self._damaged(ValueError("vectors of a document in it are gone"))
        new = {key: texts[key] for key in places if key not in have}
        # Texts of like length run together fastest; ties keep one order for all machines.
        waiting = sorted(new.items(), key=lambda item: (len(item[1]), item[0]))
        left = len(waiting)
        for batch in batches(waiting, BATCH):
            progress(left)
            rows = self.encoder.encode([text for _, text in batch]).astype(np.float16)
            for (key, _), row in zip(batch, rows, strict=True):
                vectors[places[key]] = row
            self._write(
                "vectors (key, vector)",
                [(key, row.tobytes()) for (key, _), row in zip(batch, rows, strict=True)],
            )
            left -= len(batch)
        self.computed += len(waiting)
        return vectors[[places[key] for key in keys]]

    def _read(self, places: dict[bytes, int], vectors: Halves) -> set[bytes]:
        import numpy as np

        width = self.encoder.width
        have = set()
        for key, blob in self._rows("SELECT key, vector FROM vectors", places):
            row = np.frombuffer(blob, np.float16) if len(blob) == 2 * width else None
            if row is None or not np.isfinite(row).all():
                raise self._damaged(ValueError("a vector in it is not whole"))
            vectors[places[key]] = row
            have.add(key)
        return have

    def _rows(self, query: str, keys: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        try:
            for some in batches(keys, _KEYS_AT_A_TIME):
                marks = ",".join("?" * len(some))
                yield from self._database.execute(f"{query} WHERE key IN ({marks})", some)
        except sqlite3.Error as error:
            raise self._damaged(error) from None

    def _write(self, where: str, rows: list[tuple[bytes, bytes]]) -> None:
        try:
            with self._database:
                self._database.executemany(f"INSERT OR REPLACE INTO {where} VALUES (?, ?)", rows)
        except sqlite3.Error as error:
            raise self._damaged(error) from None

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> CachedEncoder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
