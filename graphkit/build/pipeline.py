"""One build from sources to a published snapshot."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from graphkit import __version__
from graphkit.build.assembly import Assembly
from graphkit.build.harvest import Harvest, catalogue
from graphkit.build.keeping import FOLDER, KeptSources, can_reuse, made_with
from graphkit.build.loading import Loading, can_follow
from graphkit.build.parts import PartWriter, kept_text, save_parts
from graphkit.build.reading import read_sources
from graphkit.collector import rare_collection
from graphkit.errors import FaultsFoundError, InputError, SnapshotError, UsageError
from graphkit.gzipped import open_gzip
from graphkit.loaders.sources import find_sources
from graphkit.ontology import Ontology
from graphkit.progress import Progress, silent
from graphkit.rdf.terms import web_iri
from graphkit.rdf.writer import QuadWriter, file_sha256
from graphkit.snapshot import (
    QUADS,
    REJECTS,
    REPORT,
    Building,
    Manifest,
    Snapshot,
    snapshots,
)
from graphkit.store import CHUNK_BYTES, line_chunks
from graphkit.validation import TypeIndex, ValidationReport
from graphkit.vocabulary import DEFAULT_BASE


@dataclass(frozen=True)
class Options:
    """What a build can be told."""

    base: str = DEFAULT_BASE
    keep: int = 3
    strict: bool = False
    allow_invalid: bool = False
    keep_contacts: bool = False
    update: bool = False
    """Take what has not changed from the snapshot before, and keep what was withdrawn."""
    prune: bool = False
    """With `update`: keep nothing of what was withdrawn."""


@dataclass
class Outcome:
    """What a build gave.

    `followed` is the snapshot from which the rest was taken, `changed` the number of statements
    that were dropped or added since. `withdrawn` records are in no source any more.
    """

    snapshot: Snapshot
    skipped: list[tuple[str, str]]
    rejects: int
    drift: dict[str, int]
    warnings: dict[str, int]
    validation: ValidationReport
    seconds: dict[str, float] = field(default_factory=dict)
    followed: str | None = None
    changed: int | None = None
    withdrawn: int = 0


class Stopwatch:
    """How long each stage took, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, progress: Progress) -> Iterator[None]:
        """Time a stage and announce it."""
        progress(name, 0)
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 2)


def sample_folder() -> Path:
    """Where the bundled sample is."""
    return Path(str(files("graphkit") / "sample"))


def build(
    graph: Path,
    arguments: Iterable[str],
    options: Options | None = None,
    progress: Progress = silent,
) -> Outcome:
    """Build a snapshot from files, folders and globs, and put it in use.

    Raises InputError where nothing can be read, FaultsFoundError for a violation of
    the shapes (unless `allow_invalid`) or for rejects under `strict`. The
    snapshot in use stays as it is whenever this raises.
    """
    options = options or Options()
    if not options.base.endswith(("/", "#")) or web_iri(options.base) != f"<{options.base}>":
        raise UsageError(
            f"{options.base}: not usable as a base",
            hint="give an http(s) address that ends in a slash",
        )
    watch = Stopwatch()
    selection = find_sources(arguments)
    if not selection.sources:
        raise InputError(
            "nothing to build from: no file of a known format was found",
            hint="try `graphkit build --sample`",
        )
    ontology = Ontology.load()
    conditions = made_with(ontology, options.base)
    with Building(graph) as building:
        work, keeping = building.folder / "work", building.folder / FOLDER
        earlier = _earlier(graph, conditions) if options.update else None
        kept = earlier.folder if earlier is not None else None
        with watch.stage("reading", progress):
            harvest = read_sources(
                selection.sources,
                work,
                keep_contacts=options.keep_contacts,
                progress=progress,
                kept=KeptSources(kept) if kept is not None else None,
                keeping=keeping,
                made_with=conditions,
            )
        with watch.stage("telling who is who", progress), rare_collection():
            assembly = Assembly(
                harvest, ontology, options.base, progress, kept=kept, keeping=keeping, work=work
            )
        entries = catalogue(harvest, options.base)
        quads = building.folder / QUADS
        day = date.fromisoformat(building.created[:10])
        index = TypeIndex(ontology)
        text = kept_text(kept) if kept is not None else None
        with (
            watch.stage("writing", progress),
            QuadWriter(quads, observe=index.observe if text is None else None) as writer,
        ):
            parts = PartWriter(writer, text)
            assembly.write(parts, entries)
            if options.update and not options.prune:
                assembly.write_withdrawn(parts, _current(graph), day)
            delta = parts.finish()
        save_parts(parts.parts, keeping)
        harvest.questions.close()
        harvest.projects.close()
        _remove(work)
        rejects = harvest.rejects() + assembly.noticed.rejects
        encoder = msgspec.json.Encoder()
        (building.folder / REJECTS).write_bytes(encoder.encode_lines(rejects))
        if options.strict and (rejects or any(s.intake.drift for s in harvest.sources)):
            raise FaultsFoundError(_strict_message(harvest, len(rejects)))
        with watch.stage("loading and validating", progress), rare_collection():
            digest = file_sha256(quads)
            loading = Loading(building.folder, ontology, options.base, digest)
            if earlier is not None and delta is not None and can_follow(earlier, delta):
                validation = loading.follow(earlier, delta)
            else:
                if text is not None:
                    with open_gzip(quads) as stream:
                        for chunk in line_chunks(stream, CHUNK_BYTES):
                            index.observe(chunk)
                validation = loading.load(index)
        if validation.violations and not options.allow_invalid:
            raise FaultsFoundError(
                f"{validation.summary}; nothing was published; "
                "mend the source, or build with --allow-invalid"
            )
        drift = _sums(harvest, lambda intake: intake.drift)
        warnings = _sums(harvest, lambda intake: intake.warnings) | _missing(harvest)
        report = _report(assembly, validation, drift, warnings, selection.skipped)
        data = msgspec.json.format(msgspec.json.encode(report))
        (building.folder / REPORT).write_bytes(data)
        manifest = Manifest(
            id=building.identifier(digest),
            created=building.created,
            graphkit=__version__,
            ontology=ontology.version,
            base=options.base,
            quads=writer.quads,
            quads_sha256=digest,
            classes=dict(sorted(assembly.noticed.classes.items())),
            sources=entries,
            rejects=len(rejects),
            warnings=validation.counts["Warning"],
            violations=validation.violations,
            seconds=watch.seconds,
        )
        snapshot = building.publish(manifest, options.keep)
    return Outcome(
        snapshot=snapshot,
        skipped=selection.skipped,
        rejects=len(rejects),
        drift=drift,
        warnings=warnings,
        validation=validation,
        seconds=watch.seconds,
        followed=earlier.manifest.id if earlier is not None else None,
        changed=len(delta) if delta is not None else None,
        withdrawn=assembly.noticed.classes["Withdrawn"],
    )


def _earlier(graph: Path, conditions: str) -> Snapshot | None:
    """The newest snapshot that a build made as this one is, with all that it read."""
    for name in reversed(snapshots(graph)):
        folder = graph / "snapshots" / name
        if can_reuse(folder, conditions):
            with suppress(SnapshotError):
                return Snapshot(folder)
    return None


def _current(graph: Path) -> Snapshot | None:
    with suppress(SnapshotError):
        return Snapshot.current(graph)
    return None


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _sums(harvest: Harvest, of: Callable[[Any], Counter[str]]) -> dict[str, int]:
    """Counts added over sources, by format and what was counted."""
    total: Counter[str] = Counter()
    for source in harvest.sources:
        for what, count in of(source.intake).items():
            total[f"{source.file.loader.name}: {what}"] += count
    return dict(sorted(total.items()))


def _missing(harvest: Harvest) -> dict[str, int]:
    """Records that answers announce and that no source of their format holds."""
    announced: Counter[str] = Counter()
    read: Counter[str] = Counter()
    for source in harvest.sources:
        name = source.file.loader.name
        read[name] += source.records
        announced[name] = max(announced[name], source.intake.announced or 0)
    return {
        f"{name}: announced by the source, but in none of its pages here": total - read[name]
        for name, total in sorted(announced.items())
        if total > read[name]
    }


def _strict_message(harvest: Harvest, rejects: int) -> str:
    fields = sum(len(source.intake.drift) for source in harvest.sources)
    first = next(iter(harvest.rejects()), None)
    where = f"; first: {first.file}, {first.locator}: {first.reason}" if first else ""
    return f"--strict: {rejects} rejects and {fields} unknown fields{where}"


def _report(
    assembly: Assembly,
    validation: ValidationReport,
    drift: dict[str, int],
    warnings: dict[str, int],
    skipped: list[tuple[str, str]],
) -> dict[str, Any]:
    noticed = assembly.noticed
    return {
        "skipped": [{"file": file, "reason": reason} for file, reason in skipped],
        "drift": drift,
        "warnings": warnings,
        "conflicting_fields": dict(sorted(noticed.conflicts.items())),
        "place_conflicts": list(noticed.place_conflicts),
        "counts": dict(sorted(noticed.counts.items())),
        "validation": validation.as_report(),
    }
