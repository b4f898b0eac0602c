"""Checks of SPARQL files on a snapshot: their examples name something, and they run with them."""

from __future__ import annotations

from collections.abc import Iterator

from graphkit.errors import GraphkitError, SnapshotError, UsageError
from graphkit.library.checking.faults import Fault, QueryFile
from graphkit.library.checking.files import ReadQuery
from graphkit.library.checking.headers import has_value
from graphkit.library.checking.sparql import values_of
from graphkit.library.checking.sparql_groups import read
from graphkit.library.header import Header
from graphkit.library.running import Library
from graphkit.names import KINDS, Term
from graphkit.vocabulary import DEFAULT_BASE, RDF_TYPE


def check_examples(
    library: Library, query: ReadQuery, *, run: bool = True
) -> tuple[list[Fault], bool]:
    """Faults of a query with its examples in a snapshot, and whether it found no rows.

    Without `run`, only the examples are looked up. Raises SnapshotError where the snapshot
    cannot be read.
    """
    file, header = query.sparql, query.header
    if file is None or header is None:
        return [], False
    faults = sorted(_unresolved(library, file, header))
    if faults or not run:
        return faults, False
    try:
        bound = library.bind(query.name, header.examples())
        rows = library.execute(bound).rows
    except SnapshotError:
        raise
    except (GraphkitError, ValueError, TypeError) as error:
        # The last two: values that are not of the type that their column has in the header.
        words = str(error) if isinstance(error, GraphkitError) else f"a value is wrong: {error}"
        told = UsageError(f"with its examples: {words}")
        return [file.refused(told, file.first_line)], False
    return [], not rows


def _unresolved(library: Library, file: QueryFile, header: Header) -> Iterator[Fault]:
    """Examples and defaults that name nothing, and VALUES that name something else."""
    for key, parameter in header.parameters.items():
        terms: dict[str, Term] = {}
        for what, text in (("example", parameter.example), ("default", parameter.default)):
            if not isinstance(text, str):
                continue
            try:
                terms[what] = library.resolver.value(parameter.type, text).term
            except UsageError as error:
                line = file.line_of("parameters", key)
                yield file.fault(line, f"the {what} of {key} does not resolve: {error}")
        chosen = terms.get("example" if parameter.required else "default")
        if chosen is not None and has_value(parameter) and library.base == DEFAULT_BASE:
            yield from _other_values(library, file, key, parameter.type, chosen)


def _other_values(
    library: Library, file: QueryFile, key: str, kind: str, term: Term
) -> Iterator[Fault]:
    """Things in VALUES that are not those which the header names; for others no graph is needed.

    One that this graph does not have says nothing: the header may name another thing there.
    """
    query = read(file.text)
    for block in values_of(query).get(f"_{key}", ()) if kind in KINDS or kind == "thing" else ():
        for row in block.rows:
            prefix, _, local = row[0][0].text.partition(":")
            iri = query.prefixes[prefix] + local if prefix in query.prefixes else row[0][0].text
            if iri != term.value and library.store.objects(iri, RDF_TYPE):
                yield file.fault(
                    block.line, f"VALUES ?_{key} is not what the header names: {term.value}"
                )
