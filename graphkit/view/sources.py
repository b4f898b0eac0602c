"""The sources behind a page, with what their licences ask to be said."""

from __future__ import annotations

from dataclasses import dataclass

from graphkit.snapshot import Snapshot, SourceEntry
from graphkit.view.wording import day, one_line

_OWN = {
    "catalogue": "graphkit's catalogue of the sources",
    "computed": "graphkit's own computing: assessments and similarities",
    "derived": "graphkit: what follows from the sources",
    "identity": "graphkit: which records were joined",
    "ontology": "graphkit's ontology and its closed lists",
    "register": "graphkit's own registers: departments, funders, places",
}
"""Parts of a graph that no source of others stands behind."""
_LICENCES = {
    "nationalarchives.gov.uk/doc/open-government-licence/version/3": "Open Government Licence v3.0",
    "creativecommons.org/licenses/by/4.0": "CC BY 4.0",
    "creativecommons.org/licenses/by-sa/4.0": "CC BY-SA 4.0",
    "creativecommons.org/publicdomain/zero/1.0": "CC0 1.0",
    "opendatacommons.org/licenses/odbl/1-0": "ODbL 1.0",
}


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
    """A source by the name that properties give, such as `ari-page-ba1689ecef2b`."""
    for entry in snapshot.manifest.sources:
        if entry.graph.rpartition("/graph/")[2] == name:
            return _published(name, entry)
    return Source(name, _OWN.get(name, name))


def _published(name: str, entry: SourceEntry) -> Source:
    licence = entry.licence or ""
    bare = licence.partition("://")[2].removeprefix("www.").rstrip("/")
    return Source(
        name,
        one_line(entry.title or entry.file),
        entry.address or "",
        one_line(entry.publisher or ""),
        licence,
        _LICENCES.get(bare, licence),
        one_line(entry.attribution or ""),
        day(entry.retrieved or ""),
    )
