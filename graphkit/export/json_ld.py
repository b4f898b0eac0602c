"""JSON-LD with the names of the ontology's context: a list of things as JSON objects.

What a thing alone has (a sum of money, an address, its part in a project) stands inside it; other
things are named by their addresses. The context is in the file, so that it can be read anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import msgspec
import pyoxigraph as ox

from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.rdf_about import about_lines
from graphkit.export.rdf_statements import by_thing, losses, named_graphs
from graphkit.export.survey import Survey
from graphkit.json_ld import Context, Framing

_JSON = msgspec.json.Encoder()


def write(export: Export, output: Output) -> None:
    """Write it, one thing a line."""
    out = output.binary()
    path = export.subgraph.schema.ontology.context_path
    content = msgspec.json.decode(path.read_bytes())["@context"]
    context = Context(content)
    out.write(b'{"@context": ' + _JSON.encode(content) + b',\n"@graph": [')
    joint = b"\n"
    for lines in chain([about_lines(export)], by_thing(export.subgraph)):
        for thing in things(lines, context):
            out.write(joint + thing)
            joint = b",\n"
    out.write(b"\n]}\n")


def things(lines: Iterable[str], context: Context) -> Iterator[bytes]:
    """Lines of N-Quads as JSON objects: that of the first subject, with what it has inside."""
    text = "\n".join(line.rstrip("\n") for line in lines)
    quads = ox.parse(text, format=ox.RdfFormat.N_QUADS, lenient=True)
    triples = dict.fromkeys(quad.triple for quad in quads)
    framing = Framing(context, triples, deep=True)
    for node in list(framing.nodes):
        if node not in framing.placed:
            yield _JSON.encode(framing.node(node, nested=True))


def _losses(survey: Survey) -> list[str]:
    return [*named_graphs("JSON-LD", survey), *losses(survey)]


FORMAT = Format("json-ld", "JSON-LD", ("jsonld",), write, _losses)
