"""Naming things and writing statements about them."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote, unquote

from graphkit.ontology import Ontology
from graphkit.vocabulary import DEFAULT_BASE

MAX_KEY = 400
"""Longer keys are cut and told apart by a hash: databases index only short ones."""
_SAFE_KEY = re.compile(r"[A-Za-z0-9._~-]*").fullmatch
VOCABULARY = "https://w3id.org/graphkit/"
"""Where the closed lists (degrees, origins, roles) live, whatever the base."""

ONTOLOGY_GRAPH = "ontology"
CATALOGUE_GRAPH = "catalogue"
DERIVED_GRAPH = "derived"
IDENTITY_GRAPH = "identity"
REGISTER_GRAPH = "register"
WITHDRAWN_GRAPH = "withdrawn"


class Namer:
    """Makes the IRIs of one graph, as N-Quads terms.

    >>> from graphkit.ontology import Ontology
    >>> namer = Namer(Ontology.load())
    >>> namer.thing("question", "16604")
    '<https://w3id.org/graphkit/id/question/16604>'
    >>> namer.predicate("dct:title")
    ' <http://purl.org/dc/terms/title> '
    """

    def __init__(self, ontology: Ontology, base: str = DEFAULT_BASE) -> None:
        self.ontology = ontology
        self.base = base
        self._id = f"{base}id/"

    def thing(self, kind: str, key: str) -> str:
        """The IRI of a thing by its kind and upstream key."""
        if len(key) > MAX_KEY:
            digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:16]
            key = f"{key[: MAX_KEY // 2]}-{digest}"
        if not _SAFE_KEY(key):
            key = quote(key, safe="-._~")
        return f"<{self._id}{kind}/{key}>"

    def organisation(self, key: str) -> str:
        """The IRI of an organisation by its record key (`gtr:…`, `ror:…`, `name:…`)."""
        scheme, _, rest = key.partition(":")
        return self.thing("organisation", rest if scheme == "gtr" else f"{scheme}-{rest}")

    def amount(self, owner: str, key: str) -> str:
        """The IRI of a sum of money, by the thing it belongs to and what it is there.

        >>> from graphkit.ontology import Ontology
        >>> namer = Namer(Ontology.load())
        >>> namer.amount(namer.thing("award", "ABC"), "expenditure")
        '<https://w3id.org/graphkit/id/amount/ABC-expenditure>'
        """
        return self.thing("amount", f"{key_of(owner)}-{key}")

    def participation(self, project: str, role: str, organisation: str) -> str:
        """The IRI of an organisation's part in a project."""
        return self.thing("participation", f"{key_of(project)}-{role}-{key_of(organisation)}")

    def address(self, organisation: str) -> str:
        """The IRI of an organisation's postal address."""
        return organisation.replace("/id/organisation/", "/id/address/")

    def graph(self, name: str) -> str:
        """The IRI of a named graph."""
        return f"<{self.base}graph/{name}>"

    def concept(self, scheme: str, key: str) -> str:
        """A member of a closed list, as `concept("degree", "partial")`."""
        return f"<{VOCABULARY}{scheme}/{key}>"

    def predicate(self, curie: str) -> str:
        """A declared property, with the spaces that a line needs around it."""
        return f" <{self.ontology.iri(curie)}> "

    def type(self, curie: str) -> str:
        """Predicate and object that state a declared class."""
        return f" <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{self.ontology.iri(curie)}>"


def key_of(iri: str) -> str:
    """The key in a thing's IRI, as it was before it was made fit for one.

    >>> key_of("<https://w3id.org/graphkit/id/organisation/name-acme%20ltd>")
    'name-acme ltd'
    """
    return unquote(iri[:-1].rpartition("/")[2])


def ending(graph: str) -> str:
    """What closes a line in a named graph."""
    return f" {graph} .\n"


class Node:
    """The statements about one subject, each in the graph of the source that made it.

    `endings` are the line endings by source; `overrides` tells the fields that
    another than the main source filled.
    """

    __slots__ = ("_endings", "_overrides", "ending", "lines", "subject")

    def __init__(
        self,
        subject: str,
        endings: list[str],
        source: int,
        overrides: dict[str, int],
        lines: list[str],
    ) -> None:
        self.subject = subject
        self.lines = lines
        self.ending = endings[source]
        self._endings = endings
        self._overrides = overrides

    def add(self, predicate: str, value: str, field: str = "") -> None:
        """State `predicate value`, in the graph of the source that gave `field`."""
        if field and field in self._overrides:
            ending = self._endings[self._overrides[field]]
        else:
            ending = self.ending
        self.lines.append(f"{self.subject}{predicate}{value}{ending}")

    def ending_of(self, field: str) -> str:
        """The line ending for statements that belong to a field but have another subject."""
        if field in self._overrides:
            return self._endings[self._overrides[field]]
        return self.ending
