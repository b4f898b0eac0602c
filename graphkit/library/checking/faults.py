"""Where a query file is at fault, and what is wrong there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from graphkit.errors import GraphkitError

_SECTION = re.compile(r" ?(\w+):")
_ENTRY = re.compile(r"\s{2,}['\"]?([\w-]+)['\"]?\s*:")
_MOST = 300
"""How much of somebody else's message is repeated: parsers list all that they expected."""


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of a query file; they sort by file and line.

    >>> print(Fault(Path("queries/a.rq"), 12, "a", "LIMIT cuts the answer"))
    queries/a.rq:12: LIMIT cuts the answer
    """

    path: Path
    line: int
    query: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"

    @property
    def file(self) -> str:
        """The path as one would type it here: from the current folder, if it is below that."""
        here = Path.cwd()
        path = self.path.relative_to(here) if self.path.is_relative_to(here) else self.path
        return path.as_posix()


@dataclass(frozen=True)
class QueryFile:
    """One file of a query: its header's lines begin with `mark`.

    >>> file = QueryFile("a", Path("a.rq"), "#+", "#+ columns:\\n#+   name: {}\\nSELECT ?name {}")
    >>> file.line_of("columns", "name"), file.line_of("order"), file.first_line
    (2, 1, 3)
    """

    query: str
    path: Path
    mark: str
    text: str

    @property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self.text.splitlines()

    @property
    def first_line(self) -> int:
        """The first line behind the header; 1 where there is nothing behind it."""
        numbered = enumerate(self.lines, 1)
        return next((n for n, one in numbered if one and not one.startswith(self.mark)), 1)

    def fault(self, line: int, message: str) -> Fault:
        """A fault in this file."""
        return Fault(self.path, line, self.query, " ".join(message.split()))

    def line_of(self, section: str, name: str = "") -> int:
        """The line of a field of the header, or of an entry in it; 1 where neither is found."""
        found, within = 1, ""
        for number, line in enumerate(self.lines, 1):
            if not line.startswith(self.mark):
                continue
            content = line[len(self.mark) :]
            if opened := _SECTION.match(content):
                within = opened[1]
                if within == section:
                    found = number
            elif within == section and (entry := _ENTRY.match(content)) and entry[1] == name:
                return number
        return found

    def line_with(self, section: str, entry: str) -> int:
        """The line of a field of the header that is an entry of its list; the field's own if none.

        An entry may be quoted.
        """
        first = self.line_of(section)
        for number, line in enumerate(self.lines[first:], first + 1):
            content = line[len(self.mark) :]
            if not line.startswith(self.mark) or _SECTION.match(content):
                break
            written = content.strip().removeprefix("-").strip(" '\"")
            if written.split() == entry.split():
                return number
        return first

    def refused(self, error: GraphkitError, line: int = 1) -> Fault:
        """The fault that an error tells of; its line is the one that the error names, if any."""
        words = str(error)
        if own := re.match(rf"{re.escape(str(self.path))}:(?:(\d+):)?\s*", words):
            words = words[own.end() :]
            return self.fault(self._line_named(words) or int(own[1] or line), words)
        return self.fault(named_line(words) or line, shortened(words))

    def _line_named(self, words: str) -> int:
        """The line of what an error of the header is about, if its words tell; else 0."""
        if entry := re.match(r"(parameter|column) (\w+) ", words):
            return self.line_of(f"{entry[1]}s", entry[2])
        field = re.search(r"unknown field `(\w+)`", words)
        numbered = enumerate(self.lines, 1)
        return next((n for n, one in numbered if field and f"{field[1]}:" in one), 0)


def named_line(words: str) -> int | None:
    """The line that a parser's message names.

    >>> named_line("error at 3:16: expected a term"), named_line("x (line 7, column 1)")
    (3, 7)
    """
    found = re.search(r"\bat (\d+):\d+|\bline (\d+)", words)
    return int(found[1] or found[2]) if found else None


def shortened(words: str) -> str:
    """A parser's message on one line, without its sets of characters, cut where it is very long.

    >>> shortened("error at 1:38: expected one of IF, The SELECT contains a variable, ['0'..='9']")
    'error at 1:38: The SELECT contains a variable'
    """
    line = " ".join(re.sub(r"(?:, )?\[[^\]]*\]", "", words).split())
    if sentence := re.search(r"\bexpected .*?\b(The [A-Z]+ [a-z][^,]*)", line):
        line = line[: sentence.start()] + sentence[1]
    return line if len(line) <= _MOST else f"{line[:_MOST].rstrip()} …"
