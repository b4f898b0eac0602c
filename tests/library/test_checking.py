"""`graphkit queries check`: headers and twins, examples on a graph, plans on a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from neo4j_server import Neo4jServer
from neo4j_sync import synced
from query_files import CYPHER, HEADER, changed, faults, files_of, write

from graphkit.library import Library, QueryFolder
from graphkit.library.checking import Fault, check_files, read_queries
from graphkit.library.checking.examples import check_examples
from graphkit.library.checking.files import ReadQuery
from graphkit.library.checking.plans import judged
from graphkit.ontology import Ontology

Cli = Callable[..., Any]
OR_SAY_WHY = "begin with what is given, or say why under heavy"


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever server the environment names is not asked, unless a test says so."""
    for name in ("NEO4J_URI", "GRAPHKIT_NEO4J_CONFIG", "GRAPHKIT_GRAPH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "config"))


def test_a_query_without_faults_has_none(tmp_path: Path) -> None:
    assert faults(tmp_path / "queries", files_of()) == []


@pytest.fixture(scope="module")
def in_files() -> list[Fault]:
    """What is at fault in the shipped files themselves."""
    return check_files(read_queries(QueryFolder()), Ontology.load())


@pytest.fixture(scope="module")
def sample_library(sample: Any) -> Library:
    """The shipped queries on the bundled sample."""
    return Library(sample.snapshot)


@pytest.mark.parametrize("query", read_queries(QueryFolder()), ids=lambda query: query.name)
def test_the_queries_that_graphkit_ships_with_have_no_faults(
    in_files: list[Fault], sample_library: Library, query: ReadQuery
) -> None:
    assert [str(fault) for fault in in_files if fault.query == query.name] == []
    assert [str(fault) for fault in check_examples(sample_library, query)[0]] == []


# ---- Files and headers ----


@pytest.mark.parametrize(
    ("missing", "there"), [("small.rq", "small.cypher"), ("small.cypher", "small.rq")]
)
def test_a_file_without_its_twin_is_told(tmp_path: Path, missing: str, there: str) -> None:
    files = files_of()
    del files[missing]
    expected = [f"{there}:1: has no twin: {missing} is missing"]
    assert faults(tmp_path / "queries", files) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("//+ ", "// ", "cypher:1: no header; its first lines begin with //+"),
        ("type: degree,", "type: [degree,", "cypher:3: the header is no YAML: "),
        ("type: degree,", "type: grade,", "cypher:3: parameter degree has no known type: grade"),
        ("tags:", "tag:", "cypher:15: the header cannot be read: Object contains unknown field"),
        ("summary: Projects", "\0", "cypher:1: the header cannot be read: "),
    ],
)
def test_missing_and_broken_headers_are_told_with_their_lines(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    [found] = faults(tmp_path / "queries", changed("cypher", old, new))
    assert found.startswith(f"small.{expected}")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    files = files_of() | {"small.rq": b"\xff"}
    expected = ["small.rq:1: cannot be read: it is not UTF-8 text"]
    assert faults(tmp_path / "queries", files) == expected


@pytest.mark.parametrize(
    ("where", "old", "new", "expected"),
    [
        ("cypher", "Projects of", "Plans of", ["cypher:1: summary is not the same as in small.rq"]),
        ("cypher", "meaning: its title", "meaning: title",
         ["cypher:8: columns.title is not the same as in small.rq"]),
        ("cypher", "example: Sheffield", "example: Leeds",
         ["cypher:4: parameters.place is not the same as in small.rq"]),
        ("rq", "tags: [projects]", "tags: [places]",
         ["cypher:15: tags is not the same as in small.rq"]),
        ("both", ", example: Sheffield", "", ["rq:4: the parameter place has no example"]),
        ("both", "questions, title, project]", "questions, title, funder]", [
            "cypher:24: ORDER BY is not the order of the header: ['-questions', 'title', 'funder']",
            "rq:11: rows cannot be ordered by funder, which holds several values",
            "rq:37: ORDER BY is not the order of the header: ['-questions', 'title', 'funder']"]),
        ("both", "order: [-questions, title, project]\n", "\n", [
            "rq:1: the header has no order: rows would come as it happens"]),
        ("both", "- projects {degree}\n", "- projects\n", [
            "rq:14: ask: projects: degree is needed and has no place in it"]),
        ("both", "in {place}", "in {region}", [
            "rq:13: ask: projects {degree} in {region}: no parameter is called region"]),
        ("both", "in {place}", "in {place", [
            "rq:13: ask: projects {degree} in {place: a brace is open or too many"]),
        ("both", " in {place}", "", [
            "rq:13: ask: projects {degree}: stands there twice"]),
    ],
)  # fmt: skip
def test_faults_of_headers_are_told_with_their_lines(
    tmp_path: Path, where: str, old: str, new: str, expected: list[str]
) -> None:
    found = faults(tmp_path / "queries", changed(where, old, new))
    assert found == [f"small.{one}" for one in expected]


def test_a_pattern_that_two_queries_share_is_told_of_both(tmp_path: Path) -> None:
    other = HEADER.replace("- projects {degree}\n", "- works {degree}\n")
    other = other.replace("projects {degree} in {place}", "Projects  {degree} in {where}")
    other = other.replace("  place:", "  where:")
    files = files_of() | {
        name: text.replace("$place", "$where").replace("?_place", "?_where")
        for name, text in files_of("other", other).items()
    }
    assert faults(tmp_path / "queries", files) == [
        "other.rq:13: ask: Projects {degree} in {where}: the same pattern as in small",
        "small.rq:13: ask: projects {degree} in {place}: the same pattern as in other",
    ]


# ---- The command ----


def test_faults_are_rows_with_file_and_line_and_the_code_is_1(
    graphkit: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "queries", changed("rq", "gk:fundedBy", "gk:foundedBy"))
    answer = graphkit("queries", "check", "--queries", "queries", "--format", "json")
    assert answer.code == 1
    assert answer.json() == [
        {
            "file": "queries/small.rq",
            "line": 34,
            "query": "small",
            "fault": "the ontology has no term gk:foundedBy; nearest is gk:fundedBy",
        }
    ]
    assert answer.err.splitlines() == [
        "skipped: answers to the examples (no graph in graph; build one)",
        "skipped: plans on Neo4j (no server is named; set NEO4J_URI)",
        "graphkit: 1 fault in 1 of 1 query",
    ]


def test_only_the_named_queries_are_checked(graphkit: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "queries"
    write(folder, files_of("good") | {"bad.rq": "SELECT"})
    words = ("queries", "check", "--queries", folder)
    good = graphkit(*words, "good")
    assert (good.code, good.out) == (0, "")
    assert good.err.splitlines()[-1] == "1 query: no faults"
    assert graphkit(*words, "bad").code == 1
    assert graphkit(*words).code == 1
    assert "no such query: nonsense" in graphkit(*words, "nonsense").err
    assert graphkit(*words, "nonsense").code == 2
    assert graphkit("queries", "check", "--queries", tmp_path / "none").code == 2


# ---- With a graph ----


def on_sample(graphkit: Cli, sample: Any, folder: Path, files: dict[str, str]) -> tuple[Any, Any]:
    """The faults that show on the sample (line and words), and what is said beside them."""
    write(folder, files)
    words = ("queries", "check", "--queries", folder, "--format", "json")
    answer = graphkit("--graph", sample.folder, *words)
    rows = answer.json() if answer.out else []
    return [(row["line"], row["fault"]) for row in rows], answer.err


def test_queries_are_run_with_their_examples(graphkit: Cli, sample: Any, tmp_path: Path) -> None:
    found, said = on_sample(graphkit, sample, tmp_path / "queries", files_of())
    assert found == []
    assert "skipped: answers" not in said
    nothing = changed("both", 'example: "1"', 'example: "1000"')
    found, said = on_sample(graphkit, sample, tmp_path / "queries", nothing)
    assert found == []
    assert "small: nothing is found with its examples" in said


def test_examples_that_name_nothing_are_told(graphkit: Cli, sample: Any, tmp_path: Path) -> None:
    files = changed("both", "example: Sheffield", "example: Mordor")
    found, _ = on_sample(graphkit, sample, tmp_path / "queries", files)
    assert [line for line, _ in found] == [4]
    assert found[0][1].startswith("the example of place does not resolve: no such place: Mordor")
    files = changed("both", 'default: "1"', "default: many")
    found, _ = on_sample(graphkit, sample, tmp_path / "queries", files)
    assert [line for line, _ in found] == [5, 31]
    assert found[0][1].startswith("the default of least does not resolve: ")


def test_things_in_values_are_those_of_the_header(
    graphkit: Cli, sample: Any, tmp_path: Path
) -> None:
    files = changed("both", "place: {type: place, default: null,", "place: {type: place,")
    files = {name: text.replace("- projects {degree}\n", "- works {degree} of {place}\n")
             for name, text in files.items()}  # fmt: skip
    values = "VALUES ?_place { <https://w3id.org/graphkit/id/place/%s> }\n      VALUES ?_degree"
    for code, expected in (("E08000019", []), ("E12000008", [24])):
        rq = files["small.rq"].replace("VALUES ?_degree", values % code)
        found, _ = on_sample(graphkit, sample, tmp_path / "queries", files | {"small.rq": rq})
        assert [line for line, _ in found] == expected


def test_a_value_of_another_type_than_its_column_is_told(
    graphkit: Cli, sample: Any, tmp_path: Path
) -> None:
    files = changed("both", "title: {meaning", "title: {type: integer, meaning")
    [(line, words)], _ = on_sample(graphkit, sample, tmp_path / "queries", files)
    assert line == 16
    assert words.startswith("with its examples: a value is wrong: invalid literal for int()")


def test_a_damaged_graph_is_an_error(graphkit: Cli, tmp_path: Path) -> None:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "current").write_text("nothing")
    write(tmp_path / "queries", files_of())
    words = ("queries", "check", "--queries", tmp_path / "queries")
    assert graphkit("--graph", tmp_path / "graph", *words).code == 2


# ---- With a server ----


def step(operator: str, details: str, *children: dict[str, Any]) -> dict[str, Any]:
    """A step of a plan as the driver gives it."""
    args = {"Details": details}
    return {"operatorType": f"{operator}@neo4j", "args": args, "children": list(children)}


@pytest.mark.parametrize(
    ("scan", "large", "expected"),
    [
        (step("AllNodesScan", "f"), (), [(21, "Neo4j reads all nodes (AllNodesScan f)")]),
        (step("DirectedAllRelationshipsScan", "(anon_0)-[r]->(q)"), (),
         [(16, "Neo4j reads all relationships (DirectedAllRelationshipsScan (anon_0)-[r]->(q))")]),
        (step("NodeByLabelScan", "p:Project"), ("Award",), []),
        (step("NodeByLabelScan", "q:ResearchQuestion"), ("Project",), []),
        (step("NodeByLabelScan", "p:Project"), ("Project",),
         [(16, f"Neo4j reads every Project (NodeByLabelScan p:Project): {OR_SAY_WHY}")]),
        (step("PartitionedUnionNodeByLabelsScan", "a:Award|Topic"), ("Award",),
         [(16, f"Neo4j reads every Award (UnionNodeByLabelsScan a:Award|Topic): {OR_SAY_WHY}")]),
        (step("NodeUniqueIndexSeek", "UNIQUE p:Project(id) WHERE id = $p"), ("Project",), []),
    ],
)  # fmt: skip
def test_scans_in_a_plan_are_told_with_the_line_of_their_pattern(
    tmp_path: Path, scan: dict[str, Any], large: tuple[str, ...], expected: list[tuple[int, str]]
) -> None:
    [query] = read_queries(write(tmp_path / "queries", files_of()))
    assert query.cypher
    assert query.header
    plan = step("ProduceResults", "project", step("Apply", "", step("Argument", "x"), scan))
    found = list(judged(query.cypher, query.header, plan, frozenset(large)))
    assert [(one.line, one.message) for one in found] == expected
    heavy = msgspec.structs.replace(query.header, heavy="it must")
    labels = list(judged(query.cypher, heavy, plan, frozenset(large)))
    assert labels == [one for one in found if "every" not in one.message]


def test_a_server_that_does_not_answer_is_an_error(
    graphkit: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:9")
    monkeypatch.setenv("NEO4J_PASSWORD", "secret")
    write(tmp_path / "queries", files_of())
    answer = graphkit("queries", "check", "--queries", tmp_path / "queries")
    assert answer.code == 3
    assert "no server listens at 127.0.0.1:9" in answer.err


def test_a_server_tells_what_it_cannot_read_and_what_it_would_scan(
    graphkit: Cli,
    sample: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    empty_neo4j: Neo4jServer,
) -> None:
    for name, value in empty_neo4j.environment.items():
        monkeypatch.setenv(name, value)
    scanning = "MATCH (f) WHERE f.name = p.title\nOPTIONAL MATCH (p)-[:FUNDED_BY]->(f)"
    wrong = CYPHER.replace("count(DISTINCT q) AS", "count(DISTINCT w) AS")
    header = files_of()["small.cypher"].removesuffix(CYPHER)
    folder = tmp_path / "queries"
    write(folder, {
        **files_of(),
        "scan.rq": files_of()["small.rq"].replace("projects {degree}", "plans {degree}"),
        "scan.cypher": header.replace("projects {degree}", "plans {degree}")
        + CYPHER.replace("OPTIONAL MATCH (p)-[:FUNDED_BY]->(f)", scanning),
        "wrong.rq": files_of()["small.rq"].replace("projects {degree}", "works {degree}"),
        "wrong.cypher": header.replace("projects {degree}", "works {degree}") + wrong,
    })  # fmt: skip
    words = ("queries", "check", "--queries", folder, "--format", "json")
    unread = ("wrong.cypher", 19, "Neo4j cannot read the query: Variable `w` not defined")
    empty = graphkit(*words)
    assert [told(row) for row in empty.json()] == [unread]
    assert "skipped: plans on Neo4j (the database neo4j is empty" in empty.err
    synced(empty_neo4j, sample.folder)
    full = graphkit(*words)
    assert [told(row) for row in full.json()] == [
        ("scan.cypher", 21, "Neo4j reads all nodes (AllNodesScan f)"),
        unread,
    ]
    assert "skipped: scans by label on Neo4j" in full.err
    assert full.code == 1


def told(row: dict[str, Any]) -> tuple[str, int, str]:
    """File, line and fault of a row."""
    return Path(row["file"]).name, row["line"], row["fault"].partition(" (line")[0]
