"""What an assessment says against what a person said: degrees and aspects of judged pairs.

Records of one grant are one project here too: of several assessments the strongest stands for
the grant, of several judgements the strongest degree and every aspect that any record covers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from graphkit.model import Assessment
from graphkit.relevance.evaluation.judged import DEGREES, JudgedPair
from graphkit.relevance.evaluation.metrics import Counts, Pair

NOT_LINKED = "not linked"


class Said(NamedTuple):
    """What is said of one pair: a degree, if any, and aspects covered and missed."""

    degree: str | None
    covers: frozenset[str] = frozenset()
    misses: frozenset[str] = frozenset()


def _strength(degree: str | None) -> int:
    return DEGREES.index(degree) if degree in DEGREES else len(DEGREES)


def judgements(pairs: Iterable[JudgedPair], grants: Mapping[str, str]) -> dict[Pair, Said]:
    """What was judged, by question and grant.

    >>> judgements([JudgedPair("1", "P", 2, "partial", ("capacity",))], {})[("1", "P")].covers
    frozenset({'capacity'})
    """
    said: dict[Pair, Said] = {}
    for pair in pairs:
        key = pair.question, grants.get(pair.project, pair.project)
        held = said.get(key, Said(None))
        covers = held.covers.union(pair.covers)
        degree = min(held.degree, pair.degree, key=_strength)
        said[key] = Said(degree, covers, held.misses.union(pair.misses) - covers)
    return said


def linked_as(
    assessments: Mapping[Pair, Assessment], grants: Mapping[str, str]
) -> dict[Pair, Said]:
    """What the assessments say, by question and grant; one of degree "none" is no link.

    Of the records of a grant the one of the strongest degree counts, then of the best score.
    """
    best: dict[Pair, tuple[tuple[int, float, str], Assessment]] = {}
    for (question, project), one in assessments.items():
        if one.degree == "none":
            continue
        key = question, grants.get(project, project)
        order = _strength(one.degree), -(one.score or 0.0), project
        if key not in best or order < best[key][0]:
            best[key] = order, one
    return {
        key: Said(one.degree, frozenset(one.covers), frozenset(one.misses))
        for key, (_, one) in best.items()
    }


def degree_confusion(
    judged: Mapping[Pair, Said], linked: Mapping[Pair, Said]
) -> dict[tuple[str, str], int]:
    """How often a judged degree met a given one; a pair without a link was given "not linked".

    Pairs whose degree was not judged do not count.

    >>> degree_confusion({("1", "P"): Said("full"), ("1", "Q"): Said("none")},
    ...                  {("1", "P"): Said("partial")})
    {('full', 'partial'): 1, ('none', 'not linked'): 1}
    """
    found: Counter[tuple[str, str]] = Counter()
    for key, said in judged.items():
        if said.degree is not None:
            given = linked[key].degree if key in linked else NOT_LINKED
            found[said.degree, given or "unstated"] += 1
    return dict(sorted(found.items()))


class AspectVerdict(NamedTuple):
    """One aspect of one judged pair: judged covered or missed, given covered, missed or neither."""

    question: str
    aspect: str
    judged_covered: bool
    given_covered: bool
    given_missed: bool


def aspect_verdicts(
    judged: Mapping[Pair, Said], linked: Mapping[Pair, Said], *, unlinked: bool = False
) -> list[AspectVerdict]:
    """Each judged aspect of each linked pair; with `unlinked` of the others too.

    A pair that is not linked covers nothing. Aspects that were given but not judged do not
    count: nobody has said whether they are right.

    >>> judged = {("1", "P"): Said(None, frozenset({"cost"}), frozenset({"risk"}))}
    >>> given = {("1", "P"): Said("partial", frozenset({"risk", "time"}))}
    >>> [(v.aspect, v.judged_covered, v.given_covered) for v in aspect_verdicts(judged, given)]
    [('cost', True, False), ('risk', False, True)]
    """
    nothing = Said(None)
    return [
        AspectVerdict(
            key[0],
            aspect,
            aspect in said.covers,
            aspect in linked.get(key, nothing).covers,
            aspect in linked.get(key, nothing).misses,
        )
        for key, said in sorted(judged.items(), key=lambda item: item[0])
        if unlinked or key in linked
        for aspect in sorted(said.covers | said.misses)
    ]


def covered(verdicts: Iterable[AspectVerdict]) -> Counts:
    """Aspects given as covered, against the judgement.

    >>> covered([AspectVerdict("1", "cost", True, False, True)])
    Counts(hits=0, wrong=0, missed=1)
    """
    return _counts((one.judged_covered, one.given_covered) for one in verdicts)


def missing(verdicts: Iterable[AspectVerdict]) -> Counts:
    """Aspects given as missed, against the judgement.

    >>> missing([AspectVerdict("1", "cost", True, False, True)])
    Counts(hits=0, wrong=1, missed=0)
    """
    return _counts((not one.judged_covered, one.given_missed) for one in verdicts)


def _counts(pairs: Iterable[tuple[bool, bool]]) -> Counts:
    found = Counter(pairs)
    return Counts(found[True, True], found[False, True], found[True, False])


def aspects_agreement(
    gold: Mapping[str, Set[str]], given: Mapping[str, Sequence[str]]
) -> dict[str, Counts]:
    """The aspects read from questions against those a person read, key by key.

    Only a key that is the same counts as a hit. Questions that `gold` lacks are passed over;
    one that `given` lacks was given no aspect.

    >>> aspects_agreement({"1": {"cost", "risk"}}, {"1": ["cost", "time"], "2": ["x"]})
    {'1': Counts(hits=1, wrong=1, missed=1)}
    """
    found = {}
    for question, right in sorted(gold.items()):
        keys = frozenset(given.get(question, ()))
        found[question] = Counts(len(keys & right), len(keys - right), len(right - keys))
    return found
