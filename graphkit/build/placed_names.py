"""Where organisations are, by their name and address."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from graphkit.build.keeping import FOLDER, KeptPieces, PieceFile, pack
from graphkit.identity.locating import Locator
from graphkit.model import Address

_FILE = "places"
_CODES: Any = msgspec.msgpack.Decoder(tuple[str, ...]).decode


class PlacedNames:
    """Locates organisations, or takes from an earlier build where they were.

    `gazetteer` is a hash of all places.
    """

    def __init__(
        self, locator: Locator, gazetteer: bytes, kept: Path | None, keeping: Path
    ) -> None:
        self._locator = locator
        self._gazetteer = gazetteer
        self._kept = KeptPieces(kept / FOLDER / _FILE if kept is not None else None)
        self._keeping = PieceFile(keeping / _FILE)

    def of(self, name: str, address: Address | None) -> tuple[str, ...]:
        """Codes of the places of an organisation."""
        digest = hashlib.blake2b(self._gazetteer, digest_size=16)
        digest.update(pack((name, address)))
        key = digest.digest()
        known = self._kept.get(key)
        codes = _CODES(known) if known is not None else tuple(self._locator.places(name, address))
        self._keeping.write(pack(codes), key)
        return codes

    def close(self) -> None:
        """Write out what is kept."""
        self._keeping.close()
