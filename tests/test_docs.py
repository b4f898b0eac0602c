"""What the documents show is what happens.

Blocks fenced as `console` are run: each line that begins with `$ ` is a command
(`graphkit` and what it is piped into), the lines after it are what it prints,
on both streams. `…` stands for any text in a line; alone on a line, for any
lines. A command with nothing after it is only run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from neo4j_server import Neo4jServer

from graphkit.build.pipeline import build, sample_folder
from graphkit.cli import COMMANDS
from graphkit.loaders.registry import LOADERS

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("decisions/*.md"),
    ]
)
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CYPHER = re.compile(r"^```cypher\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?://|#)([^)\s#]+)[^)]*\)")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def examples(page: Path) -> list[tuple[str, list[str]]]:
    """Commands of a page with the lines that each should print."""
    found: list[tuple[str, list[str]]] = []
    for block in _CONSOLE.findall(page.read_text("utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                assert found, f"{page}: a console block begins with a command"
                found[-1][1].append(line.rstrip())
    return found


def fits(expected: list[str], printed: list[str]) -> bool:
    """Whether what was printed is what is shown."""
    pattern = ""
    for line in expected:
        if line == "…":
            pattern += "(?:.*\n)*"
        else:
            pattern += ".*".join(re.escape(part) for part in line.split("…")) + "\n"
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed)) is not None


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment in which `graphkit` is the one under test, and the sample is built."""
    program = tmp_path / "bin" / "graphkit"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m graphkit "$@"\n')
    program.chmod(0o755)
    build(tmp_path / "work" / "graph", [str(sample_folder())])
    environment = {name: value for name, value in os.environ.items() if name != "GRAPHKIT_GRAPH"}
    paths = (str(ROOT), os.environ.get("PYTHONPATH", ""))
    return environment | {
        "GRAPHKIT_CACHE": str(tmp_path / "cache"),
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }


NEEDS_SERVER = ROOT / "docs" / "neo4j.md"
SHOWING = [page for page in PAGES if examples(page) and page != NEEDS_SERVER]


@pytest.mark.parametrize("page", SHOWING, ids=name_of)
def test_the_examples_of_a_page_print_what_it_shows(
    page: Path, shell: dict[str, str], tmp_path: Path
) -> None:
    check_examples(page, shell, tmp_path)


def test_the_page_on_neo4j_shows_what_happens_and_each_of_its_queries_finds_something(
    shell: dict[str, str], tmp_path: Path, empty_neo4j: Neo4jServer
) -> None:
    check_examples(NEEDS_SERVER, shell | empty_neo4j.environment, tmp_path)
    queries = _CYPHER.findall(NEEDS_SERVER.read_text("utf-8"))
    assert len(queries) >= 10
    assert [query for query in queries if not empty_neo4j.run(query)] == []


def check_examples(page: Path, shell: dict[str, str], tmp_path: Path) -> None:
    for command, expected in examples(page):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path / "work",
            env=shell,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        printed = done.stdout.splitlines()
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        assert not expected or fits(expected, printed), f"{command}\n{done.stdout}"


def test_the_readme_shows_how_to_build_and_how_to_ask() -> None:
    commands = [command for command, expected in examples(ROOT / "README.md") if expected]
    assert any(command.startswith("graphkit build --sample") for command in commands)
    assert any(command.startswith("graphkit query") for command in commands)


def test_a_shown_output_that_differs_does_not_fit() -> None:
    assert fits(["a … c", "…", "end"], ["a b c  ", "x", "y", "end"])
    assert not fits(["a"], ["a", "b"])
    assert not fits(["a.c"], ["abc"])


@cache
def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    broken = [
        link for link in _LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("script", ["make-command-docs", "make-data-model-docs"])
def test_generated_pages_are_up_to_date(script: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / script), "--check"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_every_command_is_documented() -> None:
    missing = [
        name for name in COMMANDS if f"### graphkit {name}" not in text_of("docs/commands.md")
    ]
    assert missing == []


def test_every_format_is_documented() -> None:
    missing = [
        loader.name for loader in LOADERS if f"`{loader.name}`" not in text_of("docs/sources.md")
    ]
    assert missing == []


def test_the_precedence_of_every_format_is_documented_as_it_is() -> None:
    rows = dict(
        re.findall(r"^\| `([a-z0-9-]+)` \| (\d+) \|", text_of("docs/sources.md"), re.MULTILINE)
    )
    assert rows == {loader.name: str(loader.precedence) for loader in LOADERS}


def test_every_dependency_is_listed_with_its_licence() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    stated = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = {re.split(r"[\s<>=!~;\[]", entry)[0] for entry in stated} - {project["name"]}
    rows = re.findall(
        r"^\| ([a-z].*?) \|.*\| \S.* \|$", text_of("docs/dependencies.md"), re.MULTILINE
    )
    assert names - {name for row in rows for name in row.split(", ")} == set()


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in (ROOT / "decisions").glob("*.md"))
    assert [name[:5] for name in names] == [f"{number:04d}-" for number in range(1, len(names) + 1)]


def test_decisions_that_the_program_refers_to_exist() -> None:
    there = {path.name[:4] for path in (ROOT / "decisions").glob("*.md")}
    sources = [*ROOT.glob("graphkit/**/*.py"), *ROOT.glob("docs/*.md")]
    named = {
        number
        for path in sources
        for number in re.findall(r"decisions/(\d{4})", path.read_text("utf-8"))
    }
    assert named <= there
