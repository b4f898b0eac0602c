"""The network view: a thing and what stands around it, drawn by the server as a picture of links.

The same network always gives the same picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from flask import render_template, request
from flask.typing import ResponseReturnValue

from graphkit.figures import Portfolio
from graphkit.server.site.app import site
from graphkit.server.site.pages import blueprint
from graphkit.server.site.pages.answered import Behind, behind_of
from graphkit.server.site.pages.figures import columns
from graphkit.server.site.pages.neighbourhoods import Edge, Network, Node, around
from graphkit.server.site.pages.panels import one_of
from graphkit.server.site.pages.reading import Reader
from graphkit.server.site.problems import Problem

_ROW = 30
"""Distance of nodes from top to bottom, as high as a name and its air."""
_MARGIN = 40
_NARROW, _WIDE = 1060, 1420
_FIRST, _SECOND = 270.0, 520.0
"""Half widths of the two ellipses."""
LONGEST_NAME = 300
KIND_NAMES = {
    "question": "Questions",
    "project": "Projects",
    "department": "Departments",
    "organisation": "Organisations",
    "funder": "Funders",
    "programme": "Programmes",
    "aspect": "Aspects",
    "place": "Places",
}


@dataclass(frozen=True)
class Spot:
    """A node and where it stands; `size` is its radius, `anchor` where its name begins."""

    node: Node
    x: float
    y: float
    size: float
    anchor: str


@dataclass(frozen=True)
class Line:
    """An edge and where it runs. `width` grows with the root of its weight."""

    edge: Edge
    source: Spot
    target: Spot
    width: float


@dataclass(frozen=True)
class Picture:
    """A network with its places, and how large it is."""

    spots: Sequence[Spot]
    lines: Sequence[Line]
    width: int
    height: int


def drawn(network: Network) -> Picture:
    """The focus in the middle, the first step on an ellipse around it, the second outside.

    On each side of an ellipse nodes have the same distance from top to bottom, and names stand
    outwards, so that no two names of one ellipse lie over each other.
    """
    first = [node for node in network.nodes.values() if node.step == 1]
    second = [node for node in network.nodes.values() if node.step > 1]
    first.sort(key=lambda node: list(KIND_NAMES).index(node.kind) if node.kind in KIND_NAMES else 9)
    rows = max(4, -(-len(first) // 2), -(-len(second) // 2))
    height = _ROW * rows + 2 * _MARGIN
    width = _WIDE if second else _NARROW
    middle, half = (width / 2, height / 2), height / 2 - _MARGIN
    spots = {network.focus: Spot(network.nodes[network.focus], *middle, 16, "middle")}
    near = first + [node for node in second if not first]
    for node, side, at in _sides(near):
        spots[node.iri] = _spot(node, middle, side, at, _FIRST, half, 9)
    heights = {
        node.iri: _mean(spots, network, node, middle) for node in second if node.iri not in spots
    }
    left = [node for node in second if heights.get(node.iri, (1.0, 0.0))[0] < 0]
    right = [node for node in second if node.iri in heights and node not in left]
    for nodes, side in ((left, -1), (right, 1)):
        nodes.sort(key=lambda node: heights[node.iri][1])
        for place, node in enumerate(nodes):
            at = -1 + (2 * place + 1) / len(nodes)
            spots[node.iri] = _spot(node, middle, side, at, _SECOND, half, 7)
    most = max((edge.weight for edge in network.edges), default=1)
    lines = [
        Line(
            edge,
            spots[edge.source],
            spots[edge.target],
            round(1 + 5 * sqrt(edge.weight / most), 1) if most > 1 else 1.5,
        )
        for edge in network.edges
    ]
    return Picture(list(spots.values()), lines, width, height)


def _sides(nodes: Sequence[Node]) -> list[tuple[Node, int, float]]:
    """Nodes with their side (1 is right) and height from -1 to 1, clockwise from the top."""
    right = nodes[: -(-len(nodes) // 2)]
    left = nodes[len(right) :]
    found = [(node, 1, -1 + (2 * at + 1) / len(right)) for at, node in enumerate(right)]
    return found + [(node, -1, 1 - (2 * at + 1) / len(left)) for at, node in enumerate(left)]


def _spot(
    node: Node,
    middle: tuple[float, float],
    side: int,
    at: float,
    radius: float,
    half: float,
    size: float,
) -> Spot:
    bend = 0.45 if radius == _FIRST else 0.85  # the outer one leaves room for names of the inner
    x = middle[0] + side * radius * (bend + (1 - bend) * sqrt(max(0.0, 1 - at * at)))
    return Spot(
        node, round(x, 1), round(middle[1] + at * half, 1), size, "start" if side > 0 else "end"
    )


def _mean(
    spots: Mapping[str, Spot], network: Network, node: Node, middle: tuple[float, float]
) -> tuple[float, float]:
    """On which side and how high the things are that a node is tied to."""
    ends = [
        spots[other]
        for edge in network.edges
        for here, other in ((edge.source, edge.target), (edge.target, edge.source))
        if here == node.iri and other in spots and other != network.focus
    ]
    if not ends:
        return 1.0, 0.0
    count = len(ends)
    return sum(end.x - middle[0] for end in ends) / count, sum(end.y for end in ends) / count


@blueprint.get("/network")
def network() -> ResponseReturnValue:
    """The network around the thing that the address names, or a choice of things."""
    found = columns()
    read = Reader(site().dataset)
    given = request.args.get("focus", "").strip()
    if not given:
        return render_template("network.html", network=None, focus="", examples=_examples(read))
    if len(given) > LONGEST_NAME:
        raise Problem(414, f"the name has more than {LONGEST_NAME} characters", "give its address")
    named = site().dataset.library.resolver.thing(given)
    focus = str(named.term.value)
    if "/id/" not in focus:
        raise Problem(400, f"{given[:100]} is no thing of this data set", "try question:16604")
    hops = int(one_of("hops", ("1", "2"), "1"))
    there = around(read, found, focus, hops)
    picture = drawn(there)
    kinds = [kind for kind in KIND_NAMES if any(spot.node.kind == kind for spot in picture.spots)]
    return render_template(
        "network.html",
        network=there,
        focus=focus,
        remark=named.remark,
        hops=hops,
        spots=picture.spots,
        lines=picture.lines,
        kinds=[(kind, KIND_NAMES[kind]) for kind in kinds],
        degrees=sorted({line.edge.degree for line in picture.lines if line.edge.degree}),
        width=picture.width,
        height=picture.height,
        behind=_behind(there),
    )


def _behind(there: Network) -> Behind | Sequence[Behind]:
    kind = there.nodes[there.focus].kind
    if kind == "question":
        return [
            behind_of("question-neighbourhood", question=there.focus),
            behind_of("link-evidence", question=there.focus),
        ]
    if kind == "organisation":
        return behind_of("organisation-collaborators", organisation=there.focus)
    if kind in ("project", "department", "aspect"):
        return behind_of("thing-neighbours", thing=there.focus)
    if kind in ("funder", "programme"):
        return behind_of("funder-departments", funder=there.focus)
    if kind == "place":
        return [
            behind_of("place-departments", place=there.focus),
            behind_of("place-funders", place=there.focus),
            behind_of("place-organisations", place=there.focus),
            behind_of("place-aspects", place=there.focus),
        ]
    return behind_of("thing-neighbours", thing=there.focus)


def _examples(read: Reader) -> list[tuple[str, list[tuple[str, str]]]]:
    """Things to begin with: the largest of some kinds, and the project on the most lists."""
    everything = Portfolio(columns())
    groups = {
        "Departments": everything.per_department()[:6],
        "Funders": everything.per("funded", "funder")[:6],
        "Organisations": everything.per_lead()[:6],
        "Aspects": everything.per_aspect()[:6],
    }
    questions = everything.columns.things["question"]
    asked = everything.per_question()
    chosen = [questions[at] for at in (-asked).argsort(kind="stable")[:4].tolist() if asked[at]]
    return [
        *((name, [(read.name(row.iri), row.iri) for row in rows]) for name, rows in groups.items()),
        ("Questions", [(read.name(iri), iri) for iri in chosen]),
    ]
