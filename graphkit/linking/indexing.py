"""The index that finds projects: made from texts, kept in the snapshot, opened again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from graphkit.errors import SnapshotError, UsageError
from graphkit.linking.corpus import ProjectText, QuestionText
from graphkit.progress import Progress
from graphkit.relevance.abbreviations import spelled_out
from graphkit.relevance.encoders.choosing import ModelChoice, chosen_encoder
from graphkit.relevance.encoders.vector_cache import CachedEncoder
from graphkit.relevance.lexical import LexicalIndex, build_index, follow_index, terms
from graphkit.relevance.passages import RECIPE, passages
from graphkit.relevance.retrieval import ProjectIndex, Scale, TermWeights
from graphkit.text import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphkit.linking.earlier import Earlier

FOLDER = "retrieval"
TELLING_WORDS = 4
"""A title of so many words or more names one piece of work."""
_ABOUT = "about.msgpack"
_ARRAYS = ("grants", "starts", "term_starts", "term_documents", "term_weights")


class IndexAbout(msgspec.Struct, frozen=True, kw_only=True):
    """What an index is made of, beside its arrays.

    `hubs` counts the questions that a project is linked to, by key, `placed` those among whose
    first ten it stands, by number. `model_digest` is None for words alone, `computation` is the
    key of the computation.
    """

    keys: list[str]
    vocabulary: dict[str, int]
    question_terms: dict[str, int]
    questions: int
    hubs: dict[str, int]
    placed: dict[int, int]
    scale: tuple[float, float] | None = None
    model: str | None = None
    model_digest: str | None = None
    fast: bool = False
    computation: str | None = None


def project_passages(project: ProjectText, *, whole: bool) -> list[str]:
    """The texts of a project that are encoded: all passages, or one that the model cuts."""
    if whole:
        return passages(project.title, project.abstract)
    return [f"{project.title}. {project.abstract or ''}".strip()]


def grant_numbers(projects: Sequence[ProjectText]) -> list[int]:
    """The number of each project's grant; what bears the same long title counts as one grant.

    Records of a joint grant that were not told to be one (their abstracts differ by a word)
    would otherwise take several places in a ranking.
    """
    by_grant: dict[str, int] = {}
    by_title: dict[str, int] = {}
    numbers = []
    for project in projects:
        title = fold(project.title)
        known = by_grant.get(project.grant)
        if known is None and title.count(" ") + 1 >= TELLING_WORDS:
            known = by_title.get(title)
        number = len(by_grant) if known is None else known
        by_grant.setdefault(project.grant, number)
        by_title.setdefault(title, number)
        numbers.append(number)
    return numbers


def index_projects(
    projects: Sequence[ProjectText],
    questions: Sequence[QuestionText],
    encoder: CachedEncoder | None,
    progress: Progress,
    *,
    whole: bool,
    earlier: Earlier | None = None,
) -> ProjectIndex:
    """Index all projects; encodes what neither an earlier index nor the cache holds."""
    import numpy as np

    progress("reading words", 0)
    grants = grant_numbers(projects)
    weights = TermWeights.of([spelled_out(question.text) for question in questions])
    known = np.zeros(0, np.int64) if earlier is None else earlier.numbers
    new = np.setdiff1d(np.arange(len(projects)), known).tolist()
    words = {number: _terms(projects[number]) for number in new}
    if earlier is None:
        lexical = build_index(words.values())
    else:
        lexical = follow_index(earlier.index.lexical, known, words, len(projects))
    vectors = None
    starts = np.zeros(0, np.int64)
    if encoder is not None:
        vectors, counts = encoder.encode_parts(
            [f"{projects[number].title}\n{projects[number].abstract or ''}" for number in new],
            lambda number: project_passages(projects[new[number]], whole=whole),
            RECIPE if whole else "beginnings 1",
            lambda left: progress("encoding projects, passages left", left),
        )
        if earlier is not None:
            vectors, counts = _with_earlier(vectors, counts, new, earlier, len(projects))
        starts = np.cumsum([0, *counts])[:-1].astype(np.int64)
    return ProjectIndex(
        keys=[project.key for project in projects],
        grants=np.array(grants, np.int32),
        lexical=lexical,
        weights=weights,
        starts=starts,
        passages=vectors,
    )


def _with_earlier(
    vectors: NDArray[np.float16], counts: list[int], new: list[int], earlier: Earlier, size: int
) -> tuple[NDArray[np.float16], list[int]]:
    """The vectors of all projects, those of what did not change from an earlier index."""
    import numpy as np

    old = earlier.index
    assert old.passages is not None
    stays = np.flatnonzero(earlier.numbers >= 0)
    held = np.diff(old.starts, append=len(old.passages))
    number_of, first = np.zeros(size, np.int64), np.zeros(size, np.int64)
    number_of[earlier.numbers[stays]] = held[stays]
    first[earlier.numbers[stays]] = old.starts[stays]
    number_of[new] = counts
    first[new] = len(old.passages) + np.cumsum([0, *counts])[:-1]
    ends = np.cumsum(number_of)
    rows = np.repeat(first - (ends - number_of), number_of) + np.arange(int(number_of.sum()))
    return np.concatenate([old.passages, vectors])[rows], number_of.tolist()


def _terms(project: ProjectText) -> list[str]:
    # The title counts twice: it says what the project is about.
    text = " ".join(
        [project.title, ".", project.title, ".", project.abstract or "", ".", *project.topics]
    )
    return terms(text)


def question_vectors(
    texts: Sequence[str], encoder: CachedEncoder, progress: Progress
) -> NDArray[np.float32]:
    """Vectors of questions, of length one: as asked and with abbreviations spelled out."""
    import numpy as np

    progress("encoding questions", 0)
    asked = encoder.encode(texts).astype(np.float32)
    spelled = encoder.encode([spelled_out(text) for text in texts]).astype(np.float32)
    both = asked + spelled
    vectors: NDArray[np.float32] = both / np.linalg.norm(both, axis=1, keepdims=True)
    return vectors


def save_index(folder: Path, index: ProjectIndex, about: IndexAbout, progress: Progress) -> None:
    """Write an index into a folder, which is made."""
    import numpy as np

    progress("keeping the index", 0)
    folder.mkdir()
    arrays: dict[str, NDArray[Any]] = {
        "grants": index.grants,
        "starts": index.starts,
        "term_starts": index.lexical.starts,
        "term_documents": index.lexical.documents,
        "term_weights": index.lexical.weights,
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    for name, optional in (("passages", index.passages), ("term_times", index.lexical.times)):
        if optional is not None:
            np.save(folder / f"{name}.npy", optional)
    (folder / _ABOUT).write_bytes(msgspec.msgpack.encode(about))


def open_index(snapshot_folder: Path) -> tuple[ProjectIndex, IndexAbout]:
    """The index of a snapshot. Raises SnapshotError where there is none, or it is damaged."""
    folder = snapshot_folder / FOLDER
    if not folder.is_dir():
        raise SnapshotError(
            f"{snapshot_folder.name}: this snapshot has no computed links",
            hint="compute them: `graphkit link`",
        )
    try:
        about = msgspec.msgpack.decode((folder / _ABOUT).read_bytes(), type=IndexAbout)
        arrays = {name: _mapped(folder / f"{name}.npy") for name in _ARRAYS}
        vectors, times = (
            _mapped(path) if (path := folder / f"{name}.npy").is_file() else None
            for name in ("passages", "term_times")
        )
    except (OSError, ValueError, EOFError, msgspec.MsgspecError) as error:
        raise SnapshotError(
            f"{folder}: the index is damaged: {error}", hint="compute it again: `graphkit link`"
        ) from None
    index = ProjectIndex(
        keys=about.keys,
        grants=arrays["grants"],
        lexical=LexicalIndex(
            vocabulary=about.vocabulary,
            starts=arrays["term_starts"],
            documents=arrays["term_documents"],
            weights=arrays["term_weights"],
            times=times,
            size=len(about.keys),
        ),
        weights=TermWeights(about.question_terms, about.questions),
        starts=arrays["starts"],
        passages=vectors,
        scale=Scale(*about.scale) if about.scale else None,
    )
    return index, about


def _mapped(path: Path) -> NDArray[Any]:
    """An array on disk, of which is read what is looked at."""
    import numpy as np

    # As a plain array: each cut of a mapped one costs as much as what is done with it.
    return np.load(path, mmap_mode="r").view(np.ndarray)  # type: ignore[no-any-return]


def same_encoder(about: IndexAbout, choice: ModelChoice | None) -> CachedEncoder | None:
    """The encoder that an index was made with; None where there was none, it is not asked for,
    or it is not installed here. Raises UsageError where another is asked for.
    """
    if about.model is None or (choice is not None and choice.words_alone):
        return None
    encoder = chosen_encoder(choice or ModelChoice(fast=about.fast))
    if encoder is not None and encoder.encoder.digest != about.model_digest:
        encoder.close()
        raise UsageError(
            f"this snapshot was linked with {about.model} ({about.model_digest or '':.12}), "
            f"not with {encoder.encoder.name} ({encoder.encoder.digest:.12})",
            hint="name the same model (--model, --embeddings, --fast), or link again with this one",
        )
    return encoder
