"""What `scripts/neo4j` does with its arguments."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path

from connection import Connection
from home import Home
from installation import Installation
from problems import Problem, say
from prompt import prompt

ROOT = Path(__file__).resolve().parent.parent.parent
VERSION = os.environ.get("NEO4J_VERSION") or "5.26.31"  # the one place where it is pinned

DESCRIPTION = f"""\
A real Neo4j {VERSION} (Community) on 127.0.0.1, for tests and trials.

  up      get Neo4j from Maven's registry (the first time), start it, wait until it answers
  down    stop it
  status  say whether it runs, and where
  env     print what a shell needs: eval "$(scripts/neo4j env)"
  shell   ask it in Cypher; reads statements from standard input when that is no terminal
  admin   run neo4j-admin on its data, for example: scripts/neo4j admin database info"""

NOTES = """\
Needs Java 17 or later and, the first time, Maven and its registry. Data, logs, settings and the
random password are in the home folder; delete it, when the server is down, to begin anew.
Neo4j 2025 and later (NEO4J_VERSION=2026.09.0 scripts/neo4j up) need Java 21. JAVA_HOME chooses
a Java.

Where NEO4J_URI is set (with NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE), env, status and
shell use that server and up does nothing, unless --home is given.

exit codes: 0 done, or running; 1 not running, or it failed; 2 wrong usage; 3 Java, Maven or the
registry is missing (admin: those of neo4j-admin)"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    home = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    home.add_argument("--home", type=Path, metavar="DIR", help="a server with data of its own")
    top = argparse.ArgumentParser(
        prog="scripts/neo4j",
        description=DESCRIPTION,
        epilog=NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[home],
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    up = verbs.add_parser("up", parents=[home], description="Start the server if it is down.")
    up.add_argument("--heap", metavar="SIZE", help="memory for Java (default: 1g)")
    up.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="KEY=VALUE",
        help="a line of neo4j.conf, for this start",
    )
    up.add_argument(
        "--java-option",
        action="append",
        default=[],
        dest="java_options",
        metavar="OPTION",
        help="for this start; to be written --java-option=-XX:…",
    )
    for verb in ("down", "status", "env", "shell"):
        verbs.add_parser(verb, parents=[home])
    verbs.add_parser("admin", parents=[home], add_help=False)
    return top


def up(home: Home, given: Connection | None, options: argparse.Namespace) -> int:
    if given:
        say(f"NEO4J_URI is set: {given.uri} is used, nothing was started.")
        say(f"To have a server of this repository's own: unset {' '.join(Connection.VARIABLES)}")
        return 0
    settings = {}
    for line in options.settings:
        key, equals, value = line.partition("=")
        if not (key and equals):
            raise Problem(f"--set takes KEY=VALUE, as in neo4j.conf (given: {line})", code=2)
        settings[key.strip()] = value.strip()
    java_options = [f"-Xmx{options.heap}"] if options.heap else []
    return home.up(settings, [*java_options, *options.java_options])


def status(home: Home, given: Connection | None) -> int:
    connection = given or home.connection()
    if connection is None:
        print(f"Neo4j is not running (data in {home.folder}).")
        return 1
    where = "NEO4J_URI is set" if given else f"pid {home.pid()}, data in {home.folder}"
    fault = connection.fault()
    if fault:
        print(f"Neo4j does not answer at {connection.uri} ({where}): {fault}")
        return 1
    print(f"Neo4j {connection.version()} is running at {connection.uri} ({where}).")
    return 0


def main(words: list[str]) -> int:
    """Run one verb; gives the exit code."""
    rest: list[str] = []
    if "admin" in words:  # what follows it, --help and all, is for neo4j-admin
        cut = words.index("admin") + 1
        words, rest = words[:cut], words[cut:]
    options = parser().parse_args(words)
    installation = Installation(ROOT / ".neo4j" / VERSION, VERSION)
    home = Home(getattr(options, "home", installation.folder / "home").absolute(), installation)
    given = Connection.from_environment()
    # A shell that evaluated `env` of this very server still means this server.
    if given and ("home" in options or given.uri == home.uri()):
        given = None
    if options.verb == "up":
        return up(home, given, options)
    if options.verb == "down":
        return home.down()
    if options.verb == "status":
        return status(home, given)
    if options.verb == "admin":
        return home.admin(rest)
    connection = given or home.connection()
    if connection is None:
        raise Problem(
            f"Neo4j is not running (data in {home.folder}). To start it: scripts/neo4j up"
        )
    if options.verb == "shell":
        return prompt(connection)
    for name, value in connection.variables().items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        say(str(problem))
        sys.exit(problem.code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stdout = None
        sys.exit(1)
