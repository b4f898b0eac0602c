"""What the addresses of licences stand for: names for people, an identifier of the SPDX list."""

from __future__ import annotations

from typing import NamedTuple

_OGL = "nationalarchives.gov.uk/doc/open-government-licence/version/"
_CC = "creativecommons.org/"


class Licence(NamedTuple):
    """A licence: its full name, what people call it, the shortest form, SPDX identifier, address.

    `spdx` is "" where there is none; names of a licence that is not known are its address.
    """

    name: str
    called: str
    short: str
    spdx: str
    address: str


# By address without scheme, `www.` and last slash.
_KNOWN = {
    **{
        f"{_OGL}{n}": (
            f"Open Government Licence v{n}.0",
            f"Open Government Licence v{n}.0",
            f"OGL v{n}",
            f"OGL-UK-{n}.0",
        )
        for n in (1, 2, 3)
    },
    f"{_CC}licenses/by/4.0": (
        "Creative Commons Attribution 4.0",
        "CC BY 4.0",
        "CC BY 4.0",
        "CC-BY-4.0",
    ),
    f"{_CC}licenses/by-sa/4.0": (
        "Creative Commons Attribution-ShareAlike 4.0",
        "CC BY-SA 4.0",
        "CC BY-SA 4.0",
        "CC-BY-SA-4.0",
    ),
    f"{_CC}publicdomain/zero/1.0": ("Creative Commons CC0 1.0", "CC0 1.0", "CC0", "CC0-1.0"),
    "opendatacommons.org/licenses/odbl/1-0": (
        "Open Database License v1.0",
        "ODbL 1.0",
        "ODbL",
        "ODbL-1.0",
    ),
}


def licence_of(address: str) -> Licence:
    """The licence at an address; one that is not known goes by its address.

    >>> licence_of("https://creativecommons.org/licenses/by/4.0/").spdx
    'CC-BY-4.0'
    >>> licence_of("http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/").short
    'OGL v3'
    >>> licence_of("https://example.org/terms").called
    'https://example.org/terms'
    """
    key = address.partition("://")[2].removeprefix("www.").rstrip("/")
    name, called, short, spdx = _KNOWN.get(key, (address, address, address, ""))
    return Licence(name, called, short, spdx, address)
