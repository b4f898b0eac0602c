"""`graphkit cypher`: as `graphkit sparql`, in the other language."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Graph

Cli = Callable[..., Any]
DEPARTMENTS = "MATCH (d:Department) RETURN d.id AS id, d.name AS name ORDER BY id"


def test_a_query_is_an_argument_a_file_or_standard_input(
    graphkit: Cli, sample: Graph, tmp_path: Path
) -> None:
    file = tmp_path / "query.cypher"
    file.write_text(DEPARTMENTS, "utf-8")
    place = ("--graph", sample.folder, "--format", "csv")
    given = graphkit("cypher", DEPARTMENTS, *place)
    assert given.code == 0
    assert given.out.startswith("id,name\n")
    assert given.err == ""
    assert graphkit("cypher", "-f", file, *place).out == given.out
    assert graphkit("cypher", "-f", "-", *place, stdin=DEPARTMENTS).out == given.out
    assert graphkit("cypher", "-", *place, stdin=DEPARTMENTS).out == given.out


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json", "ndjson", "markdown"])
def test_every_format_holds_nodes_relationships_and_paths(
    graphkit: Cli, sample: Graph, form: str
) -> None:
    query = (
        "MATCH x = (p:Project)-[r:ADDRESSES]->(q) "
        "RETURN p, r, x, [1, null] AS l, null AS n, p.start_date AS d ORDER BY r.rank LIMIT 1"
    )
    answer = graphkit("cypher", query, "--graph", sample.folder, "--format", form)
    assert answer.code == 0
    assert "ADDRESSES" in answer.out
    if form == "json":
        row = answer.json()[0]
        assert row["p"]["labels"] == ["Project"]
        assert "type" not in row["p"]["properties"]
        assert row["r"]["type"] == "ADDRESSES"
        assert row["x"]["relationships"][0]["start"] == row["p"]["properties"]["iri"]
        assert row["l"] == [1, None]
        assert row["n"] is None
        assert row["d"] == row["p"]["properties"]["start_date"]
    if form == "csv":
        cells = next(csv.DictReader(io.StringIO(answer.out)))
        assert cells["p"].startswith('{"labels":["Project"]')
        assert cells["l"] == "[1,null]"


def test_parameters_are_json_where_they_are_json(graphkit: Cli, sample: Graph) -> None:
    query = "RETURN $a AS a, $b AS b, $c AS c, $d AS d, $e AS e"
    values = ("a=3", "b=West Midlands", 'c=["x", 1]', 'd="3"', "e=null")
    pairs = [word for value in values for word in ("-p", value)]
    answer = graphkit("cypher", query, *pairs, "--graph", sample.folder, "--format", "json")
    assert answer.json() == [{"a": 3, "b": "West Midlands", "c": ["x", 1], "d": "3", "e": None}]


def test_a_limit_cuts_with_a_note_and_a_whole_answer_has_none(graphkit: Cli, sample: Graph) -> None:
    place = ("--graph", sample.folder, "--format", "csv")
    cut = graphkit("cypher", DEPARTMENTS, "--limit", "2", *place)
    assert (cut.code, len(cut.out.splitlines())) == (0, 3)
    assert cut.err == "only the first 2 rows are shown (--limit)\n"
    assert graphkit("cypher", DEPARTMENTS, "--limit", "500", *place).err == ""


def test_a_time_limit_ends_the_query(graphkit: Cli, sample: Graph) -> None:
    endless = "MATCH (a), (b), (c) WHERE a.id + b.id = c.id RETURN count(*) AS n"
    answer = graphkit("cypher", endless, "--timeout", "0.7", "--graph", sample.folder)
    assert (answer.code, answer.out) == (2, "")
    assert "stopped after 0.7 s (--timeout); there is no answer" in answer.err
    for wrong in ("0", "-1", "soon"):
        assert graphkit("cypher", endless, "--timeout", wrong).code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("",), "the query is empty"),
        ((), "give one query"),
        (("RETURN 1", "-f", "x"), "give one query"),
        (("-f", "/none/such"), "cannot be read"),
        (("MATCH (n RETURN n",), "line 1, column 17"),
        (("RETURN [1 AS x",), "line 1, column 11"),
        (("RETURN zz AS x",), "zz"),
        (("CREATE (n:X) RETURN n",), "would change the graph"),
        (("LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l",), "no file and no address is read"),
        (("RETURN $a AS a",), "needs a value for $a"),
        (("RETURN 1 AS a", "-p", "b=1"), "has no parameter $b"),
        (("RETURN 1 AS a", "-p", "b"), "not of the form key=value"),
        (("RETURN 1/0 AS a",), "zero"),
        (("MATCH (n) RETURN n.label",), "--engine neo4j"),
        (("RETURN 1 AS a", "--engine", "other"), "Invalid value"),
        (("RETURN 1 AS a", "--timeout", "inf"), "--timeout"),
        (("RETURN 1 AS a", "--timeout", "nan"), "--timeout"),
        (("RETURN 1 AS a", "--timeout", "1e300"), "--timeout"),
        (("RETURN 1 AS a", "--timeout", "1e-9", "--engine", "neo4j"), "--timeout"),
        (("RETURN $a AS a", "-p", "a=123456789012345678901234567890"), "too large"),
        (("RETURN $a AS a", "-p", "a=1e999"), "too large"),
        (("-f", "no-such-file.cypher"), "no-such-file.cypher: cannot be read: no such file"),
    ],
)
def test_what_cannot_be_answered_is_one_line_and_exit_code_2(
    graphkit: Cli, sample: Graph, words: tuple[str, ...], said: str
) -> None:
    answer = graphkit("cypher", *words, "--graph", sample.folder)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_without_a_graph_it_says_how_to_build_one(graphkit: Cli, tmp_path: Path) -> None:
    answer = graphkit("cypher", "RETURN 1 AS a", "--graph", tmp_path)
    assert answer.code == 2
    assert "graphkit build" in answer.err


def test_a_server_that_is_not_there_is_exit_code_3(
    graphkit: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:9")
    monkeypatch.setenv("NEO4J_PASSWORD", "none")
    answer = graphkit("cypher", "RETURN 1 AS a", "--engine", "neo4j")
    assert answer.code == 3
    assert "no server listens" in answer.err


def test_a_server_answers_in_the_same_form_and_is_only_read(
    graphkit: Cli, neo4j_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in neo4j_server.environment.items():
        monkeypatch.setenv(name, value)
    words = ("--engine", "neo4j", "--format", "json")
    query = "UNWIND $l AS i RETURN i, date('2026-01-31') AS d, {a: [i]} AS m"
    answer = graphkit("cypher", query, "-p", "l=[1,2,3]", "--limit", "2", *words)
    assert answer.code == 0
    assert answer.json()[1] == {"i": 2, "d": "2026-01-31", "m": {"a": [2]}}
    assert "first 2 rows" in answer.err
    refused = graphkit("cypher", "CREATE (n:GraphkitNever) RETURN n", *words)
    assert (refused.code, refused.out) == (2, "")
    far = graphkit("cypher", "RETURN date({year: 99999, month: 1, day: 1}) AS d", *words)
    assert (far.code, far.out) == (2, "")
    assert "cannot be represented" in far.err
    slow = "UNWIND range(1, 3000) AS a UNWIND range(1, 3000) AS b UNWIND range(1, 3000) AS c "
    late = graphkit("cypher", slow + "RETURN sum(a*b*c) AS n", "--timeout", "1", *words)
    assert late.code == 2
    assert "stopped after 1 s (--timeout)" in late.err
