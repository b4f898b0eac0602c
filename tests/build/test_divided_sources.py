"""How records are divided into files, and in which order they stand, shows in no statement."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import ROOT

from graphkit.build.assembly import Assembly
from graphkit.build.harvest import catalogue
from graphkit.build.parts import PartWriter
from graphkit.build.reading import read_sources
from graphkit.gzipped import open_gzip
from graphkit.loaders.sources import find_sources
from graphkit.ontology import Ontology
from graphkit.progress import silent
from graphkit.rdf.writer import QuadWriter
from graphkit.vocabulary import DEFAULT_BASE

SAMPLE = ROOT / "graphkit" / "sample"
ONTOLOGY = Ontology.load()
GRAPHS = f"<{DEFAULT_BASE}graph/"


def statements(folder: Path, *sources: Path) -> set[str]:
    """What is said of things, without the names of graphs and what is said of those."""
    files = find_sources(map(str, sources)).sources
    work, keeping = folder / "work", folder / "keeping"
    harvest = read_sources(files, work, keeping=keeping, made_with="x")
    assembly = Assembly(
        harvest, ONTOLOGY, DEFAULT_BASE, silent, kept=None, keeping=keeping, work=work
    )
    with QuadWriter(folder / "quads.nq.gz", observe=None) as writer:
        parts = PartWriter(writer, None)
        assembly.write(parts, catalogue(harvest, DEFAULT_BASE))
        parts.finish()
    harvest.questions.close()
    harvest.projects.close()
    with open_gzip(folder / "quads.nq.gz") as stream:
        lines = stream.read().decode().splitlines()
    return {
        line.rpartition(f" {GRAPHS}")[0]
        for line in lines
        if not line.startswith(GRAPHS) and "/graph/catalogue> ." not in line
    }


def described_anew(line: str, chance: Random) -> dict[str, Any]:
    """A project whose organisations are written in one of several ways."""
    value = json.loads(line)
    composition = value["projectComposition"]
    places = [composition.get("leadResearchOrganisation"), *composition["organisationRoles"]]
    for one in filter(None, places):
        name = one["name"]
        one["name"] = chance.choice([name, name, name.upper(), f"The {name}", f"{name} Ltd"])
        one["website"] = chance.choice([None, "https://a.example", "https://b.example"])
        if one["address"] and chance.random() < 0.5:
            one["address"] |= {
                "line1": chance.choice(["1 Long Street", "2 Short Street", None]),
                "postCode": chance.choice([None, "LS2 9JT", "WC1E 6BT"]),
                "region": chance.choice(["London", "Scotland", one["address"]["region"]]),
            }
    return dict(value)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_division_of_projects_into_files_and_their_order_shows_in_no_statement(
    tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    lines = (SAMPLE / "gtr" / "projects.jsonl").read_text("utf-8").splitlines()
    records = [described_anew(line, chance) for line in lines]
    others = (SAMPLE / "organisations", SAMPLE / "ari")
    found = []
    for number, pages in enumerate((1, 7, len(records))):
        folder = tmp_path / str(number)
        (folder / "gtr").mkdir(parents=True)
        files: list[list[Any]] = [[] for _ in range(pages)]
        for record in chance.sample(records, len(records)):
            chance.choice(files).append(record)
        for name, some in zip(chance.sample(range(pages), pages), files, strict=True):
            body: Any = {"facetedSearchResultBean": {"results": some}}
            if some:
                (folder / "gtr" / f"{name:05d}.json").write_text(json.dumps(body), "utf-8")
        found.append(statements(folder, folder / "gtr", *others))
    assert len(found[0]) > 5_000
    assert found[0] == found[1] == found[2]
