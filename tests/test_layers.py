"""Imports run downwards only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "graphkit"

# From the top down. A module may import what stands further down, and what is in its own
# folder. What stands on one line knows nothing of its neighbours.
LAYERS = (
    ("__main__",),
    ("cli",),
    ("server",),
    ("plots", "view"),
    ("changes", "export", "health", "provenance"),
    ("subgraph",),
    ("around",),
    ("library",),
    ("embedded", "fetching", "linking", "neo4j", "publishing"),
    ("build",),
    ("search",),
    ("figures", "graph_files", "names", "property_graph", "validation"),
    ("store",),
    ("query_safety",),
    ("query_errors",),
    ("rdf",),
    ("identity", "loaders", "relevance"),
    (
        "binding",
        "json_ld",
        "layout",
        "ontology",
        "palette",
        "remote_servers",
        "snapshot",
        "spill",
        "tabular",
        "uk_areas",
    ),
    ("vocabulary",),
    (
        "batching",
        "collector",
        "delta",
        "errors",
        "gzipped",
        "licences",
        "model",
        "progress",
        "text",
    ),
    ("",),  # graphkit itself: the version
)
RANKS = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


def part_of(module: str) -> str:
    """The folder or module right under `graphkit`."""
    return module.partition(".")[2].partition(".")[0]


def imports(path: Path) -> list[tuple[int, str]]:
    """Line and name of every module of graphkit that a file imports, wherever in it."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: a relative import"
            names = [node.module or ""]
            if node.module == "graphkit":
                names = [f"graphkit.{alias.name}" for alias in node.names]
                names = ["graphkit" if name == "graphkit.__version__" else name for name in names]
        else:
            continue
        found += [(node.lineno, name) for name in names if name.split(".")[0] == "graphkit"]
    return found


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def breaches(path: Path) -> list[str]:
    """Imports in a file that do not run downwards."""
    relative = path.relative_to(PACKAGE)
    own = "" if relative.name == "__init__.py" and len(relative.parts) == 1 else relative.parts[0]
    own = own.removesuffix(".py")
    return [
        f"{relative}:{line} imports {name}"
        for line, name in imports(path)
        if part_of(name) != own and RANKS[part_of(name)] <= RANKS[own]
    ]


def test_every_module_has_its_layer() -> None:
    present = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in modules()}
    assert present - {"__init__"} <= RANKS.keys()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_downwards_only(path: Path) -> None:
    assert breaches(path) == []


def test_an_import_that_runs_upwards_is_seen_inside_a_function_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    (tmp_path / "store.py").write_text(
        "from graphkit.errors import UsageError\n"
        "def late():\n    from graphkit.cli import run\n    import graphkit.names\n",
        encoding="utf-8",
    )
    found = breaches(tmp_path / "store.py")
    assert found == ["store.py:3 imports graphkit.cli", "store.py:4 imports graphkit.names"]


def test_the_table_of_layers_names_each_part_once() -> None:
    assert len(RANKS) == sum(len(layer) for layer in LAYERS)
