"""The Research Organization Registry (ROR), schema version 2.

Reads JSON lines and the JSON array of ROR's own dumps. Records of schema
version 1 (retired in 2025) are refused: they lack the types of names.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from graphkit.loaders import Loader
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import lines, parse_json, split_json
from graphkit.model import Address, Organisation
from graphkit.text import optional_line, optional_text

_ID = re.compile(r"(?:https?://)?(?:www\.)?ror\.org/(0[a-z0-9]{6}[0-9]{2})/?", re.IGNORECASE)
_ID_IN_HEAD = re.compile(rb'"id"\s*:\s*"https?:\\?/\\?/ror\.org\\?/')
_YEARS = range(500, 2200)

# Read, or left out on purpose: ROR's own bookkeeping, e-mail domains, the
# language of a name, and what a geonames id already says.
_KNOWN = frozenset(
    {
        *("admin", "domains", "established", "external_ids", "id", "links"),
        *("locations", "names", "relationships", "status", "types"),
    }
)
_KNOWN_NAME = frozenset({"lang", "types", "value"})
_KNOWN_LINK = frozenset({"type", "value"})
_KNOWN_EXTERNAL = frozenset({"all", "preferred", "type"})
_KNOWN_RELATION = frozenset({"id", "label", "type"})
_KNOWN_LOCATION = frozenset({"geonames_details", "geonames_id"})
_KNOWN_DETAILS = frozenset(
    {
        *("continent_code", "continent_name", "country_code", "country_name"),
        *("country_subdivision_code", "country_subdivision_name", "lat", "lng", "name"),
    }
)


def recognises(head: bytes) -> bool:
    """JSON whose objects have an `id` at ror.org.

    >>> recognises(b'{"id": "https://ror.org/03angcq70", "names": []}')
    True
    """
    return head.lstrip()[:1] in (b"{", b"[") and bool(_ID_IN_HEAD.search(head))


def load(stream: BinaryIO, intake: Intake) -> Iterator[Organisation]:
    """Yield an Organisation for each sound record."""
    for locator, data in _records(stream, intake):
        try:
            value = parse_json(data)
        except ValueError as error:
            intake.reject(locator, "", str(error), data[:200].decode("utf-8", "replace"))
            continue
        if not isinstance(value, dict):
            intake.reject(locator, "", "not a JSON object", value)
            continue
        organisation = _organisation(value, locator, intake)
        if organisation is not None:
            yield organisation


def _records(stream: BinaryIO, intake: Intake) -> Iterator[tuple[str, bytes]]:
    if isinstance(stream, io.BufferedReader):
        yield from _cut(stream, intake)
        return
    buffered = io.BufferedReader(cast(io.RawIOBase, stream))
    try:
        yield from _cut(buffered, intake)
    finally:
        buffered.detach()  # else the caller's stream would be closed with it


def _cut(buffered: io.BufferedReader[Any], intake: Intake) -> Iterator[tuple[str, bytes]]:
    while buffered.peek(1)[:1] in (b" ", b"\t", b"\r", b"\n"):
        # Blank lines before a list; lines of JSON begin on line 1 in any real file.
        buffered.read(1)
    if buffered.peek(1)[:1] == b"[":
        for array, number, data in split_json(buffered, frozenset({""}), intake):
            if array == "":
                yield f"item {number}", data
    else:
        for number, line in lines(buffered, intake):
            if line.strip():
                yield f"line {number}", line


def _organisation(value: dict[str, Any], locator: str, intake: Intake) -> Organisation | None:
    identifier = _key(value.get("id"))
    if isinstance(value.get("name"), str) and "names" not in value:
        intake.reject(
            locator,
            "",
            "a ROR record of schema version 1, which is not read; use version 2",
            value["name"],
        )
        return None
    if identifier is None:
        intake.reject(locator, "id", "no ROR id: the record is not used", value.get("id", ""))
        return None
    reader = _Reader(locator, intake)
    reader.drift(value, _KNOWN, "")
    name, names = reader.names(value.get("names"))
    if name is None:
        intake.reject(locator, "names", "no name: the record is not used", identifier)
        return None
    address, latitude, longitude = reader.location(value.get("locations"))
    return Organisation(
        locator=locator,
        note=optional_text(value.get("_note")),
        key=identifier,
        name=name,
        names=names,
        address=address,
        website=reader.website(value.get("links")),
        kinds=reader.strings(value.get("types"), "types"),
        status=reader.string(value.get("status"), "status"),
        established=reader.year(value.get("established")),
        latitude=latitude,
        longitude=longitude,
        external_ids=reader.external_ids(value.get("external_ids")),
        related=reader.related(value.get("relationships")),
    )


def _key(value: object) -> str | None:
    match = _ID.fullmatch(value.strip()) if isinstance(value, str) else None
    return f"ror:{match.group(1).lower()}" if match else None


class _Reader:
    """The fields of one record; each that cannot be used is rejected alone."""

    def __init__(self, locator: str, intake: Intake) -> None:
        self._locator = locator
        self._intake = intake

    def reject(self, field: str, reason: str, excerpt: object) -> None:
        self._intake.reject(self._locator, field, reason, excerpt)

    def drift(self, value: dict[str, Any], known: frozenset[str], path: str) -> None:
        for key in value:
            if key not in known and not key.startswith("_"):
                self._intake.unknown_field(path + key)

    def objects(self, value: object, field: str, known: frozenset[str]) -> Iterator[dict[str, Any]]:
        if value is None:
            return
        if not isinstance(value, list):
            self.reject(field, "not a list", value)
            return
        for item in value:
            if isinstance(item, dict):
                self.drift(item, known, f"{field}.")
                yield item
            else:
                self.reject(field, "an item that is not an object", item)

    def string(self, value: object, field: str) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            self.reject(field, "not a string", value)
            return None
        return optional_line(value)

    def strings(self, value: object, field: str) -> tuple[str, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            self.reject(field, "not a list", value)
            return ()
        found = (self.string(item, field) for item in value)
        return tuple(dict.fromkeys(item for item in found if item))

    def names(self, value: object) -> tuple[str | None, tuple[str, ...]]:
        main: str | None = None
        labels: list[str] = []
        others: list[str] = []
        for item in self.objects(value, "names", _KNOWN_NAME):
            name = self.string(item.get("value"), "names.value")
            types = self.strings(item.get("types"), "names.types")
            if name is None:
                continue
            if "ror_display" in types and main is None:
                main = name
            else:
                (labels if "label" in types else others).append(name)
        if main is None and (labels or others):
            main = (labels or others)[0]
            self.reject("names", "no name of type ror_display: the first one is used", main)
        rest = dict.fromkeys((*labels, *others))
        return main, tuple(name for name in rest if name != main)

    def location(self, value: object) -> tuple[Address | None, float | None, float | None]:
        items = list(self.objects(value, "locations", _KNOWN_LOCATION))
        details = items[0].get("geonames_details") if items else None
        if details is None:
            return None, None, None
        if not isinstance(details, dict):
            self.reject("locations.geonames_details", "not an object", details)
            return None, None, None
        path = "locations.geonames_details."
        self.drift(details, _KNOWN_DETAILS, path)
        address = Address(
            city=self.string(details.get("name"), path + "name"),
            region=self.string(
                details.get("country_subdivision_name"), path + "country_subdivision_name"
            ),
            country=self.string(details.get("country_name"), path + "country_name"),
        )
        latitude = self.degrees(details.get("lat"), path + "lat", 90)
        longitude = self.degrees(details.get("lng"), path + "lng", 180)
        if latitude is None or longitude is None:
            latitude = longitude = None
        return (None if address == Address() else address), latitude, longitude

    def degrees(self, value: object, field: str, limit: int) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.reject(field, "not a number", value)
            return None
        if not -limit <= value <= limit:
            self.reject(field, f"not between -{limit} and {limit}", value)
            return None
        return float(value)

    def year(self, value: object) -> int | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value not in _YEARS:
            self.reject("established", "not a year", value)
            return None
        return value

    def website(self, value: object) -> str | None:
        found: str | None = None
        for item in self.objects(value, "links", _KNOWN_LINK):
            if item.get("type") == "website" and found is None:
                found = self.string(item.get("value"), "links.value")
                if found and not found.lower().startswith(("http://", "https://")):
                    self.reject("links.value", "not a web address", found)
                    found = None
        return found

    def external_ids(self, value: object) -> tuple[tuple[str, str], ...]:
        pairs: list[tuple[str, str]] = []
        for item in self.objects(value, "external_ids", _KNOWN_EXTERNAL):
            kind = self.string(item.get("type"), "external_ids.type")
            preferred = self.string(item.get("preferred"), "external_ids.preferred")
            values = self.strings(item.get("all"), "external_ids.all")
            if kind:
                pairs += [(kind, one) for one in ((preferred, *values) if preferred else values)]
        return tuple(dict.fromkeys(pairs))

    def related(self, value: object) -> tuple[tuple[str, str], ...]:
        pairs: list[tuple[str, str]] = []
        for item in self.objects(value, "relationships", _KNOWN_RELATION):
            kind = self.string(item.get("type"), "relationships.type")
            other = _key(item.get("id"))
            if other is None:
                self.reject("relationships.id", "not a ROR id", item.get("id", ""))
            elif kind:
                pairs.append((kind.lower(), other))
        return tuple(dict.fromkeys(pairs))


LOADER = Loader(
    name="ror",
    title="Research Organization Registry v2",
    precedence=30,
    recognises=recognises,
    load=load,
)
