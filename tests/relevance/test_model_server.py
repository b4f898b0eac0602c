"""A model server is tried with patience, never trusted, and its failures are said in one line."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest
from relevance.chat_server import (
    Behaviour,
    ChatServer,
    busy,
    chat_server,
    cut_off,
    dripping,
    half_body,
    half_json,
    huge,
    raw,
    redirects,
    refuses,
    says,
    slow,
    unused_port,
)

from graphkit.errors import GraphkitError, UnreachableError, UsageError
from graphkit.relevance.model_server import ModelServer, Patience

QUICK = Patience(connect=1, answer=2, tries=3, first_pause=0.01, longest_pause=0.02, waiting=0.5)
SECRET = "sk-s3cret-key"
FINE = says("fine")


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        running.usual = FINE
        yield running


def ask(server: ChatServer, patience: Patience = QUICK, key: str = "", **options: object) -> str:
    """The model's words, by one request."""
    environment = {"GRAPHKIT_API_KEY": key}
    client = ModelServer(
        server.url, "chat/completions", patience=patience, environment=environment, **options
    )
    try:
        return client.post({"question": "é"})["choices"][0]["message"]["content"]
    finally:
        client.close()


def failure(server: ChatServer, patience: Patience = QUICK, **options: object) -> GraphkitError:
    with pytest.raises(GraphkitError) as caught:
        ask(server, patience, **options)
    return caught.value


def test_the_key_goes_out_as_a_bearer_token_and_without_one_none_goes_out(
    server: ChatServer,
) -> None:
    ask(server, key=SECRET)
    ask(server)
    first, second = server.requests
    assert first.headers["authorization"] == f"Bearer {SECRET}"
    assert "authorization" not in second.headers
    assert first.body == {"question": "é"}


@pytest.mark.parametrize(
    "passing",
    [
        half_body(),
        half_json(),
        cut_off(),
        refuses(500, "out of memory"),
        refuses(503, "loading"),
        refuses(408, "too slow"),
        raw(b"<html>busy</html>", 502, "text/html"),
        raw(b"\xff\xfe", kind="text/plain"),
        raw(b"[]"),
        raw(b"[" * 100_000),
    ],
    ids=lambda _: "passing",
)
def test_a_failure_that_may_pass_is_tried_again(server: ChatServer, passing: Behaviour) -> None:
    server.script(passing, passing)
    assert ask(server) == "fine"
    assert len(server.requests) == 3


def test_pauses_double_up_to_the_longest(server: ChatServer) -> None:
    server.script(*[refuses(500, "no")] * 4)
    pauses: list[float] = []
    patience = Patience(tries=5, first_pause=1, longest_pause=3, waiting=100)
    assert ask(server, patience, sleep=pauses.append) == "fine"
    assert pauses == [1, 2, 3, 3]


def test_the_sum_of_pauses_has_an_end(server: ChatServer) -> None:
    server.usual = refuses(500, "no")
    pauses: list[float] = []
    patience = Patience(tries=50, first_pause=1, longest_pause=4, waiting=8)
    failed = failure(server, patience, sleep=pauses.append)
    assert isinstance(failed, UnreachableError)
    assert pauses == [1, 2, 4]
    assert str(failed) == (
        f"{server.url}/chat/completions answers HTTP 500 (no) (tried 4 times in 7 s); "
        "try again later"
    )


def test_the_pause_that_the_server_asks_for_in_seconds_is_waited_out(server: ChatServer) -> None:
    server.script(busy("7"), busy("9"))
    pauses: list[float] = []
    patience = Patience(tries=1, waiting=20)  # a pause that was asked for costs no try
    assert ask(server, patience, sleep=pauses.append) == "fine"
    assert pauses == [pytest.approx(7, abs=0.5), pytest.approx(9, abs=2.5)]


def test_the_pause_that_the_server_asks_for_as_a_date_is_waited_out(server: ChatServer) -> None:
    server.script(busy(formatdate(time.time() + 8, usegmt=True)))
    pauses: list[float] = []
    assert ask(server, Patience(), sleep=pauses.append) == "fine"
    assert pauses == [pytest.approx(8, abs=1.5)]


def test_a_pause_longer_than_the_patience_ends_the_request_at_once(server: ChatServer) -> None:
    server.usual = busy("86400")
    failed = failure(server, Patience(waiting=60))
    assert failed.exit_code == 3
    assert "asks to wait 86,400 s" in str(failed)
    assert len(server.requests) == 1


@pytest.mark.parametrize("nonsense", ["soon", "-5", "nan", "Thu, 99 Foo 1970", "inf"])
def test_a_pause_that_is_no_pause_counts_as_none(server: ChatServer, nonsense: str) -> None:
    server.script(busy(nonsense))
    pauses: list[float] = []
    assert ask(server, Patience(first_pause=2), sleep=pauses.append) == "fine"
    assert pauses == [2]


def test_other_threads_wait_too_where_the_server_asks_for_a_pause(server: ChatServer) -> None:
    server.script(busy("0.15"))
    client = ModelServer(server.url, "chat/completions", patience=QUICK, environment={})
    threads = [threading.Thread(target=client.post, args=({},)) for _ in range(2)]
    started = time.monotonic()
    threads[0].start()
    while not server.requests:
        time.sleep(0.005)
    time.sleep(0.03)  # until the client has read the answer
    threads[1].start()
    time.sleep(0.03)
    early = len(server.requests)
    for thread in threads:
        thread.join()
    client.close()
    assert early == 1
    assert time.monotonic() - started >= 0.15


@pytest.mark.parametrize("late", [slow(0.3, FINE), dripping(1)], ids=["silent", "dripping"])
def test_an_answer_that_takes_too_long_is_given_up(server: ChatServer, late: Behaviour) -> None:
    server.usual = late
    failed = failure(server, Patience(answer=0.1, tries=2, first_pause=0.01))
    assert isinstance(failed, UnreachableError)
    assert "does not answer in time (tried 2 times" in str(failed)


def test_a_server_that_is_not_there_is_named_with_exit_code_3() -> None:
    url = f"http://127.0.0.1:{unused_port()}/v1"
    client = ModelServer(url, "embeddings", patience=QUICK, environment={})
    with pytest.raises(UnreachableError) as caught:
        client.post({})
    assert str(caught.value).startswith(
        f"{url}/embeddings cannot be reached (tried 3 times in less than a second)"
    )
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (400, "no such field", "refuses the request (HTTP 400: no such field)"),
        (401, "who are you", "refuses access (HTTP 401: who are you); set GRAPHKIT_API_KEY"),
        (403, "not you", "refuses access (HTTP 403: not you); set GRAPHKIT_API_KEY"),
        (404, "no model x", "is not there, or has no such model (HTTP 404: no model x); the"),
        (422, "\x1b[31mred\n" + "x" * 900, "HTTP 422: \ufffd[31mred xxx"),
    ],
)
def test_a_refusal_is_final_and_repeats_the_servers_words(
    server: ChatServer, status: int, message: str, expected: str
) -> None:
    server.usual = refuses(status, message)
    failed = failure(server)
    assert isinstance(failed, UsageError)
    assert expected in str(failed)
    assert len(str(failed)) < 600
    assert str(failed).isprintable() or "\ufffd" in str(failed)
    assert len(server.requests) == 1


def test_no_message_holds_the_key(server: ChatServer) -> None:
    for status in (401, 422, 500):
        server.usual = refuses(status, f"Incorrect API key provided: {SECRET}")
        failed = failure(server, key=SECRET)
        assert "Incorrect API key provided: …" in str(failed)
        assert SECRET not in repr(failed)
    for odd in ("sk-a\nb", "sk-\u2026", "sk a"):
        assert odd not in str(failure(server, key=odd))


def test_a_redirection_is_named_and_not_followed(server: ChatServer) -> None:
    target = f"{server.url}/elsewhere"
    server.script(redirects(f"{target}?key=s3cret"))
    failed = failure(server, key=SECRET)
    assert isinstance(failed, UsageError)
    assert f"sends on to another address (HTTP 307); give {target} itself" in str(failed)
    assert "s3cret" not in str(failed)
    assert len(server.requests) == 1


def test_a_huge_answer_is_not_read_to_its_end(server: ChatServer) -> None:
    server.usual = huge(3_000_000)
    failed = failure(server, max_bytes=1_000_000)
    assert "answers with more than 1,000,000 bytes" in str(failed)
    assert len(server.requests) == 1


def test_a_web_page_is_no_api(server: ChatServer) -> None:
    server.usual = raw(b"<html>Log in</html>", kind="text/html; charset=utf-8")
    failed = failure(server)
    assert isinstance(failed, UsageError)
    assert "answers with a web page, not with JSON; is it the address" in str(failed)


def test_an_encrypted_connection_to_a_server_without_one_is_explained(server: ChatServer) -> None:
    url = server.url.replace("http", "https")
    client = ModelServer(url, "embeddings", patience=QUICK, environment={})
    with pytest.raises(UsageError, match=r"no trusted connection: .*begins with http://"):
        client.post({})


def test_json_of_another_content_type_is_json(server: ChatServer) -> None:
    answer = {"choices": [{"message": {"content": "fine"}}]}
    server.usual = raw(json.dumps(answer).encode(), kind="text/plain")
    assert ask(server) == "fine"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h:1", "http://h:1/v1/chat/completions"),
        ("http://h:1/v1/", "http://h:1/v1/chat/completions"),
        (" https://h/api/v3 ", "https://h/api/v3/chat/completions"),
        ("http://h/v1/chat/completions", "http://h/v1/chat/completions"),
        ("https://h/dep?api-version=2&key=s3cret", "https://h/dep/chat/completions"),
    ],
)
def test_the_endpoint_follows_from_the_base_address(url: str, expected: str) -> None:
    assert ModelServer(url, "chat/completions", environment={}).address == expected


def test_what_follows_the_question_mark_is_sent(server: ChatServer) -> None:
    client = ModelServer(f"{server.url}?api-version=2", "chat/completions", environment={})
    client.post({})
    client.close()
    assert server.requests[0].path == "/v1/chat/completions?api-version=2"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:11434/v1",
        "ftp://h/v1",
        "http://",
        "http://h:99999/v1",
        "http://[::1/v1",
        "http://h/v1\nHost: x",
        "http://h/a b",
        "http://h/é",
        "http://user:s3cret@h/v1",
    ],
)
def test_an_address_that_cannot_be_one_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        ModelServer(url, "chat/completions", environment={})
    assert "s3cret" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("url", ["http://-/v1", "http://" + "a" * 70 + "/v1", "http://a..b/v1"])
def test_a_name_that_no_server_has_ends_in_a_message(url: str) -> None:
    client = ModelServer(url, "embeddings", patience=QUICK, environment={})
    with pytest.raises(GraphkitError):
        client.post({})


def test_a_key_that_would_travel_in_clear_is_noticed() -> None:
    def in_clear(url: str, key: str = SECRET) -> bool:
        return ModelServer(url, "embeddings", environment={"GRAPHKIT_API_KEY": key}).key_in_clear

    assert in_clear("http://models.example/v1")
    assert not in_clear("https://models.example/v1")
    assert not in_clear("http://localhost:1/v1")
    assert not in_clear("http://models.example/v1", "")
