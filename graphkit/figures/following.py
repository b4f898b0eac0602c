"""Columns that follow a change of the statements: most of them renumbered, some read again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyoxigraph as ox

from graphkit.figures.changed import Changed
from graphkit.figures.columns import COLUMNS, HASHES, KINDS, TABLES, Columns, Numbers, in_order
from graphkit.figures.reading import GRANT_KEY, Reading, address_hash, numbered
from graphkit.figures.statements import StatementsOf, Things
from graphkit.store import GraphStore
from graphkit.text import fold
from graphkit.vocabulary import expand

_IN_PLACES = ("gk:locatedIn", "gk:concernsPlace")
_FEW = 10_000
"""So many things may always change; else a fifth of all."""


@dataclass(frozen=True)
class _Move:
    """What becomes of the numbers of one kind of things.

    `at` gives for each old number the new one, -1 for what is gone, and last for -1 itself.
    `size` counts the things there are now.
    """

    at: Numbers
    size: int

    def __call__(self, numbers: Numbers) -> Numbers:
        moved: Numbers = self.at[numbers]
        return moved


def followed(old: Columns, now: Things, changed: Changed) -> Columns | None:
    """The columns of a store, from those of the one before and what changed between the two.

    None where so much changed that they are better read in full.
    """
    touched = _touched(now.store, changed)
    if len(touched) > max(_FEW, sum(map(len, old.things.values())) // 5):
        return None
    in_places = map(expand, _IN_PLACES)
    places = {one for p in in_places for thing in touched for one in now.links(thing, p)}
    statements = StatementsOf(now, touched | places)
    things, moves = _kinds(old, changed, statements)
    hashes, moves["assessment"], assessments = _assessments(old, changed, statements, touched)
    gone = {kind: _numbers_of(old, kind, touched) for kind in old.things}
    gone["assessment"] = _hash_numbers(old[HASHES], map(address_hash, touched))
    at: dict[str, Mapping[str, int]] = {kind: numbered(iris) for kind, iris in things.items()}
    at["assessment"] = assessments
    keys = statements.first(expand(GRANT_KEY))
    fresh = {key for iri, key in keys.items() if iri in at["project"]}
    things["grant"], moves["grant"] = _grants(old, gone["project"], fresh)
    at["grant"] = numbered(things["grant"])
    sizes = {kind: move.size for kind, move in moves.items()}
    reading = Reading(statements, at, sizes)
    fresh_numbers = {
        kind: np.array(sorted(ids[iri] for iri in touched if iri in ids), np.int64)
        for kind, ids in at.items()
    }
    numbers: dict[str, Numbers] = {HASHES: hashes}
    for name, shape in COLUMNS.items():
        values = old[name] if not shape.of else moves[shape.of](old[name])
        column = np.full(sizes[shape.kind], shape.fill, shape.dtype)
        target = moves[shape.kind].at[:-1]
        column[target[target >= 0]] = values[target >= 0]
        again = fresh_numbers[shape.kind]
        column[again] = reading.column(name)[again]
        numbers[name] = column
    for name, (first, second) in reading.tables().items():
        kind, other = TABLES[name]
        stays = np.ones(len(moves[kind].at), bool)
        stays[gone[kind]] = False
        before, with_it = old.pairs(name)
        kept = stays[before]
        before, with_it = moves[kind](before[kept]), moves[other](with_it[kept])
        both = (before >= 0) & (with_it >= 0)
        mine = np.isin(first, fresh_numbers[kind])
        numbers[f"{name}_a"], numbers[f"{name}_b"] = in_order(
            np.concatenate([before[both], first[mine]]),
            np.concatenate([with_it[both], second[mine]]),
        )
    names = np.full(sizes["organisation"], "", object)
    target = moves["organisation"].at[:-1]
    names[target[target >= 0]] = np.array(old.names, object)[target >= 0]
    labels = reading.texts("organisation", "skos:prefLabel")
    for number in fresh_numbers["organisation"].tolist():
        names[number] = fold(labels.get(number, ""))
    return Columns(things, numbers, names.tolist())


def _touched(store: GraphStore, changed: Changed) -> set[str]:
    """Things of which something may be counted otherwise than before.

    Beside those of which something else is said, these are what is linked to a thing that came
    or went as one of its kind, and what is in or about a place that lies elsewhere now.
    """
    touched = set(changed.subjects)
    moved = set(changed.of(expand("gk:within")))
    for thing in changed.classed:
        for quad in store.quads(None, None, ox.NamedNode(thing)):
            if isinstance(quad.subject, ox.NamedNode):
                touched.add(quad.subject.value)
                if quad.predicate.value == expand("gk:within"):
                    moved.add(quad.subject.value)
    for place in sorted(moved):
        for curie in _IN_PLACES:
            touched.update(store.subjects(expand(curie), place))
    return touched


def _kinds(
    old: Columns, changed: Changed, statements: StatementsOf
) -> tuple[dict[str, list[str]], dict[str, _Move]]:
    """All things by kind, and the moves of their numbers."""
    things, moves = {}, {}
    for kind, curies in KINDS.items():
        if kind == "assessment":
            continue
        before = old.things[kind]
        present = {iri for one in curies for iri in statements.of_class(expand(one))}
        came, went = [], []
        for thing in changed.classed:
            known = old.number(kind, thing) >= 0
            if known and thing not in present:
                went.append(thing)
            elif not known and thing in present:
                came.append(thing)
        things[kind], moves[kind] = _moved(before, came, went)
    return things, moves


def _moved(before: list[str], came: list[str], went: list[str]) -> tuple[list[str], _Move]:
    """A sorted list after things came and went, and the move of its numbers."""
    if not came and not went:
        return before, _Move(np.append(np.arange(len(before)), -1), len(before))
    stays = np.ones(len(before), bool)
    stays[[bisect_left(before, one) for one in went]] = False
    shift = np.zeros(len(before) + 1, np.int64)
    for one in came:
        shift[bisect_left(before, one)] += 1
    at = np.cumsum(stays) - 1 + np.cumsum(shift)[:-1]
    at[~stays] = -1
    gone = set(went)
    now = sorted([one for one in before if one not in gone] + came)
    return now, _Move(np.append(at, -1), len(now))


def _numbers_of(old: Columns, kind: str, things: Iterable[str]) -> Numbers:
    found = (old.number(kind, one) for one in things)
    return np.array(sorted(at for at in found if at >= 0), np.int64)


def _hash_numbers(hashes: Numbers, wanted: Iterable[int]) -> Numbers:
    """Numbers of those hashes that are there."""
    asked = np.array(sorted(set(wanted)), np.uint64)
    at = np.searchsorted(hashes, asked)
    inside = at < len(hashes)
    at, asked = at[inside], asked[inside]
    found: Numbers = at[hashes[at] == asked]
    return found


def _assessments(
    old: Columns, changed: Changed, statements: StatementsOf, touched: set[str]
) -> tuple[Numbers, _Move, dict[str, int]]:
    """All assessments, the move of their numbers, and the numbers of those that are touched."""
    before = old[HASHES]
    is_one = statements.of_class(expand(*KINDS["assessment"]))
    present = {address_hash(iri): iri for iri in is_one if iri in touched}
    stays = np.ones(len(before), bool)
    stays[_hash_numbers(before, map(address_hash, changed.classed))] = False
    now = np.array(sorted({*before[stays].tolist(), *present}), np.uint64)
    at = np.searchsorted(now, before)
    at[~stays] = np.where(np.isin(before[~stays], now), at[~stays], -1)
    numbers = _hash_numbers(now, present)
    assessments = {present[int(now[number])]: int(number) for number in numbers}
    return now, _Move(np.append(at, -1), len(now)), assessments


def _grants(old: Columns, gone: Numbers, fresh: set[str]) -> tuple[list[str], _Move]:
    """Keys of all grants; those that only touched projects had are left out."""
    stays = np.ones(old.size("project"), bool)
    stays[gone] = False
    numbers = old["grant"][stays]
    used = np.zeros(old.size("grant"), bool)
    used[numbers[numbers >= 0]] = True
    before = old.things["grant"]
    known = set(before)
    went = [key for key, is_used in zip(before, used, strict=True) if not is_used]
    went = [key for key in went if key not in fresh]
    return _moved(before, sorted(fresh - known), went)
