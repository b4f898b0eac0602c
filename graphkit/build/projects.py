"""Project records of all sources, grouped and merged; what is wrong with them is told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from graphkit.build.harvest import FUND, RECORD, SLOTS, Harvest, fund_as_project, source_of
from graphkit.identity.funders import Funder
from graphkit.identity.merging import differing_fields, merge
from graphkit.loaders.intake import Reject
from graphkit.model import Project, ResearchQuestion

Members = list[tuple[int, Project]]


@dataclass(frozen=True)
class MergedProject:
    """A project after merging, with the slot that each part comes from."""

    record: Project
    source: int
    overrides: dict[str, int]
    funders: list[tuple[Funder, int]]

    @property
    def lead(self) -> str | None:
        """The record key of the lead organisation."""
        return next((p.organisation for p in self.record.roles if p.role == "lead"), None)


class ProjectRecords:
    """All projects of a harvest. `funder` resolves a name and a GtR id.

    A project that no source gives a title is left out, unless a question lists
    it: a link or a fund may point to what was not harvested.
    """

    def __init__(
        self,
        harvest: Harvest,
        ranks: list[int],
        funder: Callable[[str | None, str | None], Funder | None],
        listed: set[str],
    ) -> None:
        self._harvest = harvest
        self._ranks = ranks
        self._funder = funder
        self._listed = listed
        # Most projects have one record, and all of a source the same few funders.
        self._funders_of_one: dict[
            tuple[int, str | None, str | None], list[tuple[Funder, int]]
        ] = {}

    def merged(
        self, conflicts: Counter[str] | None = None, rejects: list[Reject] | None = None
    ) -> Iterator[MergedProject]:
        """Every project that has a title or is listed, in a stable order.

        `conflicts` counts the fields on which sources disagree; `rejects` takes
        what is left out, and records of one id that say different things.
        """
        for key, members in self._groups():
            project = self._merge(members, conflicts)
            if project is not None:
                yield project
            if rejects is not None:
                if len(members) > 1:
                    rejects += duplicates(self._harvest, key, members)
                if project is None:
                    rejects.append(self._left_out(key, members))

    def _left_out(self, key: str, members: Members) -> Reject:
        number, record = members[self._main(members)]
        return Reject(
            file=self._harvest.sources[source_of(number)].file.name,
            locator=record.locator or f"what is said of project {key}",
            field="title",
            reason=f"project {key} has no title in any source and is left out",
        )

    def _groups(self) -> Iterator[tuple[str, Members]]:
        funds = self._harvest.funds
        for key, members in self._harvest.projects.groups(self._ranks):
            if funds:
                found = [funds[k] for _, p in members for k in p.fund_keys if k in funds]
                members = [(number, fund_as_project(fund)) for number, fund in found] + members
            yield key, members

    def _main(self, members: Members) -> int:
        """The place of the record that describes the project itself."""
        return next((i for i, (n, _) in enumerate(members) if n % SLOTS != FUND), 0)

    def _merge(self, members: Members, conflicts: Counter[str] | None) -> MergedProject | None:
        if len(members) > 1 and any(record.amount for _, record in members):
            # Innovate UK's money stands with the participants; its fund records say nought.
            members = [
                (n, msgspec.structs.replace(p, amount=None) if _is_empty_fund(n, p) else p)
                for n, p in members
            ]
        record, source, overrides = merge(members, conflicts, self._main(members))
        if record.title is None:
            if record.key not in self._listed:
                return None
            title = record.reference or f"Project {record.key}"
            record = msgspec.structs.replace(record, title=title)
        return MergedProject(record, source, overrides, self._funders(members))

    def _funders(self, members: Members) -> list[tuple[Funder, int]]:
        """The agency and the programme, each from the first source that names one."""
        if len(members) > 1:
            return self._find_funders(members)
        number, record = members[0]
        pair = (number, record.funder_name, record.funder_key)
        if pair not in self._funders_of_one:
            self._funders_of_one[pair] = self._find_funders(members)
        return self._funders_of_one[pair]

    def _find_funders(self, members: Members) -> list[tuple[Funder, int]]:
        found: dict[str, tuple[Funder, int]] = {}
        unknown: tuple[Funder, int] | None = None
        for number, record in members:
            for name, key in ((record.funder_name, record.funder_key), (record.funder_name, None)):
                funder = self._funder(name, key)
                if funder is None:
                    continue
                if not funder.registered:
                    unknown = unknown or (funder, number)
                else:
                    found.setdefault(funder.kind, (funder, number))
        if not found and unknown is not None:
            return [unknown]
        return [found[kind] for kind in sorted(found)]


def _is_empty_fund(number: int, record: Project) -> bool:
    return number % SLOTS == FUND and record.amount == 0


def duplicates(
    harvest: Harvest,
    key: str,
    members: list[tuple[int, Project]] | list[tuple[int, ResearchQuestion]],
) -> Iterator[Reject]:
    """Records of one id in one source that say different things: the first stands."""
    first: dict[int, Project | ResearchQuestion] = {}
    for number, record in members:
        if number % SLOTS != RECORD:
            continue
        kept = first.setdefault(number, record)
        for name in differing_fields(kept, record) if kept is not record else ():
            yield Reject(
                file=harvest.sources[source_of(number)].file.name,
                locator=record.locator,
                field=name,
                reason=f"{key} stands twice in this source; {kept.locator} is kept",
            )
