"""The explorer in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from server.browser.conftest import Visit

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "search": "/search?q=capacity",
    "nothing found": "/search?q=zzzz",
    "ask": "/ask?q=projects+partially+addressing+capacity+in+the+West+Midlands",
    "question": "/id/question/16604",
    "project": "/id/project/page-16604-2",
    "department": "/id/department/department-for-levelling-up-housing-and-communities",
    "funder": "/id/funder/epsrc",
    "place": "/id/place/E12000005",
    "departments": "/departments",
    "funders": "/funders",
    "places": "/places",
    "organisations": "/organisations",
    "matrix": "/matrix",
    "network": "/network?focus=question:16604",
    "editor": "/editor",
    "queries": "/api/docs",
    "rows": "/api/queries/place-funders?place=E12000005",
    "dumps": "/dumps",
    "ontology": "/ontology",
    "thing": "/id/aspect/capacity",
}
Open = Callable[..., Visit]


def serious(page: Page, *rules: str) -> list[object]:
    """Faults that axe calls serious or critical, of these rules or of all."""
    options = {"runOnly": list(rules)} if rules else None
    return [
        (fault["id"], [node["target"] for node in fault["nodes"]][:3])
        for fault in Axe().run(page, options=options).response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_can_be_used_by_all_in_light_and_dark_and_on_a_phone(visit: Open, path: str) -> None:
    page = visit(color_scheme="light").open(path)
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    assert serious(page, "color-contrast", "link-in-text-block") == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_says_the_same_without_scripts(visit: Open, path: str) -> None:
    plain = visit(java_script_enabled=False).open(path)
    assert plain.locator("h1").count() == 1
    assert plain.locator("main").inner_text().strip()


def test_dark_mode_is_dark(visit: Open) -> None:
    shade = "getComputedStyle(document.body).backgroundColor"
    light = visit(color_scheme="light").open("/").evaluate(shade)
    dark = visit(color_scheme="dark").open("/").evaluate(shade)
    level = [sum(map(int, re.findall(r"\d+", one)[:3])) for one in (light, dark)]
    assert level[0] > 600
    assert level[1] < 200


def test_search_and_a_facet_lead_to_a_question(visit: Open) -> None:
    page = visit().open("/")
    page.get_by_label("Search questions and projects").fill("spatial drivers")
    page.get_by_label("Search questions and projects").press("Enter")
    expect(page.locator("mark").first).to_be_visible()
    page.get_by_role("link", name=re.compile("^Question")).first.click()
    expect(page).to_have_url(re.compile("kind=question"))
    page.get_by_role("link", name=re.compile("spatial drivers and distribution")).first.click()
    expect(page.locator("h1")).to_contain_text("spatial drivers")


def test_the_evidence_of_a_computed_link_opens_on_a_click(visit: Open) -> None:
    page = visit().open("/id/question/16604")
    evidence = page.locator("details", has=page.locator("blockquote")).first
    expect(evidence.locator("blockquote").first).to_be_hidden()
    evidence.locator("summary").click()
    expect(evidence.locator("blockquote").first).to_be_visible()


def test_the_evidence_opens_by_keyboard(visit: Open) -> None:
    page = visit().open("/id/question/16604")
    summary = page.locator("details:has(blockquote) > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details:has(blockquote) blockquote").first).to_be_visible()


def test_the_first_tab_stop_skips_to_the_content(visit: Open) -> None:
    page = visit().open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith("#main")


def test_the_query_behind_a_list_is_shown_and_its_rows_downloaded(visit: Open) -> None:
    page = visit().open("/id/question/16604")
    page.locator("summary", has_text="Show the SPARQL").first.click()
    expect(page.locator("pre code", has_text="SELECT").first).to_be_visible()
    with page.expect_download() as download:
        page.locator("a", has_text=re.compile("^Download as CSV")).first.click()
    text = download.value.path().read_text("utf-8")
    assert "," in text.splitlines()[0]


def test_the_network_leads_from_thing_to_thing(visit: Open) -> None:
    page = visit().open("/network?focus=question:16604")
    assert page.locator("svg a").count() > 5


def test_the_editor_runs_a_query(visit: Open) -> None:
    page = visit().open("/editor")
    page.wait_for_selector(".CodeMirror, .cm-editor")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name=re.compile("run|execute", re.IGNORECASE)).first.click()
    expect(page.locator("table").first).to_be_visible(timeout=15_000)


def test_a_sentence_is_answered(visit: Open) -> None:
    page = visit().open("/")
    page.get_by_label("Or ask in a sentence").fill(
        "projects partially addressing capacity in the West Midlands"
    )
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("main")).to_contain_text("West Midlands Innovation Programme phase 2")


def test_it_prints_without_navigation(visit: Open) -> None:
    page = visit().open("/id/question/16604")
    page.emulate_media(media="print")
    expect(page.locator("nav").first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
