"""What requests of a shape took before: so that a long one is known when it comes again.

The shape of a request is its text without what varies: constants of a query, keys of a path,
values of parameters. No query is parsed for this; a wrong guess costs time, never an answer.
"""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from urllib.parse import unquote_plus

REMEMBERED = 20_000
"""Shapes that are kept; the one asked longest ago goes first."""
_READ = 20_000
"""Characters of a query that make its shape."""
_WEIGHT = 0.25
"""Of the newest measurement: one long request does not make a shape long, three do."""
_VARIES = re.compile(
    # What is left open matches as well: else the search begins anew at each of its characters.
    r"""'''.*?(?:'''|\Z)|\"{3}.*?(?:\"{3}|\Z)|"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?"""
    r"""|<[^<>\s]*>|\#[^\n]*|\b\d+\b""",
    re.DOTALL,
)
_QUERY = re.compile(r"(?:^|&)query=([^&]*)")


def shape(method: str, path: str, query: str, content_type: str, body: bytes) -> int:
    """A number that is the same for requests that differ in constants only.

    >>> first, second = (f"query=SELECT+*+%7B+%3Chttp://x.org/{n}%3E+?p+?o+%7D" for n in (1, 22))
    >>> shape("GET", "/sparql", first, "", b"") == shape("GET", "/sparql", second, "", b"")
    True
    """
    if path != "/sparql":
        parts = path.split("/", 4)[1:4] or [""]
        kept = parts[:3] if parts[0] == "api" else parts[:2]
        names = sorted({pair.partition("=")[0] for pair in query.split("&", 50)})
        return hash((*kept, *names))
    if method == "POST":
        text = body[: 3 * _READ].decode("utf-8", "replace")
        if not content_type.startswith("application/sparql-query"):
            text = _form_query(text)
    else:
        text = _form_query(query)
    return hash(frozenset(_VARIES.sub("·", text[:_READ]).split()))


def _form_query(form: str) -> str:
    found = _QUERY.search(form)
    return unquote_plus(found[1][: 3 * _READ]) if found else ""


class Costs:
    """Seconds of processor time by shape."""

    def __init__(self, quick: float) -> None:
        self._quick = math.log(quick)
        self._known: OrderedDict[int, float] = OrderedDict()

    def record(self, shape: int, seconds: float) -> None:
        """Note what a request took; the mean is one of logarithms, so that no outlier rules."""
        measured = math.log(max(seconds, 1e-5))
        before = self._known.pop(shape, measured)
        self._known[shape] = before + _WEIGHT * (measured - before)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def is_quick(self, shape: int) -> bool | None:
        """Whether requests of this shape are quick; None where none was seen.

        >>> costs = Costs(0.1)
        >>> costs.is_quick(1)
        >>> costs.record(1, 0.01), costs.is_quick(1)
        (None, True)
        >>> for _ in range(4): costs.record(1, 20)
        >>> costs.is_quick(1)
        False
        """
        known = self._known.get(shape)
        return None if known is None else known < self._quick
