"""The command line: one file for each command, loaded only when it is used."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from graphkit import __version__
from graphkit.cli.options import Settings
from graphkit.errors import GraphkitError
from graphkit.text import printable

COMMANDS = {
    "fetch": "Harvest what the sources publish into files that build reads.",
    "build": "Build a graph from files, folders and globs.",
    "link": "Compute which projects speak to which questions.",
    "match": "The projects that speak to a question of your own.",
    "evaluate": "Measure computed links against judged pairs.",
    "info": "What is in the graph, and what was left open.",
    "show": "One thing with everything around it.",
    "why": "Where a statement comes from: source, file, fetch, rule.",
    "search": "Questions and projects by their words.",
    "query": "Run a named query.",
    "ask": "Run the named query that a sentence means.",
    "queries": "The named queries, and what each takes.",
    "sparql": "Run a SPARQL query of your own.",
    "cypher": "Run a Cypher query of your own, without a server.",
    "export": "A part of the graph as a file: GraphML, CSV, RDF …",
    "view": "Write a network page: one HTML file to look at.",
    "plot": "Draw a picture: network, map, timeline, flows.",
    "serve": "Serve the graph on the web: SPARQL, linked data, an explorer.",
    "publish": "Publish the graph to a SPARQL store.",
    "neo4j": "Keep a Neo4j database in step with the graph.",
    "diff": "What changed from one snapshot to another.",
    "watch": "What is new since the last look, for a line of cron.",
    "doctor": "How good the data are: drift, gaps, duplicates, age.",
    "rejects": "What a build refused, and why.",
    "validate": "Check the graph against its shapes.",
    "cite": "How the data are to be cited: snapshot, sources, licences.",
    "completion": "Print the completion script for your shell.",
}


class _Commands(click.Group):
    """Finds a command's module when it is called: a query must not wait for the rest."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"graphkit.cli.{name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            ctx.fail(f"no such command: {args[0]}{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: graphkit build --sample, then graphkit info",
)
@click.option(
    "--graph",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="GRAPHKIT_GRAPH",
    default=Path("graph"),
    show_default=True,
    show_envvar=True,
    help="Folder of the graph; may also stand after the command.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="graphkit", message="%(prog)s %(version)s")
@click.pass_context
def root(context: click.Context, graph: Path, debug: bool) -> None:
    """Which funded research speaks to which question of government.

    graphkit reads questions and projects as they are published, works out who
    and where everything is, and answers from the graph that this gives.
    """
    context.obj = Settings(graph=graph, debug=debug)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; leaves with the exit code of the contract."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code: 0 done, 1 faults, 2 usage, 3 unreachable."""
    debug = "--debug" in (sys.argv[1:] if arguments is None else arguments)
    try:
        result: Any = root.main(args=arguments, prog_name="graphkit", standalone_mode=False)
    except GraphkitError as error:
        if debug:
            raise
        _say(str(error))
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("stopped")
        return 130
    except SystemExit:
        # So click ends for completion, and where the reader has gone, as `head` does.
        if "_GRAPHKIT_COMPLETE" in os.environ:
            raise
        return 0
    except OSError as error:
        if debug:
            raise
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror or error}")
        return 2
    except Exception as error:
        if isinstance(error.__context__, KeyboardInterrupt):  # cut off in the middle of something
            _say("stopped")
            return 130
        if debug:
            raise
        _say(f"this should not have happened: {type(error).__name__}: {error}; --debug shows where")
        return 2
    return result if isinstance(result, int) else 0


def _say(message: str) -> None:
    text = " ".join(message.split())
    click.echo(f"graphkit: {printable(text)}", err=True)
