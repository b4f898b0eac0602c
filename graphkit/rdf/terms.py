"""RDF terms as N-Quads text: the fast and correct way from a value to a line.

Building a line with an f-string is an order of magnitude quicker than going
through term objects of a library (decisions/0003), so the escaping is here and
is tested against two parsers.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from urllib.parse import urlsplit

import pyoxigraph as ox

XSD = "http://www.w3.org/2001/XMLSchema#"
_RARE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_IRI_FORBIDDEN = re.compile(
    '%(?![0-9A-Fa-f]{2})|[\x00-\x20<>"{}|^`\\\\\x7f-\xa0\u1680\u2000-\u206f\u3000\ud800-\udfff\ufeff]'
)

# What an IRI may hold only in some of its parts, or not at all.
_IRI_UNUSUAL = re.compile(r"%(?![0-9A-Fa-f]{2})|[^!#$%&'()*+,./0-9:;=?@A-Z_a-z~-]")
# Most addresses: ASCII, no port or user, nothing that an IRI may not hold.
_PLAIN_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9][A-Za-z0-9.-]*"
    r"(?:/(?:[A-Za-z0-9/._~-]|%[0-9A-Fa-f]{2})*)?(?:\?(?:[A-Za-z0-9=&/._~+-]|%[0-9A-Fa-f]{2})*)?"
).fullmatch


def _numeric_escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04X}"


def escape(text: str) -> str:
    """The inside of an N-Quads literal. Lone surrogates become U+FFFD.

    Line separators beyond LF and CR are escaped too: some parsers split on them.

    >>> escape('say "hi"\\n')
    'say \\\\"hi\\\\"\\\\n'
    """
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if '"' in text:
        text = text.replace('"', '\\"')
    if text.isprintable():
        return text
    text = text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    if text.isprintable():
        return text
    return _RARE.sub(_numeric_escape, _SURROGATE.sub("\ufffd", text))


def string(text: str) -> str:
    """A plain literal.

    >>> string("Leeds")
    '"Leeds"'
    """
    return f'"{escape(text)}"'


def boolean(value: bool) -> str:
    """An xsd:boolean.

    >>> boolean(True)
    '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
    """
    return f'"{"true" if value else "false"}"^^<{XSD}boolean>'


def integer(value: int) -> str:
    """An xsd:integer in canonical form."""
    return f'"{value}"^^<{XSD}integer>'


def decimal(value: float, places: int = 2) -> str:
    """An xsd:decimal with at most two places (pounds and pence), or as many as asked for.

    >>> decimal(152154.0), decimal(0.5)
    ('"152154"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    """
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return f'"{"0" if text == "-0" else text}"^^<{XSD}decimal>'


def double(value: float) -> str:
    """An xsd:double (coordinates)."""
    return f'"{value!r}"^^<{XSD}double>'


def day(value: date) -> str:
    """An xsd:date."""
    return f'"{value.isoformat()}"^^<{XSD}date>'


def year(value: int) -> str:
    """An xsd:gYear."""
    return f'"{value:04d}"^^<{XSD}gYear>'


def moment(value: datetime) -> str:
    """An xsd:dateTime in UTC, to the second."""
    return f'"{value.strftime("%Y-%m-%dT%H:%M:%SZ")}"^^<{XSD}dateTime>'


def web_iri(address: str) -> str | None:
    """A web address as an IRI, percent-encoding what an IRI may not hold.

    None where it is no absolute http(s) address with a host.

    >>> web_iri('https://example.org/a b?q="x"')
    '<https://example.org/a%20b?q=%22x%22>'
    >>> web_iri("javascript:alert(1)") is None
    True
    """
    if _PLAIN_ADDRESS(address):
        return f"<{address}>"
    address = address.strip()
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None

    rest, mark, fragment = address.partition("#")
    address = rest + mark + fragment.replace("#", "%23")
    for forbidden in (_IRI_FORBIDDEN, _IRI_UNUSUAL):
        encoded = forbidden.sub(_percent_encoded, address)
        try:
            return str(ox.NamedNode(encoded))
        except ValueError:
            continue
    return None


def _percent_encoded(match: re.Match[str]) -> str:
    return "".join(f"%{b:02X}" for b in match.group().encode("utf-8", "replace"))
