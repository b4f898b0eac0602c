"""DOT, as Graphviz and its kin read it.

All values are text in quotes: a backslash is doubled, a quote has one before it, lists are JSON.
`label` is what is drawn, a node's name or an edge's type; `class` is a node's class. A key
that Graphviz or pydot would take for one of their own has an underscore at its end (`weight_`).
Where nodes have places, `neato -n` draws them there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphkit.export.appearance import Spot
from graphkit.export.format import Export, Format
from graphkit.export.graphml import about_texts
from graphkit.export.output import Output
from graphkit.export.rendering import Remembered, batches
from graphkit.export.survey import BOOLEAN, CONTROL, FLOAT, INTEGER, Survey
from graphkit.export.xml_text import REPLACEMENT, list_text, scalar_text
from graphkit.palette import colour
from graphkit.property_graph.schema import NAME
from graphkit.subgraph.subgraph import link_values, node_values

_SETTING_NAMES = """
    URL area arrowhead arrowsize arrowtail class color colorscheme comment constraint decorate
    dir distortion edgeURL edgehref edgetarget edgetooltip fillcolor fixedsize fontcolor fontname
    fontsize gradientangle group headURL head_lp headclip headhref headlabel headport headtarget
    headtooltip height href id image imagepos imagescale key label labelURL labelangle labeldistance
    labelfloat labelfontcolor labelfontname labelfontsize labelhref labelloc labeltarget
    labeltooltip layer len lhead lp ltail margin minlen nojustify ordering orientation penwidth
    peripheries pin pos radius rects regular root samehead sametail samplepoints shape shapefile
    showboxes sides size skew sortv style tailURL tail_lp tailclip tailhref taillabel tailport
    tailtarget tailtooltip target tooltip vertices weight width xlabel xlp z
    name obj_dict src dst
"""
_SETTINGS = frozenset(_SETTING_NAMES.split())
"""What Graphviz, or in the last line pydot, means something by on nodes and edges."""
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYWORDS = frozenset({"node", "edge", "graph", "digraph", "subgraph", "strict"})
_LONGEST = 4_000
"""Characters in one pair of quotes: Graphviz stops reading where there are 16,384 bytes."""
_EDGE_KEY = "edge_key"
"""What tells parallel edges of a type apart; Graphviz would merge those of one `key`."""
_POINTS = 72.0
"""Points in an inch: places are in points, widths in inches."""


def quoted(text: str) -> str:
    """Text in quotes, as every program that reads DOT ends it in the same place.

    >>> print(quoted('say "so" \\\\'))
    "say \\"so\\" \\\\"
    """
    cleaned = CONTROL.sub(REPLACEMENT, text)
    if len(cleaned) <= _LONGEST:
        return f'"{_escaped(cleaned)}"'
    parts = range(0, len(cleaned), _LONGEST)
    return " + ".join(f'"{_escaped(cleaned[at : at + _LONGEST])}"' for at in parts)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def shown(text: str) -> str:
    """A label: quoted, and its ampersands not taken for the beginning of an entity.

    >>> print(shown("R&D &lt;"))
    "R&amp;D &amp;lt;"
    """
    return quoted(text.replace("&", "&amp;"))


def attribute_name(key: str) -> str:
    """A key as the name of an attribute of ours.

    >>> attribute_name("title"), attribute_name("weight"), attribute_name("node")
    ('title', 'weight_', '"node"')
    """
    name = f"{key}_" if key in _SETTINGS else key
    return name if _WORD.fullmatch(name) and name.lower() not in _KEYWORDS else quoted(name)


def write(export: Export, output: Output) -> None:
    """Write it, one node or edge a line."""
    out = output.binary()
    about = export.about
    for name, text in about.pairs():
        out.write(f"// {name}: {' '.join(CONTROL.sub(REPLACEMENT, text).splitlines())}\n".encode())
    said = ", ".join(
        f"{attribute_name(name)}={quoted(text)}" for name, text in about_texts(about).items()
    )
    out.write(
        f"digraph {quoted(about.title)} {{\n"
        f'graph [charset="UTF-8", {said}];\n'
        'node [shape="circle", style="filled", fixedsize="shape"];\n'.encode()
    )
    for batch in batches(_node_lines(export)):
        out.write(batch)
    for batch in batches(_edge_lines(export)):
        out.write(batch)
    out.write(b"}\n")


def _node_lines(export: Export) -> Iterator[str]:
    subgraph = export.subgraph
    names = Remembered[str, str](attribute_name)
    spots = export.appearance.spots if export.appearance else {}
    for row in subgraph.nodes():
        properties: dict[str, Any] = node_values(row.content)[0]
        key = subgraph.key(row.iri)
        name = properties.pop(NAME, key)
        yield (
            f"{quoted(key)} [label={shown(str(name))}, "
            f"class={quoted(row.label)}, {_look(row.label, spots.get(row.iri))}"
            f"{_values(properties, names)}];\n"
        )


def _look(label: str, spot: Spot | None) -> str:
    if spot is None:
        return f'fillcolor="{colour(label)}"'
    width = spot.size / _POINTS
    return f'fillcolor="{spot.colour}", pos="{spot.x},{spot.y}", width="{width:.3f}"'


def _edge_lines(export: Export) -> Iterator[str]:
    key = export.subgraph.key
    names = Remembered[str, str](attribute_name)
    idents = Remembered[str, str](lambda iri: quoted(key(iri)))
    contents = Remembered[bytes, str](lambda one: _values(link_values(one)[0], names))
    for row in export.subgraph.relationships():
        own = f", {_EDGE_KEY}={quoted(row.key)}" if row.key else ""
        yield (
            f"{idents[row.start_iri]} -> {idents[row.end_iri]} "
            f"[label={quoted(row.type)}{own}{contents[row.content]}];\n"
        )


def _values(properties: Mapping[str, Any], names: Mapping[str, str]) -> str:
    parts = []
    for name, value in properties.items():
        text = list_text(value) if value.__class__ is list else scalar_text(value)
        parts.append(f", {names[name]}={quoted(text)}")
    return "".join(parts)


def losses(survey: Survey) -> list[str]:
    """All but texts, and control characters."""
    said = []
    kinds = [
        *survey.kinds(survey.nodes).values(),
        *survey.kinds(survey.relationships).values(),
    ]
    numbers = sum(one[INTEGER] + one[FLOAT] + one[BOOLEAN] for one in kinds)
    others = survey.moments + survey.points
    if numbers or others:
        said.append(
            f"DOT: values have no types; {numbers + others:,} numbers, truth values, dates and "
            "points are text, and Graphviz takes an empty text, or a lone line end, for none"
        )
    if survey.lists:
        said.append(f"DOT: lists have no type; {survey.lists:,} are JSON text")
    if survey.controls:
        said.append(
            f"DOT: {survey.controls:,} texts have control characters, which programs that read it "
            "stumble over; each becomes U+FFFD"
        )
    keys = {*survey.kinds(survey.nodes), *survey.kinds(survey.relationships)} - {NAME}
    renamed = sorted(keys & _SETTINGS)
    if renamed:
        said.append(
            f"DOT: {', '.join(renamed)} would be settings of Graphviz; they have an underscore "
            "at their end"
        )
    return said


FORMAT = Format("dot", "DOT", ("dot", "gv"), write, losses)
