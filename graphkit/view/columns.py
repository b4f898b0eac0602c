"""What a page holds, as columns of numbers and short texts.

Two parts, packed apart. The picture has what is drawn, searched and filtered, and is unpacked
when the page opens; the facts have what is said of each thing and link, and are unpacked when
someone first asks. `static/graph.js` and `static/facts.js` read them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphkit import palette
from graphkit.layout import positions
from graphkit.property_graph.elements import decoded
from graphkit.subgraph import Subgraph
from graphkit.view.appearance import shape
from graphkit.view.drawn import Drawn, Link
from graphkit.view.funders import funders
from graphkit.view.wording import Words, one_line

EXTENT = 16_384
"""Positions are whole numbers from 0 to this."""
_NAME_LENGTH = 160
_BEGINS = ("start_date", "issued", "posted")
"""Keys of the first year of a thing, the first that it has; `end_date` has the last."""
_YEAR = re.compile(r"[0-9]{4}").match

Part = dict[str, Any]


def picture(subgraph: Subgraph, drawn: Drawn, words: Words) -> Part:
    """What is drawn, searched and filtered.

    `nodes` and `links` hold columns of equal length. `class`, `type`, `degree`, `origin` are
    places in the lists of the same names, `start` and `end` places of nodes; -1: there is none.
    `seeds` are the places of the things that the selection starts from.
    `score` is in hundredths, `weight` (0: none) is there where any link has one.
    """
    labels = sorted({row.label for row in drawn.nodes})
    types = sorted({link.row.type for link in drawn.links})
    properties = [decoded(row.content)[0] for row in drawn.nodes]
    said = _said(drawn.links)
    ontology = subgraph.schema.ontology
    schemes = {name: list(ontology.concepts(name)) for name in ("degree", "origin")}
    codes = {name: [one.key for one in concepts] for name, concepts in schemes.items()}
    funder_names, funded = funders(subgraph, drawn.nodes)
    years = [_years(one) for one in properties]
    weights = [_weight(one.get("weight")) for one in said]
    x, y = _places(drawn, weights)
    return {
        "classes": [
            {
                "label": label,
                "name": words.class_name(label),
                "colour": palette.colour(label),
                "edge": palette.darker(palette.colour(label)),
                "shape": shape(label),
                "size": palette.size(label),
            }
            for label in labels
        ],
        "types": [{"type": type_, "name": words.relation(type_)} for type_ in types],
        "degrees": [{"code": one.key, "name": one.label} for one in schemes["degree"]],
        "origins": [{"code": one.key, "name": one.label} for one in schemes["origin"]],
        "funders": funder_names,
        "seeds": [place for place, row in enumerate(drawn.nodes) if row.iri in subgraph.seeds],
        "nodes": {
            "class": _places_in(labels, (row.label for row in drawn.nodes)),
            "name": [
                name_of(subgraph, row.iri, one)
                for row, one in zip(drawn.nodes, properties, strict=True)
            ],
            "x": x,
            "y": y,
            "from": [first for first, _ in years],
            "to": [last for _, last in years],
            "funders": {str(place): some for place, some in funded.items()},
        },
        "links": {
            "start": [link.start for link in drawn.links],
            "end": [link.end for link in drawn.links],
            "type": _places_in(types, (link.row.type for link in drawn.links)),
            "degree": _places_in(codes["degree"], (one.get("degree") for one in said)),
            "origin": _places_in(codes["origin"], (one.get("origin") for one in said)),
            "score": [_hundredths(one.get("score")) for one in said],
            **({"weight": weights} if any(weights) else {}),
        },
    }


def name_of(subgraph: Subgraph, iri: str, properties: Mapping[str, Any]) -> str:
    """What a thing is called, on one line."""
    key = subgraph.key(iri)
    return one_line(str(properties.get("name") or key), _NAME_LENGTH) or key


def _said(links: Sequence[Link]) -> list[Mapping[str, Any]]:
    """The properties of links; most of them say the same, so each content is decoded once."""
    known: dict[bytes, Mapping[str, Any]] = {}
    for link in links:
        content = link.row.content
        if content not in known:
            known[content] = decoded(content)[0]
    return [known[link.row.content] for link in links]


def _places_in(names: Sequence[str], values: Any) -> list[int]:
    number = {name: place for place, name in enumerate(names)}
    return [number.get(value, -1) for value in values]


def _hundredths(score: Any) -> int:
    return round(score * 100) if isinstance(score, int | float) else -1


def _weight(value: Any) -> float:
    """The weight of a tie of a projection; 0 where there is none."""
    return value if isinstance(value, int | float) and value > 0 else 0


def _years(properties: Mapping[str, Any]) -> tuple[int, int]:
    """The first and the last year of a thing; 0 where there is none."""
    first = next((year for key in _BEGINS if (year := _year(properties.get(key)))), 0)
    last = _year(properties.get("end_date")) or first
    return first or last, max(first, last)


def _year(value: Any) -> int:
    found = _YEAR(str(value or ""))
    return int(found[0]) if found else 0


def _places(drawn: Drawn, weights: list[float]) -> tuple[list[int], list[int]]:
    """Where things stand, in whole numbers; both axes have the same scale, and y runs down."""
    count = len(drawn.nodes)
    edges = np.array([(link.start, link.end) for link in drawn.links], dtype=np.int64)
    pulls = weights if weights and all(weights) else None
    found = np.asarray(positions(count, edges.reshape(-1, 2), pulls, seed=0), dtype=float)
    if not count:
        return [], []
    low = found.min(axis=0)
    extent = float((found.max(axis=0) - low).max()) or 1.0
    whole = np.rint((found - low) / extent * EXTENT).astype(int)
    return whole[:, 0].tolist(), whole[:, 1].tolist()
