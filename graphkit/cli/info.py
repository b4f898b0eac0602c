"""`graphkit info`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from graphkit.cli.options import Settings, cut, emit, graph_option, output_options
from graphkit.snapshot import Snapshot, snapshots

UNRESOLVED = """
SELECT ?thing ?name ?may_be ?other_name ?score ?reason WHERE {
  ?c a gk:MatchCandidate ; gk:candidateFor ?thing ; gk:candidate ?may_be ; gk:reason ?reason .
  ?thing skos:prefLabel|dct:title ?name .
  ?may_be skos:prefLabel|dct:title ?other_name .
  OPTIONAL { ?c gk:score ?score }
} ORDER BY DESC(?score) ?name ?other_name ?c
"""
MERGES = """
SELECT ?thing ?name ?merged ?merged_name ?score ?reason WHERE {
  ?thing gk:mergedFrom ?m ; skos:prefLabel ?name .
  ?m gk:mergedKey ?merged ; gk:reason ?reason .
  OPTIONAL { ?m gk:mergedName ?merged_name }
  OPTIONAL { ?m gk:score ?score }
} ORDER BY ?score ?name ?merged
"""


@click.command("info")
@click.option("--sources", "what", flag_value="sources", help="The sources, with licence and hash.")
@click.option(
    "--unresolved", "what", flag_value="unresolved", help="Things that may be one, kept apart."
)
@click.option("--merges", "what", flag_value="merges", help="What was taken to be one, and why.")
@click.option("--drift", "what", flag_value="drift", help="Fields that graphkit does not know.")
@click.option("--warnings", "what", flag_value="warnings", help="What loaders put right.")
@click.option("--skipped", "what", flag_value="skipped", help="Files of no known format.")
@click.option(
    "--conflicts", "what", flag_value="conflicts", help="What sources say against each other."
)
@click.option("--snapshots", "what", flag_value="snapshots", help="The snapshots that are kept.")
@output_options
@graph_option
@click.pass_obj
def command(
    settings: Settings, what: str | None, form: str | None, output: str, limit: int | None
) -> None:
    """What is in the graph: snapshot, counts, sources, and what was left open."""
    snapshot = Snapshot.current(settings.graph)
    if what == "snapshots":
        from graphkit.health.storage import fault

        columns: Sequence[str] = ("snapshot", "in_use", "fault")
        rows: list[Sequence[Any]] = [
            (name, name == snapshot.manifest.id, fault(settings.graph / "snapshots" / name) or None)
            for name in snapshots(settings.graph)
        ]
    else:
        columns, rows = _rows(snapshot, what)
    emit(columns, cut(rows, limit), form, output, snapshot.manifest.base)


def _rows(snapshot: Snapshot, what: str | None) -> tuple[Sequence[str], list[Sequence[Any]]]:
    manifest = snapshot.manifest
    match what:
        case "sources":
            names = [
                "format",
                "title",
                "records",
                "rejects",
                "bytes",
                "retrieved",
                "licence",
                "publisher",
                "file",
                "sha256",
                "graph",
            ]
            return names, [[getattr(entry, name) for name in names] for entry in manifest.sources]
        case "unresolved" | "merges":
            from graphkit.store import GraphStore, collect
            from graphkit.vocabulary import PREFIXES

            query = UNRESOLVED if what == "unresolved" else MERGES
            solutions = GraphStore(snapshot.store).run(query, prefixes=PREFIXES)
            result = collect(solutions)
            return result.columns, list(result.rows)
        case "drift" | "warnings":
            found: dict[str, int] = snapshot.report()[what]
            return ("source_and_field" if what == "drift" else "warning", "records"), list(
                found.items()
            )
        case "skipped":
            return ("file", "reason"), [
                (entry["file"], entry["reason"]) for entry in snapshot.report()["skipped"]
            ]
        case "conflicts":
            report = snapshot.report()
            fields = [
                (f"projects on which sources disagree about {name}", number)
                for name, number in report["conflicting_fields"].items()
            ]
            return ("conflict", "count"), [*fields, *((c, 1) for c in report["place_conflicts"])]
    return ("what", "value"), _overview(snapshot)


def _overview(snapshot: Snapshot) -> list[Sequence[Any]]:
    manifest = snapshot.manifest
    report = snapshot.report()
    return [
        ("snapshot", manifest.id),
        ("built", manifest.created),
        ("graphkit / ontology", f"{manifest.graphkit} / {manifest.ontology}"),
        ("base", manifest.base),
        ("statements", f"{manifest.quads:,}"),
        ("sources", f"{len(manifest.sources)} (--sources)"),
        *((f"  {name}", f"{count:,}") for name, count in manifest.classes.items()),
        ("records refused", f"{manifest.rejects:,} (graphkit rejects)"),
        ("violations / warnings", f"{manifest.violations:,} / {manifest.warnings:,}"),
        ("unknown fields", f"{len(report['drift']):,} (--drift)"),
        *((name, f"{count:,}") for name, count in report["counts"].items()),
    ]
