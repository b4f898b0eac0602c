"""What graphkit computes about questions and projects, in a named graph of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from graphkit.model import Assessment, Computation, Evidence, Similarity
from graphkit.rdf.nodes import Namer, ending
from graphkit.rdf.terms import boolean, decimal, integer, string

COMPUTED_GRAPH = "computed"
"""Name of the graph of computed statements."""
_PLACES = 4
"""Decimal places of a score: more would be noise."""


class JudgedAssessment(Assessment, frozen=True, kw_only=True):
    """An assessment that was made by another computation than the rest: `computation`, a key."""

    computation: str


class ChainedComputation(Computation, frozen=True, kw_only=True):
    """A computation, and the `further` ones that went on from what it found."""

    further: tuple[Computation, ...]


def chain(computation: Computation) -> tuple[Computation, ...]:
    """A computation and its further ones, if it has any."""
    further = computation.further if isinstance(computation, ChainedComputation) else ()
    return (computation, *further)


def computation_key(
    method: str, version: str, parameters: str, model: str | None, digest: str | None = None
) -> str:
    """The key of a computation, a hash of what its results depend on: 16 hexadecimal digits.

    >>> len(computation_key("words alone", "0.1", "{}", None))
    16
    """
    parts = "\n".join((method, version, parameters, model or "", digest or ""))
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


class ComputedEmitter:
    """Writes computed statements.

    Everything points at `computation`, but for the assessments that name one of its further
    ones (`ChainedComputation`).
    """

    def __init__(self, namer: Namer, computation: Computation) -> None:
        self._namer = namer
        self._end = ending(namer.graph(COMPUTED_GRAPH))
        self._computation = computation
        self._made = namer.thing("computation", computation.key)
        self._origin = namer.concept("origin", "computed")
        self._p = namer.predicate

    def computation_lines(self) -> list[str]:
        """All statements on the computation, then on the further ones."""
        return [line for one in chain(self._computation) for line in self._lines_on(one)]

    def _lines_on(self, one: Computation) -> list[str]:
        iri, end, p = self._namer.thing("computation", one.key), self._end, self._p
        lines = [f"{iri}{self._namer.type('gk:Computation')}{end}"]
        for predicate, value in (
            ("gk:method", one.method),
            ("gk:methodVersion", one.version),
            ("gk:model", one.model),
            ("gk:modelDigest", one.model_digest),
            ("gk:parameters", one.parameters),
        ):
            if value:
                lines.append(f"{iri}{p(predicate)}{string(value)}{end}")
        when = f'"{one.ended}"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
        lines.append(f"{iri}{p('prov:endedAtTime')}{when}{end}")
        return lines

    def aspect_lines(self, labels: Mapping[str, str]) -> Iterator[list[str]]:
        """Aspects that the graph does not describe yet."""
        for key, label in sorted(labels.items()):
            iri = self._namer.thing("aspect", key)
            yield [
                f"{iri}{self._namer.type('gk:Aspect')}{self._end}",
                f"{iri}{self._p('skos:prefLabel')}{string(label)}{self._end}",
            ]

    def assessment_lines(self, assessment: Assessment) -> list[str]:
        """All statements on one assessment, its evidence first."""
        thing, end, p = self._namer.thing, self._end, self._p
        question = thing("question", assessment.question)
        project = thing("project", assessment.project)
        key = f"{assessment.question}-{assessment.project}-computed"
        iri = thing("assessment", key)
        made = self._made
        if isinstance(assessment, JudgedAssessment):
            made = thing("computation", assessment.computation)
        lines: list[str] = []
        pieces = []
        for number, evidence in enumerate(assessment.evidence, 1):
            piece = thing("evidence", f"{key}-{number}")
            pieces.append(piece)
            lines += self._evidence_lines(piece, evidence)
        lines += [
            f"{iri}{self._namer.type('gk:Assessment')}{end}",
            f"{iri}{p('gk:assessesQuestion')}{question}{end}",
            f"{iri}{p('gk:assessesProject')}{project}{end}",
            f"{iri}{p('gk:degree')}{self._namer.concept('degree', assessment.degree)}{end}",
            f"{iri}{p('gk:origin')}{self._origin}{end}",
            f"{iri}{p('prov:wasGeneratedBy')}{made}{end}",
        ]
        if assessment.rank is not None:
            lines.append(f"{iri}{p('gk:rank')}{integer(assessment.rank)}{end}")
        if assessment.score is not None:
            score = decimal(assessment.score, _PLACES)
            lines.append(f"{iri}{p('gk:score')}{score}{end}")
        for predicate, kind, keys in (
            ("gk:coversAspect", "aspect", assessment.covers),
            ("gk:missesAspect", "aspect", assessment.misses),
            ("gk:matchesPlace", "place", assessment.places),
        ):
            lines += [f"{iri}{p(predicate)}{thing(kind, one)}{end}" for one in keys]
        lines += [f"{iri}{p('gk:evidence')}{piece}{end}" for piece in pieces]
        if assessment.states_expertise is not None:
            value = boolean(assessment.states_expertise)
            lines.append(f"{iri}{p('gk:statesExpertise')}{value}{end}")
        if assessment.explanation:
            lines.append(f"{iri}{p('gk:explanation')}{string(assessment.explanation)}{end}")
        if assessment.degree != "none":
            lines.append(f"{project}{p('gk:addresses')}{question}{end}")
        return lines

    def _evidence_lines(self, iri: str, evidence: Evidence) -> list[str]:
        end, p = self._end, self._p
        return [
            f"{iri}{self._namer.type('gk:Evidence')}{end}",
            f"{iri}{p('gk:quote')}{string(evidence.quote)}{end}",
            f"{iri}{p('gk:quotedFrom')}{string(evidence.field)}{end}",
            f"{iri}{p('gk:offset')}{integer(evidence.start)}{end}",
            f"{iri}{p('gk:score')}{decimal(evidence.score, _PLACES)}{end}",
            *(
                f"{iri}{p('gk:showsAspect')}{self._namer.thing('aspect', key)}{end}"
                for key in evidence.aspects
            ),
        ]

    def hub_lines(self, counts: Mapping[str, int]) -> Iterator[list[str]]:
        """How many questions each project is linked to, by project."""
        for project, count in sorted(counts.items()):
            iri = self._namer.thing("project", project)
            yield [f"{iri}{self._p('gk:linkedQuestions')}{integer(count)}{self._end}"]

    def similarity_lines(self, similarity: Similarity) -> list[str]:
        """All statements on two similar questions; the direct link goes both ways."""
        thing, end, p = self._namer.thing, self._end, self._p
        iri = thing("similarity", f"{similarity.question}-{similarity.other}-computed")
        a, b = thing("question", similarity.question), thing("question", similarity.other)
        return [
            f"{iri}{self._namer.type('gk:Similarity')}{end}",
            f"{iri}{p('gk:fromQuestion')}{a}{end}",
            f"{iri}{p('gk:toQuestion')}{b}{end}",
            f"{iri}{p('gk:origin')}{self._origin}{end}",
            f"{iri}{p('gk:score')}{decimal(similarity.score, _PLACES)}{end}",
            f"{iri}{p('gk:isDuplicate')}{boolean(similarity.duplicate)}{end}",
            f"{iri}{p('gk:reason')}{string(similarity.reason)}{end}",
            f"{iri}{p('prov:wasGeneratedBy')}{self._made}{end}",
            *(
                f"{iri}{p('gk:sharesAspect')}{thing('aspect', key)}{end}"
                for key in similarity.aspects
            ),
            f"{a}{p('gk:similarTo')}{b}{end}",
            f"{b}{p('gk:similarTo')}{a}{end}",
        ]
