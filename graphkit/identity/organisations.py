"""Who is who among organisations: records of all sources in, organisations out.

Two questions are kept apart: *may* two records be the same (their names are
alike), and *does anything speak against it* (country, region, a word that
differs). Records merge on one id, on one and the same name with nothing
against it, or on a spelling so near that no word differs; everything else is
kept apart and listed as a candidate with the reason. A wrong merge cannot be
seen in the graph afterwards, a missing one can.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from graphkit.identity.organisation_matching import Entity, Matching
from graphkit.model import Address, Organisation
from graphkit.text import clean_line, fold

_pack = msgspec.msgpack.Encoder().encode
_KIND_ORDER = {"gtr": 0, "ror": 1}


class ResolvedOrganisation(Organisation, frozen=True, kw_only=True):
    """One organisation, put together from all records of it.

    `keys` are the keys of those records, `mentions` says how often they were used.
    `sources` maps a field's name to the index of the source of each of its
    values: one for a single value, as many as there are values for a tuple.
    """

    keys: tuple[str, ...] = ()
    mentions: int = 0
    sources: dict[str, tuple[int, ...]] = msgspec.field(default_factory=dict)


class MergeDecision(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Why a record was taken to be an organisation that another record describes.

    `key` is the record's key and `name` its name, `into` the canonical key.
    `score` is 100 for equal names.
    """

    key: str
    into: str
    name: str
    reason: str
    score: float


class MatchCandidate(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Two organisations that may be one, kept apart: canonical keys, `key` before `other`."""

    key: str
    other: str
    score: float
    reason: str


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """Who is who. `canonical` maps every record key to its organisation's key.

    A canonical key is the smallest GtR key of the organisation, else its ROR
    key, else the smallest name. All lists are sorted by key.
    """

    canonical: dict[str, str]
    organisations: list[ResolvedOrganisation]
    merges: list[MergeDecision]
    candidates: list[MatchCandidate]


class Matches(msgspec.Struct, frozen=True, array_like=True):
    """What the comparison of all records gave, by their place in order of key.

    `inputs` is a hash of the records, `groups` the first record of each one's group. A merge has
    two records with the names that were compared, reason and score; a candidate two records.
    """

    inputs: bytes
    groups: list[int]
    merges: list[tuple[tuple[int, str], tuple[int, str], str, float]]
    candidates: list[tuple[int, int, float, str]]


class MatchingMemory(Protocol):
    """What was found out before, by hashes of all that it was found from."""

    def entity(self, digest: bytes) -> bytes | memoryview | None:
        """A packed entity."""

    def keep_entity(self, digest: bytes, packed: bytes | memoryview) -> None:
        """Keep one for the next time."""

    def matches(self) -> Matches | None:
        """What the comparison of all gave."""

    def keep_matches(self, matches: Matches) -> None:
        """Keep it for the next time."""


class _Variant(NamedTuple):
    """One way in which sources of one precedence describe a key; sorts best first.

    How its records are divided into files must leave no trace: uses are added up over sources,
    and `source` is the first of those that have it.
    """

    precedence: int
    minus_uses: int
    source: int
    record: Organisation


class _Told:
    """How often a description is used, and which sources have it."""

    __slots__ = ("sources", "uses")

    def __init__(self) -> None:
        self.uses = 0
        self.sources: list[int] = []


class OrganisationIndex:
    """Collects organisation records of all sources, then says which are one.

    >>> index = OrganisationIndex()
    >>> index.add(Organisation(key="gtr:1D3C9ADE", name="University of Bath"), 1, 0)
    >>> index.add(Organisation(key="ror:002h8g185", name="University of Bath"), 0, 1)
    >>> index.mention("THE UNIVERSITY OF BATH", 2, 2)
    'name:the university of bath'
    >>> resolution = index.resolve()
    >>> resolution.canonical["name:the university of bath"]
    'gtr:1D3C9ADE'
    >>> [(merge.key, merge.reason) for merge in resolution.merges][1]
    ('ror:002h8g185', 'same name as in ROR')
    """

    def __init__(self) -> None:
        self._told: dict[int, dict[Organisation, _Told]] = {}
        self._mentioned: dict[str, Organisation] = {}

    def add(self, organisation: Organisation, precedence: int, source: int, uses: int = 1) -> None:
        """Take one record. The lowest `precedence` wins; `source` comes back with each field.

        Among descriptions of one precedence the most used wins, and among equals the first in
        alphabetical order. Each record of a project or a list that describes the organisation
        is one use of that description: add it each time, or once with the number of `uses`.
        """
        told_of = self._told.setdefault(precedence, {})
        variant = msgspec.structs.replace(organisation, locator="", note=None)
        told = told_of.get(variant)
        if told is None:
            told = told_of[variant] = _Told()
        told.uses += uses
        if not told.sources or told.sources[-1] != source:
            told.sources.append(source)

    def mention(self, name: str, precedence: int = 99, source: int = -1) -> str:
        """Count an organisation that is known by name alone, and return its record key."""
        record = self._mentioned.get(name)
        if record is None:
            shown = clean_line(name) or "unnamed"
            record = Organisation(key=f"name:{fold(shown) or shown}", name=shown)
            self._mentioned[name] = record
        self.add(record, precedence, source)
        return record.key

    def resolve(
        self, order: Sequence[int] = (), memory: MatchingMemory | None = None
    ) -> Resolution:
        """Decide. The same records give the same answer, in whatever order they came.

        `order` gives each source its place among all; the answer names sources by it, and how
        records are divided into sources of one precedence shows in nothing else. `memory` spares
        what an earlier resolution did with the same records.
        """
        variants: dict[str, list[_Variant]] = defaultdict(list)
        for precedence, told_of in self._told.items():
            for record, told in told_of.items():
                place = min(order[n] if 0 <= n < len(order) else n for n in told.sources)
                variants[record.key].append(_Variant(precedence, -told.uses, place, record))
        keys = sorted(variants)
        known = _matches(variants, keys, memory)

        members: dict[int, list[str]] = defaultdict(list)
        for first, key in zip(known.groups, keys, strict=True):
            members[first].append(key)
        canonical = {key: min(group, key=_key_order) for group in members.values() for key in group}
        organisations = [
            _merged(group, [v for key in group for v in variants[key]], canonical)
            for group in members.values()
        ]
        merges = [
            MergeDecision(
                key=keys[merged],
                into=canonical[keys[merged]],
                name=name,
                reason=reason,
                score=score,
            )
            for (i, own_name), (other, other_name), reason, score in known.merges
            for merged, name in [
                (other, other_name) if canonical[keys[i]] == keys[i] else (i, own_name)
            ]
        ]
        return Resolution(
            canonical=dict(sorted(canonical.items())),
            organisations=sorted(organisations, key=lambda one: one.key),
            merges=sorted(merges),
            candidates=_candidates(known, keys, canonical),
        )


def _key_order(key: str) -> tuple[int, str]:
    return _KIND_ORDER.get(key.partition(":")[0], 2), key


def _matches(
    variants: dict[str, list[_Variant]], keys: list[str], memory: MatchingMemory | None
) -> Matches:
    """Compare all records, or remember what comparing them gave."""
    inputs = b""
    if memory is None:
        entities = [Entity(key, (one.record for one in variants[key])) for key in keys]
    else:
        digest = hashlib.blake2b(digest_size=16)
        entities = []
        for key in keys:
            entity, packed = _entity(key, variants[key], memory)
            entities.append(entity)
            digest.update(packed)
        inputs = digest.digest()
        known = memory.matches()
        if known is not None and known.inputs == inputs:
            memory.keep_matches(known)
            return known
    matching = Matching(entities)
    matching.run()
    matches = Matches(
        inputs=inputs,
        groups=[matching.find(i) for i in range(len(keys))],
        merges=[
            ((i, entities[i].name), (other, entities[other].name), reason, score)
            for i, other, reason, score in matching.merges
        ],
        candidates=[
            (i, j, score, reason) for (i, j), (score, reason) in matching.candidates.items()
        ],
    )
    if memory is not None:
        memory.keep_matches(matches)
    return matches


def _entity(
    key: str, variants: list[_Variant], memory: MatchingMemory
) -> tuple[Entity, bytes | memoryview]:
    records = sorted(_pack(one.record) for one in variants)
    digest = hashlib.blake2b(_pack((key, records)), digest_size=16).digest()
    packed = memory.entity(digest)
    if packed is None:
        entity = Entity(key, (one.record for one in variants))
        packed = entity.packed()
    else:
        entity = Entity.unpacked(packed)
    memory.keep_entity(digest, packed)
    return entity, packed


def _candidates(
    matches: Matches, keys: list[str], canonical: dict[str, str]
) -> list[MatchCandidate]:
    """The pairs that no later step merged, each once, the best reason kept."""
    best: dict[tuple[str, str], MatchCandidate] = {}
    for i, j, score, reason in matches.candidates:
        key, other = sorted((canonical[keys[i]], canonical[keys[j]]))
        if key == other:
            continue
        candidate = MatchCandidate(key=key, other=other, score=score, reason=reason)
        known = best.get((key, other))
        if known is None or (-score, reason) < (-known.score, known.reason):
            best[key, other] = candidate
    return sorted(best.values())


def _merged(
    group: list[str], variants: list[_Variant], canonical: dict[str, str]
) -> ResolvedOrganisation:
    """One organisation out of its records: the best source first, then the most used."""
    key = canonical[group[0]]
    if len(variants) > 1:
        variants = sorted(variants, key=_variant_order)
        name, name_source = _best_name(variants)
    else:
        name, name_source = variants[0].record.name, variants[0].source
    sources: dict[str, tuple[int, ...]] = {"name": (name_source,)}
    fields: dict[str, Any] = {}
    for field in ("website", "status", "established"):
        for variant in variants:
            value = getattr(variant.record, field)
            if value is not None:
                fields[field], sources[field] = value, (variant.source,)
                break
    for _, _, source, record in variants:
        if record.latitude is not None and record.longitude is not None:
            fields["latitude"], fields["longitude"] = record.latitude, record.longitude
            sources["latitude"] = sources["longitude"] = (source,)
            break
    with_address = [v for v in variants if v.record.address is not None]
    if with_address:
        fullest = max(with_address, key=lambda v: _fullness(v.record.address))  # first of equals
        fields["address"], sources["address"] = fullest.record.address, (fullest.source,)
    other_names = {n: v.source for v in reversed(variants) for n in _names(v.record) if n != name}
    kinds = {kind: v.source for v in reversed(variants) for kind in v.record.kinds}
    ids = {pair: v.source for v in reversed(variants) for pair in v.record.external_ids}
    related = {
        (relation, canonical.get(other, other)): v.source
        for v in reversed(variants)
        for relation, other in v.record.related
        if canonical.get(other, other) != key
    }
    record_keys = {v.record.key: v.source for v in reversed(variants)}
    unions: tuple[tuple[str, dict[Any, int]], ...] = (
        ("names", other_names),
        ("kinds", kinds),
        ("external_ids", ids),
        ("related", related),
        ("keys", record_keys),
    )
    for field, values in unions:
        if values:
            ordered = sorted(values)
            fields[field] = tuple(ordered)
            sources[field] = tuple(values[value] for value in ordered)
    fields["mentions"] = -sum(variant.minus_uses for variant in variants)
    return ResolvedOrganisation(key=key, name=name, sources=sources, **fields)


def _variant_order(variant: _Variant) -> tuple[int, int, str, bytes]:
    packed = msgspec.msgpack.encode(variant.record)
    return variant.precedence, variant.minus_uses, variant.record.name, packed


def _best_name(variants: list[_Variant]) -> tuple[str, int]:
    """By precedence, then by all uses of that name, then in alphabetical order."""
    first = variants[0].precedence
    totals: Counter[str] = Counter()
    for variant in variants:
        if variant.precedence == first:
            totals[variant.record.name] -= variant.minus_uses
    name = min(totals, key=lambda one: (-totals[one], one))
    return name, min(v.source for v in variants if v.precedence == first and v.record.name == name)


def _names(record: Organisation) -> Iterable[str]:
    return (record.name, *record.names)


def _fullness(address: Address | None) -> int:
    """How many parts of an address are filled with something that tells a place."""
    if address is None:
        return 0
    region = fold(address.region or "")
    parts = (address.lines, address.city, address.county, address.postcode, address.country)
    return sum(bool(part) for part in parts) + (region not in ("", "unknown", "outside uk"))
