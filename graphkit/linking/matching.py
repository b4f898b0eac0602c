"""One question of a user's own against a snapshot that is linked: nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from graphkit.errors import UsageError
from graphkit.identity.place_mentions import PlaceFinder
from graphkit.linking.corpus import CorpusReader, ProjectText
from graphkit.linking.indexing import open_index, question_vectors
from graphkit.linking.method import encoder_of
from graphkit.model import Assessment
from graphkit.ontology import Ontology
from graphkit.progress import Progress, silent
from graphkit.relevance.abbreviations import spelled_out
from graphkit.relevance.assessing import Asked, Assessor, Text
from graphkit.relevance.coverage import Wordings
from graphkit.relevance.encoders.choosing import ModelChoice
from graphkit.relevance.question_aspects import AspectReader
from graphkit.relevance.retrieval import damped
from graphkit.snapshot import Snapshot
from graphkit.text import clean_text

LONGEST = 100_000
"""Characters of a question that are read."""


@dataclass(frozen=True)
class Match:
    """A project that was found, how it was assessed, and to how many questions it is linked."""

    project: ProjectText
    rank: int
    assessment: Assessment
    linked_questions: int


@dataclass(frozen=True)
class Matched:
    """What was found for a question. `model` is None where words alone were compared, and
    `remark` says why unless that was asked for, and whether the question was cut;
    `place_names` gives places their names."""

    aspects: dict[str, str]
    matches: list[Match]
    model: str | None
    place_names: dict[str, str]
    remark: str | None = None


def match(
    snapshot: Snapshot,
    question: str,
    choice: ModelChoice | None = None,
    *,
    candidates: bool = False,
    limit: int | None = None,
    progress: Progress = silent,
) -> Matched:
    """The projects that speak to a question, best first; all candidates with `candidates`.

    The question is compared with the same model that the snapshot was linked with; where that
    is not at hand, by words alone, and `remark` says so. Raises UsageError for a text without
    a word.
    """
    question = clean_text(question)
    if not any(character.isalnum() for character in question):
        raise UsageError("the question holds no word", hint="ask in words")
    cut = len(question) > LONGEST
    question = question[:LONGEST]
    ontology = Ontology.load()
    index, about = open_index(snapshot.folder)
    aspects = dict(AspectReader(ontology.concepts("aspect")).read(question))
    vectors, model = None, None
    encoder, remark = encoder_of(about, choice)
    if cut:
        remark = "; ".join(
            filter(None, (remark, f"only the first {LONGEST:,} characters are read"))
        )
    if encoder is not None:
        with encoder:
            vectors = question_vectors([question], encoder, progress)
            model = encoder.encoder.name
    reader = CorpusReader(snapshot, ontology)
    finder = PlaceFinder(reader.gazetteer())
    asked = Asked("asked", spelled_out(question), aspects, frozenset(finder.find(question)))
    names = reader.place_names()
    assessor = Assessor(Wordings(ontology.concepts("aspect")), index, names)
    found = damped(next(iter(index.candidates([asked.text], vectors))), about.placed)
    matches: list[Match] = []
    for candidate in found:
        if limit is not None and len(matches) >= limit:
            break
        project = reader.project(index.keys[candidate.project])
        text = Text(project.key, project.title, project.abstract, project.field, project.places)
        assessment = assessor.assess(asked, text, candidate)
        if candidates or assessment.degree != "none":
            hubs = about.hubs.get(project.key, 0)
            matches.append(Match(project, candidate.rank, assessment, hubs))
    return Matched(aspects, matches, model, names, remark)
