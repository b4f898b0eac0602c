"""Which ITL codes exist in which edition.

The international territorial levels were revised in 2025; the editions share
codes, some of them for other areas, and files circulate that mix them. The
edition of a row is told from the codes that only one of them has, and where the
codes fit both, from the names that were changed.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from graphkit.text import fold

CODE = re.compile(r"TL[C-N](?:[0-9][0-9A-Z]?)?")

# Each level 2 area with the last digits of its level 3 areas, without the "TL".
_LISTED = {
    "2021": """
        C1:1234 C2:123 D1:12 D3:34567 D4:124567 D6:123 D7:1234 E1:123 E2:12 E3:12 E4:1245
        F1:123456 F2:1245 F3:0 G1:123 G2:1234 G3:1236789 H1:124567 H2:1345 H3:124567 I3:1234
        I4:12345 I5:1234 I6:123 I7:12345 J1:1234 J2:125678 J3:124567 J4:13456 K1:12345 K2:345
        K3:0 K4:123 L1:12345678 L2:1234 M5:0 M6:123456 M7:1235678 M8:1234 M9:12345
        N0:6789ABCDEFG""",
    "2025": """
        C3:123 C4:1234 D1:34 D3:34567 D4:124567 D6:123 D7:1234 E1:123 E2:12 E3:2345 E4:1245
        F1:123456 F2:1245 F3:0 G1:123 G2:1234 G3:1236789 H2:14567 H3:124567 H4:12 H5:123 H6:1234
        I3:3456 I4:12345 I5:1234 I6:123 I7:12345 J1:23456 J2:125678 J3:124567 J4:13456 K3:0
        K4:123 K5:12 K6:1234 K7:123 L3:1234 L4:1234 L5:1234 M0:123 M1:1234 M2:0 M3:1234 M5:0
        M9:12345 N0:6789ABCDEFG""",
}


def _codes(listed: str) -> frozenset[str]:
    codes: set[str] = set()
    for item in listed.split():
        area, _, digits = item.partition(":")
        codes |= {f"TL{area[0]}", f"TL{area}", *(f"TL{area}{digit}" for digit in digits)}
    return frozenset(codes)


EDITIONS = MappingProxyType({edition: _codes(listed) for edition, listed in _LISTED.items()})
"""All codes of levels 1 to 3, by edition."""

# Areas that kept their code and changed their name.
_RENAMED = MappingProxyType(
    {
        "TLE22": {"2021": "North Yorkshire CC", "2025": "North Yorkshire"},
        "TLF30": {"2021": "Lincolnshire", "2025": "Lincolnshire CC"},
        "TLG12": {"2021": "Worcestershire", "2025": "Worcestershire CC"},
        "TLG13": {"2021": "Warwickshire", "2025": "Warwickshire CC"},
        "TLG22": {"2021": "Shropshire CC", "2025": "Shropshire"},
        "TLH": {"2021": "East of England", "2025": "East"},
        "TLJ13": {"2021": "Buckinghamshire CC", "2025": "Buckinghamshire"},
        "TLJ14": {"2021": "Oxfordshire", "2025": "Oxfordshire CC"},
        "TLM93": {
            "2021": "East Ayrshire and North Ayrshire mainland",
            "2025": "North Ayrshire and East Ayrshire",
        },
    }
)


def editions_of(areas: dict[str, str]) -> frozenset[str]:
    """The editions that can hold all these areas (code to name) at once.

    >>> sorted(editions_of({"TLG": "West Midlands", "TLG3": "West Midlands"}))
    ['2021', '2025']
    >>> sorted(editions_of({"TLC": "North East", "TLC1": "Tees Valley and Durham"}))
    ['2021']
    """
    fitting = frozenset(
        edition for edition, codes in EDITIONS.items() if all(code in codes for code in areas)
    )
    if len(fitting) < 2:
        return fitting
    named = frozenset(
        edition
        for code, name in areas.items()
        for edition, known in _RENAMED.get(code, {}).items()
        if fold(known) == fold(name)
    )
    return fitting & named or fitting
