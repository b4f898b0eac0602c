"""Nodes and relationships, as every engine and every export gets them.

A value is a string, integer, float, boolean, or a list of those. Where the
value is of a kind that JSON has no word for, `typed` names the kind under the
same key: `date` and `datetime` (ISO text), `point` (longitude and latitude).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

Scalar = str | int | float | bool
Value = Scalar | list[Any]

_ENCODER = msgspec.msgpack.Encoder(order="sorted")
_DECODER = msgspec.msgpack.Decoder(tuple[dict[str, Any], dict[str, str]])


class Node(msgspec.Struct, frozen=True, gc=False):
    """A node: `id` is unique among the nodes of its label, `iri` in the whole graph."""

    label: str
    id: str
    iri: str
    properties: dict[str, Value]
    typed: dict[str, str]


class Relationship(msgspec.Struct, frozen=True, gc=False):
    """A relationship between two nodes, given by IRI.

    `key` tells parallel relationships of one type apart: it is the id of the node
    that qualifies the relationship, or empty.
    """

    type: str
    start: str
    end: str
    key: str
    properties: dict[str, Value]
    typed: dict[str, str]


class NodeRow(msgspec.Struct, frozen=True, gc=False):
    """A node with the hash of what it holds; `content` is decoded only where it is needed."""

    label: str
    id: str
    iri: str
    digest: bytes
    content: bytes


class RelationshipRow(msgspec.Struct, frozen=True, gc=False):
    """A relationship with the labels, ids and IRIs of its ends."""

    type: str
    start_label: str
    start: str
    end_label: str
    end: str
    key: str
    content: bytes
    start_iri: str
    end_iri: str


def encoded(properties: Mapping[str, Value], typed: Mapping[str, str]) -> bytes:
    """Properties as bytes; equal properties give equal bytes.

    >>> encoded({"b": 1, "a": "x"}, {}) == encoded({"a": "x", "b": 1}, {})
    True
    >>> encoded({"a": 1}, {}) == encoded({"a": 1.0}, {})
    False
    """
    return _ENCODER.encode((properties, typed))


def decoded(content: bytes) -> tuple[dict[str, Value], dict[str, str]]:
    """What `encoded` made into bytes.

    >>> decoded(encoded({"day": "2026-01-31"}, {"day": "date"}))
    ({'day': '2026-01-31'}, {'day': 'date'})
    """
    return _DECODER.decode(content)


def digest_of(content: bytes) -> bytes:
    """A hash of 16 bytes."""
    return hashlib.blake2b(content, digest_size=16).digest()


def identity_of(type_: str, start: str, end: str, key: str) -> bytes:
    """What makes a relationship the one it is, as a hash of 16 bytes."""
    return hashlib.blake2b(f"{type_}\0{start}\0{end}\0{key}".encode(), digest_size=16).digest()


def weight_of_node(label: str, identifier: str, digest: bytes) -> int:
    """A node as a number: added up, those of all elements tell whether two graphs are equal."""
    return _number(f"{label}\0{identifier}\0".encode() + digest)


def weight_of_relationship(identity: bytes, content: bytes) -> int:
    """A relationship as a number, to be added up with those of the nodes."""
    return _number(identity + content)


def sum_of(total: int) -> str:
    """The hash of a whole graph, from the sum of its elements' numbers.

    >>> sum_of(-1)
    'ffffffffffffffffffffffffffffffff'
    """
    return f"{total % (1 << 128):032x}"


def _number(content: bytes) -> int:
    return int.from_bytes(digest_of(content))
