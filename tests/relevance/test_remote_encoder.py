"""Vectors from a server are whole, of one width and in the order of their texts, or an error."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from relevance.chat_server import (
    WIDTH,
    ChatServer,
    Request,
    busy,
    chat_server,
    cut_off,
    embeds,
    half_body,
    huge,
    raw,
    refuses,
    unused_port,
    vector,
)

from graphkit.errors import GraphkitError, UnreachableError, UsageError
from graphkit.relevance.encoders.remote import RemoteEncoder
from graphkit.relevance.model_server import Patience

QUICK = Patience(connect=1, answer=2, tries=3, first_pause=0.01, longest_pause=0.02, waiting=1)
TEXTS = [f"text {number}" for number in range(10)]


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        running.usual = embeds()
        yield running


@pytest.fixture
def encoder(server: ChatServer) -> Iterator[RemoteEncoder]:
    encoder = RemoteEncoder(server.url, "m", batch=4, patience=QUICK)
    yield encoder
    encoder.close()


def unit(text: str) -> list[float]:
    length = math.hypot(*vector(text))
    return [value / length for value in vector(text)]


def test_vectors_come_in_the_order_of_the_texts_with_length_one(
    server: ChatServer, encoder: RemoteEncoder
) -> None:
    server.usual = embeds(lambda items: items[::-1])
    found = encoder.encode(TEXTS)
    assert found.dtype == np.float32
    assert found.shape == (10, WIDTH)
    assert np.allclose(found, [unit(text) for text in TEXTS], atol=1e-6)
    assert [len(request.body["input"]) for request in server.requests] == [4, 4, 2]
    assert server.requests[0].path == "/v1/embeddings"
    assert server.requests[0].body["model"] == "m"


def test_a_server_that_gives_no_indexes_is_taken_in_its_order(
    server: ChatServer, encoder: RemoteEncoder
) -> None:
    server.usual = embeds(lambda items: [{"embedding": item["embedding"]} for item in items])
    assert np.allclose(encoder.encode(TEXTS), [unit(text) for text in TEXTS], atol=1e-6)


def test_the_width_is_found_by_asking_once(server: ChatServer, encoder: RemoteEncoder) -> None:
    assert encoder.width == WIDTH
    assert encoder.width == WIDTH
    assert len(server.requests) == 1
    assert encoder.encode([]).shape == (0, WIDTH)
    assert len(server.requests) == 1


def test_the_width_is_known_after_the_first_texts(
    server: ChatServer, encoder: RemoteEncoder
) -> None:
    encoder.encode(TEXTS[:2])
    assert encoder.width == WIDTH
    assert len(server.requests) == 1


def test_the_digest_tells_models_addresses_and_cuts_apart() -> None:
    made = [
        RemoteEncoder("http://a/v1", "m"),
        RemoteEncoder("http://a/v1", "n"),
        RemoteEncoder("http://b/v1", "m"),
        RemoteEncoder("http://a/v2", "m"),
        RemoteEncoder("http://a/v1", "m", longest=100),
    ]
    digests = {encoder.digest for encoder in made}
    assert len(digests) == len(made)
    assert all(len(digest) == 64 for digest in digests)
    assert RemoteEncoder("http://a/v1/embeddings", "m").digest == made[0].digest


def test_a_long_text_is_cut(server: ChatServer) -> None:
    encoder = RemoteEncoder(server.url, "m", longest=5, patience=QUICK)
    encoder.encode(["x" * 100])
    encoder.close()
    assert server.requests[0].body["input"] == ["xxxxx"]


@pytest.mark.parametrize("trouble", [busy("0.02"), half_body(), cut_off(), refuses(503, "loading")])
def test_a_failure_that_passes_costs_no_vector(
    server: ChatServer, encoder: RemoteEncoder, trouble: Any
) -> None:
    server.script(trouble, trouble)
    assert encoder.encode(TEXTS).shape == (10, WIDTH)


def with_vector(value: object) -> Any:
    """The second vector of each answer is this instead."""
    return embeds(lambda items: [items[0], {**items[1], "embedding": value}, *items[2:]])


WRONG = {
    "too few": (embeds(lambda items: items[1:]), "3 vectors"),
    "too many": (embeds(lambda items: [*items, items[0]]), "5 vectors"),
    "none": (raw(b"{}"), "0 vectors"),
    "no list": (raw(b'{"data": {}}'), "0 vectors"),
    "an index twice": (embeds(lambda items: [items[0], *items[:3]]), "indexes are not those"),
    "an index outside": (
        embeds(lambda items: [*items[:3], {**items[3], "index": 9}]),
        "indexes are not those",
    ),
    "another width": (with_vector([1.0, 2.0]), "vectors of unlike widths (2 and 4)"),
    "no vector": (with_vector(None), "vectors of unlike widths (0 and 4)"),
    "text": (with_vector("AAAA"), "vectors of unlike widths (0 and 4)"),
    "words": (with_vector(["a", "b", "c", "d"]), "no lists of numbers"),
    "a list in it": (with_vector([1.0, [2.0], 3.0, 4.0]), "no lists of numbers"),
    "NaN": (with_vector([1.0, math.nan, 1.0, 1.0]), "no finite numbers"),
    "infinity": (with_vector([1.0, math.inf, 1.0, 1.0]), "no finite numbers"),
    "nothing for a number": (with_vector([1.0, None, 1.0, 1.0]), "no finite numbers"),
    "zeros": (with_vector([0.0, 0.0, 0.0, 0.0]), "vectors of zeros"),
    "all empty": (
        embeds(lambda items: [{**item, "embedding": []} for item in items]),
        "no lists of numbers",
    ),
}


@pytest.mark.parametrize(("behaviour", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_answer_names_server_model_and_batch(
    server: ChatServer, encoder: RemoteEncoder, behaviour: Any, said: str
) -> None:
    server.script(embeds(), behaviour)
    with pytest.raises(UsageError) as caught:
        encoder.encode(TEXTS)
    message = str(caught.value)
    assert message.startswith(f"{server.url}/embeddings answers ")
    assert said in message
    assert "for texts 5 to 8 (model m); see that" in message


def test_a_width_that_changes_between_requests_is_an_error(
    server: ChatServer, encoder: RemoteEncoder
) -> None:
    encoder.encode(TEXTS[:4])
    server.usual = embeds(lambda items: [{**item, "embedding": [1, 2, 3]} for item in items])
    with pytest.raises(UsageError, match=r"unlike widths \(3 and 4\) for text 1 "):
        encoder.encode(["one"])


def test_very_large_and_very_small_values_keep_their_direction(
    server: ChatServer, encoder: RemoteEncoder
) -> None:
    big, small = [3e300, 4e300, 0, 0], [3e-300, 4e-300, 0, 0]
    server.usual = embeds(
        lambda items: [
            {**item, "embedding": v} for item, v in zip(items, (big, small), strict=True)
        ]
    )
    assert np.allclose(encoder.encode(["big", "small"]), [[0.6, 0.8, 0, 0]] * 2)


@pytest.mark.parametrize("empty", ["", "  \n"])
def test_an_empty_text_is_refused_before_anything_is_sent(
    server: ChatServer, encoder: RemoteEncoder, empty: str
) -> None:
    with pytest.raises(UsageError, match="text 2 of 2 is empty"):
        encoder.encode(["one", empty])
    assert server.requests == []


def test_a_batch_that_is_refused_as_too_many_is_halved_for_good(
    server: ChatServer, encoder: RemoteEncoder
) -> None:
    def at_most_two(request: Request) -> None:
        many = len(request.body["input"]) > 2
        (refuses(413, "batch too large") if many else embeds())(request)

    server.usual = at_most_two
    assert np.allclose(encoder.encode(TEXTS), [unit(text) for text in TEXTS], atol=1e-6)
    assert [len(request.body["input"]) for request in server.requests] == [4, 2, 2, 2, 2, 2]


def test_a_single_text_that_is_refused_is_an_error_with_the_servers_words(
    server: ChatServer, encoder: RemoteEncoder
) -> None:
    server.usual = refuses(400, "not a model for embeddings")
    with pytest.raises(UsageError, match="not a model for embeddings"):
        encoder.encode(TEXTS)
    assert len(server.requests) == 3


def test_an_answer_too_large_to_be_vectors_is_not_read(server: ChatServer) -> None:
    server.usual = huge(2_000_000)
    encoder = RemoteEncoder(server.url, "m", patience=QUICK, max_bytes=1_000_000)
    with pytest.raises(UsageError, match="more than 1,000,000 bytes"):
        encoder.encode(["one"])
    encoder.close()


def test_a_server_that_is_not_there_has_exit_code_3() -> None:
    encoder = RemoteEncoder(f"http://127.0.0.1:{unused_port()}/v1", "m", patience=QUICK)
    with pytest.raises(UnreachableError):
        _ = encoder.width
    encoder.close()


@pytest.mark.parametrize("answer", [[], {"data": [3]}, {"data": [{}]}, {"error": "x"}])
def test_answers_in_other_shapes_are_errors_and_no_crash(
    server: ChatServer, encoder: RemoteEncoder, answer: object
) -> None:
    server.usual = raw(json.dumps(answer).encode())
    with pytest.raises(GraphkitError):
        encoder.encode(["one"])
