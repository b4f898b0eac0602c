"""What each source's harvest consists of, walk by walk; and what it would take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from graphkit.errors import UsageError
from graphkit.fetching import ari, gtr2, gtr_portal, lists, places, ror, singles
from graphkit.fetching.client import Client
from graphkit.fetching.folder import HarvestFolder
from graphkit.fetching.gtr_portal import Search
from graphkit.fetching.named_projects import NamedProject
from graphkit.fetching.outcome import Forecast, Outcome
from graphkit.progress import Progress, silent

EVERY_PROJECT = Search()


@dataclass(frozen=True)
class Ari:
    """The ARI database: questions by its API, and pages of given or all of them."""

    since: date | None = None
    pages: bool = False
    ids: tuple[str, ...] = ()

    def forecast(self, client: Client, folder: HarvestFolder) -> Iterator[Forecast]:
        """What it would take; asks for one page of the list."""
        expected = lists.forecast(ari.questions(client.api, self.since), client, folder)
        yield expected
        if self.ids:
            yield singles.forecast(ari.pages(client.api, self.ids), client, folder)
        elif self.pages:
            there = len(folder.journal("pages").got)
            number = max((expected.records or 0) - there, 0)
            yield Forecast("pages", number, client.seconds(number), expected.records)

    def run(self, client: Client, folder: HarvestFolder, progress: Progress) -> Iterator[Outcome]:
        """Fetch it."""
        wanted = ari.pages(client.api, self.ids) if self.ids else None
        listed = ari.questions(client.api, self.since)
        yield lists.walk(listed, client, folder, progress)
        if wanted is None and self.pages:
            wanted = ari.pages(client.api, ari.listed_ids(folder, listed.name))
        if wanted is not None:
            yield singles.collect(wanted, client, folder, progress)


@dataclass(frozen=True)
class Gtr:
    """Gateway to Research: by a search, or the projects that questions name.

    Raises UsageError for what an API cannot be asked.
    """

    via: str = "portal"
    search: Search = EVERY_PROJECT
    named: Sequence[NamedProject] | None = None
    kinds: tuple[str, ...] = gtr2.KINDS

    def __post_init__(self) -> None:
        if self.named is not None and self.search != EVERY_PROJECT:
            raise UsageError(
                "projects are either searched or those that questions name",
                hint="leave out --term, --funder and --since, or the questions",
            )
        if self.via == "gtr2" and (self.search.funder or self.search.since):
            raise UsageError(
                "the GtR-2 API finds projects neither by funder nor by date",
                hint="--via portal does",
            )

    def forecast(self, client: Client, folder: HarvestFolder) -> Iterator[Forecast]:
        """What it would take; asks for one page of each list."""
        for part in self._lists(client):
            yield lists.forecast(part, client, folder)
        if self.named is not None:
            yield singles.forecast(self._named(client, self.named), client, folder)

    def run(self, client: Client, folder: HarvestFolder, progress: Progress) -> Iterator[Outcome]:
        """Fetch it."""
        for part in self._lists(client):
            outcome = lists.walk(part, client, folder, progress)
            if not outcome.records and not outcome.announced:
                outcome.faults.append("nothing was found: see that term and names are as GtR's")
            yield outcome
        if self.named is not None:
            wanted = self._named(client, self.named)
            outcome = singles.collect(wanted, client, folder, progress)
            _note_others(outcome, folder, wanted.name)
            yield outcome
        if self.via == "gtr2" and (self.named is not None or self._term):
            walk = self._linking(client)
            for kind, ids in gtr2.linked_ids(folder, walk).items():
                if kind in self.kinds and ids:
                    part_of = gtr2.singles(client.api, kind, ids)
                    yield singles.collect(part_of, client, folder, progress)

    @property
    def _term(self) -> str:
        return "" if self.search.term == gtr_portal.EVERYTHING else self.search.term

    def _lists(self, client: Client) -> list[lists.PagedList]:
        if self.named is not None:
            return []
        if self.via == "portal":
            return [gtr_portal.search(client.api, self.search)]
        if self._term:
            return [gtr2.listed(client.api, "project", self._term)]
        return [gtr2.listed(client.api, kind) for kind in self.kinds]

    def _named(self, client: Client, named: Sequence[NamedProject]) -> singles.Singles:
        if self.via == "portal":
            return gtr_portal.named(client.api, named)
        return gtr2.singles(client.api, "project", [one.key for one in named if one.key])

    def _linking(self, client: Client) -> str:
        if self.named is not None:
            return self._named(client, self.named).name
        return self._lists(client)[0].name


@dataclass(frozen=True)
class Ror:
    """The Research Organization Registry's latest dump."""

    def forecast(self, client: Client, folder: HarvestFolder) -> Iterator[Forecast]:
        """What it would take; asks which dump is the latest."""
        yield ror.forecast(client)

    def run(self, client: Client, folder: HarvestFolder, progress: Progress) -> Iterator[Outcome]:
        """Fetch it."""
        yield ror.fetch(client, folder, progress)


@dataclass(frozen=True)
class Places:
    """mySociety's register of authorities."""

    def forecast(self, client: Client, folder: HarvestFolder) -> Iterator[Forecast]:
        """What it would take; asks for nothing."""
        yield singles.forecast(places.register(client.api), client, folder)

    def run(self, client: Client, folder: HarvestFolder, progress: Progress) -> Iterator[Outcome]:
        """Fetch it."""
        yield _without_records(
            singles.collect(places.register(client.api), client, folder, progress)
        )


@dataclass(frozen=True)
class Tables:
    """Tables of places at addresses of one host that the user names."""

    addresses: tuple[str, ...]

    def forecast(self, client: Client, folder: HarvestFolder) -> Iterator[Forecast]:
        """What it would take; asks for nothing."""
        yield singles.forecast(places.tables(self.addresses), client, folder)

    def run(self, client: Client, folder: HarvestFolder, progress: Progress) -> Iterator[Outcome]:
        """Fetch them."""
        yield _without_records(
            singles.collect(places.tables(self.addresses), client, folder, progress)
        )


Harvest = Ari | Gtr | Ror | Places | Tables


def harvest(
    what: Harvest, client: Client, folder: HarvestFolder, progress: Progress = silent
) -> Iterator[Outcome]:
    """Fetch a source, walk by walk; the manifest is written after each.

    A harvest that was not completed goes on: walks that are done are not gone over again.
    """
    folder.open_harvest(f"{client.api} {what!r}")
    sound = True
    for outcome in what.run(client, folder, progress):
        if not outcome.faults:
            folder.finish(outcome.name)
        sound = sound and not outcome.faults
        folder.write_manifest()
        yield outcome
    if sound:
        folder.close_harvest()


def _without_records(outcome: Outcome) -> Outcome:
    """A table counts as one answer, not as a record."""
    outcome.records = None
    return outcome


def _note_others(outcome: Outcome, folder: HarvestFolder, walk: str) -> None:
    """Say where a reference led to another record than the question names."""
    others = [
        got.file
        for got in folder.journal(walk).got.values()
        if got.ids
        and got.file.rpartition("/")[2].startswith(tuple("0123456789ABCDEF"))
        and got.ids[0] not in got.file
    ]
    if others:
        outcome.notes.append(
            f"{len(others):,} grant references lead to another record of the grant than the one "
            "that the questions name; --via gtr2 asks for the very records"
        )
