"""What to say where nothing stands at a path: the things that may have been meant."""

from __future__ import annotations

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from graphkit.server.site.app import site
from graphkit.server.site.dataset import Dataset
from graphkit.server.site.resources.labels import kinds
from graphkit.vocabulary import expand

MANY = 5000
"""Things of a kind beyond which they are not all read to find one that looks alike."""
_NEAREST = 5
_NAMES = ("dct:identifier", "skos:notation", "gk:grantReference", "gk:acronym", "skos:altLabel")
"""Properties by whose values people may look for a thing."""


def suggestions(path: str) -> str:
    """A hint for a path under `id/` that leads nowhere; empty where there is nothing to say."""
    dataset = site().dataset
    if dataset.snapshot is None or not path.startswith("id/"):
        return ""
    kind, _, key = path.removeprefix("id/").partition("/")
    known_kinds = kinds(dataset.ontology)
    if kind not in known_kinds:
        near = process.extractOne(kind, sorted(known_kinds), scorer=fuzz.ratio, score_cutoff=60)
        known = f"there are {', '.join(f'id/{one}/…' for one in sorted(known_kinds))}"
        return f"did you mean id/{near[0]}/{key[:100]}? {known}" if near else known
    found = _named(dataset, kind, key) or _alike(dataset, known_kinds[kind].iri, kind, key)
    if not found:
        return f"search for the {kind.replace('-', ' ')} by its name"
    return f"nearest: {', '.join(found)}"


def _named(dataset: Dataset, kind: str, key: str) -> list[str]:
    """Things of the kind whose key is this in other capitals, or that go by it otherwise."""
    start = f"{dataset.base}id/{kind}/"
    found: list[str] = []
    for form in dict.fromkeys((key.lower(), key.upper(), key.strip())):
        try:
            node = ox.NamedNode(f"{start}{form}")
        except ValueError:
            continue
        if next(dataset.store.quads(node), None) is not None:
            found.append(node.value)
    for short in _NAMES:
        for form in dict.fromkeys((key, key.upper())):
            literal = ox.Literal(form.replace("\x00", ""))
            found.extend(dataset.store.subjects(expand(short), literal))
    local = [dataset.local(iri) or "" for iri in dict.fromkeys(found) if iri.startswith(start)]
    return sorted(f"/{path}" for path in local)[:_NEAREST]


def _alike(dataset: Dataset, class_iri: str, kind: str, key: str) -> list[str]:
    """Things of the kind whose keys look like this one, if there are not too many to read."""
    query = f"SELECT ?thing WHERE {{ ?thing a ?_class }} LIMIT {MANY + 1}"
    rows = list(dataset.store.select(query, {"_class": ox.NamedNode(class_iri)}))
    if len(rows) > MANY:
        return []
    start = f"{dataset.base}id/{kind}/"
    keys = {row["thing"].value.removeprefix(start) for row in rows}
    near = process.extract(
        key[:200], sorted(keys), scorer=fuzz.WRatio, limit=_NEAREST, score_cutoff=60
    )
    return [f"/id/{kind}/{name}" for name, _, _ in near]
