"""Reading sources, or taking from what an earlier build kept what they still say."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from graphkit.build.harvest import (
    FUND,
    MENTION,
    RECORD,
    Harvest,
    ReadSource,
    fund_as_project,
    mentioned_project,
    slot,
)
from graphkit.build.keeping import (
    NO_LINE,
    KeptSource,
    KeptSources,
    Piece,
    SourceKeeper,
    bare,
    intake_of,
    line_hash,
    pack,
    unpack_record,
    unpacked,
    write_about,
)
from graphkit.collector import rare_collection
from graphkit.errors import InputError
from graphkit.loaders import ReadLine
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import Hashing, lines, open_stream
from graphkit.loaders.sources import SourceFile
from graphkit.model import (
    BodyDetails,
    Fund,
    FunderDetails,
    Organisation,
    Place,
    PlaceNames,
    Project,
    Record,
    ResearchQuestion,
    Topic,
    TopicLabel,
)
from graphkit.progress import Progress, silent
from graphkit.rdf.writer import file_sha256
from graphkit.spill import Spill


def read_sources(
    files: list[SourceFile],
    folder: Path,
    *,
    keep_contacts: bool = False,
    progress: Progress = silent,
    kept: KeptSources | None = None,
    keeping: Path,
    made_with: str,
) -> Harvest:
    """Read every source. `folder` takes the spilled records.

    What `kept` holds of an earlier build is not read again; `keeping` is the folder in which
    what was read is kept for the next one, `made_with` says what has to be the same for that.

    Raises InputError where a file that the user named gives no record at all.
    """
    harvest = Harvest(
        questions=Spill(folder / "questions", ResearchQuestion),
        projects=Spill(folder / "projects", Project),
    )
    seen: set[tuple[str, str]] = set()
    written: list[KeptSource] = []
    for number, file in enumerate(files):
        keeper = SourceKeeper(keeping, number)
        reading = SourceReading(harvest, file, number, keep_contacts, keeper, progress)
        with rare_collection():
            source = reading.read(kept)
        harvest.sources.append(source)
        if not source.records and file.named:
            reason = source.intake.rejects[0] if source.intake.rejects else None
            raise InputError(
                f"{file.name}: no record could be read from it (read as {file.loader.title})",
                hint=f"{reason.locator}: {reason.reason}" if reason else "it holds none",
            )
        written.append(
            keeper.close(
                file.loader.name, source.sha256, source.size, source.records, source.intake
            )
        )
        if (file.loader.name, source.sha256) in seen:
            source.intake.warn("the same content as another source")
        seen.add((file.loader.name, source.sha256))
    write_about(keeping, made_with, written)
    return harvest


class SourceReading:
    """Reading one source, or taking it from what an earlier build kept."""

    def __init__(
        self,
        harvest: Harvest,
        file: SourceFile,
        number: int,
        keep_contacts: bool,
        keeper: SourceKeeper,
        progress: Progress,
    ) -> None:
        self._harvest = harvest
        self._file = file
        self._number = number
        self._keep_contacts = keep_contacts
        self._keeper = keeper
        self._progress = progress
        self._records = 0
        self._intake = Intake(file.name, keep_contacts=keep_contacts)

    def read(self, kept: KeptSources | None) -> ReadSource:
        """Take up every record of the source."""
        file = self._file
        if kept is not None and file.path is not None:
            found = kept.source(file.loader.name, self._hash_of(file.path), self._keep_contacts)
            if found is not None:
                return self._again(kept, found)
        with closing(file.open()) as opened:
            raw = Hashing(opened)
            stream = open_stream(cast(BinaryIO, raw), self._intake)
            try:
                self._load(stream, kept)
            except (OSError, InputError) as error:
                self._intake.reject("file", "", str(error))
            raw.drain()
        return self._read(raw.sha256, raw.size)

    def _hash_of(self, path: Path) -> str:
        try:
            return file_sha256(path)
        except OSError:
            return ""  # what is wrong is said where the file is opened

    def _read(self, sha256: str, size: int) -> ReadSource:
        organisations = self._keeper.organisations
        for _, packed, uses in organisations:
            self._add_organisation(packed, uses)
        records = self._records + len(organisations)
        return ReadSource(self._file, self._intake, sha256, size, records)

    def _add_organisation(self, packed: msgspec.Raw, uses: int) -> None:
        self._harvest.organisations.add(
            unpack_record(packed), self._file.loader.precedence, self._number, uses
        )

    def _again(self, kept: KeptSources, source: KeptSource) -> ReadSource:
        """The whole source, as an earlier build read it."""
        for piece, line, number in kept.pieces(source):
            self._keeper.piece_again(piece, line, number)
            self._take_piece(unpacked(piece), number)
        self._keeper.take_organisations(source.organisations)
        self._intake = intake_of(source, self._file.name)
        return self._read(source.sha256, source.size)

    def _load(self, stream: BinaryIO, kept: KeptSources | None) -> None:
        reader = self._file.loader.lines
        if reader is not None:
            by_line, stream = reader.splits(stream)
            if by_line:
                self._load_lines(stream, reader.start(), kept)
                return
        for record in self._file.loader.load(stream, self._intake):
            if isinstance(record, Organisation):
                self._keeper.organisation(record)
                continue
            packed = msgspec.Raw(pack(bare(record)))
            self._keeper.piece(Piece([(*_kind_and_key(record), record.locator, packed)]))
            self._take(record, packed)

    def _load_lines(self, stream: BinaryIO, read: ReadLine, kept: KeptSources | None) -> None:
        known = (
            kept.lines(self._file.loader.name, self._keep_contacts) if kept is not None else None
        )
        aside = Intake(self._file.name, keep_contacts=self._keep_contacts)
        keeper = self._keeper
        for number, text in lines(stream, self._intake):
            line = line_hash(text)
            found = known.get(line) if known is not None else None
            if found is not None and known is not None:
                piece = unpacked(found)
                for key in piece.organisations:
                    keeper.organisation_again(key, known.organisations)
                self._intake.drift.update(piece.drift)
                self._intake.warnings.update(piece.warnings)
                keeper.piece_again(found, line, number)
                self._take_piece(piece, number)
                continue
            locator = f"line {number}"
            records: list[tuple[bool, str, str, msgspec.Raw]] = []
            used: list[bytes] = []
            for record in read(text, locator, aside):
                if isinstance(record, Organisation):
                    used.append(keeper.organisation(record))
                    continue
                packed = msgspec.Raw(pack(bare(record)))
                place = record.locator.removeprefix(locator)
                records.append((*_kind_and_key(record), place, packed))
                self._take(record, packed)
            piece = Piece(records, used, dict(aside.drift), dict(aside.warnings))
            # What is refused is told with its place, so such a line is read again.
            keeper.piece(piece, NO_LINE if aside.rejects else line, number)
            if aside.noted:
                self._intake.take_over(aside)
                aside = Intake(self._file.name, keep_contacts=self._keep_contacts)

    def _take_piece(self, piece: Piece, number: int) -> None:
        place = f"line {number}" if number else ""
        for is_project, key, within, packed in piece.records:
            if is_project:
                self._count()
                self._harvest.projects.add_packed(
                    key, slot(self._number, RECORD), place + within, packed
                )
            else:
                record = unpack_record(packed)
                self._take(msgspec.structs.replace(record, locator=place + within), packed)

    def _count(self) -> None:
        self._records += 1
        if not self._records % 1000:
            self._progress(self._file.name, self._records)

    def _take(self, record: Record, packed: msgspec.Raw) -> None:
        """Put a record where it is needed."""
        self._count()
        harvest, source = self._harvest, self._number
        precedence = self._file.loader.precedence
        match record:
            case Project():
                harvest.projects.add_packed(
                    record.key, slot(source, RECORD), record.locator, packed
                )
            case ResearchQuestion():
                harvest.questions.add_packed(
                    record.key, slot(source, RECORD), record.locator, packed
                )
                for mention in record.projects:
                    if mention.lead_organisation:
                        harvest.organisations.mention(mention.lead_organisation, precedence, source)
                    if mention.key is not None:
                        project = mentioned_project(harvest, mention, source, precedence)
                        harvest.projects.add(mention.key, slot(source, MENTION), project)
            case Fund():
                if record.project_key is not None:
                    harvest.projects.add(
                        record.project_key, slot(source, FUND), fund_as_project(record)
                    )
                else:
                    harvest.funds[record.key] = (slot(source, FUND), record)
            case Place():
                harvest.places.append((slot(source, RECORD), record))
            case PlaceNames():
                harvest.place_names.append(record)
            case BodyDetails():
                harvest.bodies.append(record)
            case FunderDetails():
                harvest.funders.append(record)
            case TopicLabel():
                topic = Topic(scheme="topic", label=record.label)
                harvest.topics.append((slot(source, RECORD), topic))


def _kind_and_key(record: Record) -> tuple[bool, str]:
    return isinstance(record, Project), getattr(record, "key", "")
