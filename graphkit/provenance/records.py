"""Which record of a file a statement was read from.

The graph keeps a record's key in the addresses of what it describes, and not its place in the
file. So the record is named as the source names it: `question 16604 of api/page-01.json`.
"""

from __future__ import annotations

from urllib.parse import unquote

import pyoxigraph as ox

from graphkit.snapshot import SourceEntry
from graphkit.store import GraphStore
from graphkit.vocabulary import expand

_SHOWN = 3
RECORDS: dict[str, tuple[str, ...]] = {
    "ari-api": ("question",),
    "ari-departments": ("department",),
    "ari-page": ("question",),
    "ari-topics": ("topic",),
    "funders": ("funder", "programme"),
    "gtr-csv": ("project",),
    "gtr-organisations": ("organisation",),
    "gtr-portal-json": ("project",),
    "gtr-portal-xml": ("project",),
    "gtr2-api": ("project", "organisation"),
    "local-authorities": ("place",),
    "local-authority-names": ("place",),
    "ons-combined-authorities": ("place",),
    "ons-itl-2025-authorities": ("place",),
    "ons-itl-hierarchy": ("place",),
    "ror": ("organisation",),
}
"""Kinds of things, as in addresses, of which the formats have records of their own."""
_OWNED = ("award", "participation", "amount", "address")
"""Kinds whose things are told within the record of what points to them."""
_ABOUT = {"assessment": "gk:assessesQuestion", "similarity": "gk:fromQuestion"}
"""Kinds whose things are told within the record of what this property leads to."""
_DEPTH = 3
_SCHEMES = {"ror": "ror:", "ari-api": "name:", "ari-page": "name:"}
"""By what formats name organisations, where it is not by the id of Gateway to Research."""


class Records:
    """Finds records in one snapshot."""

    def __init__(self, store: GraphStore, base: str) -> None:
        self._store = store
        self._id = f"{base}id/"

    def found(
        self, entry: SourceEntry, subject: str, predicate: str = "", value: str = ""
    ) -> tuple[tuple[str, ...], str]:
        """The keys of the records that a statement was read from, and the same in words."""
        owner = self._owner(subject, entry.graph)
        kind, keys = self._kind(owner), self._keys(owner, entry)
        own = RECORDS.get(entry.format, ())
        if kind == "project" and "question" in own:
            questions = self._listing(owner, entry, predicate, value)
            if questions:
                kind, keys = "question", questions
        if entry.records == 1:
            told = keys if kind in own else ()
            return told, f"the only record of {entry.file}"
        if not kind or not keys:
            return (), f"one of the {entry.records:,} records of {entry.file}"
        named = ", ".join(keys[:_SHOWN])
        named += f" and {len(keys) - _SHOWN:,} more" if len(keys) > _SHOWN else ""
        noun = kind.replace("-", " ")
        if kind in own:
            return keys, f"{noun}{'s' if len(keys) > 1 else ''} {named} of {entry.file}"
        return (), f"the records of {entry.file} that name {noun} {named}"

    def _kind(self, iri: str) -> str:
        path = iri.removeprefix(self._id)
        return path.partition("/")[0] if path != iri and "/" in path else ""

    def _owner(self, iri: str, graph: str) -> str:
        """The thing in whose record a part is told; the thing itself where it is none."""
        for _ in range(_DEPTH):
            kind = self._kind(iri)
            if kind in _ABOUT:
                found = self._store.objects(iri, expand(_ABOUT[kind]))
                owners = sorted(str(getattr(one, "value", "")) for one in found)
            elif kind in _OWNED:
                name = ox.NamedNode(graph)
                quads = self._store.quads(None, None, ox.NamedNode(iri), name)
                owners = sorted(getattr(quad.subject, "value", "") for quad in quads)
            else:
                return iri
            if not owners:
                return iri
            # An award is part of a project, and a participation of a project, not of who takes it.
            iri = min(owners, key=lambda one: (self._kind(one) == "organisation", one))
        return iri

    def _keys(self, iri: str, entry: SourceEntry) -> tuple[str, ...]:
        """What the source calls a thing: what it states itself, else the key in the address."""
        kind = self._kind(iri)
        if kind == "organisation":
            return self._organisation(iri, entry)
        node, graph = ox.NamedNode(iri), ox.NamedNode(entry.graph)
        stated = self._store.quads(node, ox.NamedNode(expand("dct:identifier")), None, graph)
        keys = sorted({getattr(quad.object, "value", "") for quad in stated} - {""})
        return tuple(keys) or ((self._key(iri),) if kind else ())

    def _key(self, iri: str) -> str:
        return unquote(iri.removeprefix(self._id).partition("/")[2])

    def _organisation(self, iri: str, entry: SourceEntry) -> tuple[str, ...]:
        """Ids of an organisation's records in the source's own scheme, joined ones included."""
        scheme, dash, rest = self._key(iri).partition("-")
        known = {f"{scheme}:{rest}"} if dash and scheme in ("ror", "name") else set()
        known = known or {f"gtr:{self._key(iri)}"}
        for merge in self._store.objects(iri, expand("gk:mergedFrom")):
            found = self._store.objects(str(getattr(merge, "value", "")), expand("gk:mergedKey"))
            known |= {str(getattr(one, "value", "")) for one in found}
        wanted = _SCHEMES.get(entry.format, "gtr:")
        keys = sorted(one.removeprefix(wanted) for one in known if one.startswith(wanted))
        return tuple(keys) or tuple(sorted(one.partition(":")[2] for one in known))

    def _listing(
        self, project: str, entry: SourceEntry, predicate: str, value: str
    ) -> tuple[str, ...]:
        """Keys of the questions in whose records a source speaks of a project."""
        addresses = expand("gk:addresses")
        if predicate == addresses:
            return self._keys(value, entry)
        node, graph = ox.NamedNode(project), ox.NamedNode(entry.graph)
        quads = self._store.quads(node, ox.NamedNode(addresses), None, graph)
        questions = {getattr(quad.object, "value", "") for quad in quads}
        return tuple(sorted(key for one in questions for key in self._keys(one, entry)))
