"""`graphkit serve`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from graphkit.cli.options import F, Settings, graph_option, note, queries_option
from graphkit.server.settings import Address, Limits, limits

_KINDS: dict[type, click.ParamType[Any]] = {
    int: click.IntRange(min=1),
    float: click.FloatRange(min=0, min_open=True),
}


def limit_options(command: F) -> F:
    """One option for each limit of a server."""
    for name, kind, default, text in reversed(limits()):
        command = click.option(
            f"--{name.replace('_', '-')}",
            type=_KINDS[kind],
            default=default,
            show_default=True,
            envvar=f"GRAPHKIT_SERVE_{name.upper()}",
            help=text,
        )(command)
    return command


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--base",
    default="",
    envvar="GRAPHKIT_SERVE_BASE",
    show_envvar=True,
    help="Public address, with its path behind a reverse proxy: https://example.org/ari/",
)
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    help="Address of a reverse proxy whose X-Forwarded-For is believed; repeatable.",
)
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Serve this RDF file instead of a graph: Turtle, N-Triples, N-Quads, TriG, RDF/XML, "
    "JSON-LD, N3; also compressed with gzip.",
)
@click.option("--data-base", default="", help="With --data: IRIs that begin so get pages here.")
@click.option("--no-log", is_flag=True, help="No access log on standard error.")
@limit_options
@queries_option
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    host: str,
    port: int,
    base: str,
    proxies: tuple[str, ...],
    data: Path | None,
    data_base: str,
    no_log: bool,
    folder: Path | None,
    **values: Any,
) -> None:
    """Serve the graph: SPARQL at /sparql, linked data, a query API, an explorer.

    New snapshots in the graph's folder are taken up while it runs. SIGTERM and Ctrl-C end it
    when running requests are done. /health, /ready and /metrics are for operators.
    """
    from graphkit.server.front.generation import Source
    from graphkit.server.serving import public_base, serve

    found = Limits(**values)
    address = Address(host=host, port=port, base=public_base(base), proxies=proxies)
    with tempfile.TemporaryDirectory(prefix="graphkit-data-") as scratch:
        make: Callable[[Path], Source]
        if data is None:

            def make(spool: Path) -> Source:
                return Source(found, address.base, spool, graph=settings.graph, queries=folder)
        else:
            from graphkit.server.any_data import load

            store = load(data, Path(scratch), note)

            def make(spool: Path) -> Source:
                return Source(
                    found,
                    address.base,
                    spool,
                    store=store.folder,
                    name=store.name,
                    base_of_data=data_base,
                )

        serve(make, address, found, note, log=not no_log)
