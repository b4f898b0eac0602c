"""Subgraphs to write: the whole linked sample, a part of it, and one of hostile texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Graph

from graphkit.export.exporting import export
from graphkit.export.formats import format_named
from graphkit.property_graph.elements import NodeRow, RelationshipRow, decoded, digest_of, encoded
from graphkit.property_graph.graph import PropertyGraph
from graphkit.subgraph.selection import Selection
from graphkit.subgraph.subgraph import Subgraph

HOSTILE = (
    "plain", "", " leading and trailing ", 'quotes " and \' and ` and ""', "two\nlines\r\nthree",
    "tab\tand; comma, and | pipe", "emoji 🧪 and accents é ñ Łódź 研究", "]]> <b>&amp; &lt;",
    "=HYPERLINK(\"https://example.org\")", "+1", "-1", "@SUM(A1)",
    "\x00\x01\x08\x0b control \x1f\x7f", "\ufffe\uffff not characters", "back\\slash \\u0041 \\n",
    "right-to-left \u202eabc", "{}[]#%$^~_", "</script>", "x" * 40_000, "null", "true", "007",
    "\u2028line\u2029separators", "-->", "%s %(x)s {0}",
)  # fmt: skip
"""Texts that formats stumble over."""


@pytest.fixture(scope="session")
def whole(linked: Graph) -> Iterator[Subgraph]:
    """Everything in the linked sample."""
    with PropertyGraph.of(linked.snapshot) as graph:
        yield Subgraph.whole(linked.snapshot, graph)


@pytest.fixture(scope="session")
def part(whole: Subgraph) -> Subgraph:
    """Some dozens of nodes of the linked sample, and all relationships between them."""
    database = whole.graph.database
    labels = "'Project', 'ResearchQuestion', 'Organisation', 'Funder'"
    chosen = {
        n for (n,) in database.execute(f"SELECT n FROM node WHERE label IN ({labels})")
    }  # fmt: skip
    links = [
        n for n, start, end in database.execute('SELECT n, start, "end" FROM relationship')
        if start in chosen and end in chosen
    ]  # fmt: skip
    selection = Selection(seeds=("query:some",), parameters={"name": 'a "part"'}, hops=1)
    return Subgraph.of(whole.snapshot, whole.graph, selection, chosen, links)


@pytest.fixture(scope="session")
def hostile(whole: Subgraph) -> Subgraph:
    """Nodes and relationships whose texts, lists and numbers are as bad as can be."""
    base = f"{whole.base}id/project/"
    nodes = []
    for number, text in enumerate(HOSTILE):
        properties: dict[str, Any] = {
            "id": f"H{number:02}", "iri": f"{base}H{number:02}", "name": text[:120], "title": text,
            "source": "register", "alt_label": [text, "b", f"{text}{text}"[:500]],
            "amount": number / 3, "counted_amount": {1: -0.0, 2: 1e300}.get(number, float(number)),
            "rank": number, "archived": bool(number % 2), "start_date": "2026-01-31",
            "generated_at": "2026-01-31T01:02:03Z", "location": [-1.5, 52.25],
        }  # fmt: skip
        if number == 3:
            properties["rank"] = 2**62
        if number == 4:
            properties["alt_label"] = []
        if number == 5:
            properties["alt_label"] = [""]
            properties["years"] = [1999, 2001]
        typed = {"start_date": "date", "generated_at": "datetime", "location": "point"}
        content = encoded(properties, typed)
        nodes.append(
            NodeRow("Project", f"H{number:02}", properties["iri"], digest_of(content), content)
        )
    links = []
    for number, node in enumerate(nodes):
        other = nodes[(number * 7 + 1) % len(nodes)]
        for key in ("", f"k{number}", f"k{number}-2"):  # parallel relationships
            values: dict[str, Any] = {"source": "register"}
            if key:
                values |= {"degree": "partial", "score": number / 7, "note": HOSTILE[number]}
            links.append(
                RelationshipRow(
                    "JOINT_WITH", "Project", node.id, "Project", other.id, key, encoded(values, {}),
                    node.iri, other.iri,
                )
            )  # fmt: skip
    links.sort(key=lambda one: (one.start, one.end, one.key))
    return Subgraph(
        whole.snapshot, whole.graph, Selection(seeds=("search:<hostile> & \"more\"\n",)),
        len(nodes), len(links), lambda: iter(nodes), lambda: iter(links),
        cuts=("nothing & nobody",),
    )  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes a subgraph in a format, and gives the file."""

    def write(subgraph: Subgraph, form: str, name: str) -> Path:
        target = tmp_path / name
        export(subgraph, str(target), format_named(form))
        return target

    return write


def nodes_of(subgraph: Subgraph) -> dict[str, tuple[str, dict[str, Any]]]:
    """What a reader has to find: label and properties by short key.

    Without `id`, which the key holds; what a property graph calls `source` is `provenance`.
    """
    found = {}
    for row in subgraph.nodes():
        properties, _ = decoded(row.content)
        properties.pop("id")
        properties["provenance"] = properties.pop("source")
        found[subgraph.key(row.iri)] = row.label, properties
    return found


def relationships_of(subgraph: Subgraph) -> list[tuple[str, str, str, str, dict[str, Any]]]:
    """What a reader has to find: type, both ends by short key, key, properties."""
    found = []
    for row in subgraph.relationships():
        properties, _ = decoded(row.content)
        properties["provenance"] = properties.pop("source")
        ends = subgraph.key(row.start_iri), subgraph.key(row.end_iri)
        found.append((row.type, *ends, row.key, properties))
    return found
