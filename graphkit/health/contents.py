"""What is in the graph, and what is missing in it: named queries, and how many rows they give."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from graphkit.health.finding import LOOK, NOTE, Finding, judged
from graphkit.library import Library
from graphkit.store import collect
from graphkit.vocabulary import PREFIXES

WITHOUT_ABSTRACT = (
    "SELECT ?project ?title { ?project a gk:Project ; dct:title ?title "
    "FILTER NOT EXISTS { ?project dct:abstract ?any } } ORDER BY ?title ?project"
)
_QUESTION, _PROJECT, _ORGANISATION = "ResearchQuestion", "Project", "Organisation"


@dataclass(frozen=True)
class Check:
    """A named query whose rows are what is concerned; `whole` is a class, or none."""

    matter: str
    query: str
    none: str
    some: str
    whole: str = ""
    state: str = LOOK


CHECKS = (
    Check(
        "unresolved organisations", "organisations-unresolved",
        "no two organisations may be one",
        "pairs of organisations that may be one and were left apart: {count}", _ORGANISATION,
    ),
    Check(
        "merged organisations", "organisations-merged", "no organisations were taken to be one",
        "records taken to be another organisation's: {count}; see that none is wrong",
        state=NOTE,
    ),
    Check(
        "organisations without a place", "organisations-without-place",
        "every organisation of twenty grants has a place",
        "organisations of twenty grants or more that have no place: {count}",
    ),
    Check(
        "projects of a page without a match", "projects-unresolved",
        "every project of a page was found in the register, or nothing there is like it",
        "candidates for projects known from a page alone: {count}",
    ),
    Check(
        "possible duplicates of projects", "projects-possible-duplicates",
        "no title and lead stand on three grants",
        "titles that stand on three grants or more of one lead: {count}", state=NOTE,
    ),
    Check(
        "incomplete projects", "projects-without-funder-or-lead",
        "every project has funder, lead, dates and amount",
        "projects' missing funders, leads, dates and amounts: {count}, of {of} projects", _PROJECT,
    ),
    Check(
        "questions asked twice", "questions-duplicated",
        "no two questions are worded alike",
        "wordings of several questions: {count}; count them once", state=NOTE,
    ),
    Check(
        "near duplicates of questions", "questions-near-duplicates",
        "no two questions are nearly alike, as far as links were computed",
        "pairs of questions that are nearly alike: {count}", state=NOTE,
    ),
    Check(
        "incomplete questions", "questions-incomplete", "every question is complete",
        "questions that lack their body, background, date or document: {count} of {of}", _QUESTION,
    ),
    Check(
        "questions without projects", "questions-without-projects",
        "every question has a project",
        "questions without a project: {count} of {of}; no match is not a gap", _QUESTION, NOTE,
    ),
    Check(
        "capped lists", "questions-capped", "no published list is full",
        "questions with a full list: {count} of {of}; it stops at ten, there may be more",
        _QUESTION, NOTE,
    ),
    Check(
        "links without explanation", "links-unexplained", "every link is explained",
        "questions with links that nobody explains: {count} of {of}", _QUESTION, NOTE,
    ),
    Check(
        "links without a degree", "links-unstated",
        "no question has five links that do not say a degree",
        "questions with five links without a degree: {count} of {of}; unstated is not partial",
        _QUESTION, NOTE,
    ),
    Check(
        "hubs", "projects-hub", "no grant speaks to twenty questions",
        "grants that speak to twenty questions or more, all records of a grant together: {count}; "
        "through them everything looks linked (projects-generic counts single records, by computed "
        "links alone)",
        state=NOTE,
    ),
)  # fmt: skip


def content_findings(library: Library) -> Iterator[Finding]:
    """One finding for each check, and for abstracts and computed links."""
    classes = library.snapshot.manifest.classes
    for check in CHECKS:
        result = library.run(check.query)
        yield judged(
            check.matter,
            len(result.rows),
            check.none,
            check.some,
            f"graphkit query {check.query}",
            of=classes.get(check.whole) if check.whole else None,
            state=check.state,
        )
    yield _abstracts(library, classes.get(_PROJECT))
    computed = len(library.run("computations-overview").rows)
    yield Finding(
        matter="computed links",
        state=NOTE if not computed else "fine",
        finding=f"computations that made links: {computed}"
        if computed
        else "no links are computed yet",
        count=computed,
        command="graphkit query computations-overview",
    )


def _abstracts(library: Library, projects: int | None) -> Finding:
    solutions = library.store.run(WITHOUT_ABSTRACT, prefixes=PREFIXES)
    return judged(
        "missing abstracts",
        len(collect(solutions).rows),
        "every project has an abstract",
        "projects without an abstract: {count} of {of}; they are found by their title alone",
        f"graphkit sparql {shlex.quote(WITHOUT_ABSTRACT)}",
        of=projects,
        state=NOTE,
    )
