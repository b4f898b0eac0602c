"""The GtR-2 API: lists and single records of projects, funds and organisations.

The three kinds refer to each other by links. Hosts in links vary, so only the
last two parts of their paths are read. Records of people are dropped.

Transfers: TRANSFER_FROM is read as "the grant came from the linked project" and
TRANSFER as "it went on to the linked project", as the portal's hierarchy has it.
The API's documentation does not say which way TRANSFER points, so the direction
stands in one table here (`_TRANSFERS`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from graphkit.loaders import Loader
from graphkit.loaders import gtr_values as values
from graphkit.loaders.gtr_abstract import prose
from graphkit.loaders.gtr_record import references
from graphkit.loaders.gtr_values import drift, items, line, names
from graphkit.loaders.intake import Intake
from graphkit.loaders.json_layout import one_record_a_line
from graphkit.loaders.reading import lines, parse_json, split_json
from graphkit.model import Fund, Organisation, Participation, Project, Record
from graphkit.text import fold, redact_emails

_PORTAL = re.compile(
    rb'(?<!\\)"(?:projectComposition|projectOverview|facetedSearchResultBean)"\s*:'
)
_TOTALS = re.compile(rb'(?<!\\)"(?:totalPages|totalSize)"\s*:\s*\d')
_ARRAY = re.compile(rb'(?<!\\)"(?:project|organisation|fund|person)"\s*:\s*\[')
_SINGLE = re.compile(
    rb'(?<!\\)"(?:links"\s*:\s*\{\s*"link"|addresses"\s*:\s*\{\s*"address"|valuePounds"\s*:\s*\{'
    rb'|href"\s*:\s*"[^"\s]{0,200}/gtr/api/(?:projects|funds|organisations|persons)/)'
)
_KINDS = frozenset({"project", "organisation", "fund", "person"})
_LIST_FIELDS = _KINDS | names("page size totalPages totalSize links ext")

_COMMON = names("id href created updated ext links outcomeId outcomeid")
_PROJECT_FIELDS = _COMMON | names(
    "title status grantCategory leadFunder leadOrganisationDepartment abstractText "
    "techAbstractText potentialImpact start end identifiers participantValues healthCategories "
    "researchActivities researchSubjects researchTopics rcukProgrammes"
)
_FUND_FIELDS = _COMMON | names("valuePounds start end type category")
_VALUE_FIELDS = names("amount currencyCode")
_ORGANISATION_FIELDS = _COMMON | names("name regNumber website addresses")
_LINK_FIELDS = names("href rel start end otherAttributes")
_PARTICIPANT_FIELDS = names("organisationId organisationName role projectCost grantOffer")
_ROLES = {
    "LEAD_ORG": "lead",
    "PP_ORG": "partner",
    "STUDENT_PP_ORG": "partner",
    "COLLAB_ORG": "collaborator",
    "COFUND_ORG": "cofunder",
    "FELLOW_ORG": "fellow",
    "PARTICIPANT_ORG": "participant",
}
_PARTICIPANT_ROLES = {"LEAD_PARTICIPANT": "lead", "PARTICIPANT": "participant"}
# True: the linked project is the one that the grant came from.
_TRANSFERS = {"TRANSFER": False, "TRANSFER_FROM": True}
_LEFT_OUT = frozenset({"STUDENTSHIP", "STUDENTSHIP_FROM", "PROJECT"})
_PATH = re.compile(r"(?:[^?#]*/)?([A-Za-z-]+)/([0-9A-Fa-f-]{36})/?(?:[?#].*)?", re.ASCII)


def _recognises(head: bytes) -> bool:
    if head.lstrip()[:1] not in (b"{", b"[") or _PORTAL.search(head):
        return False
    if _SINGLE.search(head):
        return True
    return _TOTALS.search(head) is not None and _ARRAY.search(head) is not None


def _load(stream: BinaryIO, intake: Intake) -> Iterator[Record]:
    by_line, stream = one_record_a_line(stream, _TOTALS)
    if not by_line:
        yield from _document(stream, "", intake)
        return
    for number, text in lines(stream, intake):
        if not text.isspace():
            yield from _document(io.BytesIO(text), f"line {number}", intake)


def _document(stream: BinaryIO, place: str, intake: Intake) -> Iterator[Record]:
    for array, number, text in split_json(stream, _KINDS | {""}, intake):
        item = f"item {number} of {array or 'the list'}" if number else ""
        locator = ", ".join(filter(None, (place, item))) or "document"
        try:
            value = parse_json(text)
        except ValueError as error:
            intake.reject(locator, "", str(error), text[:200].decode("utf-8", "replace"))
            continue
        if number:
            yield from _record(value, array, locator, intake)
        elif _LIST_FIELDS.intersection(value) - _COMMON:
            drift(value, _LIST_FIELDS, "list", intake)
            for kind in sorted(_KINDS.intersection(value)):
                if isinstance(value[kind], dict):  # a list of one, written without brackets
                    yield from _record(value[kind], kind, locator, intake)
        else:
            yield from _record(value, "", locator, intake)


def _kind(record: dict[str, Any]) -> str:
    """What a record is, by its fields: a list's name is not there for a single one."""
    if "valuePounds" in record:
        return "fund"
    if "title" in record or "abstractText" in record:
        return "project"
    if "surname" in record or "firstName" in record:
        return "person"
    if "addresses" in record or "name" in record:
        return "organisation"
    return ""


def _record(record: dict[str, Any], kind: str, locator: str, intake: Intake) -> Iterator[Record]:
    kind = kind or _kind(record)
    if kind == "person":
        intake.warn("a person's record was dropped: people are not part of the graph")
        return
    if not kind:
        intake.reject(locator, "", "neither project, fund nor organisation", list(record)[:20])
        return
    key = values.guid(record.get("id"))
    if key is None:
        intake.reject(locator, "", f"no usable {kind} id", record.get("id"))
    elif kind == "project":
        yield from _project(record, key, locator, intake)
    elif kind == "fund":
        yield _fund(record, key, locator, intake)
    else:
        organisation = _organisation(record, key, locator, intake)
        if organisation is not None:
            yield organisation


def _links(
    record: dict[str, Any], kind: str, locator: str, intake: Intake
) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(rel, kind in the plural, id, link) of each link that graphkit has a use for."""
    for link in items(record.get("links"), "link", f"{kind}.links", locator, intake):
        if not isinstance(link, dict):
            intake.reject(locator, f"{kind}.links", "not an object", link)
            continue
        if not _LINK_FIELDS.issuperset(link):
            drift(link, _LINK_FIELDS, f"{kind}.links.link", intake)
        href, rel = link.get("href"), link.get("rel")
        match = _PATH.fullmatch(href.strip()) if isinstance(href, str) else None
        target = match[1] if match else ""
        rel = rel if isinstance(rel, str) else ""
        if rel.endswith("_PER") or rel in _LEFT_OUT or target == "persons":
            continue
        if isinstance(href, str) and "/outcomes/" in href:
            continue
        key = values.guid(match[2]) if match else None
        if key is None:
            intake.reject(locator, f"{kind}.links", "a link that names no record", link)
        else:
            yield rel, target, key, link


def _project(record: dict[str, Any], key: str, locator: str, intake: Intake) -> Iterator[Record]:
    if not _PROJECT_FIELDS.issuperset(record):
        drift(record, _PROJECT_FIELDS, "project", intake)
    start = values.day(record.get("start"), "project.start", locator, intake)
    end = values.day(record.get("end"), "project.end", locator, intake)
    parts: dict[tuple[str, str], tuple[float | None, float | None]] = {}
    funds: dict[str, None] = {}
    transfers: dict[tuple[str, str], None] = {}
    for rel, target, other, link in _links(record, "project", locator, intake):
        if rel in _ROLES and target == "organisations":
            parts[f"gtr:{other}", _ROLES[rel]] = (None, None)
        elif rel == "FUND" and target == "funds":
            funds[other] = None
            # Projects carry no dates of their own in some versions; the link does.
            start = start or values.day(link.get("start"), "FUND.start", locator, intake)
            end = end or values.day(link.get("end"), "FUND.end", locator, intake)
        elif rel in _TRANSFERS and target == "projects":
            if other != key:
                transfers[(other, key) if _TRANSFERS[rel] else (key, other)] = None
        else:
            intake.unknown_field(f"project.links.link.rel={rel[:40]}")
    values.check_period(start, end, intake)
    named, offered = _participants(record, parts, locator, intake)
    reference, others = references(None, record.get("identifiers"), locator, intake)
    note = line(record.get("_note"), "_note", locator, intake)
    yield Project(
        locator=locator,
        note=redact_emails(note) if note else None,
        key=key,
        title=line(record.get("title"), "project.title", locator, intake),
        reference=reference,
        other_references=others,
        status=line(record.get("status"), "project.status", locator, intake),
        category=line(record.get("grantCategory"), "project.grantCategory", locator, intake),
        abstract=prose(record.get("abstractText"), "project.abstractText", locator, intake),
        technical_abstract=prose(
            record.get("techAbstractText"), "project.techAbstractText", locator, intake
        ),
        impact=prose(record.get("potentialImpact"), "project.potentialImpact", locator, intake),
        start=start,
        end=end,
        amount=offered,
        funder_name=line(record.get("leadFunder"), "project.leadFunder", locator, intake),
        lead_department=line(
            record.get("leadOrganisationDepartment"),
            "project.leadOrganisationDepartment",
            locator,
            intake,
        ),
        roles=tuple(
            Participation(organisation=organisation, role=role, cost=cost, offer=offer)
            for (organisation, role), (cost, offer) in sorted(
                parts.items(), key=lambda part: part[0][1] != "lead"
            )
        ),
        topics=tuple(dict.fromkeys(values.topics(record, locator, intake))),
        transfers=tuple(sorted(transfers)),
        fund_keys=tuple(funds),
    )
    for organisation in named:
        yield msgspec.structs.replace(organisation, locator=locator)


def _participants(
    record: dict[str, Any],
    parts: dict[tuple[str, str], tuple[float | None, float | None]],
    locator: str,
    intake: Intake,
) -> tuple[list[Organisation], float | None]:
    """Innovate UK's participants, merged into `parts`.

    Gives the organisations they name, and the sum of the grant offers. That sum
    is the project's amount; a fund record, where there is one, wins over it
    when the two are joined.
    """
    field = "project.participantValues"
    entries: list[tuple[dict[str, Any], str | None]] = []
    keys: dict[str, str] = {}
    for entry in items(record.get("participantValues"), "participant", field, locator, intake):
        if not isinstance(entry, dict):
            intake.reject(locator, field, "not an object", entry)
            continue
        if not _PARTICIPANT_FIELDS.issuperset(entry):
            drift(entry, _PARTICIPANT_FIELDS, field, intake)
        name = line(entry.get("organisationName"), f"{field}.organisationName", locator, intake)
        identifier = values.guid(entry.get("organisationId"))
        if identifier is None and entry.get("organisationId") not in (None, ""):
            intake.reject(
                locator, f"{field}.organisationId", "no usable id", entry["organisationId"]
            )
        if identifier and name:
            keys.setdefault(fold(name), f"gtr:{identifier}")
        entries.append((entry, name))

    named: list[Organisation] = []
    offered: float | None = None
    for entry, name in entries:
        cost = values.pounds(entry.get("projectCost"), f"{field}.projectCost", locator, intake)
        offer = values.pounds(entry.get("grantOffer"), f"{field}.grantOffer", locator, intake)
        if offer is not None:
            offered = offer + (offered or 0.0)
        identifier = values.guid(entry.get("organisationId"))
        key = f"gtr:{identifier}" if identifier else keys.get(fold(name)) if name else None
        key = key or values.organisation_key(None, name)
        if key is None:
            intake.reject(locator, field, "a participant without id and name", entry)
            continue
        if name:
            named.append(Organisation(key=key, name=name))
        role = _PARTICIPANT_ROLES.get(str(entry.get("role")))
        if role is None:
            intake.unknown_field(f"{field}.role={str(entry.get('role'))[:40]}")
            continue
        part = (key, role)
        if part not in parts and role == "participant":
            # The link may call the same part by another role.
            part = next((known for known in parts if known[0] == key), part)
        before = parts.get(part, (None, None))
        parts[part] = (_sum(before[0], cost), _sum(before[1], offer))
    return named, offered


def _sum(first: float | None, second: float | None) -> float | None:
    return second if first is None else first if second is None else first + second


def _fund(record: dict[str, Any], key: str, locator: str, intake: Intake) -> Fund:
    if not _FUND_FIELDS.issuperset(record):
        drift(record, _FUND_FIELDS, "fund", intake)
    amount = record.get("valuePounds")
    if isinstance(amount, dict):
        if not _VALUE_FIELDS.issuperset(amount):
            drift(amount, _VALUE_FIELDS, "fund.valuePounds", intake)
        if amount.get("currencyCode") not in (None, "", "GBP"):
            intake.reject(locator, "fund.valuePounds", "not in pounds", amount)
            amount = None
        else:
            amount = amount.get("amount")
    project = funder = None
    for rel, target, other, _ in _links(record, "fund", locator, intake):
        if rel == "FUNDER" and target == "organisations":
            funder = f"gtr:{other}"
        elif rel == "FUNDED" and target == "projects":
            project = other
        else:
            intake.unknown_field(f"fund.links.link.rel={rel[:40]}")
    start = values.day(record.get("start"), "fund.start", locator, intake)
    end = values.day(record.get("end"), "fund.end", locator, intake)
    values.check_period(start, end, intake)
    return Fund(
        locator=locator,
        key=key,
        project_key=project,
        funder_key=funder,
        amount=values.pounds(amount, "fund.valuePounds", locator, intake),
        start=start,
        end=end,
        award_type=line(record.get("type"), "fund.type", locator, intake),
        category=line(record.get("category"), "fund.category", locator, intake),
    )


def _organisation(
    record: dict[str, Any], key: str, locator: str, intake: Intake
) -> Organisation | None:
    if not _ORGANISATION_FIELDS.issuperset(record):
        drift(record, _ORGANISATION_FIELDS, "organisation", intake)
    name = line(record.get("name"), "organisation.name", locator, intake)
    if name is None:
        intake.reject(locator, "", "an organisation without a name", key)
        return None
    field = "organisation.addresses"
    addresses = items(record.get("addresses"), "address", field, locator, intake)
    main = [a for a in addresses if isinstance(a, dict) and a.get("type") == "MAIN_ADDRESS"]
    chosen = (main or addresses or [None])[0]
    return Organisation(
        locator=locator,
        key=f"gtr:{key}",
        name=name,
        address=values.address(chosen, field, locator, intake),
        website=line(record.get("website"), "organisation.website", locator, intake),
    )


LOADER = Loader(
    name="gtr2-api",
    title="GtR-2 API",
    precedence=20,
    recognises=_recognises,
    load=_load,
)
"""Pages of the API, single records of each kind, and lines of single records."""
