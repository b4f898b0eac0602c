"""What stands around every page: navigation, where the data come from, links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import current_app, request

from graphkit.server.site.app import site
from graphkit.server.site.pages import blueprint
from graphkit.server.site.resources.thing import thing_data_href


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the navigation."""

    label: str
    href: str
    current: bool = False


NAVIGATION = (
    ("Search", "pages.search", "search"),
    ("Departments", "pages.departments", "departments"),
    ("Funders", "pages.funders", "funders"),
    ("Places", "pages.places", "places"),
    ("Matrix", "pages.matrix", "matrix"),
    ("Network", "pages.network", "network"),
    ("Queries", "api.docs", "api/docs"),
    ("SPARQL", "pages.editor", "editor"),
    ("Data", "resources.dumps_page", "dumps"),
)
"""Label, endpoint and path. Those whose endpoint is not there are left out."""


@blueprint.app_template_global("local_href")
def local_href(path: str, **parameters: Any) -> str:
    """A link to a path of this site (without a slash before it), with parameters.

    Parameters that are None or empty are left out; a list gives one for each of its values.
    """
    given = [
        (name, str(one))
        for name, value in parameters.items()
        for one in (value if isinstance(value, list | tuple) else [value])
        if one is not None and one != ""
    ]
    return f"{request.script_root}/{path}{'?' if given else ''}{urlencode(given)}"


@blueprint.app_template_global("navigation")
def navigation() -> list[Entry]:
    """The entries of the navigation that lead somewhere."""
    there = current_app.view_functions
    return [
        Entry(label, local_href(path), request.endpoint == endpoint)
        for label, endpoint, path in NAVIGATION
        if endpoint in there and is_served(endpoint)
    ]


def is_served(endpoint: str) -> bool:
    """Whether a page has something to show: most pages need a snapshot of graphkit."""
    return site().dataset.snapshot is not None or endpoint in (
        "pages.editor",
        "resources.dumps_page",
    )


@blueprint.app_template_global("has_search")
def has_search() -> bool:
    """Whether there is a page to search with."""
    return site().dataset.snapshot is not None and "pages.search" in current_app.view_functions


@blueprint.app_template_global("changed")
def changed(**parameters: Any) -> str:
    """A link to this very page with some parameters changed; None takes one away."""
    given = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in parameters and len(value) <= MAX_KEPT
    ]
    given += [
        (name, str(one))
        for name, value in parameters.items()
        for one in (value if isinstance(value, list | tuple) else [value])
        if one is not None and one != ""
    ]
    return f"{request.script_root}{request.path}{'?' if given else ''}{urlencode(given)}"


MAX_KEPT = 2_000
"""Characters of a parameter that links to other pages of a list carry on."""


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """What the foot of each page says of the data."""

    name: str
    created: str
    attribution: str
    licences: tuple[str, ...]


@blueprint.app_template_global("snapshot_facts")
def snapshot_facts() -> SnapshotFacts:
    """What the foot of each page says of the data."""
    dataset = site().dataset
    if dataset.snapshot is None:
        return SnapshotFacts(dataset.name, "", "", ())
    manifest = dataset.snapshot.manifest
    said = sorted({source.attribution for source in manifest.sources if source.attribution})
    licences = sorted({source.licence for source in manifest.sources if source.licence})
    return SnapshotFacts(manifest.id, manifest.created, " ".join(said), tuple(licences))


blueprint.app_template_global("thing_data_href")(thing_data_href)
