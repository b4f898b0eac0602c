"""Names of vocabularies, and the records that describe their terms.

`ontology.py` reads the terms themselves from the ontology's files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from graphkit.errors import UsageError

ONTOLOGY_IRI = "https://w3id.org/graphkit/ontology"
NAMESPACE = f"{ONTOLOGY_IRI}#"
DEFAULT_BASE = "https://w3id.org/graphkit/"

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "gk": NAMESPACE,
        "schema": "https://schema.org/",
        "org": "http://www.w3.org/ns/org#",
        "dct": "http://purl.org/dc/terms/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "prov": "http://www.w3.org/ns/prov#",
        "geo": "http://www.opengis.net/ont/geosparql#",
        "wgs": "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "dg": "https://w3id.org/dingo#",
        "frapo": "http://purl.org/cerif/frapo/",
        "void": "http://rdfs.org/ns/void#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "sh": "http://www.w3.org/ns/shacl#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Prefix to namespace, for every vocabulary that a graph of graphkit uses."""

RDF_TYPE = PREFIXES["rdf"] + "type"
RDFS_RESOURCE = PREFIXES["rdfs"] + "Resource"
"""As the range of a property: an address that is not a thing of the graph."""

TERM_FILES = ("graphkit.ttl", "schemes.ttl", "rules.ttl")
SHAPES_FILE = "shapes.ttl"
CONTEXT_FILE = "context.jsonld"


def ontology_folder() -> Path:
    """The folder of the ontology's files: inside the package, or beside it in a checkout.

    >>> (ontology_folder() / "graphkit.ttl").is_file()
    True
    """
    package = Path(__file__).resolve().parent
    packaged = package / "ontology_files"
    return packaged if packaged.is_dir() else package.parent / "ontology"


def curie(iri: str) -> str:
    """An IRI in its short form, or as it is where no prefix fits.

    >>> curie("https://w3id.org/graphkit/ontology#Project")
    'gk:Project'
    >>> curie("https://example.org/x")
    'https://example.org/x'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            local = iri[len(namespace) :]
            if local and "/" not in local and "#" not in local:
                return f"{prefix}:{local}"
    return iri


def expand(short: str) -> str:
    """The IRI of a short form, declared or not; a full IRI is given back as it is.

    Raises `UsageError` for a prefix that is not in `PREFIXES`.

    >>> expand("xsd:date")
    'http://www.w3.org/2001/XMLSchema#date'
    """
    prefix, colon, local = short.partition(":")
    if colon and local.startswith("//"):
        return short
    namespace = PREFIXES.get(prefix) if colon else None
    if namespace is None:
        raise UsageError(
            f"no vocabulary has the prefix of {short!r}",
            hint=f"prefixes are {', '.join(sorted(PREFIXES))}",
        )
    return namespace + local


@dataclass(frozen=True, slots=True)
class ClassTerm:
    """A class: `label` is its node label, `name` what people call it.

    `folded_into` is the IRI of what its things become in a property graph that
    has no nodes for them (a datatype property: their value; a class: properties
    on its things; an object property: a relationship that ends there), else None.
    `parents` are the classes it is a kind of, all of other vocabularies.
    `named_by` is the property whose value names its things, `qualifies` the property
    whose statements its things say more about; `indexed` and `searched` are those by
    whose values and by whose words its things are sought.
    """

    iri: str
    curie: str
    label: str
    name: str
    comment: str
    parents: tuple[str, ...] = ()
    folded_into: str | None = None
    named_by: str | None = None
    qualifies: str | None = None
    addressed_under: str | None = None
    indexed: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PropertyTerm:
    """A property: exactly one of `relationship_type` and `property_key` is set.

    `ranges` are IRIs of classes or datatypes that its values have; `used_on` are
    IRIs of the classes whose things carry it. Both are sorted. `follows_from` is what
    tells the same in a property graph, `direct_role` the role that a direct link to
    an organisation stands for, `codes_from` the closed list of its values, and
    `usual_value` the value that need not be written.
    """

    iri: str
    curie: str
    name: str
    comment: str
    relationship_type: str | None = None
    property_key: str | None = None
    ranges: tuple[str, ...] = ()
    used_on: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    follows_from: str | None = None
    direct_role: str | None = None
    codes_from: str | None = None
    usual_value: str | None = None

    @property
    def datatype(self) -> str | None:
        """The IRI of the one datatype of its values, or None if they are not of one datatype.

        `schema:startDate` has two (a succession has only a year): ask `Ontology.usage`.
        """
        literal = self.ranges[0] if len(self.ranges) == 1 else ""
        return literal if literal.startswith(PREFIXES["xsd"]) else None

    @property
    def is_coded(self) -> bool:
        """Whether its values are codes of a closed list, written as the last part of their IRI."""
        return self.property_key is not None and any(
            value in (PREFIXES["skos"] + "Concept", PREFIXES["skos"] + "ConceptScheme")
            for value in self.ranges
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """How a property stands on the things of one class, as the shapes have it.

    `required` is the severity with which a missing value is reported
    (`"Violation"`, `"Warning"`) or None; `many` tells whether there may be
    several values; `datatype` is an IRI, or None for a reference or a code.
    """

    class_iri: str
    property_iri: str
    required: str | None = None
    many: bool = True
    datatype: str | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """A code of a closed list, or an aspect: `key` is the last part of its IRI.

    `order` is set for degrees, from 0 (full) to 5 (none). `signs` are wordings that show an
    aspect in a text without being names of it (`skos:hiddenLabel`).
    """

    iri: str
    key: str
    label: str
    definition: str
    scheme: str
    alternatives: tuple[str, ...] = ()
    order: int | None = None
    signs: tuple[str, ...] = ()
