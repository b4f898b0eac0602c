"""Vectors from an OpenAI-compatible embeddings endpoint.

Nothing is taken on trust: an answer with vectors missing, of another width, or that mean
nothing (zero, not a number) ends the work with the batch named, before any is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from graphkit.errors import GraphkitError, UsageError
from graphkit.relevance.model_server import ModelServer, Patience, RefusedError

PROTOCOL = "openai-embeddings/1"
"""Part of the digest: another way to ask for vectors makes other vectors."""
MAX_WIDTH = 65_536
Vectors = npt.NDArray[np.float32]


class RemoteEncoder:
    """A sentence encoder behind `url`, the base address of a server (often ending in /v1).

    Of a text longer than `longest` characters only the beginning is sent. `batch` texts go
    into one request; where the server refuses so many, half as many are tried. `timeout` is
    in seconds for one request; `patience` says all times at once and takes its place.

    >>> RemoteEncoder("http://localhost:11434/v1", "nomic-embed-text").name
    'nomic-embed-text at http://localhost:11434/v1/embeddings'
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        batch: int = 64,
        longest: int = 8_000,
        timeout: float = 60.0,
        max_bytes: int = 64 << 20,
        patience: Patience | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self.server = ModelServer(
            url,
            "embeddings",
            patience=patience or Patience(answer=timeout),
            max_bytes=max_bytes,
            connections=1,
            sleep=sleep,
        )
        self.model = model
        self.longest = longest
        self._batch = max(1, batch)
        self._width: int | None = None

    @property
    def name(self) -> str:
        """The model and where it is, for people."""
        return f"{self.model} at {self.server.address}"

    @property
    def digest(self) -> str:
        """What vectors are kept under: SHA-256, in hexadecimal.

        There is no model file to hash, so it is that of the protocol, the endpoint's address,
        the model's name and the cut of long texts. A server that puts another model behind
        the same name is found out only if the width differs: empty the cache then.
        """
        parts = [PROTOCOL, self.server.address, self.model, self.longest]
        return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()

    @property
    def width(self) -> int:
        """The length of the vectors; the first look at it asks the server.

        Raises what `encode` raises.
        """
        if self._width is None:
            self._vectors(["width"], 1)
        assert self._width is not None
        return self._width

    def close(self) -> None:
        """Close the connection."""
        self.server.close()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts, one a row, each of length 1: an array (texts, width).

        Raises UsageError for a text without a character to read, for a refusal and for an
        answer that holds no such vectors; UnreachableError where the server is lost.
        """
        for number, text in enumerate(texts, 1):
            if not text or text.isspace():
                raise UsageError(f"text {number} of {len(texts)} is empty and has no vector")
        found: list[Vectors] = []
        start = 0
        while start < len(texts):
            batch = [text[: self.longest] for text in texts[start : start + self._batch]]
            try:
                found.append(self._vectors(batch, start + 1))
            except RefusedError:
                if len(batch) == 1:
                    raise
                self._batch = len(batch) // 2
            else:
                start += len(batch)
        return np.concatenate(found) if found else np.zeros((0, self.width), np.float32)

    def _vectors(self, batch: list[str], first: int) -> Vectors:
        """One request. `first` is the number of its first text, for messages."""
        answer = self.server.post({"model": self.model, "input": batch})
        rows = self._rows(answer, len(batch), first)
        try:
            # Wider than float32: no overflow between here and the length of the vector.
            vectors = np.asarray(rows, dtype=np.float64)
        except (ValueError, TypeError, OverflowError):
            raise self._wrong(len(batch), first, "vectors that are no lists of numbers") from None
        if vectors.ndim != 2:
            raise self._wrong(len(batch), first, "vectors that are no lists of numbers")
        if not np.isfinite(vectors).all():
            raise self._wrong(len(batch), first, "vectors with values that are no finite numbers")
        largest = np.abs(vectors).max(axis=1, keepdims=True)
        if not largest.all():
            raise self._wrong(len(batch), first, "vectors of zeros, which mean nothing")
        vectors /= largest
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        self._width = vectors.shape[1]
        return vectors.astype(np.float32)

    def _rows(self, answer: dict[str, Any], count: int, first: int) -> list[list[object]]:
        """The vectors in the order of the texts, all of one width."""
        listed = answer.get("data")
        items = [item for item in listed if isinstance(item, dict)] if type(listed) is list else []
        if len(items) != count:
            raise self._wrong(count, first, f"{len(items)} vectors")
        if any("index" in item for item in items):
            placed = {item.get("index"): item for item in items if type(item.get("index")) is int}
            if placed.keys() != set(range(count)):
                raise self._wrong(count, first, "vectors whose indexes are not those of the texts")
            items = [placed[number] for number in range(count)]
        rows = [item.get("embedding") for item in items]
        widths = {len(row) if isinstance(row, list) else 0 for row in rows}
        if widths == {0}:
            raise self._wrong(count, first, "vectors that are no lists of numbers")
        if self._width is not None:
            widths.add(self._width)
        if len(widths) > 1:
            listing = " and ".join(str(width) for width in sorted(widths))
            raise self._wrong(count, first, f"vectors of unlike widths ({listing})")
        if max(widths) > MAX_WIDTH:
            raise self._wrong(count, first, f"vectors of more than {MAX_WIDTH:,} numbers")
        return [row for row in rows if isinstance(row, list)]

    def _wrong(self, count: int, first: int, what: str) -> GraphkitError:
        texts = f"text {first}" if count == 1 else f"texts {first} to {first + count - 1}"
        return UsageError(
            f"{self.server.address} answers {what} for {texts} (model {self.model})",
            hint="see that the model is one for embeddings and has one width",
        )
