"""`graphkit fetch gtr`: projects by the portal's API and by the GtR-2 API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Answer, Graph
from harvest_reading import files, manifest, triples
from upstream_server import Server

from graphkit.build.pipeline import sample_folder

Fetch = Callable[..., Answer]
QUESTIONS = sample_folder() / "ari"


def test_all_projects_of_the_portal_build_into_what_their_lines_build_into(
    fetch: Fetch, upstream: Server, harvest: Path, tmp_path: Path, built: Callable[..., Graph]
) -> None:
    assert fetch("gtr", "--all").code == 0
    assert list(files(harvest)) == [f"projects/0000{n}.json" for n in (1, 2, 3, 4)]
    lines = tmp_path / "projects.jsonl"
    lines.write_bytes(b"\n".join(upstream.upstream.gtr.lines))
    assert triples(built(harvest, into="a")) == triples(built(lines, into="b"))


def test_a_search_by_term_and_funder_gives_these_projects_alone(
    fetch: Fetch, upstream: Server, harvest: Path, built: Callable[..., Graph]
) -> None:
    assert fetch("gtr", "--term", '"capacity"', "--funder", "ESRC").code == 0
    [entry] = manifest(harvest).values()
    assert entry["title"] == "Gateway to Research: projects of '\"capacity\"' funded by ESRC"
    funders = built(harvest).column(
        "SELECT DISTINCT ?n { ?p gk:fundedBy ?f . ?f skos:prefLabel ?n }"
    )
    assert funders == ["Economic and Social Research Council"]


def test_a_funder_that_the_portal_does_not_heed_is_an_error_and_not_the_wrong_projects(
    fetch: Fetch, upstream: Server, harvest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gtr = upstream.upstream.gtr
    everything = gtr.search
    monkeypatch.setattr(
        gtr, "search", lambda query, trouble: everything(query | {"selectedFacets": ""}, trouble)
    )
    answer = fetch("gtr", "--funder", "ESRC")
    assert answer.code == 2
    assert "it was asked for projects funded by ESRC and gives those of" in answer.err
    assert not files(harvest)


def test_a_search_that_finds_nothing_says_so(fetch: Fetch) -> None:
    answer = fetch("gtr", "--term", "zzyzx")
    assert answer.code == 1
    assert "nothing was found" in answer.err


def test_projects_since_a_day_are_the_latest_pages(fetch: Fetch, upstream: Server) -> None:
    assert fetch("gtr", "--since", "2018-01-01").code == 0
    recent = upstream.asked("/api/search/project")
    assert 1 <= len(recent) < 4
    assert all("selectedSortOrder=DESC" in path for path in recent)


def test_the_projects_that_questions_name_are_asked_one_by_one(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    answer = fetch("gtr", "--questions", QUESTIONS)
    assert answer.code == 0
    references = upstream.asked("/api/projects?ref=")
    assert len(references) == 4
    assert "/api/projects?ref=ES%2FR004625%2F1" in references
    assert "named-projects/3D77D6D5-EB60-4012-8DF4-0692C35075F2.json" in files(harvest)


def test_the_projects_of_a_graphs_questions_are_those_of_their_files(
    fetch: Fetch, upstream: Server, built: Callable[..., Graph]
) -> None:
    graph = built(QUESTIONS / "questions.json")
    answer = fetch("gtr", "--graph-questions", "--graph", graph.folder)
    assert answer.code == 0
    assert len(upstream.asked("/api/projects?ref=")) == 4


def test_a_reference_that_leads_to_another_record_is_told(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    gtr = upstream.upstream.gtr
    other = next(at for at, line in enumerate(gtr.lines) if b"ES/R004625/1" not in line)
    gtr._references["ES/R004625/1"] = other
    answer = fetch("gtr", "--questions", QUESTIONS)
    assert answer.code == 0
    assert "1 grant references lead to another record" in answer.err


def test_the_second_api_is_asked_in_its_own_version_for_projects_organisations_and_money(
    fetch: Fetch, upstream: Server, harvest: Path, built: Callable[..., Graph]
) -> None:
    assert fetch("gtr", "--via", "gtr2", "--all").code == 0
    asked = [
        head["accept"]
        for (_, path), head in zip(upstream.log, upstream.headers, strict=True)
        if path != "/robots.txt"
    ]
    assert set(asked) == {"application/vnd.rcuk.gtr.json-v7"}
    graph = built(harvest)
    assert graph.count("?p a gk:Project") == 320
    assert graph.count("?p gk:leadOrganisation ?o . ?o skos:prefLabel ?name") >= 300
    assert graph.count("?p a gk:Project ; gk:countedAmount ?pounds") == 320


def test_the_second_api_gives_what_named_projects_link_to(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    answer = fetch("gtr", "--via", "gtr2", "--questions", QUESTIONS)
    assert answer.code == 0
    kinds = [name.partition("/")[0] for name in files(harvest)]
    assert kinds.count("gtr2-named-projects") == 4
    assert kinds.count("gtr2-named-funds") == 4
    assert kinds.count("gtr2-named-organisations") == 12
    assert not upstream.asked("persons")


def test_the_kinds_of_records_can_be_chosen(fetch: Fetch, upstream: Server) -> None:
    fetch("gtr", "--via", "gtr2", "--all", "--kind", "fund")
    assert {path.partition("?")[0] for path in upstream.asked()} == {"/gtr/api/funds"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "say which projects, in one way"),
        (("--all", "--term", "x"), "say which projects, in one way"),
        (("--questions", "nowhere"), "nowhere: no such file or folder"),
        (("--via", "gtr2", "--funder", "ESRC"), "finds projects neither by funder nor by date"),
        (("--all", "--kind", "fund"), "--kind is for the GtR-2 API"),
        (("--term", "  "), "--term: nothing that can be looked for"),
        (("--term", "a\nb"), "--term: nothing that can be looked for"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_asked(
    fetch: Fetch, upstream: Server, words: tuple[str, ...], message: str
) -> None:
    answer = fetch("gtr", *words)
    assert answer.code == 2
    assert message in answer.err
    assert not upstream.log


def test_files_without_questions_are_refused(fetch: Fetch, tmp_path: Path) -> None:
    answer = fetch("gtr", "--questions", sample_folder() / "gtr")
    assert answer.code == 2
    assert "no question was found" in answer.err
