"""The network view: a thing and what stands around it, drawn by the server as a picture of links.

The same network always gives the same picture: the layout begins from a circle and has a seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt
from typing import Any

import networkx as nx
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

WIDTH, HEIGHT = 1000, 720
_MARGIN = 70
_ROUNDS = 40
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
    """A node and where it stands; `size` is its radius."""

    node: Node
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Line:
    """An edge and where it runs. `width` grows with the root of its weight."""

    edge: Edge
    source: Spot
    target: Spot
    width: float


def drawn(network: Network) -> tuple[list[Spot], list[Line]]:
    """Places for nodes and edges: the focus in the middle, what is tied to each other near."""
    spots = layout(network)
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
    return list(spots.values()), lines


def layout(network: Network) -> Mapping[str, Spot]:
    """Where each node stands."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(network.nodes)
    graph.add_edges_from((edge.source, edge.target) for edge in network.edges)
    others = [iri for iri in network.nodes if iri != network.focus]
    others.sort(key=lambda iri: (network.nodes[iri].kind, network.nodes[iri].step, iri))
    start: dict[str, Any] = {network.focus: (0.0, 0.0)}
    for place, iri in enumerate(others):
        angle = 2 * pi * place / len(others)
        far = 1.0 if network.nodes[iri].step == 1 else 1.4
        start[iri] = (far * cos(angle), far * sin(angle))
    found = start
    if len(others) > 1:
        found = nx.spring_layout(
            graph,
            k=2.2 / sqrt(len(start)),
            pos=start,
            fixed=[network.focus],
            iterations=_ROUNDS,
            seed=1,
        )
    across = max((abs(float(x)) for x, _ in found.values()), default=1.0) or 1.0
    along = max((abs(float(y)) for _, y in found.values()), default=1.0) or 1.0
    return {
        iri: Spot(
            node,
            round(WIDTH / 2 + float(found[iri][0]) / across * (WIDTH / 2 - _MARGIN * 1.6), 1),
            round(HEIGHT / 2 + float(found[iri][1]) / along * (HEIGHT / 2 - _MARGIN), 1),
            16 if iri == network.focus else 10 if node.step == 1 else 7,
        )
        for iri, node in network.nodes.items()
    }


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
    spots, lines = drawn(there)
    kinds = [kind for kind in KIND_NAMES if any(spot.node.kind == kind for spot in spots)]
    return render_template(
        "network.html",
        network=there,
        focus=focus,
        remark=named.remark,
        hops=hops,
        spots=spots,
        lines=lines,
        kinds=[(kind, KIND_NAMES[kind]) for kind in kinds],
        degrees=sorted({line.edge.degree for line in lines if line.edge.degree}),
        width=WIDTH,
        height=HEIGHT,
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
