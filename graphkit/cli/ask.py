"""`graphkit ask`."""

from __future__ import annotations

from pathlib import Path

import click

from graphkit.cli.options import Settings, note
from graphkit.cli.query import answer, opened_library, run_options


@click.command("ask")
@click.argument("words", nargs=-1, required=True, metavar="SENTENCE")
@run_options
@click.pass_obj
def command(
    settings: Settings,
    words: tuple[str, ...],
    engine: str,
    show: bool,
    folder: Path | None,
    form: str | None,
    output: str,
    limit: int | None,
) -> None:
    """Run the named query that SENTENCE means.

    The sentence is compared with the sentences that each query says it answers
    (docs/queries lists them). Capitals, articles, plurals and the order of the parts
    do not matter; a value in quotation marks is taken as it is. The query chosen is
    told as the command that asks the same. Nothing is run that is not sure: where
    several queries fit, or none, or a name is unknown, the nearest sentences are told.

    \b
    Examples:
      graphkit ask "projects partially addressing capacity in the West Midlands"
      graphkit ask "in Wales, which projects address skills?" --show
    """
    from graphkit.library.asking.understanding import NotUnderstoodError, understand

    with opened_library(settings, "" if show else engine, folder) as library:
        try:
            understood = understand(library, " ".join(words))
        except NotUnderstoodError as error:
            if error.nearest:
                note("what can be asked, and is near:")
            for pattern in error.nearest:
                note(f"  {pattern.example}  ({pattern.query.name})")
            raise
        note(understood.command)
        bound = library.bind(understood.name, understood.values)
        answer(library, bound, engine, show, form, output, limit)
