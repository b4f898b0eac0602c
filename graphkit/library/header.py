"""What a query file says of itself: the comment lines at its top, which are YAML.

In SPARQL these lines begin with `#+`, in Cypher with `//+`, so that the file stays
valid as it is. The twins of a query say the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from graphkit.errors import UsageError
from graphkit.names import TYPES

SPARQL_MARK, CYPHER_MARK = "#+", "//+"
COLUMN_TYPES = TYPES | {"code"}
RESERVED = frozenset({"name", "engine", "limit"})
"""Names that parameters cannot have: `Library.run` takes them for itself."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One parameter. `default` null means that it may be left out; without default it is needed."""

    type: str
    summary: str
    example: str | None = None
    default: str | msgspec.UnsetType | None = msgspec.UNSET

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is msgspec.UNSET

    @property
    def shown_default(self) -> str:
        """What holds where no value is given, for people."""
        if self.required:
            return "needed"
        return str(self.default) if self.default is not None else "may be left out"


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column: what its values are, in which unit; `many` where a cell holds a list of them."""

    meaning: str
    type: str = "text"
    unit: str = ""
    many: bool = False

    @property
    def shown_type(self) -> str:
        """The type of its values, for people."""
        return f"{self.type}, several" if self.many else self.type


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a query file says of itself.

    `order` are columns by which the rows are sorted, with `-` before those that fall.
    `network` names two columns whose values are the ends of an edge. `heavy` is the
    reason why a query may take seconds on a large graph. `ask` are sentences that mean
    this query, with `{parameter}` where a value stands.
    """

    summary: str
    columns: dict[str, Column]
    description: str = ""
    parameters: dict[str, Parameter] = {}
    order: list[str] = []
    ask: list[str] = []
    tags: list[str] = []
    network: list[str] = []
    heavy: str = ""

    @property
    def units(self) -> dict[str, str]:
        """Units by column, where values have one."""
        return {name: column.unit for name, column in self.columns.items() if column.unit}

    def examples(self) -> dict[str, str]:
        """Values that show what the query does: those of its file, and those of its page."""
        return {
            key: parameter.example
            for key, parameter in self.parameters.items()
            if parameter.example is not None
        }


def header_of(text: str, mark: str, path: Path) -> Header:
    """The header of a query file. Raises UsageError with file and line for one that is wrong."""
    import yaml

    lines = text.splitlines()
    block = "\n".join(  # other lines stay as empty ones, so that errors name the right line
        line[len(mark) :].removeprefix(" ") if line.startswith(mark) else "" for line in lines
    ).rstrip()
    if not block.strip():
        raise UsageError(f"{path}:1: no header", hint=f"its first lines begin with {mark}")
    try:
        loaded = yaml.load(block, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        header = msgspec.convert(loaded, Header)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{path}:{line}: the header is no YAML: {error.problem}") from None
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}:1: the header cannot be read: {error}") from None
    for fault, word in _faults(header):
        raise UsageError(f"{path}:{line_with(lines, mark, word)}: {fault}")
    return header


def line_with(lines: list[str], mark: str, word: str) -> int:
    """The number of the header's line in which a word first stands; 1 where none does."""
    numbered = enumerate(lines, 1)
    return next((n for n, line in numbered if line.startswith(mark) and word in line), 1)


def _faults(header: Header) -> Any:
    for name, parameter in header.parameters.items():
        if parameter.type not in TYPES:
            known = ", ".join(sorted(TYPES))
            yield f"parameter {name} has no known type: {parameter.type}; known: {known}", name
        if name in RESERVED or not name.isidentifier():
            yield f"a parameter cannot be called {name}", name
    for name, column in header.columns.items():
        if column.type not in COLUMN_TYPES:
            known = ", ".join(sorted(COLUMN_TYPES))
            yield f"column {name} has no known type: {column.type}; known: {known}", name
    for name in [*header.network, *(one.removeprefix("-") for one in header.order)]:
        if name not in header.columns:
            yield f"{name} is no column", name
    if header.network and len(header.network) != 2:
        yield "a network has two columns, one for each end of an edge", "network"
