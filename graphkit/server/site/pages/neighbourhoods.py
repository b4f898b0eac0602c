"""What stands around a thing in the network view: nodes, and edges with the reason for each.

Questions and projects have their links one by one. Places, departments, funders, organisations
and aspects have thousands of projects; around them stand other such things, tied by how many
grants they have in common, as a picture of thousands of nodes tells nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from graphkit.figures import Columns, Portfolio, Tally
from graphkit.server.site.pages.assessments import Assessment, assessments, strongest
from graphkit.server.site.pages.reading import Reader
from graphkit.server.site.pages.wording import DEGREE_NAMES, DEGREES, ORIGIN_NAMES, plural

MOST_NODES = 70
_LINKS = 28
"""Questions or projects around one focus."""
_SECOND = 14
"""Things of the second step, in all."""
_TOP = 10
"""Things of one kind around a focus with thousands of projects."""
HUB = 40
"""Questions from which a project is a hub: it is shown, but not followed further."""


@dataclass(frozen=True)
class Node:
    """A thing in the picture; `step` says how far it is from the focus."""

    iri: str
    label: str
    kind: str
    step: int


@dataclass(frozen=True)
class Edge:
    """A tie of two things and why it is there. `weight` is a number of grants, or 1."""

    source: str
    target: str
    relation: str
    why: str
    degree: str = ""
    weight: int = 1
    evidence: tuple[str, str] = ("", "")
    """Question and project of a link, where there is something to read about it."""


@dataclass
class Network:
    """The picture in the making. `left_out` says in words what is not in it."""

    focus: str
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, read: Reader, iri: str, step: int) -> bool:
        """Put a thing in, once, as far as there is room. Tells whether it is in."""
        if iri in self.nodes:
            return True
        if len(self.nodes) >= MOST_NODES:
            return False
        kind = iri.rpartition("/id/")[2].partition("/")[0]
        self.nodes[iri] = Node(iri, read.name(iri), kind, step)
        return True

    def tie(self, read: Reader, edge: Edge, step: int) -> None:
        """Put an edge in with its ends; without room for an end, neither."""
        if self.add(read, edge.source, step) and self.add(read, edge.target, step):
            self.edges.append(edge)


def around(read: Reader, found: Columns, focus: str, hops: int) -> Network:
    """The network around a thing, one or two steps wide."""
    network = Network(focus)
    network.add(read, focus, 0)
    kind = network.nodes[focus].kind
    if kind == "question":
        _question(network, read, focus, hops)
    elif kind == "project":
        _project(network, read, focus, hops)
    else:
        portfolio = _portfolio(found, kind, focus)
        if portfolio is None:
            _statements(network, read, focus)
        else:
            _bodies(network, read, portfolio, focus, hops)
    return network


def _why(read: Reader, said: Sequence[Assessment]) -> str:
    """Degrees with their origins, and the aspects covered, of what is said of one pair."""
    words = [
        f"{DEGREE_NAMES.get(one.degree, one.degree)} ({ORIGIN_NAMES.get(one.origin, one.origin)})"
        for one in said
    ]
    covered = sorted({read.name(iri) for one in said for iri in one.covers})
    text = "; ".join(dict.fromkeys(words))
    return f"{text}; covers {', '.join(covered[:6])}" if covered else text


def _links(
    network: Network, read: Reader, found: list[Assessment], end: str, step: int, most: int
) -> list[str]:
    """Ties of assessments, the strongest first; gives the things at their other end."""
    pairs: dict[tuple[str, str], list[Assessment]] = {}
    for one in found:
        if one.degree != "none":
            pairs.setdefault((one.project, one.question), []).append(one)
    ordered = sorted(
        pairs.items(),
        key=lambda pair: (
            all(one.computed for one in pair[1]),
            DEGREES.index(strongest(pair[1])),
            -max((one.score or 0 for one in pair[1]), default=0),
            pair[0],
        ),
    )
    for (project, question), said in ordered[:most]:
        why, degree = _why(read, said), strongest(said)
        network.tie(
            read,
            Edge(project, question, "speaks to", why, degree, evidence=(question, project)),
            step,
        )
    if len(ordered) > most:
        network.left_out.append(
            f"{len(ordered) - most:,} of {len(ordered):,} {end}, those of weaker degree"
        )
    ends = [project if end == "projects" else question for (project, question), _ in ordered[:most]]
    return list(dict.fromkeys(ends))


def _question(network: Network, read: Reader, focus: str, hops: int) -> None:
    for name, iri in read.named(focus, "gk:askedBy"):
        network.tie(read, Edge(focus, iri, "asked by", f"asked by {name}"), 1)
    for name, iri in read.named(focus, "gk:hasAspect"):
        network.tie(read, Edge(focus, iri, "has aspect", f"the question has the aspect {name}"), 1)
    for _, iri in read.named(focus, "gk:similarTo")[:6]:
        network.tie(read, Edge(focus, iri, "similar to", "the two questions are alike"), 1)
    found = assessments(read, read.subjects("gk:assessesQuestion", focus), evidence=False)
    projects = _links(network, read, found, "projects", 1, _LINKS)
    leads: Counter[tuple[str, str]] = Counter()
    led: dict[str, list[str]] = {}
    for project in projects:
        for lead in read.named(project, "gk:leadOrganisation"):
            leads[lead] += 1
            led.setdefault(lead[1], []).append(project)
    for (name, iri), _ in sorted(leads.items(), key=lambda one: (-one[1], one[0]))[:_SECOND]:
        for project in led[iri]:
            network.tie(read, Edge(project, iri, "led by", f"led by {name}"), 2)
    if hops > 1:
        _shared(network, read, projects, focus)


def _shared(network: Network, read: Reader, projects: Iterable[str], focus: str) -> None:
    """Other questions that the projects speak to: those shared by the most of them."""
    hubs = 0
    ties: dict[str, list[str]] = {}
    for project in projects:
        others = [iri for iri in read.all(project, "gk:addresses") if iri != focus]
        if len(others) >= HUB:
            hubs += 1
            continue
        for iri in others:
            ties.setdefault(str(iri), []).append(project)
    order = sorted(ties, key=lambda iri: (-len(ties[iri]), iri))
    for iri in order[:_SECOND]:
        for project in ties[iri]:
            why = "speaks to this question, too, on somebody’s word"
            network.tie(read, Edge(project, iri, "speaks to", why, evidence=(iri, project)), 2)
    if len(order) > _SECOND:
        network.left_out.append(
            f"{len(order) - _SECOND:,} other questions that share fewer projects"
        )
    if hubs:
        network.left_out.append(
            f"what {plural(hubs, 'project')} of {HUB} or more questions would lead to"
        )


def _project(network: Network, read: Reader, focus: str, hops: int) -> None:
    ties = (
        ("gk:fundedBy", "funded by", 6),
        ("gk:leadOrganisation", "led by", 1),
        ("gk:partnerOrganisation", "partner", 8),
        ("gk:collaborator", "collaborator", 8),
        ("gk:participantOrganisation", "participant", 8),
        ("gk:concernsPlace", "about", 4),
    )
    for short, relation, most in ties:
        named = read.named(focus, short)
        for name, iri in named[:most]:
            network.tie(read, Edge(focus, iri, relation, f"{relation} {name}"), 1)
        if len(named) > most:
            network.left_out.append(f"{len(named) - most:,} of {len(named):,} “{relation}”")
    found = assessments(read, read.subjects("gk:assessesProject", focus), evidence=False)
    for question in _links(network, read, found, "questions", 1, _LINKS):
        for name, iri in read.named(question, "gk:askedBy") if hops > 1 else ():
            network.tie(read, Edge(question, iri, "asked by", f"asked by {name}"), 2)


def _portfolio(found: Columns, kind: str, iri: str) -> Portfolio | None:
    """The projects of a thing that has many; None for a thing of another kind."""
    if kind == "place":
        return Portfolio.by(found, "located", "place", iri)
    if kind in ("funder", "programme"):
        return Portfolio.by(found, "funded", "funder", iri)
    if kind == "organisation":
        return Portfolio.by(found, "part", "organisation", iri)
    if kind == "department":
        return Portfolio(found, department=iri).linked()
    if kind == "aspect":
        assessments_, aspects = found.pairs("covers")
        chosen = np.zeros(found.size("project"), bool)
        kept = assessments_[aspects == found.number("aspect", iri)]
        chosen[found["link_project"][kept]] = True
        return Portfolio(found, chosen)
    return None


def _bodies(network: Network, read: Reader, whole: Portfolio, focus: str, hops: int) -> None:
    """Departments, funders, organisations and aspects that share the most grants with a thing."""
    groups: list[tuple[str, Sequence[Tally]]] = [
        ("departments", whole.per_department()),
        ("funders", whole.per("funded", "funder")),
        ("organisations that lead", whole.per_lead()),
        ("aspects", whole.per_aspect()),
    ]
    for noun, tallies in groups:
        others = [row for row in tallies[: _TOP + 1] if row.iri != focus][:_TOP]
        for row in others:
            why = _shared_grants(noun, row)
            network.tie(read, Edge(focus, row.iri, noun, why, weight=row.grants), 1)
        if len(tallies) > _TOP + 1:
            network.left_out.append(f"{len(tallies) - _TOP:,} {noun} with fewer grants in common")
    if hops > 1:
        funders = [one.iri for one in network.nodes.values() if one.kind in ("funder", "programme")]
        for funder in funders:
            first, second = whole.columns.pairs("funded")
            mine = np.zeros_like(whole.projects)
            mine[first[second == whole.columns.number("funder", funder)]] = True
            part = Portfolio(whole.columns, whole.projects & mine)
            for row in [*part.per_department(), *part.per_lead()]:
                if row.iri in network.nodes and focus not in (row.iri, funder):
                    why = f"{plural(row.grants, 'grant')} of the focus in common"
                    network.tie(read, Edge(funder, row.iri, "in common", why, weight=row.grants), 2)


def _shared_grants(noun: str, row: Tally) -> str:
    grants = plural(row.grants, "grant")
    if noun == "departments":
        speak = "speaks" if row.grants == 1 else "speak"
        return f"{grants} {speak} to {plural(row.questions, 'question')} of it"
    if noun == "funders":
        return f"{grants} funded by it"
    if noun == "aspects":
        return f"{grants} said to cover it"
    return f"{grants} led by it"


def _statements(network: Network, read: Reader, focus: str) -> None:
    """The ties of a thing of any other kind, as they are stated."""
    ontology = read.dataset.ontology
    for iri, values in sorted(read.values(focus).items()):
        term = ontology.properties.get(iri)
        if term is None:
            continue
        for value in values[:_TOP]:
            if "/id/" in str(value):
                network.tie(read, Edge(focus, str(value), term.name, term.name), 1)
