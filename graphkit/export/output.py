"""The files of an export: they appear whole, all of them, or not at all."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, TextIO

from graphkit.errors import UsageError

STANDARD_OUTPUT = "-"


class Output:
    """Where an export goes: `-` for standard output, else a file, its companions, or a folder.

    A writer asks for what it needs by the part's name: "" is the file that the user named,
    another name stands before the extension (`net.csv` with the part `nodes`:
    `net.nodes.csv`). Whatever was asked for appears under its own name when the block ends
    without an error; what stood there before is replaced then, and only then.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self._place = Path() if target == STANDARD_OUTPUT else Path(target)
        device = self._place.exists() and not (self._place.is_file() or self._place.is_dir())
        self.is_stream = target == STANDARD_OUTPUT or device
        """Standard output, a device or a pipe: written into, never replaced."""
        self._partials: dict[Path, Path] = {}
        self._opened = ExitStack()
        self._temporary: Path | None = None
        if not self.is_stream:
            self._check()

    def _check(self) -> None:
        place = self._place
        if not place.name or (self.target.endswith(os.sep) and not place.is_dir()):
            raise UsageError(f"{self.target or '-o'}: names no file")
        folder = place.parent
        if not folder.is_dir():
            raise UsageError(f"{folder}: no such folder", hint=f"make it first: mkdir -p {folder}")
        if not os.access(folder, os.W_OK):
            raise UsageError(f"{folder}: files cannot be written into this folder")

    def named(self, part: str = "") -> Path:
        """Where a part will stand."""
        place = self._place
        if not part:
            return place
        suffix = "".join(place.suffixes[-2:]) if place.suffix == ".gz" else place.suffix
        stem = place.name.removesuffix(suffix)
        return place.with_name(f"{stem}.{part}{suffix}")

    def beside(self, ending: str) -> BinaryIO:
        """A file beside the one that the user named, with more at the end of its name."""
        place = self._place.with_name(f"{self._place.name}{ending}")
        return self._opened.enter_context(self._partial(place).open("wb"))

    def binary(self, part: str = "") -> BinaryIO:
        """A file to write bytes into."""
        if self.is_stream:
            return self._stream(part)
        return self._opened.enter_context(self._partial(self.named(part)).open("wb", 1 << 20))

    def text(self, part: str = "") -> TextIO:
        """A file to write text into: UTF-8, line ends as they are written."""
        if self.is_stream:
            stream = io.TextIOWrapper(self._stream(part), "utf-8", newline="")
            self._opened.callback(stream.detach)
            return stream
        place = self._partial(self.named(part))
        return self._opened.enter_context(place.open("w", 1 << 20, encoding="utf-8", newline=""))

    def path(self, part: str = "") -> Path:
        """Where a library that opens its file itself should write it; nothing is there yet."""
        if not self.is_stream:
            return self._partial(self.named(part))
        if part:
            self._stream(part)
        if self._temporary is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="graphkit-"))
        return self._temporary / "output"

    def folder(self) -> Path:
        """An empty folder to fill."""
        if self.is_stream:
            raise UsageError("this format is a folder of files", hint="name it with -o")
        if self._place.exists() and not self._place.is_dir():
            raise UsageError(f"{self.target}: a file, where a folder is to be made")
        if self._place.is_dir() and any(self._place.iterdir()):
            raise UsageError(f"{self.target}: not empty", hint="name a new folder")
        partial = self._partial(self._place)
        partial.mkdir()
        return partial

    def _stream(self, part: str = "") -> BinaryIO:
        if part:
            raise UsageError("this format has several files", hint="name them with -o")
        if self.target != STANDARD_OUTPUT:
            return self._opened.enter_context(self._place.open("wb"))
        if sys.stdout is None:
            raise UsageError("standard output is closed", hint="name a file with -o")
        return sys.stdout.buffer

    def _partial(self, place: Path) -> Path:
        if place not in self._partials:
            _sweep(place)
            self._partials[place] = place.with_name(f".{place.name}.{os.getpid()}.part")
        return self._partials[place]

    def __enter__(self) -> Output:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._opened.close()
            if error is None:
                self._publish()
        except OSError as failure:
            raise self._refused(failure) from None
        finally:
            for partial in self._partials.values():
                _remove(partial)
            if self._temporary is not None:
                shutil.rmtree(self._temporary, ignore_errors=True)
        if isinstance(error, BrokenPipeError):
            return
        if isinstance(error, (OSError, sqlite3.OperationalError)):
            raise self._refused(error) from None

    def _publish(self) -> None:
        if self._temporary is not None:
            with (self._temporary / "output").open("rb") as source:
                shutil.copyfileobj(source, self._stream())
            self._opened.close()
        if self.target == STANDARD_OUTPUT:
            sys.stdout.flush()
        for place, partial in self._partials.items():  # before the first of them is replaced
            if place.is_dir() and not partial.is_dir():
                raise UsageError(f"{place}: a folder, where a file is to be written")
        for place, partial in self._partials.items():
            if place.is_dir():
                place.rmdir()
            partial.replace(place)

    def _refused(self, error: OSError | sqlite3.OperationalError) -> UsageError:
        reason = getattr(error, "strerror", None) or error
        return UsageError(
            f"{'standard output' if self.target == '-' else self.target}: cannot be written: "
            f"{reason}; nothing was left behind"
        )


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _sweep(place: Path) -> None:
    """Remove what was left by a process that was killed."""
    for path in place.parent.glob(f".{place.name}.*.part"):
        process = path.name.removesuffix(".part").rpartition(".")[2]
        if process.isdigit() and not _is_alive(int(process)):
            _remove(path)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
