"""The commonest request, answered without the framework: a SELECT or ASK by GET.

Routing, request and response objects of the framework take longer than the store takes for a
look-up. What is answered here is answered word for word as the endpoint answers it (a test
compares them); everything else, errors among it, is left to the endpoint.
"""

from __future__ import annotations

from typing import IO, cast
from urllib.parse import unquote_plus

import pyoxigraph as ox
from flask import Flask
from werkzeug.http import parse_accept_header

from graphkit.errors import GraphkitError
from graphkit.server.site.answers import IN_MEMORY, compressed, worth_compressing
from graphkit.server.site.app import EXTENSION, Site
from graphkit.server.site.problems import Problem
from graphkit.server.site.sparql.counting import CountedRows
from graphkit.server.site.sparql.formats import HTML, TABLES, chosen
from graphkit.vocabulary import PREFIXES

_ASKED = "query="
_HEADERS = frozenset({"accept", "accept-encoding"})
_VARY = ("vary", "Accept-Encoding, Accept")


Headers = list[tuple[str, str]]


class _TooMuch(Exception):  # noqa: N818  never leaves this module
    """The answer is larger than what is kept in memory."""


class _Memory:
    """Takes an answer that fits into memory."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        """Take more of the answer."""
        self.data += data
        if len(self.data) > IN_MEMORY:
            raise _TooMuch
        return len(data)

    def flush(self) -> None:
        """Nothing to do."""


class Shortcut:
    """Answers requests of an application that it can answer; None for all others."""

    def __init__(self, app: Flask) -> None:
        site = app.extensions[EXTENSION]
        assert isinstance(site, Site)
        self._site = site
        self._formats = (*TABLES, HTML)
        self._prefixes = PREFIXES if site.dataset.snapshot else None

    def __call__(
        self, method: str, root: str, path: str, query: str, headers: Headers
    ) -> tuple[Headers, bytes] | None:
        """Headers and body of a response with status 200, or None.

        `root` is the address of the site where nobody has set one, without a slash at its end.
        """
        if method != "GET" or path != "/sparql" or not query.startswith(_ASKED):
            return None
        escaped = query[len(_ASKED) :]
        if "&" in escaped or not escaped.isascii() or len(query) > self._site.limits.max_query:
            return None
        accept = encodings = ""
        for name, value in headers:
            if name not in _HEADERS:
                return None
            if name == "accept":
                accept = f"{accept},{value}" if accept else value
            else:
                encodings = f"{encodings},{value}" if encodings else value
        try:
            text = unquote_plus(escaped, errors="strict")
            return self._answer(text, self._site.base or f"{root}/", accept, encodings)
        except (GraphkitError, Problem, RuntimeError, UnicodeDecodeError, _TooMuch):
            return None  # the endpoint has the words for it

    def _answer(
        self, text: str, base: str, accept: str, encodings: str
    ) -> tuple[Headers, bytes] | None:
        choice = chosen(accept, None, self._formats, "")
        form = choice.format.engine
        if not isinstance(form, ox.QueryResultsFormat) or not text.strip():
            return None
        here = self._site
        result = here.dataset.store.run(
            text,
            prefixes=self._prefixes,
            union=here.dataset.union,
            base=f"{base}sparql",
            max_depth=here.limits.max_depth,
        )
        if isinstance(result, ox.QuerySolutions):
            memory = _Memory()
            rows = CountedRows(memory, form, here.limits.max_rows)
            result.serialize(cast("IO[bytes]", rows), form)
            body = bytes(memory.data)
        elif isinstance(result, ox.QueryBoolean):
            body = result.serialize(format=form) or b""
        else:
            return None
        if len(body) > here.limits.max_bytes:
            return None
        found = [("content-type", choice.content_type), _VARY]
        if worth_compressing(len(body), parse_accept_header(encodings)):
            return [*found, ("content-encoding", "gzip")], compressed(body)
        return found, body
