"""Which aspects an explanation says are covered and which are missing.

The grammar is small on purpose: a phrase that opens a list, the list, and the
words at which it ends. Members that are no plain noun phrases, or whose limits
cannot be told from the words alone, are left out.
"""

from __future__ import annotations

import re

from graphkit.relevance.aspects import aspect_key

_GERUND = (
    r"(?:focus(?:s)?ing\s+(?:\w+ly\s+)?on|discussing|examining|exploring|addressing|considering"
    r"|describing|investigating|analy[sz]ing|studying|covering|looking\s+at)"
)
_ASPECTS = r"(?:the\s+)?(?:\w+\s+)?(?:aspects?|issues?|topics?)\s+(?:of|around)"
_COVERS = re.compile(
    rf"(?<![\w-])(?:by|through|specifically)\s+(?:\w+ly\s+)?{_GERUND}\s+(?:{_ASPECTS}\s+)?"
    r"|\b(?:address(?:es|ed|ing)?|answer(?:s|ing)?|cover(?:s|ing)?|discuss(?:es|ing)?)\s+"
    rf"{_ASPECTS}\s+"
    rf"|\bspecifically\s+addresses\s+"
    rf"|(?P<loose>(?<=,\s)(?:and\s+)?|\band\s+){_GERUND}\s+(?:{_ASPECTS}\s+)?",
    re.IGNORECASE,
)
_DEAL_WITH = (
    r"(?:discuss|address|cover|consider|examine|explore|mention|focus\s+on|include|look\s+at"
    r"|investigate|assess|touch\s+(?:up)?on|deal\s+with|analy[sz]e|study|speak\s+to|answer)"
)
_MISSES = re.compile(
    r"(?:\b(?:does|do|did|may|might|will|would|is|are|can|could)\s*(?:not|n't)|\bcannot"
    rf"|\bfails?\s+to)\s+(?:\w+ly\s+){{0,2}}(?:{_DEAL_WITH}|discussing|addressing|covering)\s+"
    rf"|\bwithout\s+(?:\w+ly\s+)?{_GERUND}\s+"
    r"|\bno\s+(?:mention|discussion)\s+of\s+"
    r"|\bbut\s+not\s+",
    re.IGNORECASE,
)
_MISSING_SUBJECT = re.compile(
    r"(?:^|[.;]\s+|\b(?:but|although|though|however|while|and),?\s+)(?P<list>[^.;]{3,160}?)\s+"
    r"(?:is|are)\s+not\s+(?:\w+ly\s+)?(?:discussed|addressed|covered|considered|mentioned|examined"
    r"|explored)\b",
    re.IGNORECASE,
)
_NEGATION_BEFORE = re.compile(
    r"(?:\b(?:not|never|without|nor)|n't)\s+(?:\w+\s+){0,2}$", re.IGNORECASE
)
_ON_THE_QUESTION = re.compile(
    r"\b(?:answer|address|relevan|align|insight|by\s+\w+ing\b)[^.;]*$", re.IGNORECASE
)
_REACH = 600
"""Characters looked at on either side of a phrase; a sentence is shorter."""

# Where a list ends: another clause begins.
_END = re.compile(
    r"[.;:!?()]|\s[-–—]\s|,?\s+\b(?:but|however|although|though|while|whereas|which|who|where|when"
    r"|because|so\s+that|such\s+as|including|especially|particularly|rather|instead|through|by"
    r"|using|via|thus|therefore|thereby|without|yet|since|even|that|nor\s+(?:does|do|is|are)"
    rf"|(?:and|or)\s+(?:by\s+)?(?:{_GERUND}|(?:it|they|the\s+authors?|the\s+project|the\s+research"
    r"|could|can|may|might|is|are|has|have|does|do|aims?|provides?)\b))\b"
    rf"|,\s+(?:{_GERUND}|(?:so|as\s+(?:the|it)|the\s+(?:project|authors?|research)|it|they)\b)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\s+(?:in|within|across|throughout|among|amongst|during|under|at|around|near)\s.*$",
    re.IGNORECASE,
)
# Words after which "and" may join to the complement instead of to the list.
_COMPLEMENT = re.compile(
    r"\s(?:of|in|within|across|for|on|to|between|among|from|with)\s", re.IGNORECASE
)
_SEPARATOR = re.compile(
    r"\s*,\s*(?:and\s+|or\s+|nor\s+)?|\s+(?:and|or|nor|as\s+well\s+as)\s+", re.IGNORECASE
)
_LEAD = re.compile(
    r"(?:(?:the|its|their|any|all|either|both|these|various|other\s+aspects\s+of)\s+"
    r"|(?:(?:key|relevant|important|main)\s+)?(?:roles?|parts?)\s+(?:of|played\s+by|that\s+is"
    r"\s+played\s+by)\s+(?:the\s+)?|(?:aspects?|issues?|topics?|strands?)\s+of\s+(?:the\s+)?)",
    re.IGNORECASE,
)
_FRAMED = r"(?:the\s+)?(?:roles?|parts?)\s+(?:of|played)\s"
_FRESH = re.compile(rf"(?:its|their)\s|{_FRAMED}", re.IGNORECASE)
_FRESH_AFTER_PLACE = re.compile(_FRAMED, re.IGNORECASE)
_HOW = re.compile(
    r"^(?:how|what)\s+(?P<list>.+?)\s+(?:can\s+|may\s+|might\s+|could\s+)?(?:contribute|support"
    r"|affect|influence|shape|drive|help|interact)s?\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w&'/-]*")
# A member holding one of these is a clause, a pronoun, or the question itself.
_UNCLEAR = re.compile(
    r"\b(?:what|how|why|which|who|whom|whether|if|is|are|was|were|be|been|being|can|could|should"
    r"|would|will|may|might|must|do|does|did|has|have|had|it|they|them|this|that|these|those"
    r"|questions?|project|projects|research\s+question|case\s+stud(?:y|ies)|examples?|aspects?"
    r"|issues?|everything|anything|others?|all|rest|parts?|whole|one|two|three|an?|not|only|just"
    r"|specific|certain|some|several|to|with|than|as|into|there|here)\b",
    re.IGNORECASE,
)
_LONGEST = 5


def covered_aspects(text: str) -> tuple[str, ...]:
    """Wordings of what is said to be covered.

    >>> covered_aspects("It helps by examining the cost and uptake of heat pumps in Wales.")
    ('cost', 'uptake')
    """
    found: list[str] = []
    for match in _COVERS.finditer(text):
        before = text[max(0, match.start() - _REACH) : match.start()]
        if _NEGATION_BEFORE.search(before[-60:]):
            continue
        if match["loose"] is None or _ON_THE_QUESTION.search(before):
            found += _members(text[match.end() : match.end() + _REACH])
    missed = set(missed_aspects(text))
    return _once([wording for wording in found if wording not in missed])


def missed_aspects(text: str) -> tuple[str, ...]:
    """Wordings of what is said to be missing.

    >>> missed_aspects("It does not explicitly discuss cost or the role of skills and pay.")
    ('cost', 'skills', 'pay')
    """
    found: list[str] = []
    for match in _MISSES.finditer(text):
        found += _members(text[match.end() : match.end() + _REACH])
    for match in _MISSING_SUBJECT.finditer(text):
        if not _END.search(match["list"]):
            found += _members(match["list"])
    return _once(found)


def _once(wordings: list[str]) -> tuple[str, ...]:
    return tuple({aspect_key(w)[0]: w for w in reversed(wordings) if aspect_key(w)[0]}.values())[
        ::-1
    ]


def _members(rest: str) -> list[str]:
    """The members of the list at the beginning of `rest`; only those that split cleanly."""
    end = _END.search(rest)
    listed = (rest[: end.start()] if end else rest).strip(" ,")
    if match := _HOW.match(listed):
        listed = match["list"]
    pieces = [piece.strip() for piece in _SEPARATOR.split(listed)]
    gaps = [gap.strip() for gap in _SEPARATOR.findall(listed)]
    kept: list[tuple[str, bool]] = []  # the wording, and whether it ends in "of …"
    broken = False
    fresh: re.Pattern[str] | None = None  # what alone may follow a complement
    for piece in pieces:
        if fresh is not None and not fresh.match(piece):
            # "The flow of goods and services": one list or two cannot be told.
            broken = fresh is _FRESH
            break
        wording = _without_lead(piece)
        bare = _PLACE.sub("", f" {wording} ").strip()
        placed = bare != wording
        complement = _COMPLEMENT.search(f" {bare} ") is not None
        fresh = _FRESH_AFTER_PLACE if placed else _FRESH if complement else None
        kept.append((bare, " of " in f" {bare} "))
    # "A and B of Z": the complement belongs to both, and the members are A and B. With an
    # article of its own ("A and the B of Z"), or in a longer list, it may be B's alone.
    shared = len(kept) == 2 and kept[-1][1] and not kept[0][1]
    if shared and not _LEAD.match(pieces[1]):
        kept[-1] = (kept[-1][0].split(" of ")[0], False)
    elif broken:
        kept.pop()
    members = [wording for wording, _ in kept]
    if any("capab" in m.lower() for m in members) and any("capac" in m.lower() for m in members):
        members = _joined_capacity(members, gaps)
    return [wording for wording in members if _is_plain(wording)]


def _without_lead(piece: str) -> str:
    while match := _LEAD.match(piece):
        piece = piece[match.end() :]
    return piece


def _joined_capacity(members: list[str], gaps: list[str]) -> list[str]:
    """ "Capacity and capability" is one concept, not two members."""
    joined: list[str] = []
    for number, wording in enumerate(members):
        pair = f"{joined[-1]} and {wording}" if joined else ""
        if number and gaps[number - 1] == "and" and aspect_key(pair)[0] == "capacity":
            joined[-1] = pair
        else:
            joined.append(wording)
    return joined


def _is_plain(wording: str) -> bool:
    words = wording.split()
    if not 1 <= len(words) <= _LONGEST or _UNCLEAR.search(wording):
        return False
    if not all(_WORD.fullmatch(word) for word in words):
        return False
    if len(words) == 1 and wording.lower().endswith("ly"):
        return False  # "partially but not fully"
    # Capitals on every word are the name of a place or a body, not of an aspect.
    return not (len(words) > 1 and all(word[:1].isupper() and word[1:].islower() for word in words))
