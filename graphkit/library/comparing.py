"""Whether two engines gave the same answer."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from graphkit.tabular import Result


def differences(one: Result, other: Result) -> list[str]:
    """What differs between two results, a line for each row; none where they are equal.

    Rows are compared in their order; where only the order differs, that is what is said.

    >>> differences(Result(("a",), [(1,), (2,)]), Result(("a",), [(2,), (1,)]))
    ['row 1 stands elsewhere: a=1', 'row 2 stands elsewhere: a=2']
    >>> differences(Result(("a",), [(1,)]), Result(("a",), [(1,), (3,)]))
    ['only in the second: a=3']
    """
    if one.rows == other.rows:
        return []
    first, second = [list(map(_key, one.rows)), list(map(_key, other.rows))]
    if sorted(first) == sorted(second):
        return [
            f"row {number} stands elsewhere: {_shown(one, row)}"
            for number, (row, a, b) in enumerate(zip(one.rows, first, second, strict=True), 1)
            if a != b
        ]
    found = []
    left, right = set(first), set(second)
    for row, key in zip(one.rows, first, strict=True):
        if key not in right:
            found.append(f"only in the first: {_shown(one, row)}")
    for row, key in zip(other.rows, second, strict=True):
        if key not in left:
            found.append(f"only in the second: {_shown(other, row)}")
    if not found:  # the same rows, but not as often
        pairs = zip_longest(sorted(first), sorted(second))
        found = [f"not as often: {a} and {b}" for a, b in pairs if a != b][:1]
    return found


def _key(row: tuple[Any, ...]) -> str:
    return repr(row)


def _shown(result: Result, row: tuple[Any, ...]) -> str:
    return ", ".join(
        f"{name}={value}" for name, value in zip(result.columns, row, strict=True) if value != []
    )
