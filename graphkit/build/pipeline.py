"""One build from sources to a published snapshot."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from graphkit import __version__
from graphkit.build.assembly import Assembly
from graphkit.build.harvest import Harvest, catalogue
from graphkit.build.loading import load_and_validate
from graphkit.build.reading import read_sources
from graphkit.errors import FaultsFoundError, InputError, UsageError
from graphkit.loaders.sources import find_sources
from graphkit.ontology import Ontology
from graphkit.progress import Progress, silent
from graphkit.rdf.terms import web_iri
from graphkit.rdf.writer import QuadWriter, file_sha256
from graphkit.snapshot import QUADS, REJECTS, REPORT, Building, Manifest, Snapshot
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


@dataclass
class Outcome:
    """What a build gave."""

    snapshot: Snapshot
    skipped: list[tuple[str, str]]
    rejects: int
    drift: dict[str, int]
    warnings: dict[str, int]
    validation: ValidationReport
    seconds: dict[str, float] = field(default_factory=dict)


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
    with Building(graph) as building:
        work = building.folder / "work"
        with watch.stage("reading", progress):
            harvest = read_sources(
                selection.sources, work, keep_contacts=options.keep_contacts, progress=progress
            )
        with watch.stage("telling who is who", progress):
            assembly = Assembly(harvest, ontology, options.base, progress)
        entries = catalogue(harvest, options.base)
        quads = building.folder / QUADS
        index = TypeIndex(ontology)
        with (
            watch.stage("writing", progress),
            QuadWriter(quads, observe=index.observe) as writer,
        ):
            assembly.write(writer, entries)
        harvest.questions.close()
        harvest.projects.close()
        _remove(work)
        rejects = harvest.rejects() + assembly.noticed.rejects
        encoder = msgspec.json.Encoder()
        (building.folder / REJECTS).write_bytes(encoder.encode_lines(rejects))
        if options.strict and (rejects or any(s.intake.drift for s in harvest.sources)):
            raise FaultsFoundError(_strict_message(harvest, len(rejects)))
        with watch.stage("loading and validating", progress):
            digest = file_sha256(quads)
            validation = load_and_validate(building.folder, ontology, options.base, index, digest)
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
    )


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
