"""The ARI database: its API of questions, and the page of each question.

The API has no funders of related projects and no explanations; the pages have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from graphkit.errors import InputError, UsageError
from graphkit.fetching.answers import (
    Answer,
    GarbledError,
    Page,
    changed,
    count,
    json_object,
    next_query,
    shown,
    unclear,
)
from graphkit.fetching.folder import HarvestFolder
from graphkit.fetching.lists import PagedList
from graphkit.fetching.singles import Single, Singles
from graphkit.loaders.ari_page import recognises

HOME = "https://ari.org.uk"
QUESTIONS = "questions"
_ID = re.compile(r"[1-9][0-9]{0,11}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def questions(api: str, since: date | None = None) -> PagedList:
    """All questions, or those updated since a day: the list is ordered by that.

    With `since`, the walk ends after the first page on which every question was updated
    before, if the list is newest first; the API does not say which way it is ordered.
    """
    name = QUESTIONS if since is None else f"{QUESTIONS}-since-{since.isoformat()}"
    return PagedList(
        name=name,
        title="Areas of Research Interest: questions",
        format="ari-api",
        first=f"{api}/api/questions?order_by=dateUpdated",
        accept="application/json",
        read=lambda answer: _page(answer, since),
        part=since is not None,
    )


def _page(answer: Answer, since: date | None) -> Page:
    document = json_object(answer)
    data, meta = document.get("data"), document.get("meta")
    pagination = meta.get("pagination") if isinstance(meta, dict) else None
    if not isinstance(data, list):
        raise changed(answer, "there is no list of questions under `data`")
    if not isinstance(pagination, dict):
        raise changed(answer, "there are no page numbers under `meta.pagination`")
    ids = tuple(_key(record) for record in data)
    if data and not any(ids):
        raise changed(answer, "no question has a `questionId`")
    links = pagination.get("links")
    link = links.get("next") if isinstance(links, dict) else None
    return Page(
        ids=ids,
        total=count(pagination.get("total")),
        pages=count(pagination.get("total_pages")),
        next=next_query(link, answer),
        unclear=unclear(pagination.get("total")),
        enough=since is not None and _all_before(data, since),
    )


def _key(record: object) -> str:
    value = record.get("questionId") if isinstance(record, dict) else None
    text = str(value).strip() if isinstance(value, int | str) else ""
    return text if _ID.fullmatch(text) else ""


def _all_before(data: list[object], since: date) -> bool:
    """Whether a page is newest first and ends before a day."""
    days = []
    for record in data:
        value = record.get("dateUpdated") if isinstance(record, dict) else None
        match = _DAY.match(value) if isinstance(value, str) else None
        if match is None:
            return False
        days.append(match[0])
    return bool(days) and days == sorted(days, reverse=True) and days[0] < since.isoformat()


def pages(api: str, ids: Iterable[str]) -> Singles:
    """The pages of questions. Raises UsageError for what is no number of a question."""
    wanted = []
    for key in dict.fromkeys(ids):
        if not _ID.fullmatch(key):
            raise UsageError(f"{key[:80]!r} is no number of a question", hint="such as 16604")
        address = f"{api}/aris/{key}"
        wanted.append(Single(address, f"question-{key}.html", f"question {key}"))
    return Singles(
        name="pages",
        title="Areas of Research Interest: pages of questions",
        format="ari-page",
        accept="text/html, text/plain;q=0.9",
        read=_question_page,
        wanted=wanted,
        most=8 << 20,
    )


def _question_page(answer: Answer, single: Single) -> tuple[str, ...]:
    if b"<html" in answer.body[:4096].lower() and b"</html" not in answer.body[-4096:].lower():
        raise GarbledError("answers with a page that is cut")
    if not recognises(answer.body):
        raise InputError(f"{shown(answer.address)} is no question page that graphkit can read")
    return (single.what.rpartition(" ")[2],)


def listed_ids(folder: HarvestFolder, walk: str) -> list[str]:
    """The numbers of the questions that a walk over the API has found, ascending."""
    journal = folder.journal(walk)
    keys = {key for got in journal.got.values() for key in got.ids if key}
    return sorted(keys, key=int)
