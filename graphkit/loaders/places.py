"""Tables of places: ONS look-ups of ITL areas and combined authorities, mySociety's registers.

Every table gives some names and some containments; what they say together is
worked out by `identity.places.Gazetteer`. mySociety's tables speak of each
other's rows by register codes ("BIR", "WMCA"), which are not known to be any
area's until all is read: they are passed on as `register:BIR`, in `names` where
it is the place's own code and in `within` where it is a containing place's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from graphkit.loaders import Loader
from graphkit.loaders.intake import Intake
from graphkit.loaders.itl_editions import CODE, EDITIONS, editions_of
from graphkit.loaders.tables import Columns, rows
from graphkit.model import Place, PlaceNames
from graphkit.text import clean_line
from graphkit.uk_areas import COUNTRIES, REGISTER, area_code

_GSS = re.compile(r"[ENSW][0-9]{8}")
_REGISTER_CODE = re.compile(r"[A-Za-z0-9-]{2,12}")
# What is left of characters that were lost before the table was made.
_DAMAGED = re.compile("\ufffd|ï¿½|ï¾")
# A comma and a space stand inside a name ("Bristol, City of"), a lone comma between names.
_BETWEEN_NAMES = re.compile(r",(?! )")
# A combined authority is called by its official name without these words: the
# short name that the register gives to one of them is that of another area.
_OF_COMBINED = re.compile(r" (?:Mayoral )?Combined (?:County )?Authority$")

_LEVELS = ("itl1", "itl2", "itl3")
_HIERARCHY = Columns(frozenset({*_LEVELS, *(f"{level}name" for level in _LEVELS)}))
_AUTHORITIES_ITL = Columns(
    _HIERARCHY.required | {"LAU125CD", "LAU125NM", "LAD24CD", "LAD24NM"}, frozenset({"ObjectId"})
)
_COMBINED = Columns(frozenset({"la", "laname", "mca", "mcaname"}), frozenset({"ObjectId"}))
_MYSOCIETY = Columns(
    frozenset({"local-authority-code", "official-name", "nice-name", "gss-code"}),
    frozenset(
        {
            *("nation", "region", "county-la", "combined-authority", "replaced-by", "alt-names"),
            *("local-authority-type", "current-authority", "lat", "long"),
            # Not used:
            *("start-date", "end-date", "local-authority-type-name", "former-gss-codes", "notes"),
            *("BS-6879", "ecode", "even-older-register-and-code", "gov-uk-slug", "area", "x", "y"),
            *("pop-2020", "powers", "lower-or-unitary", "mapit-area-code", "ofcom", "snac", "os"),
            *("old-ons-la-code", "old-register-and-code", "open-council-data-id", "os-file"),
            "wdtk-id",
        }
    ),
)
_NAMES = Columns(frozenset({"la-name", "local-authority-code"}))
_KINDS = {"CTY": "county", "COMB": "combined-authority", "SRA": "combined-authority"}


def load_itl_hierarchy(stream: BinaryIO, intake: Intake) -> Iterator[Place]:
    """ITL areas of one edition or of a mixture of both.

    In a file of one edition all rows belong to it; in a mixture a row that fits
    both editions belongs to both.
    """
    distinct: dict[tuple[str, ...], str] = {}
    for locator, row in rows(stream, _HIERARCHY, intake):
        key = tuple(row[level] for level in _LEVELS) + tuple(
            clean_line(row[f"{level}name"]) for level in _LEVELS
        )
        if key in distinct:
            intake.warn("repeated rows, read once")
        elif _sound(key, locator, intake):
            distinct[key] = locator
    told = [
        (key, locator, editions_of(dict(zip(key[:3], key[3:], strict=True))))
        for key, locator in distinct.items()
    ]
    present = frozenset(next(iter(fitting)) for *_, fitting in told if len(fitting) == 1)
    if len(present) == 2:
        intake.warn(
            "the table mixes the ITL editions of 2021 and 2025: each row is kept under its own"
        )
    elif told and not present:
        intake.warn("nothing tells the ITL edition of the table: it is read as both")
    seen: set[Place] = set()
    for key, locator, fitting in told:
        if not fitting:
            intake.reject(
                locator, "", "no ITL edition (2021, 2025) has these areas together", key[2]
            )
        elif len(fitting) == 2 and len(present) == 2:
            intake.warn("rows that fit both ITL editions, kept under both")
        for edition in sorted((fitting & present) or fitting):
            yield from _itl_areas(key, edition, locator, seen)


def load_authorities_itl(stream: BinaryIO, intake: Intake) -> Iterator[Place]:
    """Local authorities of 2024 within ITL areas of 2025.

    An authority that lies in several areas is given once for each, and counted.
    """
    seen: set[Place] = set()
    areas: dict[str, set[str]] = {}
    for locator, row in rows(stream, _AUTHORITIES_ITL, intake):
        key = tuple(row[level] for level in _LEVELS) + tuple(
            clean_line(row[f"{level}name"]) for level in _LEVELS
        )
        if not _sound(key, locator, intake):
            continue
        if any(code not in EDITIONS["2025"] for code in key[:3]):
            intake.reject(locator, "itl3", "not an ITL area of the edition of 2025", key[2])
            continue
        code, name = row["LAD24CD"], clean_line(row["LAD24NM"])
        yield from _itl_areas(key, "2025", locator, seen)
        if not _gss(code, "LAD24CD", locator, intake) or not _named(
            name, "LAD24NM", locator, intake
        ):
            continue
        within = f"itl2025-{key[2]}"
        if within in areas.setdefault(code, set()):
            intake.warn("repeated rows, read once")
            continue
        areas[code].add(within)
        yield Place(locator=locator, code=code, name=name, kind="local-authority", within=(within,))
    for code, found in sorted(areas.items()):
        if len(found) > 1:
            intake.warn(f"{code} lies in {len(found)} ITL3 areas: it is kept within each")


def load_combined(stream: BinaryIO, intake: Intake) -> Iterator[Place]:
    """Local authorities and their combined authorities.

    The table goes on listing districts that were abolished; it does not say so.
    """
    seen: set[str] = set()
    for locator, row in rows(stream, _COMBINED, intake):
        code, name = row["la"], clean_line(row["laname"])
        above, above_name = row["mca"], clean_line(row["mcaname"])
        if not _gss(code, "la", locator, intake) or not _named(name, "laname", locator, intake):
            continue
        if above and not (
            _gss(above, "mca", locator, intake) and _named(above_name, "mcaname", locator, intake)
        ):
            continue
        if above and above not in seen:
            seen.add(above)
            yield Place(locator=locator, code=above, name=above_name, kind="combined-authority")
        within = (above,) if above else ()
        yield Place(locator=locator, code=code, name=name, kind="local-authority", within=within)


def load_mysociety(stream: BinaryIO, intake: Intake) -> Iterator[Place | PlaceNames]:
    """mySociety's register: names, nation, region, county, combined authority, centroid.

    A row without a GSS code (districts of Northern Ireland before 2015) gives
    its names alone: it has no code to be a place by, and nothing else refers to it.
    """
    for locator, row in rows(stream, _MYSOCIETY, intake):
        register = row["local-authority-code"]
        official, nice = clean_line(row["official-name"]), clean_line(row["nice-name"])
        if not _REGISTER_CODE.fullmatch(register):
            intake.reject(locator, "local-authority-code", "not a register code", register)
            continue
        if not _named(nice or official, "official-name", locator, intake):
            continue
        listed = _BETWEEN_NAMES.split(row.get("alt-names", ""))
        names = _sound_names([official, nice, *map(clean_line, listed)], intake)
        if not row["gss-code"]:
            intake.warn("rows without a GSS code: their names are kept, no place is made")
            yield PlaceNames(locator=locator, register_code=register, names=names)
            continue
        if not _gss(row["gss-code"], "gss-code", locator, intake):
            continue
        kind = _KINDS.get(row.get("local-authority-type", ""), "local-authority")
        name = nice or official
        if _OF_COMBINED.search(official):
            name = _OF_COMBINED.sub("", official)
        latitude = _degrees(row.get("lat", ""), "lat", 90, locator, intake)
        longitude = _degrees(row.get("long", ""), "long", 180, locator, intake)
        if latitude is None or longitude is None:
            latitude = longitude = None
        current = row.get("current-authority", "").lower()
        if current not in ("true", "false", ""):
            intake.reject(locator, "current-authority", "neither True nor False", current)
        yield Place(
            locator=locator,
            code=row["gss-code"],
            name=name,
            kind=kind,
            names=(*(one for one in names if one != name), REGISTER + register),
            within=tuple(_containing(row, kind, current == "false", locator, intake)),
            latitude=latitude,
            longitude=longitude,
            abolished=current == "false",
        )


def load_names(stream: BinaryIO, intake: Intake) -> Iterator[PlaceNames]:
    """Variants of authorities' names, one a row."""
    for locator, row in rows(stream, _NAMES, intake):
        register, name = row["local-authority-code"], clean_line(row["la-name"])
        if not _REGISTER_CODE.fullmatch(register):
            intake.reject(locator, "local-authority-code", "not a register code", register)
        elif _named(name, "la-name", locator, intake):
            names = _sound_names([name], intake)
            if names:
                yield PlaceNames(locator=locator, register_code=register, names=names)


def _containing(
    row: dict[str, str], kind: str, abolished: bool, locator: str, intake: Intake
) -> Iterator[str]:
    """Codes of what contains the place; a combined authority's region is worked out later."""
    for column in ("nation", "region"):
        value = row.get(column, "")
        if not value or (column == "region" and kind == "combined-authority"):
            continue
        code = area_code(value)
        if code is None or (column == "nation" and code not in COUNTRIES):
            intake.reject(locator, column, f"no such {column}", value)
        elif column == "region" or not row.get("region") or kind == "combined-authority":
            yield code
    columns = ["county-la", "combined-authority"]
    if abolished and kind == "local-authority":
        columns.append("replaced-by")  # one successor contains the whole of it, several do not
    for column in columns:
        value = row.get(column, "")
        if not value or value == row["local-authority-code"]:
            continue
        if _REGISTER_CODE.fullmatch(value):
            yield REGISTER + value
        elif column != "replaced-by":
            intake.reject(locator, column, "not a register code", value)


def _itl_areas(
    key: tuple[str, ...], edition: str, locator: str, seen: set[Place]
) -> Iterator[Place]:
    above: tuple[str, ...] = ()
    for level, code, name in zip(_LEVELS, key[:3], key[3:], strict=True):
        place = Place(code=f"itl{edition}-{code}", name=name, kind=level, within=above)
        if place not in seen:
            seen.add(place)
            yield Place(locator=locator, code=place.code, name=name, kind=level, within=above)
        above = (place.code,)


def _sound(key: tuple[str, ...], locator: str, intake: Intake) -> bool:
    """Whether the three codes are ITL codes, one inside the other, and all have names."""
    for level, code, length in zip(_LEVELS, key[:3], (3, 4, 5), strict=True):
        if len(code) != length or not CODE.fullmatch(code):
            intake.reject(locator, level, "not an ITL code of this level", code)
            return False
        if not key[2].startswith(code):
            intake.reject(locator, level, "the codes are not inside one another", "/".join(key[:3]))
            return False
    return all(
        _named(name, f"{level}name", locator, intake)
        for level, name in zip(_LEVELS, key[3:], strict=True)
    )


def _gss(code: str, field: str, locator: str, intake: Intake) -> bool:
    if _GSS.fullmatch(code):
        return True
    intake.reject(locator, field, "not a GSS code: the row is not used", code)
    return False


def _named(name: str, field: str, locator: str, intake: Intake) -> bool:
    if name:
        return True
    intake.reject(locator, field, "no name: the row is not used")
    return False


def _sound_names(names: list[str], intake: Intake) -> tuple[str, ...]:
    kept: dict[str, None] = {}
    for name in names:
        if _DAMAGED.search(name):
            intake.warn("names with lost characters, left out")
        elif name:
            kept[name] = None
    return tuple(kept)


def _degrees(value: str, field: str, limit: int, locator: str, intake: Intake) -> float | None:
    if not value:
        return None
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not -limit <= number <= limit:
        intake.reject(locator, field, f"not a number from -{limit} to {limit}", value)
        return None
    return number


def _fits_hierarchy(head: bytes) -> bool:
    return _HIERARCHY.fit(head, without=frozenset({"LAD24CD", "LAU125CD"}))


AUTHORITIES_ITL = Loader(
    name="ons-itl-2025-authorities",
    title="ONS look-up: local authorities of 2024 to ITL areas of 2025",
    precedence=31,
    recognises=_AUTHORITIES_ITL.fit,
    load=load_authorities_itl,
)
ITL_HIERARCHY = Loader(
    name="ons-itl-hierarchy",
    title="ONS: hierarchy of ITL areas, 2021, 2025 or both",
    precedence=32,
    recognises=_fits_hierarchy,
    load=load_itl_hierarchy,
)
COMBINED_AUTHORITIES = Loader(
    name="ons-combined-authorities",
    title="ONS look-up: local authorities to combined authorities",
    precedence=30,
    recognises=_COMBINED.fit,
    load=load_combined,
)
LOCAL_AUTHORITIES = Loader(
    name="local-authorities",
    title="mySociety: UK local authorities",
    precedence=35,
    recognises=_MYSOCIETY.fit,
    load=load_mysociety,
)
LOCAL_AUTHORITY_NAMES = Loader(
    name="local-authority-names",
    title="mySociety: names of UK local authorities",
    precedence=36,
    recognises=_NAMES.fit,
    load=load_names,
)
LOADERS = (
    AUTHORITIES_ITL,
    ITL_HIERARCHY,
    COMBINED_AUTHORITIES,
    LOCAL_AUTHORITIES,
    LOCAL_AUTHORITY_NAMES,
)
