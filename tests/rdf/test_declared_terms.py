"""The code writes and asks for exactly the terms that the ontology declares."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from graphkit.ontology import Ontology
from graphkit.vocabulary import PREFIXES, curie, ontology_folder

PACKAGE = Path(__file__).resolve().parents[2] / "graphkit"
QUERIES = PACKAGE.parent / "queries"
CURIE = re.compile(rf"(?<![\w:/<])(?:{'|'.join(PREFIXES)}):[A-Za-z_][\w-]*")
STRING = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"')

# Vocabulary of RDF itself, which no data model declares.
BUILT_IN = re.compile(r"xsd:\w+|rdf:(?:type|subject|object)|rdfs:Resource")

# What is said there of a service, of the data set as a whole, of what changed in it, of single
# statements, or to search engines never becomes part of the graph: other vocabularies are used for
# it, which the data model does not declare.
OF_OTHERS = ("changes", "export", "provenance", "publishing", "server")

# Declared and not in the code, each with the reason.
ELSEWHERE = {
    "gk:order": "stands in schemes.ttl, which goes into the graph as it is",
}


def strings(text: str) -> str:
    """The string literals of a module, so that comments do not count."""
    return "\n".join(STRING.findall(re.sub(r"(?m)^\s*#.*$", "", text)))


def used() -> dict[str, set[str]]:
    """Every term in the code and the queries, with the files that hold it."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name == "ontology.py":  # reads the ontology's own vocabulary
            continue
        elsewhere = path.relative_to(PACKAGE).parts[0] in OF_OTHERS
        for term in CURIE.findall(strings(path.read_text("utf-8"))):
            if not elsewhere or term.startswith("gk:"):
                found.setdefault(term, set()).add(path.name)
    for path in QUERIES.glob("*.rq"):
        for term in CURIE.findall(re.sub(r"(?m)^#.*$|<[^>]*>", "", path.read_text("utf-8"))):
            found.setdefault(term, set()).add(path.name)
    return found


def declared() -> set[str]:
    ontology = Ontology.load()
    return {term.curie for term in (*ontology.classes.values(), *ontology.properties.values())}


def annotations() -> set[str]:
    """What the ontology says about its own terms, which error messages name."""
    text = (ontology_folder() / "graphkit.ttl").read_text("utf-8")
    return set(re.findall(r"(?m)^(gk:\w+)\n    a owl:AnnotationProperty", text))


def test_every_term_in_use_is_declared() -> None:
    known = declared() | annotations()
    undeclared = {term: where for term, where in used().items() if term not in known}
    assert {term: where for term, where in undeclared.items() if not BUILT_IN.fullmatch(term)} == {}


def test_every_declared_term_is_in_use() -> None:
    assert declared() - used().keys() - ELSEWHERE.keys() == set()


def test_what_is_excused_is_declared_and_indeed_not_in_use() -> None:
    assert ELSEWHERE.keys() <= declared()
    assert not ELSEWHERE.keys() & used().keys()


def test_the_sample_holds_declared_terms_only(sample: Any) -> None:
    data = "GRAPH ?g { ?s ?p ?o } FILTER(!STRENDS(STR(?g), '/graph/ontology'))"
    predicates = sample.column(f"SELECT DISTINCT ?p {{ {data} }}")
    classes = sample.column(f"SELECT DISTINCT ?o {{ GRAPH ?g {{ ?s a ?o }} {data} }}")
    assert {curie(iri) for iri in predicates} - {"rdf:type"} <= declared()
    assert {curie(iri) for iri in classes} <= declared()


def test_a_term_in_the_code_that_nobody_declares_would_be_seen() -> None:
    text = 'p = namer.predicate("gk:leedOrganisation")  # gk:comment\n'
    assert CURIE.findall(strings(text)) == ["gk:leedOrganisation"]
