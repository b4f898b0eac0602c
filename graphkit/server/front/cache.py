"""Answers kept in memory: those of one snapshot never change."""

from __future__ import annotations

from collections import OrderedDict

from graphkit.server.front.answers import Answer

LARGEST = 4
"""The largest share of the cache that one answer may take is one of so many."""


class Cache:
    """The answers asked last, up to a number of bytes.

    >>> cache = Cache(100)
    >>> cache.put(b"a", Answer(200, [], b"x" * 20)); cache.put(b"b", Answer(200, [], b"x" * 90))
    >>> cache.get(b"a").length, cache.get(b"b")
    (20, None)
    """

    def __init__(self, size: int) -> None:
        self._room = size
        self._largest = size // LARGEST
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()

    def get(self, key: bytes) -> Answer | None:
        """The answer to a request asked before."""
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
        return found

    def put(self, key: bytes, answer: Answer) -> None:
        """Keep an answer, unless it is too large or lies in a file."""
        if answer.file is not None or len(answer.body) > self._largest or key in self._answers:
            return
        self._answers[key] = answer
        self._room -= self._weight(answer)
        while self._room < 0:
            _, dropped = self._answers.popitem(last=False)
            self._room += self._weight(dropped)

    @staticmethod
    def _weight(answer: Answer) -> int:
        return len(answer.body) + sum(len(name) + len(value) for name, value in answer.headers)
