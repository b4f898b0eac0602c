"""The wheel and the source archive hold everything, and the wheel works anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOT_SHIPPED = {"__pycache__", ".mypy_cache", ".ruff_cache"}
HEADLINE = [
    *("query", "projects-addressing-aspect", "-p", "aspect=capacity"),
    *("-p", "place=West Midlands", "-p", "degree=partial", "--format", "ndjson"),
]


def files_under(folder: str) -> set[str]:
    """Files of a folder of the repository, by their path in it."""
    top = ROOT / folder
    paths = (path.relative_to(top) for path in top.rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if NOT_SHIPPED.isdisjoint(path.parts)}


def package_files() -> set[str]:
    """Everything that a wheel should hold, by its path there."""
    return (
        {f"graphkit/{name}" for name in files_under("graphkit")}
        | {f"graphkit/ontology_files/{name}" for name in files_under("ontology")}
        | {f"graphkit/query_files/{name}" for name in files_under("queries")}
    )


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive."""
    pytest.importorskip("hatchling", reason="hatchling is not installed (extra: dev)")
    folder = tmp_path_factory.mktemp("archives")
    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


@pytest.fixture(scope="module")
def unpacked(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, put where Python finds it: graphkit is pure Python."""
    folder = tmp_path_factory.mktemp("site")
    [wheel] = archives.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_no_file_of_the_package_is_hidden_from_version_control() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    paths = [*package_paths(), ROOT / "ontology", ROOT / "queries"]
    answer = subprocess.run(
        ["git", "check-ignore", *map(str, paths)], cwd=ROOT, capture_output=True, text=True
    )
    assert answer.stdout.split() == []


def package_paths() -> list[Path]:
    return [ROOT / "graphkit" / name for name in sorted(files_under("graphkit"))]


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(archives: Path) -> None:
    [wheel] = archives.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        info = {name.partition(".dist-info/")[2] for name in archive.namelist()} - {""}
    assert names == package_files()
    assert {"licenses/LICENSE", "entry_points.txt", "METADATA"} <= info


def test_the_source_archive_holds_all_that_building_and_testing_needs(archives: Path) -> None:
    [source] = archives.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    folders = ("decisions", "docs", "graphkit", "ontology", "queries", "scripts", "tests")
    expected = {f"{folder}/{name}" for folder in folders for name in files_under(folder)}
    assert expected - names == set()
    assert {"pyproject.toml", "LICENSE", "README.md", "CHANGELOG.md"} <= names
    assert not [name for name in names if name.startswith((".git/", ".venv", "demo-graph"))]


def test_the_wheel_works_from_an_empty_folder(unpacked: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "GRAPHKIT_GRAPH"}
    environment["PYTHONPATH"] = str(unpacked)

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "graphkit", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [sys.executable, "-P", "-c", "import graphkit; print(graphkit.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert where.stdout.startswith(str(unpacked))
    run("build", "--sample")
    assert "West Midlands Innovation Programme phase 2" in run(*HEADLINE)
    assert [path.name for path in tmp_path.iterdir()] == ["graph"]


def test_the_version_is_stated_once() -> None:
    from graphkit import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
