"""What differs between two snapshots, as records, put aside on disk and counted."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import islice

import msgspec

from graphkit.changes.bodies import SUCCEEDED_BY, body_changes
from graphkit.changes.details import gather_details
from graphkit.changes.links import link_changes, similar_changes
from graphkit.changes.narrowing import Narrowing
from graphkit.changes.pair import Pair
from graphkit.changes.records import (
    DEPARTMENTS,
    FUNDERS,
    LINKS,
    PROJECTS,
    QUESTIONS,
    SECTIONS,
    SIMILAR,
    SOURCES,
    WHAT,
    Change,
    Untold,
)
from graphkit.changes.sources import source_changes
from graphkit.changes.things import project_changes, question_changes, rest
from graphkit.errors import SnapshotError
from graphkit.progress import Progress, silent
from graphkit.snapshot import Snapshot
from graphkit.subgraph.classes import ADDRESSES, QUESTION

_BATCH = 1_000
EVERY_SECTION = frozenset(SECTIONS)


@dataclass
class Comparison:
    """What changed from one snapshot to another. Close it, or use it in a `with` block.

    `counts` are by section and what happened; `unlisted` counts what differs and is not told
    one by one (page views, organisations …), in words. The records themselves lie in a
    temporary file, so that memory does not grow with their number.

    Of links, there are at most `most` records of what happened; counts are of all. Only what
    `sections` names is compared.
    """

    pair: Pair
    narrowing: Narrowing
    sections: AbstractSet[str] = EVERY_SECTION
    most: int | None = None
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    unlisted: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(
        cls,
        old: Snapshot,
        new: Snapshot,
        narrowing: Narrowing | None = None,
        progress: Progress = silent,
        *,
        sections: AbstractSet[str] = EVERY_SECTION,
        most: int | None = None,
    ) -> Comparison:
        """Compare two snapshots; with `sections` and `most`, see there, in a part of the time.

        Raises UsageError where their bases differ, SnapshotError where one cannot be read or
        the disk has no room.
        """
        self = cls(Pair(old, new, progress), narrowing or Narrowing(), sections, most)
        try:
            self._find(progress)
        except sqlite3.Error as error:
            self.close()
            raise SnapshotError(
                f"the snapshots cannot be compared: {error}",
                hint="see that the folder for temporary files has room (SQLITE_TMPDIR, TMPDIR)",
            ) from None
        except BaseException:
            self.close()
            raise
        return self

    @property
    def old(self) -> Snapshot:
        """The snapshot before."""
        return self.pair.old

    @property
    def new(self) -> Snapshot:
        """The snapshot after."""
        return self.pair.new

    @property
    def differs(self) -> bool:
        """Whether anything is different, told or only counted."""
        return bool(self.counts or self.unlisted)

    def number(self, section: str) -> int:
        """How many changes a section has."""
        return sum(count for (one, _), count in self.counts.items() if one == section)

    def groups(self) -> Iterator[tuple[str, str, int]]:
        """Section, what happened and how often, in the order in which they are told."""
        for section in SECTIONS:
            for what in WHAT:
                if count := self.counts[section, what]:
                    yield section, what, count

    def changes(self, section: str, what: str) -> Iterator[Change]:
        """The changes of a group, sorted by IRI."""
        decode = msgspec.msgpack.Decoder(Change).decode
        query = "SELECT data FROM temp.change WHERE section = ? AND what = ? ORDER BY n"
        for (data,) in self.pair.database.execute(query, (section, what)):
            yield decode(data)

    def everything(self, limit: int | None = None) -> Iterator[Change]:
        """All changes, group by group; with `limit` the first ones of each group."""
        for section, what, _ in self.groups():
            yield from islice(self.changes(section, what), limit)

    def is_cut(self, limit: int | None) -> bool:
        """Whether a group has more changes than `limit`."""
        return limit is not None and any(count > limit for _, _, count in self.groups())

    def _find(self, progress: Progress) -> None:
        database = self.pair.database
        database.execute(
            "CREATE TEMP TABLE change (n INTEGER PRIMARY KEY, section TEXT, what TEXT, data BLOB)"
        )
        encode = msgspec.msgpack.Encoder().encode
        held: list[tuple[str, str, bytes]] = []

        def put() -> None:
            database.executemany(
                "INSERT INTO temp.change (section, what, data) VALUES (?, ?, ?)", held
            )
            held.clear()

        for number, change in enumerate(self._all(progress), 1):
            if isinstance(change, Untold):
                self.counts[change.section, change.what] += change.number
                continue
            if change.section not in self.sections:
                continue
            self.counts[change.section, change.what] += 1
            held.append((change.section, change.what, encode(change)))
            if len(held) >= _BATCH:
                put()
                progress("changes", number)
        put()
        database.execute("CREATE INDEX temp.change_group ON change (section, what, n)")

    def _all(self, progress: Progress) -> Iterator[Change | Untold]:
        pair, sections = self.pair, self.sections
        kept = self.narrowing.prepare(pair)
        if not pair.equal:
            progress("comparing links", 0)
            if sections.isdisjoint({PROJECTS, SIMILAR}):
                pair.compare_links((ADDRESSES, SUCCEEDED_BY), QUESTION)
            else:
                pair.compare_links()
            gather_details(pair, awards=PROJECTS in sections)
            if QUESTIONS in sections:
                yield from question_changes(pair, kept, self.unlisted)
            if LINKS in sections:
                yield from link_changes(pair, kept, self.most)
            if SIMILAR in sections:
                yield from similar_changes(pair, kept)
            if PROJECTS in sections:
                yield from project_changes(pair, kept, self.unlisted)
            if not sections.isdisjoint({DEPARTMENTS, FUNDERS}):
                yield from body_changes(pair, kept)
            if not kept.narrow and sections == EVERY_SECTION:
                rest(pair, self.unlisted)
        if SOURCES in sections:
            yield from source_changes(pair.old, pair.new)

    def close(self) -> None:
        """Close the files."""
        self.pair.close()

    def __enter__(self) -> Comparison:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
