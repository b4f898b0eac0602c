"""Whatever a server answers, a reader says what is wrong with it, or reads it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import InputError
from graphkit.fetching import ari, gtr2, gtr_portal, ror
from graphkit.fetching.answers import Answer, GarbledError, Page
from graphkit.fetching.gtr_portal import Search
from graphkit.fetching.singles import Single

NAMES = (
    *("data", "meta", "pagination", "links", "next", "total", "total_pages", "questionId"),
    *("dateUpdated", "facetedSearchResultBean", "results", "totalResults", "projectComposition"),
    *("projectOverview", "project", "id", "fund", "funder", "name", "start", "totalSize"),
    *("totalPages", "hits", "files", "self", "checksum", "size"),
)
GUID = "3D77D6D5-EB60-4012-8DF4-0692C35075F2"
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from([GUID, "16604", "http://x/?page=2", "http://[", "2026-01-01", "\ud800"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    ),
    max_leaves=12,
)
ARI: dict[str, Any] = {
    "data": [{"questionId": 1, "dateUpdated": "2026-01-01"}],
    "meta": {"pagination": {"total": 1, "total_pages": 1, "links": {"next": "http://x/?page=2"}}},
}
PORTAL: dict[str, Any] = {
    "facetedSearchResultBean": {
        "totalResults": 1,
        "results": [
            {"projectComposition": {"project": {"id": GUID, "fund": {"start": 1, "funder": {}}}}}
        ],
    }
}
SECOND: dict[str, Any] = {"totalPages": 1, "totalSize": 1, "project": [{"id": GUID}]}
ZENODO: dict[str, Any] = {
    "hits": {"hits": [{"files": [{"links": {"self": "https://zenodo.org/a"}, "size": 1}]}]}
}
API = "https://zenodo.org"
READERS = {
    "ari": (ARI, ari.questions(API, date(2026, 1, 1)).read),
    "portal": (PORTAL, gtr_portal.search(API, Search(since=date(2026, 1, 1))).read),
    "funder": (PORTAL, gtr_portal.search(API, Search(funder="ESRC")).read),
    "gtr2": (SECOND, gtr2.listed(API, "project").read),
    "ror": (ZENODO, ror._newest(API)),
}


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every part of a value."""
    if not isinstance(value, dict | list):
        return [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(way for name, part in inner for way in paths(part, (*path, name)))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    """A value with another part in one place."""
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], by)
    return copy


def answer(body: bytes) -> Answer:
    """An answer as it comes."""
    return Answer(f"{API}/api?page=1&p=1", 200, body, {"content-type": "application/json"})


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_an_answer_with_anything_in_any_place_is_read_or_refused(
    name: str, data: st.DataObject
) -> None:
    whole, read = READERS[name]
    changed = replaced(whole, data.draw(st.sampled_from(paths(whole))), data.draw(VALUES))
    with suppress(InputError, GarbledError):
        page = read(answer(json.dumps(changed).encode()))
        if isinstance(page, Page):
            assert all(isinstance(key, str) for key in page.ids)
            assert page.next is None or page.next.isascii()


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b"\xff\xfe", b"[" * 9999, b"1e999"])
def test_what_is_no_object_is_refused(name: str, body: bytes) -> None:
    with pytest.raises((InputError, GarbledError)):
        READERS[name][1](answer(body))


def test_a_page_that_is_cut_is_worth_another_try() -> None:
    page = b"<!DOCTYPE html><html><body><h2>Related UKRI funded projects</h2>"
    [single] = ari.pages(API, ["16604"]).wanted
    with pytest.raises(GarbledError):
        ari.pages(API, ["16604"]).read(answer(page), single)


def test_a_record_that_was_not_asked_for_is_refused() -> None:
    single = Single("x", "y", f"project {GUID}")
    with pytest.raises(InputError, match="not the record that was asked for"):
        gtr2.singles(API, "project", [GUID]).read(answer(b'{"id": "other"}'), single)


def test_the_latest_dump_cannot_be_on_another_server() -> None:
    value = replaced(ZENODO, ("hits", "hits", 0, "files", 0, "links", "self"), "https://evil.org/a")
    with pytest.raises(InputError, match="on another server"):
        ror._newest(API)(answer(json.dumps(value).encode()))
