"""A small graph of everything that a file format or a query language may stumble over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graphkit.build.publishing import publish_quads
from graphkit.ontology import Ontology
from graphkit.property_graph.schema import GraphSchema
from graphkit.rdf.terms import XSD, string
from graphkit.vocabulary import DEFAULT_BASE, RDF_TYPE

TEXTS = (
    'say "hi", ""twice"" and \'single\' \'\'',
    "a;b,c\td|e\x1ff\x1eg\x1dh\x1ci\ue000j",
    "line\nline\r\nline\rend\n",
    "\n",
    "\r",
    "back\\slash \\\\ \\n \\u0041 \\\\u0041 \\'; c:\\users\\",
    "\\",
    "emoji 😀👩‍🚀 é ß ﬁ \u2028\u2029\x85\ufeff\xa0",
    "\ufeffbom",
    "nul\0in the middle",
    "\0",
    "\x01\x07\x08\x0b\x0c\x1a\x1b\x7f\x9f\ufffe",
    "  spaces around  ",
    " ",
    "=1+1",
    "@SUM(A1)",
    "-1",
    "null",
    "true",
    "1e300",
    "2026-01-31",
    "`tick` ${x} {y: 1} $rows // no comment /* nor here */ #",
    "'; MATCH (n) DETACH DELETE n; //",
    "[1, 2]",
    "",
    "{longitude:1, latitude:2}",
)
KEYS = ("o'neil", "a,b;c", "x(1)=2", "=1+1", "*", "~!", "%22q%22", "ünï", "-", "'", "001", "1")
BASE, GRAPH = DEFAULT_BASE, f"<{DEFAULT_BASE}graph/made-by-hand>"


def statements(schema: GraphSchema) -> Iterator[str]:
    """Lines of N-Quads, what belongs together next to each other."""
    ontology = schema.ontology
    yield from ontology.statements(f"{BASE}graph/ontology", BASE)

    def say(subject: str, predicate: str, value: str) -> str:
        return f"<{BASE}id/{subject}> <{predicate}> {value} {GRAPH} .\n"

    def key(label: str, name: str) -> str:
        return schema.labels[label].by_key[name].predicate

    def of(label: str) -> str:
        return f"<{schema.labels[label].class_iri}>"

    def typed(text: str, kind: str) -> str:
        return f'"{text}"^^<{XSD}{kind}>'

    for number, text in enumerate(TEXTS):
        organisation = f"organisation/{number}"
        yield say(organisation, RDF_TYPE, of("Organisation"))
        yield say(organisation, key("Organisation", "name"), string(text))
        yield say(organisation, key("Organisation", "alt_label"), string(text))
        if number % 2:  # two in a list, and one with a language
            yield say(organisation, key("Organisation", "alt_label"), f"{string(text + '2')}@cy")
            yield say(organisation, key("Organisation", "alt_label"), string(""))
    lead = next(
        iri for iri, name in schema.labels["Project"].relationships.items() if name == "LED_BY"
    )
    dates = (
        [typed("2026-01-31", "date")],
        [typed("sometime", "date")],
        [typed("2026-02-28", "date"), typed("0001-01-01", "date")],
        [string("next year"), typed("2026-03-01", "date")],
        [],
    )
    for number, name in enumerate(KEYS):
        project = f"project/{name}"
        yield say(project, RDF_TYPE, of("Project"))
        yield say(project, key("Project", "title"), string(TEXTS[number]))
        for value in dates[number % len(dates)]:
            yield say(project, key("Project", "start_date"), value)
        if not number:
            yield say(project, key("Project", "abstract"), string('wörd "1";\n' * 300_000))
        yield say(project, lead, f"<{BASE}id/organisation/{number}>")
    for number, value in enumerate(("1e+300", "-2e-07", "51.123456789012345", "5e-324", "-0.0")):
        place = f"place/{number}"
        yield say(place, RDF_TYPE, of("Place"))
        yield say(place, key("Place", "latitude"), typed(value, "double"))
        yield say(place, key("Place", "longitude"), typed("-1.5e-05", "double"))


def hostile_graph(folder: Path) -> Path:
    """Publish the graph in a folder."""
    schema = GraphSchema.of(Ontology.load())
    publish_quads(folder, statements(schema), schema.ontology, with_store=False)
    return folder
