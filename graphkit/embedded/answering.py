"""The answer of the embedded engine to a statement: guard, image, process, rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphkit.embedded.engine import DamagedImageError, Engine
from graphkit.embedded.guard import Checked, check
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
    progress: Progress = silent,
) -> Result:
    """Run a statement on the property graph of a snapshot; the graph is only read.

    Values are text, numbers, booleans, lists, maps or None. `timeout` in seconds counts
    from when the image is there. The engine runs in a process of its own.
    Raises UsageError for whatever is refused, takes too long or needs too much memory.
    """
    checked = _checked(text, parameters or {}, _keys())
    path = image_of(snapshot, progress)

    def answer() -> Result:
        return ask(
            path,
            checked.text,
            checked.parameters,
            timeout=timeout,
            limit=limit,
            memory=memory,
        )

    try:
        result = answer()
    except DamagedImageError:
        path = remade(snapshot, path, progress)
        result = answer()
    return _sorted(result) if checked.sorts_columns else result


class OpenedGraph:
    """The engine on a snapshot, kept open in this process.

    For statements that are known to be harmless, as those of the query library are:
    nothing limits their time and memory.
    """

    def __init__(self, snapshot: Snapshot, progress: Progress = silent) -> None:
        self._keys = _keys()
        path = image_of(snapshot, progress)
        try:
            self._engine = Engine(path)
        except DamagedImageError:
            self._engine = Engine(remade(snapshot, path, progress))

    def run(
        self, text: str, parameters: Mapping[str, Any] | None = None, limit: int | None = None
    ) -> Result:
        """Run a statement. Raises UsageError for whatever is refused."""
        checked = _checked(text, parameters or {}, self._keys)
        columns, rows, cut = self._engine.columns_and_rows(checked.text, checked.parameters, limit)
        result = Result(tuple(columns), [tuple(row) for row in rows], truncated=cut)
        return _sorted(result) if checked.sorts_columns else result


def _keys() -> Keys:
    return Keys.of(GraphSchema.of(Ontology.load()))


def _checked(text: str, parameters: Mapping[str, Any], keys: Keys) -> Checked:
    _check_values(parameters)
    return check(text, parameters, keys)


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
