"""All formats, by name and by file extension."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path

from graphkit.errors import UsageError
from graphkit.export import (
    cx2,
    cypher,
    cytoscape,
    delimited,
    dot,
    excel,
    gexf,
    graphml,
    json_graph,
    json_ld,
    kgx,
    kgx_tsv,
    neo4j_admin,
    node_link,
    pajek,
    parquet,
    rdf_nquads,
    rdf_turtle,
    rdf_xml,
    sqlite,
)
from graphkit.export.format import Format

FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        node_link.FORMAT,
        graphml.FORMAT,
        gexf.FORMAT,
        dot.FORMAT,
        pajek.FORMAT,
        delimited.CSV,
        delimited.TSV,
        parquet.FORMAT,
        sqlite.FORMAT,
        excel.FORMAT,
        neo4j_admin.FORMAT,
        cypher.FORMAT,
        cytoscape.FORMAT,
        cx2.FORMAT,
        json_graph.FORMAT,
        kgx.FORMAT,
        kgx_tsv.FORMAT,
        rdf_turtle.TURTLE,
        rdf_turtle.TRIG,
        rdf_nquads.FORMAT,
        rdf_xml.FORMAT,
        json_ld.FORMAT,
    )
}  # fmt: skip
"""By name; of those that share an extension, the first is meant by it."""


def format_named(name: str) -> Format:
    """The format of a name. Raises UsageError with what may have been meant."""
    if name in FORMATS:
        return FORMATS[name]
    near = difflib.get_close_matches(name.lower(), FORMATS, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(FORMATS)}"
    raise UsageError(f"no such format: {name}", hint=hint, suggestions=near)


def format_of(target: str) -> Format:
    """The format that a file's extension stands for.

    >>> format_of("net.json").name
    'node-link'
    """
    name = Path(target).name.lower()
    fitting = {
        extension: form
        for form in reversed(list(FORMATS.values()))
        for extension in form.extensions
        if name.endswith(f".{extension}")
    }
    if not fitting:
        raise UsageError(
            f"{target}: no format goes by that extension",
            hint=f"name one with --as: {', '.join(FORMATS)}",
        )
    return fitting[max(fitting, key=len)]
