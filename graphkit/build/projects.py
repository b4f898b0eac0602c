"""Project records of all sources, grouped and merged; what is wrong with them is told once.

Records are merged twice: for what the whole graph needs to know of each project (`ProjectFacts`)
and for its statements. Where an earlier build kept both, they are not even unpacked.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from graphkit.build.harvest import FUND, RECORD, SLOTS, Harvest, fund_as_project, source_of
from graphkit.build.keeping import pack
from graphkit.build.parts import HASH_BYTES
from graphkit.identity.funders import Funder
from graphkit.identity.merging import differing_fields, merge
from graphkit.identity.projects import Likeness
from graphkit.loaders.intake import Reject
from graphkit.model import Project, ResearchQuestion, Topic
from graphkit.spill import Packed

Members = list[tuple[int, Project]]
_Named = tuple[int, str | None, str | None]
"""A slot, and the name and GtR key of a funder in its record."""


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


class ProjectFacts(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a merged project without its records.

    `funders` are name and GtR key as each record names the funder, best source first;
    `organisations` are record keys in order of the roles; `conflicts` counts the fields on which
    sources disagree.
    """

    likeness: Likeness
    amount: float | None
    lead: str | None
    organisations: tuple[str, ...]
    funders: tuple[tuple[str | None, str | None], ...]
    region: str | None
    topics: tuple[Topic, ...]
    conflicts: dict[str, int]


class ProjectGroup(NamedTuple):
    """All records of one project; `inputs` is a hash of them and of where each comes from."""

    key: str
    members: list[Packed]
    inputs: bytes


class ProjectRecords:
    """All projects of a harvest. `funder` resolves a name and a GtR id; `graphs` names the graph
    of each slot.

    A project that no source gives a title is left out, unless a question lists
    it: a link or a fund may point to what was not harvested.
    """

    def __init__(
        self,
        harvest: Harvest,
        ranks: list[int],
        graphs: list[str],
        funder: Callable[[str | None, str | None], Funder | None],
        listed: set[str],
    ) -> None:
        self._harvest = harvest
        self._ranks = ranks
        self._slots = [
            b"\0%d%s\0" % (number % SLOTS, graph.encode()) for number, graph in enumerate(graphs)
        ]
        self._hashes = b""
        self._funder = funder
        self._listed = listed
        # Most projects have one record, and all of a source the same few funders.
        self._funders_of_one: dict[
            tuple[int, str | None, str | None], list[tuple[Funder, int]]
        ] = {}

    def groups(self) -> Iterator[ProjectGroup]:
        """The records of every project, in a stable order. The hashes are made once."""
        known, hashes = self._hashes, bytearray()
        for number, (key, members) in enumerate(self._harvest.projects.packed_groups(self._ranks)):
            if self._harvest.funds:
                members = self._funds(members) + members
            if known:
                inputs = known[number * HASH_BYTES : (number + 1) * HASH_BYTES]
            else:
                inputs = self._hash_of(members)
                hashes += inputs
            yield ProjectGroup(key, members, inputs)
        self._hashes = known or bytes(hashes)

    def _hash_of(self, members: list[Packed]) -> bytes:
        digest = hashlib.blake2b(digest_size=HASH_BYTES)
        for one in members:
            digest.update(self._slots[one.source])
            digest.update(one.record)
        return digest.digest()

    def _funds(self, members: list[Packed]) -> list[Packed]:
        """The fund records that project records name, as records of their project."""
        funds = self._harvest.funds
        found = [
            funds[key]
            for one in members
            for key in self._harvest.projects.unpacked(one).fund_keys
            if key in funds
        ]
        return [
            Packed(number, "", msgspec.Raw(pack(fund_as_project(fund)))) for number, fund in found
        ]

    def merged(self, group: ProjectGroup) -> MergedProject | None:
        """The project, where it has a title or is listed."""
        return self._merge(group.key, self._members(group), None)

    def facts(self, group: ProjectGroup, rejects: list[Reject]) -> tuple[ProjectFacts | None, bool]:
        """What the whole graph needs to know of a project, and whether the records alone say so.

        It is None for a project that is left out. `rejects` takes what is left out, and records
        of one id that say different things.
        """
        members = self._members(group)
        conflicts: Counter[str] = Counter()
        project = self._merge(group.key, members, conflicts)
        found = list(duplicates(self._harvest, group.key, members)) if len(members) > 1 else []
        rejects += found
        if project is None:
            rejects.append(self._left_out(group.key, members))
            return None, False
        record = project.record
        facts = ProjectFacts(
            likeness=Likeness.of(record),
            amount=record.amount,
            lead=project.lead,
            organisations=tuple(part.organisation for part in record.roles),
            funders=tuple((one.funder_name, one.funder_key) for _, one in members),
            region=record.region,
            topics=record.topics,
            conflicts=dict(conflicts),
        )
        return facts, not found and any(one.title for _, one in members)

    def funders(self, group: ProjectGroup, facts: ProjectFacts) -> list[tuple[Funder, int]]:
        """The agency and the programme, each from the first source that names one."""
        return self._funders(
            [
                (one.source, name, key)
                for one, (name, key) in zip(group.members, facts.funders, strict=True)
            ]
        )

    def _members(self, group: ProjectGroup) -> Members:
        unpacked = self._harvest.projects.unpacked
        return [(one.source, unpacked(one)) for one in group.members]

    def _left_out(self, key: str, members: Members) -> Reject:
        number, record = members[self._main(members)]
        return Reject(
            file=self._harvest.sources[source_of(number)].file.name,
            locator=record.locator or f"what is said of project {key}",
            field="title",
            reason=f"project {key} has no title in any source and is left out",
        )

    def _main(self, members: Members) -> int:
        """The place of the record that describes the project itself."""
        return next((i for i, (n, _) in enumerate(members) if n % SLOTS != FUND), 0)

    def _merge(
        self, key: str, members: Members, conflicts: Counter[str] | None
    ) -> MergedProject | None:
        if len(members) > 1 and any(record.amount for _, record in members):
            # Innovate UK's money stands with the participants; its fund records say nought.
            members = [
                (n, msgspec.structs.replace(p, amount=None) if _is_empty_fund(n, p) else p)
                for n, p in members
            ]
        record, source, overrides = merge(members, conflicts, self._main(members))
        if record.title is None:
            if key not in self._listed:
                return None
            title = record.reference or f"Project {key}"
            record = msgspec.structs.replace(record, title=title)
        named = [(number, one.funder_name, one.funder_key) for number, one in members]
        return MergedProject(record, source, overrides, self._funders(named))

    def _funders(self, named: list[_Named]) -> list[tuple[Funder, int]]:
        if len(named) > 1:
            return self._find_funders(named)
        if named[0] not in self._funders_of_one:
            self._funders_of_one[named[0]] = self._find_funders(named)
        return self._funders_of_one[named[0]]

    def _find_funders(self, named: list[_Named]) -> list[tuple[Funder, int]]:
        found: dict[str, tuple[Funder, int]] = {}
        unknown: tuple[Funder, int] | None = None
        for number, name, own_key in named:
            for key in (own_key, None):
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
