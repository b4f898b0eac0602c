"""`graphkit neo4j sync` against a real server: only what differs, and nothing of others."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import neo4j
import pytest
from neo4j_server import Neo4jServer
from neo4j_sync import (
    assert_equal,
    built_from,
    clean,
    contents,
    opened,
    project,
    synced,
    verified,
    wrote,
)

from graphkit.errors import UsageError
from graphkit.neo4j.plan import Plan
from graphkit.neo4j.sync import planned
from graphkit.ontology import Ontology
from graphkit.property_graph.elements import decoded
from graphkit.property_graph.graph import PropertyGraph
from graphkit.property_graph.schema import GraphSchema
from graphkit.snapshot import Snapshot

pytestmark = pytest.mark.neo4j
SCHEMA = GraphSchema.of(Ontology.load())
LABELS, TYPES = sorted(SCHEMA.labels), sorted(SCHEMA.types)


@pytest.fixture
def server(may_be_emptied: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Neo4jServer:
    """The shared server with no nodes, named to the command line."""
    for name, value in may_be_emptied.environment.items():
        monkeypatch.setenv(name, value)
    return clean(may_be_emptied)


def last_transaction(server: Neo4jServer) -> list[str]:
    """Where the database stands: any commit, be it of nothing but a marker, moves it."""
    with server.driver() as driver, driver.session(database=server.database) as session:
        session.run("RETURN 1").consume()
        return sorted(session.last_bookmarks().raw_values)


def as_one(folder: Path) -> dict[tuple[str, ...], dict[str, Any]]:
    """Every node and relationship of a graph with its properties."""
    with PropertyGraph.of(Snapshot.current(folder)) as graph:
        found = {
            ("node", row.label, row.id): dict(decoded(row.content)[0]) for row in graph.nodes()
        }
        for row in graph.relationships():
            ends = (row.type, row.start_label, row.start, row.end_label, row.end, row.key)
            found[("relationship", *ends)] = dict(decoded(row.content)[0])
    return found


def test_a_first_sync_writes_everything_and_a_second_one_nothing(
    server: Neo4jServer, sample: Any, graphkit: Callable[..., Any]
) -> None:
    server.empty()
    words = ("--graph", sample.folder, "neo4j")
    before = contents(server)
    plan = graphkit(*words, "plan", "--format", "json").json()
    assert contents(server) == before
    with PropertyGraph.of(sample.snapshot) as graph:
        nodes, links = graph.node_counts(), graph.relationship_counts()
    assert {name: row["create"] for name, row in plan["nodes"].items()} == nodes
    assert {name: row["create"] for name, row in plan["relationships"].items()} == links
    assert plan["basis"] == "empty"

    answer = graphkit(*words, "sync")
    assert answer.code == 0
    assert answer.out.split()[:3] == ["nodes", "created", f"{sum(nodes.values()):,}"]
    made = server.run("SHOW INDEXES YIELD name, state RETURN name, state")
    assert {row["state"] for row in made} == {"ONLINE"}
    statements = {statement.split("`")[1] for statement in plan["schema"]}
    assert statements == {row["name"] for row in made if row["name"].startswith("graphkit_")}
    assert len(plan["schema"]) > 25
    assert graphkit(*words, "verify").code == 0

    after, transaction = contents(server), last_transaction(server)
    for again in (["sync"], ["sync", "--full"], ["plan"], ["plan", "--full"], ["verify"]):
        assert graphkit(*words, *again).code == 0
    assert contents(server) == after
    assert last_transaction(server) == transaction
    assert wrote(synced(server, sample.folder, full=True)) == {}


def test_plan_names_each_change_with_its_old_and_new_value(
    server: Neo4jServer, tmp_path: Path, graphkit: Callable[..., Any]
) -> None:
    folder = built_from(tmp_path / "graph", [project(n) for n in range(4)], apart=True)
    synced(server, folder)
    changed = [project(n) for n in range(3)]
    changed[1] = project(1, title="Otters\n\x1b[31mreturn")
    built_from(folder, [*changed, project(9)], apart=True)
    before, transaction = contents(server), last_transaction(server)
    answer = graphkit("--graph", folder, "neo4j", "plan")
    assert "  title: Otters 1 → Otters" in answer.out
    assert "\x1b" not in answer.out
    plan = graphkit("--graph", folder, "neo4j", "plan", "--format", "json").json()
    titles = [one for one in plan["samples"] if one.get("key") == "title"]
    assert [(one["old"], one["new"][:6]) for one in titles] == [("Otters 1", "Otters")]
    assert plan["basis"] == "snapshot"
    assert plan["nodes"]["Project"] == {"create": 1, "change": 1, "delete": 1}
    assert graphkit("--graph", folder, "neo4j", "plan", "--samples", 0).code == 0
    assert contents(server) == before
    assert last_transaction(server) == transaction


@pytest.mark.parametrize("how", ["snapshot", "full", "gone"])
def test_a_sync_writes_just_what_two_snapshots_differ_in(
    server: Neo4jServer, tmp_path: Path, how: str
) -> None:
    projects = [project(n) for n in range(30)]
    folder = built_from(tmp_path / "graph", projects, apart=True)
    synced(server, folder)
    old = as_one(folder)
    projects[2] = project(2, title="Changed", lead="University of Elsewhere")
    projects[3] = project(3, amount=5.5, status="Closed")
    projects[4] = project(400)
    built_from(folder, projects, apart=True, keep=1 if how == "gone" else 3)
    new = as_one(folder)
    with (
        opened(server, folder) as (connection, _, graph),
        planned(connection, graph, folder, full=how == "full") as plan,
    ):
        totals, basis = plan.totals(), plan.basis
    outcome = synced(server, folder, full=how == "full", allow_delete=True)
    assert outcome.basis == basis == ("snapshot" if how == "snapshot" else "database")
    assert_equal(server, folder)

    came, went = new.keys() - old.keys(), old.keys() - new.keys()
    both = {key for key in new.keys() & old.keys() if new[key] != old[key]}
    for kind, counts in (("node", totals.nodes), ("relationship", totals.relationships)):
        assert sum(one.create for one in counts.values()) == sum(k[0] == kind for k in came)
        assert sum(one.change for one in counts.values()) == sum(k[0] == kind for k in both)
    assert "node" in {key[0] for key in both}
    written = outcome.written
    assert written.nodes_created == sum(key[0] == "node" for key in came)
    assert written.nodes_deleted == sum(key[0] == "node" for key in went)
    assert written.relationships_created == sum(key[0] == "relationship" for key in came)
    assert written.relationships_deleted == sum(key[0] == "relationship" for key in went)
    assert written.withdrawn == 0
    properties = sum(
        sum(new[key].get(name) != old[key].get(name) for name in {*new[key], *old[key]})
        for key in both
    )
    # A node that is merged gets its id twice.
    properties += sum(len(new[key]) + (key[0] == "node") for key in came)
    assert written.properties_set == properties

    again = synced(server, folder)
    assert again.basis == "unchanged"
    assert wrote(again) == {}


# ---- Edits by hand ----


class Hands:
    """Somebody who changes things in the database; `x_` and labels such as Person are theirs."""

    def __init__(self, session: neo4j.Session, random: random.Random) -> None:
        self.session, self.random = session, random
        self.number = random.randrange(10**9)

    def run(self, query: str, **values: Any) -> None:
        self.number += 1
        self.session.run(query, number=self.number, **values).consume()  # type: ignore[arg-type]

    def node(self) -> str:
        """The start of a statement that has one of our nodes as n."""
        label = self.random.choice([one for one in LABELS if one not in EMPTY_LABELS])
        skip = self.random.randrange(8)
        return (
            f"MATCH (n:`{label}`) WHERE n.iri IS NOT NULL WITH n ORDER BY n.id SKIP {skip} LIMIT 1 "
        )

    def link(self, type_: str = "") -> str:
        """The start of a statement that has one of our relationships as r, from a to b."""
        type_ = type_ or self.random.choice(
            ["LED_BY", "ADDRESSES", "WITHIN", "SUCCEEDED_BY", "HAS_TOPIC"]
        )
        skip = self.random.randrange(5)
        return f"MATCH (a)-[r:{type_}]->(b) WITH a, r, b ORDER BY a.id, b.id SKIP {skip} LIMIT 1 "

    def double(self) -> None:
        """A second relationship just as one of ours."""
        type_ = self.random.choice(["LED_BY", "ADDRESSES", "WITHIN", "SUCCEEDED_BY"])
        self.run(
            f"{self.link(type_)} CREATE (a)-[s:{type_}]->(b) SET s = properties(r), s.x_seen = null"
        )

    def edit(self) -> str:
        """Make one edit, and tell its name."""
        name = self.random.choice(list(EDITS))
        EDITS[name](self)
        return name


EMPTY_LABELS = {"Similarity", "MatchCandidate", "QuestionSet"}
EDITS: dict[str, Callable[[Hands], None]] = {
    "change": lambda h: h.run(h.node() + "SET n.name = 'by hand'"),
    "remove": lambda h: h.run(h.node() + "SET n.name = null, n.source = null"),
    "remove iri": lambda h: h.run(h.node() + "REMOVE n.iri"),
    "add ours": lambda h: h.run(h.node() + "SET n.other_sources = ['mine'], n.title = 'new'"),
    "add theirs": lambda h: h.run(h.node() + "SET n.x_note = $number"),
    "delete node": lambda h: h.run(h.node() + "DETACH DELETE n"),
    "delete relationship": lambda h: h.run(h.link() + "DELETE r"),
    "double relationship": lambda h: h.double(),
    "wrong ends": lambda h: h.run(
        "MATCH (a:Place), (b:Project) WITH a, b LIMIT 1 CREATE (a)-[:LED_BY {source: 'x'}]->(b)"
    ),
    "changed relationship": lambda h: h.run(h.link() + "SET r.source = 5, r.degree = 'full'"),
    "odd key": lambda h: h.run(
        h.link()
        + "WITH r WHERE r.assessment IS NOT NULL SET r.assessment = "
        + h.random.choice(["5", "[1, 2]", "true", "null", "date()", "1.0e30"])
    ),
    # One whose key is edited by hand is another relationship, so not on those that have one.
    "their note on ours": lambda h: h.run(
        "MATCH (a:Project)-[r:LED_BY]->(b:Organisation) WHERE a.iri IS NOT NULL "
        f"WITH r ORDER BY a.id SKIP {h.random.randrange(40)} LIMIT 1 SET r.x_seen = $number"
    ),
    "extra node": lambda h: h.run("CREATE (:Project {id: 'extra ' + $number, title: 'extra'})"),
    "extra node that is tied": lambda h: h.run(
        "MATCH (o:Organisation) WITH o LIMIT 1 "
        "CREATE (p:Project {id: 'extra ' + $number})-[:LED_BY {source: 'x'}]->(o)"
    ),
    "node without id": lambda h: h.run("CREATE (:Topic {name: 'no id'})"),
    "id of a number": lambda h: h.run("CREATE (:Place {id: $number, name: 'number'})"),
    "id removed": lambda h: h.run(h.node() + "REMOVE n.id"),
    "id made a list": lambda h: h.run(h.node() + "SET n.id = ['number ' + $number, 'twice']"),
    "id changed": lambda h: h.run(h.node() + "SET n.id = 'other ' + $number"),
    "iri changed": lambda h: h.run(h.node() + "SET n.iri = 'urn:other'"),
    "list for text": lambda h: h.run(h.node() + "SET n.name = ['one', 'two'], n.source = []"),
    "date for text": lambda h: h.run(h.node() + "SET n.name = date('2026-01-31')"),
    "text for date": lambda h: h.run(
        "MATCH (n:Project) WHERE n.start_date IS NOT NULL WITH n LIMIT 2 "
        "SET n.start_date = toString(n.start_date)"
    ),
    "float for integer": lambda h: h.run(
        "MATCH (n:Succession) WITH n LIMIT 1 SET n.start_date = toFloat(n.start_date)"
    ),
    "numbers for coordinates": lambda h: h.run(
        "MATCH (n) WHERE n.location IS NOT NULL WITH n LIMIT 2 "
        "WITH n, [n.location] AS p SET n.location = [one IN p | toFloat(size(n.id))]"
    ),
    "a duration and a time": lambda h: h.run(
        h.node() + "SET n.name = duration('P1D'), n.source = localdatetime('2026-01-31T12:00')"
    ),
    "our label on theirs": lambda h: h.run(
        "CREATE (:Person:Project {name: 'Ada', x_number: $number})-[:KNOWS]->(:Person {x_n: 1})"
    ),
    "our label and id on theirs": lambda h: h.run(
        "CREATE (n:Person:Topic {id: 'ada ' + $number, x_number: $number})"
    ),
    "our label on another of ours": lambda h: h.run(h.node() + "SET n:Source"),
    "two of our labels on another": lambda h: h.run(h.node() + "SET n:Place:Similarity"),
    "extra node of two labels": lambda h: h.run("CREATE (:Place:Topic {id: 'two ' + $number})"),
    "label of a node that is gone": lambda h: h.run(
        # Awards have the ids of their projects.
        "MATCH (p:Project)-[:AWARDED]->(a:Award {id: p.id}) WITH p, a LIMIT 1 "
        "DETACH DELETE a SET p:Award"
    ),
    "their label": lambda h: h.run(h.node() + "SET n:Watched"),
    "their tie": lambda h: h.run(h.node() + "CREATE (:Person {x_n: $number})-[:KNOWS {x: 1}]->(n)"),
    "tie and new id": lambda h: h.run(
        h.node() + "CREATE (:Person {x_n: $number})-[:KNOWS]->(n) SET n.id = 'other ' + $number"
    ),
    "our relationship to theirs": lambda h: h.run(
        h.node() + "CREATE (n)-[:LED_BY {source: 'x'}]->(:Person {x_n: $number})"
    ),
    "marker gone": lambda h: h.run("MATCH (m:GraphkitSync) DELETE m"),
    "marker edited": lambda h: h.run(
        "MATCH (m:GraphkitSync {id: 'state'}) SET m.nodes = "
        + h.random.choice(["[5]", "'text'", "null", "['Project=x']", "[]"])
    ),
    "index dropped": lambda h: h.run("DROP INDEX graphkit_organisation_name IF EXISTS"),
    "constraint dropped": lambda h: h.run("DROP CONSTRAINT graphkit_topic_id IF EXISTS"),
    "withdrawn by hand": lambda h: h.run(
        "CREATE (:GraphkitWithdrawn {id: $number, withdrawn_label: 5, x_n: 1})"
    ),
}


def of_others(server: Neo4jServer) -> dict[str, list[Any]]:
    """What is not graphkit's: labels, properties and relationships, and on what they are."""
    ours = [*LABELS, "GraphkitSync", "GraphkitWithdrawn"]
    labels = server.run(
        "MATCH (n) WITH n, [x IN labels(n) WHERE NOT x IN $ours] AS labels, "
        "[k IN keys(n) WHERE k STARTS WITH 'x_' | [k, n[k]]] AS own "
        "WHERE labels <> [] OR own <> [] "
        "RETURN elementId(n) AS id, labels, "
        # A node that graphkit never made is theirs with everything on it.
        "CASE WHEN n.source IS NULL AND 'Person' IN labels THEN properties(n) ELSE own END AS own",
        ours=ours,
    )
    links = server.run(
        "MATCH (a)-[r]->(b) WITH a, r, b, [k IN keys(r) WHERE k STARTS WITH 'x_' | r[k]] AS own, "
        "type(r) IN $types AND any(x IN labels(a) WHERE x IN $ours) "
        "AND any(x IN labels(b) WHERE x IN $ours) AS mine "
        # A node whose id was changed is another, and what was tied to it is tied anew.
        "WHERE NOT mine OR (own <> [] AND all(n IN [a, b] WHERE valueType(n.id) STARTS WITH "
        "'STRING' AND valueType(n.iri) STARTS WITH 'STRING' AND n.iri ENDS WITH n.id)) "
        "RETURN elementId(a) AS a, elementId(b) AS b, type(r) AS type, elementId(r) AS id, "
        "CASE WHEN mine THEN own ELSE properties(r) END AS own",
        types=TYPES,
        ours=LABELS,
    )
    return {
        "nodes": sorted(json.dumps(row, default=repr, sort_keys=True) for row in labels),
        "links": sorted(json.dumps(row, default=repr, sort_keys=True) for row in links),
    }


def try_hands(server: Neo4jServer, folder: Path, seed: int, edits: int = 30) -> None:
    """Edit by hand, sync, and look at both halves of the database."""
    with server.driver() as driver, driver.session(database=server.database) as session:
        hands = Hands(session, random.Random(seed))
        done = []
        for _ in range(edits):
            try:
                done.append(hands.edit())
            except neo4j.exceptions.ConstraintError:  # which is as it should be
                continue
    before = of_others(server)
    synced(server, folder, full=True, allow_delete=True)
    after = of_others(server)
    for what in before:
        assert [one for one in before[what] if one not in after[what]] == [], (seed, done)
    result = verified(server, folder)
    assert result.is_equal, (seed, done, result.totals, result.differences)
    again = synced(server, folder, full=True)
    assert wrote(again) == {}, (seed, done)


def test_edits_by_hand_are_mended_and_what_others_put_there_stays(
    server: Neo4jServer, sample: Any
) -> None:
    synced(server, sample.folder)
    for seed in range(2):
        try_hands(server, sample.folder, seed)


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.long
def test_each_edit_by_hand_is_mended(
    may_be_emptied: Neo4jServer, sample: Any, edit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(may_be_emptied, sample.folder, full=True, allow_delete=True)
    monkeypatch.setattr(Hands, "edit", lambda hands: EDITS[edit](hands) or edit)
    for seed in range(2):
        try_hands(may_be_emptied, sample.folder, seed, 3)


@pytest.mark.long
def test_many_edits_by_hand_are_mended(server: Neo4jServer, sample: Any) -> None:
    synced(server, sample.folder)
    for seed in range(100, 160):
        try_hands(server, sample.folder, seed, 40)


def test_a_plain_sync_sees_edits_that_change_how_many_there_are(
    server: Neo4jServer, tmp_path: Path
) -> None:
    folder = built_from(tmp_path / "graph", [project(n) for n in range(20)])
    synced(server, folder)
    for query in (
        "MATCH (n:Organisation) WITH n LIMIT 1 DETACH DELETE n",
        "MATCH ()-[r:LED_BY]->() WITH r LIMIT 1 DELETE r",
        "CREATE (:Project {id: 'extra'})",
        "MATCH (m:GraphkitSync) DELETE m",
    ):
        server.run(query)
        assert synced(server, folder).basis == "database"
        assert_equal(server, folder)
    server.run("MATCH (n:Organisation) WITH n LIMIT 1 SET n.name = 'by hand'")
    assert synced(server, folder).basis == "unchanged"
    assert not verified(server, folder).is_equal
    assert wrote(synced(server, folder, full=True)) == {"properties_set": 1}
    assert_equal(server, folder)


def test_verify_lists_what_differs_and_exits_with_1(
    server: Neo4jServer, sample: Any, graphkit: Callable[..., Any]
) -> None:
    synced(server, sample.folder)
    server.run("MATCH (n:Project) WITH n ORDER BY n.id LIMIT 1 SET n.title = 'by hand'")
    server.run("MATCH (n:Topic) WITH n ORDER BY n.id LIMIT 1 DETACH DELETE n")
    server.run("CREATE (:Place {id: 'nowhere'}), (:Place {name: 'nameless'})")
    server.run("MATCH (a)-[:LED_BY]->(b) WITH a, b LIMIT 1 CREATE (a)-[:LED_BY]->(b)")
    server.run("MATCH (n:Project) WITH n ORDER BY n.id LIMIT 1 SET n:Source")
    answer = graphkit("--graph", sample.folder, "neo4j", "verify")
    assert answer.code == 1
    for line in (
        "title: database by hand, snapshot ",
        "missing: Topic ",
        "extra: Place nowhere",
        "extra: Place without id",
        "doubled: (Project ",
        ", a label too many",
        "`graphkit neo4j sync --full` mends this",
    ):
        assert line in answer.out
    told = graphkit("--graph", sample.folder, "neo4j", "verify", "--format", "json").json()
    assert told["equal"] is False
    assert told["differences"]["nodes"]["Place"]["delete"] == 2
    synced(server, sample.folder)
    assert graphkit("--graph", sample.folder, "neo4j", "verify").code == 0


def test_verify_sees_nodes_that_stand_twice(server: Neo4jServer, sample: Any) -> None:
    synced(server, sample.folder)
    server.run("DROP CONSTRAINT graphkit_topic_id")
    server.run("MATCH (n:Topic) WITH n LIMIT 1 CREATE (m:Topic) SET m = properties(n)")
    result = verified(server, sample.folder)
    assert not result.is_equal
    assert [one.kind for one in result.differences] == ["doubled"]
    before = contents(server)["nodes"]
    with pytest.raises(UsageError, match=r"several nodes labelled Topic in .* have the same id"):
        synced(server, sample.folder)
    assert contents(server)["nodes"] == before
    server.run("MATCH (n:Topic) WHERE NOT (n)--() DELETE n")
    synced(server, sample.folder)
    assert_equal(server, sample.folder)


# ---- Deletes ----


def test_what_others_tied_to_a_node_keeps_it_until_the_graph_has_it_again(
    server: Neo4jServer, tmp_path: Path, graphkit: Callable[..., Any]
) -> None:
    projects = [project(n) for n in range(12)]
    folder = built_from(tmp_path / "graph", projects, apart=True)
    synced(server, folder)
    server.run(
        "MATCH (n:Project {title: 'Otters 3'}) "
        "CREATE (:Person {name: 'Ada'})-[:FOLLOWS]->(n) SET n.x_note = 'mine'"
    )
    gone = [one for number, one in enumerate(projects) if number != 3]
    built_from(folder, gone, apart=True)
    answer = graphkit("--graph", folder, "neo4j", "sync", "--allow-delete")
    assert answer.code == 0
    assert "what others tied to vanished nodes stays" in answer.err
    assert_equal(server, folder)
    kept = server.run("MATCH (:Person)-[:FOLLOWS]->(n) RETURN labels(n) AS l, n.x_note AS x")
    assert kept == [{"l": ["GraphkitWithdrawn"], "x": "mine"}]
    assert server.run("MATCH (n:GraphkitWithdrawn)-[r]-() RETURN type(r) AS t") == [
        {"t": "FOLLOWS"}
    ]
    assert wrote(synced(server, folder, full=True)) == {}

    projects[3] = project(3, grantReference=None, title="Otters, again")
    built_from(folder, projects, apart=True)
    assert synced(server, folder).basis == "snapshot"
    assert_equal(server, folder)
    back = server.run(
        "MATCH (:Person)-[:FOLLOWS]->(n) RETURN labels(n) AS l, n.x_note AS x, n.title AS t, "
        "n.withdrawn_label AS w"
    )
    assert back == [{"l": ["Project"], "x": "mine", "t": "Otters, again", "w": None}]


def test_withdrawn_nodes_come_back_into_a_database_that_holds_nothing_else(
    server: Neo4jServer, tmp_path: Path
) -> None:
    folder = built_from(tmp_path / "graph", [project(n) for n in range(3)])
    synced(server, folder)
    server.run("MATCH (n:Project {title: 'Otters 1'}) CREATE (:Person)-[:FOLLOWS]->(n)")
    server.run("MATCH (n:Project {title: 'Otters 1'}) SET n.withdrawn_label = 'Project', "
               "n:GraphkitWithdrawn REMOVE n:Project")  # fmt: skip
    server.run(f"MATCH (n:{'|'.join(LABELS)}) DETACH DELETE n")
    synced(server, folder)
    assert_equal(server, folder)
    assert server.run("MATCH (:Person)-[:FOLLOWS]->(n:Project) RETURN n.title AS t") == [
        {"t": "Otters 1"}
    ]


def test_a_sync_that_deletes_much_has_to_be_allowed(
    server: Neo4jServer, sample: Any, tmp_path: Path, graphkit: Callable[..., Any]
) -> None:
    synced(server, sample.folder)
    small = built_from(tmp_path / "graph", [project(1)])
    before, transaction = contents(server), last_transaction(server)
    answer = graphkit("--graph", small, "neo4j", "sync")
    assert answer.code == 2
    assert "would be deleted, more than 10%; nothing was written; see" in answer.err
    assert answer.err.strip().count("\n") == 0
    assert contents(server) == before
    assert last_transaction(server) == transaction
    assert graphkit("--graph", small, "neo4j", "sync", "--allow-delete").code == 0
    assert_equal(server, small)


# ---- Schema ----


def refused(graphkit: Callable[..., Any], folder: Path, *words: object) -> str:
    """The one line that a refused sync ends with."""
    answer = graphkit("--graph", folder, "neo4j", "sync", *words)
    assert answer.code == 2, answer
    assert answer.out == ""
    lines = [line for line in answer.err.splitlines() if line.strip()]
    assert len(lines) == 1, lines
    return str(lines[0])


@pytest.mark.parametrize(
    ("theirs", "said", "cure"),
    [
        (
            "CREATE INDEX mine FOR (n:Topic) ON (n.id)",
            (
                "the index mine on Topic (id) stands where graphkit needs a constraint; drop it: "
                "DROP INDEX mine"
            ),
            "DROP INDEX mine",
        ),
        (
            "CREATE CONSTRAINT graphkit_topic_id FOR (n:Topic) REQUIRE n.code IS UNIQUE",
            (
                "the database has a constraint called graphkit_topic_id that is not the one "
                "graphkit makes; drop it: DROP CONSTRAINT graphkit_topic_id"
            ),
            "DROP CONSTRAINT graphkit_topic_id",
        ),
        (
            "CREATE INDEX graphkit_topic_id FOR (n:Topic) ON (n.code)",
            (
                "the database has a range called graphkit_topic_id that is not the one graphkit "
                "makes; drop it: DROP INDEX graphkit_topic_id"
            ),
            "DROP INDEX graphkit_topic_id",
        ),
        (
            "CREATE (:Topic {id: 'x'}), (:Topic {id: 'x'})",
            "several nodes labelled Topic in the database neo4j of ",
            "MATCH (n:Topic) DELETE n",
        ),
        (
            "CREATE CONSTRAINT mine FOR (n:Award) REQUIRE n.currency IS UNIQUE",
            "",
            "DROP CONSTRAINT mine",
        ),
        (
            "CREATE CONSTRAINT mine FOR (n:Organisation) REQUIRE n.region IS UNIQUE",
            "a constraint of the database neo4j of ",
            "DROP CONSTRAINT mine",
        ),
    ],
    ids=["index", "name of a constraint", "name of an index", "doubled", "harmless", "broken"],
)
def test_a_schema_that_is_in_the_way_is_named_and_once_it_has_gone_a_sync_ends_well(
    server: Neo4jServer, tmp_path: Path, graphkit: Callable[..., Any],
    theirs: str, said: str, cure: str,
) -> None:  # fmt: skip
    folder = built_from(tmp_path / "graph", [project(n) for n in range(6)])
    server.run("DROP CONSTRAINT graphkit_topic_id IF EXISTS")
    server.run(theirs)
    if said:
        line = refused(graphkit, folder)
        assert said in line
        assert "; " in line
    else:
        synced(server, folder)
    server.run(cure)
    synced(server, folder)
    assert_equal(server, folder)


def test_a_constraint_of_others_that_serves_as_an_index_is_made_use_of(
    server: Neo4jServer, tmp_path: Path
) -> None:
    folder = built_from(tmp_path / "graph", [project(n) for n in range(3)])
    synced(server, folder)
    server.run("DROP INDEX graphkit_project_grant_reference")
    server.run("CREATE CONSTRAINT mine FOR (n:Project) REQUIRE n.grant_reference IS UNIQUE")
    assert synced(server, folder).schema == []
    server.run("DROP CONSTRAINT mine")
    made = [one.name for one in synced(server, folder).schema]
    assert made == ["graphkit_project_grant_reference"]


def test_a_name_that_is_too_long_for_an_index_is_stored_without_it(
    server: Neo4jServer, tmp_path: Path
) -> None:
    def has_index() -> bool:
        return bool(server.run("SHOW INDEXES YIELD name WHERE name = 'graphkit_organisation_name'"))

    projects = [project(n) for n in range(3)]
    folder = built_from(tmp_path / "graph", projects)
    synced(server, folder)
    assert has_index()
    projects[1] = project(1, lead="University of " + "Wéir " * 4000)
    built_from(folder, projects)
    synced(server, folder, allow_delete=True)
    assert_equal(server, folder)
    assert not has_index()
    assert wrote(synced(server, folder, full=True)) == {}
    projects[1] = project(1)
    built_from(folder, projects)
    synced(server, folder, allow_delete=True)
    assert_equal(server, folder)
    synced(server, folder)
    assert has_index()


def test_others_may_have_relationships_of_our_types_between_their_nodes(
    server: Neo4jServer, tmp_path: Path
) -> None:
    folder = built_from(tmp_path / "graph", [project(n) for n in range(3)])
    server.run("CREATE (:Person {x: 1})-[:LED_BY {since: 1}]->(:Person {x: 2})")
    before = of_others(server)
    synced(server, folder)
    assert of_others(server) == before
    assert_equal(server, folder)
    assert synced(server, folder).basis == "unchanged"


def test_plans_leave_no_files_behind(tmp_path: Path, sample: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with PropertyGraph.of(sample.snapshot) as graph, Plan(graph, "database"):
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []
