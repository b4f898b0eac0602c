"""Which aspects an explanation says are covered and which are missing.

The grammar is small on purpose: a phrase that opens a list, the list, and the
words at which it ends. Members that are no plain noun phrases, or whose limits
cannot be told from the words alone, are left out.
"""

from __future__ import annotations

import re

from graphkit.relevance.aspects import aspect_key
from graphkit.relevance.rationale_members import GERUND, PROJECT, ends_inside, members

_ASPECTS = r"(?:the\s+)?(?:\w+\s+)?(?:aspects?|issues?|topics?)\s+(?:of|around)"
_ADVERBS = r"(?:(?:\w+ly|also|only|in\s+part|thus|therefore|first)\s+){0,3}"
_FRAME_AHEAD = rf"(?=(?:the\s+)?(?:\w+\s+)?(?:roles?|parts?)\s+(?:of|played)\b|{_ASPECTS}\s)"
_IT = rf"(?:it|they|(?:the|this|these)\s+(?:[\w-]+\s+){{0,3}}?{PROJECT}|this)"

# Verbs that say what a project looks at: as they stand after "it", and after "to".
_LOOKS = (
    r"(?:(?:is|are)\s+(?:\w+ly\s+)?focus+ed\s+on|address(?:es|ed)|examine[sd]|explore[sd]|discusse[sd]|describe[sd]|investigate[sd]"
    r"|analy[sz]e[sd]|evaluate[sd]|assesse[sd]|considers|focus+e[sd]\s+(?:\w+ly\s+)?(?:up)?on"
    r"|concentrates\s+(?:\w+ly\s+)?on|looks\s+(?:\w+ly\s+)?(?:at|into)|deals\s+(?:\w+ly\s+)?with"
    r"|touches\s+(?:up)?on|tackles|highlights|emphasi[sz]es)"
)
_ALSO_LOOKS = r"(?:stud(?:ies|ied)|cover(?:s|ed)|maps|measures|compares|reviews|answers|mentions)"
_LOOK = (
    r"(?:address|examine|explore|discuss|describe|investigate|analy[sz]e|evaluate|assess|consider"
    r"|focus\s+(?:\w+ly\s+)?(?:up)?on|concentrate\s+on|look\s+(?:at|into)|deal\s+with|touch\s+on"
    r"|tackle|study|cover|map|measure|compare|review)"
)
_AIMS = (
    r"(?:(?:could|can|may|might|will|would)|(?:aims|seeks|attempts|intends|hopes|tries|sets\s+out"
    r"|aim|seek|attempt|intend)\s+to)"
)
_NOUN = (
    r"(?:examination|analysis|exploration|study|discussion|investigation|assessment|evaluation"
    r"|consideration|coverage|treatment)"
)

_COVERS = re.compile(
    rf"(?<![\w-])(?:by|through|specifically)\s+(?:\w+ly\s+)?{GERUND}\s+(?:{_ASPECTS}\s+)?"
    r"|\b(?:address(?:es|ed|ing)?|answer(?:s|ing)?|cover(?:s|ing)?|discuss(?:es|ing)?)\s+"
    rf"{_ASPECTS}\s+"
    rf"|\bspecifically\s+addresses\s+"
    rf"|(?P<loose>(?<=,\s)(?:and\s+)?|\band\s+){GERUND}\s+(?:{_ASPECTS}\s+)?"
    # The project looks at …; it aims to look at …; directly addresses …
    rf"|(?P<said>(?:\b{_IT}\s+|\band\s+|\bbut\s+|,\s+which\s+)"
    rf"{_ADVERBS}(?:{_LOOKS}|{_ALSO_LOOKS}(?=\s+{_FRAME_AHEAD})|{_AIMS}\s+{_ADVERBS}{_LOOK})\s+"
    rf"|\b(?:in)?(?:directly|explicitly|specifically|partially|partly|fully)\s+"
    rf"(?:{_LOOKS}|{_ALSO_LOOKS}(?=\s+{_FRAME_AHEAD}))\s+"
    r"|\b(?:as|because|since|in\s+that|given\s+that|insofar\s+as)\s+"
    rf"{_IT}\s+{_ADVERBS}(?:{_LOOKS}|{_ALSO_LOOKS}|{_AIMS}\s+{_ADVERBS}{_LOOK})\s+"
    # What it gives: insights into …, its focus on …
    r"|\b(?:insights?\s+(?:in)?to|(?:sheds?|shedding)\s+(?:\w+\s+)?light\s+on"
    r"|(?:provid|offer|giv|yield)(?:e|es|s|ing)?\s+(?:\w+\s+){0,2}?(?:evidence|information|data"
    r"|knowledge|findings|perspectives?)\s+(?:on|about|concerning)"
    r"|(?:contribut(?:e|es|ing)\s+to\s+)(?:an?\s+|the\s+|our\s+)?(?:\w+\s+)?understanding\s+of)\s+"
    r"|\b(?:its|their|the\s+project's|with\s+(?:an?|its|the)|through\s+(?:an?|the))\s+"
    rf"(?:\w+\s+){{0,2}}?(?:(?:focus|emphasis|concentration)\s+(?:up)?on|{_NOUN}\s+of)\s+"
    rf"|\b(?:relevant|relates|related|relating|pertains|speaks)\s+to\s+{_FRAME_AHEAD}"
    r")"
    rf"(?:{_ASPECTS}\s+)?",
    re.IGNORECASE,
)
_NAMELY = re.compile(r"\b(?:namely|i\.e\.|that\s+is\s+to\s+say)[,:]?\s+", re.IGNORECASE)

_NOT_WHOLLY = (
    r"(?:(?!(?:fully|completely|entirely|wholly|comprehensively|exhaustively|only|solely"
    r"|exclusively|merely|necessarily|simply|extensively)\b)\w+ly\s+)"
)
_DEAL_WITH = (
    r"(?:discuss|address|cover|consider|examine|explore|mention|focus\s+(?:up)?on|include"
    r"|look\s+(?:at|into)|investigate|assess|touch\s+(?:up)?on|deal\s+with|analy[sz]e|study"
    r"|speak\s+to|answer|evaluate|tackle|describe|highlight|take\s+into\s+account"
    r"|take\s+account\s+of|refer\s+to|relate\s+to|engage\s+with|extend\s+to|capture|incorporate"
    r"|(?:provide|offer|give)\s+(?:any\s+|\w+\s+)?insights?\s+(?:in)?to)"
)
_MENTION = (
    r"(?:(?:mention|discussion|consideration|examination|coverage|analysis|exploration|treatment"
    r"|assessment|evaluation|investigation)\s+(?:of|for)|(?:attention|reference)\s+to"
    r"|(?:focus|emphasis|information|evidence|insights?)\s+(?:up)?(?:on|into|about))"
)
_OMITS = r"(?:leaves?\s+(?:out|aside)|omits|overlooks|ignores|neglects|misses(?:\s+out(?:\s+on)?)?)"
_MISSES = re.compile(
    r"(?:(?:\b(?:does|do|did|may|might|will|would|is|are|can|could|has|have)\s*(?:not|n't)(?:,\s+\w+,)?"
    rf"|\bcannot|\bfails?\s+to)\s+{_NOT_WHOLLY}{{0,2}}"
    rf"(?:{_DEAL_WITH}|discussing|addressing|covering)\s+"
    rf"|\bwithout\s+{_NOT_WHOLLY}?(?:{GERUND}|(?:any\s+|\w+\s+)?{_MENTION}"
    r"|taking\s+(?:into\s+account|account\s+of))\s+"
    rf"|\b(?:no|lack(?:s|ing)?(?:\s+of)?)\s+(?:an?\s+|any\s+|the\s+|{_NOT_WHOLLY}|explicit\s+"
    rf"|direct\s+|specific\s+|clear\s+)?{_MENTION}\s+"
    r"|(?<!by\s)\b(?:leaving\s+(?:out|aside)|omitting|overlooking|neglecting)\s+"
    r"|,\s+(?:but\s+|and\s+|while\s+|though\s+)?(?:missing|ignoring|excluding)\s+"
    rf"|\b(?:{_IT}|but|and|yet|though)\s+(?:also\s+|however\s+)?{_NOT_WHOLLY}?{_OMITS}\s+"
    rf"|\bneither\s+(?:{_LOOKS}|{_ALSO_LOOKS})\s+"
    r"|\b(?:but|although|though|albeit)\s+not\s+)"
    rf"(?:{_ASPECTS}\s+)?",
    re.IGNORECASE,
)

_SEEN = (
    r"(?:discussed|addressed|covered|considered|mentioned|examined|explored|investigated|assessed"
    r"|evaluated|analy[sz]ed|studied|tackled|described|touched\s+(?:up)?on|looked\s+(?:at|into)"
    r"|taken\s+into\s+account|dealt\s+with)"
)
_HERE = (
    r"(?=\s*(?:[.,;:!?)]|$)|\s+(?:by\s+(?:it|the|this)|from|here|in\s+(?:it|the|this|part)|but|and"
    r"|while|although|though|whereas|through|within|too|as\s+well|at\s+all)\b)"
)
_IS_MISSING = re.compile(
    rf"\s+(?:(?:is|are|was|were)\s+not\s+(?:explicitly\s+|specifically\s+|directly\s+|really\s+"
    rf"|actually\s+)?{_SEEN}\b(?!\s+(?:fully|in\s+(?:full|depth|detail|any\s+detail)|completely"
    r"|entirely))"
    r"|(?:is|are|was|were|remains?)\s+(?:\w+ly\s+)?(?:missing|absent|left\s+(?:out|aside)|omitted"
    r"|overlooked|neglected|ignored|unaddressed|unexplored|unmentioned)\b|goe?s?\s+unmentioned\b"
    r"|(?:receives?|gets?)\s+no\s+(?:attention|mention|coverage)\b)" + _HERE,
    re.IGNORECASE,
)
_IS_COVERED = re.compile(
    rf"\s+(?:is|are|was|were)\s+(?:(?!(?:barely|hardly|scarcely|rarely|seldom)\b)\w+ly\s+"
    rf"|also\s+|all\s+|both\s+|only\s+){{0,3}}{_SEEN}\b" + _HERE,
    re.IGNORECASE,
)
_NEITHER = re.compile(
    rf"\bneither\s+(?P<list>[^.;,]{{3,120}}?)\s+(?:is|are|was|were)\s+(?:\w+ly\s+)?{_SEEN}\b{_HERE}",
    re.IGNORECASE,
)
_PLAYED = re.compile(
    r"\b(roles?|parts?)\s+(?:(?:that|which)\s+)?([^.;:]{3,120}?)\s+(?:can\s+|may\s+)?plays?(?=\s+in\b|[.,;]|$)",
    re.IGNORECASE,
)
# "The role that pay plays in" is the role of pay in.
_SUBJECT_START = re.compile(
    r"[.;:!?]\s+|\b(?:but|although|though|however|while|whereas|yet)\b,?\s+", re.IGNORECASE
)
_HOLDS_VERB = re.compile(rf"\b(?:is|are|was|were|it|they|{_LOOKS}|{_ALSO_LOOKS})\b", re.IGNORECASE)

_NEGATION_BEFORE = re.compile(
    r"(?:\b(?:not|never|without|nor)|n't)\s+(?:\w+\s+){0,2}$", re.IGNORECASE
)
_NEGATION = re.compile(
    r"\b(?:not|never|without|nor|neither|cannot|fails?|hardly|barely|scarcely|no|lacks?|lacking"
    r"|little|rather\s+than|instead\s+of|leav(?:es|ing)\s+(?:out|aside)|miss(?:es|ing)|omit\w*"
    r"|overlook\w*|neglect\w*|ignor\w*)\b|n't\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:whether|unclear|unless|doubt\w*|uncertain|unknown|if(?!\s+not\b|\s+only\b))\b",
    re.IGNORECASE,
)
_IN_PART = re.compile(
    r"\b(?:fully|completely|entirely|wholly|in\s+full|comprehensively)\b", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?;]\s")
_TURN = re.compile(
    r"[.!?;:]\s|\b(?:but|however|although|though|yet|while|whereas)\b", re.IGNORECASE
)
_ON_THE_QUESTION = re.compile(
    r"\b(?:answer|address|relevan|align|insight|by\s+\w+ing\b)[^.;]*$", re.IGNORECASE
)
_REACH = 600
"""Characters looked at on either side of a phrase; a sentence is shorter."""


def covered_aspects(text: str) -> tuple[str, ...]:
    """Wordings of what is said to be covered.

    >>> covered_aspects("It helps by examining the cost and uptake of heat pumps in Wales.")
    ('cost', 'uptake')
    """
    text = _PLAYED.sub(r"\1 of \2", text)
    found: list[tuple[int, list[str]]] = []
    for match in _COVERS.finditer(text):
        before = text[max(0, match.start() - _REACH) : match.start()]
        if _NEGATION_BEFORE.search(before[-60:]):
            continue
        if match["said"] is not None and _is_denied(before, match.group()):
            continue
        if match["loose"] is None or _ON_THE_QUESTION.search(before):
            rest = text[match.end() : match.end() + _REACH]
            found.append((match.start(), members(rest)))
    found += _named(text, missed=False)
    for match in _IS_COVERED.finditer(text):
        before = text[max(0, match.start() - _REACH) : match.start()]
        if not _DOUBT.search(_last(_SENTENCE_END, before)):
            found.append((match.start(), _subject(before)))
    missed = {aspect_key(wording)[0] for wording in missed_aspects(text)}
    return _once([w for w in _in_order(found) if aspect_key(w)[0] not in missed])


def missed_aspects(text: str) -> tuple[str, ...]:
    """Wordings of what is said to be missing.

    >>> missed_aspects("It does not explicitly discuss cost or the role of skills and pay.")
    ('cost', 'skills', 'pay')
    """
    text = _PLAYED.sub(r"\1 of \2", text)
    found: list[tuple[int, list[str]]] = []
    for match in _MISSES.finditer(text):
        before = text[max(0, match.start() - _REACH) : match.start()]
        if not _DOUBT.search(_last(_TURN, before)):
            rest = text[match.end() : match.end() + _REACH]
            found.append((match.start(), members(rest)))
    found += _named(text, missed=True)
    for match in _IS_MISSING.finditer(text):
        before = text[max(0, match.start() - _REACH) : match.start()]
        if not _DOUBT.search(_last(_SENTENCE_END, before)):
            found.append((match.start(), _subject(before)))
    for match in _NEITHER.finditer(text):
        found.append((match.start(), members(match["list"])))
    return _once(_in_order(found))


def _named(text: str, *, missed: bool) -> list[tuple[int, list[str]]]:
    """What follows "namely", on the side that its clause speaks of."""
    found: list[tuple[int, list[str]]] = []
    for match in _NAMELY.finditer(text):
        clause = _last(_TURN, text[max(0, match.start() - _REACH) : match.start()])
        denied = _NEGATION.search(clause) is not None
        if (
            denied is missed
            and not _DOUBT.search(clause)
            and not (denied and _IN_PART.search(clause))
        ):
            found.append((match.start(), members(text[match.end() : match.end() + _REACH])))
    return found


def _is_denied(before: str, phrase: str) -> bool:
    """Whether what a phrase opens is denied in its clause, or doubted in its sentence."""
    clause = re.split(r",\s+", _last(_TURN, before))[-1]
    if _NEGATION.search(f"{clause} {phrase}"):
        return True
    return _DOUBT.search(_last(_SENTENCE_END, before)) is not None


def _subject(before: str) -> list[str]:
    """The list that ends where its verb begins, or nothing."""
    subject = _last(_SUBJECT_START, before).strip()
    opens = before.strip().endswith(subject) and subject[:1].isupper()
    if _HOLDS_VERB.search(subject):
        subject, opens = subject.rpartition(",")[2].strip(), False
    if len(subject) > 160 or _HOLDS_VERB.search(subject) or ends_inside(subject):
        return []
    if _NEGATION.search(subject):
        return []
    return members(subject, opens_sentence=opens)


def _last(mark: re.Pattern[str], text: str) -> str:
    """What stands after the last mark."""
    end = 0
    for match in mark.finditer(text):
        end = match.end()
    return text[end:]


def _in_order(found: list[tuple[int, list[str]]]) -> list[str]:
    return [wording for _, wordings in sorted(found, key=lambda f: f[0]) for wording in wordings]


def _once(wordings: list[str]) -> tuple[str, ...]:
    return tuple({aspect_key(w)[0]: w for w in reversed(wordings) if aspect_key(w)[0]}.values())[
        ::-1
    ]
