"""What is refused before the embedded engine sees it, and what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from graphkit.embedded.guard import MAX_DEPTH, check
from graphkit.embedded.keys import Keys
from graphkit.embedded.tokens import tokens_of, without_comments
from graphkit.errors import UsageError

KEYS = Keys(moments=frozenset({"start_date"}), floats=frozenset({"amount"}))

REFUSED = {
    "": "is empty",
    "  // nothing\n": "is empty",
    "HELLO n": "no query begins with",
    "MATCH (n) SET n.a = 1": "SET .* would change the graph",
    "match (n) detach delete n": "DETACH .* would change",
    "CREATE (n:X)": "CREATE .* would change",
    "MERGE (n:X {id: 1}) RETURN n": "MERGE .* would change",
    "MATCH (n) REMOVE n.a": "REMOVE .* would change",
    "MATCH (n) CALL (n) { SET n.a = 1 }": "SET .* would change",
    "UNWIND [1] AS x FOREACH (y IN [x] | CREATE (:Z))": "FOREACH .* would change",
    "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row": "LOAD .* no file",
    "MATCH (n) /* */ LOAD /**/ CSV FROM 'x' AS row RETURN row": "LOAD .* no file",
    "CALL db.labels()": "procedures are not called",
    "CALL db.labels() YIELD label RETURN label": "procedures are not called",
    "USE other MATCH (n) RETURN n": "USE .* one graph",
    "SHOW INDEXES": "SHOW .* own tables",
    "EXPLAIN MATCH (n) RETURN n": "EXPLAIN .* plans",
    "RETURN 1 AS a; RETURN 2 AS a": "more than one statement",
    "RETURN 'open": "line 1, column 8: a string begins and does not end",
    "RETURN 1 /* open": "a comment begins and does not end",
    "MATCH (n)\nRETURN n.`x": "line 2, column 10: a name in backticks",
    "MATCH (n) RETURN n FORMAT CSV": "FORMAT is none of Neo4j's clauses",
    "MATCH (n) WITH n HAVING n.a = 1 RETURN n": "HAVING is none",
    "RETURN foo.bar(1) AS x": r"foo\.bar\(\) .* no function",
    "RETURN {a: read_file('/etc/passwd')} AS x": r"read_file\(\) .* no function",
    "MATCH (n) RETURN n.label": "makes up a value for the key label",
    "MATCH (n) RETURN n.`type`": "key type",
    "MATCH (n) RETURN n['type']": "key type",
    "MATCH (n:A {label: 'x'}) RETURN n.id": "key label",
    "MATCH ()-[r:T {type: 'x'}]->() RETURN r.a": "key type",
    "MATCH ()-[r]->() RETURN r.start": "key start",
    "MATCH (n) RETURN id(n)": "id\\(n\\) is the key id",
    "MATCH (n) WHERE exists(n.name) RETURN n.name": "exists\\(\\) is gone",
    "MATCH (n) WHERE n.start_date = '2020-01-01' RETURN n.id": "compared to a text",
    "MATCH (n) WHERE '2020-01-01' < n.start_date RETURN n.id": "compared to a text",
    "RETURN date('2020-01-01') = '2020-01-01' AS x": "compared to a text",
    "MATCH (n) RETURN n.start_date + 1 AS x": "adds only durations",
    "MATCH (a)-[:T*]->(b) RETURN b.id": "followed for ten steps",
    "MATCH (a)-[:T*2..]->(b) RETURN b.id": "followed for ten steps",
    "MATCH (a)<-[*]-(b) RETURN b.id": "followed for ten steps",
    "MATCH (n) RETURN *, 1 AS one": "orders its columns",
    "MATCH p = shortestPath((a)-[*..5]-(b)) WHERE all(x IN nodes(p) WHERE x.id = 1) RETURN p": (
        "part of the search"
    ),
    "RETURN '\\x' AS a": "in a text becomes",
    "RETURN '\\U0001F600' AS a": "in a text becomes",
    "MATCH (p) RETURN p.location.crs AS c": "points have no crs",
    "RETURN $`k` AS a": "value for",
    "MATCH (é) RETURN 1 AS a": "no names with letters outside ASCII",
    "MATCH ()-[r]->() RETURN r {.*} AS m": r"properties\(r\)",
    "MATCH ()-[a]->() MATCH ()-[:T*1..2 {k: a.b}]->() RETURN 1 AS a": "into WHERE",
    "RETURN " + "(" * 101 + "1" + ")" * 101: f"deeper than {MAX_DEPTH}",
}

ALLOWED = (
    "MATCH (n) RETURN count(n) AS n;",
    "RETURN 'CREATE (n) SET LOAD CSV' AS s",
    'RETURN "it is \\" DELETE" AS s',
    "MATCH (n:`SET`) RETURN n.`delete` AS `create`",
    "MATCH (n) WHERE n.set = 1 RETURN n.create, n.load",
    "MATCH (n:Load)-[:USE|SHOW]->(m) RETURN m.id",
    "RETURN {set: 1, load: 2} AS m // DELETE",
    "MATCH (n) WITH n.id AS i ORDER BY i SKIP 1 LIMIT 2 RETURN i",
    "MATCH (a)-[:T*1..20]->(b) RETURN b.id",
    "MATCH (a)-[:T*3]->(b) RETURN b.id",
    "MATCH p = shortestPath((a)-[:T*]-(b)) RETURN length(p) AS l",
    "MATCH (a) RETURN [x IN range(1, 3) | x * 2] AS l, 2 * 3 AS n",
    "MATCH (n) CALL (n) { MATCH (n)--(m) RETURN count(m) AS c } RETURN c",
    "MATCH (n) WHERE EXISTS { (n)-->() } AND (n.a = 1 OR n.b IN [1, 2]) RETURN COUNT { (n)--() }",
    "MATCH ()-[r]->() RETURN {type: type(r)} AS m",
    "MATCH (n) RETURN collect(n {label: n.name}) AS l",
    "MATCH (n) WHERE n.start_date >= date('2020-01-01') RETURN n.start_date.year AS y",
    "MATCH (n) WHERE n.start_date.year IN [2020] RETURN n.id",
    "RETURN toString(3) AS a",
)


@pytest.mark.parametrize("query", REFUSED, ids=lambda query: query[:50] or "empty")
def test_a_statement_is_refused_with_a_reason(query: str) -> None:
    with pytest.raises(UsageError, match=f"(?s){REFUSED[query]}"):
        check(query, {}, KEYS)


@pytest.mark.parametrize("query", ALLOWED)
def test_a_statement_that_only_looks_like_it_is_let_through(query: str) -> None:
    assert check(query, {}, KEYS).text


@pytest.mark.parametrize(
    ("query", "parameters", "message"),
    [
        ("RETURN $a AS a", {}, r"needs a value for \$a"),
        ("RETURN 1 AS a", {"b": 1}, r"has no parameter \$b; it has: none"),
        ("RETURN $a AS a", {"a": 1, "b": 1}, r"it has: \$a"),
        ("MATCH (n) RETURN n[$k] AS v", {"k": "type"}, "key type"),
        ("MATCH (n) WHERE n.start_date > $d RETURN n.id", {"d": "2020-01-01"}, "to a text"),
        ("MATCH (n) WHERE n.start_date IN $d RETURN n.id", {"d": ["2020-01-01"]}, "to a text"),
        ("MATCH (n) WHERE n.name =~ $r RETURN n.id", {"r": "(?i)é"}, r"\(\?iu\)"),
    ],
)
def test_parameters_are_looked_at(query: str, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check(query, parameters, KEYS)


def test_keys_of_a_map_in_a_parameter_are_its_own() -> None:
    assert check("RETURN $m.type AS t, $m['label'] AS l", {"m": {"type": 1}}, KEYS).text


def test_a_map_that_reads_a_variable_becomes_a_condition() -> None:
    given = (
        "MATCH ()-[a]->() OPTIONAL MATCH (s:S {id: a.s, n: 1})-->(:T {id: a.t}) // why\n"
        "WHERE s.x STARTS WITH 'a' OR s.y = 1 RETURN s"
    )
    assert " ".join(check(given, {}, KEYS).text.split()) == (
        "MATCH ()-[a]->() OPTIONAL MATCH (s:S {n: 1})-->(gk_0:T ) WHERE s.id = a.s "
        "AND gk_0.id = a.t AND ( s.x STARTS WITH 'a' OR s.y = 1) RETURN s"
    )


def test_comments_leave_every_column_where_it_was() -> None:
    text = "MATCH (n) /* one\ntwo */ RETURN '//' // end"
    blank = without_comments(text)
    assert len(blank) == len(text)
    assert blank.index("RETURN") == text.index("RETURN")
    assert "'//'" in blank
    assert "two" not in blank


def test_a_name_in_backticks_is_never_a_keyword() -> None:
    assert [token.upper for token in tokens_of("`SET` SET")] == ["", "SET"]
