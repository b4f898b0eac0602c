"""Dumps: the data set for download, whole or one source at a time, and the page that lists them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

import msgspec
from flask import Response, make_response, render_template, request

from graphkit.rdf.catalogue import OWN_GRAPHS
from graphkit.server.site.answers import FILE_HEADER, KEEP_HEADER
from graphkit.server.site.app import site
from graphkit.server.site.dataset import Dataset
from graphkit.server.site.problems import Problem
from graphkit.server.site.resources import blueprint
from graphkit.server.site.resources.addresses import absolute, href, local
from graphkit.server.site.resources.dump_files import ALL, SUFFIXES, DumpFiles

DEFAULT = "default"
"""The name of the dump of a data set's default graph."""
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,150}").fullmatch
_FORMATS = {"nq": ("N-Quads", "application/n-quads"), "trig": ("TriG", "application/trig")}
GZIP = "application/gzip"


@dataclass(frozen=True, slots=True)
class File:
    """One file for download. `bytes` is None where the file is made when it is first asked for."""

    format: str
    href: str
    media_type: str = GZIP
    content_type: str = ""
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Dump:
    """One dump, in every form: of the whole (`graph` is empty) or of one named graph.

    `sha256`, `records` and `retrieved` are those of the source, as it was read.
    """

    name: str
    graph: str
    title: str
    files: tuple[File, ...]
    licence: str | None = None
    attribution: str | None = None
    publisher: str | None = None
    source: str | None = None
    retrieved: str | None = None
    records: int | None = None
    statements: int | None = None
    sha256: str | None = None
    licences: tuple[str, ...] = field(default=())


def names(dataset: Dataset) -> dict[str, str]:
    """Names of the dumps of single graphs, by the graphs' IRIs; no two are the same."""
    return _names(dataset.base, dataset.store.names, dataset.snapshot is None)


@lru_cache(maxsize=2)
def _names(base: str, graphs: frozenset[str], with_default: bool) -> dict[str, str]:
    found: dict[str, str] = {"": DEFAULT} if with_default else {}
    for graph in sorted(graphs):
        name = graph.removeprefix(f"{base}graph/")
        if not _SAFE(name) or name in (ALL, DEFAULT):
            name = f"graph-{hashlib.sha256(graph.encode()).hexdigest()[:16]}"
        found[graph] = name
    return found


def dumps() -> list[Dump]:
    """Every dump, the whole first, then the graphs by name."""
    dataset = site().dataset
    manifest = dataset.snapshot.manifest if dataset.snapshot else None
    sources = {entry.graph: entry for entry in manifest.sources} if manifest else {}
    licences = tuple(sorted({entry.licence for entry in sources.values() if entry.licence}))
    attributions = sorted({entry.attribution for entry in sources.values() if entry.attribution})
    found = [
        Dump(
            ALL,
            "",
            "Everything",
            _files(ALL, dataset.snapshot.quads.stat().st_size if dataset.snapshot else None),
            licences=licences,
            attribution=" ".join(attributions) or None,
            retrieved=manifest.created if manifest else None,
            statements=manifest.quads if manifest else None,
            sha256=manifest.quads_sha256 if manifest else None,
        )
    ]
    for graph, name in sorted(names(dataset).items(), key=lambda item: item[1]):
        entry = sources.get(graph)
        if entry is None:
            title = "The default graph" if not graph else OWN_GRAPHS.get(name, graph)
            found.append(Dump(name, graph, title, _files(name)))
            continue
        title = f"{entry.title or entry.format}: {entry.file}"
        found.append(
            Dump(
                name,
                graph,
                title,
                _files(name),
                licence=entry.licence,
                attribution=entry.attribution,
                publisher=entry.publisher,
                source=entry.address,
                retrieved=entry.retrieved,
                records=entry.records,
                sha256=entry.sha256,
                licences=(entry.licence,) if entry.licence else (),
            )
        )
    return found


def _files(name: str, size: int | None = None) -> tuple[File, ...]:
    return tuple(
        File(
            _FORMATS[suffix][0],
            local(f"dumps/{name}.{suffix}.gz"),
            content_type=_FORMATS[suffix][1],
            bytes=size if suffix == "nq" else None,
        )
        for suffix in SUFFIXES
    )


@blueprint.get("/dumps", strict_slashes=False)
def dumps_page() -> Response:
    """What can be downloaded, for people or as JSON."""
    kinds = ["text/html", "application/json"]
    best = request.accept_mimetypes.best_match(kinds, kinds[0])
    if best == "application/json":
        response = dumps_json()
    else:
        response = make_response(render_template("dumps.html", dumps=dumps(), href=href))
        response.headers["Link"] = f'<{local("dumps.json")}>; rel="alternate"; type="{kinds[1]}"'
    response.vary.add("Accept")
    return response


@blueprint.get("/dumps.json")
def dumps_json() -> Response:
    """What can be downloaded, for programs: addresses are absolute."""
    listed = [asdict(dump) for dump in dumps()]
    start = absolute()
    for dump in listed:
        for file in dump["files"]:
            file["href"] = f"{start}dumps/{file['href'].rpartition('/dumps/')[2]}"
    answer = {"dataset": site().dataset.name, "dumps": listed}
    data = msgspec.json.format(msgspec.json.encode(answer), indent=2) + b"\n"
    return Response(data, content_type="application/json")


@blueprint.get("/dumps/<name>.<suffix>.gz")
def dump(name: str, suffix: str) -> Response:
    """One dump as a file for download."""
    here = site()
    known = names(here.dataset)
    if suffix not in SUFFIXES or (name != ALL and name not in known.values()):
        raise Problem(404, f"there is no dump {name[:200]}.{suffix[:20]}.gz", "see /dumps")
    path = DumpFiles(here.dataset, here.spool, known).path(name, suffix)
    response = _file(path)
    response.headers["Content-Disposition"] = f'attachment; filename="{_name(name, suffix)}"'
    licence = _licence(known, name)
    if licence:
        response.headers["Link"] = f'<{licence}>; rel="license"'
    return response


def _name(name: str, suffix: str) -> str:
    """What the file is called on the disk of whoever downloads it."""
    start = "graphkit" if site().dataset.snapshot else "data"
    return f"{start}-{name}.{suffix}.gz"


def _licence(known: dict[str, str], name: str) -> str | None:
    snapshot = site().dataset.snapshot
    for entry in snapshot.manifest.sources if snapshot else ():
        if known.get(entry.graph) == name:
            return entry.licence
    return None


def _file(path: Path) -> Response:
    """An answer whose body the front reads from a file that stays."""
    response = Response(b"", content_type=GZIP)
    response.headers[FILE_HEADER] = str(path)
    response.headers[KEEP_HEADER] = "yes"
    return response
