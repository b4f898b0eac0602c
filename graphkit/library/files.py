"""The query files: `NAME.rq` and `NAME.cypher`, twins that answer one question."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from graphkit.errors import UsageError
from graphkit.library.header import CYPHER_MARK, SPARQL_MARK, Header, header_of

SPARQL_SUFFIX, CYPHER_SUFFIX = ".rq", ".cypher"


@dataclass(frozen=True)
class NamedQuery:
    """A query of the library: its header and its two texts."""

    name: str
    folder: Path

    @property
    def sparql_path(self) -> Path:
        """The SPARQL file."""
        return self.folder / f"{self.name}{SPARQL_SUFFIX}"

    @property
    def cypher_path(self) -> Path:
        """The Cypher file."""
        return self.folder / f"{self.name}{CYPHER_SUFFIX}"

    @cached_property
    def header(self) -> Header:
        """What the query says of itself, as the SPARQL file has it."""
        return header_of(self.sparql, SPARQL_MARK, self.sparql_path)

    @cached_property
    def cypher_header(self) -> Header:
        """The same as the Cypher file has it."""
        return header_of(self.cypher, CYPHER_MARK, self.cypher_path)

    @cached_property
    def sparql(self) -> str:
        """The SPARQL text, with its header."""
        return _read(self.sparql_path)

    @cached_property
    def cypher(self) -> str:
        """The Cypher text, with its header."""
        return _read(self.cypher_path)


def command_of(name: str, values: Mapping[str, str]) -> str:
    """The command that runs a query with values, for a shell.

    >>> command_of("grants-of", {"place": "West Midlands"})
    "graphkit query grants-of -p place='West Midlands'"
    """
    pairs = [f"-p {key}={shlex.quote(value)}" for key, value in values.items()]
    return " ".join([f"graphkit query {name}", *pairs])


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path}: cannot be read: it is not UTF-8 text") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {(error.strerror or '').lower()}") from None


def query_folder() -> Path:
    """The query files that graphkit ships with: in the package, else in the repository."""
    packaged = Path(__file__).parents[1] / "query_files"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "queries"


class QueryFolder:
    """All named queries of a folder, by default those that graphkit ships with.

    >>> folder = QueryFolder()
    >>> "projects-addressing-aspect" in folder.names()
    True
    >>> folder.get("projects-addressing-aspect").header.parameters["aspect"].type
    'aspect'
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or query_folder()
        if not self.folder.is_dir():
            raise UsageError(f"{self.folder}: no such folder of queries")
        self._read: dict[str, NamedQuery] = {}

    def names(self) -> list[str]:
        """Names of all queries, sorted; a file without its twin counts."""
        return sorted(
            {
                path.stem
                for suffix in (SPARQL_SUFFIX, CYPHER_SUFFIX)
                for path in self.folder.glob(f"*{suffix}")
            }
        )

    def get(self, name: str) -> NamedQuery:
        """A query by name, read once. Raises UsageError with the nearest names."""
        if name in self._read:
            return self._read[name]
        if name not in self.names():
            near = difflib.get_close_matches(name, self.names(), 3, 0.4)
            hint = f"nearest: {', '.join(near)}" if near else "see `graphkit queries`"
            raise UsageError(f"no such query: {name}", hint=hint)
        return self._query(name)

    def all(self) -> list[NamedQuery]:
        """All queries, by name."""
        return [self._query(name) for name in self.names()]

    def _query(self, name: str) -> NamedQuery:
        return self._read.setdefault(name, NamedQuery(name, self.folder))
