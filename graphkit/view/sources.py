"""The sources behind a page, with what their licences ask to be said."""

from __future__ import annotations

from dataclasses import dataclass

from graphkit.licences import licence_of
from graphkit.rdf.catalogue import OWN_GRAPHS
from graphkit.snapshot import Snapshot, SourceEntry
from graphkit.view.wording import day, one_line


@dataclass(frozen=True)
class Source:
    """Where statements come from; `licence` is an address, `licence_name` what people say."""

    name: str
    title: str
    address: str = ""
    publisher: str = ""
    licence: str = ""
    licence_name: str = ""
    attribution: str = ""
    retrieved: str = ""


def source(name: str, snapshot: Snapshot) -> Source:
    """A source by the name that properties give, such as `ari-page-ari-page-16604`."""
    for entry in snapshot.manifest.sources:
        if entry.graph.rpartition("/graph/")[2] == name:
            return _published(name, entry)
    held = OWN_GRAPHS.get(name)
    return Source(name, f"graphkit: {held[:1].lower()}{held[1:]}" if held else name)


def _published(name: str, entry: SourceEntry) -> Source:
    licence = entry.licence or ""
    return Source(
        name,
        one_line(entry.title or entry.file),
        entry.address or "",
        one_line(entry.publisher or ""),
        licence,
        licence_of(licence).called,
        one_line(entry.attribution or ""),
        day(entry.retrieved or ""),
    )
