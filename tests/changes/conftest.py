"""Two snapshots of the sample: as it is, and as it might be some weeks later."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import Graph

from graphkit.build.pipeline import Options, build, sample_folder
from graphkit.changes import choose
from graphkit.snapshot import Snapshot

NEW_QUESTION = "Which <b>new</b> towns grow, & why? *Really*"


def later(folder: Path) -> None:
    """Change the files of the sample, one thing of each kind."""
    path = folder / "ari" / "questions.json"
    answer = json.loads(path.read_text("utf-8"))
    questions: dict[int, dict[str, Any]] = {one["questionId"]: one for one in answer["data"]}
    questions[9000412]["isArchived"] = True
    questions[9000414]["question"] = questions[9000414]["question"].replace("the associated", "any")
    questions[9000915]["department"] = "MHCLG"
    questions[9000404]["pageViewCount"] = 12
    questions[9001019]["topics"] = ["Food safety"]
    listed = questions[16604]["relatedUKRIProjects"]
    questions[9001726]["relatedUKRIProjects"] = [listed[0]]
    gone = questions.pop(9001936)
    questions[77] = gone | {
        "questionId": 77,
        "question": NEW_QUESTION,
        "url": "https://ari.org.uk/aris/77",
        "department": "Department for Transport",
        "novelField": 1,
    }
    answer["data"] = list(questions.values())
    path.write_text(json.dumps(answer), "utf-8")

    page = folder / "ari" / "page-16604.txt"
    text = page.read_text("utf-8").replace(
        "The research partially answers the question by", "The research fully answers it by", 1
    )
    page.write_text(text, "utf-8")

    path = folder / "gtr" / "projects.jsonl"
    lines = path.read_text("utf-8").splitlines()
    record = json.loads(lines[3])
    record["projectComposition"]["project"]["title"] += " renewed"
    lines[3] = json.dumps(record)
    record["projectComposition"]["project"]["id"] = "0A1B2C3D-0000-4000-8000-000000000001"
    record["projectComposition"]["project"]["title"] = "Otters in towns"
    lines[10] = json.dumps(record)
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """A graph of two snapshots, made from files that changed in between."""
    root = tmp_path_factory.mktemp("changes")
    sources = root / "sources"
    shutil.copytree(sample_folder(), sources)
    build(root / "graph", [str(sources)])
    later(sources)
    time.sleep(1.1)  # ids of snapshots tell seconds
    build(root / "graph", [str(sources)], Options(keep=5))
    return Graph(root / "graph")


@pytest.fixture(scope="session")
def old(two: Graph) -> Snapshot:
    """The snapshot before."""
    return choose(two.folder, "previous")


@pytest.fixture(scope="session")
def new(two: Graph) -> Snapshot:
    """The snapshot after."""
    return two.snapshot
