"""The ontology's files agree with each other and with two SHACL engines."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import shacl

from graphkit import ontology as module
from graphkit import vocabulary
from graphkit.errors import UsageError
from graphkit.ontology import Ontology
from graphkit.vocabulary import DEFAULT_BASE, PREFIXES, curie, expand, ontology_folder

ROOT = Path(__file__).resolve().parent.parent
SH = rdflib.SH
XSD_STRING = PREFIXES["xsd"] + "string"


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return Ontology.load()


@pytest.fixture(scope="module")
def shapes_graph(ontology: Ontology) -> rdflib.Graph:
    return rdflib.Graph().parse(ontology.shapes_path)


# ---- The terms ----


def test_every_term_has_a_label_and_a_comment_that_is_a_sentence(ontology: Ontology) -> None:
    for term in [*ontology.classes.values(), *ontology.properties.values()]:
        assert term.name
        assert term.comment[0].isupper() or term.comment.startswith("graphkit"), term.curie
        assert term.comment.endswith("."), term.curie
        assert len(term.comment) > 20, term.curie


def test_every_property_has_either_a_relationship_type_or_a_key(ontology: Ontology) -> None:
    for term in ontology.properties.values():
        assert (term.relationship_type is None) != (term.property_key is None), term.curie
        if term.relationship_type:
            assert re.fullmatch(r"[A-Z]+(_[A-Z]+)*", term.relationship_type)
        else:
            assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", term.property_key or "")


def test_labels_of_classes_are_unique_and_in_camel_case(ontology: Ontology) -> None:
    labels = Counter(term.label for term in ontology.classes.values())
    assert max(labels.values()) == 1
    assert all(re.fullmatch(r"([A-Z][a-z]+)+", label) for label in labels)


def test_no_two_properties_of_a_class_share_a_key(ontology: Ontology) -> None:
    for term in ontology.classes.values():
        names = Counter(
            one.property_key or one.relationship_type for one in ontology.properties_of(term.iri)
        )
        # The parts of a folded thing stand on its owner and must not collide there either.
        for folded in ontology.classes.values():
            if folded.folded_into == term.iri:
                names.update(one.property_key for one in ontology.properties_of(folded.iri))
        assert max(names.values()) == 1, (term.curie, names.most_common(2))


def test_every_property_says_where_it_stands_and_what_it_holds(ontology: Ontology) -> None:
    known = {*ontology.classes, expand("skos:Concept"), expand("skos:ConceptScheme")}
    known |= {vocabulary.RDFS_RESOURCE, expand("owl:Thing")}
    for term in ontology.properties.values():
        assert term.used_on, term.curie
        assert set(term.used_on) <= known, term.curie
        assert term.ranges, term.curie
        datatypes = {one for one in term.ranges if one.startswith(PREFIXES["xsd"])}
        assert set(term.ranges) - datatypes <= known, term.curie
        if term.relationship_type:
            assert not datatypes, term.curie


def test_terms_of_other_vocabularies_keep_their_own_domain_and_range() -> None:
    graph = rdflib.Graph().parse(ontology_folder() / "graphkit.ttl")
    for predicate in (rdflib.RDFS.domain, rdflib.RDFS.range, rdflib.RDFS.subPropertyOf):
        for subject in graph.subjects(predicate):
            assert str(subject).startswith(vocabulary.NAMESPACE), (subject, predicate)


def test_the_ontology_says_who_may_use_it() -> None:
    graph = rdflib.Graph().parse(ontology_folder() / "graphkit.ttl")
    header = rdflib.URIRef("https://w3id.org/graphkit/ontology")
    assert (header, rdflib.RDF.type, rdflib.OWL.Ontology) in graph
    assert str(graph.value(header, rdflib.DCTERMS.license)).startswith(
        "https://creativecommons.org/licenses/by/4.0"
    )
    assert str(graph.value(header, rdflib.OWL.versionInfo)) == Ontology.load().version == "0.1.0"
    assert graph.value(header, rdflib.OWL.versionIRI) is not None


def test_prefixes_in_the_files_mean_what_they_mean_in_python(ontology: Ontology) -> None:
    local = {
        "aspect",
        "degree",
        "kind",
        "list",
        "origin",
        "role",
        "topics",
        "gks",
        "rule",
        "loader",
    }
    local |= {"catalogue", "computed", "derived", "identity", "register", "source", "withdrawn"}
    for name in (*module.TERM_FILES, module.SHAPES_FILE):
        text = (ontology.folder / name).read_text(encoding="utf-8")
        for prefix, namespace in re.findall(r"@prefix (\w+): <(\S+)> \.", text):
            if prefix not in local:
                assert PREFIXES[prefix] == namespace, (name, prefix)


# ---- Names ----


def test_a_term_in_short_form_becomes_an_iri_and_back(ontology: Ontology) -> None:
    for term in [*ontology.classes.values(), *ontology.properties.values()]:
        assert ontology.iri(term.curie) == term.iri
        assert ontology.iri(term.iri) == term.iri
        assert curie(term.iri) == term.curie


@pytest.mark.parametrize("term", ["gk:leedOrganisation", "nothing:here", "title", "skos:Thing"])
def test_an_undeclared_term_is_refused(ontology: Ontology, term: str) -> None:
    with pytest.raises(UsageError):
        ontology.iri(term)


def test_a_property_is_not_taken_for_a_class(ontology: Ontology) -> None:
    with pytest.raises(UsageError, match="no class gk:degree"):
        ontology.label_of("gk:degree")
    with pytest.raises(UsageError, match="no property gk:Project"):
        ontology.property_term("gk:Project")
    with pytest.raises(UsageError, match="labels are"):
        ontology.class_labelled("Grant")
    with pytest.raises(UsageError, match="does not carry"):
        ontology.usage("gk:Award", "dct:abstract")


def test_a_folder_without_the_files_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"graphkit\.ttl is missing"):
        Ontology.load(tmp_path)
    (tmp_path / "graphkit.ttl").write_text("gk:Project a", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read"):
        Ontology.load(tmp_path)


def test_a_property_with_a_key_and_a_relationship_type_is_refused(tmp_path: Path) -> None:
    for name in ("schemes.ttl", "rules.ttl"):
        (tmp_path / name).write_text("", encoding="utf-8")
    text = (ontology_folder() / "graphkit.ttl").read_text(encoding="utf-8")
    both = text + 'gk:award gk:propertyKey "award" .\n'
    (tmp_path / "graphkit.ttl").write_text(both, encoding="utf-8")
    with pytest.raises(UsageError, match="gk:award"):
        Ontology.load(tmp_path)


# ---- Closed lists and statements ----


def test_degrees_are_ordered_and_unstated_is_said_not_to_be_partial(ontology: Ontology) -> None:
    degrees = ontology.concepts("degree")
    assert [one.order for one in degrees] == [0, 1, 2, 3, 4, 5]
    assert "not partial" in ontology.concept("degree", "unstated").definition
    with pytest.raises(UsageError, match="there are full, direct"):
        ontology.concept("degree", "complete")
    with pytest.raises(UsageError, match="lists are"):
        ontology.concepts("colour")


def test_every_code_is_labelled_defined_and_on_top_of_its_scheme() -> None:
    graph = rdflib.Graph().parse(ontology_folder() / "schemes.ttl")
    for subject in set(graph.subjects()):
        assert graph.value(subject, rdflib.SKOS.prefLabel), subject
        assert graph.value(subject, rdflib.SKOS.definition), subject
        if (subject, rdflib.RDF.type, rdflib.SKOS.ConceptScheme) not in graph:
            scheme = graph.value(subject, rdflib.SKOS.inScheme)
            assert (scheme, rdflib.RDF.type, rdflib.SKOS.ConceptScheme) in graph
            assert graph.value(subject, rdflib.SKOS.topConceptOf) == scheme


def test_no_two_aspects_share_a_name(ontology: Ontology) -> None:
    aspects = ontology.concepts("aspect")
    names = Counter(name.casefold() for one in aspects for name in (one.label, *one.alternatives))
    assert max(names.values()) == 1
    starting = {"spatial-drivers", "distribution", "infrastructure", "excellence", "capacity"}
    assert starting <= {one.key for one in aspects}
    capacity = set(ontology.concept("aspect", "capacity").alternatives)
    assert {"capability and capacity", "capacity and capability", "role of capacity"} <= capacity


def test_statements_are_sorted_quads_without_blank_nodes(ontology: Ontology) -> None:
    graph = "https://example.org/graph/ontology"
    lines = list(ontology.statements(graph))
    assert lines == sorted(set(lines))
    assert lines == list(Ontology.load().statements(graph))
    quads = list(ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS))
    assert len(quads) == len(lines)
    assert {quad.graph_name.value for quad in quads} == {graph}
    assert not any(
        isinstance(term, ox.BlankNode) for quad in quads for term in (quad.subject, quad.object)
    )


@pytest.mark.parametrize("base", ["https://data.example.org/", "https://data.example.org"])
def test_another_base_moves_aspects_and_nothing_else(ontology: Ontology, base: str) -> None:
    usual = set(ontology.statements("https://example.org/g"))
    moved = set(ontology.statements("https://example.org/g", base))
    assert usual - moved == {line for line in usual if f"<{DEFAULT_BASE}id/" in line}
    assert all("<https://data.example.org/id/aspect/" in line for line in moved - usual)
    assert len(moved) == len(usual)


# ---- Shapes ----


def test_shapes_use_declared_terms_only(ontology: Ontology, shapes_graph: rdflib.Graph) -> None:
    for path in shapes_graph.objects(None, SH.path):
        ontology.property_term(str(path))
    for path in shapes_graph.objects(None, SH.lessThanOrEquals):
        ontology.property_term(str(path))
    for predicate in (SH.targetClass, SH["class"]):
        for one in shapes_graph.objects(None, predicate):
            ontology.class_term(str(one))
    codes = {one.iri for scheme in ontology.schemes.values() for one in scheme}
    for head in shapes_graph.objects(None, SH["in"]):
        for one in rdflib.collection.Collection(shapes_graph, head):
            known = str(one) in codes or str(one) in ontology.schemes
            assert known or isinstance(one, rdflib.Literal), one


def test_every_class_has_a_shape_for_all_of_its_properties(ontology: Ontology) -> None:
    declared = {
        (class_iri, term.iri)
        for class_iri in ontology.classes
        for term in ontology.properties_of(class_iri)
    }
    assert set(ontology.usages) == declared


def test_shapes_ask_for_the_kinds_of_values_that_the_ontology_declares(
    ontology: Ontology, shapes_graph: rdflib.Graph
) -> None:
    for usage in ontology.usages.values():
        if usage.datatype:
            assert usage.datatype in ontology.properties[usage.property_iri].ranges
    for shape, path in shapes_graph.subject_objects(SH.path):
        ranges = set(ontology.properties[str(path)].ranges)
        for one in shapes_graph.objects(shape, SH["class"]):
            assert {str(one)} == ranges
        for head in shapes_graph.objects(shape, SH["or"]):
            options = rdflib.collection.Collection(shapes_graph, head)
            assert {str(shapes_graph.value(one, SH["class"])) for one in options} == ranges


def test_lists_of_codes_in_the_shapes_are_complete(
    ontology: Ontology, shapes_graph: rdflib.Graph
) -> None:
    for term, scheme in [
        ("gk:degree", "degree"),
        ("gk:origin", "origin"),
        ("gk:role", "role"),
        ("gk:placeKind", "place-kind"),
    ]:
        shapes = list(shapes_graph.subjects(SH.path, rdflib.URIRef(expand(term))))
        assert shapes
        for shape in shapes:
            head = shapes_graph.value(shape, SH["in"])
            allowed = {str(one) for one in rdflib.collection.Collection(shapes_graph, head)}
            assert allowed == {one.iri for one in ontology.concepts(scheme)}


def test_every_property_shape_has_an_iri_a_severity_and_a_message_that_tells_what_to_do(
    shapes_graph: rdflib.Graph,
) -> None:
    for shape in shapes_graph.subjects(rdflib.RDF.type, SH.PropertyShape):
        assert isinstance(shape, rdflib.URIRef)
        assert shapes_graph.value(shape, SH.severity) in (SH.Violation, SH.Warning)
        message = str(shapes_graph.value(shape, SH.message))
        path = curie(str(shapes_graph.value(shape, SH.path)))
        assert path in message, shape
        assert re.search(r": \w.*\.$", message), shape
        assert list(shapes_graph.subjects(SH.property, shape)), shape


def test_shapes_need_nothing_beyond_shacl_core(shapes_graph: rdflib.Graph) -> None:
    used = {str(one) for one in shapes_graph.predicates() if str(one).startswith(PREFIXES["sh"])}
    assert not {curie(one) for one in used} & {"sh:sparql", "sh:js", "sh:rule", "sh:target"}


# ---- Two engines, one verdict ----

HEADER = "".join(
    f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n"
    for prefix in ("gk", "schema", "org", "dct", "skos", "prov", "dg", "frapo", "dcat", "wgs",
                   "rdfs", "xsd")
) + """@prefix : <https://w3id.org/graphkit/id/> .
@prefix degree: <https://w3id.org/graphkit/degree/> .
@prefix origin: <https://w3id.org/graphkit/origin/> .
@prefix role: <https://w3id.org/graphkit/role/> .
@prefix kind: <https://w3id.org/graphkit/place-kind/> .
@prefix topics: <https://w3id.org/graphkit/topic-scheme/> .
"""  # fmt: skip

GOOD = """
:q a gk:ResearchQuestion ; dct:identifier "16604" ; schema:text "Why there?" ; gk:askedBy :d ;
   dct:isPartOf :set ; gk:hasAspect :a ; dct:subject :t ; dct:issued "2021-04-30"^^xsd:date ;
   schema:url <https://ari.org.uk/aris/16604> ; gk:archived false ; gk:pageViews 12 ;
   gk:similarTo :q2 ; gk:listIsCapped true .
:q2 a gk:ResearchQuestion ; dct:identifier "2" ; schema:text "Why?" ; gk:askedBy :d ;
   gk:hasAspect :a .
:set a gk:QuestionSet ; dct:title "ARIs of DLUHC" ; dct:publisher :d .
:d a gk:Department ; skos:prefLabel "DLUHC" ; gk:registered true .
:d2 a gk:Department ; skos:prefLabel "MHCLG" ; gk:acronym "MHCLG" .
:s a org:ChangeEvent ; dct:title "DLUHC becomes MHCLG" ; schema:startDate "2024"^^xsd:gYear ;
   org:originalOrganization :d ; org:resultingOrganization :d2 , :f .
:f a gk:Funder ; skos:prefLabel "ESRC" ; gk:crossrefFunderId "501100000269" .
:pg a gk:Programme ; skos:prefLabel "GCRF" .
:w a gk:Award ; frapo:hasGrantNumber "ES/J010235/1" ; dg:finances :p ; dg:funded_by :pg ;
   dg:economic_value :m ; schema:startDate "2020-01-01"^^xsd:date .
:m a schema:MonetaryAmount ; schema:value 125000.50 ; schema:currency "GBP" .
:p a gk:Project ; dct:title "Regional Technology Foresight" ; gk:leadOrganisation :o ;
   gk:fundedBy :f , :pg ; gk:award :w ; dg:participant :r ; gk:locatedIn :pl ; gk:addresses :q ;
   gk:linkedQuestions 3 ;
   schema:startDate "2020-01-01"^^xsd:date ; schema:endDate "2020-01-01"^^xsd:date .
:r a gk:Participation ; dg:entity_taking_role :o ; gk:role role:lead ; gk:offer :m .
:o a gk:Organisation ; skos:prefLabel "University of Sheffield" ; schema:address :ad ;
   schema:foundingDate "1905"^^xsd:gYear ; wgs:lat "53.38"^^xsd:double ; gk:locatedIn :pl ;
   gk:mergedFrom :mg .
:ad a schema:PostalAddress ; schema:addressLocality "Sheffield" .
:pl a gk:Place ; skos:prefLabel "Yorkshire and The Humber" ; skos:notation "E12000003" , "TLE" ;
   gk:placeKind kind:region .
:a a gk:Aspect ; skos:prefLabel "capacity" ; skos:hiddenLabel "room to grow" ;
   skos:inScheme <https://w3id.org/graphkit/aspect-scheme> .
:t a gk:Topic ; skos:prefLabel "climate change" ; skos:inScheme topics:tag .
:as a gk:Assessment ; gk:assessesQuestion :q ; gk:assessesProject :p ; gk:degree degree:partial ;
   gk:origin origin:published-page ; gk:rank 1 ; gk:score 0.75 ; gk:coversAspect :a ;
   prov:wasDerivedFrom :source ; prov:generatedAtTime "2026-07-01T10:00:00Z"^^xsd:dateTime .
:ac a gk:Assessment ; gk:assessesQuestion :q ; gk:assessesProject :p ; gk:degree degree:direct ;
   gk:origin origin:computed ; gk:evidence :ev ; gk:matchesPlace :pl ; prov:wasGeneratedBy :co .
:ev a gk:Evidence ; gk:quote "It counts what roads can take." ; gk:quotedFrom "abstract" ;
   gk:offset 12 ; gk:score 0.8125 ; gk:showsAspect :a .
:co a gk:Computation ; gk:method "words and vectors" ; gk:methodVersion "0.1.0" ;
   gk:model "a-model" ; gk:modelDigest "0a1b" ; gk:parameters "{}" ;
   prov:endedAtTime "2026-07-01T10:00:00Z"^^xsd:dateTime .
:si a gk:Similarity ; gk:fromQuestion :q ; gk:toQuestion :q2 ; gk:origin origin:computed ;
   gk:score 0.99 ; gk:isDuplicate true ; gk:reason "both ask about capacity" ;
   gk:sharesAspect :a ; prov:wasGeneratedBy :co .
:mg a gk:Merge ; gk:mergedKey "gtr:1" ; gk:reason "same ROR id" .
:mc a gk:MatchCandidate ; gk:candidateFor :p ; gk:candidate :p2 ; gk:reason "same title" .
:source a gk:Source ; dct:title "ARI page 16604" ; gk:sha256 "%s" ; dcat:byteSize 4096 ;
   gk:recordCount 1 ; dct:format "ari-page" ; prov:wasDerivedFrom :file ;
   prov:wasGeneratedBy :step .
:file a gk:SourceFile ; dct:title "page.html" ; gk:sha256 "%s" ; dcat:byteSize 4096 ;
   dct:source <https://ari.org.uk/aris/16604> ; prov:wasGeneratedBy :fetch ;
   dcat:mediaType <https://www.iana.org/assignments/media-types/text/html> ;
   prov:generatedAtTime "2026-07-01T10:00:00Z"^^xsd:dateTime .
:fetch a gk:Step ; dct:title "Fetch of page.html" ; prov:used <https://ari.org.uk/aris/16604> ;
   prov:endedAtTime "2026-07-01T10:00:00Z"^^xsd:dateTime .
:step a gk:Step ; dct:title "Reading of page.html" ; prov:used :file ;
   prov:wasAssociatedWith :us ; prov:qualifiedAssociation :as .
:as a prov:Association ; dct:title "graphkit by the rule loader/ari-page" ; prov:agent :us ;
   prov:hadPlan <https://w3id.org/graphkit/rule/loader/ari-page> .
:us a prov:SoftwareAgent ; dct:title "graphkit" ; schema:softwareVersion "0.1.0" .
:own a gk:OwnGraph ; dct:title "What follows" ; prov:wasGeneratedBy :step ;
   prov:wasDerivedFrom :source .
""" % (("0123456789abcdef" * 4,) * 2)

# Each change to the good graph, and the one finding that it must lead to.
CASES = [
    ("q", 'dct:identifier "16604"', "", "q dct:identifier Violation"),
    ("q", '"16604"', '"16604" , "16605"', "q dct:identifier Violation"),
    ("q", '"Why there?"', '""', "q schema:text Violation"),
    ("q", '"Why there?"', '"Why there?"@en', "q schema:text Violation"),
    ("q", "gk:askedBy :d ;", "", "q gk:askedBy Warning"),
    ("q", "gk:askedBy :d ;", "gk:askedBy :f ;", "q gk:askedBy Violation"),
    ("q", "gk:hasAspect :a ;", "", "q gk:hasAspect Warning"),
    ("q", '"2021-04-30"^^xsd:date', '"30/04/2021"^^xsd:date', "q dct:issued Violation"),
    ("q", '"2021-04-30"^^xsd:date', '"2021-04-30"', "q dct:issued Violation"),
    ("q", "2021-04-30", "2021-04-30Z", "q dct:issued Violation"),
    ("q", "<https://ari.org.uk/aris/16604>", '"ari.org.uk"', "q schema:url Violation"),
    ("q", "gk:archived false", 'gk:archived "no"', "q gk:archived Violation"),
    ("q", "gk:pageViews 12", "gk:pageViews -1", "q gk:pageViews Violation"),
    ("q", "gk:similarTo :q2", "gk:similarTo :nobody", "q gk:similarTo Violation"),
    ("set", 'dct:title "ARIs of DLUHC" ;', "", "set dct:title Violation"),
    ("d", 'skos:prefLabel "DLUHC" ;', "", "d skos:prefLabel Violation"),
    ("s", 'dct:title "DLUHC becomes MHCLG" ;', "", "s dct:title Warning"),
    ("s", '"2024"^^xsd:gYear', '"2024-07-09"^^xsd:date', "s schema:startDate Violation"),
    ("s", "org:originalOrganization :d ;", "", "s org:originalOrganization Warning"),
    ("s", ":d2 , :f", ":d2 , :p", "s org:resultingOrganization Violation"),
    ("w", 'frapo:hasGrantNumber "ES/J010235/1" ;', "", "w frapo:hasGrantNumber Warning"),
    ("w", "dg:finances :p", "dg:finances :p , :p2", "w dg:finances Violation"),
    ("w", "dg:funded_by :pg", "dg:funded_by :o", "w dg:funded_by Violation"),
    ("w", "dg:economic_value :m", "dg:economic_value 12.5", "w dg:economic_value Violation"),
    ("m", "125000.50", "-1.0", "m schema:value Violation"),
    ("m", "125000.50", "1.25e5", "m schema:value Violation"),
    ("m", '"GBP"', '"EUR"', "m schema:currency Violation"),
    ("p", 'dct:title "Regional Technology Foresight" ;', "", "p dct:title Violation"),
    ("p", "gk:leadOrganisation :o ;", "", "p gk:leadOrganisation Warning"),
    ("p", "leadOrganisation :o ;", "leadOrganisation :d ;", "p gk:leadOrganisation Violation"),
    ("p", "gk:fundedBy :f , :pg ;", "", "p gk:fundedBy Warning"),
    ("p", "gk:fundedBy :f , :pg", "gk:fundedBy :f , :d", "p gk:fundedBy Violation"),
    ("p", "dg:participant :r", "dg:participant :o", "p dg:participant Violation"),
    ("p", 'Date "2020-01-01"^^xsd:date ;', 'Date "2020-01-02"^^xsd:date ;',
     "p schema:startDate Warning"),
    ("r", "gk:role role:lead ;", "gk:role role:boss ;", "r gk:role Violation"),
    ("r", "gk:role role:lead ;", 'gk:role "lead" ;', "r gk:role Violation"),
    ("o", '"53.38"^^xsd:double', '"153.38"^^xsd:double', "o wgs:lat Violation"),
    ("o", '"1905"^^xsd:gYear', '"1905"', "o schema:foundingDate Violation"),
    ("o", '"1905"^^xsd:gYear', '"in 1905"^^xsd:gYear', "o schema:foundingDate Violation"),
    ("pl", 'skos:notation "E12000003" , "TLE" ;', "", "pl skos:notation Violation"),
    ("pl", "kind:region", "kind:village", "pl gk:placeKind Violation"),
    ("t", "topics:tag", "topics:label", "t skos:inScheme Violation"),
    ("as", "gk:degree degree:partial ;", "", "as gk:degree Violation"),
    ("as", "degree:partial", "degree:partly", "as gk:degree Violation"),
    ("as", "degree:partial", "degree:partial , degree:full", "as gk:degree Violation"),
    ("as", "gk:origin origin:published-page ;", "", "as gk:origin Violation"),
    ("as", "gk:rank 1", "gk:rank 0", "as gk:rank Violation"),
    ("as", "gk:score 0.75", "gk:score 1.5", "as gk:score Violation"),
    ("as", "gk:assessesProject :p ;", "gk:assessesProject :q ;", "as gk:assessesProject Violation"),
    ("as", "T10:00:00Z", " 10:00", "as prov:generatedAtTime Violation"),
    ("ac", "gk:evidence :ev", 'gk:evidence "ev"', "ac gk:evidence Violation"),
    ("ac", "gk:matchesPlace :pl", "gk:matchesPlace :o", "ac gk:matchesPlace Violation"),
    ("ac", "wasGeneratedBy :co", "wasGeneratedBy :source", "ac prov:wasGeneratedBy Violation"),
    ("ev", 'gk:quote "It counts what roads can take." ;', "", "ev gk:quote Violation"),
    ("ev", '"abstract"', '"body"', "ev gk:quotedFrom Violation"),
    ("ev", "gk:offset 12", "gk:offset -1", "ev gk:offset Violation"),
    ("ev", "gk:score 0.8125", "gk:score 8.0", "ev gk:score Violation"),
    ("ev", "gk:showsAspect :a", "gk:showsAspect :t", "ev gk:showsAspect Violation"),
    ("co", 'gk:method "words and vectors" ;', "", "co gk:method Violation"),
    ("co", '"0.1.0"', '"0.1.0" , "0.2.0"', "co gk:methodVersion Violation"),
    ("co", '"{}"', '""', "co gk:parameters Violation"),
    ("co", "T10:00:00Z", " 10:00", "co prov:endedAtTime Violation"),
    ("p", "gk:linkedQuestions 3", "gk:linkedQuestions -3", "p gk:linkedQuestions Violation"),
    ("a", '"room to grow"', "12", "a skos:hiddenLabel Violation"),
    ("si", "gk:toQuestion :q2 ;", "", "si gk:toQuestion Violation"),
    ("si", "gk:isDuplicate true", 'gk:isDuplicate "yes"', "si gk:isDuplicate Violation"),
    ("si", "gk:sharesAspect :a", "gk:sharesAspect :t", "si gk:sharesAspect Violation"),
    ("si", '"both ask about capacity"', '""', "si gk:reason Violation"),
    ("mg", '"same ROR id"', '""', "mg gk:reason Violation"),
    ("mc", "gk:candidate :p2 ;", 'gk:candidate "p2" ;', "mc gk:candidate Violation"),
    ("source", "abcdef", "ABCDEF", "source gk:sha256 Violation"),
    ("source", "dcat:byteSize 4096 ;", "", "source dcat:byteSize Warning"),
    ("source", "prov:wasDerivedFrom :file", "prov:wasDerivedFrom :us",
     "source prov:wasDerivedFrom Violation"),
    ("file", "prov:wasGeneratedBy :fetch", "prov:wasGeneratedBy :p",
     "file prov:wasGeneratedBy Violation"),
    ("fetch", "<https://ari.org.uk/aris/16604>", '"page 16604"', "fetch prov:used Violation"),
    ("step", "prov:wasAssociatedWith :us", "prov:wasAssociatedWith :p",
     "step prov:wasAssociatedWith Violation"),
    ("as", "prov:agent :us ;", "", "as prov:agent Violation"),
    ("us", 'schema:softwareVersion "0.1.0"', "schema:softwareVersion 1",
     "us schema:softwareVersion Violation"),
    ("own", "prov:wasGeneratedBy :step ;", "", "own prov:wasGeneratedBy Violation"),
]  # fmt: skip


def changed(thing: str, old: str, new: str) -> str:
    """The good graph with `old` replaced once, inside the description of `thing`."""
    start = GOOD.index(f"\n:{thing} a ")
    assert old in GOOD[start:], f"the good graph does not say {old!r} of {thing}"
    return (
        HEADER
        + GOOD[:start]
        + GOOD[start:].replace(old, new, 1)
        + ":p2 a gk:Project ; "
        + ('dct:title "Another" ; gk:leadOrganisation :o ; gk:fundedBy :f .\n')
    )


def short(iri: str) -> str:
    return iri.strip("<>").removeprefix(f"{DEFAULT_BASE}id/")


def found_by_shacl(shapes: shacl.Shapes, turtle: str) -> set[str]:
    return {
        f"{short(one.focus_node)} {curie(one.path.strip('<>'))} {one.severity}"
        for one in shapes.validate_turtle(turtle).results
    }


def found_by_pyshacl(shapes: rdflib.Graph, turtle: str) -> set[str]:
    data = rdflib.Graph().parse(data=turtle)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    return {
        f"{short(str(report.value(one, SH.focusNode)))} "
        f"{curie(str(report.value(one, SH.resultPath)))} "
        f"{str(report.value(one, SH.resultSeverity)).removeprefix(PREFIXES['sh'])}"
        for one in report.subjects(rdflib.RDF.type, SH.ValidationResult)
    }


@pytest.fixture(scope="module")
def shapes(ontology: Ontology) -> shacl.Shapes:
    return shacl.Shapes.from_file(str(ontology.shapes_path))


def test_a_good_graph_passes_both_engines_without_a_warning(
    shapes: shacl.Shapes, shapes_graph: rdflib.Graph
) -> None:
    turtle = changed("q", "", "")
    assert found_by_shacl(shapes, turtle) == set()
    assert found_by_pyshacl(shapes_graph, turtle) == set()


@pytest.mark.filterwarnings("ignore")  # rdflib warns of the ill-typed literals that are the point
@pytest.mark.parametrize(("thing", "old", "new", "finding"), CASES)
def test_a_fault_is_found_alike_by_both_engines(
    shapes: shacl.Shapes,
    shapes_graph: rdflib.Graph,
    thing: str,
    old: str,
    new: str,
    finding: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # rdflib would mend "2021-04-30Z" when it reads it, and pyshacl would never see it.
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    turtle = changed(thing, old, new)
    assert found_by_shacl(shapes, turtle) == {finding}
    assert found_by_pyshacl(shapes_graph, turtle) == {finding}


def test_a_report_names_the_rule_and_what_to_do(shapes: shacl.Shapes) -> None:
    (result,) = shapes.validate_turtle(changed("p", "gk:leadOrganisation :o ;", "")).results
    assert result.root_shape.strip("<>").endswith("#Project-leadOrganisation-expected")
    assert "supply the register's record" in result.message


def test_the_aspects_that_graphkit_ships_fit_their_own_shape(
    ontology: Ontology, shapes: shacl.Shapes
) -> None:
    assert not found_by_shacl(shapes, (ontology.folder / "schemes.ttl").read_text("utf-8"))


# ---- JSON-LD context ----


def context_of(ontology: Ontology) -> dict[str, object]:
    context = json.loads(ontology.context_path.read_text(encoding="utf-8"))["@context"]
    assert isinstance(context, dict)
    return context


def test_the_context_names_every_term_as_the_property_graph_does(ontology: Ontology) -> None:
    context = context_of(ontology)

    def meaning(entry: object) -> object:
        return entry["@id"] if isinstance(entry, dict) else entry

    for term in ontology.classes.values():
        assert meaning(context[term.label]) == term.curie
    award = context["Award"]
    assert isinstance(award, dict)
    for prop in ontology.properties.values():
        name = prop.property_key or (prop.relationship_type or "").lower()
        # FUNDED_BY is dg:funded_by on an award, and gk:fundedBy everywhere else.
        place = award["@context"] if prop.curie == "dg:funded_by" else context
        assert meaning(place[name]) == prop.curie
        entry = place[name]
        if prop.datatype and prop.datatype != XSD_STRING:
            assert entry["@type"] == curie(prop.datatype)
    for term_name, scheme in [("degree", "degree"), ("origin", "origin"), ("role", "role"),
                              ("kind", "place-kind")]:  # fmt: skip
        entry = context[term_name]
        assert isinstance(entry, dict)
        assert entry["@context"] == {one.key: one.iri for one in ontology.concepts(scheme)}


# rdflib's own reader and writer of JSON-LD use a class of theirs that they call deprecated.
rdflib_warns = pytest.mark.filterwarnings("ignore:(ConjunctiveGraph|Dataset):DeprecationWarning")


DOCUMENT = {
    "id": f"{DEFAULT_BASE}id/assessment/1",
    "type": "Assessment",
    "degree": "partial",
    "origin": "published-page",
    "rank": 3,
    "score": "0.5",
    "states_expertise": True,
    "rests_on": [
        {
            "id": f"{DEFAULT_BASE}id/evidence/1",
            "type": "Evidence",
            "quote": "It counts.",
            "quoted_from": "abstract",
            "offset": 12,
            "shows_aspect": [f"{DEFAULT_BASE}id/aspect/capacity"],
        }
    ],
    "generated_by": {
        "id": f"{DEFAULT_BASE}id/computation/1",
        "type": "Computation",
        "method": "words",
        "ended_at": "2026-07-01T10:00:00+00:00",
    },
    "assesses_question": {
        "id": f"{DEFAULT_BASE}id/question/16604",
        "type": "ResearchQuestion",
        "text": "Why there?",
        "issued": "2021-04-30",
        "url": "https://ari.org.uk/aris/16604",
    },
    "assesses_project": {
        "id": f"{DEFAULT_BASE}id/project/1",
        "type": "Project",
        "funded_by": [f"{DEFAULT_BASE}id/funder/esrc"],
        "awarded": [
            {
                "id": f"{DEFAULT_BASE}id/award/1",
                "type": "Award",
                "funded_by": f"{DEFAULT_BASE}id/programme/gcrf",
            }
        ],
        "located_in": [
            {"id": f"{DEFAULT_BASE}id/place/E12000003", "type": "Place", "kind": "region"}
        ],
    },
}
MEANT = """
:assessment\\/1 a gk:Assessment ; gk:degree degree:partial ; gk:origin origin:published-page ;
   gk:rank 3 ; gk:score 0.5 ; gk:statesExpertise true ; gk:evidence :evidence\\/1 ;
   prov:wasGeneratedBy :computation\\/1 ;
   gk:assessesQuestion :question\\/16604 ; gk:assessesProject :project\\/1 .
:evidence\\/1 a gk:Evidence ; gk:quote "It counts." ; gk:quotedFrom "abstract" ; gk:offset 12 ;
   gk:showsAspect :aspect\\/capacity .
:computation\\/1 a gk:Computation ; gk:method "words" ;
   prov:endedAtTime "2026-07-01T10:00:00+00:00"^^xsd:dateTime .
:question\\/16604 a gk:ResearchQuestion ; schema:text "Why there?" ;
   dct:issued "2021-04-30"^^xsd:date ; schema:url <https://ari.org.uk/aris/16604> .
:project\\/1 a gk:Project ; gk:fundedBy :funder\\/esrc ; gk:award :award\\/1 ;
   gk:locatedIn :place\\/E12000003 .
:award\\/1 a gk:Award ; dg:funded_by :programme\\/gcrf .
:place\\/E12000003 a gk:Place ; gk:placeKind kind:region .
"""


@rdflib_warns
def test_a_document_in_json_ld_means_what_it_says_and_comes_back(ontology: Ontology) -> None:
    context = context_of(ontology)
    text = json.dumps({"@context": context, **DOCUMENT})
    meant = rdflib.Graph().parse(data=HEADER + MEANT)
    read = rdflib.Graph().parse(data=text, format="json-ld")
    assert set(read) == set(meant)
    written = read.serialize(format="json-ld", context=context)
    again = rdflib.Graph().parse(data=written, format="json-ld")
    assert set(again) == set(meant)
    quads = ox.parse(text.encode(), format=ox.RdfFormat.JSON_LD)
    assert {str(quad.triple) for quad in quads} == {
        str(quad.triple)
        for quad in ox.parse(meant.serialize().encode(), format=ox.RdfFormat.TURTLE)
    }


@rdflib_warns
def test_the_year_of_a_succession_is_a_year(ontology: Ontology) -> None:
    document = {"id": "https://example.org/s", "type": "Succession", "start_date": "2016"}
    text = json.dumps({"@context": context_of(ontology), **document})
    read = rdflib.Graph().parse(data=text, format="json-ld")
    (value,) = read.objects(None, rdflib.SDO.startDate)
    assert value == rdflib.Literal("2016", datatype=rdflib.XSD.gYear)


# ---- The page about it ----


def test_the_page_on_the_data_model_is_up_to_date() -> None:
    script = ROOT / "scripts" / "make-data-model-docs"
    if not script.is_file():
        pytest.skip("not a checkout")
    run = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
