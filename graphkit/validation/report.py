"""What validation found, and the file in a snapshot's folder that keeps all of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from graphkit.vocabulary import SHAPES_FILE, ontology_folder

SHOWN = 20
"""How many findings a report quotes."""
MAX_FINDINGS = 10_000
"""Findings kept in detail; beyond that they are only counted."""

_ORDER = {"Violation": 0, "Warning": 1}


class Finding(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One thing that a shape objects to. `severity` is Violation, Warning or Info."""

    severity: str
    record: str
    property: str
    value: str
    message: str


class ValidationReport(msgspec.Struct, kw_only=True):
    """What validation found: counts by severity and message, and findings in detail."""

    findings: list[Finding] = msgspec.field(default_factory=list)
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    messages: Counter[str] = msgspec.field(default_factory=Counter)

    @property
    def violations(self) -> int:
        """How many findings stop a build."""
        return self.counts["Violation"]

    @property
    def summary(self) -> str:
        """How many violations there are, and the first."""
        first = self.findings[0]
        return (
            f"{self.violations} violations of the shapes; first: {first.record}: "
            f"{first.message} (value: {first.value or 'none'})"
        )

    def as_report(self) -> dict[str, Any]:
        """Counts by severity and message, and the first findings, for a snapshot's report."""
        return {
            "counts": dict(sorted(self.counts.items())),
            "messages": dict(self.messages.most_common()),
            "first": [msgspec.to_builtins(one) for one in self.findings[:SHOWN]],
        }

    @property
    def is_capped(self) -> bool:
        """Whether there were more findings than are kept in detail."""
        return sum(self.counts.values()) > len(self.findings)

    def sort(self) -> None:
        """Put findings (violations first), counts and messages into their one order."""
        self.findings.sort(key=lambda finding: (_ORDER.get(finding.severity, 2), finding))
        self.counts = Counter(dict(sorted(self.counts.items())))
        self.messages = Counter(dict(sorted(self.messages.items())))

    def add(self, finding: Finding) -> None:
        """Count a finding; keep it, violations before all others."""
        self.counts[finding.severity] += 1
        self.messages[f"{finding.severity}: {finding.message}"] += 1
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding)
        elif finding.severity == "Violation":
            for place, kept in enumerate(self.findings):
                if kept.severity != "Violation":
                    self.findings[place] = finding
                    break


class _Kept(msgspec.Struct, frozen=True):
    """A report as its file has it. `shapes` is the hash of the shapes that judged."""

    shapes: str
    counts: dict[str, int]
    messages: dict[str, int]
    findings: list[Finding]


def save_findings(report: ValidationReport, path: Path) -> None:
    """Write a report with all its findings, for a validation of what changes later."""
    kept = _Kept(_shapes_hash(), dict(report.counts), dict(report.messages), report.findings)
    path.write_bytes(msgspec.json.encode(kept))


def read_findings(path: Path) -> ValidationReport | None:
    """Read a report that `save_findings` wrote.

    None where there is no such file, where it is damaged, and where other shapes judged:
    everything is to be judged again then.
    """
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return None
    if kept.shapes != _shapes_hash():
        return None
    return ValidationReport(
        findings=kept.findings, counts=Counter(kept.counts), messages=Counter(kept.messages)
    )


def _shapes_hash() -> str:
    return hashlib.sha256((ontology_folder() / SHAPES_FILE).read_bytes()).hexdigest()
