"""Questions that resemble a question, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphkit.server.site.pages.reading import Reader


@dataclass(frozen=True, slots=True)
class Similar:
    """A similar question. `reason` is in the words of whoever says so."""

    iri: str
    text: str
    departments: Sequence[tuple[str, str]]
    origin: str
    score: float | None
    reason: str
    duplicate: bool
    archived: bool
    other_body: bool
    aspects: Sequence[tuple[str, str]]


def similar(read: Reader, question: str) -> list[Similar]:
    """The questions that a similarity ties to a question, in either direction.

    Duplicates first, then those of other bodies; in each part the strongest first.
    """
    own = {body for _, body in read.named(question, "gk:askedBy")}
    found: dict[tuple[str, str], Similar] = {}
    for here, there in (("gk:fromQuestion", "gk:toQuestion"), ("gk:toQuestion", "gk:fromQuestion")):
        for similarity in read.subjects(here, question):
            for other in read.all(similarity, there):
                one = _similar(read, similarity, str(other), own)
                known = found.get((one.iri, one.origin))
                if known is None or (known.score or 0) < (one.score or 0):
                    found[one.iri, one.origin] = one
    return sorted(
        found.values(),
        key=lambda one: (not one.duplicate, not one.other_body, -(one.score or 0), one.iri),
    )


def _similar(read: Reader, similarity: str, other: str, own: set[str]) -> Similar:
    departments = read.named(other, "gk:askedBy")
    return Similar(
        other,
        read.name(other),
        departments,
        read.code(similarity, "gk:origin"),
        read.one(similarity, "gk:score"),
        read.text(similarity, "gk:reason"),
        read.one(similarity, "gk:isDuplicate") is True,
        read.one(other, "gk:archived") is True,
        not own & {body for _, body in departments},
        read.named(similarity, "gk:sharesAspect"),
    )
