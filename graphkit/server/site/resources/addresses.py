"""Addresses: from an IRI to a place on this site, and from a request's path to IRIs."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, unquote, urlencode

import pyoxigraph as ox
from flask import request

from graphkit.server.site.app import Site, site
from graphkit.vocabulary import DEFAULT_BASE, NAMESPACE, ONTOLOGY_IRI, curie

Node = ox.NamedNode | ox.BlankNode

IN_A_PATH = "/:@!$&'()*+,;=-._~%"
"""What an address keeps as it is, `%` included: IRIs that hold escapes keep them."""


def absolute(path: str = "") -> str:
    """A local path (without a slash before it) as an address with a host."""
    return f"{site().base or request.root_url}{path}"


def local(path: str) -> str:
    """A local path (without a slash before it) as a link, under whatever path the site stands."""
    return f"{request.script_root}/{path}"


def local_path(iri: str) -> str | None:
    """Where this site answers for an IRI that is its own: without a slash before it.

    None for the IRIs of others, and for those whose form no path can have.
    """
    here = site()
    if iri == ONTOLOGY_IRI or iri.startswith(NAMESPACE):
        return f"ontology{iri[len(ONTOLOGY_IRI) :]}"
    path = here.dataset.local(iri)
    if path is None and iri.startswith(DEFAULT_BASE) and here.dataset.snapshot is not None:
        path = iri[len(DEFAULT_BASE) :]  # closed lists have the same IRIs under any base
        if path.startswith("id/"):
            return None
    if not path or "?" in path or "#" in path or ".." in path.split("/"):
        return None
    if path.startswith("id/") or not has_own_paths(here) or is_code(path):
        return quote(path, safe=IN_A_PATH)
    return None


def has_own_paths(here: Site) -> bool:
    """Whether the paths outside `id/` are the site's own: so it is with all snapshots."""
    return here.dataset.snapshot is not None


def is_code(path: str) -> bool:
    """Whether a path belongs to a closed list: `degree/partial`, `degree-scheme`."""
    return path in SCHEMES or path.partition("/")[0] in CODES


CODES = ("degree", "origin", "role", "place-kind", "topic-scheme", "rule")
"""Where codes of closed lists and rules stand, beside the things under `id/`."""
SCHEMES = ("degree-scheme", "origin-scheme", "role-scheme", "place-kind-scheme", "aspect-scheme")
"""The closed lists themselves."""


def described_at(node: Node) -> str:
    """The page that describes any node, in general: `resource?iri=…`."""
    text = node.value if isinstance(node, ox.NamedNode) else f"_:{node.value}"
    return f"resource?{urlencode({'iri': text})}"


def href(iri: str) -> str:
    """A link for an IRI: a page of this site, else the address itself, else nothing.

    Only `http` and `https` are linked to: data may hold any other scheme.
    """
    path = local_path(iri)
    if path is not None:
        return local(path)
    here = site()
    if has_own_paths(here):
        ontology = here.dataset.ontology
        if iri in ontology.properties or iri in ontology.classes:
            return local(f"ontology#{anchor(iri)}")
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return ""
    if next(here.dataset.store.quads(node), None) is not None:
        return local(described_at(node))
    if iri in here.dataset.store.names:
        return local(f"dumps#{quote(iri, safe=IN_A_PATH)}")
    return iri if iri.startswith(("http://", "https://")) else ""


def anchor(iri: str) -> str:
    """The anchor of a term on the ontology's page: `hasAspect`, `schema:startDate`."""
    return iri[len(NAMESPACE) :] if iri.startswith(NAMESPACE) else curie(iri)


def requested(path: str) -> Iterator[str]:
    """The IRIs that a request's path may mean, the likeliest first.

    WSGI gives paths unescaped, and `…/a%3Ab` and `…/a:b` are two IRIs. Where the server tells
    the path as it was sent, that comes first; then the path with every way of escaping it.
    """
    base = site().dataset.base
    kind, slash, key = path.removeprefix("id/").partition("/")
    whole = f"id/{kind}{slash}" if path.startswith("id/") else ""
    forms = (
        _as_sent(path),
        path,
        whole + quote(key, safe="-._~") if whole else path,
        quote(path, safe="/-._~"),
        quote(path, safe=IN_A_PATH.replace("%", "")),
    )
    for form in dict.fromkeys(forms):
        yield f"{base}{form}"


def _as_sent(path: str) -> str:
    """The path with the escapes that it was sent with, as far as the server tells them."""
    sent = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or ""
    tail = str(sent).partition("?")[0][len(quote(request.script_root)) + 1 :]
    return tail if unquote(tail) == path else path
