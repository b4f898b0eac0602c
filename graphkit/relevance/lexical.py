"""Lexical ranking: which documents share a query's rarest words (BM25).

Robertson and Zaragoza 2009, doi:10.1561/1500000019. Words are compared by their stems.
"R&D", "COVID-19" and "5G" are words here, as no usual tokeniser has it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphkit.relevance.stemming import stem
from graphkit.relevance.words import word_list

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

K1, B = 1.2, 0.75
_WORD = re.compile(r"r&d|r&i|s&t|m&e|[^\W_]+(?:['’][^\W_]+)?")


def terms(text: str) -> list[str]:
    """The stems of a text's words, without words that any text has.

    >>> terms("What are the costs of R&D?")
    ['cost', 'r&d']
    """
    stop = word_list("stop")
    return [
        stem(word.replace("’", "'").removesuffix("'s"))
        for word in _WORD.findall(text.lower())
        if word not in stop
    ]


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
    numbers: list[int] = []
    counts: list[int] = []
    distinct: list[int] = []
    lengths: list[int] = []
    for document in documents:
        counted = Counter(document)
        lengths.append(len(document))
        distinct.append(len(counted))
        for term, count in counted.items():
            numbers.append(vocabulary.setdefault(term, len(vocabulary)))
            counts.append(count)
    of_term = np.array(numbers, np.int32)
    size = len(lengths)
    owner = np.repeat(np.arange(size, dtype=np.int32), distinct)
    length = np.array(lengths, np.float32)
    mean = max(float(length.mean()), 1.0) if size else 1.0
    held = np.bincount(of_term, minlength=len(vocabulary))
    rarity = np.log(1 + (size - held + 0.5) / (held + 0.5))
    times = np.array(counts, np.float32)
    weights = times * (K1 + 1) / (times + K1 * (1 - B + B * length[owner] / mean)) * rarity[of_term]
    order = np.argsort(of_term, kind="stable")
    return LexicalIndex(
        vocabulary=vocabulary,
        starts=np.concatenate([[0], np.cumsum(held)]).astype(np.int64),
        documents=owner[order],
        weights=weights[order].astype(np.float32),
        size=size,
    )
