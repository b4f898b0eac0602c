"""An Excel workbook: a sheet for each class and each relationship type.

The first sheet, `About`, says what was chosen, from which snapshot, and under which licences;
`Columns` says what every column holds. Then follow the classes (`Project`: id and a column for
each property) and the relationship types (`LED_BY`: source and target with their names, key,
properties). Every sheet has its first row frozen, and a filter; one with more rows than
a sheet holds goes on in another (`LED_BY 2`).

Numbers, booleans, dates and times (in UTC) are such; whole numbers that Excel would round, and
dates before March 1900, of which it has none, are text. Lists are JSON, points
`POINT (longitude latitude)`. A text is never a formula or a link, whatever it begins with. Of
one that is longer than a cell holds, the sheet `Long texts` has the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from graphkit.export.about import UsedSource
from graphkit.export.excel_cells import MOST_CHARACTERS
from graphkit.export.excel_workbook import LONG_TEXTS, Heading, Workbook
from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.survey import BOOLEAN, FLOAT, INTEGER, STRING, Survey
from graphkit.export.tables import (
    NODES,
    Column,
    codebook,
    columns_of,
    mixtures,
    remembered,
    row_of,
)
from graphkit.property_graph.elements import NodeRow, RelationshipRow
from graphkit.property_graph.schema import NAME
from graphkit.property_graph.values import DATE, DATETIME
from graphkit.subgraph.subgraph import link_values, node_values, short_key

NODE_HEADINGS = ("id",)
LINK_HEADINGS = ("source", "source name", "target", "target name", "key")
_WIDTHS = {BOOLEAN: 10, INTEGER: 12, FLOAT: 14, DATE: 12, DATETIME: 20}
_WIDE, _USUAL = 50, 28


def write(export: Export, output: Output) -> None:
    """Write the workbook."""
    survey, subgraph = export.survey, export.subgraph
    nodes = {label: columns_of(kinds, NODE_HEADINGS) for label, kinds in survey.nodes.items()}
    links = {
        type_: columns_of(kinds, LINK_HEADINGS) for type_, kinds in survey.relationships.items()
    }
    with Workbook(output.binary(), export.about.title, export.about.created) as book:
        _about(book, export)
        headings = [
            _heading(one) for one in ("class or type", "column", "property", "kind", "kinds")
        ]
        book.sheet(
            "Columns",
            [*headings, Heading("values", INTEGER, 12), _heading("meaning", wide=True)],
            (
                (one.of, one.column, one.property, one.kind, one.values, one.count, one.meaning)
                for one in codebook(
                    survey,
                    subgraph.schema,
                    lambda table, of: (nodes if table == NODES else links)[of],
                )
            ),
        )
        names: dict[str, Any] = {}
        for label, rows in groupby(subgraph.nodes(), attrgetter("label")):
            made = _class_rows(rows, nodes[label], f"{subgraph.base}id/", names)
            book.sheet(label, [_heading("id"), *_headings(nodes[label])], made)
        for type_, some in groupby(subgraph.relationships(), attrgetter("type")):
            made = _type_rows(some, links[type_], f"{subgraph.base}id/", names)
            book.sheet(type_, [*map(_heading, LINK_HEADINGS), *_headings(links[type_])], made)


def _about(book: Workbook, export: Export) -> None:
    rows: Iterable[tuple[str, str]] = export.about.pairs()
    fields = UsedSource.__struct_fields__
    sources = (
        (f"source {one.name}: {field}", str(value))
        for one in export.about.sources
        for field in fields
        if field != "name" and (value := getattr(one, field)) is not None
    )
    book.sheet(
        "About",
        [Heading("what", STRING, 44), Heading("value", STRING, 110)],
        chain(rows, sources),
    )


def _class_rows(
    rows: Iterator[NodeRow], columns: list[Column], prefix: str, names: dict[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Rows of a class; on the way, `names` is filled by IRI."""
    for row in rows:
        properties, typed = node_values(row.content)
        names[row.iri] = properties.get(NAME)
        yield (short_key(row.iri, prefix), *row_of(columns, properties, typed))


def _type_rows(
    rows: Iterator[RelationshipRow], columns: list[Column], prefix: str, names: dict[str, Any]
) -> Iterator[tuple[Any, ...]]:
    rest = remembered(_rest(columns))
    for link in rows:
        start, end = link.start_iri, link.end_iri
        yield (
            short_key(start, prefix),
            names.get(start),
            short_key(end, prefix),
            names.get(end),
            link.key or None,
            *rest(link.content),
        )


def _rest(columns: list[Column]) -> Callable[[bytes], list[Any]]:
    return lambda content: row_of(columns, *link_values(content))


def _headings(columns: Iterable[Column]) -> Iterator[Heading]:
    for column in columns:
        wide = column.key in (NAME, "title", "text")
        width = _WIDTHS.get(column.kind, _WIDE if wide else _USUAL)
        yield Heading(column.name, column.kind, max(width, len(column.name) + 4))


def _heading(name: str, *, wide: bool = False) -> Heading:
    return Heading(name, STRING, _WIDE * 2 if wide else _USUAL)


def losses(survey: Survey) -> list[str]:
    """What a workbook cannot hold."""
    found = mixtures("Excel", survey.nodes, survey.relationships)
    if survey.long_texts:
        found.append(
            f"Excel: {survey.long_texts:,} texts are longer than a cell holds ({MOST_CHARACTERS:,} "
            f"characters) and go on in the sheet `{LONG_TEXTS}`"
        )
    if survey.large_integers:
        found.append(f"Excel: {survey.large_integers:,} whole numbers above 2^53 become text")
    if survey.controls or survey.returns:
        found.append(
            f"Excel: {survey.controls + survey.returns:,} texts hold control characters or "
            "carriage returns, which stand as _xHHHH_; Excel reads them back, other programs "
            "may show them so"
        )
    return found


FORMAT = Format("excel", "Excel workbook", ("xlsx",), write, losses)
