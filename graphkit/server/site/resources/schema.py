"""Things in the words of schema.org, for search engines: to be put inside pages."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

import pyoxigraph as ox

from graphkit.server.site.app import site
from graphkit.server.site.dataset import Dataset
from graphkit.server.site.resources.addresses import absolute, local_path
from graphkit.server.site.resources.dumps import dumps
from graphkit.server.site.resources.labels import Labels
from graphkit.store import python_value
from graphkit.vocabulary import expand

CONTEXT = "https://schema.org"
_Said = dict[str, Any]
_TYPES: dict[str, str | list[str]] = {
    "question": "Question",
    "question-set": "Report",
    "project": "ResearchProject",
    "organisation": "Organization",
    "funder": ["Organization", "FundingAgency"],
    "programme": "FundingScheme",
    "department": "GovernmentOrganization",
    "place": "AdministrativeArea",
    "award": "MonetaryGrant",
}
"""Kind in the address of a thing to schema.org's type."""


def schema_org(iri: str) -> dict[str, Any]:
    """A thing in schema.org's words, with `@context`; empty for kinds that it has no words for.

    `@id` is the thing's own IRI, `url` its page on this site.
    """
    speaker = _Speaker(site().dataset)
    kind = speaker.labels.kind(iri)
    tell = _SPEECH.get(kind)
    if tell is None:
        return {}
    return {"@context": CONTEXT, **_without_empty({**speaker.named(iri), **tell(speaker, iri)})}


class _Speaker:
    """Reads values of things and says them in schema.org's words."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.labels = Labels(dataset)

    def values(self, iri: str, *shorts: str) -> list[str]:
        """Values of properties as text, sorted."""
        found = {
            value.value
            for short in shorts
            for value in self.dataset.store.objects(iri, expand(short))
            if isinstance(value, ox.NamedNode | ox.Literal)
        }
        return sorted(found)

    def one(self, iri: str, *shorts: str) -> str:
        """The first value, or nothing."""
        found = self.values(iri, *shorts)
        return found[0] if found else ""

    def number(self, iri: str, short: str) -> float | None:
        """The first value as a number."""
        values = [python_value(value) for value in self.dataset.store.objects(iri, expand(short))]
        numbers = sorted(value for value in values if isinstance(value, int | float))
        return numbers[0] if numbers and isfinite(numbers[0]) else None

    def named(self, iri: str) -> _Said:
        """A thing with its type, its name and its page."""
        path = local_path(iri)
        return {
            "@type": _TYPES.get(self.labels.kind(iri), "Thing"),
            "@id": iri,
            "name": self.labels.of(iri),
            "url": absolute(path) if path else None,
        }

    def all_named(self, iri: str, *shorts: str) -> list[_Said]:
        """The things that properties lead to, as `named` says them."""
        return [self.named(end) for end in self.values(iri, *shorts) if "://" in end]

    def amount(self, iri: str) -> _Said:
        """A sum of money."""
        for node in self.values(iri, "dg:economic_value"):
            value = self.number(node, "schema:value")
            if value is not None:
                currency = self.one(node, "schema:currency")
                return {"@type": "MonetaryAmount", "value": value, "currency": currency}
        return {}


def _question(said: _Speaker, iri: str) -> _Said:
    return {
        "text": said.one(iri, "schema:text"),
        "author": said.all_named(iri, "gk:askedBy"),
        "about": said.all_named(iri, "gk:hasAspect", "dct:subject"),
        "spatialCoverage": said.all_named(iri, "gk:concernsPlace"),
        "datePublished": said.one(iri, "gk:posted"),
        "expires": said.one(iri, "schema:expires"),
        "isPartOf": said.all_named(iri, "dct:isPartOf"),
        "identifier": said.values(iri, "dct:identifier"),
        "sameAs": said.values(iri, "schema:sameAs"),
    }


def _project(said: _Speaker, iri: str) -> _Said:
    parts = ("gk:leadOrganisation", "gk:collaborator", "gk:partnerOrganisation")
    return {
        "description": said.one(iri, "dct:abstract"),
        "foundingDate": said.one(iri, "schema:startDate"),
        "dissolutionDate": said.one(iri, "schema:endDate"),
        "identifier": said.values(iri, "gk:grantReference", "dct:identifier"),
        "funder": said.all_named(iri, "gk:fundedBy"),
        "funding": [
            {
                **said.named(award),
                "identifier": said.values(award, "frapo:hasGrantNumber"),
                "funder": said.all_named(award, "dg:funded_by"),
                "amount": said.amount(award),
            }
            for award in said.values(iri, "gk:award")
        ],
        "parentOrganization": said.all_named(iri, parts[0]),
        "member": said.all_named(iri, *parts[1:]),
        "location": said.all_named(iri, "gk:locatedIn"),
        "knowsAbout": [one["name"] for one in said.all_named(iri, "dct:subject")],
        "sameAs": said.values(iri, "schema:sameAs"),
    }


def _body(said: _Speaker, iri: str) -> _Said:
    addresses = [
        {
            "@type": "PostalAddress",
            "streetAddress": said.one(node, "schema:streetAddress"),
            "addressLocality": said.one(node, "schema:addressLocality"),
            "addressRegion": said.one(node, "schema:addressRegion"),
            "postalCode": said.one(node, "schema:postalCode"),
            "addressCountry": said.one(node, "schema:addressCountry"),
        }
        for node in said.values(iri, "schema:address")
    ]
    return {
        "alternateName": said.values(iri, "skos:altLabel", "gk:acronym"),
        "identifier": said.values(iri, "dct:identifier", "gk:crossrefFunderId"),
        "address": addresses,
        "location": said.all_named(iri, "gk:locatedIn"),
        "foundingDate": said.one(iri, "schema:foundingDate"),
        "sameAs": said.values(iri, "schema:sameAs"),
    }


def _place(said: _Speaker, iri: str) -> _Said:
    latitude, longitude = said.number(iri, "wgs:lat"), said.number(iri, "wgs:long")
    point = {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
    return {
        "alternateName": said.values(iri, "skos:altLabel"),
        "identifier": said.values(iri, "skos:notation"),
        "containedInPlace": said.all_named(iri, "schema:containedInPlace"),
        "geo": {} if None in (latitude, longitude) else point,
        "sameAs": said.values(iri, "schema:sameAs"),
    }


_SPEECH: dict[str, Callable[[_Speaker, str], _Said]] = {
    "question": _question,
    "project": _project,
    "organisation": _body,
    "funder": _body,
    "programme": _body,
    "department": _body,
    "place": _place,
}


def schema_org_dataset() -> dict[str, Any]:
    """The data set in schema.org's words: licences, dumps, the SPARQL endpoint."""
    dataset = site().dataset
    start = absolute()
    whole, *rest = dumps()
    manifest = dataset.snapshot.manifest if dataset.snapshot else None
    distribution = [
        {
            "@type": "DataDownload",
            "name": f"{dump.title} ({file.format})",
            "contentUrl": f"{start}dumps/{file.href.rpartition('/dumps/')[2]}",
            "encodingFormat": [file.content_type, file.media_type],
            "contentSize": f"{file.bytes} B" if file.bytes else None,
            "license": list(dump.licences),
        }
        for dump in (whole, *rest)
        for file in dump.files
    ]
    publishers = sorted({dump.publisher for dump in rest if dump.publisher})
    return {
        "@context": CONTEXT,
        **_without_empty(
            {
                "@type": "Dataset",
                "@id": dataset.base or start,
                "name": _NAME if manifest else dataset.name,
                "description": _DESCRIPTION if manifest else f"The data set {dataset.name}.",
                "url": start,
                "version": dataset.name,
                "dateModified": manifest.created if manifest else None,
                "license": list(whole.licences),
                "creditText": whole.attribution,
                "creator": [{"@type": "Organization", "name": name} for name in publishers],
                "isBasedOn": sorted({dump.source for dump in rest if dump.source}),
                "keywords": ["research questions", "funded research", "SPARQL", "RDF"],
                "isAccessibleForFree": True,
                "distribution": [
                    *distribution,
                    {
                        "@type": "DataDownload",
                        "name": "SPARQL endpoint",
                        "contentUrl": f"{start}sparql",
                        "encodingFormat": "application/sparql-results+json",
                    },
                ],
            }
        ),
    }


_NAME = "Research questions of public bodies and funded research projects"
_DESCRIPTION = (
    "A knowledge graph of the research questions that UK public bodies ask, the projects that "
    "have been funded, the organisations and places behind them, and how far each project "
    "speaks to each question. Published statements and computed ones stand apart."
)


def _without_empty(said: Any) -> Any:
    """The same without what has no value; a list of one becomes its value."""
    if isinstance(said, dict):
        kept = {key: _without_empty(value) for key, value in said.items()}
        return {key: value for key, value in kept.items() if value not in (None, "", [], {})}
    if isinstance(said, list):
        items = [_without_empty(value) for value in said]
        return items[0] if len(items) == 1 else items
    return said
