"""What every client sees of the web process."""

from __future__ import annotations

import pytest
from server.front.conftest import Running

ROW = "SELECT ?s { ?s ?p ?o } LIMIT 1"


def test_it_is_alive_ready_and_counts(running: Running) -> None:
    assert running.ask("/health").text == "alive\n"
    assert running.ask("/ready").text.startswith("serving 2")
    before = running.metric("graphkit_requests_total")
    running.query(ROW)
    assert running.metric("graphkit_requests_total") > before
    assert running.metric("graphkit_workers ") == 6
    assert running.ask("/health", "POST").status == 405


def test_every_answer_has_the_security_headers(running: Running) -> None:
    for path in ("/health", "/no/such/page", "/sparql", "/"):
        headers = running.ask(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["access-control-allow-origin"] == "*"
        assert "server" not in headers


def test_a_known_tag_is_answered_without_a_body(running: Running) -> None:
    first = running.query(ROW)
    tag = first.headers["etag"]
    second = running.query(ROW, If_None_Match=f'"other", W/{tag}')
    assert (first.status, second.status, second.body) == (200, 304, b"")
    assert second.headers["etag"] == tag
    other = running.query(ROW, If_None_Match=tag, Accept="text/csv")
    assert other.status == 200
    assert other.headers["etag"] != tag


def test_a_tag_is_not_given_to_errors(running: Running) -> None:
    assert "etag" not in running.query("SELECT").headers
    assert running.query("SELECT").headers["cache-control"] == "no-store"


def test_head_has_the_headers_of_get_and_no_body(running: Running) -> None:
    path = "/sparql?query=ASK%7B%7D"
    get, head = running.ask(path), running.ask(path, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(get.body))
    assert head.headers["content-type"] == get.headers["content-type"]


def test_options_tells_what_other_pages_may_send(running: Running) -> None:
    answer = running.ask(
        "/sparql",
        "OPTIONS",
        Origin="https://example.org",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
    )
    assert answer.status == 204
    assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert answer.headers["access-control-allow-headers"] == "content-type"
    assert "POST" in answer.headers["access-control-allow-methods"]


def test_headers_of_a_preflight_cannot_smuggle_others(running: Running) -> None:
    answer = running.ask(
        "/", "OPTIONS", Access_Control_Request_Method="GET", Access_Control_Request_Headers="a; b"
    )
    assert answer.headers["access-control-allow-headers"] == "*"


def test_large_answers_are_compressed_for_those_who_take_it(running: Running) -> None:
    query = "SELECT * { ?s ?p ?o } LIMIT 2000"
    plain, packed = running.query(query), running.query(query, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.body) < len(plain.body) / 4
    assert packed.text == plain.text
    assert "Accept-Encoding" in packed.headers["vary"]


def test_an_answer_through_a_file_is_whole(running: Running) -> None:
    query = "SELECT * { ?s ?p ?o } LIMIT 6000"
    answer = running.query(query, Accept="text/csv")
    assert int(answer.headers["content-length"]) == len(answer.body) > 300_000
    assert answer.text.count("\r\n") == 6_001
    assert running.query(query, Accept="text/csv").body == answer.body


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: evil.example/<script>\r\n\r\n", b"400"),
        (b"GET /" + b"x" * 61_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
        (b"GET /" + b"x" * 400_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: yyyyyyyyyy\r\n" * 20_000, b"431"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
        (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", b"400"),
        (b"TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"501"),
        (b"GET /%zz%00%ff?a=%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"404"),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"400"),
    ],
)
def test_what_is_no_request_gets_its_status(running: Running, data: bytes, status: bytes) -> None:
    if b"Connection" not in data:
        data = data.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    answer = running.raw(data)
    assert answer.split(b" ")[1] == status, answer[:200]
    assert running.ask("/health").status == 200


def test_a_slow_request_is_given_up(running: Running) -> None:
    assert b" 408 " in running.raw(b"GET / HTTP/1.1\r\nHost: a\r\n")
    head = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n"
    assert b" 408 " in running.raw(head + b"Content-Type: application/sparql-query\r\n\r\nASK")


def test_a_body_past_the_limit_is_refused_before_it_is_read(running: Running) -> None:
    kind = {"Content_Type": "application/sparql-query"}
    answer = running.ask("/sparql", "POST", b"ASK {} #" + b"x" * 30_000, **kind)
    assert answer.status == 413
    assert "20000 bytes" in answer.text
    chunks = b"".join(b"4000\r\n" + b"x" * 0x4000 + b"\r\n" for _ in range(10))
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/sparql-query\r\n\r\n"
    )
    assert b" 413 " in running.raw(head + chunks)


def test_the_log_is_one_object_a_line(running: Running) -> None:
    running.ask("/no/such/log?x=%0a%22", User_Agent='a "b"')
    (line, *_) = running.log("/no/such/log")
    assert line["status"] == 404
    assert line["client"] == "127.0.0.1"
    assert line["agent"] == 'a "b"'
    assert line["query"] == "x=%0a%22"
    assert line["time"].endswith("Z")


def test_a_query_by_post_is_in_the_log(running: Running) -> None:
    kind = {"Content_Type": "application/sparql-query"}
    # A path of its own, so that the line waited for is this request's.
    running.ask("/sparql/", "POST", b"ASK { ?s ?p 'logged' }", **kind)
    assert "logged" in running.log("/sparql/")[0]["body"]


def test_pages_are_compressed_for_those_who_take_it(running: Running) -> None:
    plain, packed = running.ask("/ontology"), running.ask("/ontology", Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text


def test_two_requests_on_one_connection_get_their_answers_in_order(running: Running) -> None:
    one = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
    last = b"GET /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    answer = running.raw(one + last)
    assert answer.index(b"alive") < answer.index(b"serving")
