"""What a server answered, and what of a list's page a walk over it needs to know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from graphkit.errors import InputError
from graphkit.loaders.reading import parse_json
from graphkit.text import printable

_NEXT = re.compile(r"<([^<>\s]{1,4000})>\s*;[^<>]*?\brel\s*=\s*\"?next\b", re.IGNORECASE)
_QUERY = re.compile(r"[!-~]{1,4000}")


@dataclass(frozen=True)
class Answer:
    """An answer in whole, to the address that was asked, wherever that led.

    `headers` have names in small letters; `body` is decompressed.
    """

    address: str
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        """The media type, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Page:
    """A page of a list: the keys of its records ("" for one without), and what it announces.

    `total` and `pages` are records and pages in all; `next` is the query of the next page's
    address, None at the end. `enough` tells that what follows is older than what is wanted.
    `unclear` is what a page announces in the place of a number of records, if it is none.
    """

    ids: tuple[str, ...]
    total: int | None = None
    pages: int | None = None
    next: str | None = None
    enough: bool = False
    unclear: str = ""


class GarbledError(Exception):
    """An answer that is not what it says it is: worth another try."""


def shown(url: str) -> str:
    """An address as messages name it.

    >>> shown("https://example.org/api?page=2\\x07")
    'https://example.org/api?page=2\ufffd'
    """
    text = printable(url)
    return text if len(text) <= 200 else text[:199] + "…"


def json_object(answer: Answer) -> dict[str, Any]:
    """An answer read as a JSON object.

    Raises GarbledError where it is no whole JSON, InputError where it is no object.
    """
    try:
        value = parse_json(answer.body)
    except ValueError as error:
        kind = answer.media_type or "something without a media type"
        if "json" in kind:
            raise GarbledError(f"answers with JSON that is cut or damaged ({error})") from None
        raise GarbledError(f"answers with {printable(kind)[:60]} where JSON should be") from None
    if not isinstance(value, dict):
        raise changed(answer, "it is no JSON object")
    return value


def changed(answer: Answer, what: str) -> InputError:
    """The error for an answer of another form than the known one."""
    return InputError(
        f"{shown(answer.address)} answers in another form than it used to: {what}",
        hint="it was not stored among the files; see whether a newer graphkit reads it",
    )


def count(value: object) -> int | None:
    """A number of records or pages, None where it is none: no list has a thousand million.

    >>> count(3050), count("43733"), count(27.0), count(True), count(-1), count(10**9)
    (3050, 43733, 27, None, None, None)
    """
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,10}", value.strip(), re.ASCII):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        return None
    return value


def unclear(*values: object) -> str:
    """What stands where a number should, as a message shows it; empty where all is well.

    >>> unclear(3050, None), unclear(3050, -5), unclear("many")
    ('', '-5', "'many'")
    """
    for value in values:
        if value is not None and count(value) is None:
            return printable(repr(value) if isinstance(value, str) else str(value))[:40]
    return ""


def next_query(link: object, answer: Answer) -> str | None:
    """The query of a link to the next page: hosts in links vary, so nothing else of it is used.

    >>> next_query("https://ari.org.uk/api/questions?page=2", Answer("x", 200))
    'page=2'
    """
    if link is None or link == "":
        return None
    query = ""
    if isinstance(link, str):
        try:
            query = urlsplit(link.strip()).query
        except ValueError:
            query = ""
    if not _QUERY.fullmatch(query):
        raise changed(answer, "its link to the next page is no address")
    return query


def next_link(answer: Answer) -> str | None:
    """The address that a `Link` header calls the next page.

    >>> next_link(Answer("x", 200, b"", {"link": '<http://h/a?page=1>; rel="first", '
    ...     '<http://h/a?page=3>; rel="next"'}))
    'http://h/a?page=3'
    """
    match = _NEXT.search(answer.headers.get("link", ""))
    return match[1] if match else None


def with_query(address: str, query: str) -> str:
    """An address with another query."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
