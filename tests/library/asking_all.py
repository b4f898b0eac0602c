"""Values to ask every query with, by the types of its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graphkit.library import NamedQuery

Values = dict[str, str]

ROADS_AND_RIVERS: Mapping[str, Sequence[str]] = {
    "aspect": ("capacity", "skills"),
    "boolean": ("true", "false"),
    "date": ("2018-01-01", "2021-12-31"),
    "decimal": ("10000", "0.5"),
    "degree": ("partial", "direct"),
    "department": ("rivers", "transport"),
    "funder": ("CS", "Bridge Fund"),
    "integer": ("1", "2"),
    "organisation": ("University of Ham", "Camden College"),
    "origin": ("published-page", "computed"),
    "place": ("West Midlands", "Camden"),
    "place-kind": ("region", "local-authority"),
    "programme": ("Bridge Fund",),
    "project": ("project/P01", "project/P06"),
    "question": ("1", "3"),
    "role": ("lead", "partner"),
    "text": ("roads", "bridges"),
    "thing": ("question/1", "organisation/camden"),
    "topic": ("topic/topic-transport", "topic/topic-water"),
}
"""Of the graph of roads and rivers."""


def assignments(query: NamedQuery, known: Mapping[str, Sequence[str]]) -> Iterator[Values]:
    """Several ways of giving values to a query's parameters.

    Two parameters of one type get the first and the second value of it.
    """
    parameters = query.header.parameters
    required = [key for key, one in parameters.items() if one.required]
    optional = [key for key in parameters if key not in required]
    seen: list[Values] = []
    for turn in (0, 1):
        values = _values(query, known, turn)
        for chosen in ([], optional, *([key] for key in optional)):
            made = {key: values[key] for key in (*required, *chosen)}
            if made not in seen:
                seen.append(made)
    yield from seen


def _values(query: NamedQuery, known: Mapping[str, Sequence[str]], turn: int) -> Values:
    used: dict[str, int] = {}
    values = {}
    for key, parameter in query.header.parameters.items():
        choices = known[parameter.type]
        number = used.get(parameter.type, 0)
        used[parameter.type] = number + 1
        values[key] = choices[(turn + number) % len(choices)]
    return values
