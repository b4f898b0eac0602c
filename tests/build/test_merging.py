"""One project from several sources, relatives of projects, and projects on pages."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECT = "<https://w3id.org/graphkit/id/project/0A1B2C3D-0000-4000-8000-000000000001>"
NAME = "SELECT ?a ?b { ?p gk:%s ?q . ?p gk:grantReference ?a . ?q gk:grantReference ?b }"
LONG = "Rivers run to the sea, and on the way they turn mills, carry boats and feed the otters. "


def graph_of(graph: Any, predicate: str, value: str) -> list[str]:
    """Formats of the sources in whose graphs a value stands."""
    rows = graph.column(f"SELECT ?g {{ GRAPH ?g {{ {PROJECT} {predicate} {value} }} }}")
    return [row.rpartition("/")[2].rpartition("-")[0] for row in rows]


# ---- One project, four formats ----


def test_the_sources_stand_in_their_order_of_precedence_field_by_field(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    folder = files(
        {
            "1.csv": make.table(
                {
                    "Title": "Otters in CSV",
                    "Status": "Closed",
                    "StartDate": "01/02/2016",
                    "ExpenditurePounds": "77",
                }
            ),
            "2.xml": make.xml(more="<gtr:grantCategory>Fellowship</gtr:grantCategory>"),
            "3.json": make.portal(title="Otters in JSON", grantCategory=None, fund=None),
            "4.json": make.gtr2(status=None, techAbstractText="Nets, cameras and patience."),
        }
    )
    graph = built(folder)
    assert graph.count("?p a gk:Project") == 1
    told = {
        "dct:title": ("Otters in GtR-2", ["gtr2-api"]),
        "gk:technicalAbstract": ("Nets, cameras and patience.", ["gtr2-api"]),
        "gk:projectStatus": ("Active", ["gtr-portal-json"]),
        "gk:grantCategory": ("Fellowship", ["gtr-portal-xml"]),
        "schema:startDate": ("2016-02-01", ["gtr-csv"]),
    }
    for predicate, (value, formats) in told.items():
        assert graph.column(f"SELECT ?v {{ {PROJECT} {predicate} ?v }}") == [value]
        assert graph_of(graph, predicate, "?v") == formats, predicate
    assert graph.report()["conflicting_fields"]["title"] == 3
    assert graph.report()["conflicting_fields"]["status"] == 1


def test_of_two_files_of_one_format_the_later_retrieval_wins(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    old, new = make.portal(title="Otters of old"), make.portal(title="Otters of late", status=None)
    folder = files({"a.json": new, "b.json": old})
    os.utime(folder / "a.json", (2_000_000, 2_000_000))
    os.utime(folder / "b.json", (1_000_000, 1_000_000))
    graph = built(folder)
    assert graph.column(f"SELECT ?v {{ {PROJECT} dct:title ?v }}") == ["Otters of late"]
    assert graph.column(f"SELECT ?v {{ {PROJECT} gk:projectStatus ?v }}") == ["Active"]
    assert not graph.rejects()


def test_the_money_of_a_fund_record_goes_before_that_of_the_project(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    fund = {
        "links": {"link": [{"href": f"https://x/gtr/api/projects/{make.key(1)}", "rel": "FUNDED"}]},
        "id": make.key(500),
        "valuePounds": {"currencyCode": "GBP", "amount": 2500},
    }
    page = {"page": 1, "size": 20, "totalPages": 1, "totalSize": 1, "fund": [fund]}
    graph = built(files({"a.json": make.portal(), "b.json": page}))
    amount = f"SELECT ?v {{ {PROJECT} gk:award/dg:economic_value/schema:value ?v }}"
    assert graph.column(amount) == ["2500"]
    assert graph.column(f"SELECT ?v {{ {PROJECT} dct:title ?v }}") == ["Otters 1"]


def test_records_of_one_source_that_say_different_things_are_rejected_but_for_the_first(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    table = make.table(
        {"ProjectId": make.key(1), "Title": "Otters first", "Status": "Active"},
        {"ProjectId": make.key(1), "Title": "Otters second", "Status": "Active"},
        {"ProjectId": make.key(2), "Title": "Weirs", "Status": "Active"},
        {"ProjectId": make.key(2), "Title": "Weirs", "Status": "Active"},
    )
    graph = built(files({"a.csv": table}))
    assert graph.column("SELECT ?t { ?p a gk:Project ; dct:title ?t }") == ["Otters first", "Weirs"]
    [reject] = graph.rejects()
    assert reject["field"] == "title"
    assert reject["file"].endswith("a.csv")
    assert "line 3" in reject["locator"] or "row 2" in reject["locator"]
    assert make.key(1) in reject["reason"]


# ---- Joint grants and transfers ----


def test_a_joint_grant_is_a_star_around_one_record_of_other_leads(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    same = {"title": "One river", "abstractText": LONG}
    lines = [
        make.portal(n, lead=f"University of {town}", **same, grantReference=f"NE/A00000{n}/1")
        for n, town in ((3, "Ford"), (1, "Weir"), (2, "Lock"))
    ]
    renewed = make.portal(7, lead="University of Weir", **same, grantReference="NE/A000007/1")
    other = make.portal(4, title="One river", abstractText=LONG + "Not so the weirs.")
    short = [make.portal(n, title="Brief", abstractText="Short.") for n in (5, 6)]
    folder = files({f"{i}.json": line for i, line in enumerate([*lines, renewed, other, *short])})
    graph = built(folder)
    assert graph.select(NAME % "jointWith") == [
        ("NE/A000002/1", "NE/A000001/1"),
        ("NE/A000003/1", "NE/A000001/1"),
    ]


def test_a_grant_that_moved_points_at_the_record_before_it(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    same = {"title": "One river", "abstractText": LONG}
    moved = [make.portal(n, **same, grantReference=f"NE/A000001/{n}") for n in (1, 2, 3)]
    renamed = make.portal(4, title="Another river", grantReference="NE/A000001/4")
    graph = built(files({f"{i}.json": line for i, line in enumerate([*moved, renamed])}))
    assert graph.select(NAME % "transferredFrom") == [
        ("NE/A000001/2", "NE/A000001/1"),
        ("NE/A000001/3", "NE/A000001/2"),
    ]
    assert graph.select(NAME % "jointWith") == []


def test_stated_transfers_are_taken_and_never_go_in_a_circle(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    def moved(end: int, origin: int) -> dict[str, Any]:
        parents = {"parents": [{"id": make.key(origin), "rel": "TRANSFER"}]}
        return make.portal(end, projectHierarchy=parents)

    # 1 → 2 → 3 → 1 is a circle; 5 comes from 4; 6 from one that is not in the graph.
    records = [moved(2, 1), moved(3, 2), moved(1, 3), make.portal(4), moved(5, 4), moved(6, 99)]
    graph = built(files({f"{i}.json": record for i, record in enumerate(records)}))
    pairs = [
        tuple(int(iri[-3:]) for iri in row)
        for row in graph.select("SELECT ?p ?q { ?p gk:transferredFrom ?q }")
    ]
    assert (5, 4) in pairs
    assert len(pairs) == 3
    assert graph.count("?p gk:transferredFrom+ ?p") == 0


# ---- Projects on pages ----

TWINS = {"title": "Twin rivers", "abstractText": None}


def twins(make: Any) -> dict[str, Any]:
    """Two projects of one title: of NERC under Weir, and of ESRC under Hull."""
    esrc = {"valuePounds": 5.0, "funder": {"id": make.key(951), "name": "ESRC"}}
    return {
        "1.json": make.portal(1, **TWINS),
        "2.json": make.portal(2, lead="University of Hull", fund=esrc, **TWINS),
    }


@pytest.mark.parametrize(
    ("told", "end"),
    [
        ({"funder": "NERC"}, 1),
        ({"funder": "Economic and Social Research Council"}, 2),
        ({"funder": "EPSRC", "lead": "University of Hull"}, 2),
        ({"lead": "UNIVERSITY OF WEIR", "funder": "ESRC"}, None),
        ({"funder": "EPSRC"}, None),
    ],
)
def test_a_project_on_a_page_is_found_by_title_and_funder_or_lead(
    built: Callable[..., Any],
    files: Callable[..., Path],
    make: Any,
    told: dict[str, str],
    end: int | None,
) -> None:
    page = make.page({"title": "Twin rivers", **told})
    graph = built(files({**twins(make), "page-41.txt": page}))
    [found] = graph.column("SELECT ?p { ?a gk:assessesProject ?p }")
    candidates = graph.select("SELECT ?p ?c { ?m gk:candidateFor ?p ; gk:candidate ?c }")
    if end is not None:
        assert found.endswith(make.key(end))
        assert candidates == []
    else:
        assert found.endswith("/id/project/page-41-1")
        assert [row[1].rpartition("/")[2] for row in candidates] == [make.key(1), make.key(2)]
        assert {row[0] for row in candidates} == {found}
        assert graph.column(f"SELECT ?t {{ <{found}> dct:title ?t }}") == ["Twin rivers"]


def test_a_page_and_its_list_from_the_api_give_one_assessment_for_each_project(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    mention = {"projectId": make.key(1), "title": "Twin rivers", "url": ""}
    why = "The project partially answers the question by exploring capacity."
    page = make.page({"title": "Twin Rivers", "funder": "EPSRC", "why": why})
    graph = built(files({**twins(make), "q.json": make.question(41, mention), "page-41.txt": page}))
    rows = graph.select(
        "SELECT ?p ?d ?o { ?a gk:assessesProject ?p ; gk:degree ?d ; gk:origin ?o }"
    )
    assert [tuple(cell.rpartition("/")[2] for cell in row) for row in rows] == [
        (make.key(1), "partial", "published-page")
    ]
    assert graph.column("SELECT ?t { ?q a gk:ResearchQuestion ; schema:text ?t }") == [
        "Which rivers have room for otters?"
    ]


def test_a_page_without_titles_builds_alone(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    folder = files({"page-88.txt": make.page_without_titles})
    graph = built(folder / "page-88.txt")
    assert graph.column("SELECT ?t { ?p a gk:Project ; dct:title ?t }") == [
        "Untitled project 1 listed for question 88",
        "Untitled project 2 listed for question 88",
    ]
    degrees = graph.column("SELECT ?d { ?a gk:rank ?r ; gk:degree ?d }")
    assert [degree.rpartition("/")[2] for degree in degrees] == ["partial", "unstated"]
    assert graph.snapshot.manifest.violations == 0


def test_a_page_that_says_little_gives_warnings_and_no_violation(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    folder = files({"notes.txt": make.page({"title": "A river", "why": "It focuses on rivers."})})
    graph = built(folder / "notes.txt")
    [question] = graph.column("SELECT ?q { ?q a gk:ResearchQuestion }")
    assert "/id/question/page-" in question
    manifest = graph.snapshot.manifest
    assert manifest.violations == 0
    assert manifest.warnings > 0
    [degree] = graph.column("SELECT ?d { ?a gk:degree ?d }")
    assert degree.endswith("/unstated")


def test_real_pages_and_records_build_together(built: Callable[..., Any], real_data: Path) -> None:
    graph = built(real_data / "ari" / "page-16604.txt", real_data / "gtr" / "projects-2k.jsonl.gz")
    assert graph.snapshot.manifest.violations == 0
    assert graph.count("?a a gk:Assessment") == 10
    assert graph.rejects() == []
