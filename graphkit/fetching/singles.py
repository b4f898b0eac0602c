"""Fetching single things, each at an address of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from graphkit.errors import InputError, UnreachableError, UsageError
from graphkit.fetching.answers import Answer
from graphkit.fetching.client import Client
from graphkit.fetching.disk import DiskError
from graphkit.fetching.folder import HarvestFolder
from graphkit.fetching.journal import Ended, Got, Journal, now
from graphkit.fetching.outcome import Forecast, Outcome
from graphkit.fetching.rounds import done, duration, open_round, stored, validators
from graphkit.progress import Progress, silent

_SHOWN = 5
_MOST_REFUSED = 25
"""So many answers in a row that cannot be used end the walk: the source has changed."""
_MOST_FAILED = 3
"""So many things in a row that give no answer end the walk: the source is down."""


@dataclass(frozen=True)
class Single:
    """One thing: its address, the name of its file, and what messages call it."""

    address: str
    file: str
    what: str


@dataclass(frozen=True)
class Singles:
    """Things of one kind at a source.

    `read` gives the keys of the records in an answer and raises InputError for one that is not
    the thing; such an answer is kept apart and reported.
    """

    name: str
    title: str
    format: str
    accept: str
    read: Callable[[Answer, Single], tuple[str, ...]]
    wanted: Sequence[Single]
    most: int = 32 << 20

    @property
    def query(self) -> str:
        """What tells one such set from another: its kind, not its members."""
        return f"{self.name}: {self.accept}"


def forecast(singles: Singles, client: Client, folder: HarvestFolder) -> Forecast:
    """How many requests are needed. Asks for nothing."""
    journal = folder.journal(singles.name)
    there = journal.got if journal.under_way else {}
    needed = sum(single.address not in there for single in singles.wanted)
    return Forecast(singles.name, needed, client.seconds(needed), len(singles.wanted))


def collect(
    singles: Singles, client: Client, folder: HarvestFolder, progress: Progress = silent
) -> Outcome:
    """Fetch each thing once; what the round under way has already is not asked for.

    A thing that is gone (404, 410) is counted, and its file of an earlier round put aside.
    Raises as `Client.get` does.
    """
    outcome = Outcome(singles.name)
    journal = folder.journal(singles.name)
    if (there := done(folder, journal, singles.name)) is not None:
        return there
    begun = open_round(journal, query=singles.query, format=singles.format, title=singles.title)
    gone: list[str] = []
    failed: list[str] = []
    in_a_row = 0
    records = 0
    for number, single in enumerate(singles.wanted):
        got = journal.got.get(single.address)
        if got is not None:
            outcome.kept += 1
        else:
            left = client.seconds(len(singles.wanted) - number)
            progress(
                f"{singles.name}: {number + 1:,} of {len(singles.wanted):,}, {duration(left)} left",
                0,
            )
            try:
                got = _fetched(singles, single, client, folder, journal, outcome)
                in_a_row = 0
            except DiskError:
                raise
            except (InputError, UnreachableError, UsageError) as error:
                # One thing that is broken at its source must not keep the others back.
                failed.append(f"{single.what} ({error.message})")
                in_a_row += 1
                most = _MOST_REFUSED if isinstance(error, InputError) else _MOST_FAILED
                if in_a_row >= min(most, len(singles.wanted)):
                    raise
                continue
        records += len(got.ids)
        if not got.file:
            gone.append(single.what)
    outcome.records = records
    outcome.gone = len(gone)
    if gone:
        outcome.notes.append(f"not there (any more): {_some(gone)}")
    if failed:
        outcome.faults.append(
            f"without a usable answer: {_some(failed)}; the same command asks for these again"
        )
    else:
        journal.add(Ended(round=begun.round, time=now()))
    journal.compact()
    return outcome


def _fetched(
    singles: Singles,
    single: Single,
    client: Client,
    folder: HarvestFolder,
    journal: Journal,
    outcome: Outcome,
) -> Got:
    known = journal.earlier.get(single.address)

    def read(answer: Answer) -> tuple[str, ...]:
        try:
            return singles.read(answer, single)
        except InputError:
            folder.refuse(singles.name, single.file, answer.body)
            raise

    answer, ids = client.get(
        single.address,
        read,
        accept=singles.accept,
        known=validators(known),
        gone=(404, 410),
        most=singles.most,
    )
    moment = now()
    if ids is None and answer.status != 304:
        if known is not None:
            folder.put_aside(known, singles.name)
        got = Got(
            address=single.address,
            file="",
            status=answer.status,
            retrieved=moment,
            checked=moment,
        )
    else:
        got = stored(folder, singles.name, single.file, answer, known, moment, outcome)
        ids = ids if ids is not None else known.ids if known else ()
        got = msgspec.structs.replace(got, address=single.address, ids=ids)
    journal.add(got)
    return got


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
