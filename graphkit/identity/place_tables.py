"""Merging what several tables say of places into one statement for each place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from graphkit.identity.place_regions import combined_regions, settle_regions
from graphkit.model import Place, PlaceNames
from graphkit.text import fold
from graphkit.uk_areas import COUNTRIES, ITL1_AREAS, REGIONS, REGISTER, UNITED_KINGDOM

_BUILT_IN = -1
_CITY_OF = (", City of", ", County of")
# Names under which areas are spoken of, that no table gives.
_SPOKEN = MappingProxyType(
    {
        UNITED_KINGDOM: ("UK",),
        "E12000007": ("Greater London",),
        "E06000010": ("Hull",),
        "E06000043": ("Brighton",),
        "E06000047": ("Durham",),
        "E07000148": ("Norwich",),
        "E08000021": ("Newcastle",),
        "E47000002": ("Sheffield City Region",),
        "N09000005": ("Derry", "Londonderry"),
        "S12000033": ("Aberdeen",),
        "S12000042": ("Dundee",),
        "S12000049": ("Glasgow",),
    }
)


@dataclass(frozen=True)
class Claims:
    """All that was read, in an order that does not depend on the order of reading."""

    places: tuple[tuple[int, Place], ...]
    names: tuple[PlaceNames, ...]

    @classmethod
    def gather(cls, places: Iterable[tuple[int, Place]], names: Iterable[PlaceNames]) -> Claims:
        """Sort the records and add the areas that no table holds."""
        every = {(precedence, _bare(place)) for precedence, place in (*_built_in(), *places)}
        variants = {(one.register_code, one.names) for one in names}
        return cls(
            tuple(sorted(every, key=lambda item: (item[0], item[1].code, repr(item[1])))),
            tuple(PlaceNames(register_code=code, names=given) for code, given in sorted(variants)),
        )


def _bare(place: Place) -> Place:
    return Place(
        code=place.code,
        name=place.name,
        kind=place.kind,
        names=place.names,
        within=place.within,
        latitude=place.latitude,
        longitude=place.longitude,
        abolished=place.abolished,
    )


def _built_in() -> Iterator[tuple[int, Place]]:
    yield _BUILT_IN, Place(code=UNITED_KINGDOM, name="United Kingdom", kind="country")
    for code, name in COUNTRIES.items():
        yield _BUILT_IN, Place(code=code, name=name, kind="country", within=(UNITED_KINGDOM,))
    for code, name in REGIONS.items():
        yield _BUILT_IN, Place(code=code, name=name, kind="region", within=("E92000001",))


Merged = tuple[dict[str, Place], dict[str, str], Mapping[str, tuple[str, ...]], tuple[str, ...]]


def merge(claims: Claims) -> Merged:
    """Places, register codes, the look-up of folded names, and conflicts."""
    conflicts: set[str] = set()
    by_code: dict[str, list[tuple[int, Place]]] = {}
    registers: dict[str, str] = {}
    for precedence, place in claims.places:
        by_code.setdefault(place.code, []).append((precedence, place))
        for name in place.names:
            if name.startswith(REGISTER):
                known = registers.setdefault(name.removeprefix(REGISTER), place.code)
                if known != place.code:
                    conflicts.add(f"{name} is given to {known} and to {place.code}")
    kinds = {code: told[0][1].kind for code, told in by_code.items()}
    titles = {code: told[0][1].name for code, told in by_code.items()}
    within, disputed = _containments(by_code, registers, conflicts)
    within = settle_regions(within, kinds, titles, conflicts)
    gone = _abolished(by_code, within)
    within = combined_regions(within, kinds, gone, disputed)
    places = {
        code: _one(by_code[code], within[code], code in gone, conflicts) for code in sorted(by_code)
    }
    variants: dict[str, set[str]] = {}
    unknown: set[str] = set()
    for one in claims.names:
        code = registers.get(one.register_code, one.register_code)
        if code in places:
            variants.setdefault(code, set()).update(one.names)
        else:
            unknown.add(one.register_code)
    if unknown:
        listed = ", ".join(sorted(unknown))
        conflicts.add(f"names are given for {len(unknown)} codes that are no place's: {listed}")
    lookup: dict[str, set[str]] = {}
    for code, place in places.items():
        given = variants.get(code, set())
        shown = sorted(name for name in given if name[:1].isupper())
        spoken = _SPOKEN.get(code, ())
        places[code] = _renamed(place, (*place.names, *spoken, *shown))
        told = (name for _, one in by_code[code] for name in (one.name, *one.names))
        for name in (place.name, *spoken, *told, *given):
            if not name.startswith(REGISTER):
                lookup.setdefault(fold(name), set()).add(code)
                lookup.setdefault(fold(_plain(name)), set()).add(code)
    lookup.pop("", None)
    frozen = {key: tuple(sorted(codes)) for key, codes in sorted(lookup.items())}
    return places, dict(sorted(registers.items())), frozen, tuple(sorted(conflicts))


def _plain(name: str) -> str:
    """A name as spoken: "Bristol, City of" is Bristol, "City of Edinburgh" is Edinburgh."""
    for ending in _CITY_OF:
        name = name.removesuffix(ending)
    return name.removeprefix("City of ") if name != "City of London" else name


def _renamed(place: Place, names: Iterable[str]) -> Place:
    """The place with these other names, each once and none that differs in case alone."""
    kept = {fold(place.name): place.name}
    for name in names:
        if not name.startswith(REGISTER) and not name.islower():
            kept.setdefault(fold(name), name)
    return Place(
        code=place.code,
        name=place.name,
        kind=place.kind,
        names=tuple(kept.values())[1:],
        within=place.within,
        latitude=place.latitude,
        longitude=place.longitude,
        abolished=place.abolished,
    )


def _one(
    told: list[tuple[int, Place]],
    within: tuple[str, ...],
    abolished: bool,
    conflicts: set[str],
) -> Place:
    first = told[0][1]
    for _, place in told[1:]:
        if place.kind != first.kind:
            conflicts.add(f"{first.code} ({first.name}) is a {first.kind} and a {place.kind}")
    located = next((place for _, place in told if place.latitude is not None), None)
    names = dict.fromkeys(name for _, place in told for name in (place.name, *place.names))
    plain = _plain(first.name)
    shown = plain if any(fold(plain) == fold(name) for name in names) else first.name
    return _renamed(
        Place(
            code=first.code,
            name=shown,
            kind=first.kind,
            within=within,
            latitude=located.latitude if located else None,
            longitude=located.longitude if located else None,
            abolished=abolished,
        ),
        (first.name, *names),
    )


def _containments(
    by_code: Mapping[str, list[tuple[int, Place]]],
    registers: Mapping[str, str],
    conflicts: set[str],
) -> tuple[dict[str, tuple[str, ...]], dict[str, set[str]]]:
    """Direct containments by code; on combined authorities one table speaks alone.

    Also the members that the other tables claim, by combined authority.
    """
    disputed: dict[str, set[str]] = {}
    combined = {code for code, told in by_code.items() if told[0][1].kind == "combined-authority"}
    stated: dict[str, list[tuple[int, set[str]]]] = {}
    speakers: set[int] = set()  # tables that tell combined authorities
    for code, told in by_code.items():
        for precedence, place in told:
            codes: set[str] = set()
            for above in place.within:
                known = registers.get(above.removeprefix(REGISTER), above)
                if known not in by_code:
                    conflicts.add(f"{code} is said to lie within {above}, which no table describes")
                elif known != code:
                    codes.add(known)
            if place.kind == "itl1" and place.code[-3:] in ITL1_AREAS:
                codes.add(ITL1_AREAS[place.code[-3:]])
            stated.setdefault(code, []).append((precedence, codes))
            if codes & combined:
                speakers.add(precedence)
    result: dict[str, tuple[str, ...]] = {}
    for code, claims in stated.items():
        plain = {above for _, codes in claims for above in codes if above not in combined}
        said: dict[int, set[str]] = {}
        for precedence, codes in claims:
            if precedence in speakers:
                said.setdefault(precedence, set()).update(codes & combined)
        chosen: set[str] = set()
        for position, (_, codes) in enumerate(sorted(said.items())):
            if position == 0:
                chosen = codes
            elif codes != chosen:
                conflicts.add(_disagreement(code, chosen, codes, by_code))
                for above in codes - chosen:
                    disputed.setdefault(above, set()).add(code)
        result[code] = tuple(sorted(plain | chosen))
    return result, disputed


def _disagreement(
    code: str,
    chosen: set[str],
    other: set[str],
    by_code: Mapping[str, list[tuple[int, Place]]],
) -> str:
    def named(codes: set[str]) -> str:
        listed = (f"{by_code[one][0][1].name} ({one})" for one in sorted(codes))
        return " and ".join(listed) or "no combined authority"

    name = by_code[code][0][1].name
    return f"{name} ({code}) is in {named(chosen)}; another table says {named(other)}, not used"


def _abolished(
    by_code: Mapping[str, list[tuple[int, Place]]], within: Mapping[str, tuple[str, ...]]
) -> set[str]:
    """Places that a table calls abolished, and authorities known to the oldest table alone.

    The look-up of combined authorities goes on listing districts after they
    were merged; the look-up of ITL areas holds every authority of its year.
    """
    gone = {code for code, told in by_code.items() if any(place.abolished for _, place in told)}
    authorities = [code for code, told in by_code.items() if told[0][1].kind == "local-authority"]
    listed = {
        code for code in authorities if any(above.startswith("itl") for above in within[code])
    }
    if listed:
        located = {
            code
            for code in authorities
            if any(one.latitude is not None for _, one in by_code[code])
        }
        gone |= set(authorities) - listed - located
    return gone
