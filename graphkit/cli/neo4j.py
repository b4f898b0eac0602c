"""`graphkit neo4j`."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graphkit.cli.neo4j_report import BASIS, listed, plan_text, table, verify_text
from graphkit.cli.options import ProgressLine, Settings, graph_option, note, opened
from graphkit.errors import SnapshotError, UsageError

if TYPE_CHECKING:
    from graphkit.neo4j.connection import Connection
    from graphkit.neo4j.marker import Marker
    from graphkit.property_graph.graph import PropertyGraph
    from graphkit.snapshot import Snapshot

F = TypeVar("F", bound=Callable[..., Any])
Arguments = dict[str, Any]


def connection_options(command: F) -> F:
    """Where the server is; the password comes from the environment or a file only."""
    for option in (
        click.option(
            "--config",
            type=click.Path(dir_okay=False, path_type=Path),
            help="TOML file with uri, username, password or password_file, database.",
        ),
        click.option("--database", help="Name of the database.  [env: NEO4J_DATABASE]"),
        click.option("--username", help="User name.  [env: NEO4J_USERNAME]"),
        click.option("--uri", help="Address, as bolt://host:7687.  [env: NEO4J_URI]"),
    ):
        command = option(command)
    return command


def report_options(shown: int, meaning: str) -> Callable[[F], F]:
    """How much is shown, by default so many things, and for whom."""

    def with_options(command: F) -> F:
        command = click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json"]),
            default="text",
            show_default=True,
            help="text is for people, json for programs.",
        )(command)
        return click.option(
            "--samples",
            type=click.IntRange(min=0),
            default=shown,
            show_default=True,
            help=meaning,
        )(command)

    return with_options


@click.group("neo4j")
@graph_option
def command() -> None:
    """Keep a Neo4j database in step with the graph.

    The server is named by --uri or NEO4J_URI, the login by NEO4J_USERNAME and
    NEO4J_PASSWORD, or all of it by a config file (--config, GRAPHKIT_NEO4J_CONFIG,
    or neo4j.toml in graphkit's folder of your settings). Passwords are never
    given on the command line.

    \b
    Example:
      export NEO4J_URI=bolt://127.0.0.1:7687 NEO4J_PASSWORD=…
      graphkit neo4j sync
    """


@contextmanager
def _connected(arguments: Arguments) -> Iterator[Connection]:
    from graphkit.neo4j.connection import connect, read_settings

    settings = read_settings(
        arguments.pop("uri"),
        arguments.pop("username"),
        arguments.pop("database"),
        config=arguments.pop("config"),
    )
    for remark in settings.notes:
        note(remark)
    with connect(settings) as connection:
        yield connection


@contextmanager
def _projected(settings: Settings) -> Iterator[tuple[Snapshot, PropertyGraph]]:
    from graphkit.property_graph.graph import PropertyGraph
    from graphkit.snapshot import Snapshot

    snapshot = Snapshot.current(settings.graph)
    with _progress() as progress, PropertyGraph.of(snapshot, progress) as graph:
        try:
            yield snapshot, graph
        except sqlite3.DatabaseError as error:
            if "full" in str(error):
                raise UsageError(f"{tempfile.gettempdir()}: {error}", hint="make room") from None
            raise SnapshotError(
                f"{graph.path}: is damaged: {error}", hint="delete it, and it is made again"
            ) from None


@contextmanager
def _progress() -> Iterator[ProgressLine]:
    line = ProgressLine()
    try:
        yield line
    finally:
        line.clear()


@command.command("plan")
@click.option("--full", is_flag=True, help="Compare everything, whatever the last sync noted.")
@report_options(5, "Things shown of each kind of change, property by property.")
@click.option("-o", "--output", default="-", help="File to write; - is standard output.")
@connection_options
@graph_option
@click.pass_obj
def plan_command(
    settings: Settings, /, full: bool, samples: int, form: str, output: str, **server: Any
) -> None:
    """Show what a sync would create, change and delete; writes nothing.

    \b
    Example:
      graphkit neo4j plan --samples 3
    """
    from graphkit.neo4j.reading import Reader
    from graphkit.neo4j.schema import items_for, missing_items
    from graphkit.neo4j.sync import planned
    from graphkit.neo4j.verify import differences

    with _connected(server) as connection, _projected(settings) as (snapshot, graph):
        missing = missing_items(connection, items_for(graph))
        with (
            _progress() as progress,
            planned(connection, graph, settings.graph, full=full, progress=progress) as plan,
        ):
            progress.clear()
            reader = Reader(connection, graph.schema)
            shown = list(differences(plan, reader, samples))
            report = {
                "snapshot": snapshot.manifest.id,
                "server": connection.settings.address,
                "database": connection.database,
                "basis": plan.basis,
                "schema": [item.statement for item in missing],
                "nodes": table(plan.totals().nodes),
                "relationships": table(plan.totals().relationships),
                "samples": listed(shown, "old", "new"),
            }
    with opened(output) as out:
        out.write(_json(report) if form == "json" else plan_text(report))


def _json(report: dict[str, Any]) -> str:
    import json

    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


@command.command("sync")
@click.option("--full", is_flag=True, help="Compare everything: edits by hand are seen and mended.")
@click.option("--allow-delete", is_flag=True, help="Delete however much has to go.")
@click.option(
    "--batch", type=click.IntRange(1, 100_000), help="Rows in a transaction.  [default: measured]"
)
@connection_options
@graph_option
@click.pass_obj
def sync_command(
    settings: Settings, /, full: bool, allow_delete: bool, batch: int | None, **server: Any
) -> None:
    """Make the database equal to the graph; writes only what differs.

    What the graph no longer has is removed. Labels, relationship types and
    properties that are not graphkit's are left alone. A sync that was stopped
    half-way is put right by running it again.
    """
    from graphkit.neo4j.sync import sync

    with _connected(server) as connection, _projected(settings) as (snapshot, graph):
        with _progress() as progress:
            outcome = sync(
                connection,
                snapshot,
                graph,
                settings.graph,
                full=full,
                allow_delete=allow_delete,
                batch=batch,
                progress=progress,
            )
        written = outcome.written
        note(f"{BASIS[outcome.basis]}")
        rows = [
            ("nodes created", written.nodes_created, _rate(written, "nodes")),
            (
                "relationships created",
                written.relationships_created,
                _rate(written, "relationships"),
            ),
            ("properties set", written.properties_set, ""),
            ("nodes deleted", written.nodes_deleted, ""),
            ("nodes withdrawn", written.withdrawn, ""),
            ("relationships deleted", written.relationships_deleted, ""),
            ("constraints and indexes made", len(outcome.schema), ""),
        ]
        for what, count, rate in rows:
            if count or what == "nodes created":
                click.echo(f"{what:<30} {count:>12,}{rate}")
        place = f"{connection.database} at {connection.settings.address}"
        click.echo(f"{place} holds snapshot {snapshot.manifest.id}, {outcome.seconds:.1f} s")
        if written.withdrawn:
            note(
                "what others tied to vanished nodes stays, and so do the nodes, labelled "
                f"GraphkitWithdrawn: {written.withdrawn:,}"
            )


def _rate(written: Any, stage: str) -> str:
    count = getattr(written, f"{stage}_created")
    seconds = written.seconds.get(stage, 0)
    return f"   {count / seconds:>10,.0f}/s" if count > 999 and seconds > 0.5 else ""


@command.command("verify")
@report_options(20, "Differences shown of each kind.")
@connection_options
@graph_option
@click.pass_obj
def verify_command(settings: Settings, /, samples: int, form: str, **server: Any) -> int:
    """Read the database back and prove it equal to the graph; exit code 1 if it is not."""
    from graphkit.neo4j.verify import verify

    started = time.perf_counter()
    with _connected(server) as connection, _projected(settings) as (snapshot, graph):
        with _progress() as progress:
            result = verify(connection, snapshot, graph, limit=samples, progress=progress)
        place = f"{connection.database} at {connection.settings.address}"
    report = {
        "equal": result.is_equal,
        "snapshot": snapshot.manifest.id,
        "database": place,
        "nodes": result.nodes,
        "relationships": result.relationships,
        "statements": {"snapshot": result.expected.count, "database": result.found.count},
        "not_in_a_property_graph": result.leftover,
        "differences": {
            "nodes": table(result.totals.nodes),
            "relationships": table(result.totals.relationships),
        },
        "samples": listed(result.differences, "database", "snapshot"),
        "seconds": round(time.perf_counter() - started, 1),
    }
    click.echo(_json(report) if form == "json" else verify_text(report), nl=False)
    return 0 if result.is_equal else 1


@command.command("pull")
@click.option(
    "-o", "--output", required=True,
    help="File to write (.nq, .nq.gz, .nt, .ttl, .trig), or a folder, ending in /, for a snapshot.",
)  # fmt: skip
@click.option("--snapshot", is_flag=True, help="Write a snapshot into the folder named by -o.")
@click.option("--base", help="Address under which things are named, where no sync has ended.")
@click.option("--allow-invalid", is_flag=True, help="A snapshot even if it violates the shapes.")
@connection_options
@graph_option
def pull_command(
    output: str, snapshot: bool, base: str | None, allow_invalid: bool, **server: Any
) -> int:
    """Read the database back into a file of RDF, or into a snapshot.

    Needs no graph on this computer. A file holds the statements that the nodes and
    relationships stand for and those of the ontology, sorted; .nt and .ttl know no
    named graphs, so they do not tell which source says what. A snapshot serves
    every command with --graph; what its build refused is not in a database.
    What others put into the database stays out. Exit code 1: something of graphkit's
    was changed so that it is no RDF any more, and was left out.

    \b
    Examples:
      graphkit neo4j pull -o backup.nq.gz
      graphkit neo4j pull -o restored/ && graphkit info --graph restored
    """
    from graphkit.neo4j.pull import format_of, origin_of, pull_file
    from graphkit.neo4j.pull_snapshot import pull_snapshot

    target = Path(output)
    into_folder = snapshot or output.endswith(("/", "\\")) or target.is_dir()
    if not into_folder:
        format_of(target.name)
    started = time.perf_counter()
    with _connected(server) as connection, _progress() as progress:
        origin = origin_of(connection, base)
        if into_folder:
            _check_graph_folder(target)
            made, pulled = pull_snapshot(
                connection, origin, target, allow_invalid=allow_invalid, progress=progress
            )
            pulled.notes += _compared(made, origin.marker)
            pulled.notes.append(f"snapshot {made.manifest.id} is in use in {target}")
        else:
            pulled = pull_file(connection, origin, target, progress)
    for remark in pulled.notes:
        note(remark)
    if pulled.left_out:
        note(f"{pulled.left_out:,} left out; first: {pulled.first}")
    nodes, relationships = sum(pulled.nodes.values()), sum(pulled.relationships.values())
    note(
        f"{output}: {pulled.statements:,} statements from {nodes:,} nodes and "
        f"{relationships:,} relationships, {time.perf_counter() - started:.1f} s"
    )
    return 1 if pulled.left_out else 0


def _check_graph_folder(folder: Path) -> None:
    """Raise UsageError for a folder that holds something else than a graph."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "snapshots").is_dir():
        raise UsageError(
            f"{folder}: holds other things than a graph", hint="name a new folder, or a file"
        )


def _compared(made: Snapshot, marker: Marker | None) -> list[str]:
    """What to say of a snapshot that came out of a database."""
    from graphkit.property_graph.graph import PropertyGraph

    with PropertyGraph.of(made) as graph:
        if marker is None or graph.digest == marker.digest:
            return []
        return [f"snapshot {made.manifest.id} differs from {marker.snapshot}, which was synced"]


@command.command("export")
@click.option(
    "-o", "--output", required=True, help="Folder to write; an older export there is replaced."
)
@click.option(
    "--what", default="csv,cypher", show_default=True,
    help="csv (for neo4j-admin), cypher (a script), or both.",
)  # fmt: skip
@graph_option
@click.pass_obj
def export_command(settings: Settings, output: str, what: str) -> None:
    """Write files that fill a new Neo4j database without a connection to it.

    csv: files for `neo4j-admin database import full`, the way for large graphs,
    with import.sh, which runs it, and schema.cypher, to be run afterwards. cypher:
    load.cypher, a script for `cypher-shell -f`, for small graphs. README.txt tells
    each step. Afterwards `graphkit neo4j sync` keeps the database in step.

    \b
    Example:
      graphkit neo4j export -o load/ --what csv
    """
    from graphkit.neo4j.bulk import PARTS, export

    parts = [part.strip() for part in what.split(",") if part.strip()]
    if not parts or not set(parts) <= set(PARTS):
        raise UsageError(f"--what {what}: unknown", hint=f"choose from {', '.join(PARTS)}")
    started = time.perf_counter()
    with _projected(settings) as (snapshot, graph), _progress() as progress:
        made = export(snapshot, graph, Path(output), parts, progress)
    note(
        f"{output}: {made.contents.nodes:,} nodes and {made.contents.relationships:,} "
        f"relationships of snapshot {snapshot.manifest.id} in {len(made.contents.files)} files, "
        f"{made.bytes / 1e6:,.1f} MB, {time.perf_counter() - started:.1f} s"
    )
    note(f"what to do next: {Path(output) / 'README.txt'}")


@command.command("style")
@click.option("-o", "--output", default="-", help="File to write; - is standard output.")
def style_command(output: str) -> None:
    """Print colours and captions for Neo4j Browser; drop the file onto its window.

    \b
    Example:
      graphkit neo4j style > graphkit.grass
    """
    from graphkit.neo4j.style import grass
    from graphkit.ontology import Ontology
    from graphkit.property_graph.schema import GraphSchema

    with opened(output) as out:
        out.write(grass(GraphSchema.of(Ontology.load())))
