"""`graphkit validate`."""

from __future__ import annotations

import click

from graphkit.cli.options import Settings, cut, emit, graph_option, note, output_options


@click.command("validate")
@click.option("--summary", is_flag=True, help="One row for each kind of finding, with its count.")
@output_options
@graph_option
@click.pass_obj
def command(
    settings: Settings, summary: bool, form: str | None, output: str, limit: int | None
) -> int:
    """Check the whole graph against its SHACL shapes.

    Each finding names the record, the property, the value, what is wrong and
    what to do. Leaves with 1 if there is a Violation; Warnings are reported.
    """
    from graphkit.errors import SnapshotError
    from graphkit.gzipped import DAMAGED, open_gzip
    from graphkit.ontology import Ontology
    from graphkit.snapshot import Snapshot
    from graphkit.store import GraphStore
    from graphkit.validation import Finding, stored_types, validate_quads

    snapshot = Snapshot.current(settings.graph)
    try:
        with open_gzip(snapshot.quads) as stream:
            types = stored_types(GraphStore(snapshot.store))
            report = validate_quads(stream, types, Ontology.load(), snapshot.manifest.base)
    except DAMAGED as error:
        raise SnapshotError(f"{snapshot.quads}: cannot be read: {error}") from None
    base = snapshot.manifest.base
    if summary:
        emit(("finding", "count"), cut(report.messages.most_common(), limit), form, output)
    else:
        columns = Finding.__struct_fields__
        rows = [[getattr(finding, name) for name in columns] for finding in report.findings]
        if limit is not None and len(rows) > limit:
            note(f"{limit} of {len(rows):,} findings shown (--limit)")
        emit(columns, rows[:limit], form, output, base)
    total = sum(report.counts.values())
    if total > len(report.findings):
        note(f"{len(report.findings):,} of {total:,} findings are kept in detail; see --summary")
    note(f"{report.violations:,} violations, {report.counts['Warning']:,} warnings")
    return 1 if report.violations else 0
