"""Small reference tables: publishing bodies, topics, funders, GtR organisations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from graphkit.loaders import Loader
from graphkit.loaders.intake import Intake
from graphkit.loaders.tables import Columns, rows
from graphkit.model import Address, BodyDetails, FunderDetails, Organisation, TopicLabel
from graphkit.text import clean_line, optional_line

_GUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_ROR = re.compile(r"(?:https?://)?ror\.org/(0[a-z0-9]{6}[0-9]{2})/?", re.IGNORECASE)
_CROSSREF = re.compile(r"10\.13039/\d+")

_DEPARTMENTS = Columns(
    frozenset({"octopus_id", "name", "ari_department_labels"}),
    frozenset({"ror", "url", "default_topic"}),
)
_TOPICS = Columns(
    frozenset({"ari_topic"}), frozenset({"octopus_topic_id", "octopus_topic_title", "isMapped"})
)
_UK_FUNDERS = Columns(
    frozenset({"acronym", "name", "crossref_funder_ids"}),
    frozenset({"ror", "gtr_org_id", "schema"}),
)
_GTR_FUNDERS = Columns(frozenset({"id", "name", "projects"}))
_FUNDERS = Columns(
    frozenset({"name"}), _UK_FUNDERS.required | _UK_FUNDERS.optional | {"id", "projects"}
)
_LINES = ("line1", "line2", "line3", "line4", "line5")
_ORGANISATIONS = Columns(
    frozenset({"id", "name", "typeInd", "line1"}),
    frozenset({*_LINES, "postCode", "region", "country", "projects_led", "role_mentions", "roles"}),
)


def load_departments(stream: BinaryIO, intake: Intake) -> Iterator[BodyDetails]:
    """Publishing bodies; the "(UK)" that the table puts after each name is taken off."""
    for locator, row in rows(stream, _DEPARTMENTS, intake):
        name = clean_line(row["name"])
        plain = name.removesuffix("(UK)").strip()
        if not plain:
            intake.reject(locator, "name", "no name: the row is not used", row["name"])
            continue
        labels = (clean_line(label) for label in row["ari_department_labels"].split("|"))
        names = tuple(dict.fromkeys(label for label in labels if label and label != plain))
        url = optional_line(row.get("url"))
        if url is not None and not url.lower().startswith(("http://", "https://")):
            intake.reject(locator, "url", "not a web address", url)
            url = None
        yield BodyDetails(
            locator=locator,
            name=plain,
            names=names,
            ror=_ror(row.get("ror", ""), locator, intake),
            url=url,
        )


def load_topics(stream: BinaryIO, intake: Intake) -> Iterator[TopicLabel]:
    """Labels of the ARI topic scheme, each once."""
    seen: set[str] = set()
    for locator, row in rows(stream, _TOPICS, intake):
        label = clean_line(row["ari_topic"])
        if not label:
            intake.reject(locator, "ari_topic", "no label: the row is not used")
        elif label in seen:
            intake.warn("topic labels given more than once")
        else:
            seen.add(label)
            yield TopicLabel(locator=locator, label=label)


def load_funders(stream: BinaryIO, intake: Intake) -> Iterator[FunderDetails]:
    """Funders of either table; in that of GtR the name is the acronym."""
    for locator, row in rows(stream, _FUNDERS, intake):
        name = clean_line(row["name"])
        if not name:
            intake.reject(locator, "name", "no name: the row is not used")
            continue
        from_gtr = "id" in row and "acronym" not in row
        yield FunderDetails(
            locator=locator,
            name=name,
            acronym=name if from_gtr else optional_line(row.get("acronym")),
            ror=_ror(row.get("ror", ""), locator, intake),
            gtr_key=_guid(row.get("gtr_org_id") or row.get("id", ""), locator, intake),
            crossref_ids=_crossref(row.get("crossref_funder_ids", ""), locator, intake),
        )


def load_organisations(stream: BinaryIO, intake: Intake) -> Iterator[Organisation]:
    """Organisations as GtR has them; counts of projects and roles follow from the projects."""
    for locator, row in rows(stream, _ORGANISATIONS, intake):
        key = _guid(row["id"], locator, intake)
        name = clean_line(row["name"])
        if key is None or not name:
            if not row["id"]:
                intake.reject(locator, "id", "no GtR id: the row is not used")
            if not name:
                intake.reject(locator, "name", "no name: the row is not used")
            continue
        parts = (clean_line(row.get(column, "")) for column in _LINES)
        address = Address(
            lines=tuple(part for part in parts if part),
            postcode=optional_line(row.get("postCode")),
            region=optional_line(row.get("region")),
            country=optional_line(row.get("country")),
        )
        kind = optional_line(row["typeInd"])
        yield Organisation(
            locator=locator,
            key=f"gtr:{key}",
            name=name,
            address=None if address == Address() else address,
            kinds=(kind,) if kind else (),
        )


def _ror(value: str, locator: str, intake: Intake) -> str | None:
    if not value:
        return None
    match = _ROR.fullmatch(value)
    if match is None:
        intake.reject(locator, "ror", "not a ROR id", value)
        return None
    return f"ror:{match.group(1).lower()}"


def _guid(value: str, locator: str, intake: Intake) -> str | None:
    if not value:
        return None
    key = value.upper()
    if not _GUID.fullmatch(key):
        intake.reject(locator, "id", "not a GtR id", value)
        return None
    return key


def _crossref(value: str, locator: str, intake: Intake) -> tuple[str, ...]:
    found: list[str] = []
    for part in filter(None, (part.strip() for part in value.split("|"))):
        if _CROSSREF.fullmatch(part):
            found.append(part)
        else:
            intake.reject(locator, "crossref_funder_ids", "not a Crossref funder id", part)
    return tuple(dict.fromkeys(found))


ARI_DEPARTMENTS = Loader(
    name="ari-departments",
    title="Publishing bodies of the ARI database (table)",
    precedence=40,
    recognises=_DEPARTMENTS.fit,
    load=load_departments,
)
ARI_TOPICS = Loader(
    name="ari-topics",
    title="Topics of the ARI database (table)",
    precedence=40,
    recognises=_TOPICS.fit,
    load=load_topics,
)
FUNDERS = Loader(
    name="funders",
    title="Funders: acronyms and identifiers (tables)",
    precedence=40,
    recognises=lambda head: (
        _UK_FUNDERS.fit(head) or _GTR_FUNDERS.fit(head, without=frozenset({"line1"}))
    ),
    load=load_funders,
)
GTR_ORGANISATIONS = Loader(
    name="gtr-organisations",
    title="Gateway to Research organisations (table)",
    precedence=25,
    recognises=_ORGANISATIONS.fit,
    load=load_organisations,
)
LOADERS = (ARI_DEPARTMENTS, ARI_TOPICS, FUNDERS, GTR_ORGANISATIONS)
