"""From a model's words to an assessment that holds nothing the project's text does not show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphkit.model import Assessment, Evidence
from graphkit.relevance.language_model.prompt import Pair
from graphkit.relevance.language_model.quotes import Quote, find_quote
from graphkit.relevance.rationale import read_rationale
from graphkit.relevance.sentences import sentences
from graphkit.text import clean_line

SCORES = {"full": 1.0, "direct": 0.8, "partial": 0.6, "indirect": 0.3, "none": 0.0}
"""The score of each degree that a model may give."""
MAX_EXPLANATION = 300
"""Characters of the explanation that are kept."""
_THOUGHTS = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Verdict:
    """What could be made of an answer.

    `assessment` is None where nothing could, and `fault` then says why. `dropped` counts
    quotes that the text does not hold, `unknown` aspects that the question does not have.
    `lowered` is whether "full" became "partial" because an aspect has no quote.
    """

    assessment: Assessment | None
    fault: str = ""
    dropped: int = 0
    unknown: int = 0
    lowered: bool = False


def read_answer(content: str, pair: Pair) -> Verdict:
    """Check a model's words against the pair that they are about.

    An aspect counts as covered only with a verbatim quote; the others are missed. An answer
    that links the two without any verbatim quote cannot be used. Expertise and an explanation
    that claims it stand only where the answer's `expertise` is true. Where "full" leaves an
    aspect without a quote, the degree becomes "partial".

    >>> pair = Pair("1", "Why is pay low?", (("pay", "pay"),), "P", "Low pay in Wales", None)
    >>> words = '{"degree": "partial", "covers": [{"aspect": 1, "quote": "Low pay in Wales"}]}'
    >>> read_answer(words, pair).assessment.covers
    ('pay',)
    >>> read_answer(words.replace("Low", "Fair"), pair).fault
    'no quote in it is a verbatim part of the title or the abstract'
    """
    written = [*_objects(content)]
    if not written:
        return Verdict(None, "it holds no JSON object")
    found = written[-1]  # what comes before is a draft
    degree = found.get("degree")
    degree = degree.strip().lower() if isinstance(degree, str) else ""
    if degree not in SCORES:
        return Verdict(None, f"its degree is none of {', '.join(SCORES)}")
    if degree == "none":
        return Verdict(_assessment(pair, degree, {}, None, None, _explanation(found, False)))
    quotes, dropped, unknown = _covered(found.get("covers"), pair)
    topic = find_quote(found.get("topic_quote"), pair.fields)
    dropped += topic is None and bool(found.get("topic_quote"))
    if topic is None and not quotes:
        fault = "no quote in it is a verbatim part of the title or the abstract"
        return Verdict(None, fault, dropped, unknown)
    lowered = degree == "full" and len(quotes) < len(pair.aspects)
    stated = found.get("expertise")
    expertise = stated if isinstance(stated, bool) else None
    explanation = _explanation(found, expertise is True)
    degree = "partial" if lowered else degree
    assessment = _assessment(pair, degree, quotes, topic, expertise, explanation)
    return Verdict(assessment, "", dropped, unknown, lowered)


def _objects(content: str) -> Iterator[dict[str, Any]]:
    """The JSON objects with a degree in a text, whatever stands around them."""
    content = _THOUGHTS.sub(" ", content)
    decoder = json.JSONDecoder()
    at = content.find("{")
    tries = 0
    while at >= 0 and tries < 100:  # each try may read to the end
        tries += 1
        try:
            found, end = decoder.raw_decode(content, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            if "degree" in found:
                yield found
            else:  # it may be inside
                end = at + 1
        at = content.find("{", end)


def _covered(listed: object, pair: Pair) -> tuple[dict[str, Quote], int, int]:
    """The first verbatim quote of each aspect, the quotes dropped, the aspects unknown."""
    quotes: dict[str, Quote] = {}
    dropped = unknown = 0
    for item in listed if isinstance(listed, list) else ():
        number = _number(item.get("aspect")) if isinstance(item, dict) else 0
        if not 1 <= number <= len(pair.aspects):
            unknown += 1
            continue
        quote = find_quote(item.get("quote"), pair.fields)
        if quote is None:
            dropped += 1
        else:
            quotes.setdefault(pair.aspects[number - 1][0], quote)
    return quotes, dropped, unknown


def _number(value: object) -> int:
    """The number of an aspect; 0 where it is none."""
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,3}\.?\s*", value):
        return int(value.strip().rstrip("."))
    return value if type(value) is int else 0


def _explanation(found: dict[str, Any], expertise: bool) -> str | None:
    """One sentence in plain text; None where there is none, or it claims what was denied."""
    value = found.get("explanation")
    if not isinstance(value, str):
        return None
    line = clean_line(value[: 10 * MAX_EXPLANATION])
    first = next((sentence.text for sentence in sentences(line)), None)
    if first is None:
        return None
    if len(first) > MAX_EXPLANATION:
        cut = first[:MAX_EXPLANATION].rpartition(" ")[0] or first[: MAX_EXPLANATION - 1]
        first = f"{cut[: MAX_EXPLANATION - 1]}…"
    if not expertise and read_rationale(first).states_expertise:
        return None
    return first


def _assessment(
    pair: Pair,
    degree: str,
    quotes: dict[str, Quote],
    topic: Quote | None,
    expertise: bool | None,
    explanation: str | None,
) -> Assessment:
    score = SCORES[degree]
    shown: dict[Quote, list[str]] = {}
    for key, quote in quotes.items():
        shown.setdefault(quote, []).append(key)
    evidence = [
        Evidence(field=q.field, start=q.start, quote=q.text, score=score, aspects=tuple(keys))
        for q, keys in shown.items()
    ]
    if topic is not None:
        evidence.insert(
            0, Evidence(field=topic.field, start=topic.start, quote=topic.text, score=score)
        )
    keys = [key for key, _ in pair.aspects]
    return Assessment(
        question=pair.question,
        project=pair.project,
        degree=degree,
        origin="computed",
        covers=tuple(key for key in keys if key in quotes),
        misses=tuple(key for key in keys if key not in quotes),
        states_expertise=expertise,
        explanation=explanation,
        score=score,
        evidence=tuple(evidence),
    )
