"""The formats in which changes are written, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from graphkit.changes import formats
from graphkit.changes.atom import atom
from graphkit.changes.comparing import Comparison
from graphkit.changes.patch import rdf_patch, sparql_update
from graphkit.changes.prov import prov_turtle

TOLD: dict[str, Callable[[Comparison, int | None], Iterator[str]]] = {
    "text": formats.text,
    "markdown": formats.markdown,
    "html": formats.html_page,
    "json": formats.json_text,
    "ndjson": formats.ndjson,
    "atom": atom,
    "prov": lambda comparison, _: prov_turtle(comparison),
}
"""Formats of the changes, by name."""
PATCHES: dict[str, Callable[..., Iterator[str]]] = {
    "update": sparql_update,
    "patch": rdf_patch,
}
"""Formats of the difference of all statements, by name."""
BY_EXTENSION = {
    "txt": "text", "md": "markdown", "markdown": "markdown", "html": "html", "htm": "html",
    "json": "json", "ndjson": "ndjson", "jsonl": "ndjson", "csv": "csv", "tsv": "tsv",
    "atom": "atom", "ttl": "prov", "ru": "update", "rq": "update", "rdfp": "patch",
}  # fmt: skip
