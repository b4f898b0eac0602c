"""The embedded engine's file: an image of the property graph, which can be made again any time.

It lies beside the snapshot under a name that tells what it was made from, so that
a file under that name is always whole and always the right one: it is written
under another name and renamed at the end. One process makes it, the others wait.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from graphkit import __version__
from graphkit.errors import GraphkitError, SnapshotError
from graphkit.progress import Progress, silent
from graphkit.snapshot import Snapshot
from graphkit.vocabulary import ontology_folder

FORMAT = "1"
"""What a file means; one of another format is made again."""
ENGINE = "kglite"
PREFIX = "embedded-cypher-"
SUFFIX = ".kgl"


def image_of(snapshot: Snapshot, progress: Progress = silent) -> Path:
    """The engine's file for a snapshot; made now if it is not there yet.

    Where the snapshot's folder cannot be written, the file lies in a temporary folder
    of the user. Raises SnapshotError where it cannot be made.
    """
    name = f"{PREFIX}{_made_from(snapshot)}{SUFFIX}"
    for folder in (snapshot.folder, _own_folder()):
        if folder is not None and (folder / name).is_file():
            return folder / name
    return _make(snapshot, name, progress)


def remade(snapshot: Snapshot, damaged: Path, progress: Progress) -> Path:
    """A new file in the place of one that the engine cannot read."""
    with suppress(OSError):
        damaged.unlink(missing_ok=True)
    return image_of(snapshot, progress)


def _made_from(snapshot: Snapshot) -> str:
    """What decides the content: the quads, the ontology, this program and the engine.

    The same decides the property graph, whose own hash would have to be read from it.
    """
    parts = [FORMAT, __version__, version(ENGINE), sys.byteorder, snapshot.manifest.quads_sha256]
    parts += [snapshot.manifest.base]
    total = hashlib.sha256("\0".join(parts).encode())
    for path in sorted(ontology_folder().glob("*.ttl")):
        total.update(path.read_bytes())
    return total.hexdigest()[:20]


def _own_folder() -> Path | None:
    """A folder of this user alone among the temporary files; None where there is none yet."""
    folder = _own_path()
    try:
        found = folder.lstat()
    except OSError:
        return None
    return folder if _is_own(found) else None


def _own_path() -> Path:
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"graphkit-{user}"


def _is_own(found: os.stat_result) -> bool:
    """Whether nobody else can have put files there."""
    if not stat.S_ISDIR(found.st_mode):
        return False
    return not hasattr(os, "getuid") or (
        found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o022
    )


def _folder_to_write(snapshot: Snapshot) -> Path:
    if os.access(snapshot.folder, os.W_OK):
        return snapshot.folder
    with suppress(OSError):
        _own_path().mkdir(mode=0o700)
    return _own_folder() or Path(tempfile.mkdtemp(prefix="graphkit-"))


def _make(snapshot: Snapshot, name: str, progress: Progress) -> Path:
    from filelock import FileLock

    from graphkit.embedded.loading import fill
    from graphkit.property_graph.graph import PropertyGraph

    folder = _folder_to_write(snapshot)
    target = folder / name
    try:
        with FileLock(folder / f".{PREFIX}lock"):  # the system frees it where a process is killed
            if target.is_file():
                return target
            _sweep(folder)
            with PropertyGraph.of(snapshot, progress) as graph:
                fill(graph, folder / f".{name}.part", progress)
            (folder / f".{name}.part").replace(target)
            _sweep(folder, keep=target)
    except GraphkitError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        raise SnapshotError(
            f"{folder}: the embedded engine's image of the graph cannot be made: {error}",
            hint="see that the disk has room",
        ) from error
    finally:
        with suppress(OSError):
            (folder / f".{name}.part").unlink(missing_ok=True)
    return target


def _sweep(folder: Path, keep: Path | None = None) -> None:
    """Remove what killed processes left, and once there is a new file, those of other makes."""
    stale = [path for path in folder.glob(f".{PREFIX}*") if not path.name.endswith("lock")]
    if keep is not None and keep.parent != _own_path():
        stale += [path for path in folder.glob(f"{PREFIX}*{SUFFIX}") if path != keep]
    for path in stale:
        with suppress(OSError):
            path.unlink()
