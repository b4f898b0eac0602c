"""A letter on what is new: questions near a portfolio, and links of its projects and questions."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from graphkit.changes.comparing import Comparison
from graphkit.changes.formats import HTML_END, escaped, html_frame_start
from graphkit.changes.portfolio import Near, Portfolio
from graphkit.changes.records import (
    ADDED,
    ARCHIVED,
    CHANGED,
    DEGREE,
    GAINED,
    GONE,
    LINKS,
    QUESTIONS,
    REOPENED,
    RETURNED,
    REWORDED,
    WITHDRAWN,
    Change,
)
from graphkit.changes.telling import as_text, field_lines, plain, shown
from graphkit.text import printable

_CAME = (ADDED, RETURNED, REOPENED)
_OTHERWISE = (REWORDED, ARCHIVED, WITHDRAWN, GONE, CHANGED)
_ASKED_BY = "asked_by"


class Item(NamedTuple):
    """One entry: what it is about, its address, and lines on it."""

    title: str
    address: str
    lines: tuple[str, ...]


class Part(NamedTuple):
    """A heading with its entries."""

    heading: str
    items: list[Item]


class Digest(NamedTuple):
    """The letter before a format dresses it. `rest` tells what it leaves out."""

    title: str
    about: str
    parts: list[Part]
    rest: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not any(part.items for part in self.parts)


def digest(comparison: Comparison, portfolio: Portfolio) -> Digest:
    """What is new near a portfolio; of everything, where the portfolio names nothing."""
    near = portfolio.prepare(comparison.pair)
    old, new = comparison.old.manifest, comparison.new.manifest
    title = "What is new near your portfolio" if near.narrow else "What is new"
    came = "New questions near your portfolio" if near.narrow else "New questions"
    parts = [Part(came, []), Part("Questions that changed", [])]
    left_out = 0
    for part, kinds in zip(parts, (_CAME, _OTHERWISE), strict=True):
        for what in kinds:
            for change in comparison.changes(QUESTIONS, what):
                if what == CHANGED and not _asked_anew(change):
                    continue
                reasons = near.question(change.thing)
                if near.narrow and not reasons:
                    left_out += 1
                    continue
                part.items.append(_question(change, reasons))
    parts += _links(comparison, near)
    words = f" Portfolio: {portfolio.words}." if near.narrow else ""
    about = (
        f"What changed between {old.created[:10]} and {new.created[:10]} "
        f"(snapshots {old.id} and {new.id}).{words}"
    )
    rest = f"Questions that came or changed elsewhere: {left_out:,}." if left_out else ""
    return Digest(title, about, [part for part in parts if part.items], rest)


def _asked_anew(change: Change) -> bool:
    """Whether another department asks the question now: of all small changes, this one is told."""
    return any(one.field == _ASKED_BY for one in change.fields)


def _question(change: Change, reasons: Sequence[str]) -> Item:
    lines = [] if change.what in (ADDED, CHANGED) else [change.what]
    lines += reasons
    passed = {ARCHIVED} | ({"asked by"} if reasons and change.what == ADDED else set())
    for line in field_lines(change):
        if line.label not in passed and (change.what != CHANGED or line.label == "asked by"):
            lines.append(as_text(line))
    return Item(plain(change.name), change.thing, tuple(lines))


def _links(comparison: Comparison, near: Near) -> Iterator[Part]:
    """Links gained, of one's own projects and to one's own questions, and degrees that changed."""
    projects = Part("New links of your projects" if near.narrow else "New links", [])
    questions = Part("New projects for your questions", [])
    judged = Part("Links whose degree changed", [])
    for what, usual in ((GAINED, projects), (DEGREE, judged)):
        for change in comparison.changes(LINKS, what):
            owner = near.project(change.other)
            if owner or not near.narrow:
                usual.items.append(_link(change, owner))
            elif near.asks(change.thing):
                (questions if what == GAINED else judged).items.append(_link(change, ""))
    yield from (projects, questions, judged)


def _link(change: Change, owner: str) -> Item:
    lines = [f"speaks to: {plain(change.name)}"]
    if owner:
        lines.append(f"project of {owner}")
    told = [change.origin]
    told += [
        f"{one.field} {shown(one.new)}" + (f", was {shown(one.old)}" if one.old is not None else "")
        for one in change.fields
    ]
    lines.append("; ".join(part for part in told if part))
    return Item(plain(change.other_name), change.other, tuple(lines))


def as_plain_text(letter: Digest) -> Iterator[str]:
    """For a terminal, or a message without markup."""
    yield f"{printable(letter.title)}\n\n{printable(letter.about)}\n"
    for part in letter.parts:
        yield f"\n{part.heading} ({len(part.items):,})\n"
        for item in part.items:
            yield f"  * {printable(item.title)}\n    {printable(item.address)}\n"
            for line in item.lines:
                yield f"    {printable(line)}\n"
    if letter.is_empty:
        yield "\nNothing is new.\n"
    if letter.rest:
        yield f"\n{letter.rest}\n"


def as_markdown(letter: Digest) -> Iterator[str]:
    """As Markdown."""
    yield f"# {escaped(letter.title)}\n\n{escaped(letter.about)}\n"
    for part in letter.parts:
        yield f"\n## {part.heading} ({len(part.items):,})\n\n"
        for item in part.items:
            yield f"- [{escaped(item.title)}]({item.address})\n"
            for line in item.lines:
                yield f"  - {escaped(line)}\n"
    if letter.is_empty:
        yield "\nNothing is new.\n"
    if letter.rest:
        yield f"\n{letter.rest}\n"


def as_html(letter: Digest) -> Iterator[str]:
    """As a page that mail programs show: styles inside, no script, nothing fetched."""
    yield from html_frame_start(letter.title)
    yield f"<p>{html.escape(printable(letter.about))}</p>\n"
    for part in letter.parts:
        yield f'<h2 style="font-size:17px">{part.heading} ({len(part.items):,})</h2>\n<ul>\n'
        for item in part.items:
            title = html.escape(printable(item.title))
            yield f'<li><a href="{html.escape(item.address)}">{title}</a>'
            for line in item.lines:
                words = html.escape(printable(line))
                yield f'<br><span style="color:#555">{words}</span>'
            yield "</li>\n"
        yield "</ul>\n"
    if letter.is_empty:
        yield "<p>Nothing is new.</p>\n"
    if letter.rest:
        yield f"<p>{letter.rest}</p>\n"
    yield HTML_END


LETTERS: dict[str, Callable[[Digest], Iterator[str]]] = {
    "text": as_plain_text,
    "markdown": as_markdown,
    "html": as_html,
}
"""The formats of a letter, by name."""
