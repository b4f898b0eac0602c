"""The ontology: its terms as a page and as RDF, its shapes, its JSON-LD context."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
from flask import Response, make_response, render_template

from graphkit.ontology import Ontology
from graphkit.server.site.answers import finished
from graphkit.server.site.app import site
from graphkit.server.site.problems import Problem
from graphkit.server.site.resources import blueprint
from graphkit.server.site.resources.addresses import anchor, href, local
from graphkit.server.site.resources.formats import (
    BY_SUFFIX,
    FORMS,
    HTML,
    JSON_LD,
    TURTLE,
    Form,
    negotiated,
)
from graphkit.vocabulary import (
    CONTEXT_FILE,
    ONTOLOGY_IRI,
    PREFIXES,
    RDF_TYPE,
    SHAPES_FILE,
    TERM_FILES,
    ClassTerm,
    PropertyTerm,
    curie,
    expand,
)

_FILES = {"shapes": SHAPES_FILE, "schemes": TERM_FILES[1]}
"""What stands beside the terms, under `/ontology/`, and in which file."""
_TRIPLES_ONLY = tuple(form for form in FORMS if form is JSON_LD or not form.holds_graphs)


@dataclass(frozen=True, slots=True)
class Linked:
    """A term that another term's entry names."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as the page shows it. `facts` are further statements: what, and the terms there."""

    iri: str
    anchor: str
    curie: str
    name: str
    comment: str
    facts: tuple[tuple[str, tuple[Linked, ...]], ...]
    count: int | None = None
    example: str = ""


class Entries:
    """All entries of the ontology's page."""

    def __init__(self, ontology: Ontology, counts: dict[str, int]) -> None:
        self._ontology = ontology
        self._counts = counts

    @cached_property
    def classes(self) -> tuple[Entry, ...]:
        """Classes, by short form."""
        return tuple(
            Entry(
                iri=term.iri,
                anchor=anchor(term.iri),
                curie=term.curie,
                name=term.name,
                comment=term.comment,
                facts=_facts(
                    ("A kind of", self._linked(term.parents)),
                    ("Label in the property graph", (Linked(term.label, ""),)),
                    ("Properties", self._linked(_iris(self._ontology.properties_of(term.iri)))),
                    ("Is the value of", self._linked(self._leading_to(term.iri))),
                ),
                count=self._counts.get(term.label),
            )
            for term in sorted(self._ontology.classes.values(), key=_by_curie)
        )

    @cached_property
    def properties(self) -> tuple[Entry, ...]:
        """Properties, by short form."""
        return tuple(
            Entry(
                iri=term.iri,
                anchor=anchor(term.iri),
                curie=term.curie,
                name=term.name,
                comment=term.comment,
                facts=_facts(
                    ("Stands on", self._linked(term.used_on)),
                    ("Has as value", self._linked(term.ranges)),
                    ("Codes from", self._linked(filter(None, [term.codes_from]))),
                    ("A kind of", self._linked(term.parents)),
                    (
                        "In the property graph",
                        (Linked(term.relationship_type or term.property_key or "", ""),),
                    ),
                ),
            )
            for term in sorted(self._ontology.properties.values(), key=_by_curie)
        )

    @cached_property
    def annotations(self) -> tuple[Entry, ...]:
        """Properties by which the ontology speaks of its own terms."""
        store = ox.Store()
        store.load(path=str(self._ontology.folder / TERM_FILES[0]), format=ox.RdfFormat.TURTLE)
        kind, a = ox.NamedNode(expand("owl:AnnotationProperty")), ox.NamedNode(RDF_TYPE)

        def text(node: ox.NamedNode, short: str) -> str:
            found = store.quads_for_pattern(node, ox.NamedNode(expand(short)), None)
            return next((q.object.value for q in found if isinstance(q.object, ox.Literal)), "")

        nodes = [quad.subject for quad in store.quads_for_pattern(None, a, kind)]
        return tuple(
            Entry(
                iri=node.value,
                anchor=anchor(node.value),
                curie=curie(node.value),
                name=text(node, "rdfs:label"),
                comment=text(node, "rdfs:comment"),
                facts=(),
            )
            for node in sorted(nodes, key=str)
            if isinstance(node, ox.NamedNode)
        )

    @cached_property
    def lists(self) -> tuple[tuple[Linked, tuple[tuple[Linked, str], ...]], ...]:
        """Closed lists, each with its codes and their definitions."""
        found = []
        for scheme, concepts in sorted(self._ontology.schemes.items()):
            if not concepts or scheme.endswith("/aspect-scheme"):
                continue
            codes = tuple(
                (Linked(concept.label, href(concept.iri)), concept.definition)
                for concept in concepts
            )
            key = scheme.rpartition("/")[2].removesuffix("-scheme").replace("-", " ")
            found.append((Linked(key, href(scheme)), codes))
        return tuple(found)

    def _leading_to(self, class_iri: str) -> list[str]:
        return [p.iri for p in self._ontology.properties.values() if class_iri in p.ranges]

    def _linked(self, iris: Iterable[str]) -> tuple[Linked, ...]:
        known = {*self._ontology.classes, *self._ontology.properties}
        return tuple(
            Linked(curie(iri), f"#{anchor(iri)}" if iri in known else href(iri))
            for iri in sorted(iris, key=curie)
        )


def _iris(terms: Iterable[ClassTerm | PropertyTerm]) -> list[str]:
    return [term.iri for term in terms]


def _by_curie(term: ClassTerm | PropertyTerm) -> tuple[bool, str]:
    return not term.curie.startswith("gk:"), term.curie.casefold()


def _facts(
    *facts: tuple[str, tuple[Linked, ...]],
) -> tuple[tuple[str, tuple[Linked, ...]], ...]:
    return tuple((what, ends) for what, ends in facts if ends)


@blueprint.get("/ontology", strict_slashes=False)
def ontology_terms() -> Response:
    """The ontology, in the form that `Accept` asks for; its terms are anchors on the page."""
    form = negotiated(_TRIPLES_ONLY)
    response = _page() if form is HTML else _terms(form)
    response.vary.add("Accept")
    response.headers["Content-Location"] = local(f"ontology.{form.suffix}")
    _link(response, form, "ontology")
    return response


@blueprint.get("/ontology.<suffix>")
def ontology_document(suffix: str) -> Response:
    """The ontology in one form."""
    form = BY_SUFFIX.get(suffix)
    if form not in _TRIPLES_ONLY:
        raise Problem(404, f"there is no /ontology.{suffix[:20]}", "see /ontology")
    response = _page() if form is HTML else _terms(form)
    _link(response, form, "ontology")
    return response


@blueprint.get("/ontology/<version>")
def ontology_version(version: str) -> Response:
    """The ontology in use under its version's IRI; the context; shapes and closed lists."""
    ontology = site().dataset.ontology
    if version == CONTEXT_FILE:
        return _file(ontology.context_path, JSON_LD)
    if version == ontology.version:
        return ontology_terms()
    name, dot, suffix = version.rpartition(".")
    form = BY_SUFFIX.get(suffix) if dot else None
    if name in _FILES and form in _TRIPLES_ONLY and form is not HTML:
        return _document(ontology.folder / _FILES[name], form)
    if version in _FILES:
        forms = tuple(form for form in _TRIPLES_ONLY if form is not HTML)
        form = negotiated(forms)
        response = _document(ontology.folder / _FILES[version], form)
        response.vary.add("Accept")
        response.headers["Content-Location"] = local(f"ontology/{version}.{form.suffix}")
        return response
    files = ", ".join(f"/ontology/{one}.ttl" for one in _FILES)
    raise Problem(
        404,
        f"there is no /ontology/{version[:100]}",
        f"there are /ontology (version {ontology.version}), {files}, /ontology/{CONTEXT_FILE}",
    )


def _link(response: Response, chosen: Form, path: str) -> None:
    links = [f'<{ONTOLOGY_IRI}>; rel="canonical"']
    links += [
        f'<{local(f"{path}.{form.suffix}")}>; rel="alternate"; type="{form.media_type}"'
        for form in _TRIPLES_ONLY
        if form is not chosen
    ]
    response.headers["Link"] = ", ".join(links)


def _page() -> Response:
    dataset = site().dataset
    counts = dict(dataset.snapshot.manifest.classes) if dataset.snapshot else {}
    entries = Entries(dataset.ontology, counts)
    forms = [form for form in _TRIPLES_ONLY if form is not HTML]
    return make_response(
        render_template(
            "ontology.html",
            entries=entries,
            ontology=dataset.ontology,
            iri=ONTOLOGY_IRI,
            forms=forms,
        )
    )


def _terms(form: Form) -> Response:
    return _document(site().dataset.ontology.folder / TERM_FILES[0], form)


def _document(path: Path, form: Form) -> Response:
    """A Turtle file of the ontology, as it is or in another form."""
    if form is TURTLE:
        return _file(path, form)
    assert form.written is not None
    triples = (quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    data = ox.serialize(triples, format=form.written, prefixes=dict(PREFIXES)) or b""
    return finished(io.BytesIO(data), len(data), form.media_type)


def _file(path: Path, form: Form) -> Response:
    data = path.read_bytes()
    charset = "; charset=utf-8" if form is TURTLE else ""
    return finished(io.BytesIO(data), len(data), f"{form.media_type}{charset}")
