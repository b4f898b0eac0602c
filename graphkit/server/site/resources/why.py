"""Where the statements on a thing come from: `?why=PROPERTY` beside its page, `?why=` for all.

`?why=^PROPERTY` tells it of those that point to the thing; SPARQL writes that direction so. As
HTML it is a page without scripts, in the forms of RDF the same as PROV-O.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Response, make_response, render_template, request

from graphkit.provenance import Explained, Explainer, Reason
from graphkit.provenance.prov import prov_document
from graphkit.provenance.rules import Rules
from graphkit.provenance.withdrawn import in_words, withdrawal
from graphkit.server.site import answers
from graphkit.server.site.app import site
from graphkit.server.site.dataset import Dataset
from graphkit.server.site.problems import Problem
from graphkit.server.site.resources.addresses import Node, href, local
from graphkit.server.site.resources.documents import Place
from graphkit.server.site.resources.formats import HTML, RDF_FORMS, Form, Format
from graphkit.server.site.resources.labels import Labels
from graphkit.server.site.resources.neighbourhood import Neighbourhood
from graphkit.server.site.resources.sources import Source, source
from graphkit.vocabulary import curie, expand

ASKED = "why"
"""The parameter that asks for it, with a property in short form or in full."""
INVERSE = "^"
MOST = 250
"""Statements that a page explains, and at most those of a document."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which property (IRI, or empty for all), in which direction; `total` are the statements."""

    predicate: str
    incoming: bool
    total: int

    @property
    def parameter(self) -> str:
        """The query that asks for it."""
        return _parameter(self.predicate, incoming=self.incoming)


@dataclass(frozen=True, slots=True)
class Value:
    """One statement as the page shows it, with the reason that it has in one named graph."""

    property: str
    name: str
    label: str
    href: str
    reason: Reason
    rule_href: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The statements that stand in one named graph; `record` is theirs where all have the same."""

    graph: Source
    reason: Reason
    record: str
    rows: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """What the page tells of a thing: of all its statements, or of those of one property."""

    label: str
    path: str
    everything: str
    asked: Asked
    name: str
    withdrawn: str
    origins: tuple[Origin, ...]
    shown: int
    formats: tuple[Format, ...]


def why_link(path: str, property_iri: str = "", *, incoming: bool = False) -> str:
    """The link from a thing's page to where its statements, or those that point to it, come from.

    >>> why_link("/id/question/1", expand("gk:askedBy"))
    '/id/question/1?why=gk:askedBy'
    """
    return f"{path}{'&' if '?' in path else '?'}{_parameter(property_iri, incoming=incoming)}"


def _parameter(property_iri: str, *, incoming: bool) -> str:
    name = curie(property_iri) if property_iri else ""
    return urlencode({ASKED: f"{INVERSE if incoming else ''}{name}"}, safe=":/^")


def withdrawn(dataset: Dataset, node: Node) -> str:
    """That a thing is withdrawn, in one sentence; empty where it is not."""
    if dataset.snapshot is None or not isinstance(node, ox.NamedNode):
        return ""
    sources = {entry.graph: entry for entry in dataset.snapshot.manifest.sources}
    found = withdrawal(dataset.store, node.value, dataset.base, sources.keys())
    return in_words(found, sources) if found else ""


def why(around: Neighbourhood, place: Place, form: Form) -> Response:
    """The answer to `?why=`. Raises Problem 404 where there is nothing to explain."""
    dataset, node = site().dataset, around.node
    if dataset.snapshot is None or not isinstance(node, ox.NamedNode):
        raise Problem(404, "where statements come from is told of the things of a snapshot only")
    given = request.args.getlist(ASKED)
    if len(given) != 1:
        raise Problem(400, f"{ASKED} was given {len(given)} times", "give it once")
    incoming, text = given[0].startswith(INVERSE), given[0].removeprefix(INVERSE)
    if incoming and not text:
        raise Problem(400, "say which property", f"as {ASKED}={INVERSE}gk:askedBy")
    wanted = _property(text)
    explainer = Explainer(dataset.library, _rules(dataset.ontology.folder))
    said = explainer.said(node.value, wanted, incoming=incoming, most=MOST)
    if not said:
        raise Problem(404, f"no statement has {text[:200]} there", "see the page without it")
    total = sum(
        bundle.total
        for bundle in around.bundles
        if bundle.incoming == incoming and wanted in ("", bundle.property)
    )
    if form is not HTML and total > MOST:
        raise answers.too_large("statements to explain", MOST)
    found = [explainer.explained(quad, graphs) for quad, graphs in said]
    if form is not HTML:
        return _document(found, dataset, form)
    asked = Asked(wanted, incoming, total)
    return make_response(render_template("why.html", why=_page(node, place, asked, found)))


@lru_cache(maxsize=2)
def _rules(folder: Path) -> Rules:
    return Rules.load(folder)


def _property(text: str) -> str:
    """The IRI of a property. Raises Problem 400 for what is none."""
    iri = text if "://" in text or text.startswith("urn:") or not text else expand(text)
    try:
        return ox.NamedNode(iri).value if iri else ""
    except ValueError:
        raise Problem(400, f"this is no property: {text[:200]}", "IRIs hold no spaces") from None


def _document(found: list[Explained], dataset: Dataset, form: Form) -> Response:
    assert form.written is not None
    data = prov_document(found, dataset.library, form.written)

    def write(file: IO[bytes]) -> None:
        file.write(data)

    return answers.answer(write, form.content_type)


def _page(node: ox.NamedNode, place: Place, asked: Asked, found: list[Explained]) -> Why:
    dataset = site().dataset
    labels = Labels(dataset)
    groups: dict[tuple[str, str], list[tuple[Explained, Reason]]] = {}
    for one in found:
        for reason in one.reasons:
            groups.setdefault((reason.kind, reason.graph), []).append((one, reason))
    path = local(place.page())
    return Why(
        label=labels.of(node.value),
        path=path,
        everything=why_link(path),
        asked=asked,
        name=labels.of(asked.predicate) if asked.predicate else "",
        withdrawn=withdrawn(dataset, node),
        origins=tuple(
            _origin(graph, members, labels, incoming=asked.incoming)
            for (_, graph), members in groups.items()
        ),
        shown=len(found),
        formats=tuple(
            Format(
                form.suffix,
                form.media_type,
                form.name,
                local(place.document(form, asked.parameter)),
            )
            for form in (RDF_FORMS if asked.total <= MOST else ())
        ),
    )


def _origin(
    graph: str, members: list[tuple[Explained, Reason]], labels: Labels, *, incoming: bool
) -> Origin:
    records = {reason.source.record for _, reason in members if reason.source}
    rows = []
    for one, reason in members:
        property_iri = expand(one.property)
        end = one.subject if incoming else one.value
        is_iri = incoming or not one.datatype
        rows.append(
            Value(
                property=property_iri,
                name=labels.of(property_iri),
                label=labels.of(end) if is_iri else end,
                href=href(end) if is_iri else "",
                reason=reason,
                rule_href=_rule_href(reason.plan),
            )
        )
    return Origin(
        graph=source(site().dataset, graph),
        reason=members[0][1],
        record=records.pop() if len(records) == 1 else "",
        rows=tuple(rows),
    )


def _rule_href(plan: str) -> str:
    """The page of a rule; empty in a snapshot that does not hold the rules."""
    if not plan or next(site().dataset.store.quads(ox.NamedNode(plan)), None) is None:
        return ""
    return href(plan)
