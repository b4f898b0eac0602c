"""Lexical ranking: which documents share a query's rarest words (BM25).

Robertson and Zaragoza 2009, doi:10.1561/1500000019. Words are compared by their stems.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from graphkit.relevance.stemming import stems
from graphkit.relevance.words import word_list

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

K1, B = 1.2, 0.75


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
    stand in `weights` at the same places.
    """

    vocabulary: Mapping[str, int]
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]
    weights: NDArray[np.float32]
    size: int

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float32]:
        """The score of every document for weighted terms: shape (documents,), 0 for none."""
        import numpy as np

        scores = np.zeros(self.size, np.float32)
        for term, weight in sorted(query.items()):
            number = self.vocabulary.get(term)
            if number is not None:
                span = slice(self.starts[number], self.starts[number + 1])
                scores[self.documents[span]] += weight * self.weights[span]
        return scores

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
    import numpy as np

    vocabulary: dict[str, int] = {}
    numbers = array("i")
    sizes = array("i")
    for document in documents:
        numbers.extend([vocabulary.setdefault(term, len(vocabulary)) for term in document])
        sizes.append(len(document))
    size, words = len(sizes), len(vocabulary)
    length = np.array(sizes, np.float32)
    mean = max(float(length.mean()), 1.0) if size else 1.0
    # One number for each term in each document, terms first, so that sorting counts and orders.
    owner = np.repeat(np.arange(size, dtype=np.int64), np.array(sizes, np.int64))
    pairs, times = np.unique(np.array(numbers, np.int64) * max(size, 1) + owner, return_counts=True)
    of_term, holder = np.divmod(pairs, max(size, 1))
    held = np.bincount(of_term, minlength=words)
    rarity = np.log(1 + (size - held + 0.5) / (held + 0.5))
    norm = K1 * (1 - B + B * length / mean)
    weights = times * (K1 + 1) / (times + norm[holder]) * rarity[of_term]
    return LexicalIndex(
        vocabulary=vocabulary,
        starts=np.concatenate([[0], np.cumsum(held)]).astype(np.int64),
        documents=holder.astype(np.int32),
        weights=weights.astype(np.float32),
        size=size,
    )
