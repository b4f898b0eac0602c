"""Values as Cytoscape's columns hold them."""

from __future__ import annotations

from typing import Any

from graphkit.export.cytoscape_columns import fitted, types_of
from graphkit.export.survey import Columns, Survey


def in_columns(values: dict[str, Any], kinds: Columns, found: Survey) -> dict[str, Any]:
    """Properties as columns of one kind hold them."""
    types = types_of(found.kinds(kinds), ("name",))
    return {key: fitted(value, types[key]) for key, value in values.items()}
