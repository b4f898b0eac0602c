"""A folder with one small query that has no faults, and ways to put some into it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from graphkit.library import QueryFolder
from graphkit.library.checking import check_files, read_queries
from graphkit.ontology import Ontology

HEADER = """\
summary: Projects of a degree, and who pays for them
parameters:
  degree: {type: degree, example: partial, summary: how far}
  place: {type: place, default: null, example: Sheffield, summary: where}
  least: {type: integer, default: "1", example: "1", summary: how many there must be}
columns:
  project: {type: project, meaning: the project}
  title: {meaning: its title}
  funder: {many: true, meaning: who pays}
  questions: {type: integer, meaning: how many it speaks to}
order: [-questions, title, project]
ask:
  - projects {degree} in {place}
  - projects {degree}
tags: [projects]
"""
# The header has lines 1 to 15, so that the text begins with line 16.
SPARQL = """\
PREFIX gk: <https://w3id.org/graphkit/ontology#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?project ?title
  (GROUP_CONCAT(DISTINCT ?name; separator="\\n") AS ?funder) ?questions
WHERE {
  {
    SELECT ?project (COUNT(DISTINCT ?question) AS ?questions) WHERE {
      VALUES ?_degree { <https://w3id.org/graphkit/degree/partial> }
      ?assessment gk:degree ?_degree ; gk:assessesProject ?project ;
        gk:assessesQuestion ?question .
      FILTER(!BOUND(?_place) || EXISTS { ?project gk:locatedIn ?_place })
    }
    GROUP BY ?project
  }
  VALUES ?_least { 1 }
  FILTER(?questions >= ?_least)
  ?project dct:title ?title .
  OPTIONAL { ?project gk:fundedBy ?payer . ?payer skos:prefLabel ?name }
}
GROUP BY ?project ?title ?questions
ORDER BY DESC(?questions) ?title ?project
"""
CYPHER = """\
MATCH (s:Assessment {degree: $degree})-[:ASSESSES_PROJECT]->(p:Project)
MATCH (s)-[:ASSESSES_QUESTION]->(q:ResearchQuestion)
WHERE $place IS NULL OR EXISTS { (p)-[:LOCATED_IN]->(:Place {id: $place}) }
WITH p, count(DISTINCT q) AS questions
WHERE questions >= $least
OPTIONAL MATCH (p)-[:FUNDED_BY]->(f)
WITH p, questions, collect(DISTINCT f.name) AS funder
RETURN p.iri AS project, p.title AS title, funder, questions
ORDER BY questions DESC, title, project
"""


def files_of(name: str = "small", header: str = HEADER) -> dict[str, str]:
    """The two files of the query, by name."""
    return {
        f"{name}.rq": "".join(f"#+ {line}\n" for line in header.splitlines()) + SPARQL,
        f"{name}.cypher": "".join(f"//+ {line}\n" for line in header.splitlines()) + CYPHER,
    }


def changed(where: str, old: str, new: str) -> dict[str, str]:
    """The files with a text exchanged in one of them (`rq`, `cypher`) or in `both`."""
    files = files_of()
    for name, text in files.items():
        if where in ("both", name.rpartition(".")[2]):
            assert old in text
            files[name] = text.replace(old, new)
    return files


def write(folder: Path, files: Mapping[str, str | bytes]) -> QueryFolder:
    """A folder of query files."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        content = text if isinstance(text, bytes) else text.encode()
        (folder / name).write_bytes(content)
    return QueryFolder(folder)


def faults(folder: Path, files: Mapping[str, str | bytes]) -> list[str]:
    """What a check finds in these files, without the folder: `small.rq:12: …`."""
    found = check_files(read_queries(write(folder, files)), Ontology.load())
    return [f"{one.path.name}:{one.line}: {one.message}" for one in found]
