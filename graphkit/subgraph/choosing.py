"""From a selection to the subgraph that it means."""

from __future__ import annotations

from pathlib import Path

from graphkit.errors import UsageError
from graphkit.library import Library
from graphkit.progress import Progress, silent
from graphkit.property_graph.graph import PropertyGraph
from graphkit.subgraph.classes import IMPLIED, ORGANISATION, PLACE, PROJECT, QUESTION, Classes
from graphkit.subgraph.filters import Filter, filter_of
from graphkit.subgraph.projections import project
from graphkit.subgraph.reading import Reader
from graphkit.subgraph.seeds import Seeds, seeds_of, thing
from graphkit.subgraph.selection import Selection
from graphkit.subgraph.subgraph import Subgraph
from graphkit.subgraph.walking import Walk, passed_labels, walk
from graphkit.subgraph.ways import MOST_WAYS, shortest_ways

MARKED = 12
"""More seeds than these are not marked in pictures."""


def choose(
    graph: Path | str | Library, selection: Selection, progress: Progress = silent
) -> Subgraph:
    """The part of a graph (its folder, or an opened library) that a selection means.

    The first time, the property graph of the snapshot is made. Raises UsageError where a
    name, class, filter or query is not known, or where nothing is chosen; SnapshotError where
    there is no graph.
    """
    library = graph if isinstance(graph, Library) else Library.open(graph)
    property_graph = PropertyGraph.of(library.snapshot, progress)
    chooser = _Chooser(library, property_graph, selection)
    return chooser.run()


class _Chooser:
    """One selection being looked up."""

    def __init__(self, library: Library, graph: PropertyGraph, selection: Selection) -> None:
        self.library = library
        self.graph = graph
        self.selection = selection
        self.reader = Reader(graph)
        self.classes = Classes(graph.schema)
        self.wanted: Filter = filter_of(selection, self.classes, library.resolver, self.reader)
        self.remarks: list[str] = list(self.wanted.remarks)
        self.cuts: list[str] = []

    def run(self) -> Subgraph:
        selection = self.selection
        if selection.is_whole and not (selection.is_filtered or selection.projection is not None):
            return Subgraph.whole(self.library.snapshot, self.graph)
        if selection.is_whole:
            found = self.everything()
        else:
            seeds = seeds_of(selection, self.library, self.reader)
            self.remarks += seeds.remarks
            self.cuts += seeds.cuts
            found = self.ways(seeds) if selection.to is not None else self.steps(seeds.numbers)
        nodes = set(found.distance) if selection.projection is not None else self.capped(found)
        subgraph = Subgraph.of(
            self.library.snapshot,
            self.graph,
            selection,
            nodes,
            () if selection.projection is not None else self.links(nodes, found),
            seeds=self.marked(found, nodes),
            cuts=tuple(self.cuts),
            remarks=tuple(dict.fromkeys(self.remarks)),
        )
        if selection.projection is not None:
            subgraph = project(subgraph, self.reader, nodes, self.wanted, selection.projection)
        if not subgraph.node_count:
            raise UsageError(
                f"nothing is left of the selection: {selection.words}",
                hint="widen a filter, or take more steps with --hops",
            )
        return subgraph

    def everything(self) -> Walk:
        """All things that are let in; with filters for what they are about, what these concern."""
        labels = self.reader.all_labels()
        wanted = self.wanted
        if not wanted.chooses:
            return Walk(dict.fromkeys(wanted.things(self.reader, labels.items()), 0))
        kept = {n: label for n, label in labels.items() if label in (PROJECT, QUESTION)}
        centre = wanted.things(self.reader, kept.items())
        if wanted.links_chosen:
            types = [type_ for type_ in wanted.says if wanted.is_asked_of(type_)]
            pairs = [
                (start, end)
                for _, type_, _, content, start, end in self.reader.between(centre, types)
                if wanted.link(type_, content)
            ]
            centre = {one for pair in pairs for one in pair}
        elif wanted.projects is not None:
            centre = {n for n in centre if kept[n] == PROJECT}
        return walk(self.reader, centre, 1, self.passed, wanted)

    @property
    def passed(self) -> frozenset[str]:
        """Labels that steps go on from."""
        wanted_records = self.classes.records & self.wanted.labels
        return passed_labels(self.classes.labels(self.selection.through), wanted_records)

    def steps(self, seeds: set[int]) -> Walk:
        """What stands around seeds."""
        found = walk(self.reader, seeds, self.selection.hops, self.passed, self.wanted)
        if found.stopped:
            named = ", ".join(
                f"{count:,} {label}" for label, count in sorted(found.stopped.items())
            )
            self.remarks.append(f"steps do not go on from {named}; --through CLASS lets them")
        return found

    def ways(self, seeds: Seeds) -> Walk:
        """The nodes of the shortest ways to where the selection leads."""
        goal, remark = thing(self.selection.to or "", self.library, self.reader)
        self.remarks += [remark] if remark else []
        passed = self.passed | {ORGANISATION}
        ways, more = shortest_ways(self.reader, seeds.numbers, goal, passed, self.wanted)
        if more:
            self.cuts.append(f"all but {MOST_WAYS} of the ways that are equally short")
        return Walk({number: at for way in ways for at, number in enumerate(way)})

    def capped(self, found: Walk) -> set[int]:
        """At most so many nodes as are asked for: the nearest, of these the best tied."""
        most, distance = self.selection.max_nodes, found.distance
        if most is None or len(distance) <= most:
            return set(distance)
        ordered = sorted(distance, key=lambda n: (distance[n], -found.ties[n], n))
        self.cuts.append(
            f"{len(ordered) - most:,} of {len(ordered):,} things: the farthest, and of these those "
            f"with the fewest links to the rest (--max-nodes {len(ordered)} takes all)"
        )
        return set(ordered[:most])

    def marked(self, found: Walk, nodes: set[int]) -> tuple[str, ...]:
        """The seeds that are worth a mark in a picture: none of them, where they are many."""
        if self.selection.is_whole:
            return ()
        seeds = [number for number in nodes if found.distance[number] == 0]
        return tuple(sorted(self.reader.iris(seeds).values())) if len(seeds) <= MARKED else ()

    def links(self, nodes: set[int], found: Walk) -> set[int]:
        """The relationships among nodes that are let in."""
        wanted = self.wanted
        labels = self.reader.labels(nodes)
        named_places = {
            n for n, label in labels.items() if label == PLACE and found.distance.get(n) == 0
        }
        whole = self.selection.is_whole
        chosen = set()
        for number, type_, _, content, _, end in self.reader.between(nodes):
            if not wanted.link(type_, content):
                continue
            if type_ in IMPLIED and not whole and wanted.types is None and end not in named_places:
                continue
            chosen.add(number)
        return chosen
