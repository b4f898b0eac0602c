"""How a snapshot is to be cited: itself, the sources that it is made of, and their licences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphkit.errors import SnapshotError
from graphkit.licences import Licence, licence_of
from graphkit.snapshot import Snapshot, SourceEntry

TITLE = "Questions of government and funded research: a knowledge graph"
AUTHOR = "graphkit"


def one_line(name: str) -> str:
    """A name as a citation can hold it: line ends and control characters are spaces.

    >>> one_line(" What\\nWorks\\x1b Centre ")
    'What Works Centre'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())


@dataclass(frozen=True)
class CitedSource:
    """Sources of one title, publisher, address and licence: the pages of an answer are one.

    `first` and `last` are days of retrieval, or empty.
    """

    title: str
    publisher: str
    address: str
    licence: Licence | None
    attribution: str
    note: str
    first: str
    last: str
    files: int
    records: int

    @property
    def retrieved(self) -> str:
        """When, for people: a day, or from one to another."""
        if self.first == self.last:
            return self.first
        return f"{self.first} to {self.last}"


@dataclass(frozen=True)
class Citation:
    """Everything that a citation names. `address` is where the snapshot is published, or empty."""

    title: str
    authors: tuple[str, ...]
    publisher: str
    address: str
    snapshot: str
    created: str
    quads: int
    size: int
    sha256: str
    made_by: str
    ontology: str
    sources: tuple[CitedSource, ...]

    @property
    def day(self) -> str:
        """The day on which the snapshot was built."""
        return self.created[:10]

    @property
    def year(self) -> str:
        """The year of it."""
        return self.created[:4]

    @property
    def licences(self) -> tuple[Licence, ...]:
        """The licences of the sources, each once."""
        return tuple(sorted({one.licence for one in self.sources if one.licence}))

    @property
    def unlicensed(self) -> tuple[CitedSource, ...]:
        """Sources that name no licence."""
        return tuple(one for one in self.sources if one.licence is None)

    @property
    def words(self) -> str:
        """What the data set is, in a few sentences."""
        text = (
            f"Snapshot {self.snapshot} of a graph built by {self.made_by} under ontology "
            f"{self.ontology}: {self.quads:,} statements, each in the named graph of its source. "
            f"SHA-256 of the statements: {self.sha256}."
        )
        if self.licences:
            names = "; ".join(one.name for one in self.licences)
            text += f" The sources are under these licences: {names}."
        if self.unlicensed:
            names = "; ".join(one.title for one in self.unlicensed)
            text += f" These name none: {names}."
        return text


def citation(
    snapshot: Snapshot,
    *,
    title: str = TITLE,
    authors: Sequence[str] = (),
    publisher: str = "",
    address: str = "",
) -> Citation:
    """The citation of a snapshot; whoever published it may be named, and where.

    Raises SnapshotError where the file of its statements is gone.
    """
    manifest = snapshot.manifest
    named = tuple(map(one_line, authors)) or (AUTHOR,)
    try:
        size = snapshot.quads.stat().st_size
    except OSError as error:
        raise SnapshotError(
            f"{snapshot.quads}: cannot be read: {error.strerror or error}", hint="build again"
        ) from None
    return Citation(
        title=one_line(title),
        authors=named,
        publisher=one_line(publisher) or named[0],
        address=address,
        snapshot=manifest.id,
        created=manifest.created,
        quads=manifest.quads,
        size=size,
        sha256=manifest.quads_sha256,
        made_by=f"graphkit {manifest.graphkit}",
        ontology=manifest.ontology,
        sources=tuple(_cited(manifest.sources)),
    )


def _cited(entries: Iterable[SourceEntry]) -> list[CitedSource]:
    groups: dict[tuple[str, ...], list[SourceEntry]] = {}
    for entry in entries:
        key = (
            entry.title or entry.format,
            entry.publisher or "",
            entry.address or "",
            entry.licence or "",
            entry.attribution or "",
        )
        groups.setdefault(key, []).append(entry)
    return [_one(key, members) for key, members in sorted(groups.items())]


def _one(key: tuple[str, ...], members: list[SourceEntry]) -> CitedSource:
    title, publisher, address, licence, attribution = key
    days = sorted(one.retrieved[:10] for one in members if one.retrieved)
    notes = dict.fromkeys(one.note for one in members if one.note)
    return CitedSource(
        title=title,
        publisher=publisher,
        address=address,
        licence=licence_of(licence) if licence else None,
        attribution=attribution,
        note=" ".join(notes),
        first=days[0] if days else "",
        last=days[-1] if days else "",
        files=len(members),
        records=sum(one.records for one in members),
    )
