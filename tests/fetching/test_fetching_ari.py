"""`graphkit fetch ari`: questions by the API, pages of questions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from conftest import Answer, Graph
from harvest_reading import BASE, files, manifest, triples
from upstream_server import Server

from graphkit.build.pipeline import sample_folder

Fetch = Callable[..., Answer]


def test_answers_are_stored_as_they_were_served_with_address_time_hash_and_licence(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    assert fetch("ari").code == 0
    stored = files(harvest)
    assert list(stored) == [f"questions/0000{n}.json" for n in (1, 2, 3)]
    first = "/api/questions?order_by=dateUpdated"
    addresses = [first, f"{first}&page=2", f"{first}&page=3"]
    assert list(stored.values()) == [
        upstream.upstream.reply(address, {}, None).body for address in addresses
    ]
    for (name, entry), address in zip(manifest(harvest).items(), addresses, strict=True):
        assert entry["address"] == upstream.url + address
        assert entry["sha256"] == hashlib.sha256(stored[name]).hexdigest()
        assert entry["status"] == 200
        assert "open-government-licence" in str(entry["licence"])
        assert str(entry["retrieved"]).endswith("Z")


def test_a_build_of_the_fetched_questions_says_what_a_build_of_the_sample_says(
    fetch: Fetch, harvest: Path, built: Callable[..., Graph]
) -> None:
    fetch("ari")
    direct = built(sample_folder() / "ari" / "questions.json", into="direct")
    fetched = built(harvest, into="fetched")
    assert triples(fetched) == triples(direct)
    assert not fetched.rejects()
    assert not fetched.report()["skipped"]


def test_the_graph_says_when_and_where_each_answer_was_fetched(
    fetch: Fetch, harvest: Path, built: Callable[..., Graph]
) -> None:
    fetch("ari")
    sources = built(harvest).snapshot.manifest.sources
    noted = manifest(harvest).values()
    assert sorted((s.address, s.retrieved, s.sha256) for s in sources) == sorted(
        (entry["address"], entry["retrieved"], entry["sha256"]) for entry in noted
    )


def test_what_was_finished_is_asked_again_only_whether_it_still_holds(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    fetch("ari", "--pages")
    before, noted = files(harvest), manifest(harvest)
    upstream.log.clear()
    answer = fetch("ari", "--pages")
    assert answer.code == 0
    assert {status for status, path in upstream.log if path != "/robots.txt"} == {304}
    assert len(upstream.asked()) == 3 + 27
    assert files(harvest) == before
    assert "27 unchanged" in answer.err
    again = manifest(harvest)
    assert [entry["retrieved"] for entry in again.values()] == [
        entry["retrieved"] for entry in noted.values()
    ]


def test_what_has_changed_at_the_source_is_replaced(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    fetch("ari")
    before = files(harvest)
    upstream.upstream.questions[15]["question"] = "What is new?"
    answer = fetch("ari")
    after = files(harvest)
    assert [name for name in before if before[name] != after[name]] == ["questions/00002.json"]
    assert "1 changed, 2 unchanged" in answer.err


def test_pages_that_the_list_no_longer_has_are_put_aside(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    fetch("ari")
    del upstream.upstream.questions[15:]
    assert fetch("ari").code == 0
    assert list(files(harvest)) == ["questions/00001.json", "questions/00002.json"]
    assert (harvest / ".fetching/earlier/questions/00003.json").is_file()


def test_pages_of_all_questions_tell_what_the_api_does_not(
    fetch: Fetch, harvest: Path, built: Callable[..., Graph]
) -> None:
    assert fetch("ari", "--pages").code == 0
    assert "pages/question-16604.html" in files(harvest)
    graph = built(harvest)
    explained = graph.column(
        f"SELECT ?a {{ ?a gk:explanation ?why ; gk:assessesQuestion <{BASE}id/question/16604> }}"
    )
    assert len(explained) == 4


def test_pages_of_given_questions_alone_can_be_fetched(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    assert fetch("ari", "--id", "16604", "--id", "9000412").code == 0
    assert upstream.asked("/aris/") == ["/aris/16604", "/aris/9000412"]


def test_the_number_of_a_question_cannot_be_a_path(fetch: Fetch, upstream: Server) -> None:
    answer = fetch("ari", "--id", "../../etc/passwd")
    assert answer.code == 2
    assert "is no number of a question" in answer.err
    assert not upstream.asked()


def test_a_page_that_is_gone_is_counted_and_put_aside(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    fetch("ari", "--id", "16604", "--id", "9000412")
    upstream.upstream.questions = [
        question for question in upstream.upstream.questions if question["questionId"] != 9000412
    ]
    answer = fetch("ari", "--id", "16604", "--id", "9000412")
    assert answer.code == 0
    assert "not there (any more): question 9000412" in answer.err
    assert "pages/question-9000412.html" not in files(harvest)
    assert (harvest / ".fetching/earlier/pages/question-9000412.html").is_file()


def test_one_page_that_is_broken_keeps_no_other_back_and_is_asked_for_again(
    fetch: Fetch, upstream: Server, troubled: Callable[..., None], harvest: Path
) -> None:
    troubled("500", part="/aris/9000412")
    answer = fetch("ari", "--pages")
    assert answer.code == 1
    assert "question 9000412" in answer.err
    assert "HTTP 500" in answer.err
    assert len(files(harvest)) == 3 + 26
    upstream.troubles.troubles.clear()
    upstream.log.clear()
    assert fetch("ari", "--pages").code == 0
    assert upstream.asked("/aris/") == ["/aris/9000412"]


def test_a_source_that_is_down_ends_the_pages_soon(
    fetch: Fetch, upstream: Server, troubled: Callable[..., None]
) -> None:
    troubled("500", part="/aris/")
    assert fetch("ari", "--pages").code == 3
    assert len(set(upstream.asked("/aris/"))) == 3


def test_what_is_no_question_page_is_kept_apart(
    fetch: Fetch, upstream: Server, troubled: Callable[..., None], harvest: Path
) -> None:
    troubled("html", part="/aris/9000412")
    answer = fetch("ari", "--pages")
    assert answer.code == 1
    assert "is no question page that graphkit can read" in answer.err
    kept = harvest / ".fetching/refused/pages/question-9000412.html"
    assert b"maintenance" in kept.read_bytes()


def test_questions_since_a_day_end_at_the_first_page_that_is_older(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    upstream.upstream.dated()
    day = str(upstream.upstream.questions[4]["dateUpdated"])[:10]
    answer = fetch("ari", "--since", day)
    assert answer.code == 0
    assert len(upstream.asked("/api/questions")) == 2
    assert list(files(harvest)) == [f"questions-since-{day}/0000{n}.json" for n in (1, 2)]


def test_a_list_that_is_not_newest_first_is_read_to_its_end(fetch: Fetch, upstream: Server) -> None:
    upstream.upstream.dated().questions.reverse()
    assert fetch("ari", "--since", "2026-06-20").code == 0
    assert len(upstream.asked("/api/questions")) == 3


def test_a_day_that_is_none_is_refused(fetch: Fetch) -> None:
    answer = fetch("ari", "--since", "last week")
    assert answer.code == 2
    assert "--since last week: is no day; such as 2026-07-01" in answer.err


def test_a_dry_run_says_how_many_requests_and_how_long_and_stores_nothing(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    answer = fetch("ari", "--pages", "--dry-run", "--rate", "0.5")
    assert answer.code == 0
    assert "questions: 3 requests for 27 records, about 6 s" in answer.err
    assert "pages: 27 requests for 27 records, about 54 s" in answer.err
    assert (
        "in all 30 requests, about 60 s; nothing was stored (2 requests to find out)" in answer.err
    )
    assert upstream.asked() == ["/api/questions?order_by=dateUpdated"]
    assert not harvest.exists()
