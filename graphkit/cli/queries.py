"""`graphkit queries`."""

from __future__ import annotations

import click

from graphkit.cli.options import cut, emit, graph_option, output_options


@click.command("queries")
@click.argument("name", required=False)
@output_options
@graph_option
def command(name: str | None, form: str | None, output: str, limit: int | None) -> None:
    """List the named queries; with NAME, its parameters."""
    from graphkit.library import Library

    library = Library()
    if name is None:
        rows = [
            (found, header.summary, ", ".join(header.parameters))
            for found in library.names()
            for header in [library.get(found).header]
        ]
        emit(("query", "summary", "parameters"), cut(rows, limit), form, output)
        return
    header = library.get(name).header
    parameters = [
        (
            key,
            parameter.type,
            "needed" if parameter.required else parameter.default or "may be left out",
            parameter.summary,
            parameter.example or "",
        )
        for key, parameter in header.parameters.items()
    ]
    columns = ("parameter", "type", "default", "meaning", "example")
    emit(columns, cut(parameters, limit), form, output)
