"""What a walk over a source gave."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """Counts of answers, and what was wrong.

    `kept` were there already, `unchanged` the server confirmed, `gone` are no longer there;
    `records` are those that the files hold, each counted once. `faults` make the command leave
    with 1; `notes` are worth saying.
    """

    name: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    gone: int = 0
    records: int | None = None
    announced: int | None = None
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """The counts in one line.

        >>> Outcome("questions", new=3, unchanged=17, records=4956).summary
        'questions: 4,956 records; answers: 3 new, 17 unchanged'
        """
        counts = {
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "there already": self.kept,
            "gone": self.gone,
        }
        told = ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
        parts = [counted(self.records, "record")] if self.records is not None else []
        parts += [f"answers: {told}"] if told else []
        return f"{self.name}: {'; '.join(parts) or 'nothing'}"


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "record"), counted(4956, "record")
    ('1 record', '4,956 records')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Forecast:
    """What a walk would take: requests and seconds; `at_most` where it may end before."""

    name: str
    requests: int
    seconds: float
    records: int | None = None
    at_most: bool = False
