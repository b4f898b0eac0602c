"""What the addresses of licences stand for: a name for people, an identifier of the SPDX list."""

from __future__ import annotations

from typing import NamedTuple

_OGL = "nationalarchives.gov.uk/doc/open-government-licence/version/"
_CC = "creativecommons.org/"


class Licence(NamedTuple):
    """A licence by name, SPDX identifier ("" where there is none) and address."""

    name: str
    spdx: str
    address: str


_KNOWN = {
    f"{_OGL}1": ("Open Government Licence v1.0", "OGL-UK-1.0"),
    f"{_OGL}2": ("Open Government Licence v2.0", "OGL-UK-2.0"),
    f"{_OGL}3": ("Open Government Licence v3.0", "OGL-UK-3.0"),
    f"{_CC}licenses/by/4.0": ("Creative Commons Attribution 4.0", "CC-BY-4.0"),
    f"{_CC}licenses/by-sa/4.0": ("Creative Commons Attribution-ShareAlike 4.0", "CC-BY-SA-4.0"),
    f"{_CC}publicdomain/zero/1.0": ("Creative Commons CC0 1.0", "CC0-1.0"),
    "opendatacommons.org/licenses/odbl/1-0": ("Open Database License v1.0", "ODbL-1.0"),
}


def licence_of(address: str) -> Licence:
    """The licence at an address; one that is not known goes by its address.

    >>> licence_of("https://creativecommons.org/licenses/by/4.0/").spdx
    'CC-BY-4.0'
    >>> licence_of("https://example.org/terms")
    Licence(name='https://example.org/terms', spdx='', address='https://example.org/terms')
    """
    key = address.partition("://")[2].removeprefix("www.").rstrip("/")
    name, spdx = _KNOWN.get(key, (address, ""))
    return Licence(name, spdx, address)
