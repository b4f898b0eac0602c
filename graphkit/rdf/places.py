"""Places, what contains them directly, and the closure of that."""

from __future__ import annotations

import re
from collections.abc import Mapping

from graphkit.identity.places import Gazetteer
from graphkit.model import Place
from graphkit.rdf.nodes import Namer
from graphkit.rdf.terms import boolean, double, string

_STATISTICS = "http://statistics.data.gov.uk/id/statistical-geography/"
_GSS = re.compile(r"[EWSNK]\d{8}")


class PlaceEmitter:
    """Writes places; the closure of containment goes into the derived graph."""

    def __init__(self, namer: Namer, derived: str, registers: Mapping[str, str]) -> None:
        self._namer = namer
        self._registers: dict[str, list[str]] = {}
        for register_code, code in sorted(registers.items()):
            self._registers.setdefault(code, []).append(register_code)
        self._derived = derived
        p = namer.predicate
        self._type = namer.type("gk:Place")
        self._label, self._alternative = p("skos:prefLabel"), p("skos:altLabel")
        self._notation, self._kind, self._edition = (
            p("skos:notation"),
            p("gk:placeKind"),
            p("gk:edition"),
        )
        self._contained, self._within = p("schema:containedInPlace"), p("gk:within")
        self._latitude, self._longitude = p("wgs:lat"), p("wgs:long")
        self._same_as, self._abolished = p("schema:sameAs"), p("gk:abolished")

    def iri(self, code: str) -> str:
        """The address of a place by its code."""
        return self._namer.thing("place", code)

    def lines(self, place: Place, gazetteer: Gazetteer, end: str) -> list[str]:
        """All statements on one place; `end` closes what tables say of it."""
        iri = self.iri(place.code)
        edition, dash, notation = place.code.partition("-")
        lines = [
            f"{iri}{self._type}{end}",
            f"{iri}{self._label}{string(place.name)}{end}",
            f"{iri}{self._notation}{string(notation if dash else place.code)}{end}",
            f"{iri}{self._kind}{self._namer.concept('place-kind', place.kind)}{end}",
        ]
        lines += [
            f"{iri}{self._notation}{string(code)}{end}"
            for code in self._registers.get(place.code, ())
        ]
        if dash:
            lines.append(f"{iri}{self._edition}{string(edition.removeprefix('itl'))}{end}")
        if _GSS.fullmatch(place.code) and place.code[0] != "K":
            lines.append(f"{iri}{self._same_as}<{_STATISTICS}{place.code}>{end}")
        others = sorted(set(place.names) - {place.name})
        lines += [f"{iri}{self._alternative}{string(name)}{end}" for name in others]
        lines += [
            f"{iri}{self._contained}{self.iri(code)}{end}"
            for code in sorted(set(place.within))
            if code in gazetteer.places
        ]
        lines += [
            f"{iri}{self._within}{self.iri(code)}{self._derived}"
            for code in gazetteer.within_all(place.code)
        ]
        if place.latitude is not None and place.longitude is not None:
            lines.append(f"{iri}{self._latitude}{double(place.latitude)}{end}")
            lines.append(f"{iri}{self._longitude}{double(place.longitude)}{end}")
        if place.abolished:
            lines.append(f"{iri}{self._abolished}{boolean(True)}{end}")
        return lines
