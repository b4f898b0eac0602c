"""From a figure to a file: the same figure gives the same bytes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from matplotlib.figure import Figure

from graphkit.plots.sheet import settings

_PROGRAM = "graphkit"


def encoded(figure: Figure, form: str, dpi: int) -> bytes:
    """A figure as a file of the form `png`, `svg` or `pdf`, without date and version."""
    title = str(figure.get_label())
    metadata: dict[str, dict[str, Any]] = {
        "png": {"Title": title, "Software": _PROGRAM},
        "svg": {"Title": title, "Creator": _PROGRAM, "Date": None},
        "pdf": {"Title": title, "Creator": _PROGRAM, "Producer": None, "CreationDate": None},
    }
    buffer = BytesIO()
    with settings():
        figure.savefig(buffer, format=form, dpi=dpi, metadata=metadata[form])
    return buffer.getvalue()
