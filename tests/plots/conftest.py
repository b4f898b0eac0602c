"""What the tests of pictures share: libraries, drawing, what is written in a picture."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Graph

from graphkit.build.pipeline import build, sample_folder
from graphkit.cli import run
from graphkit.library import Library
from graphkit.plots import PLOTS, Picture, save
from graphkit.property_graph.elements import NodeRow, RelationshipRow, encoded
from graphkit.property_graph.graph import PropertyGraph
from graphkit.subgraph import Selection, Subgraph, choose

pytest.importorskip("matplotlib")

HOSTILE = (
    "costs $5 and $x_2^n$ or \\frac{1}{0}",
    "_starts with an underscore",
    "two\nlines\r\nand\ttabs",
    "emoji \U0001f9ea\U0001f680 研究 \U00010348",
    "\u202eright-to-left שלום مرحبا",
    "W" * 400,
    "  ",
    "{curly} %s <b>&amp;</b> #tag",
    "lone \ud800 surrogate \x00\x07",
    "e\u0301 \u200d\ufe0f \u0300",
)
"""Names that fonts, mathematics and layouts stumble over."""


@pytest.fixture(scope="session")
def library(linked: Graph) -> Library:
    """The linked sample."""
    return Library.open(linked.folder)


@pytest.fixture(scope="session")
def around(library: Library) -> Subgraph:
    """What is up to two steps from a question of the sample."""
    return choose(library, Selection(seeds=("question:16604",), hops=2))


@pytest.fixture(scope="session")
def whole(linked: Graph) -> Iterator[Subgraph]:
    """Everything in the linked sample."""
    with PropertyGraph.of(linked.snapshot) as graph:
        yield Subgraph.whole(linked.snapshot, graph)


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The sample with hostile names of organisations and departments, and with dated questions."""
    sources = tmp_path_factory.mktemp("odd") / "sources"
    shutil.copytree(sample_folder(), sources)
    _rename(sources / "gtr" / "projects.jsonl")
    path = sources / "ari" / "questions.json"
    page = json.loads(path.read_bytes())
    for number, question in enumerate(page["data"]):
        question["postDate"] = f"{2019 + number % 3}-03-01" if number % 4 else None
        if number:
            question["department"] = HOSTILE[number % 5]
    path.write_text(json.dumps(page), "utf-8")
    graph = sources.parent / "graph"
    build(graph, [str(sources)])
    assert run(["--graph", str(graph), "link", "--lexical"]) == 0
    return Library.open(graph)


def _rename(path: Path) -> None:
    """Give every name of a kind of thing in lines of JSON a hostile beginning."""
    numbers: dict[str, int] = {}
    read = path.read_bytes().splitlines()
    lines = [json.dumps(_renamed(json.loads(line), numbers)) for line in read]
    path.write_text("\n".join(lines), "utf-8")


def _renamed(value: Any, numbers: dict[str, int]) -> Any:
    if isinstance(value, list):
        return [_renamed(one, numbers) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: _renamed(one, numbers) for key, one in value.items()}
    name = made.get("name")
    if isinstance(name, str) and {"addresses", "roles", "typeInd", "regNumber"} & made.keys():
        number = numbers.setdefault(name, len(numbers))
        made["name"] = f"{name} {HOSTILE[number % len(HOSTILE)]}".replace("\ud800", "")
    return made


@pytest.fixture(scope="session")
def hostile(whole: Subgraph) -> Subgraph:
    """Nodes of classes that nobody knows and with names that nothing can draw."""
    labels = ("Project", "ResearchQuestion", "Nonsense", "$x_1$", "")
    nodes = []
    for number, text in enumerate(HOSTILE * 3):
        values: dict[str, Any] = {"id": str(number)}
        if number % 4:
            values["name" if number % 3 else "title"] = [text] if number % 5 == 1 else text
        content = encoded(values, {}) if "\ud800" not in text else encoded({"id": "x"}, {})
        iri = f"urn:{number:03}:{text[:30].encode('ascii', 'replace').decode()}"
        nodes.append(NodeRow(labels[number % len(labels)], str(number), iri, b"", content))
    links = []
    for number, node in enumerate(nodes):
        for step in (0, 1, 7):
            other = nodes[(number + step) % len(nodes)]
            values = {"degree": ("partial", "none", 7, "full")[number % 4], "weight": "heavy"}
            links.append(
                RelationshipRow(
                    "T", node.label, node.id, other.label, other.id, str(step),
                    encoded(values, {}), node.iri, other.iri,
                )
            )  # fmt: skip
    return Subgraph(
        whole.snapshot, whole.graph, Selection(seeds=("search:$a_1$ \u202e\U0001f680\n",)),
        len(nodes), len(links), lambda: iter(nodes), lambda: iter(links),
        cuts=("left out: $all_of$\nit",),
    )  # fmt: skip


@pytest.fixture(scope="session")
def draw(library: Library, around: Subgraph) -> Callable[..., Picture]:
    """Draws a kind of picture of the linked sample; parameters are keywords.

    What was drawn once is given again, unless it is to be drawn `afresh`.
    """
    drawn: dict[tuple[str, ...], Picture] = {}

    def make(kind: str, *, afresh: bool = False, **values: object) -> Picture:
        given = {name: str(value) for name, value in values.items()}
        key = (kind, *map(str, sorted(given.items())))
        if afresh or key not in drawn:
            selected = around if PLOTS[kind].selects else None
            drawn[key] = PLOTS[kind].draw(library, given, selected)
        return drawn[key]

    return make


def saved(picture: Picture, form: str = "png", dpi: int = 60) -> bytes:
    """A picture as the bytes of a file."""
    out = io.BytesIO()
    save(picture.figure, out, form, dpi=dpi)
    return out.getvalue()


def texts(picture: Picture) -> list[str]:
    """All texts that are written in a picture."""
    from matplotlib.text import Text

    found = picture.figure.findobj(Text)
    return [text.get_text() for text in found if isinstance(text, Text) and text.get_text()]


def all_words(picture: Picture) -> str:
    """All texts as one, with lines joined."""
    return " ".join(texts(picture))
