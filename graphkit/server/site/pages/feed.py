"""What changed since the snapshot before, as an Atom feed."""

from __future__ import annotations

from flask import Response, make_response, request

from graphkit.changes.atom import MEDIA_TYPE, MOST, SECTIONS, atom
from graphkit.changes.comparing import Comparison
from graphkit.ontology import Ontology
from graphkit.property_graph.graph import FILE, is_current, made_from_of
from graphkit.server.site.app import site
from graphkit.server.site.pages import blueprint
from graphkit.server.site.problems import Problem
from graphkit.server.site.resources.addresses import absolute
from graphkit.snapshot import Snapshot, snapshots

PATH = "changes.atom"


@blueprint.get(f"/{PATH}")
def feed() -> Response:
    """The feed; 404 where there is no snapshot before, or where nothing is ready to compare.

    Comparing takes some seconds for a million statements: the front is patient with this path
    and keeps the answer.
    """
    if request.args:  # each would be compared anew
        raise Problem(400, "the feed takes no parameters", "graphkit diff --as atom narrows it")
    new = site().dataset.snapshot
    if new is None:
        raise Problem(404, "only a graph of graphkit has a feed of changes")
    graph = new.folder.parent.parent
    before = [name for name in snapshots(graph) if name < new.manifest.id]
    if not before:
        raise Problem(404, "there is no snapshot before this one, so nothing has changed yet")
    old = Snapshot(new.folder.parent / before[-1])
    # What is missing or of another make would be made again, for minutes, in this request.
    ontology = Ontology.load()
    if not all(_ready(one, ontology) for one in (old, new)):
        raise Problem(
            404,
            "the snapshots have not been compared yet",
            "graphkit diff previous, run once where the graph is, makes what is needed",
        )
    with Comparison.of(old, new, sections=SECTIONS, most=MOST) as comparison:
        body = "".join(atom(comparison, here=absolute(PATH)))
    response = make_response(body)
    response.mimetype = MEDIA_TYPE
    return response


def _ready(snapshot: Snapshot, ontology: Ontology) -> bool:
    """Whether a snapshot has its property graph, made by this program."""
    manifest = snapshot.manifest
    made_from = made_from_of(manifest.quads_sha256, manifest.base, ontology)
    return is_current(snapshot.folder / FILE, made_from)
