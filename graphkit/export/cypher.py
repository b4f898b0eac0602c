"""A Cypher script that fills an empty Neo4j database: for small graphs, and for reading.

    cypher-shell -d neo4j -f NAME.cypher

It is the script of `graphkit neo4j export`: constraints, nodes, relationships, indexes, every
value written out with its type. It stops at the first statement that fails; empty the
database before another try. A part of a graph leaves no mark in the database, so
`graphkit neo4j sync` and `verify` do not take it for a whole one.
"""

from __future__ import annotations

import re

from graphkit.export.format import Export, Format
from graphkit.export.output import Output

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\\\\]+")
"""What could end a comment, under any release's parser: older ones read `\\u000A` even there."""


def comment(text: str) -> str:
    r"""A line of comment, whatever is in the text.

    >>> comment("a\nRETURN 1; \\u000a b")
    '// a RETURN 1;  u000a b\n'
    """
    return f"// {_UNFIT.sub(' ', text)}\n"


def write(export: Export, output: Output) -> None:
    """Write the script."""
    from graphkit.neo4j.cypher_script import script  # the driver takes its time to load
    from graphkit.neo4j.marker import Marker
    from graphkit.neo4j.schema import items_for

    subgraph, about = export.subgraph, export.about
    put = output.text().write
    put("// Fills an empty database. Stop at the first statement that fails.\n")
    for name, value in about.pairs():
        put(comment(f"{name}: {value}"))
    marker = (
        Marker.of(subgraph.snapshot, subgraph.graph, (about.labels, about.types))
        if subgraph.is_whole
        else None
    )
    for statement in script(subgraph, items_for(subgraph.graph), marker):
        put(statement)


FORMAT = Format("cypher", "Cypher script", ("cypher", "cql"), write)
