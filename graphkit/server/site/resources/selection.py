"""Which part of a neighbourhood a request asks for: `?page=`, `?size=`, `?in=`, `?out=`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from graphkit.errors import UsageError
from graphkit.server.site.problems import Problem
from graphkit.server.site.resources.neighbourhood import Bundle, Neighbourhood
from graphkit.vocabulary import curie, expand

DEFAULT_SIZE = 250
MAX_SIZE = 2000
_MAX_PAGE = 10**9


@dataclass(frozen=True, slots=True)
class Selection:
    """A page of a neighbourhood. `given` tells whether the request asked for a page at all."""

    bundles: tuple[Bundle, ...]
    page: int
    size: int
    given: bool
    only: tuple[str, str] | None
    """`("in", property IRI)` or `("out", …)` where one bundle alone is asked for."""

    @property
    def total(self) -> int:
        """Statements on all pages together."""
        return sum(bundle.total for bundle in self.bundles)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.total // self.size), 1)

    @property
    def start(self) -> int:
        """Statements on the pages before this one."""
        return (self.page - 1) * self.size

    def parameters(self, page: int | None = None, *, first_too: bool = False) -> str:
        """The query of the address of a page; empty where it is the first of everything.

        With `first_too` it names the first page as well: as HTML, no page is the overview.
        """
        page = page or self.page
        fields: dict[str, str] = {}
        if self.only:
            fields[self.only[0]] = curie(self.only[1])
        if page > 1 or (first_too and not self.only):
            fields["page"] = str(page)
        if self.size != DEFAULT_SIZE:
            fields["size"] = str(self.size)
        return urlencode(fields, safe=":/")


def selected(around: Neighbourhood) -> Selection:
    """What the request asks for. Raises Problem 400 for what is no page, 404 past the last."""
    size = _number("size", DEFAULT_SIZE, MAX_SIZE)
    page = _number("page", 1, _MAX_PAGE)
    bundles, only = around.bundles, None
    for direction in ("in", "out"):
        wanted = _one(direction)
        if wanted is None:
            continue
        if only is not None:
            raise Problem(400, "in and out were both given", "leave one of them out")
        only = (direction, _property(wanted))
        bundles = tuple(
            bundle
            for bundle in bundles
            if bundle.property == only[1] and bundle.incoming == (direction == "in")
        )
    if only is not None and not bundles:
        raise Problem(404, f"no statement has {only[1][:200]} there", "see the page without it")
    given = "page" in request.args or only is not None
    found = Selection(bundles, page, size, given, only)
    if page > found.pages:
        raise Problem(404, f"there is no page {page}", f"there are {found.pages}")
    return found


def _one(name: str) -> str | None:
    values = request.args.getlist(name)
    if len(values) > 1:
        raise Problem(400, f"{name} was given {len(values)} times", "give it once")
    return values[0] if values else None


def _number(name: str, default: int, most: int) -> int:
    text = _one(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 12 and 1 <= int(text) <= most):
        raise Problem(400, f"{name} is no number from 1 to {most:,}: {text[:40]}")
    return int(text)


def _property(text: str) -> str:
    try:
        return expand(text)
    except UsageError:
        if "://" in text or text.startswith("urn:"):
            return text
        raise
