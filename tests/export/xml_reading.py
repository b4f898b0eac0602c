"""Reading XML back, and holding it against a schema."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphkit.export.survey import CONTROL
from graphkit.export.xml_text import column_kind, scalar_text

SCHEMAS = Path(__file__).resolve().parent / "schemas"


def clean(text: str) -> str:
    """A text as XML 1.0 can hold it."""
    return CONTROL.sub("\ufffd", text)


def as_read(value: Any, kinds: Counter[str], list_form: Callable[[list[Any]], str]) -> Any:
    """A value as a reader gets it, under a key that holds these kinds."""
    if isinstance(value, list):
        return clean(list_form(value))
    if isinstance(value, str):
        return clean(value)
    column = column_kind(kinds)
    if column == "string":
        return scalar_text(value)
    return float(value) if column == "float" else value


def typed(values: dict[str, Any]) -> dict[str, tuple[type, Any]]:
    """Values with their types: 1 equals 1.0 and True otherwise."""
    return {key: (type(value), value) for key, value in values.items()}


def parsed(path: Path) -> ElementTree.Element:
    """The root of a document."""
    return ElementTree.parse(path).getroot()


def is_valid(path: Path, schema: str) -> str:
    """What a RELAX NG schema finds wrong with a document; nothing if it is valid."""
    etree = pytest.importorskip("lxml.etree")
    grammar = etree.RelaxNG(etree.parse(SCHEMAS / schema))
    document = etree.parse(path, etree.XMLParser(huge_tree=True))
    return "" if grammar.validate(document) else str(grammar.error_log)
