"""From what a user names to the nodes that a selection starts from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from graphkit.errors import UsageError
from graphkit.library import Library
from graphkit.names import KINDS
from graphkit.subgraph.classes import QUESTION
from graphkit.subgraph.reading import Reader
from graphkit.subgraph.selection import COMMUNITY, EVERYTHING, QUERY, SEARCH, Selection

_LONGEST = 1_000
"""Characters of what a user calls a thing: names are compared with all there are."""


@dataclass
class Seeds:
    """The nodes to start from, and what is to be said about how they were found."""

    numbers: set[int] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    cuts: list[str] = field(default_factory=list)


def seeds_of(selection: Selection, library: Library, reader: Reader) -> Seeds:
    """Find the seeds of a selection.

    Raises UsageError for a thing, query or parameter that there is not, with what may have
    been meant, and where a search or a query finds nothing.
    """
    seeds = Seeds()
    for seed in selection.seeds:
        if seed == EVERYTHING:
            continue
        if seed.startswith(SEARCH):
            _search(seed.removeprefix(SEARCH), selection.max_seeds, library, reader, seeds)
        elif seed.startswith(QUERY):
            name = seed.removeprefix(QUERY)
            _query(name, selection.parameters, selection.max_seeds, library, reader, seeds)
        elif seed.startswith(COMMUNITY):
            _community(seed.removeprefix(COMMUNITY), library, reader, seeds)
        else:
            number, remark = thing(seed, library, reader)
            seeds.numbers.add(number)
            seeds.remarks += [remark] if remark else []
    if selection.parameters and not any(one.startswith(QUERY) for one in selection.seeds):
        raise UsageError("parameters are for queries", hint="name one: query:NAME -p KEY=VALUE")
    return seeds


def thing(text: str, library: Library, reader: Reader) -> tuple[int, str]:
    """The node of a thing by what a user calls it, and a remark where that may mean more."""
    if len(text) > _LONGEST:
        raise UsageError(
            f"{text[:60]}…: a name of {len(text):,} characters", hint="give the thing's address"
        )
    try:
        named = library.resolver.thing(text)
    except UsageError as error:
        if error.hint:
            raise
        raise UsageError(error.message, hint="graphkit search finds things by words") from None
    number = reader.number(named.term.value)
    if number is None:
        raise UsageError(
            f"{text}: <{named.term.value}> is no thing of the graph but a term of its vocabulary"
        )
    return number, named.remark


def _search(text: str, most: int, library: Library, reader: Reader, seeds: Seeds) -> None:
    from graphkit.search import SearchIndex

    if not text.strip():
        raise UsageError(
            "search: without a word", hint='name what to look for: "search:heat pumps"'
        )
    index = SearchIndex.open(library.snapshot.search)
    answer = index.search(text, size=0)
    found = [hit.iri for hit in islice(index.hits(text), most)]
    if not found:
        hint = f"did you mean {answer.suggestion}?" if answer.suggestion else "try fewer words"
        raise UsageError(f"search:{text} finds nothing", hint=hint)
    seeds.remarks += answer.remarks
    if answer.total > most:
        seeds.cuts.append(
            f"{answer.total - most:,} of {answer.total:,} things that “{text}” finds: those that "
            f"fit least (--max-seeds {answer.total} takes all)"
        )
    seeds.numbers |= set(_numbers(iter(found), reader))


def _query(
    name: str,
    parameters: Mapping[str, str],
    most: int,
    library: Library,
    reader: Reader,
    seeds: Seeds,
) -> None:
    bound = library.bind(name, parameters)
    result = library.execute(bound)
    columns = [
        place
        for place, column in enumerate(bound.header.columns.values())
        if column.type in KINDS or column.type == "thing"
    ]
    if not columns:
        raise UsageError(f"query:{name} gives no things, only figures")
    if not result.rows:
        raise UsageError(f"query:{name} gives no row", hint="see it with `graphkit query`")
    iris = (iri for row in result.rows[:most] for place in columns for iri in _iris(row[place]))
    seeds.remarks += result.remarks
    if len(result.rows) > most:
        seeds.cuts.append(
            f"{len(result.rows) - most:,} of {len(result.rows):,} rows of query:{name}, the last "
            f"(--max-seeds {len(result.rows)} takes all)"
        )
    seeds.numbers |= set(_numbers(iris, reader))


def _community(text: str, library: Library, reader: Reader, seeds: Seeds) -> None:
    named = library.resolver.value("question", text)
    number = reader.number(named.term.value)
    questions = reader.of_label(QUESTION)
    by_number = {n: properties.get("community") for n, properties in reader.properties(questions)}
    community = by_number.get(number) if number is not None else None
    if community is None:
        raise UsageError(
            f"question {text} is in no community: it shares no project with another question",
            hint="link the graph first (graphkit link), or choose another question",
        )
    seeds.numbers |= {n for n, one in by_number.items() if one == community}


def _iris(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from (str(one) for one in value)
    elif value is not None:
        yield str(value)


def _numbers(iris: Iterator[str], reader: Reader) -> Iterator[int]:
    for iri in iris:
        number = reader.number(iri)
        if number is not None:
            yield number
