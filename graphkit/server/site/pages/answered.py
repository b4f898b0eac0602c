"""Named queries that pages are made of, with the links that each page shows for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from flask import current_app

from graphkit.library.header import Header
from graphkit.library.running import Bound
from graphkit.names import KINDS
from graphkit.server.site.api.queries import links
from graphkit.server.site.app import site
from graphkit.server.site.pages import blueprint
from graphkit.tabular import Result

_THINGS = frozenset(KINDS) | {"thing"}
_NAMES = frozenset({"name", "title", "text", "label", "wording"})


def _is_name(column: str, of: str) -> bool:
    return column in _NAMES or column.removeprefix(f"{of}_") in _NAMES


@dataclass(frozen=True)
class Behind:
    """A query behind a page: what it is, its text, and where to take its answer from.

    `downloads` are label and link; `editor` is the link that opens it in the editor, or "";
    `documentation` is the page of the query, where its values can be changed.
    """

    name: str
    summary: str
    sparql: str
    downloads: tuple[tuple[str, str], ...]
    editor: str = ""
    documentation: str = ""


@dataclass(frozen=True)
class Answered:
    """A named query, its rows, and the links for the foot of the page."""

    bound: Bound
    result: Result
    behind: Behind

    @property
    def header(self) -> Header:
        """What the query says of itself."""
        return self.bound.header

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as dictionaries."""
        return self.result.dicts()


@blueprint.app_template_global("name_columns")
def name_columns(header: Header) -> dict[str, str]:
    """Columns that hold a thing, each with the column after it that holds its name.

    >>> from graphkit.library import QueryFolder
    >>> name_columns(QueryFolder().get("question-funders").header)
    {'funder': 'name'}
    """
    return {
        name: after
        for (name, column), (after, other) in pairwise(header.columns.items())
        if column.type in _THINGS and not column.many and not other.many
        if other.type == "text" and _is_name(after, name)
    }


def ask(name: str, *, limit: int | None = None, **values: Any) -> Answered:
    """Run a named query. Raises UsageError for a value that is unknown."""
    return answered(site().dataset.library.bind(name, values), limit)


def answered(bound: Bound, limit: int | None = None) -> Answered:
    """Run a bound query."""
    return Answered(bound, site().dataset.library.execute(bound, limit=limit), behind(bound))


def behind_of(name: str, **values: Any) -> Behind:
    """The links of a named query that a page does not run itself."""
    return behind(site().dataset.library.bind(name, values))


def behind(bound: Bound) -> Behind:
    """What a page shows of a query that it is made of."""
    to = links(bound)
    forms = (("CSV", to.csv), ("JSON", to.json), ("GraphML", to.graphml))
    return Behind(
        bound.query.name,
        bound.header.summary,
        bound.sparql.strip(),
        tuple((label, href) for label, href in forms if href),
        to.editor if "pages.editor" in current_app.view_functions else "",
        to.page,
    )
