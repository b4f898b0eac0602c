"""Where an organisation is, from its region, its address and its whole name."""

from __future__ import annotations

from graphkit.identity.places import Gazetteer
from graphkit.model import Address

_LOCAL = frozenset({"local-authority"})


class Locator:
    """Finds the most exact place that a name and an address prove.

    The region comes from the address; a town or county of the address refines
    it only where an authority has exactly that name and lies in that region; a
    name counts only where the whole of it is an authority's.
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
        """
        authority = self._gazetteer.authority_named(name)
        region = self._gazetteer.region_of(address.region) if address else None
        if authority is not None:
            # An address elsewhere would make the name a mere likeness.
            if region is None or region in self._gazetteer.within_all(authority):
                return (authority,)
            if any(
                region in self._gazetteer.within_all(code)
                for code in self._gazetteer.members(authority)
            ):
                return (authority,)
        if address is None or region is None:
            return ()
        for line in (address.city, *reversed(address.lines), address.county):
            if line and (code := self._authority_in(line, region)):
                return (code,)
        return (region,)

    def _authority_in(self, line: str, region: str) -> str | None:
        key = (line.casefold(), region)
        if key not in self._authorities:
            found = [
                place.code
                for place in self._gazetteer.find(line)
                if place.kind in _LOCAL
                and not place.abolished
                and region in self._gazetteer.within_all(place.code)
            ]
            self._authorities[key] = found[0] if len(found) == 1 else None
        return self._authorities[key]
