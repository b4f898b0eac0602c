"""The rows of a small table that a person made: found, decoded and cut into fields.

What makes the whole file unusable (not text, not UTF-8, a column missing) is an InputError.
A row that cannot be cut costs that row alone and is told.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from graphkit.errors import InputError
from graphkit.gzipped import DAMAGED, open_gzip

MAX_BYTES = 64 << 20
"""A larger file (unpacked) is refused: no person judged that many pairs."""
_DELIMITERS = ",\t;"
_ENCODED = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_MAGIC = {b"PK\x03\x04": "a spreadsheet or a zip archive", b"PAR1": "a Parquet file"}


class Row(NamedTuple):
    """A row: the line on which it begins and its fields, or what is wrong with it."""

    line: int
    fields: Mapping[str, str]
    fault: str = ""


class Table(NamedTuple):
    """The columns of a table, in lower case, and its rows."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


def read_table(path: Path, required: tuple[str, ...], aliases: Mapping[str, str]) -> Table:
    """The rows of a CSV file with comma, tab or semicolon, plain or gzipped, in UTF-8.

    Column names count in any case and order; `aliases` are other spellings of them.
    Raises InputError where the file as a whole cannot be used.
    """
    return parse_table(str(path), decode(str(path), _content(path)), required, aliases)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as plain:
            data = plain.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise InputError(f"{path}: {reason}", hint="name a CSV file of judged pairs") from None
    if data.startswith(b"\x1f\x8b"):
        try:
            with open_gzip(path) as packed:
                data = packed.read(MAX_BYTES + 1)
        except DAMAGED as error:
            raise InputError(
                f"{path}: the gzip file is cut or damaged: {error}", hint="pack it again"
            ) from None
    if len(data) > MAX_BYTES:
        raise InputError(
            f"{path}: longer than {MAX_BYTES >> 20} MiB, too long for a file of judged pairs",
            hint="take a part of it",
        )
    return data


def decode(name: str, data: bytes) -> str:
    """The text of a file in UTF-8, without a byte order mark.

    >>> decode("pairs.csv", b"\\xef\\xbb\\xbfquestion,project\\n")
    'question,project\\n'
    >>> decode("pairs.csv", b"question\\n\\n16604,caf\\xe9\\n")
    Traceback (most recent call last):
    graphkit.errors.InputError: pairs.csv, line 3: not UTF-8 (byte 0xE9); save it as "CSV UTF-8"
    """
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise InputError(f"{name}: {what}, not a CSV file", hint='save it as "CSV UTF-8"')
    if data[:2] in _ENCODED:
        raise InputError(
            f"{name}, line 1: {_ENCODED[data[:2]]}, not UTF-8", hint='save it as "CSV UTF-8"'
        )
    if (nul := data.find(b"\0")) >= 0:
        raise InputError(
            f"{name}, line {_line(data, nul)}: a NUL byte, so this is no text file",
            hint='save the table as "CSV UTF-8"',
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}, line {_line(data, error.start)}: not UTF-8 (byte 0x{data[error.start]:02X})",
            hint='save it as "CSV UTF-8"',
        ) from None


def _line(data: bytes, place: int) -> int:
    before = data[:place]
    return before.count(b"\n") + before.replace(b"\r\n", b"").count(b"\r") + 1


def parse_table(
    name: str, text: str, required: tuple[str, ...], aliases: Mapping[str, str]
) -> Table:
    """The rows of a table; the first line that is not blank names the columns.

    >>> table = parse_table("x.csv", "B;a\\n1;2\\n", ("a", "b"), {})
    >>> table.columns, list(table.rows)
    (('b', 'a'), [Row(line=2, fields={'b': '1', 'a': '2'}, fault='')])
    """
    lines = io.StringIO(text, newline="")
    skipped = 0
    head = ""
    for line in lines:
        head = line
        skipped += 1
        if line.strip():
            break
    if not head.strip():
        raise InputError(f"{name}: the file is empty", hint=_columns_hint(required))
    # Which delimiter is in use is told by the header alone, since it has known names.
    headers = {mark: _names(head, mark, aliases) for mark in _DELIMITERS}
    mark = max(_DELIMITERS, key=lambda mark: len(set(headers[mark]) & set(required)))
    names = headers[mark]
    missing = [column for column in required if column not in names]
    if missing:
        found = ", ".join(name[:40] for name in names[:12] if name.isprintable())
        raise InputError(
            f"{name}, line {skipped}: the header lacks {', '.join(missing)} (it has: {found})",
            hint=_columns_hint(required),
        )
    twice = sorted({column for column in names if column and names.count(column) > 1})
    if twice:
        raise InputError(
            f"{name}, line {skipped}: the header has {', '.join(twice)} twice",
            hint="rename or remove one of them",
        )
    return Table(names, _rows(lines, names, mark, skipped))


def _columns_hint(required: tuple[str, ...]) -> str:
    return f"the first line must name at least the columns {','.join(required)}"


def _names(head: str, mark: str, aliases: Mapping[str, str]) -> tuple[str, ...]:
    try:
        row = next(csv.reader([head], delimiter=mark), [])
    except csv.Error:
        return ()
    names = (name.strip().lower() for name in row)
    return tuple(aliases.get(name, name) for name in names)


def _rows(lines: Iterator[str], names: tuple[str, ...], mark: str, skipped: int) -> Iterator[Row]:
    # Strict: else a quote that is never closed swallows the rest of the file unseen.
    reader = csv.reader(lines, delimiter=mark, strict=True)
    while True:
        line = skipped + reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, {}, _span(f"not readable as CSV: {error}", line, skipped, reader))
            continue
        if not any(value.strip() for value in row):
            continue
        if len(row) > len(names) and not any(value.strip() for value in row[len(names) :]):
            row = row[: len(names)]
        if len(row) != len(names):
            fault = f"{len(row)} fields where the header has {len(names)}"
            yield Row(line, {}, _span(fault, line, skipped, reader))
            continue
        yield Row(line, dict(zip(names, (value.strip() for value in row), strict=True)))


def _span(fault: str, line: int, skipped: int, reader: object) -> str:
    """The fault, and the lines that a quote which is not closed took along."""
    last = skipped + int(getattr(reader, "line_num", 0))
    return f"{fault} (the row runs to line {last})" if last > line else fault
