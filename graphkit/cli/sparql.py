"""`graphkit sparql`."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from graphkit.cli.options import (
    Settings,
    emit,
    graph_option,
    note,
    opened,
    output_options,
    query_options,
    query_text,
)

GRAPH_FORMATS = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
_BY_EXTENSION = {".nt": "ntriples", ".rdf": "rdfxml", ".xml": "rdfxml", ".jsonld": "jsonld"}


@click.command("sparql")
@query_options
@click.option(
    "--rdf",
    type=click.Choice(sorted(GRAPH_FORMATS)),
    help="Format of CONSTRUCT and DESCRIBE answers.  [default: by -o, else turtle]",
)
@output_options
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    query: str | None,
    path: str | None,
    rdf: str | None,
    form: str | None,
    output: str,
    limit: int | None,
) -> None:
    """Run a SPARQL query of your own; the graph is only read.

    The prefixes of the ontology (gk, dct, schema, skos, …) are known already.
    Queries without GRAPH see all named graphs together. SERVICE is refused:
    nothing but this graph is asked.

    \b
    Example:
      graphkit sparql 'SELECT ?label WHERE { ?d a gk:Department ; skos:prefLabel ?label }'
    """
    import pyoxigraph as ox

    from graphkit.snapshot import Snapshot
    from graphkit.store import GraphStore, collect
    from graphkit.vocabulary import PREFIXES

    text = query_text(query, path)
    snapshot = Snapshot.current(settings.graph)
    answer = GraphStore(snapshot.store).run(text, prefixes=PREFIXES)
    if isinstance(answer, ox.QuerySolutions):
        result = collect(answer, limit)
        if result.truncated:
            note(f"only the first {limit} rows are shown (--limit)")
        emit(result.columns, result.rows, form, output, snapshot.manifest.base)
    elif isinstance(answer, ox.QueryBoolean):
        emit(("answer",), [(bool(answer),)], form, output)
    elif isinstance(answer, ox.QueryTriples):
        triples = list(answer if limit is None else islice(answer, limit + 1))
        if limit is not None and len(triples) > limit:
            note(f"only the first {limit} triples are shown (--limit)")
        media_type = GRAPH_FORMATS[rdf or _BY_EXTENSION.get(Path(output).suffix, "turtle")]
        data = ox.serialize(
            triples[:limit],
            format=ox.RdfFormat.from_media_type(media_type),
            prefixes=dict(PREFIXES),
        )
        with opened(output) as out:
            out.write((data or b"").decode("utf-8"))
