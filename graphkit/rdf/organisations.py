"""Organisations, why records were taken for one, and what was left open."""

from __future__ import annotations

from graphkit.identity.organisations import MatchCandidate, MergeDecision, ResolvedOrganisation
from graphkit.model import Address
from graphkit.rdf.bodies import ROR
from graphkit.rdf.nodes import Namer, key_of
from graphkit.rdf.terms import decimal, double, string, web_iri, year


class MatchEmitter:
    """Writes pairs of things that may be one, and that were kept apart."""

    def __init__(self, namer: Namer, ending: str) -> None:
        self._namer = namer
        self._ending = ending
        p = namer.predicate
        self._type = namer.type("gk:MatchCandidate")
        self._for, self._candidate = p("gk:candidateFor"), p("gk:candidate")
        self._reason, self._score = p("gk:reason"), p("gk:score")

    def project(self, key: str, other: str, reason: str) -> list[str]:
        """A project known from a page, and a project that it may be."""
        thing = self._namer.thing
        return self.pair(f"{key}-{other}", thing("project", key), thing("project", other), reason)

    def pair(
        self, key: str, one: str, other: str, reason: str, score: float | None = None
    ) -> list[str]:
        """Two things by IRI; `score` from 0 to 100."""
        iri, end = self._namer.thing("candidate", key), self._ending
        lines = [
            f"{iri}{self._type}{end}",
            f"{iri}{self._for}{one}{end}",
            f"{iri}{self._candidate}{other}{end}",
            f"{iri}{self._reason}{string(reason)}{end}",
        ]
        if score is not None:
            lines.append(f"{iri}{self._score}{decimal(score / 100)}{end}")
        return lines


class OrganisationEmitter:
    """Writes organisations, each field in the graph of the source that gave it."""

    def __init__(self, namer: Namer, endings: dict[int, str], derived: str, identity: str) -> None:
        self._namer = namer
        self._endings = endings
        self._derived = derived
        self._identity = identity
        self._matches = MatchEmitter(namer, identity)
        p = namer.predicate
        self._type = namer.type("gk:Organisation")
        self._merge_type = namer.type("gk:Merge")
        self._address_type = namer.type("schema:PostalAddress")
        self._label, self._alternative = p("skos:prefLabel"), p("skos:altLabel")
        self._identifier, self._same_as = p("dct:identifier"), p("schema:sameAs")
        self._address, self._url = p("schema:address"), p("schema:url")
        self._kind, self._status = p("gk:organisationKind"), p("gk:organisationStatus")
        self._founded, self._external = p("schema:foundingDate"), p("gk:externalId")
        self._latitude, self._longitude = p("wgs:lat"), p("wgs:long")
        self._located, self._merged_from = p("gk:locatedIn"), p("gk:mergedFrom")
        self._merged_key, self._merged_name = p("gk:mergedKey"), p("gk:mergedName")
        self._reason, self._score = p("gk:reason"), p("gk:score")
        self._street, self._locality = p("schema:streetAddress"), p("schema:addressLocality")
        self._postcode, self._region = p("schema:postalCode"), p("schema:addressRegion")
        self._country = p("schema:addressCountry")

    def lines(
        self,
        organisation: ResolvedOrganisation,
        located: tuple[str, ...],
        merges: list[MergeDecision],
    ) -> list[str]:
        """All statements on one organisation; `located` are IRIs of places."""
        iri = self._namer.organisation(organisation.key)
        given = organisation.sources
        main = self._endings[given["name"][0]]

        def end(field: str, number: int = 0) -> str:
            sources = given.get(field, ())
            return self._endings[sources[number]] if number < len(sources) else main

        lines = [
            f"{iri}{self._type}{main}",
            f"{iri}{self._label}{string(organisation.name)}{main}",
        ]
        for number, key in enumerate(organisation.keys):
            scheme, _, rest = key.partition(":")
            if scheme == "gtr":
                lines.append(f"{iri}{self._identifier}{string(rest)}{end('keys', number)}")
            elif scheme == "ror":
                lines.append(f"{iri}{self._same_as}<{ROR}{rest}>{end('keys', number)}")
        for field, predicate in (("names", self._alternative), ("kinds", self._kind)):
            for number, text in enumerate(getattr(organisation, field)):
                lines.append(f"{iri}{predicate}{string(text)}{end(field, number)}")
        for number, (kind, value) in enumerate(organisation.external_ids):
            identifier = string(f"{kind}:{value}")
            lines.append(f"{iri}{self._external}{identifier}{end('external_ids', number)}")
        if organisation.website and (address := web_iri(organisation.website)):
            lines.append(f"{iri}{self._url}{address}{end('website')}")
        if organisation.status:
            lines.append(f"{iri}{self._status}{string(organisation.status)}{end('status')}")
        if organisation.established is not None:
            founded = year(organisation.established)
            lines.append(f"{iri}{self._founded}{founded}{end('established')}")
        if organisation.latitude is not None and organisation.longitude is not None:
            lines.append(f"{iri}{self._latitude}{double(organisation.latitude)}{end('latitude')}")
            lines.append(f"{iri}{self._longitude}{double(organisation.longitude)}{end('latitude')}")
        if organisation.address is not None:
            lines += self._address_lines(iri, organisation.address, end("address"))
        lines += [f"{iri}{self._located}{place}{self._derived}" for place in located]
        # The links first: with a merge's own statements a new thing begins.
        nodes = {key_of(iri) + f"-{merge.key}": merge for merge in merges}
        for key in nodes:
            node = self._namer.thing("merge", key)
            lines.append(f"{iri}{self._merged_from}{node}{self._identity}")
        for key, merge in nodes.items():
            lines += self._merge_lines(self._namer.thing("merge", key), merge)
        return lines

    def unnamed(self, key: str, ending: str) -> list[str]:
        """An organisation that projects name by an id which no source describes."""
        iri = self._namer.organisation(key)
        scheme, _, rest = key.partition(":")
        lines = [
            f"{iri}{self._type}{ending}",
            f"{iri}{self._label}{string(f'{rest} (described by no source)')}{ending}",
        ]
        if scheme == "gtr":
            lines.append(f"{iri}{self._identifier}{string(rest)}{ending}")
        return lines

    def candidate(self, candidate: MatchCandidate) -> list[str]:
        """Two organisations that may be one."""
        one = self._namer.organisation(candidate.key)
        other = self._namer.organisation(candidate.other)
        key = "-".join(key_of(iri) for iri in (one, other))
        return self._matches.pair(key, one, other, candidate.reason, candidate.score)

    def _address_lines(self, iri: str, address: Address, end: str) -> list[str]:
        node = self._namer.address(iri)
        lines = [f"{iri}{self._address}{node}{end}", f"{node}{self._address_type}{end}"]
        street = ", ".join(address.lines)
        for predicate, text in (
            (self._street, street),
            (self._locality, address.city),
            (self._postcode, address.postcode),
            (self._region, address.region),
            (self._country, address.country),
        ):
            if text:
                lines.append(f"{node}{predicate}{string(text)}{end}")
        return lines

    def _merge_lines(self, node: str, decision: MergeDecision) -> list[str]:
        end = self._identity
        return [
            f"{node}{self._merge_type}{end}",
            f"{node}{self._merged_key}{string(decision.key)}{end}",
            f"{node}{self._merged_name}{string(decision.name)}{end}",
            f"{node}{self._reason}{string(decision.reason)}{end}",
            f"{node}{self._score}{decimal(decision.score / 100)}{end}",
        ]
