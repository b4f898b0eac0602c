"""The single values of Gateway to Research records, as all its formats write them.

Each function takes a value as it came (of any type), the name of its field,
the place of the record and the intake; what cannot be used is reported there
and becomes None. Only that field is lost, never the record.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from graphkit.loaders.intake import Intake
from graphkit.model import Address, Topic
from graphkit.text import clean_line, fold, optional_line


def names(text: str) -> frozenset[str]:
    """A set of field names, written as one text.

    >>> sorted(names("start end"))
    ['end', 'start']
    """
    return frozenset(text.split())


_GUID = re.compile(r"\s*([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\s*", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONDON = ZoneInfo("Europe/London")
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?"
    r"(?:\s?(Z|[+-]\d{2}:?\d{2}))?",
    re.ASCII,
)
_BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_MILLISECONDS = re.compile(r"-?\d{8,}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_PAGE = re.compile(r"https://gtr\.ukri\.org/projects\?ref=(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+")
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Dates outside these years are slips of the source, not dates of projects."""

ADDRESS_FIELDS = names(
    "line1 line2 line3 line4 line5 city county postCode region country type id created resourceUrl"
)
TOPIC_FIELDS = frozenset({"id", "text", "percentage", "resourceUrl"})
TOPIC_SCHEMES = {
    "rcukProgrammes": ("rcukProgramme", "gtr-programme"),
    "healthCategories": ("healthCategory", "gtr-health-category"),
    "researchActivities": ("researchActivity", "gtr-activity"),
    "researchSubjects": ("researchSubject", "gtr-subject"),
    "researchTopics": ("researchTopic", "gtr-topic"),
}
_LINES = ("line1", "line2", "line3", "line4", "line5")
_REGIONS = {
    "yorkshire and the humber": "Yorkshire and The Humber",
    "outside uk": "Outside UK",
    "unknown": None,
}


def guid(value: object) -> str | None:
    """A GtR id in upper case, or None.

    >>> guid("001ffc46-a229-4a05-9a2d-d1ab639d4ef5"), guid("42")
    ('001FFC46-A229-4A05-9A2D-D1AB639D4EF5', None)
    """
    match = _GUID.fullmatch(value) if isinstance(value, str) else None
    return match[1].upper() if match else None


def line(value: object, field: str, locator: str, intake: Intake) -> str | None:
    """A name, title or label on one line."""
    if value is None:
        return None
    if isinstance(value, str):
        return clean_line(value) or None
    intake.reject(locator, field, "not text", value)
    return None


@lru_cache(maxsize=65536)
def _day_of_milliseconds(value: int) -> date | None:
    try:
        return (_EPOCH + timedelta(milliseconds=value)).astimezone(_LONDON).date()
    except (OverflowError, ValueError):
        return None


def _day_of_text(text: str) -> date | None:
    if _MILLISECONDS.fullmatch(text) and len(text) < 20:
        return _day_of_milliseconds(int(text))
    if match := _BRITISH.fullmatch(text):
        return date(int(match[3]), int(match[2]), int(match[1]))
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    day = date(int(match[1]), int(match[2]), int(match[3]))
    if match[4] is None:  # a date with a zone is still that date
        return day
    clock = datetime(day.year, day.month, day.day, int(match[4]), int(match[5]), int(match[6] or 0))
    if (zone := match[7]) is None:
        return day
    offset = timedelta()
    if zone != "Z":
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        offset = -offset if zone[0] == "-" else offset
    return clock.replace(tzinfo=timezone(offset)).astimezone(_LONDON).date()


def day(value: object, field: str, locator: str, intake: Intake) -> date | None:
    """A date from epoch milliseconds (read in Europe/London), ISO or dd/mm/YYYY.

    >>> day(1217545200000, "start", "line 1", Intake("x"))  # 31 July, 23:00 UTC
    datetime.date(2008, 8, 1)
    >>> day("29/02/2023", "start", "line 1", intake := Intake("x")), intake.rejects[0].reason
    (None, 'no such date')
    """
    if value is None or value == "":
        return None
    found: date | None = None
    if isinstance(value, int) and not isinstance(value, bool):
        found = _day_of_milliseconds(value)
    elif isinstance(value, float) and value.is_integer():
        found = _day_of_milliseconds(int(value))
    elif isinstance(value, str):
        if not (text := value.strip()):
            return None
        try:
            found = _day_of_text(text)
        except (ValueError, OverflowError):
            found = None
    if found is None:
        intake.reject(locator, field, "no such date", value)
    elif not FIRST_YEAR <= found.year <= LAST_YEAR:
        intake.reject(locator, field, f"not a year from {FIRST_YEAR} to {LAST_YEAR}", value)
        return None
    return found


def check_period(start: date | None, end: date | None, intake: Intake) -> None:
    """Warn of an end before the start; both stay as the source has them."""
    if start is not None and end is not None and end < start:
        intake.warn("a project or fund ends before it starts")


def _number(value: object) -> float | None:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            number = float(value)
        elif isinstance(value, str):
            text = value.strip().replace("\u00a3", "").strip()
            if not _NUMBER.fullmatch(text):
                return None
            number = float(text.replace(",", ""))
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def pounds(value: object, field: str, locator: str, intake: Intake) -> float | None:
    """An amount of money; zero is kept, a negative one refused.

    >>> pounds("\\u00a31,250.50", "AwardPounds", "line 2", Intake("x"))
    1250.5
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    number = _number(value)
    if number is None:
        intake.reject(locator, field, "not an amount of money", value)
    elif number < 0:
        intake.reject(locator, field, "a negative amount", value)
        return None
    return number


def region(name: str | None) -> str | None:
    """A region in one spelling; None where the source says that it does not know.

    >>> region("Yorkshire and the Humber"), region("Unknown"), region("outside UK")
    ('Yorkshire and The Humber', None, 'Outside UK')
    """
    return _REGIONS.get(name.casefold(), name) if name else None


def page_url(value: object) -> str | None:
    """The address of a project's page, on the host and in the scheme now in use.

    >>> page_url("http://gtr.ukri.org:80/projects?ref=ES%2FN00082X%2F1")
    'https://gtr.ukri.org/projects?ref=ES%2FN00082X%2F1'
    """
    if isinstance(value, str) and _PAGE.fullmatch(value):
        return value
    text = optional_line(value)
    if text is None:
        return None
    _, found, reference = text.partition("/projects?ref=")
    if found:
        return f"https://gtr.ukri.org/projects?ref={quote(unquote(reference), safe='')}"
    match = re.fullmatch(r"https?://[\w.-]+(?::\d+)?(/[^\s<>\"{}|\\^`]*)?", text, re.ASCII)
    if match is None:
        return None
    of_gtr = re.match(r"https?://gtr\.(?:ukri\.org|rcuk\.ac\.uk)(?::\d+)?(?=/|$)", text)
    return f"https://gtr.ukri.org{match[1] or ''}" if of_gtr else text


def drift(record: Iterable[str], known: frozenset[str], path: str, intake: Intake) -> None:
    """Report keys that are not known; those beginning with "_" are a harvester's."""
    for key in record:
        if key not in known and not key.startswith("_"):
            intake.unknown_field(f"{path}.{key}")


def mapping(value: object, field: str, locator: str, intake: Intake) -> dict[str, Any]:
    """An object, the first of a list of objects, or nothing."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        if len(value) > 1:
            intake.warn(f"only the first of several was read: {field}")
        value = value[0] if value else None
        if isinstance(value, dict):
            return value
    if value is not None and value != "":
        intake.reject(locator, field, "not an object", value)
    return {}


def items(value: object, inner: str, field: str, locator: str, intake: Intake) -> list[Any]:
    """The elements of a list, however it is wrapped.

    Lists come bare, under the name of their elements, or, with one element, as
    that element alone.

    >>> items({"link": {"rel": "FUND"}}, "link", "links", "item 1", Intake("x"))
    [{'rel': 'FUND'}]
    """
    if isinstance(value, dict) and inner in value:
        value = value[inner]
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [value] if value else []
    if value is not None and value != "":
        intake.reject(locator, field, "not a list", value)
    return []


@lru_cache(maxsize=16384, typed=True)
def _topic(scheme: str, key: object, text: object, share: object) -> tuple[Topic | None, bool]:
    """A topic, and whether its percentage could be used."""
    label = clean_line(text) if isinstance(text, str) else ""
    if not label:
        return None, True
    number = _number(share)
    sound = (number is not None and 0 <= number <= 100) or share is None or share == ""
    topic = Topic(scheme=scheme, label=label, key=guid(key), percentage=number if sound else None)
    return topic, sound


def topics(record: Mapping[str, Any], locator: str, intake: Intake) -> Iterator[Topic]:
    """The subjects, topics, programmes and health codes of a project, filler left out."""
    for field, (inner, scheme) in TOPIC_SCHEMES.items():
        value = record.get(field)
        if not value:
            continue
        for entry in items(value, inner, f"project.{field}", locator, intake):
            if isinstance(entry, str):
                entry = {"text": entry}
            elif not isinstance(entry, dict):
                intake.reject(locator, f"project.{field}", "not an object", entry)
                continue
            if not TOPIC_FIELDS.issuperset(entry):
                drift(entry, TOPIC_FIELDS, f"project.{field}", intake)
            share = entry.get("percentage")
            try:
                topic, sound = _topic(scheme, entry.get("id"), entry.get("text"), share)
            except TypeError:  # a list or an object where a text should stand
                topic, sound = None, True
            if topic is None:
                intake.reject(locator, f"project.{field}", "no topic can be read", entry)
                continue
            if not sound:
                intake.reject(locator, f"project.{field}.percentage", "not from 0 to 100", share)
            if topic.label != "Unclassified":
                yield topic


def address(value: object, field: str, locator: str, intake: Intake) -> Address | None:
    """A postal address, None if nothing stands in it."""
    entry = mapping(value, field, locator, intake)
    if not entry:
        return None
    if not ADDRESS_FIELDS.issuperset(entry):
        drift(entry, ADDRESS_FIELDS, field, intake)

    def part(name: str) -> str | None:
        return line(entry.get(name), f"{field}.{name}", locator, intake)

    found = Address(
        lines=tuple(text for name in _LINES if (text := part(name))),
        city=part("city"),
        county=part("county"),
        postcode=part("postCode"),
        region=region(part("region")),
        country=part("country"),
    )
    return found if found != Address() else None


def organisation_key(identifier: object, name: str | None) -> str | None:
    """`gtr:<GUID>`, else `name:<folded name>`, else None.

    >>> organisation_key("?", "Acme & Sons Ltd")
    'name:acme and sons ltd'
    """
    if key := guid(identifier):
        return f"gtr:{key}"
    folded = fold(name) if name else ""
    return f"name:{folded}" if folded else None
