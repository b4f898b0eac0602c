"""A thing as pages show it: its statements with labels, grouped by property and direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph as ox

from graphkit.server.site.resources.addresses import described_at, href, local
from graphkit.server.site.resources.description import Description
from graphkit.server.site.resources.documents import Place
from graphkit.server.site.resources.formats import RDF_FORMS, Format
from graphkit.server.site.resources.labels import LABELLING
from graphkit.server.site.resources.neighbourhood import Bundle, Part, Term
from graphkit.server.site.resources.sources import Source, source
from graphkit.server.site.resources.why import why_link, withdrawn
from graphkit.vocabulary import RDF_TYPE, curie, expand

SHOWN = 25
"""Statements of a group that an overview shows, where it cannot show all."""
_DEPTH, _INSIDE = 3, 40
"""How deep, and how many, statements on helpers are shown in a row."""
_LONGEST = 200
"""Characters in a name made up from what is said of a thing."""
_DESCRIPTIONS = tuple(
    expand(short)
    for short in (
        "skos:definition",
        "rdfs:comment",
        "dct:description",
        "schema:description",
        "dct:abstract",
        "gk:background",
    )
)


@dataclass(frozen=True, slots=True)
class Row:
    """One statement, as seen from the thing: `term` is the other end.

    `inside` is what is said of a helper node, which has no page worth going to.
    """

    property: str
    term: Term
    label: str
    kind: str
    href: str
    sources: tuple[str, ...]
    inside: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The statements of one property in one direction; `total` counts them on all pages.

    `complete` tells whether the rows are all that there are; `href` leads to the group alone, `why`
    to where its statements come from, where that is told.
    """

    property: str
    name: str
    incoming: bool
    total: int
    rows: tuple[Row, ...]
    href: str
    complete: bool
    why: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing with a part of what is said around it.

    An overview (`page` is 0) shows the first statements of every group; a page shows the
    statements of that page, of all of them or of the one group that was asked for.
    """

    iri: str
    key: str
    kind: str
    classes: tuple[str, ...]
    class_names: tuple[str, ...]
    label: str
    description: str
    out: tuple[Group, ...]
    incoming: tuple[Group, ...]
    out_total: int
    in_total: int
    page: int
    pages: int
    size: int
    path: str
    sources: tuple[Source, ...]
    formats: tuple[Format, ...]
    query: str
    why: str
    """The link to where all its statements come from; empty where that is not told."""
    withdrawn: str
    """That no source has it any more, in one sentence; empty where one has."""


def thing_data_href(thing: Thing) -> str:
    """The page of everything that is said around a thing, for links from special pages."""
    return f"{thing.path}{'&' if '?' in thing.path else '?'}view=data"


def thing(description: Description, place: Place) -> Thing:
    """The view of a description that pages show."""
    view = _View(description, place)
    around, selection = description.around, description.selection
    node = around.node
    iri = node.value if isinstance(node, ox.NamedNode) else f"_:{node.value}"
    parts = tuple(view.parts())
    groups = tuple(sorted((view.group(part) for part in parts), key=_reading_order))
    labels = description.labels
    classes = labels.classes(node)
    kind = labels.kind(iri) if isinstance(node, ox.NamedNode) else ""
    local_part = (description.dataset.local(iri) or "").removeprefix(f"id/{kind}/")
    counts = {
        incoming: sum(b.total for b in around.bundles if b.incoming == incoming)
        for incoming in (False, True)
    }
    graphs = sorted({graph for group in groups for row in group.rows for graph in row.sources})
    return Thing(
        iri=iri,
        key=local_part if kind else iri.rpartition("/")[2],
        kind=kind,
        classes=classes,
        class_names=tuple(labels.of(one) for one in classes),
        label=labels.of(iri) if isinstance(node, ox.NamedNode) else view.helper_label(node),
        description=view.description(),
        out=tuple(group for group in groups if not group.incoming),
        incoming=tuple(group for group in groups if group.incoming),
        out_total=counts[False],
        in_total=counts[True],
        page=selection.page if selection.given else 0,
        pages=selection.pages,
        size=selection.size,
        path=local(place.page()),
        sources=tuple(source(description.dataset, graph) for graph in graphs),
        formats=tuple(
            Format(
                form.suffix,
                form.media_type,
                form.name,
                local(place.document(form, selection.parameters())),
            )
            for form in RDF_FORMS
        ),
        query=query_behind(iri),
        why=why_link(local(place.page())) if view.explains else "",
        withdrawn=withdrawn(description.dataset, node),
    )


def query_behind(iri: str) -> str:
    """A query that gives all statements around a thing, with the graphs that make them."""
    if iri.startswith("_:"):
        return ""
    node = str(ox.NamedNode(iri))
    return (
        "SELECT ?subject ?property ?value ?source WHERE {\n"
        f"  {{ GRAPH ?source {{ {node} ?property ?value }} BIND({node} AS ?subject) }}\n"
        f"  UNION\n  {{ GRAPH ?source {{ ?subject ?property {node} }} BIND({node} AS ?value) }}\n"
        "}\nLIMIT 1000\n"
    )


def _reading_order(group: Group) -> tuple[bool, int, str, str]:
    """What a thing is called, then what it is, then the rest by name."""
    first = [*(node.value for node in LABELLING), RDF_TYPE]
    place = first.index(group.property) if group.property in first else len(first)
    return group.incoming, place, group.name.casefold(), group.property


class _View:
    """Makes rows and groups out of a description."""

    def __init__(self, description: Description, place: Place) -> None:
        self._description = description
        self._place = place
        self._labels = description.labels
        self._store = description.dataset.store
        self._hrefs: dict[str, str] = {}
        self.explains = description.dataset.snapshot is not None and isinstance(
            description.around.node, ox.NamedNode
        )

    def parts(self) -> Iterator[Part]:
        """What is shown: the page that was asked for, or the first of every group."""
        description = self._description
        if description.selection.given or description.selection.pages == 1:
            yield from description.parts
            return
        for bundle in description.around.bundles:
            yield Part(bundle, description.around.ends(bundle, 0, SHOWN))

    def group(self, part: Part) -> Group:
        """The rows of one property in one direction, those with the same label together."""
        bundle = part.bundle
        rows = sorted(
            (self._row(bundle, end) for end in part.ends),
            key=lambda row: (row.label.casefold(), str(row.term)),
        )
        return Group(
            property=bundle.property,
            name=self._labels.of(bundle.property),
            incoming=bundle.incoming,
            total=bundle.total,
            rows=tuple(rows),
            href=self._alone(bundle),
            complete=len(rows) == bundle.total,
            why=self._why(bundle),
        )

    def _why(self, bundle: Bundle) -> str:
        if not self.explains:
            return ""
        page = local(self._place.page())
        return why_link(page, bundle.property, incoming=bundle.incoming)

    def _alone(self, bundle: Bundle) -> str:
        direction = "in" if bundle.incoming else "out"
        fields = urlencode({direction: curie(bundle.property)}, safe=":/")
        return local(self._place.page(fields))

    def _row(self, bundle: Bundle, end: Term) -> Row:
        node = self._description.around.node
        predicate = ox.NamedNode(bundle.property)
        if not bundle.incoming:
            quads = self._store.quads(node, predicate, end)
        else:
            assert not isinstance(end, ox.Literal), "the subject of a statement is no literal"
            quads = self._store.quads(end, predicate, node)
        graphs = {quad.graph_name for quad in quads}
        sources = tuple(sorted(g.value for g in graphs if isinstance(g, ox.NamedNode)))
        inside: tuple[Row, ...] = ()
        if self._description.is_helper(end):
            inside = tuple(self._inside(end, bundle.incoming, _DEPTH, {node}))
        return self._as_row(bundle.property, end, sources, inside)

    def _inside(
        self, helper: ox.NamedNode | ox.BlankNode, from_above: bool, depth: int, seen: set[object]
    ) -> Iterator[Row]:
        """What is said of a helper, and what points to it where it points to the thing."""
        seen = seen | {helper}
        shown = 0
        above = self._store.quads(None, None, helper) if from_above else iter(())
        for quads, incoming in ((self._store.quads(helper), False), (above, True)):
            for quad in quads:
                end = quad.subject if incoming else quad.object
                if end in seen or quad.predicate.value == RDF_TYPE:
                    continue
                shown += 1
                if shown > _INSIDE:
                    return
                graph = quad.graph_name
                sources = (graph.value,) if isinstance(graph, ox.NamedNode) else ()
                deeper: tuple[Row, ...] = ()
                if depth > 1 and not incoming and self._description.is_helper(end):
                    deeper = tuple(self._inside(end, False, depth - 1, seen))
                yield self._as_row(quad.predicate.value, end, sources, deeper)

    def _as_row(
        self, property_iri: str, end: Term, sources: tuple[str, ...], inside: tuple[Row, ...]
    ) -> Row:
        if isinstance(end, ox.NamedNode):
            label = _made_of(inside) or self._name(end)
            return Row(
                property_iri,
                end,
                label,
                self._labels.kind(end.value),
                self._href(end.value),
                sources,
                inside,
            )
        if isinstance(end, ox.BlankNode):
            label = _made_of(inside) or "(without a name)"
            return Row(property_iri, end, label, "", local(described_at(end)), sources, inside)
        text = end.value if isinstance(end, ox.Literal) else str(end)
        return Row(property_iri, end, text or "(empty)", "", "", sources)

    def _name(self, end: ox.NamedNode) -> str:
        """A label; for a thing of the graph without one, the labels of what it points to."""
        if self._labels.said(end.value) or not self._labels.kind(end.value):
            return self._labels.of(end.value)
        known = {self._description.around.node, end}
        quads = sorted(self._store.quads(end), key=lambda quad: quad.predicate.value, reverse=True)
        names = (
            self._labels.said(quad.object.value)
            for quad in quads
            if isinstance(quad.object, ox.NamedNode)
            and quad.predicate.value != RDF_TYPE
            and quad.object not in known
        )
        made = ", ".join(dict.fromkeys(filter(None, names)))
        return made[:_LONGEST] or self._labels.of(end.value)

    def _href(self, iri: str) -> str:
        known = self._hrefs.get(iri)
        if known is None:
            known = self._hrefs[iri] = href(iri)
        return known

    def helper_label(self, node: ox.BlankNode) -> str:
        """What to call a blank node: by what is said of it."""
        return _made_of(tuple(self._inside(node, False, 1, {node}))) or "(without a name)"

    def description(self) -> str:
        """The text that describes the thing, if there is one."""
        node = self._description.around.node
        for predicate in _DESCRIPTIONS:
            for quad in self._store.quads(node, ox.NamedNode(predicate)):
                if isinstance(quad.object, ox.Literal):
                    return quad.object.value
        return ""


def _made_of(inside: tuple[Row, ...]) -> str:
    """A name for a helper: `26776, GBP`, `Lead, University of Leeds`."""
    parts = sorted(inside, key=lambda row: (row.property, row.label), reverse=True)
    return ", ".join(dict.fromkeys(row.label for row in parts))[:_LONGEST]
