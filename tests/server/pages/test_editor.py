"""The SPARQL editor as a plain form, and the files of others that come with it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from conftest import Graph
from flask.testing import FlaskClient
from server.pages.conftest import BROWSER, Get

from graphkit.server.site import Dataset, create_app
from graphkit.server.site.pages.assets import FOLDER


def test_the_form_runs_without_javascript(get: Get, explorer: FlaskClient) -> None:
    form = get("/editor").main.one("form")
    query = form.one("textarea").inside[0]
    assert isinstance(query, str)
    answer = explorer.get(form["action"], query_string={"query": query, "format": "csv"})
    assert answer.status_code == 200
    assert answer.text.startswith("department,name,questions")
    page = explorer.get(
        form["action"], query_string={"query": query, "format": "html"}, headers=BROWSER
    )
    assert page.content_type.startswith("text/html")


def test_every_named_query_can_be_taken_up_and_runs(get: Get, explorer: FlaskClient) -> None:
    links = [link for link in get("/editor").links if "editor?name=" in link]
    assert len(links) == 98
    for link in links[::14]:
        text = get(link).main.one("textarea").inside[0]
        assert isinstance(text, str)
        assert "#+" not in text
        assert explorer.post("/sparql", data={"query": text, "format": "json"}).status_code == 200


def test_values_of_the_address_are_bound(get: Get) -> None:
    link = "/editor?name=department-questions&department=DLUHC&archived=true"
    text = get(link).main.one("textarea").text
    assert "department-for-levelling-up-housing-and-communities>" in text
    assert "true" in text
    get("/editor?name=department-questions&department=nobody", 400)


def test_the_editor_knows_the_terms_without_asking_others(get: Get) -> None:
    script = get("/editor").root.one("script", id="terms")
    terms = json.loads(str(script.inside[0]))
    assert terms["prefixes"]["gk"] == "https://w3id.org/graphkit/ontology#"
    assert "https://w3id.org/graphkit/ontology#hasAspect" in terms["properties"]
    assert terms["endpoint"] == "/sparql"


def test_other_peoples_data_have_an_editor_without_the_library(
    linked: Graph, tmp_path: Path
) -> None:
    dataset = Dataset.of_store("theirs", linked.snapshot.store)
    answer = create_app(dataset, tmp_path).test_client().get("/editor", headers=BROWSER)
    assert answer.status_code == 200
    assert "Queries at hand" not in answer.text
    assert create_app(dataset, tmp_path).test_client().get("/matrix").status_code == 404


def test_vendored_files_are_those_that_are_written_down() -> None:
    told = (FOLDER / "vendor" / "README.md").read_text("utf-8")
    rows = re.findall(r"\| `([\w./-]+)` \|.*`([0-9a-f]{64})`", told)
    assert {name for name, _ in rows} == {
        path.relative_to(FOLDER / "vendor").as_posix()
        for path in (FOLDER / "vendor").rglob("*.min.*")
    }
    for name, digest in rows:
        assert hashlib.sha256((FOLDER / "vendor" / name).read_bytes()).hexdigest() == digest, name


def test_vendored_files_have_their_licence_beside_them() -> None:
    for folder in (FOLDER / "vendor").iterdir():
        if folder.is_dir():
            assert "MIT License" in (folder / "LICENSE.txt").read_text("utf-8")
