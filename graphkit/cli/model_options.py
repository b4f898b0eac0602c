"""Options that say which model compares texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphkit.cli.options import F, note
from graphkit.errors import UsageError

if TYPE_CHECKING:
    from graphkit.relevance.encoders.choosing import ModelChoice


def model_options(command: F) -> F:
    """`--model`, `--embeddings`, `--lexical` and `--fast`; `model_choice` reads them."""
    for option in (
        click.option("--fast", is_flag=True, help="Read only the first 128 tokens of each text."),
        click.option(
            "--lexical", is_flag=True, help="Use no model: compare words alone, and say so."
        ),
        click.option(
            "--embeddings",
            nargs=2,
            metavar="URL MODEL",
            help="Take vectors from an OpenAI-compatible endpoint (key in GRAPHKIT_API_KEY).",
        ),
        click.option(
            "--model",
            type=click.Path(path_type=Path),
            help="An ONNX sentence encoder: the file, or a folder with it and tokenizer.json.  "
            "[default: all-MiniLM-L6-v2 of graphkit\\[semantic]]",
        ),
    ):
        command = option(command)
    return command


def model_choice(**options: Any) -> ModelChoice:
    """What the options say. Raises UsageError where they contradict each other."""
    from graphkit.relevance.encoders.choosing import ModelChoice

    given = [name for name in ("model", "embeddings", "lexical") if options.get(name)]
    if len(given) > 1:
        raise UsageError(
            f"{' and '.join(f'--{name}' for name in given)}: only one of these can be used"
        )
    return ModelChoice(
        path=options.get("model"),
        endpoint=options.get("embeddings") or None,
        words_alone=bool(options.get("lexical")),
        fast=bool(options.get("fast")),
    )


def tell_method(model: str | None, choice: ModelChoice) -> None:
    """Say on standard error when words alone were compared without being asked for."""
    if model is None and not choice.words_alone:
        note(
            "no model is installed: words alone were compared, which finds less; "
            "`pip install 'graphkit[semantic]'` brings one"
        )
