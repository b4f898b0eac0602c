"""The changes as an Atom feed (RFC 4287), for readers of news."""

from __future__ import annotations

import html
from collections.abc import Iterator
from itertools import islice

from graphkit.changes.comparing import Comparison
from graphkit.changes.formats import html_fields
from graphkit.changes.prov import entity_key
from graphkit.changes.records import DEPARTMENTS, LINKS, QUESTIONS, Change
from graphkit.changes.telling import title
from graphkit.text import printable

MEDIA_TYPE = "application/atom+xml"
MOST = 500
"""Entries of a feed: readers take no more kindly to a thousand."""
SECTIONS = frozenset({QUESTIONS, DEPARTMENTS, LINKS})
"""What a feed tells; the rest is for `graphkit diff`."""


def atom(comparison: Comparison, limit: int | None = None, here: str = "") -> Iterator[str]:
    """A feed of what happened to questions, departments and links, in pieces of text.

    Entries come in the order of the report. At most `limit` are told, and the subtitle says
    what was left out. `here` is the feed's own address.
    """
    new = comparison.new.manifest
    feed = f"{comparison.pair.base}snapshot/{new.id}"
    total = sum(comparison.number(section) for section in SECTIONS)
    most = MOST if limit is None else limit
    about = f"From snapshot {comparison.old.manifest.id} to {new.id}."
    if comparison.narrowing.words:
        about += f" Only {comparison.narrowing.words}."
    if total > most:
        about += f" The first {most:,} of {total:,} changes."
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">\n'
    yield f"  <id>{_safe(comparison.pair.base)}changes</id>\n"
    yield f"  <title>What changed</title>\n  <subtitle>{_safe(about)}</subtitle>\n"
    yield f"  <updated>{_safe(new.created)}</updated>\n"
    yield "  <author><name>graphkit</name></author>\n"
    if here:
        yield f'  <link rel="self" type="{MEDIA_TYPE}" href="{_safe(here)}"/>\n'
    changes = (
        change
        for section, what, _ in comparison.groups()
        if section in SECTIONS
        for change in comparison.changes(section, what)
    )
    for change in islice(changes, most):
        yield from _entry(change, feed, comparison.pair.base, new.created)
    yield "</feed>\n"


def _entry(change: Change, feed: str, base: str, when: str) -> Iterator[str]:
    what = change.what.replace(" ", "-")
    yield f"  <entry>\n    <id>{_safe(f'{feed}#{entity_key(change, base)}/{what}')}</id>\n"
    yield f"    <title>{_safe(f'{change.section}, {change.what}: {title(change)}')}</title>\n"
    yield f"    <updated>{_safe(when)}</updated>\n"
    if change.thing:
        yield f'    <link href="{_safe(change.thing)}"/>\n'
    yield f'    <category term="{_safe(change.section)}"/>\n'
    yield f'    <content type="html">{_safe(html_fields(change) or "<p></p>")}</content>\n'
    yield "  </entry>\n"


def _safe(text: str) -> str:
    """Text in XML: escaped, and without the characters that XML does not have."""
    shown = "".join(c for c in printable(text) if c not in "\ufffe\uffff")
    return html.escape(shown)
