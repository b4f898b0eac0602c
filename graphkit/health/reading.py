"""What the sources gave: refusals, drift, warnings, and how old they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from graphkit.health.finding import FINE, LOOK, NOTE, Finding, judged
from graphkit.loaders.sources import parse_moment
from graphkit.snapshot import Snapshot, SourceEntry

STALE_DAYS = 100
"""Gateway to Research is refreshed every quarter: what is older has missed a refresh."""


def source_findings(snapshot: Snapshot, now: datetime, stale_days: int) -> Iterator[Finding]:
    """Everything that the build said of its sources."""
    manifest, report = snapshot.manifest, snapshot.report()
    yield from _ages(manifest.sources, now, stale_days)
    fields = sum(len(entry.unknown_fields) for entry in manifest.sources)
    yield judged(
        "drift", fields, "no source has a field that graphkit does not know",
        "fields that graphkit does not know: {count}; what they hold is not in the graph",
        "graphkit query sources-drift",
    )  # fmt: skip
    records = sum(entry.records for entry in manifest.sources)
    yield judged(
        "rejects", manifest.rejects, "nothing was refused",
        "records and fields refused: {count}, beside {of} records read", "graphkit rejects",
        of=records,
    )  # fmt: skip
    warned: dict[str, int] = report["warnings"]
    yield judged(
        "warnings of the loaders", len(warned), "the loaders put nothing right",
        "kinds of faults that the loaders put right: {count}", "graphkit info --warnings",
        state=NOTE,
    )  # fmt: skip
    yield judged(
        "skipped files", len(report["skipped"]), "no file was skipped",
        "files of no known format, skipped: {count}", "graphkit info --skipped",
    )  # fmt: skip
    conflicts = sum(report["conflicting_fields"].values()) + len(report["place_conflicts"])
    yield judged(
        "conflicts", conflicts, "no two sources say different things of one",
        "sources that say different things of one: {count} times; the better source was taken",
        "graphkit info --conflicts", state=NOTE,
    )  # fmt: skip
    yield judged(
        "violations", manifest.violations, "no shape is violated",
        "violations of the shapes: {count}", "graphkit validate --summary",
    )  # fmt: skip
    yield judged(
        "warnings of the shapes", manifest.warnings, "the shapes warn of nothing",
        "warnings of the shapes: {count}", "graphkit validate --summary", state=NOTE,
    )  # fmt: skip


def _ages(sources: list[SourceEntry], now: datetime, stale_days: int) -> Iterator[Finding]:
    days = [age for entry in sources if (age := _days(entry, now)) is not None]
    old = [age for age in days if age > stale_days]
    if not days:
        text = "no source says when it was retrieved"
    elif old:
        text = (
            f"sources retrieved more than {stale_days:,} days ago: {len(old):,} of "
            f"{len(sources):,}, the oldest {max(days):,} days ago"
        )
    else:
        text = (
            f"every source was retrieved within {stale_days:,} days, the oldest {max(days):,} ago"
        )
    yield Finding(
        matter="age of the sources",
        state=LOOK if old else FINE,
        finding=text,
        count=len(old),
        of=len(sources),
        command="graphkit info --sources",
    )
    yield judged(
        "sources without a date", len(sources) - len(days),
        "every source says when it was retrieved",
        "sources that do not say when they were retrieved: {count} of {of}",
        "graphkit info --sources",
        of=len(sources),
    )  # fmt: skip
    unlicensed = sum(entry.licence is None for entry in sources)
    yield judged(
        "licences", unlicensed, "every source names its licence",
        "sources that name no licence: {count} of {of}; ask before you publish them",
        "graphkit info --sources", of=len(sources),
    )  # fmt: skip


def _days(entry: SourceEntry, now: datetime) -> int | None:
    """Whole days since a source was retrieved; None where it does not say."""
    when = parse_moment(entry.retrieved) if entry.retrieved else None
    if when is None:
        return None
    return (now - (when if when.tzinfo else when.replace(tzinfo=UTC))).days
