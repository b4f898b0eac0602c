"""The folder that a harvest fills: files as served, the manifest, and the notes on each walk.

    DIR/
      sources.json          the manifest that `graphkit build` reads
      <walk>/00001.json …   answers, byte for byte
      .fetching/            what build does not read
        <walk>.jsonl        the notes on a walk (see `journal`)
        *.under-way         what of a harvest in several walks is done
        refused/            answers that could not be used, to be looked at
        earlier/<walk>/     files of records that the source lists no more

A file is written beside its place and renamed, then noted: whatever moment a harvest ends at,
each file is whole, and what is noted is there.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from filelock import FileLock, Timeout

from graphkit.errors import UsageError
from graphkit.fetching.disk import DiskError, replace_whole, set_time, writing
from graphkit.fetching.journal import Got, Journal
from graphkit.loaders.registry import ORIGINS, Origin
from graphkit.loaders.sources import MANIFEST_NAME

NOTES = ".fetching"
_MANY = 2_000
"""A manifest of more files leaves out what a build knows of their formats."""
_UNKNOWN = Origin("", None, None, None)
STALE = 7 * 24 * 3600.0
"""What was left unfinished for so many seconds is begun anew."""
_BETWEEN_MANIFESTS = 30.0
"""Seconds after which a harvest writes the manifest meanwhile, for one that is killed."""
_PART_FOR_MANIFESTS = 0.05
"""The part of a harvest's time that writing it meanwhile may take, where it is long."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")


class HarvestFolder:
    """A folder under harvest; to be used as a context, one harvest at a time.

    Leaving the context writes the manifest. Raises UsageError where another harvest is at work.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._notes = path / NOTES
        self._journals: dict[str, Journal] = {}
        self._tell_at = time.monotonic() + _BETWEEN_MANIFESTS
        self.finished: set[str] = set()
        """Walks of the harvest under way that need not be gone over again."""
        self._under_way: Path | None = None
        self._lock = FileLock(str(self._notes / "lock"), timeout=0)

    def __enter__(self) -> HarvestFolder:
        if self.path.exists() and not self.path.is_dir():
            raise UsageError(f"{self.path}: is no folder", hint="name a folder with -o")
        if not self._notes.is_dir() and self.path.is_dir() and any(self.path.iterdir()):
            raise UsageError(
                f"{self.path}: holds files that no fetch has put there, and might replace",
                hint="name a new folder with -o",
            )
        with writing(self._notes):
            self._notes.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire()
            except Timeout:
                raise UsageError(
                    f"{self.path}: another fetch is at work in this folder",
                    hint="wait for it, or name another folder with -o",
                ) from None
        try:
            return self.read()
        except BaseException:
            self._lock.release()
            raise

    def read(self) -> HarvestFolder:
        """Read the notes, for one who only looks: writes nothing, and needs no context."""
        for path in sorted(self._notes.glob("*.jsonl")):
            if _NAME.fullmatch(path.stem):
                self._journals[path.stem] = Journal(path)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            try:
                self.write_manifest()
            finally:
                for journal in self._journals.values():
                    journal.close()
        except DiskError:
            if error is None:  # else what happened first is what to tell
                raise
        finally:
            self._lock.release()

    def journal(self, walk: str) -> Journal:
        """The notes on a walk. What they say is there and no longer is as it was is forgotten."""
        journal = self._journals.get(safe(walk))
        if journal is None:
            journal = self._journals[walk] = Journal(self._notes / f"{walk}.jsonl")
        for known in (journal.got, journal.earlier):
            for address, got in list(known.items()):
                if got.file and not self._holds(got):
                    del known[address]
        return journal

    def store(self, walk: str, name: str, body: bytes, retrieved: str) -> tuple[str, str]:
        """Keep an answer: its file, as the manifest names it, and its SHA-256."""
        file = f"{safe(walk)}/{safe(name)}"
        replace_whole(self.path / file, [body], moment=retrieved)
        if time.monotonic() > self._tell_at:
            self.write_manifest()
        return file, hashlib.sha256(body).hexdigest()

    def adopt(self, walk: str, name: str, path: Path, retrieved: str) -> str:
        """Move a file that was written in `scratch` to its place."""
        file = f"{safe(walk)}/{safe(name)}"
        target = self.path / file
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            set_time(path, retrieved)
            path.replace(target)
        return file

    def scratch(self, name: str) -> Path:
        """A place for a file under way, out of a build's sight."""
        return self._notes / f"{safe(name)}.part"

    def refuse(self, walk: str, name: str, body: bytes) -> Path:
        """Keep an answer that could not be used where a person can look at it."""
        target = self._notes / "refused" / safe(walk) / safe(name)
        replace_whole(target, [body[: 16 << 20]])
        return target

    def put_aside(self, got: Got, walk: str) -> None:
        """Take a file out of a build's sight: its records are listed no more, or elsewhere."""
        self._aside(self._place(got.file), walk)

    def open_harvest(self, key: str) -> None:
        """Begin a harvest, or go on with it where it was begun lately and not completed.

        `key` tells it from others: what it fetches, and from where.
        """
        name = hashlib.sha256(key.encode()).hexdigest()[:16]
        self._under_way = self._notes / f"{name}.under-way"
        try:
            lately = time.time() - self._under_way.stat().st_mtime < STALE
            lines = self._under_way.read_text("utf-8").splitlines() if lately else []
        except (OSError, UnicodeDecodeError):
            lines = []
        self.finished = set(lines)

    def finish(self, walk: str) -> None:
        """Note that a walk of the harvest is done."""
        self.finished.add(walk)
        if self._under_way is not None:
            lines = "".join(f"{name}\n" for name in sorted(self.finished))
            replace_whole(self._under_way, [lines.encode()])

    def close_harvest(self) -> None:
        """Note that all of the harvest is done: the next one asks anew."""
        if self._under_way is not None:
            self._under_way.unlink(missing_ok=True)

    def files(self, walk: str) -> list[Path]:
        """The files of the round of a walk that is under way or complete, sorted."""
        return sorted(self._place(got.file) for got in self.journal(walk).got.values() if got.file)

    def clear(self, walk: str, files: set[str]) -> None:
        """Put aside all files of a walk but these, which hold what its source lists now."""
        for path in sorted((self.path / safe(walk)).glob("*")):
            if path.is_file() and f"{walk}/{path.name}" not in files:
                self._aside(path, walk)

    def beside(self, file: str, attempt: int) -> str:
        """Rename a file so that the next answer for its address does not replace it."""
        path = self._place(file)
        target = path.with_name(f"{path.stem}-{attempt}{path.suffix}")
        path.replace(target)
        return f"{file.partition('/')[0]}/{target.name}"

    def _aside(self, path: Path, walk: str) -> None:
        if path.is_file():
            target = self._notes / "earlier" / safe(walk) / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)

    def write_manifest(self) -> None:
        """Write what `graphkit build` reads: for each file its address, time, hash and licence."""
        started = time.monotonic()
        if self._files() or (self.path / MANIFEST_NAME).exists():
            replace_whole(self.path / MANIFEST_NAME, self._manifest())
        now = time.monotonic()
        self._tell_at = now + max(_BETWEEN_MANIFESTS, (now - started) / _PART_FOR_MANIFESTS)

    def _files(self) -> dict[str, tuple[Journal, Got]]:
        """What is noted of each file that is there, by its name."""
        return {
            got.file: (journal, got)
            for journal in self._journals.values()
            if journal.begun is not None
            for got in journal.entries()
            if self._place(got.file).is_file()
        }

    def _manifest(self) -> Iterator[bytes]:
        """The manifest's text in pieces, an entry to a line where there are many."""
        files = self._files()
        many = len(files) > _MANY
        open_walks = sorted(name for name, notes in self._journals.items() if notes.under_way)
        head: dict[str, Any] = {"complete": not open_walks, "under_way": open_walks, "sources": []}
        if not many:
            head["sources"] = [_entry(*files[file], many=False) for file in sorted(files)]
            yield json.dumps(head, ensure_ascii=False, indent=1).encode() + b"\n"
            return
        yield json.dumps(head, ensure_ascii=False).encode().removesuffix(b"]}")
        separator = b"\n"
        for file in sorted(files):
            entry = json.dumps(_entry(*files[file], many=True), ensure_ascii=False)
            yield separator + entry.encode()
            separator = b",\n"
        yield b"\n]}\n"

    def _holds(self, got: Got) -> bool:
        """Whether a noted file is there as it was stored."""
        path = self._place(got.file)
        try:
            if path.stat().st_size != got.bytes:
                return False
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == got.sha256
        except OSError:
            return False

    def _place(self, file: str) -> Path:
        walk, _, name = file.partition("/")
        return self.path / safe(walk) / safe(name)


def _entry(journal: Journal, got: Got, *, many: bool) -> dict[str, Any]:
    """A file's entry; of many it leaves out what a build knows of their format."""
    assert journal.begun is not None
    origin = (ORIGINS.get(journal.begun.format) if not many else None) or _UNKNOWN
    licence = (ORIGINS.get(journal.begun.format) or _UNKNOWN).licence
    entry = {
        "file": got.file,
        "title": journal.begun.title,
        "publisher": origin.publisher,
        "address": got.address,
        "retrieved": got.retrieved,
        "licence": licence,
        "attribution": origin.attribution,
        "note": got.note or None,
        "checked": got.checked if got.checked != got.retrieved else None,
        "status": got.status,
        "sha256": got.sha256,
        "bytes": got.bytes,
    }
    return {name: value for name, value in entry.items() if value}


def safe(name: str) -> str:
    """A name as a file may have it: no path, nothing hidden. Raises UsageError for another.

    >>> safe("question-16604.html")
    'question-16604.html'
    """
    if not _NAME.fullmatch(name) or ".." in name:
        raise UsageError(f"{name[:80]!r} is not usable as the name of a file")
    return name
