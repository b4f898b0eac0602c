"""The projects of a graph: surveyed once, then written, as far as they are not as they were."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from graphkit.build.keeping import FOLDER, KeptPieces, PieceFile, mapped, pack, pieces_of
from graphkit.build.parts import HASH_BYTES, PartWriter
from graphkit.build.projects import MergedProject, ProjectFacts, ProjectGroup, ProjectRecords
from graphkit.identity.funders import Funder
from graphkit.identity.grants import Grants
from graphkit.identity.projects import ProjectIndex, TitleIndex
from graphkit.loaders.intake import Reject
from graphkit.model import Project
from graphkit.progress import Progress
from graphkit.rdf.projects import ProjectEmitter
from graphkit.rdf.topics import TopicRegister

_FILE = "projects"
_FACTS = "facts"
Teaser = tuple[int, str]


class _Trace(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a project: the hash of its records, what they say, and the codes of the
    places that its texts name, with a hash of the texts' surroundings."""

    inputs: bytes
    facts: ProjectFacts
    naming: bytes
    named: tuple[str, ...]


_TRACE: Any = msgspec.msgpack.Decoder(_Trace).decode
_FOUND: Any = msgspec.msgpack.Decoder(tuple[ProjectFacts | None, bool]).decode


class KeptProjects:
    """What an earlier build knew of projects, by their key."""

    def __init__(self, folder: Path | None) -> None:
        self._pieces = KeptPieces(folder / FOLDER / _FILE if folder is not None else None)

    def get(self, group: ProjectGroup) -> _Trace | None:
        """What is known of a project whose records are still the same."""
        piece = self.packed(group)
        if piece is None:
            return None
        trace: _Trace = _TRACE(piece)
        return trace if trace.inputs == group.inputs else None

    def packed(self, group: ProjectGroup) -> memoryview | None:
        """What is known of a project, as it was kept."""
        return self._pieces.get(_key_hash(group.key))


def _key_hash(key: str) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16).digest()


@dataclass(frozen=True)
class Surroundings:
    """Everything outside a project's records that its statements depend on.

    `graphs` names the graph of each slot; `gazetteer` is a hash of all places.
    """

    grants: Grants
    teasers: Mapping[str, Teaser]
    addresses: Mapping[str, list[tuple[int, str]]]
    located: Callable[[str | None, str | None], tuple[str, ...]]
    """IRIs of places by the record key of the lead and the region that a record states."""
    find_places: Callable[[str], list[str]]
    place: Callable[[str], str]
    organisation: Callable[[str], str]
    funder: Callable[[Funder], str]
    graphs: list[str]
    gazetteer: bytes


class ProjectParts:
    """Goes over all projects twice: `survey`, then `write`. `work` takes what is put aside."""

    def __init__(
        self, records: ProjectRecords, kept: KeptProjects, keeping: Path, work: Path
    ) -> None:
        self._records = records
        self._kept = kept
        self._keeping = keeping
        self._aside = work / _FACTS
        self.organisations: set[str] = set()
        """Record keys of the organisations that take part in any of them."""
        self.keys: set[str] = set()
        """Keys of all projects that are in the graph."""

    def survey(
        self,
        titles: TitleIndex,
        canonical: Callable[[str], str],
        conflicts: Counter[str],
        rejects: list[Reject],
    ) -> Grants:
        """Look at every project once: relatives, titles, conflicting records."""
        index = ProjectIndex()
        keys = self.keys
        amounts: dict[str, float] = {}
        with PieceFile(self._aside) as aside:
            for group in self._records.groups():
                trace = self._kept.get(group)
                if trace is not None:
                    facts: ProjectFacts | None = trace.facts
                else:
                    facts, plain = self._records.facts(group, rejects)
                    aside.write(pack((facts, plain)))
                if facts is None:
                    continue
                key = group.key
                keys.add(key)
                conflicts.update(facts.conflicts)
                if facts.amount is not None:
                    amounts[key] = facts.amount
                lead = canonical(facts.lead) if facts.lead else None
                self.organisations.update(facts.organisations)
                index.add(key, facts.likeness, lead)
                # Asked for every project: a funder that is met here is one of the graph's.
                found = self._records.funders(group, facts)
                if titles.wants(facts.likeness.title):
                    funders = {funder.key for funder, _ in found}
                    titles.add(facts.likeness.title, key, funders, lead)
        return Grants(index.kinship(keys), amounts)

    def write(
        self,
        out: PartWriter,
        emitter: ProjectEmitter,
        topics: TopicRegister,
        around: Surroundings,
        progress: Progress,
    ) -> int:
        """Write all projects that the records describe; returns how many."""
        aside = mapped(self._aside)
        found = pieces_of(aside)
        number = 0
        with PieceFile(self._keeping / _FILE) as keeping:
            for group in self._records.groups():
                trace = self._kept.get(group)
                if trace is not None:
                    facts, plain = trace.facts, True
                else:
                    start, end, _, _ = next(found)
                    facts, plain = _FOUND(aside[start:end])
                if facts is None:
                    continue
                project = _Writing(self._records, group, facts, around, trace)
                if out.write_again(project.inputs):
                    for topic in facts.topics:
                        topics.iri(topic)
                else:
                    out.write(project.lines(emitter), project.inputs)
                if trace is not None and trace.naming == project.naming:
                    keeping.write(self._kept.packed(group) or b"", _key_hash(group.key))
                elif plain:
                    kept = _Trace(group.inputs, facts, project.naming, project.named)
                    keeping.write(pack(kept), _key_hash(group.key))
                number += 1
                if not number % 1000:
                    progress("writing projects", number)
        return number


def _names_of(record: Project, around: Surroundings) -> tuple[str, ...]:
    """Codes of the places that a project's texts name."""
    teaser = around.teasers.get(record.key)
    parts = (record.title, record.abstract or (teaser and teaser[1]))
    return tuple(around.find_places("\n".join(part for part in parts if part)))


def lines_of(
    project: MergedProject,
    emitter: ProjectEmitter,
    around: Surroundings,
    named: tuple[str, ...] | None = None,
) -> list[str]:
    """All statements on a project; `named` are codes of places that its texts name, if known."""
    record = project.record
    if named is None:
        named = _names_of(record, around)
    return emitter.lines(
        record,
        project.source,
        project.overrides,
        funders=[(around.funder(one), slot) for one, slot in project.funders],
        teaser=around.teasers.get(record.key),
        located=around.located(project.lead, record.region),
        concerns=tuple(map(around.place, named)),
        grants=around.grants,
        addresses=around.addresses.get(record.key, []),
    )


class _Writing:
    """One project that is to be written. It is merged only if it has to be."""

    def __init__(
        self,
        records: ProjectRecords,
        group: ProjectGroup,
        facts: ProjectFacts,
        around: Surroundings,
        trace: _Trace | None,
    ) -> None:
        self._records = records
        self._group = group
        self._around = around
        self._project: MergedProject | None = None
        teaser = around.teasers.get(group.key)
        said = teaser[1].encode() if teaser is not None else b""
        self.naming = hashlib.blake2b(around.gazetteer + said, digest_size=HASH_BYTES).digest()
        if trace is not None and trace.naming == self.naming:
            self.named = trace.named
        else:
            self.named = _names_of(self._merged().record, around)
        self.inputs = self._hash(facts, teaser)

    def _merged(self) -> MergedProject:
        if self._project is None:
            self._project = self._records.merged(self._group)
            assert self._project is not None  # or it would have no facts
        return self._project

    def _hash(self, facts: ProjectFacts, teaser: Teaser | None) -> bytes:
        around, key = self._around, self._group.key
        graphs, kinship = around.graphs, around.grants.kinship
        surroundings = (
            [around.organisation(one) for one in facts.organisations],
            around.located(facts.lead, facts.region),
            [
                (around.funder(one), graphs[slot])
                for one, slot in self._records.funders(self._group, facts)
            ],
            graphs[teaser[0]] if teaser is not None else "",
            self.named,
            [(graphs[slot], question) for slot, question in around.addresses.get(key, ())],
            kinship.joint_with.get(key),
            kinship.transferred_from.get(key),
            around.grants.key_of(key),
            around.grants.amount_of(key),
        )
        digest = hashlib.blake2b(self._group.inputs, digest_size=HASH_BYTES)
        digest.update(self.naming)
        digest.update(pack(surroundings))
        return digest.digest()

    def lines(self, emitter: ProjectEmitter) -> list[str]:
        """All statements on it."""
        return lines_of(self._merged(), emitter, self._around, self.named)
