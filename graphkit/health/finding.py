"""One line of the report."""

from __future__ import annotations

import msgspec

FINE, NOTE, LOOK = "fine", "know", "look"
"""Nothing to say; something to know when reading answers; something that somebody can mend."""
STATES = (LOOK, NOTE, FINE)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was found on one matter.

    `count` of `of` things are concerned (`of` is None where there is no whole to speak
    of); `command` shows them.
    """

    matter: str
    state: str
    finding: str
    count: int
    of: int | None = None
    command: str


def judged(
    matter: str,
    count: int,
    none: str,
    some: str,
    command: str,
    *,
    of: int | None = None,
    state: str = LOOK,
) -> Finding:
    """A finding that is fine where nothing is concerned; the texts take `{count}` and `{of}`.

    >>> judged("drift", 0, "no unknown field", "{count} unknown fields", "graphkit info").finding
    'no unknown field'
    """
    text = (some if count else none).format(count=f"{count:,}", of=f"{of or 0:,}")
    return Finding(
        matter=matter,
        state=state if count else FINE,
        finding=text,
        count=count,
        of=of,
        command=command,
    )
