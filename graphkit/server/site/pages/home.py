"""The first page: what this is, how much of it, and where to begin."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from graphkit.errors import SnapshotError
from graphkit.search import Hit, SearchAnswer
from graphkit.server.site.app import site
from graphkit.server.site.pages import blueprint
from graphkit.server.site.pages.answered import behind_of
from graphkit.server.site.pages.frame import local_href

EXAMPLES = (
    "projects partially addressing capacity in the West Midlands",
    "questions similar to question 16604",
    "who to ask about question 16604",
    "open aspects of questions of DLUHC",
)
"""Sentences that `/ask` understands, whatever the snapshot holds."""
COUNTED = (
    ("ResearchQuestion", "research questions"),
    ("Project", "project records"),
    ("Assessment", "links between the two"),
    ("Department", "departments and bodies"),
    ("Organisation", "organisations"),
    ("Place", "places"),
)
"""Classes whose numbers are shown, and what they are called there."""
_NEWEST, _MOST = 6, 8


@dataclass(frozen=True, slots=True)
class Start:
    """A place to begin: a page and what it is for."""

    title: str
    href: str
    text: str


_STARTS = (
    ("pages.search", "search", "Search", "Questions and projects by words, with filters"),
    ("pages.departments", "departments", "Departments", "Who asks, and what has been funded on it"),
    ("pages.funders", "funders", "Funders", "Which questions a funder's projects speak to"),
    ("pages.places", "places", "Places", "What is run from a place, and what is about it"),
    ("pages.matrix", "matrix", "Aspects by places", "Which aspects are covered where"),
    ("pages.network", "network", "Network", "What hangs together with what, as a picture"),
    ("api.docs", "api/docs", "Named queries and API", "Ready questions, for people and programs"),
    ("pages.editor", "editor", "SPARQL editor", "Write your own queries"),
    ("resources.ontology_terms", "ontology", "Ontology", "What each term of the data means"),
    ("resources.dumps_page", "dumps", "Downloads", "All data, or those of one source"),
)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The first page."""
    dataset = site().dataset
    there = current_app.view_functions
    starts = [
        Start(title, local_href(path), text)
        for endpoint, path, title, text in _STARTS
        if endpoint in there
    ]
    if dataset.snapshot is None:
        return render_template("home_of_data.html", starts=starts, graphs=len(dataset.store.names))
    manifest = dataset.snapshot.manifest
    newest, most = _newest()
    return render_template(
        "home.html",
        starts=starts,
        examples=EXAMPLES,
        counts=[
            (manifest.classes[name], words) for name, words in COUNTED if manifest.classes.get(name)
        ],
        manifest=manifest,
        newest=newest,
        most=most,
        behind=[behind_of("departments-overview"), behind_of("sources-overview")],
    )


def _newest() -> tuple[tuple[Hit, ...], SearchAnswer | None]:
    """The questions asked last, and how many there are by department, aspect and so on.

    Nothing where the snapshot has no index to search in.
    """
    try:
        answer = site().dataset.index.search(
            "", filters={"kind": ["question"]}, size=_NEWEST, sort="newest", facet_size=_MOST
        )
    except SnapshotError:
        return (), None
    return answer.hits, answer
