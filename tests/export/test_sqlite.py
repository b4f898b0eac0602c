"""A SQLite database: read back whole, and asked what a person would ask."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from export.conftest import nodes_of, relationships_of
from export.table_values import narrowed, parsed

from graphkit.errors import UsageError
from graphkit.export import sqlite
from graphkit.export.survey import survey
from graphkit.subgraph import Subgraph

SUBGRAPHS = ("whole", "part", "hostile")


@pytest.fixture
def database(whole: Subgraph, written: Callable[..., Path]) -> Any:
    """The whole sample as a database."""
    with closing(sqlite3.connect(written(whole, "sqlite", "net.sqlite"))) as opened:
        yield opened


def rows(database: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """Rows without what is null."""
    cursor = database.execute(f"SELECT * FROM {sqlite.quoted(table)}")
    names = [one[0] for one in cursor.description]
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in cursor
    ]


def values(database: sqlite3.Connection, table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The properties of a row, by what the table `columns` says."""
    held = {
        name: (key, kind, was)
        for name, key, kind, was in database.execute(
            "SELECT column_name, property, kind, kinds_of_values FROM columns WHERE table_name = ?",
            (table,),
        )
    }
    found = {}
    for name, value in row.items():
        key, kind, was = held[name]
        made = value
        if kind.endswith("[]") or kind == "point":
            made = parsed(value, kind)
        elif kind == "boolean":
            made = {0: False, 1: True}[value]
        else:
            assert type(value) is {"integer": int, "float": float}.get(kind, str)
        found[key] = narrowed(made, kind, was)
    return found


@pytest.mark.parametrize("name", SUBGRAPHS)
def test_the_tables_hold_the_same_nodes_and_relationships(
    name: str, request: pytest.FixtureRequest, written: Callable[..., Path]
) -> None:
    subgraph: Subgraph = request.getfixturevalue(name)
    planned = sqlite.plan(survey(subgraph))
    with closing(sqlite3.connect(written(subgraph, "sqlite", "net.db"))) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        nodes = {
            row.pop("id"): (label, values(database, table, row))
            for label, (table, _) in planned.nodes.items()
            for row in rows(database, table)
        }
        assert nodes == nodes_of(subgraph)
        links = [
            (type_, *(row.pop(end) for end in ("source", "target", "key")),
             values(database, table, row))
            for type_, (table, _) in planned.relationships.items()
            for row in rows(database, table)
        ]  # fmt: skip
        assert sorted(links, key=repr) == sorted(relationships_of(subgraph), key=repr)
        counts = database.execute("SELECT count(*) FROM links").fetchone()
        assert counts == (subgraph.relationship_count,)


def test_questions_and_projects_are_joined_by_their_ids(
    database: sqlite3.Connection, whole: Subgraph
) -> None:
    query = """
        SELECT project.title, research_question.text, addresses.degree FROM addresses
        JOIN project ON project.id = addresses.source
        JOIN research_question ON research_question.id = addresses.target
    """
    nodes = nodes_of(whole)
    expected = [
        (nodes[start][1]["title"], nodes[end][1]["text"], values["degree"])
        for type_, start, end, _, values in relationships_of(whole)
        if type_ == "ADDRESSES"
    ]
    assert sorted(database.execute(query).fetchall()) == sorted(expected)
    plan = database.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
    assert sum("SCAN" in row[3] for row in plan) == 1  # all but the first are looked up


def test_views_name_both_ends(database: sqlite3.Connection, whole: Subgraph) -> None:
    nodes = nodes_of(whole)
    named = database.execute("SELECT source_name, target_name FROM led_by_named").fetchall()
    expected = [
        (nodes[start][1]["name"], nodes[end][1]["name"])
        for type_, start, end, *_ in relationships_of(whole)
        if type_ == "LED_BY"
    ]
    assert sorted(named) == sorted(expected)
    classes = database.execute(
        "SELECT DISTINCT source_class, target_class FROM links WHERE type = 'ADDRESSES'"
    ).fetchall()
    assert classes == [("Project", "ResearchQuestion")]


def test_lists_are_read_by_the_functions_of_sqlite(
    database: sqlite3.Connection, whole: Subgraph
) -> None:
    found = database.execute(
        "SELECT organisation.id, other.value FROM organisation, "
        "json_each(organisation.alt_label) AS other"
    ).fetchall()
    expected = [
        (key, other)
        for key, (label, values) in nodes_of(whole).items()
        if label == "Organisation"
        for other in values.get("alt_label", ())
    ]
    assert sorted(found) == sorted(expected)


def test_it_says_where_it_comes_from(database: sqlite3.Connection, whole: Subgraph) -> None:
    about = dict(database.execute("SELECT name, value FROM about"))
    assert about["snapshot"] == whole.snapshot.manifest.id
    assert database.execute("SELECT count(*) FROM sources WHERE licence <> ''").fetchone()[0]
    assert not database.execute("SELECT * FROM columns WHERE meaning = ''").fetchall()


def test_the_same_selection_gives_the_same_bytes(
    whole: Subgraph, written: Callable[..., Path]
) -> None:
    one, two = (written(whole, "sqlite", f"{name}.sqlite") for name in "ab")
    assert one.read_bytes() == two.read_bytes()


def test_a_full_disk_is_told_in_words(
    whole: Subgraph, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite, "_views", full)
    with pytest.raises(UsageError, match="disk is full"):
        written(whole, "sqlite", "net.sqlite")
    assert list(tmp_path.iterdir()) == []
