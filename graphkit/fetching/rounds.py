"""A round: everything of a list or a set of addresses, asked once, in as many runs as it takes."""

from __future__ import annotations

import time

import msgspec

from graphkit.fetching import folder as folders
from graphkit.fetching.answers import Answer
from graphkit.fetching.client import Validators
from graphkit.fetching.folder import HarvestFolder
from graphkit.fetching.journal import Begun, Got, Journal, now
from graphkit.fetching.outcome import Outcome
from graphkit.loaders.sources import parse_moment

_SIBLING = "#"


def open_round(journal: Journal, *, query: str, format: str, title: str) -> Begun:
    """The round under way; a new one where the last is complete, stale, or of another query."""
    begun = journal.begun
    if begun is not None and journal.under_way and begun.query == query and not _stale(journal):
        return begun
    number = begun.round + 1 if begun is not None else 1
    journal.compact()
    return _begin(journal, number, 1, query, format, title)


def done(folder: HarvestFolder, journal: Journal, walk: str) -> Outcome | None:
    """What there is of a walk that the harvest under way has gone over; None if it has not."""
    if walk not in folder.finished or journal.under_way or journal.begun is None:
        return None
    records = len({key for got in journal.got.values() for key in got.ids})
    return Outcome(walk, kept=len(journal.got), records=records)


def again(journal: Journal, begun: Begun) -> Begun:
    """Begin the same round once more: nothing of it is asked for yet."""
    beside = [got for got in journal.got.values() if _SIBLING in got.address]
    begun = _begin(journal, begun.round, begun.attempt + 1, begun.query, begun.format, begun.title)
    for got in beside:
        journal.add(got)
    return begun


def _begin(
    journal: Journal, number: int, attempt: int, query: str, format: str, title: str
) -> Begun:
    begun = Begun(
        round=number, attempt=attempt, query=query, format=format, title=title, time=now()
    )
    journal.add(begun)
    return begun


def _stale(journal: Journal) -> bool:
    last = parse_moment(journal.last)
    return last is None or time.time() - last.timestamp() > folders.STALE


def validators(known: Got | None) -> Validators | None:
    """What to ask a server whether its answer still holds."""
    return Validators(known.etag, known.modified) if known else None


def stored(
    folder: HarvestFolder,
    walk: str,
    name: str,
    answer: Answer,
    known: Got | None,
    moment: str,
    outcome: Outcome,
) -> Got:
    """Keep an answer, or note that the one at hand still holds; counted in `outcome`."""
    if answer.status == 304 and known is not None:
        outcome.unchanged += 1
        return msgspec.structs.replace(known, checked=moment)
    file, digest = folder.store(walk, name, answer.body, moment)
    same = known is not None and known.sha256 == digest
    outcome.unchanged += same
    outcome.changed += known is not None and not same
    outcome.new += known is None
    return Got(
        address=answer.address,
        file=file,
        status=answer.status,
        retrieved=moment,
        checked=moment,
        sha256=digest,
        bytes=len(answer.body),
        etag=answer.headers.get("etag", "")[:500],
        modified=answer.headers.get("last-modified", "")[:100],
    )


def duration(seconds: float) -> str:
    """A length of time in words.

    >>> duration(8.2), duration(300), duration(9000), duration(200000)
    ('8 s', '5 min', '2.5 h', '2.3 days')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"
