"""JSON of the Gateway to Research portal: harvested lines, search answers, single projects."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from graphkit.loaders import LineReader, Loader, ReadLine
from graphkit.loaders.gtr_record import Known, read_composition
from graphkit.loaders.intake import Intake
from graphkit.loaders.json_layout import one_record_a_line
from graphkit.loaders.reading import lines, parse_json, split_json
from graphkit.model import Record

# A key, not a piece of a text: quotes inside JSON texts stand behind a backslash.
_MARK = re.compile(
    rb'(?<!\\)"(?:projectComposition|projectOverview|facetedSearchResultBean)"\s*:\s*\{'
)
_ANSWER = re.compile(rb'(?<!\\)"facetedSearchResultBean"\s*:')
_ARRAYS = frozenset({"results", ""})


def _recognises(head: bytes) -> bool:
    return head.lstrip()[:1] in (b"{", b"[") and _MARK.search(head) is not None


def _load(stream: BinaryIO, intake: Intake) -> Iterator[Record]:
    by_line, stream = _splits(stream)
    if not by_line:
        yield from _document(stream, "", intake, {})
        return
    read = _reader()
    for number, text in lines(stream, intake):
        yield from read(text, f"line {number}", intake)


def _splits(stream: BinaryIO) -> tuple[bool, BinaryIO]:
    return one_record_a_line(stream, _ANSWER)


def _reader() -> ReadLine:
    known: Known = {}

    def read(text: bytes, locator: str, intake: Intake) -> Iterator[Record]:
        if text.isspace():
            return
        if b'"facetedSearchResultBean"' in text[:4096]:
            yield from _document(io.BytesIO(text), f"{locator}, ", intake, known)
            return
        try:
            value = parse_json(text)
        except ValueError as error:
            intake.reject(locator, "", str(error), text[:200].decode("utf-8", "replace"))
            return
        yield from _read(value, locator, intake, known)

    return read


def _document(stream: BinaryIO, prefix: str, intake: Intake, known: Known) -> Iterator[Record]:
    found = False
    for array, number, text in split_json(stream, _ARRAYS, intake):
        locator = f"item {number} of {array or 'the list'}" if number else "document"
        locator = prefix + locator
        try:
            value = parse_json(text)
        except ValueError as error:
            intake.reject(locator, "", str(error), text[:200].decode("utf-8", "replace"))
            continue
        if number:
            found = True
        elif found or "facetedSearchResultBean" in value:
            continue  # what is left of an answer when its results are taken out
        yield from _read(value, locator, intake, known)


def _read(value: Any, locator: str, intake: Intake, known: Known) -> Iterator[Record]:
    holder = value
    if isinstance(holder, dict) and isinstance(holder.get("projectOverview"), dict):
        holder = holder["projectOverview"]
    composition = holder.get("projectComposition") if isinstance(holder, dict) else None
    if not isinstance(composition, dict):
        intake.reject(locator, "", "no projectComposition in it", value)
        return
    for key in holder:
        if key != "projectComposition" and not key.startswith("_"):
            intake.unknown_field(key)
    yield from read_composition(composition, locator, intake, known, note=value.get("_note"))


JSON_LOADER = Loader(
    name="gtr-portal-json",
    title="GtR portal API (JSON)",
    precedence=21,
    recognises=_recognises,
    load=_load,
    lines=LineReader(splits=_splits, start=_reader),
)
"""Search answers, single projects, and lines of `{"projectComposition": …}`."""
