"""A small place to type Cypher, and to pipe it into."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import neo4j
from connection import Connection
from neo4j.exceptions import DriverError, Neo4jError
from problems import say

# What may hold a semicolon that ends nothing, then one that ends a statement.
_PIECE = re.compile(
    r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|//[^\n]*|/\*.*?\*/|(?P<end>;)|.""", re.DOTALL
)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def statements(text: str) -> tuple[list[str], str]:
    """The statements that end in a semicolon, and what comes after the last of them."""
    found, begun = [], 0
    for piece in _PIECE.finditer(text):
        if piece["end"]:
            found.append(text[begun : piece.start()].strip())
            begun = piece.end()
    return [statement for statement in found if statement], text[begun:]


def shown(value: Any) -> str:
    """A value in one line: text as it is, everything else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text.replace("\t", "\\t").replace("\n", "\\n")


def run(session: neo4j.Session, statement: str) -> None:
    """Print what a statement answers as lines of tab-separated values, the names first."""
    result = session.run(statement)
    if result.keys():
        print(*result.keys(), sep="\t")
    for record in result:
        print(*map(shown, record.data().values()), sep="\t")
    sys.stdout.flush()


def typed() -> Iterator[str]:
    """The statements that someone types, until the end of input or `exit`."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 (edits the line that is typed)
    kept = ""
    while True:
        try:
            line = input("     > " if kept.strip() else "neo4j> ")
        except EOFError:
            return
        except KeyboardInterrupt:
            kept = ""
            print()
            continue
        if not kept.strip() and line.strip().strip(":;").lower() in ("exit", "quit"):
            return
        complete, kept = statements(f"{kept}{line}\n")
        yield from complete


def piped() -> Iterator[str]:
    """The statements on standard input; the last one needs no semicolon."""
    complete, rest = statements(sys.stdin.read())
    yield from complete
    if _COMMENT.sub("", rest).strip():
        yield rest.strip()


def prompt(connection: Connection) -> int:
    """Run statements. A fault ends what is piped; who types goes on."""
    interactive = sys.stdin.isatty()
    if interactive:
        say(f"{connection.uri}, database {connection.database}. End a statement with ; and the")
        say("shell with exit or Ctrl-D.")
    with connection.driver() as driver, driver.session(database=connection.database) as session:
        for statement in typed() if interactive else piped():
            try:
                run(session, statement)
            except (DriverError, Neo4jError) as error:
                say(str(error))
                if not interactive:
                    return 1
            except KeyboardInterrupt:
                say("Interrupted.")
    return 0
