"""The records of why a statement is in the graph."""

from __future__ import annotations

import msgspec


class SourceFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The source that says it: what was fetched, when and from where, and the file as read.

    `keys` are what the file calls the record that says it, and `record` tells the same in words.
    `retrieved` is the time of the fetch where `fetched`, else the file's own.
    """

    title: str
    format: str
    file: str
    record: str
    sha256: str
    bytes: int
    records: int
    keys: tuple[str, ...] = ()
    fetched: bool = False
    publisher: str | None = None
    address: str | None = None
    retrieved: str | None = None
    licence: str | None = None
    note: str | None = None


class Computed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The computation that made it, as far as the graph tells."""

    iri: str
    method: str
    version: str = ""
    model: str = ""
    model_digest: str = ""
    parameters: str = ""
    ended: str = ""


class Support(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record of the graph that says more about a link: an assessment, similarity or merge."""

    iri: str
    origin: str = ""
    degree: str = ""
    score: float | None = None
    explanation: str = ""
    reason: str = ""
    evidence: tuple[str, ...] = ()


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a statement is in one named graph: `kind` is source, or the name of one of graphkit's
    own graphs. `plan` is the IRI of the rule."""

    kind: str
    graph: str
    rule: str
    made_by: str
    plan: str = ""
    source: SourceFacts | None = None
    computed: tuple[Computed, ...] = ()
    support: tuple[Support, ...] = ()


class Explained(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A statement with its reasons: one for each named graph that holds it.

    `property` is in short form; `value` is an IRI or the text of a literal, of which `datatype`
    and `language` tell more: an IRI has neither.
    """

    subject: str
    property: str
    value: str
    reasons: tuple[Reason, ...]
    datatype: str = ""
    language: str = ""


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That no source has the record of a thing any more, and what it was.

    `was` are the IRIs of the classes that it had, `sources` those of the named graphs of the
    sources in which it was last.
    """

    thing: str
    day: str
    was: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
