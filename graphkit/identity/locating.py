"""Where an organisation is, from its region, its address and its whole name."""

from __future__ import annotations

import re

from graphkit.identity.places import Gazetteer
from graphkit.model import Address
from graphkit.text import fold

# Postal counties that are authorities too: an address names the county whatever
# the authority ("Milton Keynes, Buckinghamshire", "York, North Yorkshire").
_POSTAL_COUNTIES = frozenset(
    (
        *("angus", "argyll", "cornwall", "county durham", "cumberland", "devon", "dorset"),
        *("durham", "essex", "fife", "highland", "kent", "moray", "norfolk", "northumberland"),
        *("rutland", "somerset", "suffolk", "surrey"),
    )
)
_UK_COUNTRIES = frozenset(
    ("united kingdom", "uk", "great britain", "england", "scotland", "wales", "northern ireland")
)
_UK_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE)
_NO_REGION = ""


class Locator:
    """Finds the most exact place that a name and an address prove.

    The region comes from the address; a town of the address refines it only
    where an authority has exactly that name and lies in that region. Without a
    region, the town alone counts if the address is a British one and a single
    authority or region has the name. Counties are postal, so their names prove
    nothing. A name counts only where the whole of it is an authority's.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._authorities: dict[tuple[str, str], str | None] = {}

    def places(self, name: str, address: Address | None) -> tuple[str, ...]:
        """Codes of places, most exact first; empty where nothing is known.

        >>> from graphkit.model import Address
        >>> locator = Locator(Gazetteer.build([]))
        >>> locator.places("University of Sheffield", Address(region="Yorkshire and the Humber"))
        ('E12000003',)
        >>> locator.places("Crick Institute", Address(lines=("London",), postcode="NW1 1AT"))
        ('E12000007',)
        """
        authority = self._gazetteer.authority_named(name)
        region = self._gazetteer.region_of(address.region) if address else None
        # An address elsewhere would make the name a mere likeness.
        if authority is not None and (region is None or self._touches(authority, region)):
            return (authority,)
        if address is None or (region is None and not self._is_british(address)):
            return ()
        for line in (address.city, *address.lines):
            if line and (code := self._authority_in(line, region or _NO_REGION)):
                return (code,)
        return (region,) if region else ()

    def _touches(self, authority: str, region: str) -> bool:
        within = self._gazetteer.within_all
        inside = (authority, *self._gazetteer.members(authority))
        return any(region in within(code) for code in inside)

    def _is_british(self, address: Address) -> bool:
        if address.region and fold(address.region) == "outside uk":
            return False
        country = fold(address.country) if address.country else ""
        if country:
            return country in _UK_COUNTRIES
        return bool(address.postcode and _UK_POSTCODE.fullmatch(address.postcode.strip()))

    def _authority_in(self, line: str, region: str) -> str | None:
        key = (line.casefold(), region)
        if key not in self._authorities:
            self._authorities[key] = self._find(line, region)
        return self._authorities[key]

    def _find(self, line: str, region: str) -> str | None:
        folded = fold(line)
        if folded.endswith(("shire", "county")) or folded in _POSTAL_COUNTIES or ":" in line:
            return None
        kinds = ("local-authority",) if region else ("local-authority", "region")
        found = [
            place.code
            for place in self._gazetteer.find(line)
            if place.kind in kinds
            and not place.abolished
            and (not region or region in self._gazetteer.within_all(place.code))
        ]
        return found[0] if len(found) == 1 else None
