"""The answer of the embedded engine to a statement: guard, image, process, rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphkit.embedded.engine import DamagedImageError, Engine
from graphkit.embedded.guard import check
from graphkit.embedded.image import image_of, remade
from graphkit.embedded.keys import Keys
from graphkit.embedded.worker import MEMORY, ask
from graphkit.errors import UsageError
from graphkit.ontology import Ontology
from graphkit.progress import Progress, silent
from graphkit.property_graph.schema import GraphSchema
from graphkit.snapshot import Snapshot
from graphkit.tabular import Result


def run(
    snapshot: Snapshot,
    text: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    timeout: float | None = None,
    limit: int | None = None,
    memory: int = MEMORY,
    apart: bool = True,
    progress: Progress = silent,
) -> Result:
    """Run a statement on the property graph of a snapshot; the graph is only read.

    Values are text, numbers, booleans, lists, maps or None. `timeout` in seconds counts
    from when the image is there. With `apart` false the engine runs in this process, for
    statements that are known to be harmless: without time limit, without memory limit.
    Raises UsageError for whatever is refused, takes too long or needs too much memory.
    """
    keys = Keys.of(GraphSchema.of(Ontology.load()))
    _check_values(parameters or {})
    checked = check(text, parameters or {}, keys)
    if not apart and timeout is not None:
        raise UsageError("a time limit needs a process of its own")
    path = image_of(snapshot, progress)

    def answer() -> Result:
        if apart:
            return ask(
                path,
                checked.text,
                checked.parameters,
                timeout=timeout,
                limit=limit,
                memory=memory,
            )
        columns, rows, cut = Engine(path).columns_and_rows(checked.text, checked.parameters, limit)
        return Result(tuple(columns), [tuple(row) for row in rows], truncated=cut)

    try:
        result = answer()
    except DamagedImageError:
        path = remade(snapshot, path, progress)
        result = answer()
    return _sorted(result) if checked.sorts_columns else result


def _check_values(value: Any, name: str = "parameters") -> None:
    """Only what JSON knows: a date that became a text on the way would compare otherwise."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            _check_values(one, str(key))
    elif isinstance(value, (list, tuple)):
        for one in value:
            _check_values(one, name)
    elif value is not None and not isinstance(value, (str, bool, int, float)):
        raise UsageError(
            f"${name}: a {type(value).__name__} is no value that a query takes",
            hint="give a date as text, and write date($p) in the query",
        )


def _sorted(result: Result) -> Result:
    order = sorted(range(len(result.columns)), key=lambda at: result.columns[at])
    return Result(
        tuple(result.columns[at] for at in order),
        [tuple(row[at] for at in order) for row in result.rows],
        result.remarks,
        result.truncated,
    )
