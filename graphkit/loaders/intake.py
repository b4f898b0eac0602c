"""What a loader reports besides records: rejects, drift, warnings.

Nothing is lost silently: a record or a field that cannot be used is rejected
with its place and the reason; a field that graphkit does not know is drift. A
loader never raises for bad content; it reports and goes on with what is sound.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from graphkit.text import printable

EXCERPT_LENGTH = 160


class Reject(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was refused. `field` is empty when the whole record was."""

    file: str
    locator: str
    field: str
    reason: str
    excerpt: str = ""


class Intake:
    """Collects what a loader has to say about one source.

    >>> intake = Intake("projects.jsonl")
    >>> intake.reject("line 3", "start", "no such date", 20230231)
    >>> intake.rejects[0].reason, intake.rejects[0].excerpt
    ('no such date', '20230231')
    """

    def __init__(self, file: str, *, keep_contacts: bool = False) -> None:
        self.file = file
        self.keep_contacts = keep_contacts
        self.rejects: list[Reject] = []
        self.drift: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.announced: int | None = None
        """How many records the upstream answer says there are in all, over all its pages."""
        self.noted = 0
        """How many rejects, unknown fields and warnings there were so far."""

    def reject(self, locator: str, field: str, reason: str, excerpt: object = "") -> None:
        """Refuse a record (`field` empty) or one field of it."""
        self.noted += 1
        text = excerpt if isinstance(excerpt, str) else str(excerpt)[:4096]
        text = printable(text[:EXCERPT_LENGTH])
        self.rejects.append(
            Reject(file=self.file, locator=locator, field=field, reason=reason, excerpt=text)
        )

    def unknown_field(self, path: str) -> None:
        """Note a field that graphkit does not know (drift); it stays out of the graph."""
        self.noted += 1
        self.drift[path[:200]] += 1

    def warn(self, what: str) -> None:
        """Count something a user should know that costs no record."""
        self.noted += 1
        self.warnings[what] += 1

    def take_over(self, other: Intake) -> None:
        """Take up what another one collected."""
        self.rejects += other.rejects
        self.drift.update(other.drift)
        self.warnings.update(other.warnings)
        if other.announced is not None:
            self.announced = max(self.announced or 0, other.announced)
        self.noted += other.noted
