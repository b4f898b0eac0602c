"""`graphkit completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from graphkit.cli.options import graph_option


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@graph_option
def command(shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    Add to ~/.bashrc:  eval "$(graphkit completion bash)"
    Add to ~/.zshrc:   eval "$(graphkit completion zsh)"
    """
    from graphkit.cli import root

    found = get_completion_class(shell)
    if found is not None:
        click.echo(found(root, {}, "graphkit", "_GRAPHKIT_COMPLETE").source())
