"""Checks of Cypher files on a Neo4j server: whether it reads them, and what it would scan.

Nothing is run: the server is only asked for its plans (EXPLAIN). Plans follow the numbers of
nodes in the database, so they tell something only where the database holds a graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import neo4j
from neo4j import exceptions

from graphkit.errors import UsageError
from graphkit.library.checking.cypher import examples
from graphkit.library.checking.cypher_reading import Reading
from graphkit.library.checking.faults import Fault, QueryFile, named_line, shortened
from graphkit.library.checking.files import ReadQuery
from graphkit.library.header import Header
from graphkit.neo4j.connection import AGENT, Connection

LARGE_LABELS = ("Project", "Award", "Organisation", "Assessment")
"""Labels whose nodes grow with the register of projects; others stay at a few thousands."""
LARGE = 1_000
"""Below so many nodes of a label a planner rightly prefers to read them all."""
_EVERYTHING = {
    "AllNodesScan": "all nodes",
    "DirectedAllRelationshipsScan": "all relationships",
    "UndirectedAllRelationshipsScan": "all relationships",
}
_BY_LABEL = frozenset(
    {
        "NodeByLabelScan",
        "UnionNodeByLabelsScan",
        "IntersectionNodeByLabelsScan",
        "SubtractionNodeByLabelsScan",
    }
)
_REFUSALS = ("Neo.ClientError.Statement.", "Neo.ClientError.Procedure.")


@dataclass(frozen=True)
class Scan:
    """A step of a plan that begins with everything: what it reads, and as which variable."""

    operator: str
    details: str

    @property
    def variable(self) -> str:
        """The variable that it fills; the planner makes up names for what has none."""
        found = re.match(r"\(?`?(\w+)", self.details)
        return found[1] if found else ""

    @property
    def labels(self) -> frozenset[str]:
        """The labels that it reads.

        >>> sorted(Scan("UnionNodeByLabelsScan", "x:Project|Award").labels)
        ['Award', 'Project']
        """
        return frozenset(re.findall(r"[:|&]\s*`?(\w+)", self.details))


def check_plans(
    connection: Connection, queries: Sequence[ReadQuery]
) -> tuple[list[Fault], list[str]]:
    """Faults of Cypher files that a server finds, and what could not be checked there, in words.

    Raises UnreachableError where the server is lost on the way.
    """
    sizes = _sizes(connection)
    large = frozenset(label for label in LARGE_LABELS if sizes[label] >= LARGE)
    skipped = []
    if not sizes[""]:
        skipped.append(
            f"plans on Neo4j (the database {connection.database} is empty; "
            "graphkit neo4j sync fills it)"
        )
    elif not large:
        skipped.append(
            f"scans by label on Neo4j (the database {connection.database} is so small "
            "that they are right)"
        )
    found: list[Fault] = []
    for query in queries:
        if query.cypher and query.cypher_header:
            found += _check(connection, query.cypher, query.cypher_header, large, sizes[""] > 0)
    return sorted(found), skipped


def _sizes(connection: Connection) -> dict[str, int]:
    """How many nodes there are by label, and in all; the server has these numbers ready."""
    with connection.session(default_access_mode=neo4j.READ_ACCESS) as session:
        return {
            label: session.run(f"MATCH (n{label and ':'}{label}) RETURN count(n) AS n").data()[0][
                "n"
            ]
            for label in ("", *LARGE_LABELS)
        }


def _check(
    connection: Connection,
    file: QueryFile,
    header: Header,
    large: frozenset[str],
    with_plans: bool,
) -> Iterator[Fault]:
    try:
        reading = Reading(file.text)
    except UsageError:  # told without a server
        return
    plan = _plan(connection, file.text, examples(header, reading))
    if isinstance(plan, str):
        words = plan.splitlines()[0]
        line = named_line(plan) or file.first_line
        yield file.fault(line, f"Neo4j cannot read the query: {shortened(words)}")
        return
    if with_plans:
        yield from judged(file, header, plan, large)


def judged(
    file: QueryFile, header: Header, plan: Mapping[str, Any] | None, large: frozenset[str]
) -> Iterator[Fault]:
    """The faults of a plan: it begins with everything, or with all nodes of a large label.

    The latter is allowed where the header says why under `heavy`.
    """
    reading = Reading(file.text)
    for scan in scans(plan):
        line = _line_of(reading, scan) or file.first_line
        if what := _EVERYTHING.get(scan.operator):
            yield file.fault(line, f"Neo4j reads {what} ({scan.operator} {scan.details})")
        elif not header.heavy and (labels := scan.labels & large):
            yield file.fault(
                line,
                f"Neo4j reads every {' and '.join(sorted(labels))} ({scan.operator} "
                f"{scan.details}): begin with what is given, or say why under heavy",
            )


def _plan(connection: Connection, text: str, parameters: Mapping[str, Any]) -> Any:
    """The plan of a statement; the server's words where it refuses it."""
    # EXPLAIN stands on the first line, a comment of the header, so that lines stay what they are.
    asked = neo4j.Query(f"EXPLAIN {text}", {"app": AGENT})
    with connection.session(
        default_access_mode=neo4j.READ_ACCESS, notifications_min_severity="OFF"
    ) as session:
        try:
            return session.run(asked, dict(parameters)).consume().plan
        except exceptions.ClientError as error:
            if not (error.code or "").startswith(_REFUSALS):
                raise
            return error.message or error.code or "no reason is given"


def scans(plan: Mapping[str, Any] | None) -> Iterator[Scan]:
    """The steps of a plan that begin with all nodes, all relationships, or all of a label.

    >>> step = {"operatorType": "AllNodesScan@neo4j", "args": {"Details": "n"}, "children": []}
    >>> list(scans({"operatorType": "ProduceResults@neo4j", "children": [step]}))
    [Scan(operator='AllNodesScan', details='n')]
    """
    if plan is None:
        return
    operator = plan["operatorType"].partition("@")[0].removeprefix("Partitioned")
    if operator in _EVERYTHING or operator in _BY_LABEL:
        yield Scan(operator, str(plan.get("args", {}).get("Details", "")))
    for child in plan.get("children", ()):
        yield from scans(child)


def _line_of(reading: Reading, scan: Scan) -> int:
    """Where the pattern stands that a scan begins with; 0 if that cannot be told."""
    tokens = reading.tokens
    for at in range(len(tokens) - 2):
        if reading.sign(at) not in ("(", "["):
            continue
        unnamed = reading.sign(at + 1) == ":" and tokens[at + 2].text in scan.labels
        if tokens[at + 1].text == scan.variable or unnamed:
            return reading.line(at)
    return next((reading.line(at) for at in range(len(tokens)) if reading.word(at) == "MATCH"), 0)
