"""Who is where: one gazetteer out of all tables of places.

Tables overlap and disagree. Each place is merged from all that describe it; the
containments form a graph, not a tree (a district lies in a county, a combined
authority and an ITL area); what the tables say against each other is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType

from graphkit.identity.place_tables import Claims, merge
from graphkit.model import Place, PlaceNames
from graphkit.text import fold
from graphkit.uk_areas import COUNTRIES, PLACE_KINDS, area_code

_WIDTH = {kind: width for width, kind in enumerate(PLACE_KINDS)}
_AUTHORITY_WORDS = frozenset({"council", "authority", "corporation", "comhairle", "cyngor"})


class Gazetteer:
    """All places, by code and by name, with what contains them.

    Iteration order and every answer depend only on what the tables say, not on
    the order in which they were read.

    >>> gazetteer = Gazetteer.build([], [])
    >>> [place.code for place in gazetteer.find("west midlands")]
    ['E12000005']
    >>> gazetteer.within_all("E12000005")
    ('E92000001', 'K02000001')
    """

    def __init__(
        self,
        places: Mapping[str, Place],
        registers: Mapping[str, str],
        lookup: Mapping[str, tuple[str, ...]],
        conflicts: tuple[str, ...],
    ) -> None:
        self.places = MappingProxyType(dict(places))
        """Merged places by code, in order of code; `within` holds the direct containments."""
        self.registers = MappingProxyType(dict(registers))
        """Codes of mySociety's register ("BIR") to codes of places."""
        self.conflicts = conflicts
        """What the tables say against each other, one sentence each."""
        self._lookup = lookup
        self._closures: dict[str, tuple[str, ...]] = {}

    @classmethod
    def build(
        cls, places: Iterable[tuple[int, Place]], names: Iterable[PlaceNames] = ()
    ) -> Gazetteer:
        """Merge everything that was read.

        Each place comes with the precedence of the loader that read it; the
        lower number wins a name, and a table that speaks of combined
        authorities wins over later ones on who belongs to which.
        """
        return cls(*merge(Claims.gather(places, names)))

    def __len__(self) -> int:
        return len(self.places)

    def within_all(self, code: str) -> tuple[str, ...]:
        """Codes of all places that contain this one, sorted; not itself.

        Raises KeyError for a code that is no place's.
        """
        known = self._closures.get(code)
        if known is None:
            found: set[str] = set()
            waiting = list(self.places[code].within)
            while waiting:
                above = waiting.pop()
                if above not in found and above in self.places:
                    found.add(above)
                    waiting += self.places[above].within
            # An ITL area of level 1 is its region under another code: within each other.
            same = {other for above in (code, *found) for other in self._itl1.get(above, ())}
            known = self._closures[code] = tuple(sorted((found | same) - {code}))
        return known

    @cached_property
    def _itl1(self) -> dict[str, list[str]]:
        """Regions and countries to the ITL areas of level 1 that are the same area."""
        found: dict[str, list[str]] = {}
        for place in self.places.values():
            if place.kind == "itl1":
                for above in place.within:
                    if self.places[above].kind in ("region", "country"):
                        found.setdefault(above, []).append(place.code)
        # England is no ITL area; its regions are.
        return {above: codes for above, codes in found.items() if above != "E92000001"}

    def region_of(self, name: str | None) -> str | None:
        """The code of a Gateway to Research region; None for Unknown, Outside UK and the like.

        >>> Gazetteer.build([]).region_of("Yorkshire and the Humber")
        'E12000003'
        """
        code = area_code(name) if name else None
        return None if code == "E92000001" else code

    def authority_named(self, name: str) -> str | None:
        """The code of the authority whose whole name this is.

        A place's name alone is not its authority's: "Leeds City Council" and
        "Leeds Council" are, "Leeds" and "Leeds Ltd" are not.
        """
        codes = self._authorities.get(_authority_key(name), ())
        living = [code for code in codes if not self.places[code].abolished]
        chosen = living or list(codes)
        return chosen[0] if len(chosen) == 1 else None

    @cached_property
    def _authorities(self) -> dict[str, tuple[str, ...]]:
        official: dict[str, set[str]] = {}
        derived: dict[str, set[str]] = {}
        for code, place in self.places.items():
            if place.kind not in ("local-authority", "county", "combined-authority"):
                continue
            for name in (place.name, *place.names):
                words = fold(name).split()
                is_authority = not _AUTHORITY_WORDS.isdisjoint(words) or (
                    place.kind == "combined-authority" and words[-2:] == ["city", "region"]
                )
                if is_authority or words[:2] in (["borough", "of"], ["london", "borough"]):
                    official.setdefault(_authority_key(name), set()).add(code)
                else:
                    for form in _forms(place, fold(name)):
                        derived.setdefault(_authority_key(form), set()).add(code)
        return {key: tuple(sorted(codes)) for key, codes in sorted({**derived, **official}.items())}

    def find(self, text: str) -> list[Place]:
        """Places by name, code, register code, or address that ends in a code; widest first.

        `kind:name` chooses among places of one name.

        >>> Gazetteer.build([]).find("region:London")[0].code
        'E12000007'
        """
        text = text.strip()
        kind, colon, rest = text.partition(":")
        wanted = "-".join(fold(kind).split()) if colon else ""
        if wanted in _WIDTH:
            return [place for place in self.find(rest) if place.kind == wanted]
        tail = text.rstrip("/").rpartition("/")[2] if "/" in text else text
        by_code = self._by_code(tail)
        found = by_code or {
            code for key in _keys(text) for code in self._lookup.get(key, ()) if code in self.places
        }
        return sorted((self.places[code] for code in found), key=self._rank)

    def _by_code(self, code: str) -> set[str]:
        candidates = {code, code.upper(), self.registers.get(code.upper(), "")}
        candidates |= {f"itl{edition}-{code.upper()}" for edition in ("2021", "2025")}
        edition, dash, area = code.partition("-")
        if dash:
            candidates.add(f"{edition.lower()}-{area.upper()}")
        return {one for one in candidates if one in self.places}

    def _rank(self, place: Place) -> tuple[bool, int, bool, str]:
        return (
            place.abolished,
            _WIDTH.get(place.kind, len(_WIDTH)),
            not place.code.startswith("itl2025"),
            place.code,
        )

    def widest(self, name: str) -> Place | None:
        """The place that a name means when nothing else is said."""
        found = self.find(name)
        return found[0] if found else None

    def nearest(self, name: str, n: int = 3) -> list[str]:
        """Names of places that resemble a name that was not found, best first."""
        from rapidfuzz import fuzz, process

        choices = {place.name: fold(place.name) for place in self.places.values()}
        found = process.extract(fold(name), choices, scorer=fuzz.WRatio, limit=n, score_cutoff=60)
        return [key for _, _, key in sorted(found, key=lambda item: (-item[1], item[2]))]

    def members(self, code: str) -> tuple[str, ...]:
        """Codes of the places that lie directly in this one, sorted."""
        return self._members.get(code, ())

    @cached_property
    def _members(self) -> dict[str, tuple[str, ...]]:
        inside: dict[str, list[str]] = {}
        for code, place in self.places.items():
            for above in place.within:
                inside.setdefault(above, []).append(code)
        return {above: tuple(sorted(codes)) for above, codes in inside.items()}

    def country_of(self, code: str) -> str | None:
        """The code of the country of the United Kingdom in which a place lies."""
        if code in COUNTRIES:
            return code
        return next((above for above in self.within_all(code) if above in COUNTRIES), None)


def _keys(text: str) -> tuple[str, ...]:
    """Folded forms under which a name may be listed: as given, and without "the"."""
    key = fold(text)
    return (key, key.removeprefix("the ")) if key.startswith("the ") else (key,)


def _authority_key(name: str) -> str:
    words = fold(name).split()
    if words[:1] == ["the"]:
        words = words[1:]
    if words[:1] == ["royal"]:
        words = words[1:]
    return " ".join(word for word in words if word not in ("mayoral",))


def _forms(place: Place, name: str) -> Iterable[str]:
    """The names by which the authority of a place goes, from the place's name."""
    if name in ("england", "london"):
        return
    if place.kind == "combined-authority":
        for form in ("combined authority", "combined county authority"):
            yield f"{name} {form}"
        return
    plain = name.removesuffix(" city of").removesuffix(" county of").removeprefix("city of ")
    yield f"{plain} council"
    if place.kind == "county":
        yield f"{plain} county council"
        return
    for form in ("city", "borough", "district", "metropolitan borough", "county borough"):
        yield f"{plain} {form} council"
    if plain.endswith("shire") or plain == "northumberland":
        yield f"{plain} county council"
    if place.code.startswith("E09"):
        yield f"london borough of {plain}"
        yield f"borough of {plain}"
        yield f"london borough of {plain} council"
        yield f"{plain} london borough council"
    if place.code.startswith(("E08", "S12", "E06", "W06")):
        yield f"city of {plain} council"
        yield f"city of {plain} metropolitan district council"
        yield f"{plain} mbc"
