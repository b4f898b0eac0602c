"""Telling only what concerns a department, a topic, a place or a funder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphkit.changes.pair import SIDES, Pair
from graphkit.errors import UsageError
from graphkit.names import Resolver
from graphkit.ontology import Ontology
from graphkit.store import GraphStore
from graphkit.subgraph.classes import (
    ADDRESSES,
    FUNDED_BY,
    LOCATED_IN,
    PROJECT,
    QUESTION,
    WITHIN,
)

CONCERNS_PLACE, HAS_TOPIC, ASKED_BY = "CONCERNS_PLACE", "HAS_TOPIC", "ASKED_BY"
_STARTS = """
INSERT OR IGNORE INTO temp.{into} SELECT s.iri FROM {side}.node e
CROSS JOIN {side}.relationship r ON r."end" = e.n AND r.type = '{type}'
JOIN {side}.node s ON s.n = r.start AND s.label = '{label}'
WHERE e.iri IN (SELECT iri FROM temp.{of})
"""
_ENDS = """
INSERT OR IGNORE INTO temp.{into} SELECT e.iri FROM {side}.node s
CROSS JOIN {side}.relationship r ON r.start = s.n AND r.type = '{type}'
JOIN {side}.node e ON e.n = r."end" AND e.label = '{label}'
WHERE s.iri IN (SELECT iri FROM temp.{of})
"""


@dataclass
class Kept:
    """Which questions, projects and bodies a narrowing keeps; all, where nothing is named."""

    pair: Pair
    narrow: bool = False
    bodies: set[str] = field(default_factory=set)

    def question(self, iri: str) -> bool:
        """Whether changes of a question are told."""
        return not self.narrow or self._has("kept_question", iri)

    def project(self, iri: str) -> bool:
        """Whether changes of a project are told."""
        return not self.narrow or self._has("kept_project", iri)

    def link(self, question: str, project: str) -> bool:
        """Whether a link is told: both of its ends must be kept."""
        return self.question(question) and self.project(project)

    def body(self, iri: str) -> bool:
        """Whether changes of a department or funder are told."""
        return not self.narrow or iri in self.bodies

    def _has(self, table: str, iri: str) -> bool:
        query = f"SELECT 1 FROM temp.{table} WHERE iri = ?"
        return self.pair.database.execute(query, (iri,)).fetchone() is not None


@dataclass(frozen=True)
class Narrowing:
    """What was asked for, by kind; of one kind any of several fits, of two kinds both must.

    A department keeps the questions that it asks and the projects that speak to them; a topic
    the questions and projects that have it; a place the projects located in it (or within it)
    or concerning it, and the questions concerning it; a funder the projects that it funds. With
    a topic, place or funder, a question also stays for a project that stays, and with a topic
    a project for its question. What held in either snapshot counts.
    """

    department: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    funder: tuple[str, ...] = ()
    remarks: list[str] = field(default_factory=list, compare=False)

    @property
    def given(self) -> dict[str, list[str]]:
        """What was asked for, by kind, without what was not."""
        kinds = ("department", "topic", "place", "funder")
        return {kind: list(names) for kind in kinds if (names := getattr(self, kind))}

    @property
    def words(self) -> str:
        """The same in one line; empty where everything is told."""
        return "; ".join(f"{kind} {' or '.join(names)}" for kind, names in self.given.items())

    def prepare(self, pair: Pair) -> Kept:
        """Look up the names and find what they keep.

        Raises UsageError for a name that neither snapshot knows.
        """
        kept = Kept(pair, bool(self.given))
        if not self.given:
            return kept
        run = pair.database.execute
        for table in ("kept_question", "kept_project", "question", "project", "named"):
            run(f"CREATE TEMP TABLE {table} (iri TEXT PRIMARY KEY) WITHOUT ROWID")
        resolvers = _resolvers(pair)
        for number, (kind, names) in enumerate(self.given.items()):
            iris = [self._iri(kind, name, resolvers) for name in names]
            if kind in ("department", "funder"):
                kept.bodies |= set(iris)
            _clear(pair)
            pair.database.executemany(
                "INSERT OR IGNORE INTO temp.named VALUES (?)", ((iri,) for iri in iris)
            )
            _spread(pair, kind)
            for noun in ("question", "project"):
                if number == 0:
                    run(f"INSERT INTO temp.kept_{noun} SELECT iri FROM temp.{noun}")
                else:
                    run(
                        f"DELETE FROM temp.kept_{noun} "
                        f"WHERE iri NOT IN (SELECT iri FROM temp.{noun})"
                    )
        return kept

    def _iri(self, kind: str, name: str, resolvers: list[Resolver]) -> str:
        failed: UsageError | None = None
        for resolver in resolvers:
            try:
                found = resolver.value(kind, name)
            except UsageError as error:
                failed = failed or error
                continue
            if found.remark:
                self.remarks.append(found.remark)
            return str(found.term.value)
        assert failed is not None
        raise failed


def _resolvers(pair: Pair) -> list[Resolver]:
    """Names as the new snapshot has them, then as the old one had."""
    ontology = Ontology.load()
    return [Resolver(GraphStore(one.store), ontology, pair.base) for one in (pair.new, pair.old)]


def _clear(pair: Pair) -> None:
    for table in ("question", "project", "named"):
        pair.database.execute(f"DELETE FROM temp.{table}")


def _spread(pair: Pair, kind: str) -> None:
    """Fill `question` and `project` with what the things in `named` keep."""
    for side in SIDES:
        for template, values in _steps(kind):
            pair.database.execute(template.format(side=side, **values))


def _steps(kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    def starts(into: str, type_: str, label: str, of: str = "named") -> tuple[str, dict[str, str]]:
        return _STARTS, {"into": into, "type": type_, "label": label, "of": of}

    if kind == "department":
        yield starts("question", ASKED_BY, QUESTION)
        yield starts("project", ADDRESSES, PROJECT, "question")
        return
    if kind == "topic":
        yield starts("question", HAS_TOPIC, QUESTION)
        yield starts("project", HAS_TOPIC, PROJECT)
        yield starts("project", ADDRESSES, PROJECT, "question")
    elif kind == "place":
        yield starts("question", CONCERNS_PLACE, QUESTION)
        yield starts("named", WITHIN, "Place")
        yield starts("project", LOCATED_IN, PROJECT)
        yield starts("project", CONCERNS_PLACE, PROJECT)
    else:
        yield starts("project", FUNDED_BY, PROJECT)
    yield (
        _ENDS,
        {"into": "question", "type": ADDRESSES, "label": QUESTION, "of": "project"},
    )
