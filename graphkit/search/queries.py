"""From what a text asks for to what the engine is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Occur, Query

from graphkit.search.fields import IDENTIFIER, KINDS, PLACE, TEXTS, schema
from graphkit.search.filters import Chosen
from graphkit.search.wording import Stems, Wanted

BY_IDENTIFIER = 1_000.0
"""More than any text scores."""
_IN_A_ROW = 1.5
"""How much more than a word counts that the words stand in a row, as they were written."""


@dataclass(frozen=True)
class Asked:
    """A question to the engine: the text's part, and the part of each filter."""

    text: Query
    filters: dict[str, Query]

    @property
    def all(self) -> Query:
        """All parts."""
        return self._with(self.filters.values())

    def without(self, name: str) -> Query:
        """All parts but one filter."""
        return self._with(one for other, one in self.filters.items() if other != name)

    def with_only(self, name: str, value: str) -> Asked:
        """The same with one value in the place of a filter."""
        return Asked(self.text, self.filters | _filters({name: (value,)}))

    def _with(self, filters: Iterable[Query]) -> Query:
        parts = [(Occur.Must, one) for one in filters]
        return Query.boolean_query([(Occur.Must, self.text), *parts]) if parts else self.text


def asked(
    wanted: Wanted, identifiers: Sequence[str], chosen: Chosen, *, any_word: bool = False
) -> Asked:
    """What the engine is asked: for what is called so, and for all clauses, or any of them."""
    return Asked(_text(wanted, identifiers, any_word), _filters(chosen))


def _filters(chosen: Chosen) -> dict[str, Query]:
    return {
        name: _one_of(PLACE if name == "region" else name, values)
        for name, values in chosen.items()
    }


def known_identifiers(wanted: Wanted, searcher: tantivy.Searcher) -> tuple[str, ...]:
    """The ids in a text, if it holds nothing else: a number among words is a number."""
    known = [one for one in wanted.identifiers if searcher.doc_freq(IDENTIFIER, one)]
    return tuple(known) if len(known) == len(wanted.identifiers) else ()


def _text(wanted: Wanted, identifiers: Sequence[str], any_word: bool) -> Query:
    if not (wanted.clauses or wanted.excluded or identifiers or wanted.is_blank):
        return Query.empty_query()
    occur = Occur.Should if any_word else Occur.Must
    parts = [(occur, _clause(stems)) for stems in wanted.clauses]
    if wanted.run:
        parts.append((Occur.Should, Query.boost_query(_clause(wanted.run), _IN_A_ROW)))
    if not wanted.clauses:
        parts.append((Occur.Must, _one_of("kind", KINDS)))
    parts += [(Occur.MustNot, _clause(stems)) for stems in wanted.excluded]
    query = Query.boolean_query(parts)
    if not identifiers:
        return query
    named = Query.const_score_query(
        Query.term_set_query(schema(), IDENTIFIER, list(identifiers)), BY_IDENTIFIER
    )
    if not wanted.clauses:
        return named
    return Query.boolean_query([(Occur.Should, query), (Occur.Should, named)])


def _clause(stems: Stems) -> Query:
    """A word or words in a row, in any text."""
    parts = []
    for name, weight in TEXTS.items():
        if len(stems) == 1:
            query = Query.term_query(schema(), name, stems[0])
        else:
            query = Query.phrase_query(schema(), name, list(stems))
        parts.append((Occur.Should, Query.boost_query(query, weight)))
    return Query.boolean_query(parts)


def _one_of(name: str, values: Iterable[str]) -> Query:
    return Query.const_score_query(Query.term_set_query(schema(), name, list(values)), 0.0)
