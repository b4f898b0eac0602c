"""Reading all sources once, and putting what they say where it is needed.

Projects and questions go to disk, grouped by key; what identity needs to know
of everything (organisations, places, bodies) stays in memory.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC

import msgspec

from graphkit.identity.organisations import OrganisationIndex
from graphkit.loaders.intake import Intake, Reject
from graphkit.loaders.sources import SourceFile
from graphkit.model import (
    BodyDetails,
    Fund,
    FunderDetails,
    Participation,
    Place,
    PlaceNames,
    Project,
    ProjectMention,
    ResearchQuestion,
    Topic,
)
from graphkit.snapshot import SourceEntry
from graphkit.spill import Spill
from graphkit.text import slug

# A source can speak of a project in three ways. Each is a slot of its own, so
# that money from a fund record goes before the project record's own sum, and a
# mention in a question's list after every project record.
FUND, RECORD, MENTION = range(3)
SLOTS = 3

_ENDINGS = re.compile(r"(\.(json|jsonl|ndjson|csv|tsv|txt|xml|html?|gz))+$", re.IGNORECASE)
_LONGEST_NAME = 60


@dataclass
class ReadSource:
    """A source after it was read."""

    file: SourceFile
    intake: Intake
    sha256: str
    size: int
    records: int

    @property
    def order(self) -> tuple[int, float, str]:
        """Place in the order of precedence: the lowest wins a field."""
        retrieved = self.file.retrieved()
        newest_first = -retrieved.timestamp() if retrieved else 0.0
        return (self.file.loader.precedence, newest_first, self.sha256)


@dataclass
class Harvest:
    """Everything that was read."""

    questions: Spill[ResearchQuestion]
    projects: Spill[Project]
    sources: list[ReadSource] = field(default_factory=list)
    organisations: OrganisationIndex = field(default_factory=OrganisationIndex)
    places: list[tuple[int, Place]] = field(default_factory=list)
    """With the slot of the source that describes each."""
    place_names: list[PlaceNames] = field(default_factory=list)
    bodies: list[BodyDetails] = field(default_factory=list)
    funders: list[FunderDetails] = field(default_factory=list)
    topics: list[tuple[int, Topic]] = field(default_factory=list)
    funds: dict[str, tuple[int, Fund]] = field(default_factory=dict)
    """GtR-2 fund records that do not say which project they belong to, by their key."""

    def ranks(self) -> list[int]:
        """Place in the order of precedence for each slot (see `slot`)."""
        order = sorted(
            range(len(self.sources)), key=lambda number: (self.sources[number].order, number)
        )
        ranks = [0] * (SLOTS * len(order))
        for place, number in enumerate(order):
            ranks[slot(number, FUND)] = place
            ranks[slot(number, RECORD)] = place + len(order)
            ranks[slot(number, MENTION)] = place + 2 * len(order)
        return ranks

    def precedence_of(self, number: int) -> int:
        """The precedence of the loader behind a slot."""
        return self.sources[source_of(number)].file.loader.precedence

    def graph_names(self) -> list[str]:
        """The name of each source's graph: its format and its file's name (decisions/0028).

        Sources of one format and content are one, under the first of their names; where files of
        one name differ, a part of the hash tells them apart.
        """
        keys = [(source.file.loader.name, source.sha256) for source in self.sources]
        stems: dict[tuple[str, str], str] = {}
        for key, source in zip(keys, self.sources, strict=True):
            stem = graph_stem(key[0], source.file.provenance.file)
            stems[key] = min(stem, stems.get(key, stem))
        uses = Counter(stems.values())
        return [
            stems[key] if uses[stems[key]] == 1 else f"{stems[key]}-{key[1][:12]}" for key in keys
        ]

    def rejects(self) -> list[Reject]:
        """All that was refused, in the order of the sources."""
        return [reject for source in self.sources for reject in source.intake.rejects]


def graph_stem(format_name: str, file_name: str) -> str:
    """The beginning of the name of a source's graph, safe in an address.

    >>> graph_stem("gtr-portal-json", "projects.jsonl.gz"), graph_stem("ror", "v2.1 (März).json")
    ('gtr-portal-json-projects', 'ror-v2-1-marz')
    """
    name = _ENDINGS.sub("", file_name)
    words = slug(name)
    if len(words) > _LONGEST_NAME or not words:
        digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
        words = f"{words[:_LONGEST_NAME]}-{digest}".strip("-")
    return f"{format_name}-{words}"


def slot(source: int, way: int) -> int:
    """The number under which a source's words of one kind are kept."""
    return source * SLOTS + way


def source_of(number: int) -> int:
    """The source of a slot."""
    return number // SLOTS


def mentioned_project(
    harvest: Harvest, mention: ProjectMention, source: int, precedence: int, key: str | None = None
) -> Project:
    """What a question's list says of a project, as a project record."""
    roles: tuple[Participation, ...] = ()
    if mention.lead_organisation:
        lead = harvest.organisations.mention(mention.lead_organisation, precedence, source)
        roles = (Participation(organisation=lead, role="lead"),)
    return Project(
        key=key or mention.key or "",
        title=mention.title,
        reference=mention.reference,
        url=mention.url,
        start=mention.start,
        end=mention.end,
        funder_name=mention.funder,
        roles=roles,
    )


def fund_as_project(fund: Fund) -> Project:
    """What a fund record says of its project."""
    return Project(
        key=fund.project_key or "",
        amount=fund.amount,
        start=fund.start,
        end=fund.end,
        award_type=fund.award_type,
        funder_key=fund.funder_key,
    )


def catalogue(harvest: Harvest, base: str) -> list[SourceEntry]:
    """The sources as a manifest lists them, in order of their graphs."""
    entries: dict[str, SourceEntry] = {}
    for source, graph in zip(harvest.sources, harvest.graph_names(), strict=True):
        retrieved = source.file.retrieved()
        provenance = source.file.provenance
        entry = SourceEntry(
            graph=f"{base}graph/{graph}",
            file=provenance.file,
            format=source.file.loader.name,
            title=provenance.title,
            publisher=provenance.publisher,
            address=provenance.address,
            licence=provenance.licence,
            attribution=provenance.attribution,
            retrieved=retrieved.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            if retrieved
            else None,
            sha256=source.sha256,
            bytes=source.size,
            records=source.records,
            rejects=len(source.intake.rejects),
            note=provenance.note,
            unknown_fields=sorted(source.intake.drift),
            fetched=bool(provenance.retrieved),
        )
        kept = entries.get(graph)
        if kept is None or msgspec.json.encode(entry) < msgspec.json.encode(kept):
            entries[graph] = entry
    return [entries[graph] for graph in sorted(entries)]
