"""`graphkit plot`: one subcommand for each kind of picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from graphkit.cli.options import F, Settings, graph_option, note
from graphkit.cli.selecting import SEEDS, chosen, selection_options, tidy_when_stopped
from graphkit.errors import UsageError
from graphkit.plots import FORMS, PLOTS, Parameter, Picture, Plot, save


@click.group("plot")
@graph_option
def command() -> None:
    """Draw a picture for print: PNG, SVG or PDF, by FILE's extension.

    Needs matplotlib: pip install 'graphkit[plot]'. Titles, sources, licences and the number of
    things counted stand on every picture. docs/gallery.md shows one of each.

    \b
    Examples:
      graphkit plot map --show money -o money.png
      graphkit plot sankey --department "Home Office" -o home-office.pdf
      graphkit plot network question:16604 --hops 2 -o question.svg
    """


def _picture_options(command: F) -> F:
    command = click.option(
        "--dpi", type=click.IntRange(36, 1200), default=200, show_default=True,
        help="Dots per inch of a PNG.",
    )(command)  # fmt: skip
    return click.option("-o", "--output", default="", help="File to write: .png, .svg or .pdf.")(
        graph_option(command)
    )


def _parameter_options(plot: Plot) -> Callable[[F], F]:
    """One option for each parameter of a picture."""

    def add(command: F) -> F:
        for one in reversed(plot.parameters):
            command = click.option(
                f"--{one.name}", f"_{one.name}", metavar=_metavar(one), help=_help(one)
            )(command)
        return command

    return add


def _metavar(parameter: Parameter) -> str:
    return "|".join(parameter.choices) if parameter.choices else parameter.type.upper()


def _help(parameter: Parameter) -> str:
    text = f"{parameter.summary[0].upper()}{parameter.summary[1:]}."
    return f"{text}  [default: {parameter.default}]" if parameter.default else text


def _form(output: str) -> str:
    if not output:
        raise UsageError("where to? name a file with -o", hint=f".{', .'.join(FORMS)}")
    form = Path(output).suffix.lower().lstrip(".")
    if form not in FORMS:
        raise UsageError(
            f"{output}: no picture goes by that extension", hint=f".{', .'.join(FORMS)}"
        )
    return form


def _write(picture: Picture, output: str, form: str, dpi: int) -> None:
    from graphkit.export.output import Output

    for remark in picture.remarks:
        note(remark)
    with Output(output) as out:
        save(picture.figure, out.binary(), form, dpi=dpi)
    note(f"{picture.title}: {output}")


def _values(given: dict[str, Any]) -> Mapping[str, str]:
    """Takes the values of parameters out of what click gives."""
    names = [name for name in given if name.startswith("_")]
    values = {name[1:]: given.pop(name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _counting(plot: Plot) -> click.Command:
    """The command of a picture that counts what stands in the whole graph."""

    @click.command(plot.name, help=_summary(plot))
    @_parameter_options(plot)
    @_picture_options
    @click.pass_obj
    def draw(settings: Settings, /, output: str, dpi: int, **given: Any) -> None:
        from graphkit.library import Library

        form = _form(output)
        with tidy_when_stopped():
            library = Library.open(settings.graph)
            _write(plot.draw(library, _values(given)), output, form, dpi)

    return draw


def _choosing(plot: Plot) -> click.Command:
    """The command of a picture of a selection."""

    @click.command(plot.name, help=f"{_summary(plot)}\n\n{SEEDS}")
    @selection_options
    @_parameter_options(plot)
    @_picture_options
    @click.pass_obj
    def draw(
        settings: Settings, /, output: str, dpi: int, folder: Path | None, **given: Any
    ) -> None:
        form = _form(output)
        values = _values(given)
        with tidy_when_stopped(), chosen(settings, folder, given) as (library, subgraph, _):
            _write(plot.draw(library, values, subgraph), output, form, dpi)

    return draw


def _summary(plot: Plot) -> str:
    return f"{plot.summary[0].upper()}{plot.summary[1:]}."


for _plot in PLOTS.values():
    command.add_command(_choosing(_plot) if _plot.selects else _counting(_plot))
