"""The changes in the formats in which people and programs read them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from graphkit.changes.comparing import Comparison
from graphkit.changes.records import MOVED, SECTIONS, Change
from graphkit.changes.telling import as_text, field_lines, heading, plain, sign, title
from graphkit.changes.wording import Piece
from graphkit.snapshot import Snapshot
from graphkit.text import printable

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")
COLUMNS = (
    "section",
    "what",
    "thing",
    "name",
    "other",
    "other_name",
    "origin",
    "field",
    "old",
    "new",
)
NOTHING = "Nothing differs."
_STYLE = {
    "removed": ('<del style="color:#8a1c1c;background:#fbe9e7">', "</del>"),
    "added": ('<ins style="color:#1b5e20;background:#e8f5e9;text-decoration:none">', "</ins>"),
}


def _ends(comparison: Comparison) -> tuple[str, str]:
    return tuple(
        f"{one.manifest.id} (built {one.manifest.created})"
        for one in (comparison.old, comparison.new)
    )  # type: ignore[return-value]


def _counts(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """For each section, what happened how often, in a line."""
    for section in SECTIONS:
        told = [f"{count:,} {what}" for one, what, count in comparison.groups() if one == section]
        if told:
            yield section, ", ".join(told)


def text(comparison: Comparison, limit: int | None = None) -> Iterator[str]:
    """For a terminal."""
    old, new = _ends(comparison)
    yield f"from  {old}\nto    {new}\n"
    if comparison.narrowing.words:
        yield f"only  {printable(comparison.narrowing.words)}\n"
    yield "\n"
    if not comparison.differs:
        yield f"{NOTHING}\n"
        return
    for section, told in _counts(comparison):
        yield f"{section}: {told}\n"
    for what, count in sorted(comparison.unlisted.items()):
        yield f"not listed: {what} {count:,}\n"
    for group, changes in groups(comparison, limit):
        yield f"\n{group}\n"
        for change in changes:
            key = comparison.pair.key(change.thing)
            where = f"{key}  " if change.thing and not change.other else ""
            yield f"  {sign(change)} {where}{printable(title(change))}\n"
            if change.other:
                yield f"      {comparison.pair.key(change.other)} → {key}\n"
            for line in field_lines(change):
                yield f"      {printable(as_text(line))}\n"


def groups(comparison: Comparison, limit: int | None) -> Iterator[tuple[str, Iterator[Change]]]:
    """Each group's heading and changes; with `limit` the first ones, and the heading says so."""
    for section, what, count in comparison.groups():
        shown = heading(section, what, count)
        if limit is not None and count > limit:
            shown += f": the first {limit:,}"
        yield shown, islice(comparison.changes(section, what), limit)


def escaped(text_: str) -> str:
    """Text that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", printable(plain(text_)))


def markdown(comparison: Comparison, limit: int | None = None) -> Iterator[str]:
    """For a page or a message in Markdown: ~~removed~~ and **added** words."""
    old, new = _ends(comparison)
    yield f"# What changed\n\nFrom `{old}` to `{new}`.\n"
    if comparison.narrowing.words:
        yield f"\nOnly {escaped(comparison.narrowing.words)}.\n"
    if not comparison.differs:
        yield f"\n{NOTHING}\n"
        return
    yield "\n"
    for section, told in _counts(comparison):
        yield f"- {section}: {told}\n"
    for what, count in sorted(comparison.unlisted.items()):
        yield f"- not listed: {escaped(what)} {count:,}\n"
    for group, changes in groups(comparison, limit):
        yield f"\n## {group}\n\n"
        for change in changes:
            yield from markdown_item(change)


def markdown_item(change: Change) -> Iterator[str]:
    """One change as an entry of a list."""
    link = f" ([{_last(change.thing)}]({change.thing}))" if change.thing else ""
    yield f"- {escaped(title(change))}{link}\n"
    for line in field_lines(change):
        pieces = "".join(_markdown_piece(piece) for piece in line.pieces)
        yield f"  - {escaped(line.label)}: {' '.join(pieces.split())}\n"


def _last(iri: str) -> str:
    return escaped(iri.rpartition("/")[2])


def _markdown_piece(piece: Piece) -> str:
    safe = escaped(piece.text)
    space = " " if piece.text[:1].isspace() else ""
    mark = {"removed": "~~", "added": "**"}.get(piece.kind, "")
    return f"{space}{mark}{safe}{mark}" if safe else ""


def html_page(comparison: Comparison, limit: int | None = None) -> Iterator[str]:
    """A page that mail programs show too: no script, no style sheet, nothing fetched."""
    old, new = _ends(comparison)
    yield from html_frame_start("What changed")
    yield f"<p>From <code>{html.escape(old)}</code> to <code>{html.escape(new)}</code>."
    if comparison.narrowing.words:
        yield f" Only {html.escape(printable(comparison.narrowing.words))}."
    yield "</p>\n"
    if not comparison.differs:
        yield f"<p>{NOTHING}</p>\n"
    else:
        yield "<ul>\n"
        for section, told in _counts(comparison):
            yield f"<li>{section}: {told}</li>\n"
        for what, count in sorted(comparison.unlisted.items()):
            yield f"<li>not listed: {html.escape(what)} {count:,}</li>\n"
        yield "</ul>\n"
    for group, changes in groups(comparison, limit):
        yield f'<h2 style="font-size:17px">{html.escape(group)}</h2>\n<ul>\n'
        for change in changes:
            yield from html_item(change)
        yield "</ul>\n"
    yield HTML_END


def html_frame_start(title_: str) -> Iterator[str]:
    """The beginning of a page, up to its heading."""
    yield '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{html.escape(title_)}</title>\n</head>\n"
    yield '<body style="font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.45;'
    yield 'max-width:720px;margin:0 auto;padding:16px;color:#1a1a1a">\n'
    yield f'<h1 style="font-size:22px">{html.escape(title_)}</h1>\n'


HTML_END = "</body>\n</html>\n"


def html_item(change: Change) -> Iterator[str]:
    """One change as an entry of a list."""
    shown = html.escape(printable(title(change)))
    if change.thing.startswith(("https://", "http://")):
        shown = f'<a href="{html.escape(change.thing)}">{shown}</a>'
    yield f"<li>{shown}{html_fields(change)}</li>\n"


def html_fields(change: Change) -> str:
    """What its fields held and hold, as a list; empty where it has none."""
    told = "".join(
        f"<li>{html.escape(line.label)}: "
        f"{''.join(_html_piece(piece) for piece in line.pieces)}</li>"
        for line in field_lines(change)
    )
    return f"<ul>{told}</ul>" if told else ""


def _html_piece(piece: Piece) -> str:
    space = " " if piece.text[:1].isspace() else ""
    start, end = _STYLE.get(piece.kind, ("", ""))
    return f"{space}{start}{html.escape(printable(plain(piece.text)))}{end}"


def json_text(comparison: Comparison, limit: int | None = None) -> Iterator[str]:
    """One object: the two snapshots, counts, and every change with its fields before and after.

    With `limit` it holds the first changes of each group and says so; the counts are of all.
    """
    encode = msgspec.json.encode
    head: dict[str, Any] = {
        "from": _described(comparison.old),
        "to": _described(comparison.new),
        "only": comparison.narrowing.given,
        "counts": [
            {"section": section, "what": what, "count": count}
            for section, what, count in comparison.groups()
        ],
        "unlisted": dict(sorted(comparison.unlisted.items())),
    }
    if limit is not None:
        head["limit"] = limit
    opened = msgspec.json.format(encode(head)).decode().rstrip().removesuffix("}").rstrip()
    yield f'{opened},\n  "changes": ['
    separator = "\n    "
    for change in comparison.everything(limit):
        yield f"{separator}{encode(_flat(change)).decode()}"
        separator = ",\n    "
    yield "\n  ]\n}\n"


def ndjson(comparison: Comparison, limit: int | None = None) -> Iterator[str]:
    """A change a line; with `limit` the first ones of each group."""
    for change in comparison.everything(limit):
        yield f"{msgspec.json.encode(_flat(change)).decode()}\n"


def _described(snapshot: Snapshot) -> dict[str, str]:
    manifest = snapshot.manifest
    return {
        "snapshot": manifest.id,
        "created": manifest.created,
        "quads_sha256": manifest.quads_sha256,
    }


def _flat(change: Change) -> dict[str, Any]:
    found: dict[str, Any] = {"section": change.section, "what": change.what}
    for name in ("thing", "name", "other", "other_name", "origin"):
        if value := getattr(change, name):
            found[name] = value
    if change.what == MOVED:
        found["questions"] = change.fields[0].new
        return found
    found["fields"] = [
        {"field": one.field, "old": one.old, "new": one.new} for one in change.fields
    ]
    return found


def rows(comparison: Comparison, limit: int | None = None) -> Iterator[tuple[Any, ...]]:
    """Rows for tables: one for each field of each change, one for a change without fields."""
    for change in comparison.everything(limit):
        start = (
            change.section,
            change.what,
            change.thing,
            change.name,
            change.other,
            change.other_name,
            change.origin,
        )
        if not change.fields:
            yield (*start, None, None, None)
        for one in change.fields:
            yield (*start, one.field, one.old, one.new)
