"""A property graph that followed a change is the one that is made of everything."""

from __future__ import annotations

import gzip
import random
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from property_graph.graphs import BASE, SCHEMA
from property_graph.test_round_trip import (
    AMOUNT,
    G2,
    NAMER,
    PLACE,
    PROJECT,
    QUESTION,
    WHOLE,
    says,
    sets_of_lines,
    strange,
    term,
)

from graphkit.delta import Delta
from graphkit.property_graph.following import update_property_graph
from graphkit.property_graph.graph import FILE, PropertyGraph, write_property_graph
from graphkit.store import GraphStore

ONTOLOGY = SCHEMA.ontology


class Memory(GraphStore):
    """A store of lines that lies in memory."""

    def __init__(self, lines: list[str]) -> None:
        self._store = ox.Store()
        self._store.bulk_load("".join(lines).encode(), ox.RdfFormat.N_QUADS, lenient=True)


def full(folder: Path, lines: list[str], name: str, base: str = BASE) -> Path:
    """The folder of a property graph made of all lines; `name` stands for their hash."""
    folder.mkdir(exist_ok=True)
    quads = folder / "quads.nq.gz"
    quads.write_bytes(gzip.compress("".join(lines).encode(), 1))
    write_property_graph(folder, quads, name, base, ONTOLOGY)
    return folder


def follows(old: Path, folder: Path, before: list[str], after: list[str], base: str = BASE) -> bool:
    """Whether the change from some lines to others was followed, from one folder to another."""
    folder.mkdir(exist_ok=True)
    delta = Delta.between(before, after)
    return update_property_graph(
        old, folder, Memory(after), delta, str(len(before)), str(len(after)), base, ONTOLOGY
    )


def content(folder: Path, base: str = BASE) -> dict[str, Any]:
    """All that a property graph tells its readers, in the order in which they get it."""
    with PropertyGraph(folder / FILE, SCHEMA, base) as graph:
        numbered = graph.database.execute("SELECT iri FROM node ORDER BY n")
        return {
            "digest": graph.digest,
            "nodes": list(graph.nodes()),
            "relationships": list(graph.relationships()),
            "leftover": list(graph.leftover()),
            "numbers": [iri for (iri,) in numbered],
        }


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def steps() -> st.SearchStrategy[list[tuple[list[int], list[str]]]]:
    """Changes one after the other: numbers of the lines that go, and lines that come."""
    gone = st.lists(st.integers(0, 10_000), max_size=6)
    come = st.lists(strange() | st.sampled_from(WHOLE), max_size=6)
    return st.lists(st.tuples(gone, come), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=sets_of_lines(), changes=steps())
def test_whatever_changes_is_followed_step_by_step(
    folder: Path, lines: list[str], changes: list[tuple[list[int], list[str]]]
) -> None:
    before = list(dict.fromkeys(lines))
    at = full(folder / "0", before, str(len(before)))
    for number, (gone, come) in enumerate(changes, 1):
        dropped = {before[one % len(before)] for one in gone if before}
        after = list(dict.fromkeys([*(one for one in before if one not in dropped), *come]))
        assert follows(at, folder / str(number), before, after)
        before, at = after, folder / str(number)
        assert content(at) == content(full(folder / "whole", after, "whole"))


def test_a_thing_that_loses_its_node_leaves_what_ended_there_over(folder: Path) -> None:
    gone = says(QUESTION, ("a", term("gk:ResearchQuestion")), graph=G2)
    after = [line for line in WHOLE if line not in gone]
    at = full(folder / "whole", WHOLE, str(len(WHOLE)))
    assert follows(at, folder / "next", WHOLE, after)
    told = content(folder / "next")
    assert says(PROJECT, ("gk:addresses", QUESTION))[0] in told["leftover"]
    assert "ADDRESSES" not in {one.type for one in told["relationships"]}
    assert told == content(full(folder / "other", after, "other"))
    back = folder / "back"
    assert follows(folder / "next", back, after, WHOLE)
    assert content(back) == content(at)


def test_what_two_things_hold_is_held_by_one_when_the_other_lets_go(folder: Path) -> None:
    other = "<https://elsewhere.example/award/P%201>"
    link = says(other, ("dg:economic_value", AMOUNT))
    before = [*WHOLE, *says(other, ("a", term("gk:Award"))), *link]
    after = [line for line in before if line not in link]
    at = full(folder / "whole", before, str(len(before)))
    assert follows(at, folder / "next", before, after)
    told = content(folder / "next")
    assert told["leftover"] == []
    assert told == content(full(folder / "other", after, "other"))
    assert follows(folder / "next", folder / "back", after, before)
    assert content(folder / "back") == content(at)


def changed(lines: list[str], number: int) -> list[str]:
    """Lines of a graph of which some things are gone, some links, and some texts are others."""
    chosen = random.Random(number)
    things = sorted({line.partition(" ")[0] for line in lines})
    gone = set(chosen.sample(things, 12))
    after = []
    for line in lines:
        if line.partition(" ")[0] in gone or chosen.random() < 0.004:
            continue
        other = chosen.random() < 0.01 and '"@' not in line and "^^" not in line
        after.append(line.replace('"', '"Now ', 1) if other and '"' in line else line)
    return list(dict.fromkeys(after))


def test_the_linked_sample_is_followed_in_many_ways_and_back(linked: Any, tmp_path: Path) -> None:
    ontology = f"<{linked.snapshot.manifest.base}graph/ontology> ."
    base = linked.snapshot.manifest.base
    known = [f"{line}\n" for line in linked.lines if line.endswith(ontology)]
    first = [f"{line}\n" for line in linked.lines if not line.endswith(ontology)]
    before, at = first, full(tmp_path / "0", known + first, str(len(known + first)), base)
    for number in range(1, 5):
        after = changed(first, number) if number < 4 else first
        to = tmp_path / str(number)
        assert follows(at, to, known + before, known + after, base)
        assert content(to, base) == content(
            full(tmp_path / "whole", known + after, "w", base), base
        )
        before, at = after, to


def test_many_that_come_to_one_place_are_put_in_order_until_there_is_no_room(
    folder: Path,
) -> None:
    before = places(range(2))
    at, followed = full(folder / "p0", before, str(len(before))), 0
    for number in range(1, 40):
        after = [*before, *places([2 + number])]
        to = folder / f"p{number}"
        if not follows(at, to, before, after):
            break
        followed += 1
        assert content(to) == content(full(folder / "whole", after, "whole"))
        before, at = after, to
    assert 8 < followed < 39


def places(numbers: Iterable[int]) -> list[str]:
    """Places, the second the last of all and the others ever closer to it."""
    return [
        line
        for one in numbers
        for line in says(
            NAMER.thing("place", "a" + "z" * one if one != 1 else "b"), ("a", term("gk:Place"))
        )
    ]


def test_what_is_not_at_hand_or_too_much_is_not_followed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, after = full(folder / "whole", WHOLE, str(len(WHOLE))), WHOLE[4:]
    (folder / "none").mkdir()
    assert not follows(folder / "none", folder / "never", WHOLE, after)
    never = [*WHOLE[1:], *says(PLACE, ("skos:altLabel", '"never told"'))]
    assert not follows(at, folder / "never", never, after)
    assert not follows(at, folder / "never", WHOLE[:-1], after)  # made of other quads
    ontology = says(PLACE, ("skos:prefLabel", '"x"'), graph=NAMER.graph("ontology"))
    assert not follows(at, folder / "never", WHOLE, WHOLE + ontology)
    monkeypatch.setattr("graphkit.property_graph.following.FEW", 2)
    assert not follows(at, folder / "never", WHOLE, after)
    assert [path.name for path in (folder / "never").iterdir()] == []


def test_the_old_file_stays_as_it_is(folder: Path) -> None:
    at = full(folder / "whole", WHOLE, str(len(WHOLE)))
    before = (at / FILE).read_bytes()
    assert follows(at, folder / "next", WHOLE, WHOLE[:-4])
    assert (at / FILE).read_bytes() == before
    assert (folder / "next" / FILE).stat().st_nlink == 1
