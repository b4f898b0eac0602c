"""The projects that questions name: from files of questions, or from a built graph."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from graphkit.errors import InputError
from graphkit.loaders.gtr_values import guid
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import open_stream
from graphkit.loaders.sources import find_sources
from graphkit.model import ResearchQuestion
from graphkit.snapshot import Snapshot
from graphkit.store import GraphStore
from graphkit.vocabulary import PREFIXES

_QUESTIONS = ("ari-api", "ari-page")
_NAMED = """
SELECT DISTINCT ?project ?reference WHERE {
  ?assessment gk:assessesProject ?project ; gk:origin ?origin .
  FILTER(STRSTARTS(STR(?origin), "published") || CONTAINS(STR(?origin), "/published"))
  OPTIONAL { ?project gk:grantReference ?reference }
}"""


@dataclass(frozen=True, order=True)
class NamedProject:
    """A project by its GtR id in capitals and its grant reference; one of them may be empty."""

    key: str = ""
    reference: str = ""


def in_files(arguments: Iterable[str]) -> list[NamedProject]:
    """The projects that questions in files and folders name, sorted, each once.

    Raises InputError where no question is found, or none names a project.
    """
    names = list(arguments)
    found: dict[str, NamedProject] = {}
    questions = 0
    for source in find_sources(names).sources:
        if source.loader.name not in _QUESTIONS:
            continue
        with closing(source.open()) as raw:
            intake = Intake(source.name)
            stream = open_stream(raw, intake)
            for record in source.loader.load(stream, intake):
                if not isinstance(record, ResearchQuestion):
                    continue
                questions += 1
                for mention in record.projects:
                    _add(found, guid(mention.key) or "", mention.reference or "")
    where = ", ".join(names)[:200]
    if not questions:
        raise InputError(
            f"{where}: no question was found", hint="name a folder that `graphkit fetch ari` filled"
        )
    return _sorted(found, where)


def in_graph(graph: Path) -> list[NamedProject]:
    """The projects that the questions of the graph in use name, sorted, each once.

    Raises SnapshotError without a graph, InputError where no question names a project.
    """
    store = GraphStore(Snapshot.current(graph).store)
    found: dict[str, NamedProject] = {}
    for row in store.run(_NAMED, prefixes=PREFIXES):
        project, reference = row["project"], row["reference"]
        key = guid(project.value.rpartition("/")[2]) if project is not None else None
        _add(found, key or "", reference.value if reference is not None else "")
    return _sorted(found, str(graph))


def _add(found: dict[str, NamedProject], key: str, reference: str) -> None:
    name = key or reference
    if name and (name not in found or not found[name].reference):
        found[name] = NamedProject(key, reference)


def _sorted(found: dict[str, NamedProject], where: str) -> list[NamedProject]:
    if not found:
        raise InputError(f"{where}: the questions name no project")
    return sorted(found.values())
