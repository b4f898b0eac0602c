"""What is read in the wording of questions: aspects and places."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from graphkit.build.keeping import FOLDER, KeptPieces, PieceFile, pack
from graphkit.identity.place_mentions import PlaceFinder
from graphkit.relevance.question_aspects import AspectReader

_FILE = "questions"


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """Keys and labels of aspects, and codes of places, in the order in which they are named."""

    aspects: list[tuple[str, str]]
    places: tuple[str, ...]


_READING: Any = msgspec.msgpack.Decoder(Reading).decode


class QuestionReadings:
    """Reads wordings, or takes from an earlier build what it read in them.

    `gazetteer` is a hash of all places.
    """

    def __init__(
        self,
        aspects: AspectReader,
        places: PlaceFinder,
        gazetteer: bytes,
        kept: Path | None,
        keeping: Path,
    ) -> None:
        self._aspects = aspects
        self._places = places
        self._gazetteer = gazetteer
        self._kept = KeptPieces(kept / FOLDER / _FILE if kept is not None else None)
        self._keeping = PieceFile(keeping / _FILE)

    @property
    def synonyms(self) -> Mapping[str, str]:
        """Names of the shared aspects."""
        return self._aspects.synonyms

    def read(self, text: str) -> Reading:
        """What is read in a question's wording."""
        digest = hashlib.blake2b(self._gazetteer, digest_size=16)
        digest.update(text.encode("utf-8", "replace"))
        key = digest.digest()
        known = self._kept.get(key)
        reading = (
            _READING(known)
            if known is not None
            else Reading(list(self._aspects.read(text)), tuple(self._places.find(text)))
        )
        self._keeping.write(pack(reading), key)
        return reading

    def close(self) -> None:
        """Write out what is kept."""
        self._keeping.close()
