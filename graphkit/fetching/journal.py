"""What a harvest remembers of each answer: one line each, appended, so that a kill loses none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from graphkit.errors import InputError
from graphkit.fetching.disk import replace_whole, writing


class Begun(msgspec.Struct, frozen=True, kw_only=True, tag="begun"):
    """A round begins: everything is asked anew, in the `attempt`-th go at it.

    `query` is what is asked for; `format` and `title` are those of the files.
    """

    round: int
    attempt: int
    query: str
    format: str
    title: str
    time: str


class Got(msgspec.Struct, frozen=True, kw_only=True, tag="got", omit_defaults=True):
    """An answer was stored: where it came from, what it is, what its page says.

    `retrieved` is when these bytes came, `checked` when the server last said that they hold.
    `file` is empty where there is none: the address was gone.
    """

    address: str
    file: str
    status: int
    retrieved: str
    checked: str
    sha256: str = ""
    bytes: int = 0
    etag: str = ""
    modified: str = ""
    note: str = ""
    ids: tuple[str, ...] = ()
    total: int | None = None
    pages: int | None = None
    next: str | None = None
    enough: bool = False
    unclear: str = ""


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """A round is complete."""

    round: int
    time: str


_Line = Begun | Got | Ended
_decode = msgspec.json.Decoder(_Line).decode


class Journal:
    """The notes on one walk. Opening reads them; a line that was cut off is dropped.

    `got` is what the round under way has by address, `earlier` what the rounds and attempts
    before it had and it has not asked for yet. Raises InputError for a damaged file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.begun: Begun | None = None
        self.ended: Ended | None = None
        self.got: dict[str, Got] = {}
        self.earlier: dict[str, Got] = {}
        self.last = ""
        self._whole = 0
        self._file: Any = None
        self._read()

    def _read(self) -> None:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return
        self._whole = data.rfind(b"\n") + 1
        for number, line in enumerate(data[: self._whole].splitlines(), 1):
            try:
                self._take(_decode(line))
            except (msgspec.MsgspecError, ValueError) as error:
                raise InputError(
                    f"{self.path}, line {number}: is no note of a harvest: {error}",
                    hint="remove the file: everything of this list is then asked for anew",
                ) from None

    def _take(self, line: _Line) -> None:
        match line:
            case Begun():
                self.earlier |= self.got
                self.got = {}
                self.begun, self.ended = line, None
                self.last = line.time
            case Got():
                self.got[line.address] = line
                self.earlier.pop(line.address, None)
                self.last = line.checked
            case Ended():
                self.ended = line

    @property
    def under_way(self) -> bool:
        """Whether a round was begun and is not complete."""
        return self.begun is not None and self.ended is None

    def entries(self) -> Iterator[Got]:
        """All that is known to be stored, each file once, the latest answer for it."""
        files = {got.file: got for got in self.earlier.values() if got.file}
        files |= {got.file: got for got in self.got.values() if got.file}
        yield from files.values()

    def add(self, line: _Line) -> None:
        """Note something, on disk before this returns. Raises DiskError where it is full."""
        text = msgspec.json.encode(line) + b"\n"
        with writing(self.path, len(text)):
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                # Without a buffer: what the disk did not take must not come later.
                self._file = self.path.open("ab", buffering=0)
                self._file.truncate(self._whole)
            try:
                rest = memoryview(text)
                while rest:
                    rest = rest[self._file.write(rest) :]
            except BaseException:
                self.close()  # what there is of the line goes before the next one is written
                raise
            self._whole += len(text)
        self._take(line)

    def keep(self, addresses: set[str]) -> None:
        """Know only these answers any more; written down by `compact`."""
        self.got = {address: got for address, got in self.got.items() if address in addresses}
        self.earlier = {}

    def compact(self) -> None:
        """Write the notes anew, without what later lines have overruled."""
        self.close()
        lines: list[_Line] = []
        if self.begun is not None:
            lines += [self.begun, *self.earlier.values()] if self.earlier else []
            lines += [self.begun, *self.got.values()]
            lines += [self.ended] if self.ended else []
        replace_whole(self.path, [msgspec.json.encode(line) + b"\n" for line in lines])
        self._whole = self.path.stat().st_size

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def now() -> str:
    """The time as the manifest has it.

    >>> len(now())
    20
    """
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
