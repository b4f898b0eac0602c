"""What a computation keeps for the next one, beside its index.

It holds what was found out of texts alone: what a project's text says on a question, which
projects were looked at, and a hash of each text, by which a later run tells what is still so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from graphkit.linking.corpus import ProjectText, QuestionText
from graphkit.ontology import Ontology
from graphkit.relevance.assessing import Reading
from graphkit.relevance.retrieval import Nearest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RECIPE = "kept 2"
"""Names how texts are read and compared: to be changed with anything in `graphkit.relevance`."""
_FILE, _READINGS = "kept.msgpack", "readings.msgpack"
_DIGEST = 16
"""Bytes of a hash that stand for a text."""


class KeptTexts(msgspec.Struct, frozen=True):
    """Hashes of what was read: of each project by its number in the index, and of each question
    with its key. `rules` is one of everything that all texts are read by."""

    rules: bytes
    projects: list[bytes]
    questions: list[tuple[str, bytes]]


@dataclass(frozen=True)
class Kept:
    """What is kept of a computation.

    `nearest` and `readings` go by question, in the order of `texts.questions`; a reading is
    found by the number of its project.
    """

    texts: KeptTexts
    nearest: Sequence[Nearest]
    readings: Sequence[dict[int, Reading]]


def texts_of(
    projects: Iterable[ProjectText], questions: Iterable[QuestionText], ontology: Ontology
) -> KeptTexts:
    """The hashes of all texts."""
    aspects = [
        (one.key, one.label, *one.alternatives, None, *one.signs)
        for one in ontology.concepts("aspect")
    ]
    return KeptTexts(
        rules=_digest(RECIPE, aspects),
        projects=[_digest(one.title, one.abstract, one.field, one.topics) for one in projects],
        questions=[(one.key, _digest(one.text, list(one.aspects.items()))) for one in questions],
    )


def _digest(*parts: object) -> bytes:
    return hashlib.blake2b(msgspec.msgpack.encode(parts), digest_size=_DIGEST).digest()


def save_kept(folder: Path, kept: Kept) -> None:
    """Write it into the folder of an index."""
    import numpy as np

    (folder / _FILE).write_bytes(msgspec.msgpack.encode(kept.texts))
    (folder / _READINGS).write_bytes(msgspec.msgpack.encode(kept.readings))
    if all(one.dense is not None for one in kept.nearest):
        nothing = np.zeros(0)
        for name, arrays, kind in (
            ("projects", [one.projects for one in kept.nearest], np.int32),
            ("dense", [one.dense for one in kept.nearest], np.float32),
        ):
            whole = np.concatenate([nothing, *arrays]).astype(kind)
            np.save(folder / f"nearest_{name}.npy", whole)
        counts = [len(one.projects) for one in kept.nearest]
        np.save(folder / "nearest_counts.npy", np.array(counts, np.int32))
        bounds = [(one.least, one.words) for one in kept.nearest]
        np.save(folder / "nearest_bounds.npy", np.array(bounds, np.float64).reshape(-1, 2))


def open_kept(folder: Path) -> Kept | None:
    """What is kept in the folder of an index; None where there is nothing that can be read."""
    try:
        texts = msgspec.msgpack.decode((folder / _FILE).read_bytes(), type=KeptTexts)
        readings = msgspec.msgpack.decode(
            (folder / _READINGS).read_bytes(), type=list[dict[int, Reading]]
        )
        nearest = _nearest(folder) if (folder / "nearest_bounds.npy").is_file() else []
    except (OSError, ValueError, EOFError, msgspec.MsgspecError):
        return None
    if len(readings) != len(texts.questions) or len(nearest) not in (0, len(readings)):
        return None
    return Kept(texts, nearest, readings)


def _nearest(folder: Path) -> list[Nearest]:
    import numpy as np

    def array(name: str) -> NDArray[np.generic]:
        loaded: NDArray[np.generic] = np.load(folder / f"nearest_{name}.npy")
        return loaded

    ends = np.cumsum(array("counts").astype(np.int64))[:-1]
    return [
        Nearest(projects, dense, least, words)
        for projects, dense, (least, words) in zip(
            np.split(array("projects").astype(np.int32), ends),
            np.split(array("dense").astype(np.float32), ends),
            array("bounds").tolist(),
            strict=True,
        )
    ]
