"""The survey of a whole graph, kept beside it: a snapshot does not change, nor what is in it."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec

from graphkit import __version__
from graphkit.export.survey import Columns, Survey, survey
from graphkit.subgraph.subgraph import Subgraph

FILE = "survey.msgpack"


def survey_of(subgraph: Subgraph) -> Survey:
    """The survey of a subgraph; that of the whole graph is looked at once in a snapshot's life."""
    if not subgraph.is_whole:
        return survey(subgraph)
    path = subgraph.graph.path.with_name(FILE)
    made_from = f"{__version__} {subgraph.graph.digest}"
    found = _read(path, made_from)
    if found is None:
        found = survey(subgraph)
        _keep(path, made_from, found)
    return found


def _read(path: Path, made_from: str) -> Survey | None:
    """What was kept; None where there is nothing, or something of another make."""
    with suppress(OSError, msgspec.MsgspecError, TypeError, ValueError, KeyError):
        kept = msgspec.msgpack.decode(path.read_bytes())
        if kept.pop("made_from") == made_from:
            for name in ("nodes", "relationships"):
                kept[name] = _columns(kept[name])
            for name in ("node_counts", "relationship_counts"):
                kept[name] = Counter(kept[name])
            kept["patterns"] = Counter({tuple(ends): count for ends, count in kept["patterns"]})
            kept["sources"] = set(kept["sources"])
            return Survey(**kept)
    return None


def _columns(kept: dict[str, dict[str, dict[str, int]]]) -> Columns:
    return {
        label: {key: Counter(kinds) for key, kinds in by_key.items()}
        for label, by_key in kept.items()
    }


def _keep(path: Path, made_from: str, found: Survey) -> None:
    """Keep it, where that is allowed; the file appears whole or not at all."""
    told: dict[str, Any] = {one.name: getattr(found, one.name) for one in fields(found)}
    told["patterns"] = [(list(ends), count) for ends, count in found.patterns.items()]
    told["sources"] = sorted(found.sources)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    with suppress(OSError):
        try:
            partial.write_bytes(msgspec.msgpack.encode({**told, "made_from": made_from}))
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
