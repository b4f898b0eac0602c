"""Projects with their awards, participations and money."""

from __future__ import annotations

from collections.abc import Callable

from graphkit.identity.grants import Grants
from graphkit.model import Participation, Project
from graphkit.rdf.nodes import Namer, Node
from graphkit.rdf.terms import day, decimal, string, web_iri
from graphkit.rdf.topics import TopicRegister

_NOTHING: list[tuple[int, str]] = []
_DIRECT = {
    "lead": "gk:leadOrganisation",
    "partner": "gk:partnerOrganisation",
    "collaborator": "gk:collaborator",
    "cofunder": "gk:coFunder",
    "fellow": "gk:fellowOrganisation",
    "participant": "gk:participantOrganisation",
}


class ProjectEmitter:
    """Writes merged projects.

    `organisation` maps an organisation's record key to its IRI. What graphkit
    concludes (places, joint grants) is written with the `derived` ending.
    """

    def __init__(
        self,
        namer: Namer,
        endings: list[str],
        derived: str,
        topics: TopicRegister,
        organisation: Callable[[str], str],
    ) -> None:
        self._namer = namer
        self._endings = endings
        self._derived = derived
        self._topics = topics
        self._organisation = organisation
        p = namer.predicate
        self._type = namer.type("gk:Project")
        self._award_type = namer.type("gk:Award")
        self._amount_type = namer.type("schema:MonetaryAmount")
        self._participation_type = namer.type("gk:Participation")
        self._texts = [
            (field, p(curie))
            for field, curie in (
                ("title", "dct:title"),
                ("reference", "gk:grantReference"),
                ("abstract", "dct:abstract"),
                ("technical_abstract", "gk:technicalAbstract"),
                ("impact", "gk:potentialImpact"),
                ("status", "gk:projectStatus"),
                ("category", "gk:grantCategory"),
                ("lead_department", "gk:leadDepartment"),
            )
        ]
        self._other_reference = p("gk:otherReference")
        self._identifier = p("dct:identifier")
        self._teaser = p("gk:teaser")
        self._start, self._end = p("schema:startDate"), p("schema:endDate")
        self._same_as = p("schema:sameAs")
        self._participant = p("dg:participant")
        self._taken_by, self._role = p("dg:entity_taking_role"), p("gk:role")
        self._cost, self._offer = p("gk:cost"), p("gk:offer")
        self._direct = {role: p(curie) for role, curie in _DIRECT.items()}
        self._roles = {role: namer.concept("role", role) for role in _DIRECT}
        self._subject = p("dct:subject")
        self._award, self._finances = p("gk:award"), p("dg:finances")
        self._funded_by, self._award_funder = p("gk:fundedBy"), p("dg:funded_by")
        self._number = p("frapo:hasGrantNumber")
        self._value_of, self._expenditure = p("dg:economic_value"), p("gk:expenditure")
        self._value, self._currency = p("schema:value"), p("schema:currency")
        self._kind_of_award = p("gk:awardType")
        self._located, self._concerns = p("gk:locatedIn"), p("gk:concernsPlace")
        self._joint, self._transferred = p("gk:jointWith"), p("gk:transferredFrom")
        self._grant_key, self._counted = p("gk:grantKey"), p("gk:countedAmount")
        self._addresses = p("gk:addresses")
        self._note = p("gk:sourceNote")

    def lines(
        self,
        project: Project,
        source: int,
        overrides: dict[str, int],
        *,
        funders: list[tuple[str, int]],
        grants: Grants,
        teaser: tuple[int, str] | None = None,
        located: tuple[str, ...] = (),
        concerns: tuple[str, ...] = (),
        addresses: list[tuple[int, str]] = _NOTHING,
    ) -> list[str]:
        """All statements on one project.

        `funders` are IRIs of agencies and programmes with the source that names
        each; `located` and `concerns` are IRIs of places; `teaser` is the text of a
        question page with its source; `grants` tells which records are one grant;
        `addresses` are keys of questions with the source that links them.
        """
        lines: list[str] = []
        namer = self._namer
        iri = namer.thing("project", project.key)
        node = Node(iri, self._endings, source, overrides, lines)
        lines.append(f"{iri}{self._type}{node.ending}")
        from_page = project.key.startswith("page-")
        if not from_page:
            node.add(self._identifier, string(project.key))
        for field, predicate in self._texts:
            value = getattr(project, field)
            if value is not None:
                node.add(predicate, string(value), field)
        for reference in project.other_references:
            node.add(self._other_reference, string(reference), "other_references")
        if teaser is not None:
            lines.append(f"{iri}{self._teaser}{string(teaser[1])}{self._endings[teaser[0]]}")
        if project.start is not None:
            node.add(self._start, day(project.start), "start")
        if project.end is not None:
            node.add(self._end, day(project.end), "end")
        if project.url and (address := web_iri(project.url)):
            node.add(self._same_as, address, "url")
        if project.note is not None:
            node.add(self._note, string(project.note))
        for subject in dict.fromkeys(self._topics.iri(topic) for topic in project.topics):
            node.add(self._subject, subject, "topics")
        self._participations(node, project)
        self._money(node, project, iri, funders)
        end = self._derived
        lines += [f"{iri}{self._located}{place}{end}" for place in located]
        lines += [f"{iri}{self._concerns}{place}{end}" for place in concerns]
        for linked, question in addresses:
            link = f"{self._addresses}{namer.thing('question', question)}"
            lines.append(f"{iri}{link}{self._endings[linked]}")
        kinship = grants.kinship
        for predicate, others in (
            (self._joint, kinship.joint_with),
            (self._transferred, kinship.transferred_from),
        ):
            if project.key in others:
                lines.append(f"{iri}{predicate}{namer.thing('project', others[project.key])}{end}")
        lines.append(f"{iri}{self._grant_key}{string(grants.key_of(project.key))}{end}")
        counted = grants.amount_of(project.key)
        if counted is not None:
            lines.append(f"{iri}{self._counted}{decimal(counted)}{end}")
        return lines

    def _participations(self, node: Node, project: Project) -> None:
        seen: set[tuple[str, str]] = set()
        lead_seen = False
        for part in project.roles:
            organisation = self._organisation(part.organisation)
            if (organisation, part.role) in seen or (part.role == "lead" and lead_seen):
                continue
            lead_seen = lead_seen or part.role == "lead"
            seen.add((organisation, part.role))
            node.add(self._direct[part.role], organisation, "roles")
            iri = self._namer.participation(node.subject, part.role, organisation)
            node.add(self._participant, iri, "roles")
            end = node.ending_of("roles")
            node.lines += [
                f"{iri}{self._participation_type}{end}",
                f"{iri}{self._taken_by}{organisation}{end}",
                f"{iri}{self._role}{self._roles[part.role]}{end}",
            ]
            self._participation_money(node, part, iri, end)

    def _participation_money(self, node: Node, part: Participation, iri: str, end: str) -> None:
        for predicate, amount, name in (
            (self._cost, part.cost, "cost"),
            (self._offer, part.offer, "offer"),
        ):
            if amount is not None:
                money = self._namer.amount(iri, name)
                node.lines.append(f"{iri}{predicate}{money}{end}")
                node.lines += self._amount_lines(money, amount, end)

    def _amount_lines(self, iri: str, amount: float, end: str) -> list[str]:
        return [
            f"{iri}{self._amount_type}{end}",
            f"{iri}{self._value}{decimal(amount)}{end}",
            f'{iri}{self._currency}"GBP"{end}',
        ]

    def _money(
        self, node: Node, project: Project, iri: str, funders: list[tuple[str, int]]
    ) -> None:
        for funder, slot in funders:
            node.lines.append(f"{iri}{self._funded_by}{funder}{self._endings[slot]}")
        if project.reference is None and project.amount is None and project.expenditure is None:
            return
        award = self._namer.thing("award", project.key)
        paid = "amount" if project.amount is not None else "reference"
        node.add(self._award, award, paid)
        grant = Node(award, node._endings, 0, node._overrides, node.lines)
        grant.ending = node.ending
        grant.lines.append(f"{award}{self._award_type}{node.ending}")
        # In the graph of the statement that it repeats, so that one tells the other.
        grant.lines.append(f"{award}{self._finances}{iri}{node.ending_of(paid)}")
        for funder, slot in funders:
            grant.lines.append(f"{award}{self._award_funder}{funder}{self._endings[slot]}")
        if project.reference is not None:
            grant.add(self._number, string(project.reference), "reference")
        if project.start is not None:
            grant.add(self._start, day(project.start), "start")
        if project.end is not None:
            grant.add(self._end, day(project.end), "end")
        if project.award_type is not None:
            grant.add(self._kind_of_award, string(project.award_type), "award_type")
        for predicate, field in ((self._value_of, "amount"), (self._expenditure, "expenditure")):
            amount = getattr(project, field)
            if amount is not None:
                money = self._namer.amount(award, field)
                grant.add(predicate, money, field)
                node.lines += self._amount_lines(money, amount, grant.ending_of(field))
