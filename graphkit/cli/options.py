"""Groups of options that commands share, so that all of them behave alike."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from graphkit.errors import UsageError
from graphkit.tabular import FORMATS, format_of, write_rows
from graphkit.text import printable

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")


@dataclass(frozen=True)
class Settings:
    """What holds for every command."""

    graph: Path
    debug: bool = False


def _set_graph(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.obj = replace(context.find_object(Settings) or Settings(value), graph=value)


def graph_option(command: F) -> F:
    """`--graph` and `--debug` after the command; the settings come from the context."""
    command = click.option(
        "--graph",
        type=click.Path(file_okay=False, path_type=Path),
        expose_value=False,
        callback=_set_graph,
        help="Folder of the graph.",
    )(command)
    return click.option(
        "--debug", is_flag=True, expose_value=False, help="Show the traceback of an error."
    )(command)


def output_options(command: F) -> F:
    """`--format`, `-o` and `--limit`."""
    command = click.option(
        "--limit", type=click.IntRange(min=0), help="At most this many rows; says so when it cuts."
    )(command)
    command = click.option(
        "-o", "--output", default="-", help="File to write; - is standard output."
    )(command)
    return click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        help="Default: by the extension of -o, else table.",
    )(command)


def queries_option(command: F) -> F:
    """`--queries`: a folder of query files of one's own."""
    return click.option(
        "--queries",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="GRAPHKIT_QUERIES",
        show_envvar=True,
        help="Folder of other query files than those that graphkit ships with.",
    )(command)


def query_options(command: F) -> F:
    """A query as an argument or in a file; `query_text` reads it."""
    command = click.option(
        "-f", "--file", "path", help="File with the query; - is standard input."
    )(command)
    return click.argument("query", required=False)(command)


def query_text(query: str | None, path: str | None) -> str:
    """The query given as an argument, in a file or on standard input: one of these."""
    if (query is None) == (path is None):
        raise UsageError("give one query", hint="as an argument, or in a file with -f")
    if query is not None and query != "-":
        return query
    source = path or "-"
    try:
        return sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{source}: cannot be read: it is not UTF-8 text") from None
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        reason = error.strerror if isinstance(error, OSError) else None
        why = (reason or "no such file").lower()
        raise UsageError(f"{source}: cannot be read: {why}") from None


def chosen_format(form: str | None, output: str) -> str:
    """The format asked for, else that of the file's extension, else a table."""
    return form or ("table" if output == "-" else format_of(output))


def named_by_extension(output: str, known: Mapping[str, str], otherwise: str = "text") -> str:
    """The format that a file's extension stands for, of those that are known.

    `otherwise` is that of standard output. Raises UsageError for an extension of none.
    """
    if output == "-":
        return otherwise
    extension = Path(output).suffix.lower().removeprefix(".")
    if extension not in known:
        forms = "|".join(dict.fromkeys(known.values()))
        raise UsageError(f"{output}: no format goes by that extension", hint=f"--format {forms}")
    return known[extension]


@contextmanager
def opened(output: str) -> Iterator[TextIO]:
    """The file to write, or standard output. A file appears whole or not at all."""
    if output == "-":
        if sys.stdout is None:
            raise UsageError("standard output is closed", hint="name a file with -o")
        yield sys.stdout
        sys.stdout.flush()
        return
    target = Path(output)
    if not target.name:
        raise UsageError(f"{output or '-o'}: names no file")
    partial = target.with_name(f".{target.name}.part")
    if target.exists() and not target.is_file():
        partial = target  # a device or a pipe is written into, not replaced; a folder is refused
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            yield file
        if partial != target:
            partial.replace(target)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror or error}") from None
    finally:
        if partial != target:
            partial.unlink(missing_ok=True)


def emit(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    form: str | None,
    output: str,
    base: str = "",
) -> None:
    """Write rows where and how the options say."""
    chosen = chosen_format(form, output)
    with opened(output) as out:
        write_rows(out, columns, rows, chosen, base)


def note(message: str) -> None:
    """Something for the person at the terminal, on standard error."""
    click.echo(printable(message), err=True)


def cut(rows: Sequence[R], limit: int | None) -> Sequence[R]:
    """At most `limit` rows; says so where that leaves some out."""
    if limit is None or len(rows) <= limit:
        return rows
    note(f"{limit} of {len(rows):,} rows shown (--limit)")
    return rows[:limit]


class ProgressLine:
    """One line on the terminal that tells how far a long work is; silent elsewhere."""

    def __init__(self) -> None:
        self._active = sys.stderr.isatty()
        self._last = ""

    def __call__(self, what: str, count: int) -> None:
        if not self._active:
            return
        line = f"{what} … {count:,}" if count else f"{what} …"
        safe = "".join(c if c.isprintable() else "?" for c in line)[:78]
        sys.stderr.write(f"\r{safe}{' ' * (len(self._last) - len(safe))}")
        sys.stderr.flush()
        self._last = safe

    def clear(self) -> None:
        """Remove the line."""
        if self._active and self._last:
            sys.stderr.write(f"\r{' ' * len(self._last)}\r")
            sys.stderr.flush()
            self._last = ""
