"""The snapshot that was linked before, from which a new computation goes on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphkit.errors import SnapshotError
from graphkit.linking.corpus import Corpus
from graphkit.linking.indexing import FOLDER, open_index
from graphkit.linking.kept import Kept, KeptTexts, open_kept
from graphkit.ontology import Ontology
from graphkit.relevance.assessing import Reading
from graphkit.relevance.reranking import Before
from graphkit.relevance.retrieval import ProjectIndex
from graphkit.snapshot import Snapshot, snapshots

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Earlier:
    """What an earlier computation of the same key left, beside the numbers of today.

    `numbers` has the new number of each of its projects, -1 for one that is gone or reads
    differently; `questions` the old number of each question that is still the same, by its new
    one.
    """

    index: ProjectIndex
    kept: Kept
    numbers: NDArray[np.int64]
    questions: dict[int, int]

    def before(self) -> Before:
        """What was ranked then."""
        nearest = self.kept.nearest
        return Before(
            self.index,
            self.numbers,
            {new: nearest[old] for new, old in self.questions.items()} if nearest else {},
        )

    def readings(self, question: int) -> dict[int, Reading]:
        """What projects were found to say on a question, by the new number of the project."""
        old = self.questions.get(question)
        if old is None:
            return {}
        return {
            number: reading
            for project, reading in self.kept.readings[old].items()
            if (number := int(self.numbers[project])) >= 0
        }


def linked_before(graph: Path, snapshot: Snapshot, key: str, ontology: Ontology) -> Snapshot | None:
    """The last snapshot that holds what the computation of this key gave, if it is like this one:
    of the same base and the same ontology."""
    for name in reversed(snapshots(graph)):
        try:
            one = Snapshot(graph / "snapshots" / name)
            _, about = open_index(one.folder)
        except SnapshotError:
            continue
        same = (one.manifest.base, one.manifest.ontology) == (
            snapshot.manifest.base,
            ontology.version,
        )
        if same and about.computation == key:
            return one
    return None


def opened(snapshot: Snapshot, corpus: Corpus, texts: KeptTexts) -> Earlier | None:
    """What that snapshot keeps; None where it cannot be gone on from."""
    import numpy as np

    kept = open_kept(snapshot.folder / FOLDER)
    if kept is None or kept.texts.rules != texts.rules:
        return None
    try:
        index, _ = open_index(snapshot.folder)
    except SnapshotError:
        return None
    if index.lexical.times is None or len(kept.texts.projects) != len(index.keys):
        return None
    places = {
        (project.key, digest): number
        for number, (project, digest) in enumerate(
            zip(corpus.projects, texts.projects, strict=True)
        )
    }
    numbers = [places.get(one, -1) for one in zip(index.keys, kept.texts.projects, strict=True)]
    asked = {one: number for number, one in enumerate(kept.texts.questions)}
    return Earlier(
        index=index,
        kept=kept,
        numbers=np.array(numbers, np.int64),
        questions={
            number: asked[one] for number, one in enumerate(texts.questions) if one in asked
        },
    )
