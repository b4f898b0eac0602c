"""GEXF 1.3, as Gephi, NetworkX and graphology read it: with places, colours and a timeline.

`label` is what is shown: a node's name, an edge's type, which is its `kind` too. A node's class is
the attribute `class`; what tells parallel edges of a type apart is `edge_key`. Lists are
`liststring` in the notation of GEXF 1.3: `["a","b"]`, which is JSON as well. Things with dates
bear them as `start` and `end` besides, for the timeline. A number called `weight` is the
edge's weight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphkit.export.about import About
from graphkit.export.appearance import Spot
from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.rendering import Remembered, batches
from graphkit.export.survey import BOOLEAN, FLOAT, INTEGER, MANY, STRING, Survey
from graphkit.export.xml_text import (
    LIST,
    Escape,
    attribute_escape,
    attribute_text,
    column_kind,
    element_text,
    list_text,
    plain_list_text,
    scalar_text,
    shared_losses,
)
from graphkit.palette import colour, rgb
from graphkit.property_graph.schema import NAME
from graphkit.property_graph.values import DATE
from graphkit.subgraph.subgraph import link_values, node_values

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">
"""
_TYPES = {BOOLEAN: "boolean", INTEGER: "long", FLOAT: "double", LIST: "liststring"}
_CLASS, _KEY, _WEIGHT = "class", "edge_key", "weight"
"""`edge_key`, not `key`: NetworkX fails where an edge has an attribute of that name."""
_STARTS, _ENDS = ("start_date", "posted", "issued"), ("end_date", "expires")
"""Keys of the dates between which a thing stands on the timeline; the first that it has counts."""


class _Attributes:
    """The columns of nodes or of edges: their declaration, and how values are written."""

    def __init__(self, owner: str, columns: Mapping[str, Counter[str]], own: str) -> None:
        kinds = {own: Counter({STRING: 1}), **columns}
        self.weighs = owner == "edge" and _is_weight(kinds)
        if self.weighs:
            del kinds[_WEIGHT]
        self.lists = {name: _list_form(column_kind(found)) for name, found in kinds.items()}
        self.heads = {
            name: f'<attvalue for="{number}" value="' for number, name in enumerate(kinds)
        }
        lines = [
            f'<attribute id="{number}" title="{attribute_text(name)}" '
            f'type="{_TYPES.get(column_kind(found), "string")}"/>\n'
            for number, (name, found) in enumerate(kinds.items())
        ]
        self.declared = (
            f'<attributes class="{owner}" mode="static">\n{"".join(lines)}</attributes>\n'
        )

    def values(self, properties: Mapping[str, Any], escape: Escape) -> str:
        """The values of one element."""
        parts = []
        for name, value in properties.items():
            if value.__class__ is str:
                text = escape(value)
            elif value.__class__ is list:
                text = escape(self.lists[name](value))
            else:
                text = scalar_text(value)
            parts.append(f'{self.heads[name]}{text}"/>')
        return "".join(parts)


def _list_form(kind: str) -> Callable[[list[Any]], str]:
    return plain_list_text if kind == LIST else list_text


def _is_weight(kinds: Mapping[str, Counter[str]]) -> bool:
    return _WEIGHT in kinds and set(kinds[_WEIGHT]) <= {INTEGER, FLOAT}


def write(export: Export, output: Output) -> None:
    """Write it, one node or edge a line."""
    out = output.binary()
    survey, subgraph = export.survey, export.subgraph
    nodes = _Attributes("node", survey.kinds(survey.nodes), _CLASS)
    edges = _Attributes("edge", survey.kinds(survey.relationships), _KEY)
    mode = 'mode="static"'
    if _has_dates(survey):
        mode = 'mode="dynamic" timeformat="date" timerepresentation="interval"'
    out.write(
        f'{_HEAD}{_meta(export.about)}<graph defaultedgetype="directed" idtype="string" {mode}>\n'
        f'{nodes.declared}{edges.declared}<nodes count="{subgraph.node_count}">\n'.encode()
    )
    escape = attribute_escape(survey)
    for batch in batches(_node_lines(export, nodes, escape)):
        out.write(batch)
    out.write(f'</nodes>\n<edges count="{subgraph.relationship_count}">\n'.encode())
    for batch in batches(_edge_lines(export, edges, escape)):
        out.write(batch)
    out.write(b"</edges>\n</graph>\n</gexf>\n")


def _has_dates(survey: Survey) -> bool:
    kinds = survey.kinds(survey.nodes)
    return any(DATE in kinds.get(name, ()) for name in _STARTS + _ENDS)


def _meta(about: About) -> str:
    said = "\n".join(f"{name}: {text}" for name, text in about.pairs())
    return (
        f'<meta lastmodifieddate="{attribute_text(about.created[:10])}">\n'
        f"<creator>{element_text(about.made_by)}</creator>\n"
        f"<description>{element_text(said)}</description>\n</meta>\n"
    )


def _node_lines(export: Export, attributes: _Attributes, escape: Escape) -> Iterator[str]:
    subgraph = export.subgraph
    spots = export.appearance.spots if export.appearance else {}
    class_head = attributes.heads[_CLASS]
    for row in subgraph.nodes():
        properties, typed = node_values(row.content)
        key = attribute_text(subgraph.key(row.iri))
        name = properties.get(NAME)
        shown = escape(name) if isinstance(name, str) else key
        values = attributes.values(properties, escape)
        yield (
            f'<node id="{key}" label="{shown}"{_lifetime(properties, typed)}><attvalues>'
            f'{class_head}{attribute_text(row.label)}"/>{values}</attvalues>'
            f"{_viz(row.label, spots.get(row.iri))}</node>\n"
        )


def _lifetime(properties: Mapping[str, Any], typed: Mapping[str, str]) -> str:
    """The attributes `start` and `end`; none where they would be the wrong way round.

    >>> kinds = {"start_date": "date", "end_date": "date"}
    >>> _lifetime({"start_date": "2024-01-31", "end_date": "2026-01-30"}, kinds)
    ' start="2024-01-31" end="2026-01-30"'
    >>> _lifetime({"start_date": "2024-01-31", "end_date": "2020-01-30"}, kinds)
    ''
    """
    if not typed:
        return ""
    start = next((properties[key] for key in _STARTS if typed.get(key) == DATE), "")
    end = next((properties[key] for key in _ENDS if typed.get(key) == DATE), "")
    if start.__class__ is not str or end.__class__ is not str or (end and start > end):
        return ""
    said = f' start="{attribute_text(start)}"' if start else ""
    return f'{said} end="{attribute_text(end)}"' if end else said


def _viz(label: str, spot: Spot | None) -> str:
    red, green, blue = rgb(spot.colour if spot else colour(label))
    look = f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
    if spot:
        look += (
            f'<viz:position x="{spot.x}" y="{spot.y}" z="0.0"/><viz:size value="{spot.size}"/>'
        )  # fmt: skip
    return look


def _edge_lines(export: Export, attributes: _Attributes, escape: Escape) -> Iterator[str]:
    key = export.subgraph.key
    key_head = attributes.heads[_KEY]
    idents = Remembered[str, str](lambda iri: attribute_text(key(iri)))

    def rendered(content: bytes) -> tuple[str, str]:
        properties: dict[str, Any] = link_values(content)[0]
        weight = properties.pop(_WEIGHT, None) if attributes.weighs else None
        weighs = f' weight="{scalar_text(weight)}"' if weight is not None else ""
        return weighs, attributes.values(properties, escape)

    contents = Remembered[bytes, tuple[str, str]](rendered)
    for number, row in enumerate(export.subgraph.relationships()):
        weighs, values = contents[row.content]
        own = f'{key_head}{attribute_text(row.key)}"/>' if row.key else ""
        yield (
            f'<edge id="{number}" source="{idents[row.start_iri]}" target="{idents[row.end_iri]}" '
            f'kind="{row.type}" label="{row.type}"{weighs}>'
            f"<attvalues>{own}{values}</attvalues></edge>\n"
        )


def losses(survey: Survey) -> list[str]:
    """Lists that are not of text, dates, points, keys of several kinds, control characters."""
    said = shared_losses("GEXF", survey)
    numbers, texts = _lists(survey)
    if numbers:
        said.append(f"GEXF: {numbers:,} lists of numbers, dates or truth values are lists of text")
    if texts:
        said.append(f"GEXF: {texts:,} lists under keys that hold single values too are JSON text")
    kinds = survey.kinds(survey.relationships)
    if _is_weight(kinds) and kinds[_WEIGHT][INTEGER]:
        count = kinds[_WEIGHT][INTEGER]
        said.append(f"GEXF: weights are decimal; {count:,} of them are whole numbers")
    return said


def _lists(survey: Survey) -> tuple[int, int]:
    """How many lists are not of text, and how many stand under a key that is no list."""
    numbers = texts = 0
    for side in (survey.nodes, survey.relationships):
        for kinds in survey.kinds(side).values():
            lists = {kind: times for kind, times in kinds.items() if kind.endswith(MANY)}
            if column_kind(kinds) != LIST:
                texts += sum(lists.values())
            else:
                numbers += sum(lists.values()) - lists.get(STRING + MANY, 0)
    return numbers, texts


FORMAT = Format("gexf", "GEXF 1.3", ("gexf",), write, losses)
