"""Texts, numbers and names as XML 1.0 can hold them.

XML has no word for most control characters, folds line ends, and allows few characters in the
ids that its schemas call NMTOKEN. Whatever these functions change they change in one stated way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from math import isfinite, isnan
from typing import Any

import msgspec

from graphkit.export.survey import BOOLEAN, CONTROL, FLOAT, INTEGER, MANY, STRING, Survey

Escape = Callable[[str], str]

REPLACEMENT = "\ufffd"
"""Stands where a character could not."""
LIST = "list"
"""The kind of a column all of whose values are lists."""
_JSON = msgspec.json.Encoder()
_TOKEN = re.compile(r"[A-Za-z0-9._/-]+")
_UNSAFE = re.compile(r"_(?=x)|[^A-Za-z0-9._/-]")
_ESCAPED = re.compile(r"_x([0-9A-F]+)_|:")


def element_text(text: str) -> str:
    """Text between tags; a carriage return survives, a control character becomes U+FFFD.

    >>> element_text("a < b ]]> \\r\\n \\x00")
    'a &lt; b ]]&gt; &#13;\\n \\ufffd'
    """
    return _marked_up(CONTROL.sub(REPLACEMENT, text))


def attribute_text(text: str) -> str:
    """Text between the double quotes of an attribute; white space survives.

    >>> attribute_text('say "so"\\n')
    'say &quot;so&quot;&#10;'
    """
    return _in_quotes(CONTROL.sub(REPLACEMENT, text))


def element_escape(survey: Survey) -> Escape:
    """`element_text`, without looking for control characters where there are none."""
    return element_text if survey.controls else _marked_up


def attribute_escape(survey: Survey) -> Escape:
    """`attribute_text`, without looking for control characters where there are none."""
    return attribute_text if survey.controls else _in_quotes


def _marked_up(text: str) -> str:
    """XML 1.0 folds the carriage return alone; some readers fold all line ends of XML 1.1."""
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\r", "&#13;")
        .replace("\x85", "&#133;")
        .replace("\u2028", "&#8232;")
    )  # fmt: skip


def _in_quotes(text: str) -> str:
    escaped = _marked_up(text).replace('"', "&quot;")
    return escaped.replace("\n", "&#10;").replace("\t", "&#9;")


def scalar_text(value: Any) -> str:
    """A value that is no text, as XML Schema and Java both read it.

    >>> scalar_text(True), scalar_text(7), scalar_text(1e300), scalar_text(float("-inf"))
    ('true', '7', '1e+300', '-Infinity')
    """
    kind = value.__class__
    if kind is bool:
        return "true" if value else "false"
    if kind is float and not isfinite(value):
        return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value if kind is str else repr(value)


def list_text(values: list[Any]) -> str:
    """A list as JSON text, in which every character has a place.

    >>> list_text(["a|b", 'say "so"', "\\x00\\ufffe"]), list_text([])
    ('["a|b","say \\\\"so\\\\"","\\\\u0000\\\\ufffe"]', '[]')
    """
    text = _JSON.encode(values).decode()
    return text.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def plain_list_text(values: list[Any]) -> str:
    r"""A list as JSON text with no other escapes than of quotes, backslashes and white space.

    >>> print(plain_list_text(["a|b", "\x00\n"]))
    ["a|b","�\n"]
    """
    cleaned = [CONTROL.sub(REPLACEMENT, one) if one.__class__ is str else one for one in values]
    return _JSON.encode(cleaned).decode()


def token(name: str) -> str:
    """A name as NMTOKEN: `/` becomes `:`, other characters `_xHEX_`; no two become the same.

    >>> token("question/16604"), token("https://ror.org/05"), token("a b_x")
    ('question:16604', 'https_x3A_::ror.org:05', 'a_x20_b_x5F_x')
    """
    if not _TOKEN.fullmatch(name) or "_x" in name:
        name = _UNSAFE.sub(lambda found: f"_x{ord(found[0]):X}_", name)
    return name.replace("/", ":")


def name_of(token: str) -> str:
    """The name that `token` was made of.

    >>> name_of("https_x3A_::ror.org:05")
    'https://ror.org/05'
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else "/", token)


def column_kind(kinds: Iterable[str]) -> str:
    """The one kind that holds values of several: `boolean`, `integer`, `float`, `list` or `string`.

    >>> column_kind(["integer", "float"]), column_kind(["date", "integer"])
    ('float', 'string')
    >>> column_kind(["string[]", "date[]"]), column_kind(["string", "string[]"])
    ('list', 'string')
    """
    found = set(kinds)
    if found <= {INTEGER, FLOAT} or found == {BOOLEAN}:
        return found.pop() if len(found) == 1 else FLOAT
    if all(kind.endswith(MANY) for kind in found):
        return LIST
    return STRING


def widened(survey: Survey) -> tuple[int, list[str]]:
    """How many values change their kind because others of their key are of another; the keys."""
    count, keys = 0, []
    for side in (survey.nodes, survey.relationships):
        for key, kinds in survey.kinds(side).items():
            column = column_kind(kinds)
            changed = sum(
                times for kind, times in kinds.items()
                if kind in (INTEGER, FLOAT, BOOLEAN) and kind != column
            )  # fmt: skip
            if changed:
                count += changed
                keys.append(key)
    return count, sorted(set(keys))


def shared_losses(title: str, survey: Survey) -> list[str]:
    """What no XML format of graphs holds: dates, points, keys of several kinds, controls."""
    said = []
    if survey.moments:
        said.append(f"{title}: dates have no type; {survey.moments:,} are ISO 8601 text")
    if survey.points:
        said.append(
            f"{title}: points have no type; {survey.points:,} are the text [longitude,latitude]"
        )
    changed, keys = widened(survey)
    if changed:
        said.append(
            f"{title}: a key has one type; {changed:,} values under {', '.join(keys)} "
            "are written as the type that holds all others too"
        )
    if survey.controls:
        said.append(
            f"{title}: {survey.controls:,} texts have control characters, which XML 1.0 cannot "
            "hold; each becomes U+FFFD"
        )
    return said
