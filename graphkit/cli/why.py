"""`graphkit why`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from graphkit.cli.options import (
    Settings,
    cut,
    emit,
    graph_option,
    note,
    opened,
)
from graphkit.errors import UsageError
from graphkit.tabular import FORMATS, format_of

if TYPE_CHECKING:
    from graphkit.provenance import Explained

COLUMNS = (
    "subject", "property", "value", "kind", "graph", "rule", "plan", "made_by", "source", "file",
    "record", "sha256", "retrieved", "licence", "computation", "degree", "score",
)  # fmt: skip


TURTLE = "turtle"


@click.command("why")
@click.argument("thing")
@click.argument("property_", metavar="[PROPERTY]", required=False)
@click.argument("value", metavar="[VALUE]", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice((*FORMATS, TURTLE)),
    help="Default: by the extension of -o, else table.",
)
@click.option("-o", "--output", default="-", help="File to write; - is standard output.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    help="At most this many statements; says so when it cuts.",
)
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    thing: str,
    property_: str | None,
    value: str | None,
    form: str | None,
    output: str,
    limit: int | None,
) -> None:
    """Say why the graph says what it says of THING.

    For each statement: which source, file and record it comes from, when it was fetched and
    with which hash, and by which rule it was read, concluded or computed.

    PROPERTY is dct:title, title, start_date, ADDRESSES …; with VALUE, only that statement.
    JSON holds everything; the tables have a row for each statement and named graph; turtle (.ttl)
    is PROV-O, with what the graph says of the sources, files and steps behind.

    \b
    Examples:
      graphkit why question:16604
      graphkit why question:16604 asked_by
      graphkit why project:ES/R004625/1 addresses question:16604
      graphkit why question:16604 -o why.ttl
    """
    from graphkit.library import Library
    from graphkit.provenance import Explainer, explain

    if value is not None and not value.strip():
        raise UsageError("an empty value is none", hint="leave it away for all values")
    library = Library.open(settings.graph)
    statements, remarks = explain(library, thing, property_, value)
    withdrawn = Explainer(library).withdrawal(statements[0].subject)
    for remark in (*remarks, *([f"{thing}: {withdrawn}"] if withdrawn else [])):
        note(remark)
    shown = cut(statements, limit)
    chosen = form or _by_extension(output)
    if chosen in ("json", "ndjson"):
        _write_json(shown, chosen, output)
    elif chosen == TURTLE:
        from graphkit.provenance.prov import prov_document

        with opened(output) as out:
            out.write(prov_document(shown, library).decode())
    elif chosen == "table":
        from graphkit.provenance.telling import text

        with opened(output) as out:
            for line in text(shown, library.base, withdrawn) if shown else ():
                out.write(line)
    else:
        emit(COLUMNS, _rows(shown), chosen, output, library.base)


def _by_extension(output: str) -> str:
    if output == "-":
        return "table"
    return TURTLE if output.lower().endswith(".ttl") else format_of(output)


def _write_json(statements: Any, form: str, output: str) -> None:
    import msgspec

    with opened(output) as out:
        if form == "json":
            out.write(msgspec.json.format(msgspec.json.encode(statements)).decode() + "\n")
            return
        for one in statements:
            out.write(msgspec.json.encode(one).decode() + "\n")


def _rows(statements: Any) -> Iterator[tuple[Any, ...]]:
    one: Explained
    for one in statements:
        for reason in one.reasons:
            source = reason.source
            yield (
                one.subject,
                one.property,
                one.value,
                reason.kind,
                reason.graph,
                reason.rule,
                reason.plan,
                reason.made_by,
                source and source.title,
                source and source.file,
                source and source.record,
                source and source.sha256,
                source and source.retrieved,
                source and source.licence,
                [computed.method for computed in reason.computed],
                [support.degree for support in reason.support if support.degree],
                [support.score for support in reason.support if support.score is not None],
            )
