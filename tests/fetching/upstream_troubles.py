"""Which requests an upstream server answers badly, and how."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass
from typing import Any

KINDS = {
    "429": "too many requests, with Retry-After",
    "500": "an error of the server",
    "503": "out of service, with Retry-After",
    "status": "an error with the status that the value is",
    "slow": "the answer comes after some seconds",
    "cut": "the connection ends in the middle of the answer",
    "damaged": "the answer is half of itself and says it is whole",
    "html": "a page in HTML with status 200",
    "mislabelled": "the right answer under a wrong media type",
    "bomb": "an answer that decompresses to more than there should be",
    "total": "a list announces more records than it has, or whatever the value is",
    "grown": "from some page on, a list announces one record more",
    "repeat": "a page begins with the last record of the page before",
    "vanish": "a page lacks its first record, which the page before has not",
    "beyond": "the last page leads to a page that is not there",
    "endless": "the last page leads back to the first",
    "schema": "fields have other names",
    "redirect": "the request is sent on to another server",
    "moved": "the request is sent on within the server",
    "loop": "the request is sent on to itself, or ever deeper into the server",
    "missing": "what was there is not found",
    "headers": "headers without end",
    "long-header": "a header without end",
    "drip": "a header byte by byte",
    "continue": "one answer of 100 after another",
    "chunks": "a chunked body that does not end",
    "chunk-line": "a chunk whose length does not end",
    "trailers": "headers after a chunked body, without end",
    "nested": "an answer that was compressed three times",
    "cut-gzip": "a compressed answer that is cut and says it is whole",
    "short": "an answer that says that it is half as long",
    "long": "an answer that says that it is twice as long",
    "nonsense": "no HTTP",
    "silence": "nothing",
}


@dataclass
class Trouble:
    """A kind of trouble: for paths that hold `part`, so many `times`, with a chance."""

    kind: str
    part: str = ""
    times: int = 1 << 30
    chance: float = 1.0
    value: str = ""

    @property
    def offset(self) -> int:
        """By how many records a page of a list is off."""
        return {"repeat": -1, "vanish": 1}.get(self.kind, 0)

    def announced(self, total: int) -> Any:
        """How many records a list says that it has."""
        if self.kind == "total":
            return json.loads(self.value) if self.value else total + 7
        return total + (self.kind == "grown")


class Troubles:
    """Troubles in the order in which they are tried; the first that fits a request is taken."""

    def __init__(self, *troubles: Trouble, seed: int = 1) -> None:
        self.troubles = list(troubles)
        self._chance = random.Random(seed)
        self._lock = threading.Lock()

    @classmethod
    def parsed(cls, texts: list[str], seed: int = 1) -> Troubles:
        """Troubles written as `KIND` or `KIND:CHANCE`."""
        found = []
        for text in texts:
            kind, _, chance = text.partition(":")
            if kind not in KINDS:
                raise SystemExit(f"{kind}: no such misbehaviour; there are {', '.join(KINDS)}")
            value = "1" if kind in ("429", "503") else ""
            found.append(Trouble(kind, chance=float(chance or 1), value=value))
        return cls(*found, seed=seed)

    def next(self, path: str) -> Trouble | None:
        """What troubles a request, if anything does. robots.txt is left in peace."""
        with self._lock:
            for trouble in self.troubles:
                meant = trouble.part in path and (trouble.part or path != "/robots.txt")
                if meant and trouble.times and self._chance.random() < trouble.chance:
                    trouble.times -= 1
                    return trouble
        return None
