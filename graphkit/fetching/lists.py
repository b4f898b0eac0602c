"""Walking over a list that a source gives in pages, until what it announces is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec

from graphkit.errors import InputError
from graphkit.fetching.answers import Answer, Page, shown, with_query
from graphkit.fetching.client import Client
from graphkit.fetching.folder import HarvestFolder
from graphkit.fetching.journal import Ended, Got, now
from graphkit.fetching.outcome import Forecast, Outcome
from graphkit.fetching.rounds import again, done, duration, open_round, stored, validators
from graphkit.progress import Progress, silent

ATTEMPTS = 3
"""How often a list is gone over while records are missing: they move between pages meanwhile."""
_EMPTY_PAGES = 3
_LEFT = 0.5
"""The part of its records that a source may lose from one harvest to the next."""
_SHOWN = 5


@dataclass(frozen=True)
class PagedList:
    """A list at a source. `read` says of an answer what its page is; see `Page`.

    `name` is that of its folder, `format` that of its loader; `read` raises what
    `Client.get` describes. `part` tells that the walk may end before all is read.
    """

    name: str
    title: str
    format: str
    first: str
    accept: str
    read: Callable[[Answer], Page]
    part: bool = False


def forecast(listed: PagedList, client: Client, folder: HarvestFolder) -> Forecast:
    """How many requests a walk needs: asks for the first page alone, and stores nothing."""
    _, page = client.get(listed.first, listed.read, accept=listed.accept)
    pages = max(page.pages or 1 if page else 1, 1)
    journal = folder.journal(listed.name)
    there = len(journal.got) if journal.under_way else 0
    needed = max(pages - there, 0)
    total = page.total if page else None
    return Forecast(listed.name, needed, client.seconds(needed), total, at_most=listed.part)


def walk(
    listed: PagedList, client: Client, folder: HarvestFolder, progress: Progress = silent
) -> Outcome:
    """Fetch all pages of a list; what the round under way has already is not asked for.

    Records that are missing when all pages are read make the walk begin again, at most
    `ATTEMPTS` times in all; what still differs from the announced number is a fault.
    Raises as `Client.get` does.
    """
    outcome = done(folder, folder.journal(listed.name), listed.name)
    return outcome or _Walk(listed, client, folder, progress).run()


class _Walk:
    """One walk under way."""

    def __init__(
        self, listed: PagedList, client: Client, folder: HarvestFolder, progress: Progress
    ) -> None:
        self._list = listed
        self._client = client
        self._folder = folder
        self._progress = progress
        self._journal = folder.journal(listed.name)
        self._outcome = Outcome(listed.name)
        known = (*self._journal.got.values(), *self._journal.earlier.values())
        self._had = max((got.total or 0 for got in known), default=0)
        self._begun = open_round(
            self._journal, query=listed.first, format=listed.format, title=listed.title
        )

    def run(self) -> Outcome:
        pages = self._pages()
        while not self._complete(pages) and self._begun.attempt < ATTEMPTS:
            self._begun = again(self._journal, self._begun)
            self._outcome.faults.clear()
            self._outcome.kept = 0
            pages = self._pages()
        beside = self._beside(pages)
        self._judge(pages, beside)
        if not self._outcome.faults:  # else what was there before may be what is missing
            self._journal.keep({got.address for got in (*pages, *beside)})
            self._folder.clear(self._list.name, {got.file for got in (*pages, *beside)})
        self._journal.add(Ended(round=self._begun.round, time=now()))
        self._journal.compact()
        return self._outcome

    def _complete(self, pages: list[Got], beside: Iterable[Got] = ()) -> bool:
        """Whether the files hold as many different records as the list announces."""
        announced = pages[-1].total if pages else None
        if announced is None or any(got.enough for got in pages):
            return True
        return _distinct((*pages, *beside)) == announced

    def _beside(self, pages: list[Got]) -> list[Got]:
        """Pages of earlier attempts that hold what is still missing."""
        if self._complete(pages):
            return []
        there = {key for got in pages for key in got.ids}
        found = []
        for address, got in self._journal.got.items():
            if "#" in address and not there.issuperset(got.ids):
                found.append(got)
                there.update(got.ids)
        return found

    def _pages(self) -> list[Got]:
        """Every page in turn, from the notes or from the source."""
        found: list[Got] = []
        visited: set[str] = set()
        address: str | None = self._list.first
        empty = 0
        while address is not None:
            if address in visited:
                self._outcome.faults.append(f"page {len(found)} leads back to one before it")
                break
            visited.add(address)
            got = self._journal.got.get(address)
            if got is not None:
                self._outcome.kept += 1
            else:
                self._tell(found)
                got = self._fetched(address, len(found) + 1)
            if not got.file:
                self._outcome.notes.append(
                    f"there is no page {len(found) + 1}: the list ends there"
                )
                break
            found.append(got)
            empty = 0 if got.ids else empty + 1
            beyond = got.pages is not None and len(found) > got.pages + got.pages // 10 + 10
            if got.next is not None and (empty >= _EMPTY_PAGES or beyond):
                what = "gives one empty page after another" if empty else "goes on without end"
                self._outcome.faults.append(f"the list {what}: stopped after page {len(found)}")
                break
            address = None if got.next is None or got.enough else with_query(address, got.next)
        return found

    def _fetched(self, address: str, number: int) -> Got:
        walk, journal = self._list.name, self._journal
        name = f"{number:05d}.json"
        known = journal.earlier.get(address)
        if known is not None and known.file != f"{walk}/{name}":
            known = None
        answer, page = self._client.get(
            address,
            self._reading(name),
            accept=self._list.accept,
            known=validators(known),
            gone=(404,) if number > 1 else (),
        )
        moment = now()
        if page is None and answer.status != 304:
            got = Got(
                address=address, file="", status=answer.status, retrieved=moment, checked=moment
            )
        else:
            if page is not None and known is not None:
                self._save_missing(known, page)
            got = stored(self._folder, walk, name, answer, known, moment, self._outcome)
            got = msgspec.structs.replace(got, address=address)
        if page is not None:
            got = msgspec.structs.replace(
                got,
                ids=page.ids,
                total=page.total,
                pages=page.pages,
                next=page.next,
                enough=page.enough,
                unclear=page.unclear,
            )
        journal.add(got)
        return got

    def _save_missing(self, known: Got, page: Page) -> None:
        """Keep the page of an attempt before beside the new one that lacks some of its records."""
        attempt = self._begun.attempt - 1
        if attempt and set(known.ids).difference(page.ids, ("",)):
            file = self._folder.beside(known.file, attempt)
            address = f"{known.address}#{attempt}"
            self._journal.add(msgspec.structs.replace(known, address=address, file=file))

    def _reading(self, name: str) -> Callable[[Answer], Page]:
        def read(answer: Answer) -> Page:
            try:
                page = self._list.read(answer)
                self._check_size(answer, page)
                return page
            except InputError:
                self._folder.refuse(self._list.name, name, answer.body)
                raise

        return read

    def _check_size(self, answer: Answer, page: Page) -> None:
        """A source that has lost most of its records is not believed."""
        if page.total is not None and page.total < self._had * _LEFT:
            raise InputError(
                f"{shown(answer.address)} announces {page.total:,} records, and announced "
                f"{self._had:,} when they were last fetched: the files stay as they were",
                hint="if that is right, fetch into another folder",
            )

    def _tell(self, found: list[Got]) -> None:
        pages = found[-1].pages if found else None
        what = f"{self._list.name}: page {len(found) + 1}"
        if pages is not None:
            left = self._client.seconds(max(pages - len(found), 0))
            what += f" of {pages:,}, {duration(left)} left"
        self._progress(what, 0)

    def _judge(self, pages: list[Got], beside: list[Got]) -> None:
        outcome = self._outcome
        outcome.records = _distinct((*pages, *beside))
        outcome.announced = pages[-1].total if pages else None
        if odd := [(number, got.unclear) for number, got in enumerate(pages, 1) if got.unclear]:
            number, what = odd[0]
            more = f" (and so on {len(odd)} pages)" if len(odd) > 1 else ""
            outcome.faults.append(
                f"page {number} announces {what} records in all{more}, which is no number of "
                "records: whether all came cannot be told"
            )
        elif pages and outcome.announced is None:
            outcome.notes.append("it announces no number of records: whether all came is not told")
        if beside and self._complete(pages, beside):
            outcome.notes.append(
                f"records moved between pages meanwhile: {len(beside)} pages of an earlier go "
                "were kept for what the last one lacked"
            )
        if outcome.announced is not None and not self._complete(pages, beside):
            times = "once" if self._begun.attempt == 1 else f"{self._begun.attempt} times"
            words = (
                f"{outcome.announced:,} records were announced and {outcome.records:,} different "
                f"ones came, though the list was read {times}"
            )
            twice = [key for key, n in Counter(_keys(pages)).items() if n > 1]
            if twice:
                shown = ", ".join(twice[:_SHOWN]) + (" …" if len(twice) > _SHOWN else "")
                words += f"; {len(twice):,} came more than once ({shown})"
            outcome.faults.append(words)


def _keys(pages: Iterable[Got]) -> list[str]:
    return [key for got in pages for key in got.ids if key]


def _distinct(pages: Iterable[Got]) -> int:
    """The number of different records; one without a key is different from all others."""
    pages = list(pages)
    return len(set(_keys(pages))) + sum(not key for got in pages for key in got.ids)
