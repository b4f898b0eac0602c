"""Answers of language models, kept in one SQLite file by what was asked.

Each answer is committed when it arrives, so that a run broken off at any moment loses none.
Several processes may use one file at once. Neither keys of questions and projects nor the
server's address are in it, only hashes and the models' words.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphkit.errors import UsageError
from graphkit.relevance.language_model.prompt import Pair

APPLICATION = 0x676B4C4D  # "gkLM", in the header of the file
BUSY_SECONDS = 30.0
"""How long a process waits for another one that is writing."""
_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    asked BLOB PRIMARY KEY, model TEXT NOT NULL, answer TEXT NOT NULL, answered INTEGER NOT NULL
) WITHOUT ROWID
"""


def answer_key(pair: Pair, model: str, version: str) -> bytes:
    """The SHA-256 of what decides an answer: model, prompt version and all texts given.

    >>> pair = Pair("1", "Why is pay low?", (("pay", "pay"),), "P", "Pay in Wales", None)
    >>> answer_key(pair, "m", "1") == answer_key(pair, "n", "1")
    False
    """
    labels = [label for _, label in pair.aspects]
    asked = [model, version, pair.question_text, labels, *(text for _, text in pair.fields)]
    return hashlib.sha256(json.dumps(asked).encode("ascii")).digest()


class AnswerCache:
    """The answers in one file, created where it is missing; safe to use from several threads.

    Raises UsageError where the file is damaged, something else, or cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = AnswerCache(Path(folder) / "answers.sqlite")
    ...     cache.put(b"key", "model", "words")
    ...     found = cache.get(b"key"), cache.get(b"other")
    ...     cache.close()
    >>> found
    ('words', None)
    """

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{path.parent}: cannot be made: {error.strerror}") from None
        with self._failures():
            self._database = sqlite3.connect(
                path, timeout=busy_seconds, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(self._database, busy_seconds)
            except BaseException:
                self._database.close()
                raise

    def _prepare(self, database: sqlite3.Connection, busy_seconds: float) -> None:
        application = database.execute("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION and (
            application or database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        ):
            self._check_set_up_meanwhile(database)
        _in_wal(database, busy_seconds)
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("BEGIN IMMEDIATE")
        database.execute(f"PRAGMA application_id = {APPLICATION}")
        database.execute(_TABLE)
        database.execute("COMMIT")
        database.execute("SELECT asked, model, answer, answered FROM answers LIMIT 1").fetchone()

    def _check_set_up_meanwhile(self, database: sqlite3.Connection) -> None:
        """Another process may have set the file up between two looks at it."""
        if database.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            raise UsageError(
                f"{self.path}: is a database of another program", hint="name another file"
            )

    def get(self, key: bytes) -> str | None:
        """The answer kept under a key."""
        with self._lock, self._failures():
            if self._database is None:
                return None
            row = self._database.execute(
                "SELECT answer FROM answers WHERE asked = ?", (key,)
            ).fetchone()
            return row[0] if row and isinstance(row[0], str) else None

    def put(self, key: bytes, model: str, answer: str) -> None:
        """Keep an answer for good; the last one under a key counts. Nothing once it is closed."""
        row = (key, _storable(model), _storable(answer), int(time.time()))
        with self._lock, self._failures():
            if self._database is not None:
                self._database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", row)

    def close(self) -> None:
        """Close the file; what was put is in it."""
        with self._lock, self._failures():
            if self._database is not None:
                self._database.close()
                self._database = None

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            reason = str(error)
            if "locked" in reason:
                hint = "another process is writing to it; wait for it, or name another file"
            elif "no such column" in reason:
                hint = "it is of another version of graphkit; delete it or name another file"
            else:
                hint = "see that there is space and that it may be written, or name another file"
            raise UsageError(f"{self.path}: cannot be used: {reason}", hint=hint) from None
        except sqlite3.DatabaseError as error:
            raise UsageError(
                f"{self.path}: is damaged or no cache of answers ({error})",
                hint="delete it, and its answers are asked for anew, or name another file",
            ) from None


def _in_wal(database: sqlite3.Connection, busy_seconds: float) -> None:
    """Write ahead: readers do not wait. SQLite does not wait for the lock that this takes."""
    until = time.monotonic() + busy_seconds
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _storable(text: str) -> str:
    """Without the lone surrogates that JSON can bring and no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
