"""From a thing, a property and perhaps a value to why the graph says so."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from functools import lru_cache

import pyoxigraph as ox

from graphkit.errors import UsageError
from graphkit.library import Library
from graphkit.ontology import Ontology
from graphkit.provenance.reasons import Computed, Explained, Reason, SourceFacts, Support
from graphkit.provenance.records import Records
from graphkit.provenance.rules import COMPUTED, KINDS, ONTOLOGY, SOURCE, Rules
from graphkit.provenance.withdrawn import in_words, withdrawal
from graphkit.snapshot import SourceEntry
from graphkit.vocabulary import RDF_TYPE, curie, expand

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_PAIRS = {
    "gk:addresses": ("gk:assessesProject", "gk:assessesQuestion"),
    "gk:similarTo": ("gk:fromQuestion", "gk:toQuestion"),
}
"""Direct links, with the properties that lead from the record behind one to its ends."""
_BOTH_WAYS = "gk:similarTo"


def explain(
    library: Library, thing: str, property_: str | None = None, value: str | None = None
) -> tuple[list[Explained], list[str]]:
    """The statements on a thing with their reasons, and remarks on how names were understood.

    `thing` and `value` are addresses, `kind:name`, `kind/key`, references or numbers; a value
    may also be the text of a literal. `property_` is in short form, in full, or as tables and
    the property graph have it. Raises UsageError where there is no such thing, property or
    statement.
    """
    found = library.resolver.thing(thing)
    remarks = [found.remark] if found.remark else []
    subject = str(found.term.value)
    explainer = Explainer(library)
    predicates = _predicates(library.ontology, property_) if property_ else None
    statements = [
        one
        for one in explainer.statements(subject)
        if predicates is None or expand(one.property) in predicates
    ]
    if property_ and not statements:
        said = sorted({one.property for one in explainer.statements(subject)})
        raise UsageError(
            f"{thing} says nothing under {property_}", hint=f"it has: {', '.join(said)}"
        )
    if value is not None:
        wanted, remark = _wanted(library, value)
        remarks += [remark] if remark else []
        fitting = [one for one in statements if one.value in wanted]
        if not fitting:
            raise UsageError(
                f"{thing} {property_} {value}: the graph does not say so",
                hint=f"it says {_some([one.value for one in statements])}",
            )
        statements = fitting
    if not statements:
        raise UsageError(f"{thing}: the graph says nothing of it")
    return statements, remarks


def _some(values: list[str]) -> str:
    shown = "; ".join(value[:80] for value in values[:5])
    return shown if len(values) <= 5 else f"{shown}; and {len(values) - 5:,} more"


def _wanted(library: Library, value: str) -> tuple[set[str], str]:
    """What a value may mean: its text, and the address of the thing that it names."""
    try:
        named = library.resolver.thing(value)
    except UsageError:
        return {value}, ""
    return {value, str(named.term.value)}, named.remark


def _predicates(ontology: Ontology, text: str) -> set[str]:
    """The properties that a text may mean. Raises UsageError with the nearest."""
    names: dict[str, set[str]] = {"rdf:type": {RDF_TYPE}, "type": {RDF_TYPE}, "a": {RDF_TYPE}}
    for iri, term in ontology.properties.items():
        local = term.curie.rpartition(":")[2]
        for name in (iri, term.curie, local, term.property_key, term.relationship_type):
            if name:
                names.setdefault(name.casefold(), set()).add(iri)
    wanted = text.strip().strip("<>").casefold()
    for candidate in (wanted, wanted.replace(" ", "_").replace("-", "_")):
        if candidate in names:
            return names[candidate]
    near = difflib.get_close_matches(wanted, names, 3)
    raise UsageError(
        f"no such property: {text}",
        hint=f"did you mean {' or '.join(near)}?" if near else "docs/data-model.md lists them",
        suggestions=near,
    )


class Explainer:
    """Looks up what stands behind statements in one snapshot."""

    def __init__(self, library: Library, rules: Rules | None = None) -> None:
        self._store = library.store
        self._manifest = library.snapshot.manifest
        self._base = self._manifest.base
        self._sources = {entry.graph: entry for entry in self._manifest.sources}
        self._objects = lru_cache(maxsize=10_000)(self._read_objects)
        self._p = library.ontology.iri
        self._rules = rules or Rules.load(library.ontology.folder)
        self._records = Records(self._store, self._base)

    def withdrawal(self, subject: str) -> str:
        """That a thing is withdrawn, in one sentence; empty where it is not."""
        found = withdrawal(self._store, subject, self._base, self._sources.keys())
        return in_words(found, self._sources) if found else ""

    def statements(self, subject: str) -> Iterator[Explained]:
        """All statements on a thing, by property and value."""
        for quad, graphs in self.said(subject):
            yield self.explained(quad, graphs)

    def said(
        self, thing: str, predicate: str = "", *, incoming: bool = False, most: int = 0
    ) -> list[tuple[ox.Quad, list[str]]]:
        """The statements on a thing, or those that point to it, with the graphs that hold each.

        `predicate` is the IRI of the only property that is wanted; `most` (0 for all) is how many
        statements are, the first that the store comes to.
        """
        graphs: dict[tuple[str, str, str], tuple[ox.Quad, list[str]]] = {}
        names: dict[ox.NamedNode, str] = {}
        node, wanted = ox.NamedNode(thing), ox.NamedNode(predicate) if predicate else None
        ends = (None, wanted, node) if incoming else (node, wanted, None)
        for quad in self._store.quads(*ends):
            end = quad.subject if incoming else quad.object
            name = names.get(quad.predicate)
            if name is None:
                name = names[quad.predicate] = curie(quad.predicate.value)
            key = (name, _text(end), str(end))
            # The graphs that hold one statement come one after the other.
            if most and len(graphs) == most and key not in graphs:
                break
            named = graphs.setdefault(key, (quad, []))[1]
            named.append(getattr(quad.graph_name, "value", ""))
        return [found for _, found in sorted(graphs.items())]

    def explained(self, quad: ox.Quad, graphs: Iterable[str]) -> Explained:
        """One statement, with the reason that it has in each of the named graphs that hold it."""
        value = quad.object
        return Explained(
            subject=_text(quad.subject),
            property=curie(quad.predicate.value),
            value=_text(value),
            reasons=tuple(self._reason(quad, graph) for graph in sorted(graphs)),
            datatype=value.datatype.value if isinstance(value, ox.Literal) else "",
            language=(value.language or "") if isinstance(value, ox.Literal) else "",
        )

    def _reason(self, quad: ox.Quad, graph: str) -> Reason:
        subject, predicate, value = _text(quad.subject), quad.predicate.value, _text(quad.object)
        name = curie(predicate)
        entry = self._sources.get(graph)
        kind = SOURCE if entry else graph.removeprefix(f"{self._base}graph/")
        if kind not in KINDS:
            return Reason(
                kind=SOURCE,
                graph=graph,
                rule="It stands in a named graph of which the manifest says nothing.",
                made_by="",
            )
        support = self._support(subject, name, value, graph)
        rule = self._rules.of(kind, predicate, value)
        return Reason(
            kind=kind,
            graph=graph,
            rule=rule.text,
            plan=rule.iri,
            made_by=self._made_by(kind, entry),
            source=self._source_facts(entry, subject, predicate, value) if entry else None,
            computed=self._computations(subject, support) if kind == COMPUTED else (),
            support=support,
        )

    def _made_by(self, kind: str, entry: SourceEntry | None) -> str:
        version = f"graphkit {self._manifest.graphkit}"
        if entry:
            return f"{version}, loader {entry.format}"
        return f"ontology {self._manifest.ontology}" if kind == ONTOLOGY else version

    def _source_facts(
        self, entry: SourceEntry, subject: str, predicate: str, value: str
    ) -> SourceFacts:
        keys, record = self._records.found(entry, subject, predicate, value)
        return SourceFacts(
            title=entry.title or entry.format,
            format=entry.format,
            file=entry.file,
            record=record,
            keys=keys,
            fetched=entry.fetched,
            sha256=entry.sha256,
            bytes=entry.bytes,
            records=entry.records,
            publisher=entry.publisher,
            address=entry.address,
            retrieved=entry.retrieved,
            licence=entry.licence,
            note=entry.note,
        )

    # --- links and the records behind them ---------------------------------------

    def _support(self, subject: str, name: str, value: str, graph: str) -> tuple[Support, ...]:
        if name not in _PAIRS:
            own = {self._p("gk:Assessment"), self._p("gk:Similarity")}
            own |= {self._p("gk:Merge"), self._p("gk:MatchCandidate")}
            if own & set(self._objects(subject, RDF_TYPE)):
                return (self._told(subject),)
            if name == "gk:mergedFrom":
                return (self._told(value),)
            return ()
        first, second = (self._p(one) for one in _PAIRS[name])
        ends = [(subject, value), (value, subject)] if name == _BOTH_WAYS else [(subject, value)]
        found = set()
        for start, end in ends:
            about_start = set(self._store.subjects(first, start))
            found |= about_start & set(self._store.subjects(second, end))
        return tuple(self._told(iri) for iri in sorted(found) if graph in self._graphs(iri))

    def _graphs(self, iri: str) -> set[str]:
        quads = self._store.quads(ox.NamedNode(iri), ox.NamedNode(RDF_TYPE))
        return {getattr(quad.graph_name, "value", "") for quad in quads}

    def _told(self, iri: str) -> Support:
        score = self._first(iri, "gk:score")
        quotes = [
            quote
            for piece in sorted(self._objects(iri, "gk:evidence"))
            for quote in self._objects(piece, "gk:quote")
        ]
        return Support(
            iri=iri,
            origin=self._first(iri, "gk:origin").rpartition("/")[2],
            degree=self._first(iri, "gk:degree").rpartition("/")[2],
            score=float(score) if score else None,
            explanation=self._first(iri, "gk:explanation"),
            reason=self._first(iri, "gk:reason"),
            evidence=tuple(quotes),
        )

    def _computations(self, subject: str, support: tuple[Support, ...]) -> tuple[Computed, ...]:
        """The computations behind a statement: of its records, of the thing, else all."""
        behind = [iri for one in support for iri in self._objects(one.iri, "prov:wasGeneratedBy")]
        behind = behind or list(self._objects(subject, "prov:wasGeneratedBy"))
        for owner in () if behind else self._store.subjects(self._p("gk:evidence"), subject):
            behind += self._objects(owner, "prov:wasGeneratedBy")
        if not behind:
            behind = self._store.subjects(RDF_TYPE, self._p("gk:Computation"))
        return tuple(
            Computed(
                iri=iri,
                method=self._first(iri, "gk:method"),
                version=self._first(iri, "gk:methodVersion"),
                model=self._first(iri, "gk:model"),
                model_digest=self._first(iri, "gk:modelDigest"),
                parameters=self._first(iri, "gk:parameters"),
                ended=self._first(iri, "prov:endedAtTime"),
            )
            for iri in sorted(set(behind))
        )

    def _first(self, subject: str, property_: str) -> str:
        found = self._objects(subject, property_)
        return found[0] if found else ""

    def _read_objects(self, subject: str, property_: str) -> tuple[str, ...]:
        terms = self._store.objects(subject, self._p(property_))
        return tuple(str(getattr(term, "value", term)) for term in terms)


def _text(term: Term) -> str:
    return str(getattr(term, "value", term))
