"""What stands in a folder that was fetched, for tests to look at."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from conftest import Graph

BASE = "https://w3id.org/graphkit/"


def files(folder: Path) -> dict[str, bytes]:
    """What a build would read, by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name != "sources.json"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """The manifest's entries by file."""
    entries = json.loads((folder / "sources.json").read_bytes())["sources"]
    return {entry["file"]: entry for entry in entries}


def triples(graph: Graph) -> set[str]:
    """What is said of things, without the names of graphs and what is said of those."""
    return {
        re.sub(f"<{BASE}graph/[^>]*>", "<>", line.rpartition(" <")[0])
        for line in graph.lines
        if not line.endswith(f"<{BASE}graph/catalogue> .")
    }
