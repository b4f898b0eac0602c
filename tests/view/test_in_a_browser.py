"""The page in a real Chromium: what a reader sees, does and saves."""

from __future__ import annotations

import dataclasses
import re
import struct
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from view.conftest import HOSTILE, Written

from graphkit import palette
from graphkit.property_graph.elements import NodeRow, decoded, digest_of, encoded
from graphkit.subgraph import Subgraph

pytestmark = pytest.mark.browser
SVG = "{http://www.w3.org/2000/svg}"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One context for all tests, without any network."""
    found = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    yield found
    found.close()


@pytest.fixture(scope="module")
def files(
    tmp_path_factory: pytest.TempPathFactory, written: Written, whole: Subgraph, part: Subgraph,
    hostile: Subgraph,
) -> dict[str, Path]:  # fmt: skip
    """Pages on disk: the whole linked sample, a part of it, hostile texts."""
    folder = tmp_path_factory.mktemp("pages")
    for name, subgraph in (("whole", whole), ("part", part), ("hostile", hostile)):
        (folder / f"{name}.html").write_bytes(written(subgraph, title=f"The {name}"))
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture
def opened(context: BrowserContext, files: dict[str, Path]) -> Iterator[Open]:
    """Opens a page; it must ask nobody for anything and report no error, to the end."""
    pages: list[Page] = []
    faults: list[str] = []

    def open_page(name: str | Path = "part", before: str = "") -> Page:
        page = context.new_page()
        pages.append(page)
        path = files[name] if isinstance(name, str) else name
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda said: faults.append(said.text) if said.type == "error" else None,
        )
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url == path.as_uri() or asked.url.startswith(("data:", "blob:"))
                else faults.append(asked.url)
            ),
        )
        if before:
            page.add_init_script(before)
        page.goto(path.as_uri())
        page.locator("html[data-ready]").wait_for()
        return page

    yield open_page
    for page in pages:
        page.close()
    assert faults == []


def spot(page: Page, kind: str, place: int) -> tuple[float, float]:
    """Where a thing, or the middle of a link, is on the screen."""
    code = """([kind, place]) => {
      const { graph, picture } = window.graphkitView;
      const { camera } = picture.scene;
      const box = document.getElementById("stage").getBoundingClientRect();
      const at = (node) => [
        (graph.x[node] - camera.x) * camera.scale + camera.width / 2 + box.left,
        (graph.y[node] - camera.y) * camera.scale + camera.height / 2 + box.top,
      ];
      if (kind === "thing") return at(place);
      const [a, b] = [at(graph.start[place]), at(graph.end[place])];
      return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    }"""
    x, y = page.evaluate(code, [kind, place])
    return x, y


def shown(page: Page) -> dict[str, int]:
    """How many things and links are shown."""
    found: dict[str, int] = page.evaluate(
        "() => { const { nodeCount, linkCount } = window.graphkitView.shown();"
        " return { things: nodeCount, links: linkCount }; }"
    )
    return found


def find(page: Page, text: str) -> None:
    page.get_by_label("Find a thing by name").fill(text)
    page.get_by_label("Find a thing by name").press("Enter")


def faults_of(page: Page, *rules: str) -> list[object]:
    """What axe finds, by these rules or by all."""
    options = {"runOnly": list(rules)} if rules else None
    return [
        (fault["id"], [node["target"] for node in fault["nodes"]][:3])
        for fault in Axe().run(page, options=options).response["violations"]
    ]


def test_it_opens_with_everything_drawn(opened: Open, part: Subgraph) -> None:
    page = opened()
    assert shown(page) == {"things": part.node_count, "links": part.relationship_count}
    expect(page.get_by_role("heading", level=1)).to_have_text("The part")
    colours = page.evaluate(
        """() => { const canvas = document.querySelector("#drawing canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const seen = new Set();
          for (let at = 0; at < data.length; at += 4)
            seen.add(data[at] * 65536 + data[at + 1] * 256 + data[at + 2]);
          return [...seen]; }"""
    )
    for label in ("Project", "ResearchQuestion", "Organisation", "Funder"):
        assert int(palette.colour(label)[1:], 16) in colours


def test_search_suggests_and_enter_brings_a_thing_to_the_middle(opened: Open) -> None:
    page = opened()
    box = page.get_by_label("Find a thing by name")
    box.fill("SPATIAL econ")
    expect(page.get_by_role("option").first).to_contain_text("Spatial Economics Research Centre")
    box.press("ArrowDown")
    expect(page.locator("#suggestions [aria-selected=true]")).to_have_count(1)
    box.press("Enter")
    expect(page.locator("#suggestions")).to_be_hidden()
    expect(page.locator("#details-heading")).to_have_text("Spatial Economics Research Centre")
    middle = page.locator("#stage").bounding_box()
    assert middle
    x, y = spot(page, "thing", page.evaluate("window.graphkitView.picture.marks.chosen"))
    assert abs(x - middle["x"] - middle["width"] / 2) < 2
    assert abs(y - middle["y"] - middle["height"] / 2) < 2


def test_a_click_on_a_thing_tells_its_facts(opened: Open) -> None:
    page = opened()
    find(page, "Spatial Economics Research Centre")
    page.get_by_role("button", name="Close details").click()
    node = page.evaluate(
        "window.graphkitView.graph.nodes.name.indexOf('Spatial Economics Research Centre')"
    )
    page.mouse.click(*spot(page, "thing", node))
    details = page.locator("#details")
    expect(details.locator("h2")).to_have_text("Spatial Economics Research Centre")
    for words in ("Project", "£2,336,311", "1 April 2008", "30 November 2011", "Research Grant"):
        expect(details).to_contain_text(words)
    expect(details.get_by_role("link", name="Upstream page")).to_have_attribute(
        "href", re.compile(r"^https://gtr\.ukri\.org/")
    )
    expect(details.get_by_role("heading", name="Led by")).to_be_visible()
    expect(details.get_by_role("link", name="Open Government Licence v3.0").first).to_be_visible()
    details.get_by_role("button", name="Economic and Social Research Council").first.click()
    expect(details.locator("h2")).to_have_text("Economic and Social Research Council")


def test_a_click_on_a_link_tells_why_it_is_there(opened: Open) -> None:
    page = opened()
    # A link far from everything else, straight, with evidence behind it.
    link = page.evaluate(
        """() => { const { graph, picture } = window.graphkitView;
          const links = [...Array(graph.size).keys()].filter((link) => graph.links.origin[link] >= 0
            && graph.bend[link] === 0 && graph.origins[graph.links.origin[link]].code === "computed"
            && graph.types[graph.links.type[link]].type === "ADDRESSES"
            && graph.degrees[graph.links.degree[link]].code === "partial");
          picture.centre(graph.start[links[0]]);
          return links[0]; }"""
    )
    page.evaluate(
        """(link) => { const { graph, picture } = window.graphkitView;
          const { camera } = picture.scene;
          const at = [(graph.x[graph.start[link]] + graph.x[graph.end[link]]) / 2,
                      (graph.y[graph.start[link]] + graph.y[graph.end[link]]) / 2];
          picture.move((camera.x - at[0]) * camera.scale, (camera.y - at[1]) * camera.scale);
          picture.zoom(8); }""",
        link,
    )
    page.mouse.click(*spot(page, "link", link))
    details = page.locator("#details")
    expect(details.locator("h2")).to_have_text("Why this link is there")
    for words in (
        "addresses", "Degree: Partial", "Computed", "Score 0.", "Covers aspect", "Misses aspect",
        "Evidence", "shows ", "Source",
    ):  # fmt: skip
        expect(details).to_contain_text(words)
    assert len(details.locator("blockquote").first.inner_text()) > 20


def test_all_parallel_links_are_told_together(opened: Open) -> None:
    page = opened()
    pair = page.evaluate(
        """() => { const { graph } = window.graphkitView;
          return [...Array(graph.size).keys()].find((link) => graph.bend[link] !== 0
            && graph.types[graph.links.type[link]].type === "ADDRESSES"); }"""
    )
    names = page.evaluate(
        """(link) => { const { graph } = window.graphkitView;
          return [graph.start[link], graph.end[link]].map((node) => graph.nodes.name[node]); }""",
        pair,
    )
    find(page, names[0])
    page.locator("#details").get_by_role("button", name=f"Why: {names[1]}").first.click()
    expect(page.locator("#details .kind-line")).to_contain_text("between the two")
    articles = page.locator("#details article")
    assert articles.count() >= 2
    for place in range(articles.count()):
        expect(articles.nth(place)).to_contain_text(names[0])
        expect(articles.nth(place)).to_contain_text(names[1])


def test_filters_narrow_the_picture_and_both_tables(opened: Open) -> None:
    page = opened("whole")
    before = shown(page)
    page.get_by_label("Show no classes").click()
    assert shown(page)["things"] == 0
    page.locator("#filter-form").get_by_label(re.compile("^Project")).check()
    page.locator("#filter-form").get_by_label(re.compile("^Research question")).check()
    both = shown(page)
    assert 0 < both["things"] < before["things"]
    for degree in ("Indirect", "Unstated"):
        page.locator("#filter-form").get_by_label(re.compile(f"^{degree}")).uncheck()
    page.get_by_role("tab", name="Links").click()
    expect(page.locator("#links tbody tr").first).to_be_visible()
    assert "Indirect" not in page.locator("#links tbody").inner_text()
    assert shown(page)["links"] < both["links"]
    page.get_by_role("tab", name="Things").click()
    expect(page.locator("#things caption")).to_have_text(f"Things: {shown(page)['things']}")
    page.get_by_role("button", name="Show everything again").click()
    assert shown(page) == before


def test_funder_years_and_origin_filter(opened: Open) -> None:
    page = opened("part")
    before = shown(page)
    page.get_by_label("Funder of projects").select_option(
        label="Economic and Social Research Council"
    )
    page.locator("label", has_text="Keep things whose links").locator("input").check()
    of_funder = page.evaluate(
        """() => { const { graph, shown } = window.graphkitView;
          const project = graph.classes.findIndex(({ label }) => label === "Project");
          return [...shown().nodes.keys()].filter((node) => shown().nodes[node]
            && graph.nodes.class[node] === project)
            .every((node) => graph.nodes.funders[node].map((one) => graph.funders[one])
              .includes("Economic and Social Research Council")); }"""
    )
    assert of_funder
    assert 0 < shown(page)["things"] < before["things"]
    page.get_by_role("button", name="Show everything again").click()
    page.get_by_label("from", exact=True).fill("2015")
    late = page.evaluate(
        """() => { const { graph, shown } = window.graphkitView;
          return graph.nodes.to.every((year, node) =>
            !shown().nodes[node] || !year || year >= 2015); }"""
    )
    assert late
    assert shown(page)["things"] < before["things"]
    page.get_by_role("button", name="Show everything again").click()
    page.locator("fieldset.origins").get_by_label("Computed").uncheck()
    origins = page.evaluate(
        """() => { const { graph, shown } = window.graphkitView;
          return [...new Set(graph.links.origin.filter((_, link) => shown().links[link])
            .filter((place) => place >= 0).map((place) => graph.origins[place].code))]; }"""
    )
    assert "computed" not in origins
    assert origins


def test_tables_hold_the_same_data_sorted_and_filled_as_needed(
    opened: Open, whole: Subgraph
) -> None:
    page = opened("whole")
    assert page.locator("tbody tr").count() == 0
    page.get_by_role("tab", name="Things").click()
    rows = page.locator("#things tbody tr")
    first = rows.count()
    assert 0 < first < whole.node_count
    page.evaluate(
        """() => { const more = document.querySelector("#things .more");
          while (!more.hidden) more.click(); }"""
    )
    assert rows.count() == whole.node_count
    name = page.get_by_role("columnheader", name="Name")
    name.get_by_role("button").click()
    assert name.get_attribute("aria-sort") == "ascending"
    up = page.locator("#things tbody th bdi").all_inner_texts()
    name.get_by_role("button").click()
    assert name.get_attribute("aria-sort") == "descending"
    assert page.locator("#things tbody th bdi").all_inner_texts()[:3] != up[:3]
    links = page.get_by_role("columnheader", name="Links")
    links.get_by_role("button").click()
    cells = page.locator("#things tbody tr td:nth-child(4)").all_inner_texts()
    counts = [int(text.replace(",", "")) for text in cells]
    assert counts == sorted(counts, reverse=True)


def test_the_keyboard_is_enough(opened: Open) -> None:
    page = opened()
    page.locator("#stage").focus()
    camera = "(({ x, y, scale }) => ({ x, y, scale }))(window.graphkitView.picture.scene.camera)"
    start = page.evaluate(camera)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    moved = page.evaluate(camera)
    assert moved["x"] > start["x"]
    assert moved["y"] > start["y"]
    page.keyboard.press("+")
    assert page.evaluate(camera)["scale"] > start["scale"]
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert page.evaluate(camera)["scale"] < start["scale"]
    page.keyboard.press("0")
    page.keyboard.press(".")
    page.keyboard.press(".")
    said = page.get_by_role("status").inner_text()
    assert re.search(r", 2 of \d+$", said)
    page.keyboard.press("Enter")
    heading = page.locator("#details-heading")
    expect(heading).to_be_focused()
    assert heading.inner_text()[:20] in said
    page.keyboard.press("Escape")
    expect(page.locator("#details")).to_be_hidden()
    expect(page.locator("#stage")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_label("Find a thing by name")).to_be_focused()


def test_tab_goes_through_the_parts_in_order(opened: Open) -> None:
    page = opened()
    seen = []
    for _ in range(80):
        page.keyboard.press("Tab")
        where = page.evaluate(
            "(document.activeElement.closest('[id]') ?? document.body).id || 'other'"
        )
        if where not in seen:
            seen.append(where)
        if where == "open-help":
            break
    wanted = ["search", "picture-tab", "filter-form", "stage", "zoom-in", "save-png", "open-help"]
    assert [part for part in seen if part in wanted] == wanted


def saved(page: Page, button: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.locator(button).click()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def test_the_picture_is_saved_as_svg_with_what_is_shown(opened: Open) -> None:
    page = opened()
    page.locator("#filter-form").get_by_label(re.compile("^Organisation")).uncheck()
    name, data = saved(page, "#save-svg")
    assert name == "the-part.svg"
    root = ElementTree.fromstring(data)
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title") == "The part"
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert "The part" in texts
    assert "Research question" in texts
    assert "Organisation" not in texts
    drawn = len(list(root.iter(f"{SVG}circle"))) + len(list(root.iter(f"{SVG}polygon")))
    legend = len({"Funder", "Project", "Research question"}.intersection(texts))
    assert drawn == shown(page)["things"] + legend
    paths = "".join(one.get("d", "") for one in root.iter(f"{SVG}path"))
    degrees = sum("(degree)" in (text or "") for text in texts)
    assert paths.count("M") == shown(page)["links"] + degrees


def test_the_picture_is_saved_as_png_at_twice_the_size(opened: Open) -> None:
    page = opened()
    name, data = saved(page, "#save-png")
    assert name == "the-part.png"
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    box = page.locator("#stage").bounding_box()
    assert box
    assert width == round(box["width"]) * 2
    assert height > round(box["height"]) * 2


@pytest.mark.parametrize(
    ("scheme", "rules"), [("light", ()), ("dark", ("color-contrast", "link-in-text-block"))]
)
def test_axe_finds_nothing_anywhere(opened: Open, scheme: Any, rules: tuple[str, ...]) -> None:
    page = opened()
    page.emulate_media(color_scheme=scheme)
    page.wait_for_timeout(300)  # until the colours have changed
    assert faults_of(page, *rules) == []
    find(page, "Spatial Economics Research Centre")
    page.locator("#details .why").first.wait_for()
    assert faults_of(page, *rules) == []
    page.get_by_label("Find a thing by name").fill("research")
    assert faults_of(page, *rules) == []
    page.get_by_role("tab", name="Links").click()
    page.locator("#links .why").first.click()
    expect(page.locator("#details h2")).to_have_text("Why this link is there")
    assert faults_of(page, *rules) == []
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Picture").click()
    page.get_by_role("button", name="Keys").click()
    assert faults_of(page, *rules) == []


def test_dark_is_dark(opened: Open) -> None:
    page = opened()
    corner = (
        "() => [...document.querySelector('#drawing canvas').getContext('2d')"
        ".getImageData(2, 2, 1, 1).data].slice(0, 3)"
    )
    page.emulate_media(color_scheme="light")
    assert sum(page.evaluate(corner)) > 700
    page.emulate_media(color_scheme="dark")
    for _ in range(100):
        if sum(page.evaluate(corner)) < 150:
            return
        page.wait_for_timeout(50)
    raise AssertionError(page.evaluate(corner))


def test_a_phone_needs_no_sideways_scrolling(opened: Open) -> None:
    page = opened()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 800})


def test_hostile_texts_stay_texts(opened: Open, tmp_path: Path) -> None:
    page = opened("hostile")
    assert page.evaluate("window.graphkitView.graph.count") == len(HOSTILE)
    for place in range(len(HOSTILE)):
        page.evaluate("(place) => window.graphkitView.picture.mark({ focused: place })", place)
        page.locator("#stage").focus()
    page.get_by_role("tab", name="Things").click()
    buttons = page.locator("#things tbody th button")
    for place in range(0, len(HOSTILE), 3):
        buttons.nth(place).click()
        expect(page.locator("#details dl").first).to_be_visible()
    page.get_by_role("tab", name="Links").click()
    page.locator("#links .why").first.click()
    expect(page.locator("#details h2")).to_have_text("Why this link is there")
    page.get_by_role("tab", name="Picture").click()
    _, data = saved(page, "#save-svg")
    ElementTree.fromstring(data)


def test_addresses_that_are_not_of_the_web_are_no_links(
    opened: Open, part: Subgraph, written: Written, tmp_path: Path
) -> None:
    bad = "javascript:document.title='taken'"

    def nodes() -> Iterator[NodeRow]:
        for row in part.nodes():
            said, typed = decoded(row.content)
            said |= {"url": bad, "same_as": [bad, "data:text/html,<script>1</script>"]}
            content = encoded({**said, "name": "<img src=x onerror=alert(1)>"}, typed)
            yield NodeRow(row.label, row.id, row.iri, digest_of(content), content)

    path = tmp_path / "bad.html"
    path.write_bytes(written(dataclasses.replace(part, read_nodes=nodes)))
    page = opened(path)
    find(page, "img src")
    expect(page.locator("#details-heading")).to_be_visible()
    expect(page.locator("#details")).to_contain_text("javascript:")
    addresses = page.locator("a").evaluate_all("links => links.map((link) => link.href)")
    assert all(one.startswith(("https://", "http://", "file://")) for one in addresses)
    assert page.locator("img").count() == 0


def test_without_a_canvas_the_page_says_so_and_shows_the_table(opened: Open) -> None:
    page = opened("part", "HTMLCanvasElement.prototype.getContext = () => null;")
    expect(page.get_by_role("alert")).to_contain_text("cannot draw")
    expect(page.locator("#things tbody tr").first).to_be_visible()
