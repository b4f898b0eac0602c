"""What `graphkit neo4j plan` and `verify` tell, for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from graphkit.text import printable

if TYPE_CHECKING:
    from graphkit.neo4j.plan import Count
    from graphkit.neo4j.verify import Difference


def table(counts: Mapping[str, Count]) -> dict[str, dict[str, int]]:
    """Counts by label or type, where there are any."""
    return {
        name: {"create": count.create, "change": count.change, "delete": count.delete}
        for name, count in sorted(counts.items())
        if count
    }


def listed(found: Iterable[Difference], old: str, new: str) -> list[dict[str, Any]]:
    """Differences for programs; `old` and `new` name what the database has and what it should."""
    return [
        {"kind": one.kind, "element": one.element}
        | ({"key": one.key, old: one.found, new: one.expected} if one.key else {})
        for one in found
    ]


BASIS = {
    "empty": "the database holds nothing of graphkit",
    "unchanged": "the last sync left the database equal to this snapshot",
    "snapshot": "compared with the snapshot that the last sync wrote",
    "database": "compared with everything in the database",
}
_KINDS = {
    "missing": "create",
    "extra": "delete",
    "different": "change",
    "doubled": "delete twin of",
}


def plan_text(report: dict[str, Any]) -> str:
    """A plan in lines: counts by label and type, then the things shown."""
    place = f"{report['database']} at {report['server']}"
    lines = [f"snapshot {report['snapshot']} into {place}: {BASIS[report['basis']]}"]
    if report["schema"]:
        lines.append(f"{len(report['schema'])} constraints and indexes to make")
    if not report["nodes"] and not report["relationships"]:
        lines.append("nothing to do")
    for title in ("nodes", "relationships"):
        if report[title]:
            lines.append(f"{title:<22} {'create':>10} {'change':>10} {'delete':>10}")
            lines += [
                f"  {name:<20} {row['create']:>10,} {row['change']:>10,} {row['delete']:>10,}"
                for name, row in report[title].items()
            ]
    previous = ""
    for sample in report["samples"]:
        head = f"{_KINDS[sample['kind']]} {_short(sample['element'], 300)}"
        if head != previous:
            lines.append(head)
            previous = head
        if "key" in sample:
            lines.append(f"  {sample['key']}: {_short(sample['old'])} → {_short(sample['new'])}")
    return _joined(lines)


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{printable(line)}\n" for line in lines)


def _short(value: Any, length: int = 80) -> str:
    if value is None:
        return "(none)"
    text = str(value)
    return text if len(text) <= length else f"{text[: length - 1]}…"


def verify_text(report: dict[str, Any]) -> str:
    """A verification in lines: equal, or what differs."""
    read = f"{report['nodes']:,} nodes and {report['relationships']:,} relationships"
    if report["equal"]:
        said = f"the {report['statements']['snapshot']:,} statements of {report['snapshot']}"
        lines = [f"equal: {read} in {report['database']} say {said}, {report['seconds']} s"]
    else:
        lines = [f"different: {read} in {report['database']}, against {report['snapshot']}"]
        for rows in report["differences"].values():
            for name, row in rows.items():
                parts = [
                    f"{row[action]:,} {word}"
                    for action, word in (
                        ("create", "missing"), ("change", "different"), ("delete", "too many")
                    )
                    if row[action]
                ]  # fmt: skip
                lines.append(f"  {name}: {', '.join(parts)}")
        for one in report["samples"]:
            detail = ""
            if "key" in one:
                detail = f", {one['key']}: database {_short(one['database'])}, "
                detail += f"snapshot {_short(one['snapshot'])}"
            lines.append(f"  {one['kind']}: {_short(one['element'], 300)}{detail}")
        lines.append("`graphkit neo4j sync --full` mends this")
    if report["not_in_a_property_graph"]:
        lines.append(
            f"{report['not_in_a_property_graph']:,} statements have no place in a property graph"
        )
    return _joined(lines)
