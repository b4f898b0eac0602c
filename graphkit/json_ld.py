"""RDF as JSON-LD objects, with the names of the ontology's context."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from graphkit.vocabulary import PREFIXES, RDF_TYPE, expand

_STRING = expand("xsd:string")
_NATIVE = {expand("xsd:integer"), expand("xsd:boolean")}
_XSD = PREFIXES["xsd"]

_Statements = dict[ox.NamedNode, list[Any]]
"""Predicate to values, of one subject."""


class Context:
    """The names of the ontology's JSON-LD context, turned round: from IRI to name."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._prefixes = {
            key: value
            for key, value in context.items()
            if isinstance(value, str) and value[-1:] in "#/" and not key.startswith("@")
        }
        self._terms: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._scoped: dict[str, dict[str, tuple[str, Mapping[str, Any]]]] = {}
        self._types: dict[str, str] = {}
        self._found: dict[tuple[str, tuple[str, ...]], tuple[str, Mapping[str, Any]]] = {}
        for name, value in context.items():
            if name.startswith("@") or name in self._prefixes or value in ("@id", "@type"):
                continue
            meaning: Mapping[str, Any] = {"@id": value} if isinstance(value, str) else value
            iri = self.expand(meaning["@id"])
            if name[0].isupper():
                self._types[iri] = name
                inner = meaning.get("@context", {})
                self._scoped[iri] = {
                    self.expand(term["@id"]): (key, term) for key, term in inner.items()
                }
            else:
                self._terms[iri] = (name, meaning)

    def expand(self, short: str) -> str:
        """The IRI of a short form of this context."""
        prefix, colon, local = short.partition(":")
        known = self._prefixes.get(prefix) if colon else None
        return short if known is None else f"{known}{local}"

    def short(self, iri: str) -> str:
        """The short form of an IRI, where it has one."""
        for prefix, namespace in self._prefixes.items():
            if iri.startswith(namespace) and len(iri) > len(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def class_name(self, iri: str) -> str:
        """The name of a class."""
        return self._types.get(iri) or self.short(iri)

    def term(self, iri: str, types: Iterable[str]) -> tuple[str, Mapping[str, Any]]:
        """Name and definition of a property, on things of these classes."""
        asked = iri, tuple(types)
        found = self._found.get(asked)
        if found is None:
            found = self._found[asked] = self._term(*asked)
        return found

    def _term(self, iri: str, types: tuple[str, ...]) -> tuple[str, Mapping[str, Any]]:
        own = {name: key for kind in types for key, (name, _) in self._scoped.get(kind, {}).items()}
        for kind in types:
            if iri in self._scoped.get(kind, {}):
                return self._scoped[kind][iri]
        name, meaning = self._terms.get(iri, ("", {}))
        return (name, meaning) if name and name not in own else (self.short(iri), {})


class Framing:
    """Statements by subject, and how they become JSON objects.

    What a node points to stands inside it where anything is said of it; with `deep`, what that
    points to stands inside that, and so on.
    """

    def __init__(
        self, context: Context, triples: Iterable[ox.Triple], *, deep: bool = False
    ) -> None:
        self._context = context
        self._deep = deep
        self.nodes: dict[Any, _Statements] = defaultdict(dict)
        for triple in triples:
            self.nodes[triple.subject].setdefault(triple.predicate, []).append(triple.object)
        self.placed: set[Any] = set()

    def types(self, node: Any) -> list[str]:
        """IRIs of the classes of a node, sorted."""
        values = self.nodes.get(node, {}).get(ox.NamedNode(RDF_TYPE), [])
        return sorted(value.value for value in values if isinstance(value, ox.NamedNode))

    def node(self, node: Any, *, nested: bool) -> dict[str, Any]:
        """A node with everything that is said of it, and what it points to inside it."""
        self.placed.add(node)
        types = self.types(node)
        found: dict[str, Any] = {"id": node_id(node)}
        if types:
            names = [self._context.class_name(iri) for iri in types]
            found["type"] = names[0] if len(names) == 1 else names
        for predicate, values in self.nodes.get(node, {}).items():
            if predicate.value == RDF_TYPE:
                continue
            name, meaning = self._context.term(predicate.value, types)
            written = [self._value(value, meaning, nested) for value in values]
            many = len(written) > 1 or meaning.get("@container") == "@set"
            found[name] = written if many else written[0]
        return found

    def _value(self, value: Any, meaning: Mapping[str, Any], nested: bool) -> Any:
        if isinstance(value, ox.Literal):
            return _literal(value, meaning.get("@type"))
        coded = meaning.get("@context", {})
        for key, iri in coded.items():
            if isinstance(value, ox.NamedNode) and iri == value.value:
                return key
        if nested and value in self.nodes and value not in self.placed:
            return self.node(value, nested=self._deep or isinstance(value, ox.BlankNode))
        plain = node_id(value)
        return plain if meaning.get("@type") == "@id" else {"id": plain}


def node_id(node: Any) -> str:
    """A node as JSON-LD names it."""
    return f"_:{node.value}" if isinstance(node, ox.BlankNode) else str(node.value)


def _literal(value: ox.Literal, coerced: str | None) -> Any:
    if value.language:
        return {"@value": value.value, "@language": value.language}
    datatype = value.datatype.value
    if datatype in _NATIVE and (coerced is None or coerced.startswith("xsd:")):
        native = _native(value.value, datatype)
        if native is not None and coerced in (None, f"xsd:{datatype[len(_XSD) :]}"):
            return native
    if coerced is not None and coerced.startswith("xsd:"):
        if datatype == f"{_XSD}{coerced[4:]}":
            return value.value
    elif datatype == _STRING and coerced is None:
        return value.value
    return {"@value": value.value, "@type": datatype}


def _native(text: str, datatype: str) -> int | bool | None:
    """A whole number or truth value as JSON has it, if reading it gives the same text back."""
    if text in ("true", "false") and datatype.endswith("boolean"):
        return text == "true"
    if datatype.endswith("integer") and text.lstrip("-").isdigit() and len(text) < 15:
        number = int(text)
        return number if str(number) == text else None
    return None
