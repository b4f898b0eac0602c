"""Large answers between the worker that wrote them and the client that takes them.

A worker names its files by its own number; when the front hears of one it takes it over by
giving it another name. So what a worker leaves that was stopped is told from what is still
on its way.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from graphkit.server.front.jobs import Refused
from graphkit.server.worker.messages import WRITING, Reply

_SENDING = "sending-"


class Spool:
    """The folder of answers that are too large for memory, at most `most` bytes in all."""

    def __init__(self, folder: Path, most: int) -> None:
        self.folder = folder
        self._most = most

    def take(self, reply: Reply) -> Reply:
        """Take over the file of a reply. Raises Refused where too much is on its way already."""
        if not reply.file or reply.keep:
            return reply
        written = Path(reply.file)
        if self._bytes() + _size(written) > self._most:
            written.unlink(missing_ok=True)
            raise Refused(
                503,
                "too many large answers are on their way to others",
                "ask again later, or ask for less at a time",
                retry=5,
            )
        taken = written.with_name(f"{_SENDING}{written.name}")
        written.rename(taken)
        return msgspec.structs.replace(reply, file=str(taken))

    def drop(self, reply: Reply) -> None:
        """Remove the file of a reply that nobody waits for."""
        if reply.file and not reply.keep:
            Path(reply.file).unlink(missing_ok=True)

    def sweep(self, process: int) -> None:
        """Remove what a worker was writing when it ended."""
        for path in self.folder.glob(f"{WRITING}{process}-*"):
            path.unlink(missing_ok=True)

    def _bytes(self) -> int:
        return sum(_size(path) for path in self.folder.glob(f"{_SENDING}*"))


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0
