"""A pair of tables as CSV or TSV, and a third file that says what their columns are.

`-o NAME.csv` writes NAME.nodes.csv, NAME.relationships.csv and NAME.columns.csv. The first
headings are those that importers look for:

    nodes           id, label, class      `label` is the name, as Gephi and Cytoscape show it
    relationships   source, target, kind, key

Gephi takes a column `type` for the direction of edges and `kind` for what tells parallel edges
apart; so `kind` holds the type of the relationship (`LED_BY`). `key` tells apart relationships
of one type between the same two nodes. All other headings are the keys of properties (with a
`_` at the end where a heading is taken), and NAME.columns.csv has the kind of each.

To read a cell back:

    nothing at all         there is no value; an empty text is `""`
    boolean                true, false
    integer, float         as Python and JSON write them
    date, datetime         2026-01-31, 2026-01-31T01:02:03Z
    point                  POINT (longitude latitude), the text form that GIS programs read
    a kind ending in []    a list, as JSON
    string                 itself; one apostrophe is to be taken off a text that begins with
                           apostrophes and then one of = + - @ tab or carriage return

That apostrophe keeps spreadsheets from taking a text for a formula (OWASP, CSV injection).
Where the kind of the column is wider than what a class holds (`values` in NAME.columns.csv:
`identifier` of projects is one text, of organisations a list), the column is of the wider kind
throughout: a list of one, where `values` says `string`, is that text; a number where it says
`integer` is a whole one.

The files are UTF-8 with a line feed at the end of rows; texts with the delimiter, quotes or
line breaks stand in quotes, in TSV as well. With pandas:

    pandas.read_csv("NAME.nodes.csv", dtype=str, keep_default_na=False, na_values=[])
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.survey import STRING, Survey
from graphkit.export.tables import (
    HEADINGS,
    NODES,
    RELATIONSHIPS,
    Column,
    codebook,
    columns_of,
    mixtures,
    remembered,
    row_of,
    text_of,
)
from graphkit.property_graph.schema import NAME
from graphkit.subgraph.subgraph import link_values, node_values

NODE_HEADINGS = ("id", "label", "class")
LINK_HEADINGS = ("source", "target", "kind", "key")
_LIKE_FORMULA = re.compile("'*[=+\\-@\t\r]").match


def cell(text: str, delimiter: str) -> str:
    r"""A text as a field: harmless to spreadsheets, quoted where it has to be.

    >>> print(cell("=1+1", ","), cell('a "b", c', ","), cell("a, b", "\t"))
    '=1+1 "a ""b"", c" a, b
    >>> len(cell("", ","))
    2
    """
    if _LIKE_FORMULA(text):
        text = f"'{text}"
    if (
        not text
        or '"' in text
        or delimiter in text
        or "\n" in text
        or "\r" in text
        or text[0].isspace()
        or text[-1].isspace()
    ):
        return '"{}"'.format(text.replace('"', '""'))
    return text


def _field(value: Any, kind: str, delimiter: str) -> str:
    if kind == STRING:
        return cell(value, delimiter)
    text = text_of(value, kind)
    return '"{}"'.format(text.replace('"', '""')) if delimiter in text or '"' in text else text


def write(delimiter: str, export: Export, output: Output) -> None:
    """Write the three files."""
    survey = export.survey
    nodes = columns_of(survey.kinds(survey.nodes), NODE_HEADINGS)
    links = columns_of(survey.kinds(survey.relationships), LINK_HEADINGS)
    _nodes(export, output, nodes, delimiter)
    _relationships(export, output, links, delimiter)
    put = output.text("columns").write
    put(_line(HEADINGS, delimiter))
    named = [Column("label", NAME, STRING), *_but_name(nodes)]
    for entry in codebook(
        survey, export.subgraph.schema, lambda table, _: named if table == NODES else links
    ):
        put(_line((str(getattr(entry, heading)) for heading in HEADINGS), delimiter))


def _line(texts: Iterable[str], delimiter: str) -> str:
    return delimiter.join(cell(text, delimiter) for text in texts) + "\n"


def _but_name(columns: Iterable[Column]) -> list[Column]:
    return [column for column in columns if column.key != NAME]


def _nodes(export: Export, output: Output, columns: list[Column], delimiter: str) -> None:
    """Nodes; their name stands under `label`."""
    others = _but_name(columns)
    key = export.subgraph.key
    put = output.text(NODES).write
    put(_line((*NODE_HEADINGS, *(column.name for column in others)), delimiter))
    for label, rows in groupby(export.subgraph.nodes(), attrgetter("label")):
        rest = _rest(others, export.survey.nodes[label], delimiter)
        class_ = cell(label, delimiter)
        for row in rows:
            properties, typed = node_values(row.content)
            name: Any = properties.get(NAME)
            first = (
                cell(key(row.iri), delimiter),
                "" if name is None else cell(name, delimiter),
                class_,
            )
            put(delimiter.join(first) + rest(properties, typed))


def _rest(
    columns: list[Column], held: Container[str], delimiter: str
) -> Callable[[dict[str, Any], dict[str, str]], str]:
    """Makes the end of a row, each field with a delimiter before it.

    `held` are the keys that there are at all; columns of others are passed over at once.
    """
    present: list[Column] = []
    gaps: list[str] = []
    gap = ""
    for column in columns:
        gap += delimiter
        if column.key in held:
            present.append(column)
            gaps.append(gap)
            gap = ""
    kinds = [column.kind for column in present]
    end = f"{gap}\n"

    def rest(properties: dict[str, Any], typed: dict[str, str]) -> str:
        made = []
        for before, value, kind in zip(
            gaps, row_of(present, properties, typed), kinds, strict=True
        ):
            made.append(before)
            if value is not None:
                made.append(_field(value, kind, delimiter))
        made.append(end)
        return "".join(made)

    return rest


def _relationships(export: Export, output: Output, columns: list[Column], delimiter: str) -> None:
    key = export.subgraph.key
    rest = _rest(columns, {column.key for column in columns}, delimiter)
    rest_of = remembered(lambda content: rest(*link_values(content)))
    put = output.text(RELATIONSHIPS).write
    put(_line((*LINK_HEADINGS, *(column.name for column in columns)), delimiter))
    for link in export.subgraph.relationships():
        start, end = cell(key(link.start_iri), delimiter), cell(key(link.end_iri), delimiter)
        own = cell(link.key, delimiter) if link.key else ""
        put(delimiter.join((start, end, link.type, own)) + rest_of(link.content))


def losses(title: str, survey: Survey) -> list[str]:
    """What such tables cannot hold."""
    found = mixtures(title, survey.nodes, survey.relationships)
    if survey.formulas:
        found.append(
            f"{title}: {survey.formulas:,} texts begin like a formula and get an apostrophe "
            "before them, so that spreadsheets do not run them"
        )
    return found


CSV = Format("csv", "CSV tables", ("csv",), partial(write, ","), partial(losses, "CSV"))
TSV = Format("tsv", "TSV tables", ("tsv", "tab"), partial(write, "\t"), partial(losses, "TSV"))
