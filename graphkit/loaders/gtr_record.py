"""One `projectComposition` of the Gateway to Research portal, from JSON or XML.

Both notations reach this module as the same dictionaries. People
(`personRoles`), publications and other outputs are known and left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphkit.loaders import gtr_values as values
from graphkit.loaders.gtr_abstract import prose
from graphkit.loaders.gtr_values import drift, items, line, mapping, names
from graphkit.loaders.intake import Intake
from graphkit.model import Organisation, Participation, Project, Record
from graphkit.text import redact_emails

COMPOSITION_FIELDS = names(
    "project leadResearchOrganisation organisationRoles personRoles collaborations"
)
PROJECT_FIELDS = names(
    "id resourceUrl title status grantReference grantCategory abstractText potentialImpactText "
    "technicalSummary fund identifiers researchSubjects researchTopics rcukProgrammes "
    "healthCategories researchActivities projectHierarchy publications publication output"
)
FUND_FIELDS = names("id resourceUrl valuePounds start end type funder")
FUNDER_FIELDS = names("id resourceUrl name")
ORGANISATION_FIELDS = names("id resourceUrl name website address department typeInd roles")
HIERARCHY_FIELDS = names("parents children")
RELATIVE_FIELDS = names("id resourceUrl grantRef title amount start end rel parents children")
IDENTIFIER_FIELDS = names("value type")
ROLES = {
    "LEAD_RO": "lead",
    "PROJECT_PARTNER": "partner",
    "COLLABORATOR": "collaborator",
    "CO_FUNDER": "cofunder",
    "FELLOW": "fellow",
    "PARTICIPANT": "participant",
}
Known = dict[Any, Organisation | None]
"""Organisations by their unread form: one of them stands in thousands of projects."""
_RELATIVES = 10_000  # a hierarchy larger than this is no family of grants


def read_composition(
    composition: dict[str, Any],
    locator: str,
    intake: Intake,
    known: Known,
    *,
    note: object = None,
) -> Iterator[Record]:
    """The project, then every organisation that it mentions.

    `known` is for this function to remember organisations in. A composition without a usable
    project id is rejected. The funder is told by the project (`funder_name`, `funder_key`), not
    as an organisation.

    >>> composition = {"project": {"id": "001FFC46-A229-4A05-9A2D-D1AB639D4EF5",
    ...                            "title": "Otters &amp; men", "fund": {"valuePounds": 0.0}}}
    >>> project, = read_composition(composition, "line 1", Intake("x"), {})
    >>> project.title, project.amount
    ('Otters & men', 0.0)
    """
    project = composition.get("project")
    if not isinstance(project, dict):
        intake.reject(locator, "", "no project in the projectComposition", list(composition)[:9])
        return
    key = values.guid(project.get("id"))
    if key is None:
        intake.reject(locator, "", "no usable project id", project.get("id"))
        return
    if not COMPOSITION_FIELDS.issuperset(composition):
        drift(composition, COMPOSITION_FIELDS, "projectComposition", intake)
    if not PROJECT_FIELDS.issuperset(project):
        drift(project, PROJECT_FIELDS, "project", intake)

    fund = mapping(project.get("fund"), "fund", locator, intake)
    if not FUND_FIELDS.issuperset(fund):
        drift(fund, FUND_FIELDS, "project.fund", intake)
    funder = mapping(fund.get("funder"), "fund.funder", locator, intake)
    if not FUNDER_FIELDS.issuperset(funder):
        drift(funder, FUNDER_FIELDS, "project.fund.funder", intake)
    funder_key = values.guid(funder.get("id"))
    start = values.day(fund.get("start"), "fund.start", locator, intake)
    end = values.day(fund.get("end"), "fund.end", locator, intake)
    values.check_period(start, end, intake)

    lead = mapping(
        composition.get("leadResearchOrganisation"), "leadResearchOrganisation", locator, intake
    )
    organisations, roles = _parts(composition, lead, locator, intake, known)
    reference, others = _references(project, locator, intake)
    note_text = line(note, "_note", locator, intake)
    yield Project(
        locator=locator,
        note=redact_emails(note_text) if note_text else None,
        key=key,
        title=line(project.get("title"), "project.title", locator, intake),
        reference=reference,
        other_references=others,
        status=line(project.get("status"), "project.status", locator, intake),
        category=line(project.get("grantCategory"), "project.grantCategory", locator, intake),
        abstract=prose(project.get("abstractText"), "project.abstractText", locator, intake),
        technical_abstract=prose(
            project.get("technicalSummary"), "project.technicalSummary", locator, intake
        ),
        impact=prose(
            project.get("potentialImpactText"), "project.potentialImpactText", locator, intake
        ),
        start=start,
        end=end,
        amount=values.pounds(fund.get("valuePounds"), "fund.valuePounds", locator, intake),
        award_type=line(fund.get("type"), "fund.type", locator, intake),
        funder_name=line(funder.get("name"), "fund.funder.name", locator, intake),
        funder_key=f"gtr:{funder_key}" if funder_key else None,
        lead_department=line(
            lead.get("department"), "leadResearchOrganisation.department", locator, intake
        ),
        roles=roles,
        topics=tuple(dict.fromkeys(values.topics(project, locator, intake))),
        transfers=_transfers(project.get("projectHierarchy"), key, locator, intake),
        url=values.page_url(project.get("resourceUrl")),
    )
    yield from dict.fromkeys(organisations)


def _parts(
    composition: dict[str, Any],
    lead: dict[str, Any],
    locator: str,
    intake: Intake,
    known: Known,
) -> tuple[list[Organisation], tuple[Participation, ...]]:
    """The organisations mentioned, and who takes which part: the lead first."""
    organisations: list[Organisation] = []
    parts: dict[tuple[str, str], None] = {}
    if lead:
        organisation = _organisation(lead, "leadResearchOrganisation", locator, intake, known)
        if organisation is not None:
            organisations.append(organisation)
            parts[organisation.key, "lead"] = None
    entries = composition.get("organisationRoles")
    for entry in items(entries, "organisationRole", "organisationRoles", locator, intake):
        organisation = _organisation(entry, "organisationRoles", locator, intake, known)
        if organisation is None:
            continue
        organisations.append(organisation)
        for role in items(entry.get("roles"), "role", "organisationRoles.roles", locator, intake):
            name = role.get("name") if isinstance(role, dict) else role
            if not isinstance(name, str):
                intake.reject(locator, "organisationRoles.roles", "no role name", role)
            elif name in ROLES:
                parts[organisation.key, ROLES[name]] = None
            else:
                intake.unknown_field(f"organisationRoles.roles.name={name[:40]}")
    taking_part = {key for key, _ in parts}
    entries = composition.get("collaborations")
    # The collaborations repeat the organisation roles; only what is missing there is used.
    for entry in items(entries, "collaborator", "collaborations", locator, intake):
        organisation = _organisation(entry, "collaborations", locator, intake, known)
        if organisation is not None and organisation.key not in taking_part:
            organisations.append(organisation)
            parts[organisation.key, "collaborator"] = None
    return organisations, tuple(Participation(organisation=key, role=role) for key, role in parts)


def _organisation(
    entry: object, field: str, locator: str, intake: Intake, known: Known
) -> Organisation | None:
    if not isinstance(entry, dict):
        intake.reject(locator, field, "not an object", entry)
        return None
    if not ORGANISATION_FIELDS.issuperset(entry):
        drift(entry, ORGANISATION_FIELDS, field, intake)
    place = entry.get("address")
    raw = (
        entry.get("id"),
        entry.get("name"),
        entry.get("website"),
        tuple(place.items()) if isinstance(place, dict) else None,
    )
    try:
        return known[raw]
    except KeyError:
        cached = isinstance(place, dict) or place is None
    except TypeError:  # a list or an object where a text should stand
        cached = False
    noted = intake.noted
    name = line(entry.get("name"), f"{field}.name", locator, intake)
    key = values.organisation_key(entry.get("id"), name)
    if key is None:
        intake.reject(locator, field, "an organisation without id and name", entry)
        return None
    if entry.get("id") is not None and not key.startswith("gtr:"):
        intake.reject(locator, f"{field}.id", "no usable organisation id", entry["id"])
    organisation = Organisation(
        key=key,
        name=name or key.removeprefix("gtr:"),
        address=values.address(place, f"{field}.address", locator, intake),
        website=line(entry.get("website"), f"{field}.website", locator, intake),
    )
    if cached and intake.noted == noted:  # what is said of a faulty one is said every time
        known[raw] = organisation
    return organisation


def _references(
    project: dict[str, Any], locator: str, intake: Intake
) -> tuple[str | None, tuple[str, ...]]:
    reference = line(project.get("grantReference"), "project.grantReference", locator, intake)
    stated = project.get("identifiers")
    if not stated:
        return reference, ()
    return references(reference, stated, locator, intake)


def references(
    reference: str | None, stated: object, locator: str, intake: Intake
) -> tuple[str | None, tuple[str, ...]]:
    """The grant reference (the first of type RCUK unless told already) and the other ones.

    >>> references(None, [{"value": "RES-1", "type": "RES"}, {"value": "ES/1", "type": "RCUK"}],
    ...            "line 1", Intake("x"))
    ('ES/1', ('RES-1',))
    """
    others: dict[str, None] = {}
    for entry in items(stated, "identifier", "project.identifiers", locator, intake):
        if isinstance(entry, str):
            entry = {"value": entry}
        elif not isinstance(entry, dict):
            intake.reject(locator, "project.identifiers", "not an object", entry)
            continue
        if not IDENTIFIER_FIELDS.issuperset(entry):
            drift(entry, IDENTIFIER_FIELDS, "project.identifiers", intake)
        value = line(entry.get("value"), "project.identifiers.value", locator, intake)
        if value is None:
            continue
        if reference is None and entry.get("type") == "RCUK":
            reference = value
        others[value] = None
    return reference, tuple(other for other in others if other != reference)


def _transfers(
    value: object, key: str, locator: str, intake: Intake
) -> tuple[tuple[str, str], ...]:
    """Pairs (from, to) of all transfers in a project's family of grants."""
    if not value:
        return ()
    field = "project.projectHierarchy"
    hierarchy = mapping(value, field, locator, intake)
    if not HIERARCHY_FIELDS.issuperset(hierarchy):
        drift(hierarchy, HIERARCHY_FIELDS, field, intake)
    found: dict[tuple[str, str], None] = {}
    waiting: list[tuple[str | None, dict[str, Any]]] = [(key, hierarchy)]
    number = 0
    while waiting:
        own, node = waiting.pop()
        for name, inner in (("parents", "parent"), ("children", "child")):
            for relative in items(node.get(name), inner, f"{field}.{name}", locator, intake):
                number += 1
                if number > _RELATIVES:
                    intake.reject(locator, field, f"more than {_RELATIVES} relatives")
                    return tuple(found)
                if not isinstance(relative, dict):
                    intake.reject(locator, field, "not an object", relative)
                    continue
                if not RELATIVE_FIELDS.issuperset(relative):
                    drift(relative, RELATIVE_FIELDS, f"{field}.{inner}", intake)
                other = values.guid(relative.get("id"))
                if other is None:
                    intake.reject(locator, f"{field}.{inner}", "no usable id", relative.get("id"))
                elif own is not None and own != other and _is_transfer(relative, intake):
                    found[(other, own) if inner == "parent" else (own, other)] = None
                waiting.append((other, relative))
    return tuple(sorted(found))


def _is_transfer(relative: dict[str, Any], intake: Intake) -> bool:
    relation = relative.get("rel")
    if relation is None:
        return False
    name = str(relation)[:40].upper()
    if name not in ("TRANSFER", "STUDENTSHIP"):
        intake.unknown_field(f"project.projectHierarchy.rel={name}")
    return name == "TRANSFER"
