"""One HTML file with everything inside: style, script, data. It never asks anybody for anything."""

from __future__ import annotations

import base64
import hashlib
import html
import zlib
from collections.abc import Iterable, Sequence
from string import Template
from typing import Any, BinaryIO

import msgspec

from graphkit.subgraph import Subgraph
from graphkit.view.columns import picture
from graphkit.view.drawn import drawn
from graphkit.view.facts import Facts
from graphkit.view.scripts import script, static
from graphkit.view.sources import Source
from graphkit.view.wording import Words, day, one_line

MAX_NODES, MAX_LINKS = 10_000, 50_000
"""As much as a page shows smoothly: measured by `scripts/bench/view`."""


def write_page(
    subgraph: Subgraph,
    out: BinaryIO,
    *,
    title: str = "",
    max_nodes: int = MAX_NODES,
    max_links: int = MAX_LINKS,
) -> list[str]:
    """Write a selection as a page to look at; gives back in words what the page leaves out.

    The page is one HTML file (UTF-8) with the layout finished. The same selection gives the
    same bytes. `title` is the heading; without one the selection in words is.
    """
    words = Words(subgraph.schema)
    chosen = drawn(subgraph, words, max_nodes, max_links)
    facts = Facts(subgraph, chosen, words)
    fact_part, shortened = facts.part()
    left_out = [*chosen.left_out, *shortened]
    selection = one_line(subgraph.selection.words)
    heading = one_line(title) or selection[:1].upper() + selection[1:]
    drawing = picture(subgraph, chosen, words)
    style, code = static("page.css"), script()
    drawing["title"] = heading
    drawing["credit"] = _credit(subgraph, facts.sources)
    page = Template(static("page.html")).substitute(
        title=html.escape(heading),
        policy=_policy(style, code),
        style=style,
        script=code,
        words=html.escape(selection),
        counts=html.escape(f"{len(chosen.nodes):,} things, {len(chosen.links):,} links"),
        left_out=_left_out([*subgraph.cuts, *left_out]),
        about=_about(subgraph, facts.sources),
        picture=_packed(drawing),
        facts=_packed(fact_part),
    )
    out.write(page.encode())
    return left_out


def _packed(part: dict[str, Any]) -> str:
    """A part as base64 of deflated JSON: no character of it means anything to HTML."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(msgspec.json.encode(part)) + packer.flush()
    return base64.b64encode(data).decode()


def _policy(style: str, code: str) -> str:
    """A content security policy that lets in the page's own script and style, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(code)}'",
            f"style-src '{_digest(style)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _left_out(words: Sequence[str]) -> str:
    """What is not on the page, above the picture, where nobody overlooks it."""
    if not words:
        return ""
    items = "".join(f"<li>{html.escape(_sentence(one))}</li>" for one in words)
    return f'<section class="left-out" aria-label="Left out"><ul>{items}</ul></section>'


def _sentence(words: str) -> str:
    text = one_line(words)
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def _about(subgraph: Subgraph, sources: Iterable[Source]) -> str:
    """Where the data come from and under which licences: the foot of the page."""
    manifest = subgraph.snapshot.manifest
    rows = [
        ("Selection", html.escape(one_line(subgraph.selection.words))),
        *(("Understood", html.escape(_sentence(one))) for one in subgraph.remarks),
        *(("Measure", html.escape(_sentence(one))) for one in subgraph.projected),
        ("Snapshot", f"{_code(manifest.id)}, made {html.escape(day(manifest.created))}"),
        ("Statements", f"{manifest.quads:,}, SHA-256 {_code(manifest.quads_sha256)}"),
        ("Made by", f"graphkit {html.escape(manifest.graphkit)}"),
    ]
    terms = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows)
    items = "".join(f"<li>{_source(one)}</li>" for one in sources)
    return f"<dl>{terms}</dl><h3>Sources</h3><ul>{items}</ul>"


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def _source(one: Source) -> str:
    parts = [_anchor(one.address, one.title)]
    if one.publisher:
        parts.append(html.escape(one.publisher))
    if one.licence_name:
        parts.append(_anchor(one.licence, one.licence_name))
    if one.retrieved:
        parts.append(f"retrieved {html.escape(one.retrieved)}")
    text = "; ".join(parts)
    return f"{text}. {html.escape(one.attribution)}" if one.attribution else text


def _anchor(address: str, text: str) -> str:
    """A link, where the address is one of the web."""
    if not address.lower().startswith(("http://", "https://")):
        return html.escape(text)
    return f'<a href="{html.escape(address)}" rel="noreferrer">{html.escape(text)}</a>'


def _credit(subgraph: Subgraph, sources: Iterable[Source]) -> str:
    """One line for pictures that leave the page."""
    licences = dict.fromkeys(one.licence_name for one in sources if one.licence_name)
    named = f" Sources under {', '.join(licences)}." if licences else ""
    return f"graphkit, snapshot {subgraph.snapshot.manifest.id}.{named}"
