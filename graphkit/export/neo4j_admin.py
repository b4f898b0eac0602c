"""A folder of CSV files that `neo4j-admin database import full` reads: the way for large graphs.

    nodes/…, relationships/…   a file for each label, and for each type between two labels
    import.sh                  runs the import
    schema.cypher              constraints, indexes, and what CSV cannot say; to be run afterwards
    README.txt                 each step
    about.json                 what was chosen, and from where

The files are those of `graphkit neo4j export`: nodes and relationships are as a database
kept by `graphkit neo4j sync` has them, with all types. A part of a graph leaves no mark in the
database, so `sync` and `verify` do not take it for a whole one.
"""

from __future__ import annotations

from graphkit.export.format import Export, Format
from graphkit.export.output import Output

ABOUT = "about.json"
_AFTERWARDS = f"""\
What was chosen, and under which licences, stands in {ABOUT}.
"""


def write(export: Export, output: Output) -> None:
    """Fill the folder."""
    from graphkit.neo4j.bulk import CSV, README, readme, write_csv  # the driver takes its time
    from graphkit.neo4j.marker import Marker
    from graphkit.neo4j.schema import items_for

    subgraph, about = export.subgraph, export.about
    folder = output.folder()
    counts = about.labels, about.types
    marker = Marker.of(subgraph.snapshot, subgraph.graph, counts) if subgraph.is_whole else None
    _, command = write_csv(subgraph, subgraph.schema, items_for(subgraph.graph), folder, marker)
    title = f"{about.title} (snapshot {about.snapshot}),"
    text = readme(" ".join(title.split()), [CSV], command, _AFTERWARDS)
    (folder / README).write_text(text, encoding="utf-8", newline="")
    (folder / ABOUT).write_bytes(about.json())


FORMAT = Format("neo4j-admin", "CSV files for neo4j-admin", (), write)
