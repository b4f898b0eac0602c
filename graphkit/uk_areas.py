"""The countries of the United Kingdom, the English regions, and their codes.

These do not change between tables and are not in any of them, so they are
facts of the program (ONS geography codes). Scotland, Wales and
Northern Ireland are countries; Gateway to Research also lists them as regions.
"""

from __future__ import annotations

from types import MappingProxyType

from graphkit.text import fold

PLACE_KINDS = (
    "country",
    "region",
    "combined-authority",
    "county",
    "itl1",
    "itl2",
    "local-authority",
    "itl3",
)
"""Kinds of place from the widest to the narrowest: what a bare name means first.

ITL level 1 is as wide as a region; ITL level 3 is often one authority, which
then is the plainer answer.
"""

UNITED_KINGDOM = "K02000001"

REGISTER = "register:"
"""Marks a code of mySociety's register ("register:BIR") among names and containments,
where a table knows its own codes only and not those of the statistical office."""

COUNTRIES = MappingProxyType(
    {
        "E92000001": "England",
        "N92000002": "Northern Ireland",
        "S92000003": "Scotland",
        "W92000004": "Wales",
    }
)

REGIONS = MappingProxyType(
    {
        "E12000001": "North East",
        "E12000002": "North West",
        "E12000003": "Yorkshire and The Humber",
        "E12000004": "East Midlands",
        "E12000005": "West Midlands",
        "E12000006": "East of England",
        "E12000007": "London",
        "E12000008": "South East",
        "E12000009": "South West",
    }
)

ITL1_AREAS = MappingProxyType(
    {
        "TLC": "E12000001",
        "TLD": "E12000002",
        "TLE": "E12000003",
        "TLF": "E12000004",
        "TLG": "E12000005",
        "TLH": "E12000006",
        "TLI": "E12000007",
        "TLJ": "E12000008",
        "TLK": "E12000009",
        "TLL": "W92000004",
        "TLM": "S92000003",
        "TLN": "N92000002",
    }
)
"""ITL level 1 covers exactly the regions of England and the other three countries."""

_BY_NAME = MappingProxyType(
    {fold(name): code for code, name in (*COUNTRIES.items(), *REGIONS.items())}
)


def area_code(name: str) -> str | None:
    """The code of a country or region by its name, however it is capitalised.

    >>> area_code("Yorkshire and the Humber"), area_code("Outside UK")
    ('E12000003', None)
    """
    return _BY_NAME.get(fold(name))
