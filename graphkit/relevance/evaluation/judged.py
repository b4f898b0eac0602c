"""Judged pairs: question, project, and what a person said of the two.

A file of them is a CSV table `question,project,judgement[,degree][,covers][,misses][,split]`.
A judgement is a number from 0 (not relevant) to 3, or a word. What cannot be understood is
refused with its line, field and reason; nothing is dropped silently.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote

from graphkit.errors import InputError
from graphkit.model import Assessment
from graphkit.relevance.aspects import NO_SYNONYMS, aspect_key
from graphkit.relevance.evaluation.judged_table import Row, read_table
from graphkit.text import printable

REQUIRED = ("question", "project", "judgement")
DEGREES = ("full", "direct", "partial", "indirect", "unstated", "none")
"""The degrees of an assessment, from the strongest down."""
MAX_GRADE = 3
MAX_ASPECT = 200
"""A longer aspect, in characters, is no aspect but a text in the wrong column."""
EXCERPT = 80

_ALIASES = MappingProxyType({"judgment": "judgement"})
# A degree says how far, so it has a grade; "unstated" says only that the two go together.
_GRADES = MappingProxyType({"full": 3, "direct": 3, "partial": 2, "indirect": 1, "none": 0})
_YES = frozenset({"relevant", "yes", "true", "unstated"})
_NO = frozenset({"irrelevant", "no", "false", "not relevant"})
_IRI = re.compile(r"<?https?://[^\s<>]*/id/(?P<kind>[a-z-]+)/(?P<key>[^\s<>/?#]+)>?", re.IGNORECASE)
_CURIE = re.compile(r"(?P<kind>[a-z-]+):(?P<key>[^\s:/]+)", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,399}", re.ASCII)
_DECIMAL = re.compile(r"\d+[.,]\d+")
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)


class JudgedPair(NamedTuple):
    """A pair and its judgement: a grade from 0 to 3, or 0 and 1 where no file grades it.

    `degree` is None where it was not judged. `covers` and `misses` are aspect keys; an aspect
    in neither was not judged. `line` is 0 for a pair that is from no file.
    """

    question: str
    project: str
    grade: int
    degree: str | None = None
    covers: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    line: int = 0


class Refused(NamedTuple):
    """A row that was not used. `field` is empty where the row as a whole is at fault."""

    line: int
    field: str
    reason: str
    excerpt: str = ""


@dataclass(frozen=True)
class Judged:
    """Judged pairs, each once, and what did not become one.

    `graded` tells whether grades say how far (0 to 3) or only whether (0 and 1). `repeated`
    counts rows that say again what a row before them said, `other_splits` the rows outside the
    split asked for, `in_several_splits` the questions of this split that another has too.
    """

    pairs: tuple[JudgedPair, ...]
    refused: tuple[Refused, ...] = ()
    graded: bool = False
    repeated: int = 0
    other_splits: int = 0
    in_several_splits: tuple[str, ...] = ()

    @property
    def threshold(self) -> int:
        """From which grade on a project counts as relevant, unless one is asked for."""
        return 2 if self.graded else 1


def holds_negatives(pairs: Iterable[JudgedPair], threshold: int) -> bool:
    """Whether any project was judged not relevant; else only positives are known.

    >>> holds_negatives([JudgedPair("1", "P", 3), JudgedPair("1", "Q", 1)], threshold=2)
    True
    """
    return any(pair.grade < threshold for pair in pairs)


def question_key(text: str) -> str:
    """The upstream key in a key, `question:KEY` or an IRI that ends in `/id/question/KEY`.

    Raises ValueError with the reason.

    >>> question_key("16604"), question_key("https://w3id.org/graphkit/id/question/16604")
    ('16604', '16604')
    """
    key = _key(text, "question")
    if _DECIMAL.fullmatch(key):
        raise ValueError("a number with a decimal point: keep the column as text")
    if not _PLAIN.fullmatch(key):
        raise ValueError("no key of a question (as 16604)")
    return key


def project_key(text: str) -> str:
    """The key in a key, `project:KEY` or an IRI that ends in `/id/project/KEY`.

    A GtR project id (a GUID) is given in upper case, as the graph has it; other keys, as
    "page-16604-2" of a project that only a question's page names, stay as they are.

    Raises ValueError with the reason.

    >>> project_key("project:8f2b9d0c-1a2b-4c3d-8e4f-5a6b7c8d9e0f")
    '8F2B9D0C-1A2B-4C3D-8E4F-5A6B7C8D9E0F'
    """
    key = _key(text, "project")
    if _GUID.fullmatch(key):
        return key.upper()
    if not _PLAIN.fullmatch(key):
        raise ValueError("no GtR project id (GUID), nor another key of a project")
    return key


def _key(text: str, kind: str) -> str:
    if not text:
        raise ValueError("empty")
    match = _IRI.fullmatch(text) or _CURIE.fullmatch(text)
    if match is None:
        return text
    if match["kind"].lower() != kind:
        raise ValueError(f"names a {printable(match['kind'].lower())}, not a {kind}")
    return unquote(match["key"])


def read_judged(
    path: Path, *, split: str | None = None, synonyms: Mapping[str, str] = NO_SYNONYMS
) -> Judged:
    """The pairs of a file, or those whose column `split` says `split` (in any case).

    A plain "yes" has the grade from which on a pair counts as relevant in this file: 2 where any
    row has a grade above 1 or a degree (but "none") for a judgement, else 1. A pair that
    comes again is counted once where it says the same and refused where it says another thing.

    Raises InputError where the file cannot be used at all, or no row of it can.
    """
    required = REQUIRED if split is None else (*REQUIRED, "split")
    table = read_table(path, required, _ALIASES)
    refused: list[Refused] = []
    rows: list[tuple[Row, int | None]] = []
    splits: dict[str, set[str]] = {}
    graded = False
    seen = 0
    wanted = "" if split is None else split.strip().lower()
    for row in table.rows:
        seen += 1
        if row.fault:
            refused.append(Refused(row.line, "", row.fault))
            continue
        own = row.fields.get("split", "").lower()
        splits.setdefault(own, set())
        with suppress(ValueError):
            splits[own].add(question_key(row.fields["question"]))
        try:
            grade = _grade(row.fields["judgement"])
        except ValueError as error:
            if split is None or own == wanted:
                refused.append(_refusal(row, "judgement", str(error)))
            continue
        # The scale is the file's: a split without a 3 is on the same one.
        by_degree = row.fields["judgement"].lower() in _GRADES
        graded = graded or (grade is not None and grade > (0 if by_degree else 1))
        if split is None or own == wanted:
            rows.append((row, grade))
    if not seen:
        raise InputError(f"{path}: a header and no rows", hint="add one row for each judged pair")
    if split is not None and wanted not in splits:
        held = ", ".join(printable(name[:40]) for name in sorted(splits) if name) or "nothing"
        raise InputError(
            f"{path}: no row is of the split {printable(split)!r}", hint=f"the column holds {held}"
        )
    judged = _collect(Judged((), tuple(refused), graded), rows, synonyms)
    if not judged.pairs:
        first = judged.refused[0]
        raise InputError(
            f"{path}: no judged pair could be read; the first fault is in line {first.line}"
            f"{', ' + first.field if first.field else ''}: {first.reason}",
            hint=f"a row is {','.join(REQUIRED)}, as 16604,<GtR project id>,1",
        )
    if split is None:
        return judged
    others = {key for name, keys in splits.items() if name != wanted for key in keys}
    mine = splits[wanted]
    return replace(
        judged,
        other_splits=seen - len(rows) - len(refused),
        in_several_splits=tuple(sorted(mine & others)),
    )


def _grade(text: str) -> int | None:
    """The grade that a judgement gives; None for a plain yes. Raises ValueError."""
    word = " ".join(text.lower().split())
    if word in _GRADES:
        return _GRADES[word]
    if word in _YES:
        return None
    if word in _NO:
        return 0
    if not word:
        raise ValueError("empty")
    try:
        number = float(word) if word.isascii() else -1.0
    except ValueError:
        number = -1.0
    if number not in range(MAX_GRADE + 1):
        raise ValueError(f"not a number from 0 to {MAX_GRADE}, yes or no, or a degree")
    return int(number)


def _refusal(row: Row, field: str, reason: str) -> Refused:
    return Refused(row.line, field, reason, printable(row.fields.get(field, "")[:EXCERPT]))


class _RefusedError(Exception):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def _collect(
    judged: Judged, rows: Iterable[tuple[Row, int | None]], synonyms: Mapping[str, str]
) -> Judged:
    """The pairs of rows, each once; what differs from the first row of its pair is refused."""
    first: dict[tuple[str, str], JudgedPair] = {}
    refused = list(judged.refused)
    repeated = 0
    for row, grade in rows:
        try:
            pair = _pair(row, judged.threshold if grade is None else grade, judged, synonyms)
        except _RefusedError as error:
            refused.append(_refusal(row, error.field, str(error)))
            continue
        held = first.setdefault((pair.question, pair.project), pair)
        if held is pair:
            continue
        differing = _differing(held, pair)
        if differing:
            reason = f"line {held.line} says another thing of the same pair; that one is kept"
            refused.append(_refusal(row, differing, reason))
        else:
            repeated += 1
    refused.sort()
    return replace(judged, pairs=tuple(first.values()), refused=tuple(refused), repeated=repeated)


def _differing(held: JudgedPair, pair: JudgedPair) -> str:
    """The first field in which two judgements of one pair differ, or nothing."""
    if held.grade != pair.grade:
        return "judgement"
    if held.degree != pair.degree:
        return "degree"
    if set(held.covers) != set(pair.covers):
        return "covers"
    return "misses" if set(held.misses) != set(pair.misses) else ""


def _pair(row: Row, grade: int, judged: Judged, synonyms: Mapping[str, str]) -> JudgedPair:
    fields = row.fields
    try:
        field = "question"
        question = question_key(fields[field])
        field = "project"
        project = project_key(fields[field])
        field = "degree"
        degree = _degree(fields.get(field, ""), fields["judgement"], grade, judged.threshold)
        field = "covers"
        covers = _aspects(fields.get(field, ""), synonyms)
        field = "misses"
        misses = _aspects(fields.get(field, ""), synonyms)
        if both := sorted(set(covers) & set(misses)):
            raise ValueError(f"{both[0]} is covered and missed at once")
    except ValueError as error:
        raise _RefusedError(field, str(error)) from None
    return JudgedPair(question, project, grade, degree, covers, misses, row.line)


def _degree(text: str, judgement: str, grade: int, threshold: int) -> str | None:
    """The degree judged, if any: from its own column, or from a judgement that is one."""
    word = text.lower()
    if word and word not in DEGREES:
        raise ValueError(f"not one of {', '.join(DEGREES)}")
    if not word and judgement.lower() in DEGREES:
        word = judgement.lower()
    if grade == 0:
        if word in ("", "unstated", "none"):
            return "none"
        raise ValueError(f"{word}, of a project that is judged not relevant")
    if word == "none" and grade >= threshold:
        raise ValueError("none, of a project that is judged relevant")
    return word or None


def _aspects(text: str, synonyms: Mapping[str, str]) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for item in filter(None, (part.strip() for part in text.split(";"))):
        if len(item) > MAX_ASPECT:
            raise ValueError(f"an aspect of more than {MAX_ASPECT} characters")
        key, _ = aspect_key(item, synonyms)
        if not key:
            raise ValueError("an aspect without a word")
        keys[key] = None
    return tuple(keys)


def judged_by(assessments: Iterable[Assessment]) -> Judged:
    """Published assessments as judgements: grade 1, or 0 where the degree is none.

    An unstated degree is no judgement of how far. Of several assessments of a pair the
    first counts.
    """
    pairs: dict[tuple[str, str], JudgedPair] = {}
    repeated = 0
    for one in assessments:
        degree = None if one.degree == "unstated" else one.degree
        grade = int(one.degree != "none")
        pair = JudgedPair(one.question, one.project, grade, degree, one.covers, one.misses)
        if pairs.setdefault((one.question, one.project), pair) is not pair:
            repeated += 1
    return Judged(tuple(pairs.values()), repeated=repeated)


def known_only(judged: Judged, questions: Container[str], projects: Container[str]) -> Judged:
    """Without the pairs whose question or project the graph does not have; those are refused.

    >>> judged = Judged((JudgedPair("1", "P", 1, line=2), JudgedPair("2", "P", 1, line=3)))
    >>> known_only(judged, {"1"}, {"P"}).refused
    (Refused(line=3, field='question', reason='not in the graph', excerpt='2'),)
    """
    kept, refused = [], list(judged.refused)
    for pair in judged.pairs:
        if pair.question not in questions:
            refused.append(Refused(pair.line, "question", "not in the graph", pair.question))
        elif pair.project not in projects:
            refused.append(Refused(pair.line, "project", "not in the graph", pair.project))
        else:
            kept.append(pair)
    return replace(judged, pairs=tuple(kept), refused=tuple(sorted(refused)))
