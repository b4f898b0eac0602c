"""The pages of the query library: one for each query, and an index.

A page shows what its query takes, gives and answers. The answer is a real one, from the
graph in use; the pages of the repository come from the bundled sample.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from graphkit.build.pipeline import sample_folder
from graphkit.errors import GraphkitError, UsageError
from graphkit.library.asking.patterns import filled
from graphkit.library.files import NamedQuery, command_of
from graphkit.library.header import CYPHER_MARK, SPARQL_MARK, Header
from graphkit.library.running import Library
from graphkit.snapshot import Manifest
from graphkit.tabular import Result, write_rows

INDEX = "README.md"
ROWS = 10
"""Rows of an answer that a page shows."""
MADE = "<!-- Written by `graphkit queries docs`"
"""How the first line of each page begins: pages without it are somebody's own."""
_UNTAGGED = "other"
_INTRODUCTION = """\
Each query is there in SPARQL and in Cypher and gives the same rows in both.
`graphkit query NAME` runs one; `graphkit ask` finds the one that a sentence means."""


def pages(library: Library) -> dict[str, str]:
    """File names and texts of all pages, the index among them.

    Raises UsageError for a query that cannot be run with its examples.
    """
    queries = library.queries.all()
    origin = graph_shown(library.snapshot.manifest)
    made = {f"{query.name}.md": page(library, query, origin) for query in queries}
    return {INDEX: index(queries), **made}


def graph_shown(manifest: Manifest) -> str:
    """Which graph the answers on the pages are from, in words."""
    if not manifest.sources:
        return "a graph without sources"
    bundled = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sample_folder().rglob("*")
        if path.is_file()
    }
    if {source.sha256 for source in manifest.sources} <= bundled:
        return "the bundled sample (`graphkit build --sample`)"
    counts = manifest.classes
    return (
        f"a graph of {counts.get('ResearchQuestion', 0):,} questions and "
        f"{counts.get('Project', 0):,} projects, not the bundled sample"
    )


def index(queries: Iterable[NamedQuery]) -> str:
    """The page that lists all queries by their first tag."""
    groups: dict[str, list[str]] = {}
    for query in queries:
        tag = query.header.tags[0] if query.header.tags else _UNTAGGED
        line = f"- [{query.name}]({query.name}.md): {query.header.summary}"
        groups.setdefault(tag, []).append(line)
    parts = [
        f"{MADE}: change the files in queries/ instead. -->",
        "# Queries",
        _INTRODUCTION,
    ]
    for tag in sorted(groups):
        parts += [f"## {tag.capitalize()}", "\n".join(groups[tag])]
    return "\n\n".join(parts) + "\n"


def page(library: Library, query: NamedQuery, origin: str) -> str:
    """The page of a query, with its answer to its examples. Raises UsageError if it has none."""
    header = query.header
    try:
        values, result = _example(library, query)
        texts = (body(query.sparql, SPARQL_MARK), body(query.cypher, CYPHER_MARK))
    except GraphkitError as error:
        raise UsageError(f"{query.name}: no page can be written: {error}") from error
    sparql, cypher = texts
    parts = [
        f"{MADE} from queries/{query.name}.rq and .cypher: change those. -->",
        f"# {header.summary}",
        f"`{query.name}`" + "".join(f" · {tag}" for tag in header.tags),
        *_about(header),
        *_asked(header),
        *_parameters(header),
        *_columns(header),
        *_answer(query.name, values, result, origin, library.base),
        "## SPARQL",
        fenced(sparql, "sparql"),
        "## Cypher",
        fenced(cypher, "cypher"),
        f"[All queries]({INDEX})",
    ]
    return "\n\n".join(parts) + "\n"


def _example(library: Library, query: NamedQuery) -> tuple[Mapping[str, str], Result]:
    """Values for which the graph has an answer, if the tries find some, and that answer.

    All examples together may be too much for a small graph, and so may a threshold.
    """
    examples = query.header.examples()
    parameters = query.header.parameters
    needed = {key: value for key, value in examples.items() if parameters[key].required}
    lowest = {
        key: "1"
        for key, parameter in parameters.items()
        if parameter.type == "integer" and parameter.default
    }
    first = library.execute(library.bind(query.name, examples))
    if first.rows:
        return examples, first
    for values in (needed, {**examples, **lowest}, {**needed, **lowest}):
        result = library.execute(library.bind(query.name, values))
        if result.rows:
            return values, result
    return examples, first


def body(text: str, mark: str) -> str:
    """A query without its header.

    >>> body("#+ summary: all\\n# why\\nSELECT * {}\\n", "#+")
    '# why\\nSELECT * {}'
    """
    return "\n".join(line for line in text.splitlines() if not line.startswith(mark)).strip("\n")


def fenced(text: str, language: str) -> str:
    """Text as a code block, whatever backticks it holds itself.

    >>> fenced("a ``` b", "text")
    '````text\\na ``` b\\n````'
    """
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _about(header: Header) -> list[str]:
    parts = [" ".join(header.description.split())] if header.description else []
    if header.heavy:
        reason = " ".join(header.heavy.split()).rstrip(".")
        parts.append(f"**May take seconds on a large graph**: {reason}.")
    return parts


def _asked(header: Header) -> list[str]:
    if not header.ask:
        return []
    sentences = [f"- {filled(pattern, header)}" for pattern in header.ask]
    return ["## How to ask", "With `graphkit ask`, for example:", "\n".join(sentences)]


def _parameters(header: Header) -> list[str]:
    if not header.parameters:
        return ["## Parameters", "None."]
    rows = [
        (f"`{key}`", one.type, one.summary, one.shown_default, one.example or "")
        for key, one in header.parameters.items()
    ]
    columns = ("parameter", "type", "meaning", "default", "example")
    return ["## Parameters", _table(columns, rows)]


def _columns(header: Header) -> list[str]:
    rows = [
        (f"`{key}`", one.shown_type, one.meaning, one.unit) for key, one in header.columns.items()
    ]
    parts = ["## Columns", _table(("column", "type", "meaning", "unit"), rows)]
    if header.order:
        order = [
            f"`{one.removeprefix('-')}`{' (falling)' if one.startswith('-') else ''}"
            for one in header.order
        ]
        parts.append(f"Rows are sorted by {', '.join(order)}.")
    if header.network:
        start, end = header.network
        parts.append(f"As a network, each row is an edge from `{start}` to `{end}`.")
    return parts


def _answer(
    name: str, values: Mapping[str, str], result: Result, origin: str, base: str
) -> list[str]:
    command = f"{command_of(name, values)} --format markdown"
    parts = ["## Example", f"On {origin}:", fenced(command, "sh")]
    parts += [f"> {_escaped(remark)}" for remark in result.remarks]
    count = len(result.rows)
    if not count:
        return [*parts, "There are no rows."]
    parts.append(_table(result.columns, result.rows[:ROWS], base))
    shown = f"The first {ROWS} of {count:,} rows." if count > ROWS else ""
    return [*parts, shown or ("1 row." if count == 1 else f"{count} rows.")]


def _table(columns: Iterable[str], rows: Iterable[Iterable[object]], base: str = "") -> str:
    out = io.StringIO()
    write_rows(out, tuple(columns), [tuple(row) for row in rows], "markdown", base)
    return _escaped(out.getvalue().rstrip("\n"))


def _escaped(text: str) -> str:
    """Text of the graph cannot open a tag or an image on the page."""
    return text.replace("<", "&lt;").replace("[", "\\[")


def write(made: Mapping[str, str], folder: Path) -> list[str]:
    """Write pages into a folder and remove those of queries that are gone.

    Gives the names of the files that changed. Raises UsageError, before anything is
    written, where a file of one of these names is not a page made here.
    """
    changed = differing(made, folder)
    own = [name for name in changed if name in made and not _is_ours(folder / name)]
    if own:
        raise UsageError(
            f"{folder / own[0]}: not written by graphkit, so it is left as it is",
            hint="choose another folder with -o",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in changed:
            if name in made:
                (folder / name).write_text(made[name], "utf-8", newline="\n")
            else:
                (folder / name).unlink()
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}") from None
    return changed


def differing(made: Mapping[str, str], folder: Path) -> list[str]:
    """Names of pages that are missing, differ, or belong to no query, sorted."""
    there = {path.name: path for path in folder.glob("*.md")} if folder.is_dir() else {}
    stale = {name for name, path in there.items() if name not in made and _is_ours(path)}
    return sorted(
        stale | {name for name, text in made.items() if _content(there.get(name)) != text}
    )


def _is_ours(path: Path) -> bool:
    """Whether a file was made here, or is not there at all."""
    text = _content(path)
    return text is None or text.startswith(MADE)


def _content(path: Path | None) -> str | None:
    if path is None or not path.exists():
        return None
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return ""
