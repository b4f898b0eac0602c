"""What a page says of each thing and of each link when someone asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphkit.property_graph.elements import decoded
from graphkit.property_graph.schema import OTHER_SOURCES, SOURCE
from graphkit.subgraph import Subgraph
from graphkit.view.columns import name_of
from graphkit.view.drawn import Drawn
from graphkit.view.reasons import Reason, reasons
from graphkit.view.sources import Source, source
from graphkit.view.wording import Words, one_line, shortened, visible

Part = dict[str, Any]

MOST_TEXT, TEXT_FOR_EACH = 4_000_000, 1_000
"""Characters of text that a page holds: so many, or so many for each thing. Beyond, the longest
texts are cut. A page of 2,000 things then has at most 3 MB."""
_LENGTHS = (4000, 2000, 1400, 1000, 700, 500, 350, 250, 180, 120)
_FIRST = ("gk:coversAspect", "gk:missesAspect", "gk:sharesAspect")
"""What of a reason stands before what else it leads to."""
_UPSTREAM = ("url", "same_as", "source_url")


class Facts:
    """The facts of a page: names of properties and sources stand once, in tables."""

    def __init__(self, subgraph: Subgraph, drawn: Drawn, words: Words) -> None:
        self._subgraph = subgraph
        self._words = words
        self._names: dict[str, int] = {}
        self._sources: dict[str, int] = {}
        self._things = [self._thing(row.label, row.iri, row.content) for row in drawn.nodes]
        self._contents: dict[bytes, int] = {}
        self._link_facts: list[Part] = []
        terms = map(subgraph.schema.ontology.property_term, _FIRST)
        self._first = {term.relationship_type for term in terms}
        self._links = [self._link(link.row.type, link.row.content) for link in drawn.links]
        found = reasons(subgraph, drawn.links)
        self._reasons = {str(place): self._reason(one) for place, one in sorted(found.items())}

    @property
    def sources(self) -> list[Source]:
        """The sources that anything on the page comes from, sorted by title."""
        found = (source(name, self._subgraph.snapshot) for name in self._sources)
        return sorted(found, key=lambda one: (not one.address, one.title, one.name))

    def part(self) -> tuple[Part, list[str]]:
        """The facts as the page has them, and in words what was cut."""
        part: Part = {
            "base": f"{self._subgraph.base}id/",
            "names": list(self._names),
            "sources": [
                _source_part(source(name, self._subgraph.snapshot)) for name in self._sources
            ],
            "things": self._things,
            "links": self._links,
            "contents": self._link_facts,
            "reasons": self._reasons,
        }
        lengths: list[int] = []

        def measured(text: str) -> str:
            lengths.append(len(text))
            return text

        _each_text(part, measured)
        room = max(MOST_TEXT, TEXT_FOR_EACH * len(self._things))
        if sum(lengths) <= room:
            return part, []
        most = next(
            (most for most in _LENGTHS if sum(min(one, most) for one in lengths) <= room),
            _LENGTHS[-1],
        )
        cut = sum(one > most for one in lengths)
        words = [f"{cut:,} long texts are cut after {most:,} characters, to keep the page small"]
        return _each_text(part, lambda text: shortened(text, most) if " " in text else text), words

    def _name(self, name: str) -> int:
        return self._names.setdefault(name, len(self._names))

    def _source(self, properties: Mapping[str, Any]) -> list[int]:
        names = [properties.get(SOURCE), *_listed(properties.get(OTHER_SOURCES))]
        found = dict.fromkeys(str(name) for name in names if name)
        return [self._sources.setdefault(name, len(self._sources)) for name in found]

    def _said(self, label: str, properties: Mapping[str, Any], typed: Mapping[str, str]) -> Part:
        said: Part = {}
        for name, value in self._words.facts(label, properties, typed):
            said[str(self._name(name))] = value
        return said

    def _thing(self, label: str, iri: str, content: bytes) -> Part:
        properties, typed = decoded(content)
        thing: Part = {"key": self._subgraph.key(iri), "source": self._source(properties)}
        whole = one_line(str(properties.get(self._words.naming_key(label)) or ""))
        if whole and whole != name_of(self._subgraph, iri, properties):
            thing["name"] = whole
        pages = (page for key in _UPSTREAM for page in _listed(properties.get(key)))
        page = next((one for one in pages if one.startswith(("http://", "https://"))), None)
        if page:
            thing["page"] = page
        return {**thing, "said": self._said(label, properties, typed)}

    def _link(self, type_: str, content: bytes) -> int:
        """The place of a link's own properties; most links share them."""
        if content not in self._contents:
            properties, typed = decoded(content)
            qualifier = self._subgraph.schema.qualified.get(type_)
            label = qualifier.label if qualifier else ""
            own = {key: value for key, value in properties.items() if key != label.lower()}
            self._contents[content] = len(self._link_facts)
            self._link_facts.append(
                {"source": self._source(properties), "said": self._said(label, own, typed)}
            )
        return self._contents[content]

    def _reason(self, reason: Reason) -> Part:
        part: Part = {
            "kind": self._words.class_name(reason.label),
            "key": self._subgraph.key(reason.iri),
            "source": self._source(reason.properties),
            "said": self._said(reason.label, reason.properties, reason.typed),
        }
        if reason.related:
            related = sorted(reason.related, key=lambda type_: (type_ not in self._first, type_))
            part["related"] = {
                str(self._name(_heading(self._words.relation(type_)))): [
                    one_line(name) for name in reason.related[type_]
                ]
                for type_ in related
            }
        if reason.evidence:
            part["evidence"] = [
                [visible(one.quote), one.quoted_from, list(one.aspects), one.score]
                for one in reason.evidence
            ]
        return part


def _heading(text: str) -> str:
    return text[:1].upper() + text[1:]


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _source_part(one: Source) -> Part:
    return {
        "title": one.title,
        "address": one.address,
        "publisher": one.publisher,
        "licence": one.licence,
        "licenceName": one.licence_name,
        "attribution": one.attribution,
        "retrieved": one.retrieved,
    }


def _each_text(part: Any, change: Callable[[str], str]) -> Any:
    """A part with every text in it changed; names of its own fields stay."""
    if isinstance(part, str):
        return change(part)
    if isinstance(part, list):
        return [_each_text(one, change) for one in part]
    if isinstance(part, dict):
        return {key: _each_text(value, change) for key, value in part.items()}
    return part
