"""Lexical ranking: which documents share a query's rarest words (BM25).

Robertson and Zaragoza 2009, doi:10.1561/1500000019. Words are compared by their stems.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

from graphkit.relevance.stemming import stems
from graphkit.relevance.words import word_list

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    _Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]

K1, B = 1.2, 0.75
_FREQUENT = 5
"""A term is frequent that one document of so many holds."""


def terms(text: str) -> list[str]:
    """The stems of a text's words, without words that any text has.

    >>> terms("What are the costs of R&D?")
    ['cost', 'r&d']
    """
    stop = stop_stems()
    return [word for word in stems(text) if word not in stop]


@cache
def stop_stems() -> frozenset[str]:
    """The stems of words that any text has."""
    return frozenset(found for word in word_list("stop") for found in stems(word))


@dataclass(frozen=True)
class LexicalIndex:
    """An inverted index with the weight of each term in each document.

    The documents of term number n are `documents[starts[n] : starts[n + 1]]`, their weights
    stand in `weights` at the same places, and in `times` how often each holds it, if
    that was kept.
    """

    vocabulary: Mapping[str, int]
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]
    weights: NDArray[np.float32]
    size: int
    times: NDArray[np.int32] | None
    _rows: dict[int, NDArray[np.float32]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def mean_length(self) -> float:
        """How many words a document has on average, 1 at the least."""
        assert self.times is not None
        return max(float(self.times.sum()) / max(self.size, 1), 1.0)

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float32]:
        """The score of every document for weighted terms: shape (documents,), 0 for none."""
        import numpy as np

        scores = np.zeros(self.size, np.float32)
        for term, weight in sorted(query.items()):
            number = self.vocabulary.get(term)
            if number is None:
                continue
            span = slice(self.starts[number], self.starts[number + 1])
            if (span.stop - span.start) * _FREQUENT > self.size:
                scores += weight * self._row(number, span)
            else:
                scores[self.documents[span]] += weight * self.weights[span]
        return scores

    def _row(self, number: int, span: slice) -> NDArray[np.float32]:
        """The weight of a frequent term in every document: quicker to add than to pick from."""
        import numpy as np

        row = self._rows.get(number)
        if row is None:
            row = self._rows[number] = np.zeros(self.size, np.float32)
            row[self.documents[span]] = self.weights[span]
        return row

    def holders(self, term: str) -> NDArray[np.int32]:
        """The numbers of the documents that hold a term, in order."""
        number = self.vocabulary.get(term)
        if number is None:
            return self.documents[:0]
        return self.documents[self.starts[number] : self.starts[number + 1]]

    def rarity(self, term: str) -> float:
        """The inverse document frequency of a term."""
        return idf(len(self.holders(term)), self.size)


def idf(count: int, size: int) -> float:
    """How rare a term is that `count` of `size` documents hold: never below 0."""
    from math import log

    return log(1 + (size - count + 0.5) / (count + 0.5))


def build_index(documents: Iterable[Sequence[str]]) -> LexicalIndex:
    """Index documents given as lists of terms.

    >>> index = build_index([terms("kelp farms"), terms("wind farms")])
    >>> index.scores({"kelp": 1.0}).argmax()
    np.int64(0)
    """
    numbered = _Numbered.of(documents)
    return _index(numbered.vocabulary, numbered.pairs(), numbered.size)


def follow_index(
    old: LexicalIndex, numbers: NDArray[np.int64], documents: Mapping[int, Sequence[str]], size: int
) -> LexicalIndex:
    """The index of `size` documents, some of which an old index held: as `build_index` gives it.

    `numbers` has the new number of each old document, -1 for those that are gone; what is left
    keeps its order. `documents` are the terms of all others by number.
    """
    import numpy as np

    assert old.times is not None
    kept = numbers[old.documents]
    stays = kept >= 0
    of_term = np.repeat(np.arange(len(old.vocabulary)), np.diff(old.starts))
    places = sorted(documents)
    added = _Numbered.of((documents[place] for place in places), dict(old.vocabulary))
    pairs, times = added.pairs()
    term, holder = np.divmod(pairs, max(added.size, 1))
    wide = max(size, 1)
    terms_first = np.concatenate(
        [
            of_term[stays] * wide + kept[stays],
            term * wide + np.array(places, np.int64)[holder],
        ]
    )
    order = np.argsort(terms_first, kind="stable")
    counted = np.concatenate([old.times[stays], times])
    return _index(added.vocabulary, (terms_first[order], counted[order]), size)


@dataclass(frozen=True)
class _Numbered:
    """Documents as numbers of terms, one after another, and how many each has."""

    vocabulary: dict[str, int]
    numbers: array[int]
    sizes: array[int]

    @classmethod
    def of(
        cls, documents: Iterable[Sequence[str]], vocabulary: dict[str, int] | None = None
    ) -> _Numbered:
        """Number terms as they come, after those that have a number."""
        vocabulary = {} if vocabulary is None else vocabulary
        numbers, sizes = array("i"), array("i")
        for document in documents:
            numbers.extend([vocabulary.setdefault(term, len(vocabulary)) for term in document])
            sizes.append(len(document))
        return cls(vocabulary, numbers, sizes)

    @property
    def size(self) -> int:
        """How many documents there are."""
        return len(self.sizes)

    def pairs(self) -> _Pairs:
        """One number for each term in each document, terms first, and how often it is in it."""
        import numpy as np

        owner = np.repeat(np.arange(self.size, dtype=np.int64), np.array(self.sizes, np.int64))
        every = np.array(self.numbers, np.int64) * max(self.size, 1) + owner
        return np.unique(every, return_counts=True)


def _index(numbers: Mapping[str, int], pairs: _Pairs, size: int) -> LexicalIndex:
    """The index of terms in documents; terms that none holds are left out."""
    import numpy as np

    of_term, holder = np.divmod(pairs[0], max(size, 1))
    held = np.bincount(of_term, minlength=len(numbers))
    # By the alphabet, so that the index depends on what it holds and not on how it came to it.
    known = sorted(term for term, number in numbers.items() if held[number])
    before = np.array([numbers[term] for term in known], np.int64)
    places = np.zeros(len(numbers), np.int64)
    places[before] = np.arange(len(known))
    of_term, held = places[of_term], held[before]
    order = np.argsort(of_term, kind="stable")
    of_term, holder, times = of_term[order], holder[order], pairs[1][order]
    length = np.bincount(holder, times, minlength=size).astype(np.float32)
    mean = max(float(length.mean()), 1.0) if size else 1.0
    rarity = np.log(1 + (size - held + 0.5) / (held + 0.5))
    norm = K1 * (1 - B + B * length / mean)
    weights = times * (K1 + 1) / (times + norm[holder]) * rarity[of_term]
    return LexicalIndex(
        vocabulary={term: number for number, term in enumerate(known)},
        starts=np.concatenate([[0], np.cumsum(held)]).astype(np.int64),
        documents=holder.astype(np.int32),
        weights=weights.astype(np.float32),
        size=size,
        times=times.astype(np.int32),
    )
