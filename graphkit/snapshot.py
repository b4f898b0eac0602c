"""A built graph on disk: one folder, published all at once or not at all.

    graph/                    the folder that `--graph` names
      current                 a text file holding the id of the snapshot in use
      snapshots/<id>/
        manifest.json         id, time, versions, sources, counts
        quads.nq.gz           every statement, the canonical form
        store/                the same in an Oxigraph store
        search/               the words of questions and projects
        rejects.jsonl         what was refused, and why
        report.json           what the build noticed

A build works in a folder of its own beside the snapshots, whose name begins
with a dot. Publishing is two renames under a lock, so a build that is killed at
any moment leaves the snapshot in use untouched, and two builds at once both
end up whole. What a killed build leaves behind is removed by the next one.
"""

from __future__ import annotations

import os
import shlex
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from graphkit.errors import SnapshotError

FORMAT = 1
QUADS, STORE, MANIFEST = "quads.nq.gz", "store", "manifest.json"
SEARCH = "search"
REJECTS, REPORT, CURRENT = "rejects.jsonl", "report.json", "current"
FINDINGS = "findings.json"
"""Everything that the shapes object to, for judging again only what changes later."""


class SourceEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One source in a manifest. `bytes` and `sha256` are of the file as it was read.

    `retrieved` is when it was fetched, as a harvest's manifest says, where `fetched`; else the
    file's own time.
    """

    graph: str
    file: str
    format: str
    title: str | None
    publisher: str | None
    address: str | None
    licence: str | None
    attribution: str | None
    retrieved: str | None
    sha256: str
    bytes: int
    records: int
    rejects: int
    note: str | None = None
    unknown_fields: list[str] = []
    fetched: bool = False


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot is made of. `seconds` tells how long each stage took."""

    id: str
    created: str
    graphkit: str
    ontology: str
    base: str
    quads: int
    quads_sha256: str
    classes: dict[str, int]
    sources: list[SourceEntry]
    rejects: int
    warnings: int
    violations: int
    seconds: dict[str, float]
    format: int = FORMAT


class Snapshot:
    """A published snapshot, opened for reading. Opening reads the manifest only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            data = (folder / MANIFEST).read_bytes()
            self.manifest = msgspec.json.decode(data, type=Manifest)
        except FileNotFoundError:
            raise SnapshotError(
                f"{folder}: no snapshot here", hint="build one with `graphkit build`"
            ) from None
        except (msgspec.MsgspecError, OSError) as error:
            raise SnapshotError(
                f"{folder / MANIFEST}: cannot be read: {_reason(error)}", hint="build again"
            ) from None
        if self.manifest.format != FORMAT:
            raise SnapshotError(
                f"{folder}: made by graphkit {self.manifest.graphkit} in another format",
                hint="build again",
            )

    @classmethod
    def current(cls, graph: Path) -> Snapshot:
        """The snapshot in use. Raises SnapshotError where there is none, with what there is."""
        pointer = graph / CURRENT
        try:
            identifier = pointer.read_text("utf-8").strip()
        except OSError as error:
            if not snapshots(graph):
                raise SnapshotError(
                    f"{graph}: no graph here yet",
                    hint="build one: `graphkit build SOURCE …` or `graphkit build --sample`",
                ) from None
            missing = isinstance(error, FileNotFoundError)
            what = "is missing" if missing else f"cannot be read: {_reason(error)}"
            raise SnapshotError(f"{pointer}: {what}", hint=_mending(graph)) from None
        except UnicodeDecodeError:
            identifier = ""
        if not identifier.isprintable() or "/" in identifier or identifier[:1] in ("", "."):
            raise SnapshotError(f"{pointer}: damaged", hint=_mending(graph))
        folder = graph / "snapshots" / identifier
        try:
            return cls(folder)
        except SnapshotError as error:
            raise SnapshotError(error.message, hint=_mending(graph, identifier)) from None

    @property
    def quads(self) -> Path:
        """The file of all statements."""
        return self.folder / QUADS

    @property
    def store(self) -> Path:
        """The folder of the RDF store."""
        return self.folder / STORE

    @property
    def search(self) -> Path:
        """The folder of the index for full text."""
        return self.folder / SEARCH

    @property
    def rejects(self) -> Path:
        """The file of refused records and fields, one JSON object a line."""
        return self.folder / REJECTS

    def report(self) -> dict[str, Any]:
        """What the build noticed."""
        try:
            data = (self.folder / REPORT).read_bytes()
            return msgspec.json.decode(data, type=dict[str, Any])
        except (OSError, msgspec.MsgspecError) as error:
            raise SnapshotError(
                f"{self.folder / REPORT}: cannot be read: {_reason(error)}", hint="build again"
            ) from None


def snapshots(graph: Path) -> list[str]:
    """Ids of the published snapshots, oldest first."""
    with suppress(OSError):
        return sorted(
            entry.name for entry in (graph / "snapshots").iterdir() if entry.name[0] != "."
        )
    return []


def _mending(graph: Path, broken: str = "") -> str:
    """What to do where the snapshot in use cannot be told or read: take the newest sound one."""
    for name in reversed(snapshots(graph)):
        with suppress(SnapshotError):
            if name != broken and Snapshot(graph / "snapshots" / name).manifest.id == name:
                pointer = shlex.quote(str(graph / CURRENT))
                return f"{name} is there: `echo {name} > {pointer}` takes it in use; or build again"
    return "build again"


def _reason(error: Exception) -> str:
    """Why, without the number of the error and the path, which the message names already."""
    return (isinstance(error, OSError) and error.strerror) or str(error)


class Building:
    """A snapshot being made. Leaving the block without `publish` removes it."""

    def __init__(self, graph: Path) -> None:
        from filelock import FileLock, Timeout

        self.graph = graph
        self._timeout = Timeout
        parent = graph / "snapshots"
        try:
            parent.mkdir(parents=True, exist_ok=True)
            self._publishing = FileLock(graph / ".publish.lock")
            now = datetime.now(UTC)
            self.created = now.strftime("%Y-%m-%dT%H:%M:%SZ")
            self._stamp = now.strftime("%Y%m%dT%H%M%SZ")
            with self._publishing:
                self._sweep(parent)
                self.folder = (
                    parent / f".building-{self._stamp}-{os.getpid()}-{os.urandom(3).hex()}"
                )
                self._alive = FileLock(f"{self.folder}.lock")
                self._alive.acquire()
                self.folder.mkdir()
        except OSError as error:
            raise SnapshotError(
                f"{graph}: cannot be written: {error.strerror or error}",
                hint="name another folder with --graph",
            ) from None
        except KeyboardInterrupt:
            if hasattr(self, "_alive"):
                self._discard()
            raise

    def _sweep(self, parent: Path) -> None:
        """Remove what builds left that are no longer running: their lock is free."""
        from filelock import FileLock

        for lock in parent.glob(".building-*.lock"):
            try:
                with FileLock(lock, timeout=0):
                    shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            except self._timeout:
                continue
            lock.unlink(missing_ok=True)

    def identifier(self, content: str) -> str:
        """The id of this snapshot, given the hash of its content."""
        return f"{self._stamp}-{content[:8]}"

    def publish(self, manifest: Manifest, keep: int) -> Snapshot:
        """Make this the snapshot in use and drop all but the last `keep`."""
        _write(self.folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        for path in sorted(self.folder.rglob("*")):
            _sync(path)
        with self._publishing:
            target = self.graph / "snapshots" / manifest.id
            if target.exists():  # the same content built twice within a second
                shutil.rmtree(self.folder)
            else:
                self.folder.rename(target)
            _sync(target.parent)
            pointer = self.graph / f".{CURRENT}.new"
            _write(pointer, f"{manifest.id}\n".encode())
            pointer.replace(self.graph / CURRENT)
            _sync(self.graph)
            others = [name for name in snapshots(self.graph) if name != manifest.id]
            for old in others[: max(len(others) - keep + 1, 0)]:
                shutil.rmtree(self.graph / "snapshots" / old, ignore_errors=True)
        return Snapshot(target)

    def __enter__(self) -> Building:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._discard()

    def _discard(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self._alive.release()
        Path(f"{self.folder}.lock").unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    """Have the system write a file or folder out; not every system can for folders."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
