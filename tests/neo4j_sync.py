"""Syncing into a real Neo4j from tests, and all that a database holds as one value."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import neo4j
from neo4j_server import Neo4jServer

from graphkit.build.pipeline import Options, build
from graphkit.neo4j.connection import Connection, ConnectionSettings, connect
from graphkit.neo4j.schema import PREFIX
from graphkit.neo4j.sync import Outcome, sync
from graphkit.neo4j.verify import Verification, verify
from graphkit.property_graph.graph import PropertyGraph
from graphkit.snapshot import Snapshot

Row = dict[str, Any]


@contextmanager
def opened(
    server: Neo4jServer, folder: Path, **options: Any
) -> Iterator[tuple[Connection, Snapshot, PropertyGraph]]:
    """A connection, and the snapshot in use with its property graph."""
    settings = ConnectionSettings(server.uri, server.username, server.password, server.database)
    snapshot = Snapshot.current(folder)
    with connect(settings, **options) as connection, PropertyGraph.of(snapshot) as graph:
        yield connection, snapshot, graph


def synced(server: Neo4jServer, folder: Path, **options: Any) -> Outcome:
    """Sync the graph in a folder into a server."""
    with opened(server, folder) as (connection, snapshot, graph):
        return sync(connection, snapshot, graph, folder, **options)


def verified(server: Neo4jServer, folder: Path) -> Verification:
    """Compare a server with the graph in a folder."""
    with opened(server, folder) as (connection, snapshot, graph):
        return verify(connection, snapshot, graph)


def assert_equal(server: Neo4jServer, folder: Path) -> None:
    """Fail where the database does not say what the graph says, or says it twice."""
    result = verified(server, folder)
    assert result.is_equal, [result.totals, *result.differences]
    doubled = server.run("MATCH (a)-[r]->(b) WITH a, b, type(r) AS t, properties(r) AS p, "
                         "count(*) AS n WHERE n > 1 RETURN t, n LIMIT 1")  # fmt: skip
    assert doubled == []


def wrote(outcome: Outcome) -> dict[str, int]:
    """What the server says that a sync wrote, without what is 0."""
    counts = asdict(outcome.written)
    return {name: n for name, n in counts.items() if n and name not in ("seconds", "batches")}


def contents(server: Neo4jServer) -> dict[str, list[str]]:
    """Everything in a database: nodes, relationships (with the server's own ids) and schema."""
    found = {
        "nodes": "MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS p",
        "relationships": "MATCH (a)-[r]->(b) RETURN elementId(r) AS id, type(r) AS type, "
        "elementId(a) AS a, elementId(b) AS b, properties(r) AS p",
        "constraints": "SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties RETURN *",
        "indexes": "SHOW INDEXES YIELD name, type, labelsOrTypes, properties, state RETURN *",
    }
    return {
        what: sorted(json.dumps(row, default=repr, sort_keys=True) for row in server.run(query))
        for what, query in found.items()
    }


def clean(server: Neo4jServer) -> Neo4jServer:
    """Empty a database but for graphkit's own constraints and indexes, which take long to make."""
    with server.driver() as driver, driver.session(database=server.database) as session:
        query = "MATCH (n) WITH n LIMIT $some DETACH DELETE n RETURN count(*) AS n"
        some, left = 1000, 1
        while left:
            try:
                left = session.run(query, some=some).single(strict=True)["n"]
            except neo4j.exceptions.TransientError:  # some servers of the tests have little memory
                some = max(some // 4, 1)
    for kind, listed in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "INDEXES")):
        for row in server.run(f"SHOW {listed} YIELD name, type WHERE type <> 'LOOKUP'"):
            if not row["name"].startswith(PREFIX):
                server.run(f"DROP {kind} `{row['name']}` IF EXISTS")
    return server


def project(number: int, **changes: Any) -> Row:
    """One line of the portal's JSON: a project with a lead, a partner and a funder."""
    lead = changes.pop("lead", f"University of Weir {number % 7}")
    partner = changes.pop("partner", "Otter Trust")
    amount = changes.pop("amount", 1000.0 + number)
    return {
        "projectComposition": {
            "project": {
                "id": _key(f"project {number}"),
                "title": f"Otters {number}",
                "status": "Active",
                "grantReference": f"NE/X{number:06d}/1",
                "abstractText": f"Otters of river {number} came back. Who saw them, and where?",
                "fund": {
                    "valuePounds": amount,
                    "start": 1453075200000,
                    "end": 1547683200000,
                    "funder": {"id": _key("NERC"), "name": "NERC"},
                },
                **changes,
            },
            "leadResearchOrganisation": {
                "id": _key(lead),
                "name": lead,
                "address": {"line1": "1 Weir Lane", "region": "North East"},
            },
            "organisationRoles": [
                {"id": _key(partner), "name": partner, "roles": [{"name": "COLLABORATOR"}]}
            ],
        }
    }


def _key(of: str) -> str:
    digest = hashlib.md5(of.encode()).hexdigest().upper()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:]))


def built_from(folder: Path, projects: list[Row], apart: bool = False, **options: Any) -> Path:
    """Build projects into a graph folder, as its next snapshot; `apart` gives each its file.

    A file that changes is another source, and what it tells changes with it.
    """
    sources = folder.parent / f"{folder.name}-sources"
    shutil.rmtree(sources, ignore_errors=True)
    sources.mkdir(parents=True)
    lines = [json.dumps(one) + "\n" for one in projects]
    if apart:
        for number, line in enumerate(lines):
            (sources / f"{number:03d}.jsonl").write_text(line, "utf-8")
    else:
        (sources / "all.jsonl").write_text("".join(lines), "utf-8")
    build(folder, [str(sources)], Options(**options))
    return folder
