"""The page as a file: what stands in it, what does not, and that it is the same each time."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import random
import re
from html.parser import HTMLParser

import pytest
from conftest import Graph
from view.conftest import HOSTILE, Written, unpacked

from graphkit import palette
from graphkit.property_graph.elements import NodeRow, RelationshipRow, decoded, digest_of, encoded
from graphkit.subgraph import Subgraph
from graphkit.view import appearance, scripts, write_page
from graphkit.view.wording import visible


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and the texts of its scripts and styles."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": [], "title": [], "bdi": []}
        self._inside = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in self.texts:
            self.texts[self._inside].append(data)


def test_the_same_selection_gives_the_same_bytes(part: Subgraph, written: Written) -> None:
    assert written(part) == written(part)


def test_nothing_in_a_page_is_fetched_from_anywhere(whole: Subgraph, written: Written) -> None:
    found = Tags(written(whole))
    for tag, attributes in found.tags:
        assert "src" not in attributes, tag
        assert tag not in ("iframe", "object", "embed", "base", "img")
        if tag == "link":
            assert (attributes["href"] or "").startswith("data:")
        if tag == "a":
            assert re.match("https?://|#", attributes["href"] or "")
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    assert "url(" not in "".join(found.texts["style"])
    assert "@import" not in "".join(found.texts["style"])


def test_the_policy_lets_in_the_pages_own_script_and_style_only(
    part: Subgraph, written: Written
) -> None:
    found = Tags(written(part))
    policy = next(
        attributes["content"] or ""
        for tag, attributes in found.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    for kind, text in (
        ("script-src", found.texts["script"][-1]),
        ("style-src", found.texts["style"][0]),
    ):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[kind] == f"'sha256-{digest}'"


def test_everything_chosen_is_on_the_page(whole: Subgraph, written: Written) -> None:
    picture = unpacked(written(whole), "picture")
    names = [kind["label"] for kind in picture["classes"]]
    assert [names[place] for place in picture["nodes"]["class"]] == [
        row.label for row in whole.nodes()
    ]
    assert len(picture["links"]["start"]) == whole.relationship_count
    types = [one["type"] for one in picture["types"]]
    nodes = [row.iri for row in whole.nodes()]
    links = picture["links"]
    found = [
        (types[kind], nodes[start], nodes[end])
        for kind, start, end in zip(links["type"], links["start"], links["end"], strict=True)
    ]
    assert found == [(row.type, row.start_iri, row.end_iri) for row in whole.relationships()]


def test_the_layout_is_finished_and_fills_its_square(whole: Subgraph, written: Written) -> None:
    nodes = unpacked(written(whole), "picture")["nodes"]
    for axis in ("x", "y"):
        assert min(nodes[axis]) == 0
        assert all(isinstance(value, int) for value in nodes[axis])
    assert max(*nodes["x"], *nodes["y"]) == 16_384
    places = set(zip(nodes["x"], nodes["y"], strict=True))
    assert len(places) > 0.95 * whole.node_count


def test_what_a_page_cannot_hold_is_left_out_in_words(whole: Subgraph) -> None:
    out = io.BytesIO()
    left_out = write_page(whole, out, max_nodes=50, max_links=40)
    picture = unpacked(out.getvalue(), "picture")
    assert len(picture["nodes"]["name"]) == 50
    assert len(picture["links"]["start"]) == 40
    assert left_out[0].startswith(f"50 of {whole.node_count:,} things are drawn")
    assert f"left out are {whole.node_count - 50:,}" in left_out[0]
    assert any("links lead to things that are left out" in words for words in left_out)
    assert any(words.startswith("40 of ") for words in left_out)
    text = out.getvalue().decode()
    for words in left_out:
        assert words[1:] in text


def test_the_things_that_stay_are_those_with_the_most_links(whole: Subgraph) -> None:
    degree: dict[str, int] = {}
    for link in whole.relationships():
        for iri in (link.start_iri, link.end_iri):
            degree[iri] = degree.get(iri, 0) + 1
    subjects = [
        row.iri for row in whole.nodes() if palette.colour(row.label) != palette.RECORD
    ]  # fmt: skip
    least = sorted((degree.get(iri, 0) for iri in subjects), reverse=True)[49]
    out = io.BytesIO()
    write_page(whole, out, max_nodes=50)
    facts = unpacked(out.getvalue(), "facts")
    kept = [f"{facts['base']}{thing['key']}" for thing in facts["things"]]
    assert min(degree[iri] for iri in kept) == least


def test_cuts_of_the_selection_stand_on_the_page(part: Subgraph, written: Written) -> None:
    cut = dataclasses.replace(part, cuts=("<b>7 things</b> were cut",))
    page = written(cut).decode()
    assert "&lt;b&gt;7 things&lt;/b&gt; were cut." in page
    assert "<b>7 things" not in page


def test_the_foot_names_snapshot_sources_and_licences(
    whole: Subgraph, linked: Graph, written: Written
) -> None:
    page = written(whole).decode()
    foot = page[page.index("<footer>") : page.index("</footer>")]
    manifest = linked.snapshot.manifest
    assert manifest.id in foot
    assert manifest.quads_sha256 in foot
    used = {decoded(row.content)[0].get("source") for row in whole.nodes()}
    for entry in manifest.sources:
        if entry.graph.rpartition("/")[2] in used:
            assert (entry.title or "") in foot
            assert (entry.attribution or "")[:40] in foot
    assert "Open Government Licence v3.0" in foot


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", "a & <b>\x00", "\u202eabc"]
)
def test_a_title_is_text_whatever_it_holds(part: Subgraph, written: Written, title: str) -> None:
    page = written(part, title=title)
    found = Tags(page)
    assert found.texts["title"] == [visible(title)]
    assert len(found.texts["script"]) == 3
    assert unpacked(page, "picture")["title"] == visible(title)


def test_hostile_names_reach_the_page_whole_with_controls_made_visible(
    hostile: Subgraph, written: Written
) -> None:
    page = written(hostile)
    names = [kind["name"] for kind in unpacked(page, "picture")["classes"]]
    assert names == ["project"]
    things = unpacked(page, "facts")["things"]
    for text, thing in zip(HOSTILE, things, strict=True):
        expected = " ".join(visible(text).split())
        shown = thing.get("name") or unpacked(page, "picture")["nodes"]["name"][things.index(thing)]
        assert shown == expected or not expected
    assert not re.search("[\x00-\x08\x0e-\x1f]", page.decode())


def test_two_thousand_real_looking_things_fit_in_three_megabytes(part: Subgraph) -> None:
    chance = random.Random(7)

    def words(count: int) -> str:
        letters = "etaoinshrdlucmfwypvbgk"
        return " ".join(
            "".join(chance.choices(letters, k=chance.randint(2, 11))) for _ in range(count)
        )

    nodes, links = [], []
    for number in range(2_000):
        iri = f"{part.base}id/project/{number:06}"
        said = {"id": f"{number:06}", "iri": iri, "name": words(9), "abstract": words(420)}
        content = encoded({**said, "source": "register"}, {})
        nodes.append(NodeRow("Project", f"{number:06}", iri, digest_of(content), content))
    for number in range(6_000):
        one, other = nodes[number % 2_000], nodes[chance.randrange(2_000)]
        content = encoded({"source": "register"}, {})
        row = (
            "JOINT_WITH",
            "Project",
            one.id,
            "Project",
            other.id,
            "",
            content,
            one.iri,
            other.iri,
        )
        links.append(RelationshipRow(*row))
    big = dataclasses.replace(
        part,
        node_count=len(nodes),
        relationship_count=len(links),
        read_nodes=lambda: iter(nodes),
        read_relationships=lambda: iter(links),
    )
    out = io.BytesIO()
    left_out = write_page(big, out)
    assert len(out.getvalue()) <= 3_000_000
    assert [words for words in left_out if "long texts are cut" in words]


def test_an_empty_selection_is_a_page_too(part: Subgraph, written: Written) -> None:
    empty = dataclasses.replace(
        part,
        node_count=0,
        relationship_count=0,
        read_nodes=lambda: iter(()),
        read_relationships=lambda: iter(()),
    )
    assert unpacked(written(empty), "picture")["nodes"]["name"] == []


def test_no_two_classes_share_a_shape() -> None:
    assert len(set(appearance.SHAPES.values())) == len(appearance.SHAPES)
    outlines = scripts.static("shapes.js")
    for shape in appearance.SHAPES.values():
        assert shape == "circle" or f"{shape}: " in outlines or f".{shape} =" in outlines


def test_every_module_of_the_page_is_in_its_script_once() -> None:
    text = scripts.script()
    folder = scripts.files("graphkit.view") / "static"
    modules = sorted(path.name for path in folder.iterdir() if path.name.endswith(".js"))
    assert sorted(re.findall("^// ---- (.*)$", text, re.MULTILINE)) == modules
    assert "innerHTML" not in text
    assert "eval(" not in text


def test_a_module_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="another form"):
        scripts.joined("a.js", 'import * as b from "./b.js";')
