"""What of a selection is drawn: all of it, or as much as a page can show smoothly."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graphkit import palette
from graphkit.property_graph.elements import NodeRow, RelationshipRow
from graphkit.subgraph import Subgraph
from graphkit.view.wording import Words, counted

_Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True)
class Link:
    """A relationship between two drawn things, given by their places in `Drawn.nodes`."""

    start: int
    end: int
    row: RelationshipRow


@dataclass(frozen=True)
class Drawn:
    """The things and links of a page, and in words what was left out of the selection."""

    nodes: list[NodeRow]
    links: list[Link]
    left_out: list[str]


def drawn(subgraph: Subgraph, words: Words, max_nodes: int, max_links: int) -> Drawn:
    """The things and links to draw, in the order of the subgraph.

    Where there are too many things, those with the most links stay, and what records how
    the graph came about goes first. Where there are too many links, those between hubs go
    first: every other thing keeps what ties it to the rest.
    """
    labels: list[str] = []
    place: dict[str, int] = {}
    for row in subgraph.nodes():
        place[row.iri] = len(labels)
        labels.append(row.label)
    ends = array("q")
    for link in subgraph.relationships():
        ends.extend((place[link.start_iri], place[link.end_iri]))
    pairs: _Numbers = np.frombuffer(ends, dtype=np.int64).reshape(-1, 2)
    kept = _kept_nodes(labels, pairs, max_nodes)
    inside = np.isin(pairs, kept).all(axis=1) if len(kept) < len(labels) else np.ones(len(pairs))
    candidates = np.flatnonzero(inside)
    kept_links = _kept_links(pairs, candidates, max_links)
    return Drawn(
        list(_picked_nodes(subgraph, kept)),
        list(_picked_links(subgraph, pairs, kept, kept_links)),
        [
            *_words_of_nodes(labels, kept, words),
            *_words_of_links(len(kept_links), len(candidates), len(pairs)),
        ],
    )


def _kept_nodes(labels: list[str], pairs: _Numbers, most: int) -> _Numbers:
    """The places of the things that stay, in order."""
    if len(labels) <= most:
        return np.arange(len(labels))
    degree = np.bincount(pairs.ravel(), minlength=len(labels))
    is_record = np.array([palette.colour(label) == palette.RECORD for label in labels])
    order = np.lexsort((np.arange(len(labels)), -degree, is_record))
    return np.sort(order[:most])


def _kept_links(pairs: _Numbers, candidates: _Numbers, most: int) -> _Numbers:
    """The places of the links that stay, in order."""
    if len(candidates) <= most:
        return candidates
    ends = pairs[candidates]
    degree = np.bincount(ends.ravel(), minlength=int(pairs.max()) + 1)[ends]
    order = np.lexsort((candidates, degree.max(axis=1), degree.min(axis=1)))
    return np.sort(candidates[order[:most]])


def _picked_nodes(subgraph: Subgraph, kept: _Numbers) -> Iterator[NodeRow]:
    wanted = set(kept.tolist())
    for place, row in enumerate(subgraph.nodes()):
        if place in wanted:
            yield row


def _picked_links(
    subgraph: Subgraph, pairs: _Numbers, kept: _Numbers, kept_links: _Numbers
) -> Iterator[Link]:
    ends = np.searchsorted(kept, pairs[kept_links]).tolist()
    position = 0
    wanted = kept_links.tolist()
    for place, row in enumerate(subgraph.relationships()):
        if position == len(wanted):
            return
        if place == wanted[position]:
            start, end = ends[position]
            yield Link(start, end, row)
            position += 1


def _words_of_nodes(labels: list[str], kept: _Numbers, words: Words) -> Iterator[str]:
    if len(kept) == len(labels):
        return
    missing = Counter(labels)
    missing.subtract(labels[place] for place in kept.tolist())
    most = ", ".join(
        counted(count, words.class_name(label))
        for label, count in sorted(missing.items(), key=lambda one: (-one[1], one[0]))[:4]
        if count
    )
    yield (
        f"{len(kept):,} of {len(labels):,} things are drawn, those with the most links; "
        f"left out are {len(labels) - len(kept):,} ({most}{', …' if len(+missing) > 4 else ''})"
    )


def _words_of_links(kept: int, candidates: int, total: int) -> Iterator[str]:
    if candidates < total:
        yield (
            f"{total - candidates:,} of {total:,} links lead to things that are left out, "
            "and are left out with them"
        )
    if kept < candidates:
        yield (
            f"{kept:,} of {candidates:,} links are drawn; links between hubs were left out first"
        )
