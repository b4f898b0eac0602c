"""What an export says of itself: in the file beside it, and in it where the format has a place."""

from __future__ import annotations

from typing import Any

import msgspec

from graphkit import __version__
from graphkit.export.survey import Survey
from graphkit.snapshot import SourceEntry
from graphkit.subgraph.subgraph import Subgraph

SIDE_FILE = ".meta.json"
GENERATOR = f"graphkit {__version__}"


class UsedSource(msgspec.Struct, frozen=True, kw_only=True):
    """A source of which anything is in the export; `name` is what `source` says on elements."""

    name: str
    title: str | None
    publisher: str | None
    address: str | None
    licence: str | None
    attribution: str | None
    retrieved: str | None
    sha256: str


class About(msgspec.Struct, frozen=True, kw_only=True):
    """How an export came about, and what of it has to be said on.

    `created` is the time of the snapshot: an export bears no time of its own, so that the same
    selection gives the same bytes. `changed` are the words in which the format's losses
    were told.
    """

    title: str
    selection: str
    parameters: dict[str, Any]
    snapshot: str
    created: str
    quads_sha256: str
    base: str
    ontology: str
    made_by: str
    format: str
    nodes: int
    relationships: int
    labels: dict[str, int]
    types: dict[str, int]
    weights: list[str]
    remarks: list[str]
    left_out: list[str]
    changed: list[str]
    sources: list[UsedSource]
    own_sources: list[str]
    """Named graphs that graphkit worked out itself."""

    def json(self) -> bytes:
        """As the side file has it."""
        return msgspec.json.format(msgspec.json.encode(self)) + b"\n"

    @property
    def licences(self) -> list[str]:
        """The licences of the sources, each once."""
        return sorted({one.licence for one in self.sources if one.licence})

    @property
    def attributions(self) -> list[str]:
        """What the licences ask to be said, each once."""
        return sorted({one.attribution for one in self.sources if one.attribution})

    def pairs(self) -> list[tuple[str, str]]:
        """As short texts under names, for formats that hold no more."""
        return [
            ("title", self.title),
            ("selection", self.selection),
            ("parameters", msgspec.json.encode(self.parameters, order="sorted").decode()),
            ("snapshot", self.snapshot),
            ("created", self.created),
            ("quads_sha256", self.quads_sha256),
            ("made_by", self.made_by),
            ("nodes", str(self.nodes)),
            ("relationships", str(self.relationships)),
            *(("weight", one) for one in self.weights),
            *(("left_out", one) for one in self.left_out),
            *(("changed", one) for one in self.changed),
            *(("licence", one) for one in self.licences),
            *(("attribution", one) for one in self.attributions),
        ]


def about(subgraph: Subgraph, survey: Survey, form: str, changed: list[str]) -> About:
    """What is to be said of a subgraph written in a format."""
    manifest = subgraph.snapshot.manifest
    prefix = f"{manifest.base}graph/"
    known = {one.graph.removeprefix(prefix): one for one in manifest.sources}
    words = subgraph.selection.words
    return About(
        title=f"graphkit: {words}",
        selection=words,
        parameters=subgraph.selection.given,
        snapshot=manifest.id,
        created=manifest.created,
        quads_sha256=manifest.quads_sha256,
        base=manifest.base,
        ontology=manifest.ontology,
        made_by=GENERATOR,
        format=form,
        nodes=subgraph.node_count,
        relationships=subgraph.relationship_count,
        labels=dict(sorted(survey.node_counts.items())),
        types=dict(sorted(survey.relationship_counts.items())),
        weights=list(subgraph.projected),
        remarks=list(subgraph.remarks),
        left_out=list(subgraph.cuts),
        changed=changed,
        sources=[_used(name, known[name]) for name in sorted(survey.sources & known.keys())],
        own_sources=sorted(survey.sources - known.keys()),
    )


def _used(name: str, entry: SourceEntry) -> UsedSource:
    return UsedSource(
        name=name,
        title=entry.title,
        publisher=entry.publisher,
        address=entry.address,
        licence=entry.licence,
        attribution=entry.attribution,
        retrieved=entry.retrieved,
        sha256=entry.sha256,
    )
