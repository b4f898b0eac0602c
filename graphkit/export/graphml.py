"""GraphML, as NetworkX, igraph, yEd and Gephi read it.

A key has one type for nodes and one for edges: `boolean`, `long`, `double` or `string`. Lists are
JSON text, dates ISO text, points `[longitude,latitude]`; the key's `desc` says so. The
ids of nodes are the graph's short keys as NMTOKEN, which allows no slash: `question:16604`; the
short key itself is the data `key`. The class is `label`, the type of an edge `type`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from graphkit.export.about import About
from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.rendering import Remembered, batches
from graphkit.export.survey import BOOLEAN, FLOAT, INTEGER, MANY, STRING, Survey
from graphkit.export.xml_text import (
    Escape,
    attribute_text,
    column_kind,
    element_escape,
    element_text,
    list_text,
    scalar_text,
    shared_losses,
    token,
)
from graphkit.property_graph.elements import Value
from graphkit.property_graph.values import DATE, DATETIME, POINT
from graphkit.subgraph.subgraph import Subgraph, link_values, node_values

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns \
http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_TYPES = {BOOLEAN: "boolean", INTEGER: "long", FLOAT: "double"}
_WORDS = {DATE: "ISO 8601 date", DATETIME: "ISO 8601 date and time", POINT: "[longitude,latitude]"}
_REPEATED = frozenset({"weight", "left_out", "changed", "licence", "attribution"})
_LABEL, _TYPE, _KEY = "label", "type", "key"


class _Keys:
    """What every `<data>` of nodes or of edges begins with, and the `<key>`s that declare them."""

    def __init__(self, domain: str, columns: Mapping[str, Counter[str]], own: list[str]) -> None:
        texts: dict[str, Counter[str]] = {name: Counter({STRING: 1}) for name in own}
        known = {**texts, **columns}
        self.heads = {
            name: f'<data key="{domain[0]}{number}">' for number, name in enumerate(known)
        }
        self.declared = [
            _declaration(f"{domain[0]}{number}", domain, name, kinds)
            for number, (name, kinds) in enumerate(known.items())
        ]


def _declaration(ident: str, domain: str, name: str, kinds: Mapping[str, int]) -> str:
    kind = _TYPES.get(column_kind(kinds), "string")
    tag = f'<key id="{ident}" for="{domain}" attr.name="{attribute_text(name)}" attr.type="{kind}"'
    said = _said(kinds) if kind == "string" else ""
    return f"{tag}><desc>{said}</desc></key>\n" if said else f"{tag}/>\n"


def _said(kinds: Mapping[str, int]) -> str:
    """What a text stands for, where it is not only a text.

    >>> _said({"string": 3}), _said({"date": 3}), _said({"string[]": 1, "string": 2})
    ('', 'ISO 8601 date', 'text, or JSON list of text')
    """
    if set(kinds) == {STRING}:
        return ""
    return ", or ".join(_word(kind) for kind in sorted(kinds))


def _word(kind: str) -> str:
    one = kind.removesuffix("[]")
    word = _WORDS.get(one, "text" if one == STRING else one)
    return f"JSON list of {word}" if one != kind else word


def write(export: Export, output: Output) -> None:
    """Write it: keys, what the graph says of itself, nodes, edges; one element a line."""
    out = output.binary()
    survey, subgraph = export.survey, export.subgraph
    about = about_texts(export.about)
    nodes = _Keys("node", survey.kinds(survey.nodes), [_LABEL, _KEY])
    edges = _Keys("edge", survey.kinds(survey.relationships), [_TYPE, _KEY])
    graph = _Keys("graph", {name: Counter({_kind_about(name): 1}) for name in about}, [])
    put = out.write
    put(_HEAD.encode())
    put(f"<desc>{element_text(export.about.title)}</desc>\n".encode())
    put("".join([*graph.declared, *nodes.declared, *edges.declared]).encode())
    put(
        f'<graph id="G" edgedefault="directed" parse.order="nodesfirst" '
        f'parse.nodes="{subgraph.node_count}" parse.edges="{subgraph.relationship_count}">\n'
        f"<desc>{element_text(export.about.selection)}</desc>\n".encode()
    )
    for name, text in about.items():
        put(f"{graph.heads[name]}{element_text(text)}</data>\n".encode())
    escape = element_escape(survey)
    for batch in batches(_node_lines(subgraph, nodes, escape)):
        put(batch)
    for batch in batches(_edge_lines(subgraph, edges, escape)):
        put(batch)
    put(b"</graph>\n</graphml>\n")


def about_texts(about: About) -> dict[str, str]:
    """What a graph says of itself by name; what may be said more than once is a JSON list."""
    grouped: dict[str, list[str]] = {}
    for name, text in about.pairs():
        grouped.setdefault(name, []).append(text)
    return {
        name: list_text(texts) if name in _REPEATED else texts[0] for name, texts in grouped.items()
    }


def _kind_about(name: str) -> str:
    return STRING + MANY if name in _REPEATED else STRING


def _node_lines(subgraph: Subgraph, keys: _Keys, escape: Escape) -> Iterator[str]:
    heads = keys.heads
    label_head, key_head = heads[_LABEL], heads[_KEY]
    for row in subgraph.nodes():
        key = subgraph.key(row.iri)
        data = _data(node_values(row.content)[0], heads, escape)
        yield (
            f'<node id="{token(key)}">{label_head}{element_text(row.label)}</data>'
            f"{key_head}{element_text(key)}</data>{data}</node>\n"
        )


def _edge_lines(subgraph: Subgraph, keys: _Keys, escape: Escape) -> Iterator[str]:
    heads = keys.heads
    type_head, key_head = heads[_TYPE], heads[_KEY]
    key = subgraph.key
    idents = Remembered[str, str](lambda iri: token(key(iri)))
    data = Remembered[bytes, str](
        lambda content: f"{_data(link_values(content)[0], heads, escape)}</edge>\n"
    )
    for number, row in enumerate(subgraph.relationships()):
        own = f"{key_head}{element_text(row.key)}</data>" if row.key else ""
        yield (
            f'<edge id="e{number}" source="{idents[row.start_iri]}" target="{idents[row.end_iri]}">'
            f"{type_head}{row.type}</data>{own}{data[row.content]}"
        )


def _data(properties: Mapping[str, Value], heads: Mapping[str, str], escape: Escape) -> str:
    parts = []
    for name, value in properties.items():
        if value.__class__ is str:
            text = escape(value)
        elif value.__class__ is list:
            text = element_text(list_text(value))
        else:
            text = scalar_text(value)
        parts.append(f"{heads[name]}{text}</data>")
    return "".join(parts)


def losses(survey: Survey) -> list[str]:
    """Lists, dates and points have no type of their own; nor are control characters held."""
    said = shared_losses("GraphML", survey)
    if survey.lists:
        said.insert(0, f"GraphML: lists have no type; {survey.lists:,} are JSON text")
    return said


FORMAT = Format("graphml", "GraphML", ("graphml",), write, losses)
