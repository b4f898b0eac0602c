"""The endpoint as its clients meet it: operations, formats, faults."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from graphkit.server.settings import Limits
from graphkit.server.site import Dataset, create_app

QUERY = "SELECT ?label WHERE { ?d a gk:Department ; skos:prefLabel ?label } ORDER BY ?label LIMIT 2"
GRAPH = "CONSTRUCT { ?d skos:prefLabel ?l } WHERE { ?d a gk:Department ; skos:prefLabel ?l }"
FORM = "application/x-www-form-urlencoded"
EX = "http://x.org/"

Make = Callable[..., FlaskClient]


@pytest.fixture
def over(tmp_path: Path) -> Make:
    """Makes a client over statements of somebody else's, under limits."""

    def make(*quads: ox.Quad, **limits: Any) -> FlaskClient:
        store = ox.Store(str(tmp_path / "store"))
        store.extend(quads)
        store.flush()
        del store
        dataset = Dataset.of_store("data", tmp_path / "store")
        (tmp_path / "spool").mkdir()
        return create_app(dataset, tmp_path / "spool", Limits(**limits)).test_client()

    return make


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(EX + name)


def quad(subject: str, value: ox.Literal | ox.NamedNode, graph: str = "") -> ox.Quad:
    return ox.Quad(node(subject), node("p"), value, node(graph) if graph else ox.DefaultGraph())


def values(response: Any) -> list[str]:
    assert response.status_code == 200, response.text
    return [row[name]["value"] for row in response.json["results"]["bindings"] for name in row]


# ---- Operations ----


def test_the_three_ways_to_ask_give_the_same_answer(client: FlaskClient) -> None:
    get = client.get("/sparql", query_string={"query": QUERY})
    form = client.post("/sparql", data={"query": QUERY})
    direct = client.post("/sparql", data=QUERY, content_type="application/sparql-query")
    slash = client.post("/sparql/", data=QUERY, content_type="application/sparql-query")
    assert len(values(get)) == 2
    assert get.data == form.data == direct.data == slash.data


def test_a_charset_may_be_told(client: FlaskClient) -> None:
    for kind in (FORM, "application/sparql-query"):
        data = f"query={QUERY}" if kind == FORM else QUERY
        for charset in ("utf-8", "UTF-8", '"utf-8"'):
            response = client.post("/sparql", data=data, content_type=f"{kind}; charset={charset}")
            assert response.status_code == 200
        response = client.post("/sparql", data=data, content_type=f"{kind}; charset=latin-1")
        assert response.status_code == 415


def test_letters_beyond_ascii_arrive(client: FlaskClient) -> None:
    query = "SELECT ('naïve 東京 \N{GRINNING FACE}' AS ?x) {}"
    unescaped = {"QUERY_STRING": f"query={query}".encode().decode("latin-1")}
    raw = client.get("/sparql", environ_overrides=unescaped)
    escaped = client.get("/sparql", query_string={"query": query})
    direct = client.post("/sparql", data=query, content_type="application/sparql-query")
    assert values(raw) == values(escaped) == values(direct) == ["naïve 東京 \N{GRINNING FACE}"]


@pytest.mark.parametrize(
    ("method", "more", "status", "words"),
    [
        ("GET", {"query_string": "query=ASK{}&query=ASK{}"}, 400, "more than one query"),
        ("GET", {"query_string": "default-graph-uri=x:y"}, 400, "no `query`"),
        ("GET", {"query_string": "qurey=ASK{}"}, 400, "'qurey' is no parameter: query?"),
        ("GET", {"query_string": "query="}, 400, "the query is empty"),
        ("GET", {"query_string": "query=ASK%7B%7D%FF"}, 400, "not UTF-8"),
        ("GET", {"query_string": "query=ASK%7B%7D%ED%A0%80"}, 400, "not UTF-8"),
        ("GET", {"query_string": "query=ASK{}&format=json&format=xml"}, 400, "more than one form"),
        ("GET", {"query_string": "update=CLEAR+ALL"}, 403, "only read"),
        ("GET", {"query_string": "a&" * 10_001}, 400, "more than 10,000 parameters"),
        ("POST", {"data": "query=ASK{}", "content_type": "text/plain"}, 415, "not as text/plain"),
        ("POST", {"data": "query=ASK{}"}, 415, "no Content-Type"),
        ("POST", {"data": "", "content_type": FORM}, 400, "no `query`"),
        ("POST", {"data": "update=DROP+ALL", "content_type": FORM}, 403, "only read"),
        ("POST", {"data": b"ASK {\n'\xff' }", "content_type": "application/sparql-query"}, 400, ""),
        (
            "POST",
            {"data": "DROP ALL", "content_type": "application/sparql-update"},
            403,
            "only read",
        ),
        ("PUT", {"data": "ASK {}"}, 405, ""),
        ("DELETE", {}, 405, ""),
        ("PATCH", {}, 405, ""),
    ],
)
def test_bad_requests_are_told_what_is_wrong(
    client: FlaskClient, method: str, more: dict[str, Any], status: int, words: str
) -> None:
    response = client.open("/sparql", method=method, **more)
    assert response.status_code == status
    assert words in response.text
    if status == 405:
        assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def fault(client: FlaskClient, query: str) -> dict[str, Any]:
    response = client.post(
        "/sparql",
        data={"query": query},
        headers={"Accept": "application/problem+json, application/json;q=0.5"},
    )
    assert response.json is not None
    return {"status": response.status_code, **response.json}


def test_a_fault_of_syntax_has_its_line_and_column(client: FlaskClient) -> None:
    told = fault(client, "SELECT *\nWHERE { ?s ?p ?o . FOO }")
    assert (told["status"], told["line"], told["column"]) == (400, 2, 20)
    assert "`FOO` does not fit there" in told["detail"]


def test_an_update_sent_as_a_query_is_told_from_a_fault(client: FlaskClient) -> None:
    told = fault(client, "INSERT DATA { <a:a> <a:b> <a:c> }")
    assert told["status"] == 400
    assert told["hint"] == "updates are not taken: the data is only read"


def test_a_function_that_is_not_known_is_a_fault_of_the_query(client: FlaskClient) -> None:
    told = fault(client, "SELECT (<http://x.org/f>(1) AS ?x) {}")
    assert told["status"] == 400
    assert "http://x.org/f" in told["detail"]


def test_services_are_not_called(client: FlaskClient) -> None:
    told = fault(client, "SELECT * { SERVICE SILENT <http://x.org/> { ?s ?p ?o } }")
    assert told["status"] == 403


def test_the_prefixes_of_the_ontology_are_known(client: FlaskClient) -> None:
    assert "PREFIX" not in QUERY
    assert client.get("/sparql", query_string={"query": QUERY}).status_code == 200
    told = fault(client, "ASK { ?s ex:p ?o }")
    assert "ex: is not declared" in told["detail"]


# ---- Graphs ----


def dataset() -> list[ox.Quad]:
    return [
        quad("s", ox.Literal("default")),
        quad("s", ox.Literal("one"), "g1"),
        quad("s", ox.Literal("two"), "g2"),
    ]


ALL = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
NAMED = "SELECT ?o { GRAPH ?g { ?s ?p ?o } } ORDER BY ?o"


@pytest.mark.parametrize(
    ("query", "named", "more", "found"),
    [
        (ALL, NAMED, {}, (["default"], ["one", "two"])),
        (ALL, NAMED, {"default-graph-uri": [EX + "g1"]}, (["one"], [])),
        (ALL, NAMED, {"default-graph-uri": [EX + "g1", EX + "g2"]}, (["one", "two"], [])),
        (ALL, NAMED, {"named-graph-uri": [EX + "g2"]}, ([], ["two"])),
    ],
)
def test_the_request_chooses_the_graphs(
    over: Make,
    query: str,
    named: str,
    more: dict[str, list[str]],
    found: tuple[list[str], list[str]],
) -> None:
    client = over(*dataset())
    for text, expected in zip((query, named), found, strict=True):
        assert values(client.get("/sparql", query_string={"query": text, **more})) == expected


def test_the_query_chooses_its_graphs_unless_the_request_does(over: Make) -> None:
    client = over(*dataset())
    query = ALL.replace("{", f"FROM <{EX}g1> {{", 1)
    assert values(client.get("/sparql", query_string={"query": query})) == ["one"]
    other = {"query": query, "default-graph-uri": EX + "g2"}
    assert values(client.get("/sparql", query_string=other)) == ["two"]


def test_from_is_obeyed_where_all_graphs_are_read_as_one(client: FlaskClient) -> None:
    def count(clause: str) -> int:
        query = f"SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}"
        return int(values(client.get("/sparql", query_string={"query": query}))[0])

    some = count("FROM <https://w3id.org/graphkit/graph/ontology>")
    assert 0 < some < count("")


def test_a_graph_that_is_not_there_gets_a_suggestion(client: FlaskClient) -> None:
    told = fault(client, "ASK FROM <https://w3id.org/graphkit/graph/ontologie> {}")
    assert told["status"] == 400
    assert told["hint"] == "https://w3id.org/graphkit/graph/ontology?"
    query = {"query": "ASK {}", "default-graph-uri": "not an iri"}
    assert client.get("/sparql", query_string=query).status_code == 400


# ---- Formats ----


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/csv;q=0.3, text/tab-separated-values;q=0.4", "text/tab-separated-values"),
        ("text/*;q=0.2, application/sparql-results+json;q=0.1", "text/csv; charset=utf-8"),
        ("*/*;q=0.9, text/csv;q=0", "application/sparql-results+json"),
        ("application/*", "application/sparql-results+json"),
        ("text/csv, */*", "text/csv; charset=utf-8"),
        ("text/html,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("nonsense, text/csv", "text/csv; charset=utf-8"),
        ("TEXT/CSV; charset=utf-8", "text/csv; charset=utf-8"),
    ],
)
def test_accept_chooses_the_format(client: FlaskClient, accept: str, content_type: str) -> None:
    response = client.get("/sparql", query_string={"query": QUERY}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.content_type.startswith(content_type)
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("form", "content_type"),
    [
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
        ("csv", "text/csv; charset=utf-8"),
        ("tsv", "text/tab-separated-values; charset=utf-8"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/sparql-results xml", "application/sparql-results+xml"),
        ("HTML", "text/html; charset=utf-8"),
    ],
)
@pytest.mark.parametrize("name", ["format", "output"])
def test_a_parameter_overrides_accept(
    client: FlaskClient, name: str, form: str, content_type: str
) -> None:
    response = client.get(
        "/sparql", query_string={"query": QUERY, name: form}, headers={"Accept": "text/turtle"}
    )
    assert response.content_type == content_type


@pytest.mark.parametrize(
    ("form", "content_type"),
    [
        ("turtle", "text/turtle; charset=utf-8"),
        ("nt", "application/n-triples"),
        ("json", "application/ld+json"),
        ("xml", "application/rdf+xml"),
        ("nquads", "application/n-quads"),
        ("trig", "application/trig"),
    ],
)
def test_graphs_come_in_every_format(client: FlaskClient, form: str, content_type: str) -> None:
    response = client.get("/sparql", query_string={"query": GRAPH, "format": form})
    assert response.content_type == content_type
    kind = ox.RdfFormat.from_media_type(content_type)
    assert kind is not None
    wanted = client.get("/sparql", query_string={"query": GRAPH, "format": "nt"})
    lines = sorted(str(one.triple) for one in ox.parse(response.data, kind))
    assert lines == sorted(str(one.triple) for one in ox.parse(wanted.data, ox.RdfFormat.N_TRIPLES))
    assert len(lines) > 3


@pytest.mark.parametrize(
    ("query", "asked", "status", "words"),
    [
        (QUERY, {"headers": {"Accept": "text/turtle"}}, 406, "text/csv"),
        (GRAPH, {"headers": {"Accept": "text/csv"}}, 406, "text/turtle"),
        (QUERY, {"headers": {"Accept": "image/png, text/csv;q=0"}}, 406, "text/csv"),
        (QUERY, {"format": "turtle"}, 406, "csv"),
        (GRAPH, {"format": "csv"}, 406, "turtle"),
        ("ASK {}", {"format": "trig"}, 406, "json"),
        (QUERY, {"format": "jason"}, 400, "json?"),
        (QUERY, {"format": ""}, 400, "there is no format ''"),
    ],
)
def test_what_there_is_not_is_told_with_what_there_is(
    client: FlaskClient, query: str, asked: dict[str, Any], status: int, words: str
) -> None:
    more = {"format": asked["format"]} if "format" in asked else {}
    response = client.get(
        "/sparql", query_string={"query": query, **more}, headers=asked.get("headers", {})
    )
    assert response.status_code == status
    assert words in response.text


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_truth_comes_in_every_format(client: FlaskClient, form: str) -> None:
    response = client.get("/sparql", query_string={"query": "ASK {}", "format": form})
    assert "true" in response.text


# ---- Pages ----

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_a_browser_gets_a_table_with_links(client: FlaskClient) -> None:
    query = "SELECT ?d ?label { ?d a gk:Department ; skos:prefLabel ?label } LIMIT 3"
    page = client.post("/sparql", data={"query": query}, headers=BROWSER)
    assert page.content_type == "text/html; charset=utf-8"
    assert '<a href="/id/department/' in page.text
    assert "3 rows." in page.text


def test_what_data_and_queries_hold_is_shown_as_text(over: Make) -> None:
    text = "<script>alert(1)</script>"
    client = over(quad("s", ox.Literal(text)), quad("t", ox.NamedNode("javascript:alert(1)")))
    query = f"SELECT * {{ ?s ?p ?o }} # {text}</textarea>"
    page = client.post("/sparql", data={"query": query}, headers=BROWSER).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert text not in page
    assert page.count("</textarea>") == 1
    assert 'href="javascript:' not in page


def test_a_page_says_when_there_is_more(over: Make) -> None:
    client = over(*(quad(f"s{number}", ox.Literal(number)) for number in range(501)))
    page = client.post("/sparql", data={"query": "SELECT * { ?s ?p ?o }"}, headers=BROWSER).text
    assert "The first 500 rows; there are more" in page


@pytest.mark.parametrize("query", ["ASK {}", "ASK { FILTER(false) }", GRAPH])
def test_every_kind_of_query_has_a_page(client: FlaskClient, query: str) -> None:
    assert client.post("/sparql", data={"query": query}, headers=BROWSER).status_code == 200


# ---- Limits ----


NASTY = ['a\nb\r\n"c"', '"},{"', "},{", "\\", '\\"', "<result>", "x,y", "\t", '"', "", "[{", "\\\\"]


def nasty(rows: int) -> list[ox.Quad]:
    return [
        quad(f"s{number}", ox.Literal(NASTY[number % len(NASTY)] * (1 + number // len(NASTY))))
        for number in range(rows)
    ]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o }", "SELECT ?none { ?s ?p ?o }"])
def test_rows_are_counted_exactly(over: Make, form: str, query: str) -> None:
    client = over(*nasty(200), max_rows=200)
    asked = {"query": query, "format": form}
    assert client.get("/sparql", query_string=asked).status_code == 200
    more = {"query": query.replace("}", "} UNION { BIND(1 AS ?s) } }").replace("{", "{ {", 1)}
    response = client.get("/sparql", query_string={**asked, **more})
    assert response.status_code == 413
    assert "more than 200 rows" in response.text


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rows_are_counted_wherever_a_block_ends(form: str) -> None:
    from graphkit.server.site.sparql.counting import counter

    kinds = {"json": "JSON", "xml": "XML", "csv": "CSV", "tsv": "TSV"}
    kind = getattr(ox.QueryResultsFormat, kinds[form])
    store = ox.Store()
    store.extend(nasty(60))
    data = store.query("SELECT * { ?s ?p ?o }").serialize(format=kind)
    assert data is not None
    for size in (1, 2, 3, 7, 64):
        rows = counter(kind)
        for start in range(0, len(data), size):
            rows.add(data[start : start + size])
        assert rows.rows == 60


def test_statements_are_counted(over: Make) -> None:
    client = over(*nasty(12), max_rows=12)
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    assert client.get("/sparql", query_string={"query": query}).status_code == 200
    more = query.replace("{ ?s ?p ?o }", "{ ?s ?p ?o . ?s <x:p> 1 }", 1)
    response = client.get("/sparql", query_string={"query": more})
    assert response.status_code == 413
    assert "more than 12 statements" in response.text


@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o }", "DESCRIBE ?s { ?s ?p ?o }"])
def test_bytes_are_limited(over: Make, query: str) -> None:
    client = over(*nasty(200), max_bytes=1000)
    response = client.get("/sparql", query_string={"query": query})
    assert response.status_code == 413
    assert "more than 1,000 bytes" in response.text


@pytest.mark.parametrize("kind", [FORM, "application/sparql-query", ""])
def test_the_length_of_a_query_is_limited(over: Make, kind: str) -> None:
    client = over(max_query=1000)

    def status(length: int) -> int:
        query = "ASK {} #".ljust(length, "x")
        if not kind:
            return client.get("/sparql", query_string={"query": query}).status_code
        data = {"query": query} if kind == FORM else query
        return client.post("/sparql", data=data, content_type=kind).status_code

    assert (status(1000), status(1001)) == (200, 413)


def test_nesting_is_limited(over: Make) -> None:
    client = over(max_depth=10)
    assert fault(client, "ASK " + "{" * 10 + "}" * 10)["status"] == 200
    assert fault(client, "ASK " + "{" * 11 + "}" * 11)["status"] == 413
    assert fault(client, "ASK { FILTER(true" + "||false" * 20_000 + ") }")["status"] == 413


HOSTILE = [
    "\x00", "%00", "ASK {\x00}", "\ufeffASK {}", "SELECT * { ?s ?p '\ud83d' }", "'" * 5000,
    "<" * 5000, "SELECT * { ?s ?p \"" + "\\" * 4999, "SELECT", "{", "ASK { ?s ?p '\u202e' }",
    "PREFIX : <> ASK {}", "BASE <not an iri> ASK {}", "BASE <http://[> ASK FROM <a> {}",
    "SELECT (1/0 AS ?x) {}", "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999", "ASK FROM <> {}",
    "SELECT * { BIND(REGEX('a', '(') AS ?x) }", "ASK FROM <http://[::bad> {}",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("parameter", ["query", "default-graph-uri", "format"])
def test_whatever_is_sent_is_answered(client: FlaskClient, query: str, parameter: str) -> None:
    text = query.encode("utf-8", "surrogatepass")
    asked = {"query": "ASK {}", parameter: text}
    response = client.post("/sparql", data=asked)
    assert response.status_code < 500
    page = client.post("/sparql", data=asked, headers=BROWSER)
    assert page.status_code < 500


def test_csv_can_be_read_back(over: Make) -> None:
    client = over(*nasty(12))
    response = client.get("/sparql", query_string={"query": ALL, "format": "csv"})
    rows = list(csv.reader(io.StringIO(response.data.decode(), newline="")))
    assert sorted(row[0] if row else "" for row in rows[1:]) == sorted(NASTY)


def test_an_answer_may_be_compressed(client: FlaskClient) -> None:
    import gzip

    asked = {"query": "SELECT * { ?s ?p ?o } LIMIT 100"}
    plain = client.get("/sparql", query_string=asked)
    small = client.get("/sparql", query_string=asked, headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(small.data))["results"]["bindings"]) == 100
    assert len(small.data) < len(plain.data)
