"""What somebody cares for: departments, funders, organisations, searches; and what is near it."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphkit.changes.details import SIMILAR_TO
from graphkit.changes.narrowing import ASKED_BY
from graphkit.changes.pair import SIDES, Pair
from graphkit.names import Resolver
from graphkit.ontology import Ontology
from graphkit.search import SearchIndex
from graphkit.store import GraphStore
from graphkit.subgraph.classes import ADDRESSES, PROJECT, QUESTION

_SUCCEEDED_BY = "SUCCEEDED_BY"
_SHOWN = 3
"""How many projects or questions are named as a reason."""
_PROJECTS = f"""
INSERT OR IGNORE INTO temp.own_project SELECT s.iri, ? FROM new.node e
CROSS JOIN new.relationship r ON r."end" = e.n
JOIN new.node s ON s.n = r.start AND s.label = '{PROJECT}' WHERE e.iri = ?
"""
_ASKED = f"""
SELECT e.iri FROM {{side}}.node s
CROSS JOIN {{side}}.relationship r ON r.start = s.n AND r.type = '{ASKED_BY}'
JOIN {{side}}.node e ON e.n = r."end" WHERE s.iri = ? ORDER BY 1
"""
_SPEAKING = f"""
SELECT DISTINCT o.name, s.iri FROM new.node q
CROSS JOIN new.relationship r ON r."end" = q.n AND r.type = '{ADDRESSES}'
JOIN new.node s ON s.n = r.start JOIN temp.own_project o ON o.iri = s.iri
WHERE q.iri = ? ORDER BY 1, 2
"""
_LIKE = f"""
SELECT DISTINCT e.iri FROM new.node s
CROSS JOIN new.relationship r ON r.start = s.n AND r.type = '{SIMILAR_TO}'
JOIN new.node e ON e.n = r."end" AND e.label = '{QUESTION}' WHERE s.iri = ?1
UNION SELECT s.iri FROM new.node e
CROSS JOIN new.relationship r ON r."end" = e.n AND r.type = '{SIMILAR_TO}'
JOIN new.node s ON s.n = r.start AND s.label = '{QUESTION}' WHERE e.iri = ?1 ORDER BY 1
"""
_RELATED = f"""
SELECT e.iri FROM new.node s CROSS JOIN new.relationship r ON r.start = s.n
AND r.type = '{_SUCCEEDED_BY}' JOIN new.node e ON e.n = r."end" WHERE s.iri = ?1
UNION SELECT s.iri FROM new.node e CROSS JOIN new.relationship r ON r."end" = e.n
AND r.type = '{_SUCCEEDED_BY}' JOIN new.node s ON s.n = r.start WHERE e.iri = ?1
"""


@dataclass(frozen=True)
class Portfolio:
    """What was named, by kind; nothing at all stands for everything."""

    department: tuple[str, ...] = ()
    funder: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    remarks: list[str] = field(default_factory=list, compare=False)

    @property
    def given(self) -> dict[str, list[str]]:
        """What was named, by kind, without what was not."""
        kinds = ("department", "funder", "organisation", "search")
        return {kind: list(names) for kind in kinds if (names := getattr(self, kind))}

    @property
    def words(self) -> str:
        """The same in one line; empty for everything."""
        return "; ".join(f"{kind} {', '.join(names)}" for kind, names in self.given.items())

    def prepare(self, pair: Pair) -> Near:
        """Look up the names in the new snapshot. Raises UsageError for an unknown one."""
        near = Near(pair, bool(self.given))
        if not self.given:
            return near
        run = pair.database.execute
        run("CREATE TEMP TABLE own_project (iri TEXT, name TEXT, PRIMARY KEY (iri, name))")
        resolver = Resolver(GraphStore(pair.new.store), Ontology.load(), pair.base)
        for name in self.department:
            iri = self._iri(resolver, "department", name)
            near.departments |= {iri: "", **near.departments}
            for (related,) in run(_RELATED, (iri,)).fetchall():
                near.departments.setdefault(related, pair.name(iri))
        for kind in ("funder", "organisation"):
            for name in getattr(self, kind):
                iri = self._iri(resolver, kind, name)
                run(_PROJECTS, (pair.name(iri), iri))
        index = SearchIndex.open(pair.new.search) if self.search else None
        for text in self.search if index else ():
            for hit in index.hits(text, {"kind": ("question",)}) if index else ():
                near.found.setdefault(hit.iri, []).append(text)
        return near

    def _iri(self, resolver: Resolver, kind: str, name: str) -> str:
        named = resolver.value(kind, name)
        if named.remark:
            self.remarks.append(named.remark)
        return str(named.term.value)


@dataclass
class Near:
    """What is near a portfolio in the new snapshot."""

    pair: Pair
    narrow: bool
    departments: dict[str, str] = field(default_factory=dict)
    """IRIs; with the name of the one asked for, where this is what came before or after it."""
    found: dict[str, list[str]] = field(default_factory=dict)
    """Searches by the questions that they find."""

    def question(self, iri: str) -> tuple[str, ...]:
        """Why a question is near, in words; empty where it is not (or everything is near)."""
        if not self.narrow:
            return ()
        reasons = []
        for asker in self._askers(iri):
            if asker in self.departments:
                of = self.departments[asker]
                related = f" (before or after {of})" if of else ""
                reasons.append(f"asked by {self.pair.name(asker)}{related}")
        reasons += [f"the search “{text}” finds it" for text in self.found.get(iri, ())]
        speaking: dict[str, list[str]] = {}
        for name, project in self.pair.database.execute(_SPEAKING, (iri,)).fetchall():
            speaking.setdefault(name, []).append(project)
        for name, projects in speaking.items():
            titles = "; ".join(self.pair.name(one) for one in projects[:_SHOWN])
            more = f"; and {len(projects) - _SHOWN:,} more" if len(projects) > _SHOWN else ""
            reasons.append(f"spoken to by projects of {name}: {titles}{more}")
        alike = [other for other in self._column(_LIKE, iri) if self.asks(other)]
        if alike:
            texts = "; ".join(self.pair.name(one) for one in alike[:_SHOWN])
            reasons.append(f"resembles a question of yours: {texts}")
        return tuple(reasons)

    def project(self, iri: str) -> str:
        """Whose project it is, of those in the portfolio; empty where it is nobody's."""
        if not self.narrow:
            return ""
        query = "SELECT name FROM temp.own_project WHERE iri = ? ORDER BY 1"
        return ", ".join(self._column(query, iri))

    def asks(self, question: str) -> bool:
        """Whether a question is asked by a department of the portfolio."""
        return any(asker in self.departments for asker in self._askers(question))

    def _askers(self, question: str) -> list[str]:
        """Who asks a question now, and who did before."""
        sides = [self._column(_ASKED.format(side=side), question) for side in reversed(SIDES)]
        return list(dict.fromkeys(iri for side in sides for iri in side))

    def _column(self, query: str, value: str) -> list[str]:
        return [row[0] for row in self.pair.database.execute(query, (value,)).fetchall()]
