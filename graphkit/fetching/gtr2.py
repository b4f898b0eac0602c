"""The GtR-2 API: lists of projects, organisations and funds, and single ones by id.

Its answers need an `Accept` of their own: plain JSON is its oldest version. A project holds its
organisations and money as links only, so these are fetched beside it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from graphkit.fetching.answers import Answer, Page, changed, count, json_object, unclear
from graphkit.fetching.folder import HarvestFolder
from graphkit.fetching.lists import PagedList
from graphkit.fetching.singles import Single, Singles
from graphkit.loaders.gtr_values import guid
from graphkit.text import slug

ACCEPT = "application/vnd.rcuk.gtr.json-v7"
KINDS = ("project", "organisation", "fund")
PAGE_SIZE = 100
_HREF = re.compile(r"/(organisations|funds)/([0-9A-Fa-f-]{36})/?(?:[?#].*)?$")
_TITLES = {
    "project": "projects",
    "organisation": "organisations",
    "fund": "awards of money",
}


def listed(api: str, kind: str, term: str = "") -> PagedList:
    """All records of a kind, or the projects that a term finds."""
    parameters = {"p": "1", "s": str(PAGE_SIZE)} | ({"q": term} if term else {})
    name = f"gtr2-{kind}s"
    if term:
        digest = hashlib.sha256(term.encode()).hexdigest()[:8]
        name = "-".join(filter(None, (name, slug(term)[:40].strip("-"), digest)))
    return PagedList(
        name=name,
        title=f"GtR-2 API: {_TITLES[kind]}" + (f" of {term!r}" if term else ""),
        format="gtr2-api",
        first=f"{api}/gtr/api/{kind}s?{urlencode(parameters, quote_via=quote)}",
        accept=ACCEPT,
        read=lambda answer: _page(answer, kind),
    )


def _page(answer: Answer, kind: str) -> Page:
    document = json_object(answer)
    records = document.get(kind)
    if isinstance(records, dict):  # a list of one, written without brackets
        records = [records]
    total, pages = count(document.get("totalSize")), count(document.get("totalPages"))
    if records is None and total == 0:
        records = []
    if odd := unclear(document.get("totalSize"), document.get("totalPages")):
        raise changed(answer, f"it announces {odd} in the place of `totalSize` or `totalPages`")
    if not isinstance(records, list) or total is None or pages is None:
        raise changed(answer, f"there is no list of `{kind}` with `totalSize` and `totalPages`")
    ids = tuple(
        (guid(record.get("id")) if isinstance(record, dict) else None) or "" for record in records
    )
    if records and not any(ids):
        raise changed(answer, f"no {kind} has an id")
    query = dict(parse_qsl(urlsplit(answer.address).query, keep_blank_values=True))
    number = count(query.get("p")) or 1
    following = urlencode(query | {"p": str(number + 1)}, quote_via=quote)
    return Page(ids, total, pages, following if number < pages else None)


def singles(api: str, kind: str, ids: Iterable[str]) -> Singles:
    """Single records of a kind."""
    wanted = [
        Single(f"{api}/gtr/api/{kind}s/{key}", f"{key}.json", f"{kind} {key}")
        for key in dict.fromkeys(ids)
        if guid(key) == key
    ]
    return Singles(
        name=f"gtr2-named-{kind}s",
        title=f"GtR-2 API: single {_TITLES[kind]}",
        format="gtr2-api",
        accept=ACCEPT,
        read=_record,
        wanted=wanted,
    )


def _record(answer: Answer, single: Single) -> tuple[str, ...]:
    key = guid(json_object(answer).get("id"))
    if key is None or key != single.what.rpartition(" ")[2]:
        raise changed(answer, "it is not the record that was asked for")
    return (key,)


def linked_ids(folder: HarvestFolder, walk: str) -> dict[str, list[str]]:
    """The organisations and funds to which a walk's projects link, by kind, each once."""
    found: dict[str, dict[str, None]] = {"organisation": {}, "fund": {}}
    for path in folder.files(walk):
        for href in _hrefs(path):
            match = _HREF.search(href)
            key = guid(match[2]) if match else None
            if match and key:
                found[match[1].removesuffix("s")][key] = None
    return {kind: sorted(keys) for kind, keys in found.items()}


def _hrefs(path: Path) -> Iterator[str]:
    document: Any = json.loads(path.read_bytes())
    records = document.get("project", document)
    for record in records if isinstance(records, list) else [records]:
        links = record.get("links") if isinstance(record, dict) else None
        rows = links.get("link") if isinstance(links, dict) else None
        for link in rows if isinstance(rows, list) else []:
            href = link.get("href") if isinstance(link, dict) else None
            if isinstance(href, str):
                yield href
