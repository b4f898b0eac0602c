"""RDF terms as values of properties, and back without loss.

What a value stands for is told by its key: under `start_date` a date is an
xsd:date, under `url` a string is an IRI. A term that this would not bring back
(another datatype, a language, a number that a float cannot hold) keeps its text
and gets a mark:

    ""            the usual kind, no mark needed
    '"'           a plain string
    "<>"          an IRI
    "_:"          a blank node
    "@cy"         a string in a language
    "^^xsd:year"  a literal of that datatype; other datatypes as "^^<https://…>"
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from graphkit.property_graph.elements import Scalar
from graphkit.property_graph.schema import Key
from graphkit.rdf.terms import XSD, escape

DATE, DATETIME, POINT = "date", "datetime", "point"

_INTEGER, _DECIMAL, _DOUBLE = f"{XSD}integer", f"{XSD}decimal", f"{XSD}double"
_BOOLEAN, _DATE, _DATETIME, _YEAR = (
    f"{XSD}boolean", f"{XSD}date", f"{XSD}dateTime", f"{XSD}gYear"
)  # fmt: skip
_KINDS = {_DATE: DATE, _DATETIME: DATETIME}
MOMENTS = frozenset(_KINDS)
"""IRIs of the datatypes whose values are dates or times."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_MOMENT = re.compile(r"[0-9-]{10}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z").fullmatch
_CANONICAL_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}").fullmatch
_FOUR_DIGITS = re.compile(r"[1-9][0-9]{3}").fullmatch
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_SHORT = "xsd:"


def unescaped(text: str) -> str:
    r"""The text inside an N-Quads literal, as it is meant.

    >>> unescaped('a\\u00E9\\n\\"') == 'aé\n"'
    True
    """
    if "\\" not in text:
        return text
    return _ESCAPED.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _LETTERS.get(match[3], match[3])


def value_of(term: str, key: Key) -> tuple[Scalar, str, str]:
    """A term of N-Quads as value, kind (`date`, `datetime` or "") and mark.

    >>> title = Key("title", "http://purl.org/dc/terms/title", (f"{XSD}string",))
    >>> value_of('"Steel"', title)
    ('Steel', '', '')
    >>> value_of('"Dur"@cy', title)
    ('Dur', '', '@cy')
    >>> born = Key("start_date", "https://schema.org/startDate", (f"{XSD}date",))
    >>> value_of(f'"2026-01-31"^^<{XSD}date>', born)
    ('2026-01-31', 'date', '')
    """
    if term[-1] == '"':
        text = term[1:-1]
        if "\\" in text:
            text = unescaped(text)
        return text, "", ('"' if key.address or key.codes is not None else "")
    if term[0] == "<":
        return _reference(term[1:-1], key)
    if term[0] == "_":
        return term[2:], "", "_:"
    close = term.rfind('"')
    text = unescaped(term[1:close])
    suffix = term[close + 1 :]
    if suffix[0] == "@":
        return text, "", suffix
    datatype = suffix[3:-1]
    value = _literal(text, datatype) if datatype in key.datatypes else None
    if value is None or datatype != _datatype_of(value, key, _KINDS.get(datatype, "")):
        return text, "", _mark_of(datatype)
    return value, _KINDS.get(datatype, ""), ""


def _reference(iri: str, key: Key) -> tuple[Scalar, str, str]:
    if key.codes is not None:
        code = iri.rpartition("/")[2]
        return (code, "", "") if key.codes.get(code) == iri else (iri, "", "<>")
    return iri, "", ("" if key.address else "<>")


def _literal(text: str, datatype: str) -> Scalar | None:
    """The value of a literal whose text is the canonical one of that value, else None."""
    if datatype in (_DATE, _DATETIME):
        return text if _is_moment(text, datatype) else None
    if datatype == _BOOLEAN:
        return {"true": True, "false": False}.get(text)
    if datatype == _YEAR:
        return int(text) if _FOUR_DIGITS(text) else None
    if datatype == _INTEGER:
        return int(text) if _CANONICAL_INTEGER(text) else None
    if datatype in (_DECIMAL, _DOUBLE):
        try:
            number = float(text)
        except ValueError:
            return None
        return number if math.isfinite(number) and _number(number, datatype) == text else None
    return None


def _is_moment(text: str, datatype: str) -> bool:
    try:
        if datatype == _DATE:
            return bool(_DAY(text)) and date.fromisoformat(text) is not None
        return bool(_MOMENT(text)) and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def _number(value: float, datatype: str) -> str:
    """The canonical text of a number; that of a decimal that needs an exponent is never met."""
    text = repr(value)
    return text if datatype == _DOUBLE else text.removesuffix(".0")


def _datatype_of(value: Scalar, key: Key, kind: str) -> str:
    """The datatype that a value under a key stands for."""
    if kind:
        return _DATE if kind == DATE else _DATETIME
    if isinstance(value, bool):
        return _BOOLEAN
    if isinstance(value, int):
        return _YEAR if _YEAR in key.datatypes else _INTEGER
    return _DOUBLE if _DOUBLE in key.datatypes else _DECIMAL


def converted(
    properties: dict[str, Any],
    typed: Mapping[str, str],
    convert: Mapping[str, Callable[[Any], Any]],
) -> dict[str, Any]:
    """Properties with those that have a kind as `convert` makes them of it; the others as they are.

    >>> converted({"day": "2026-01-31", "n": 1}, {"day": "date"}, {"date": date.fromisoformat})
    {'day': datetime.date(2026, 1, 31), 'n': 1}
    """
    if not typed:
        return properties
    made = dict(properties)
    for key, kind in typed.items():
        value, one = properties[key], convert[kind]
        many = isinstance(value, list) and kind != POINT
        made[key] = [one(part) for part in value] if many else one(value)
    return made


def term_of(value: Scalar, key: Key, kind: str = "", mark: str = "") -> str:
    """The term of N-Quads that `value_of` took apart.

    >>> term_of("Dur", Key("title", "http://purl.org/dc/terms/title"), mark="@cy")
    '"Dur"@cy'
    >>> term_of(1824, Key("founding_date", "https://schema.org/foundingDate", (f"{XSD}gYear",)))
    '"1824"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    """
    if mark:
        return _marked(str(value), mark)
    if kind or not isinstance(value, str):
        datatype = _datatype_of(value, key, kind)
        if isinstance(value, float):
            return f'"{_number(value, datatype)}"^^<{datatype}>'
        text = str(value).lower() if isinstance(value, bool) else value
        return f'"{text}"^^<{datatype}>'
    if key.codes is not None:
        return f"<{key.codes.get(value, value)}>"
    return f"<{value}>" if key.address else f'"{escape(value)}"'


def _marked(text: str, mark: str) -> str:
    if mark == "<>":
        return f"<{text}>"
    if mark == "_:":
        return f"_:{text}"
    if mark[0] == "@":
        return f'"{escape(text)}"{mark}'
    if mark[0] == "^":
        return f'"{escape(text)}"^^{_datatype(mark[2:])}'
    return f'"{escape(text)}"'


def _mark_of(datatype: str) -> str:
    if datatype.startswith(XSD):
        return f"^^{_SHORT}{datatype[len(XSD) :]}"
    return f"^^<{datatype}>"


def _datatype(name: str) -> str:
    return f"<{XSD}{name[len(_SHORT) :]}>" if name.startswith(_SHORT) else name


def as_text(value: Scalar, kind: str, mark: str, key: Key) -> tuple[str, str, str]:
    """A value as text with a mark, for a list whose values are of several kinds.

    >>> born = Key("start_date", "https://schema.org/startDate", (f"{XSD}gYear",))
    >>> as_text(1824, "", "", born)
    ('1824', '', '^^xsd:gYear')
    """
    if mark:
        return str(value), "", mark
    term = term_of(value, key, kind)
    if term[0] == "<":
        return term[1:-1], "", "<>"
    close = term.rfind('"')
    return (
        unescaped(term[1:close]),
        "",
        _mark_of(term[close + 4 : -1]) if term[close + 1 :] else '"',
    )
