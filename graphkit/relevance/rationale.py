"""Reading the published sentences under "Why might this be relevant?".

The degree is what a degree word says of the question, never of something else
("fully funded", "works directly with firms"). Aspects are taken only from lists
that split cleanly; what does not stays out, and the sentence itself is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphkit.relevance.rationale_aspects import covered_aspects, missed_aspects
from graphkit.text import clean_text

UNSTATED = "unstated"
_LONGEST = 4000
"""Characters read; published explanations have two or three sentences."""
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{0,500}\)")
_MARKS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)|^\s*(?:[-•]|#+)\s+", re.MULTILINE)
_WEAKEST_FIRST = ("indirect", "partial", "direct", "full")


@dataclass(frozen=True)
class Rationale:
    """What an explanation says.

    `degree` is full, direct, partial, indirect or unstated. `covers` and
    `misses` are wordings as found. `states_expertise` is None where nothing is
    said of it. `read` is False if neither degree, aspects nor expertise could
    be read; `text` is always the explanation, cleaned.
    """

    degree: str
    covers: tuple[str, ...]
    misses: tuple[str, ...]
    states_expertise: bool | None
    read: bool
    text: str

    @property
    def aspects_read(self) -> bool:
        """Whether any aspect could be read, apart from the degree."""
        return bool(self.covers or self.misses)


def read_rationale(sentences: str) -> Rationale:
    """Read one explanation.

    >>> found = read_rationale("It partially answers the question by exploring skills and pay, "
    ...                        "but does not discuss housing.")
    >>> found.degree, found.covers, found.misses
    ('partial', ('skills', 'pay'), ('housing',))
    """
    text = clean_text(sentences)
    line = " ".join(_MARKS.sub("", _LINK.sub(r"\1", text[:_LONGEST])).split()).replace("’", "'")
    degree = _degree(line)
    covers = covered_aspects(line)
    misses = missed_aspects(line)
    expertise = _expertise(line)
    read = degree != UNSTATED or bool(covers or misses) or expertise is not None
    return Rationale(degree, covers, misses, expertise, read, text)


# What an adverb of degree must belong to, to speak of the question.
_TO_ANSWER = r"(?:answer|address|respond|tackle|speak|pertain|align|relat)(?:s|es|ed|ing|e)?\b"
_RELATED = rf"(?:{_TO_ANSWER}|relevan(?:t|ce)\b)"
_PART = r"(?:partially|partly|in\s+part)"
_WHOLE = r"(?:fully|in\s+full)"
# After an adverb at the end of its clause ("addresses the question fully.").
_CLAUSE_END = (
    r"(?=\s*(?:[.,;:!?)]|$)|\s+(?:by|and|but|because|as|since|through|though|although|while|with"
    r"|without|or|given|due)\b)"
)
_OBJECT = r"(?:\s+[\w'&-]+){0,10}?(?:,?\s+(?:but|albeit|though|if))?,?\s+(?:only\s+)?"
_AND_ADVERB = r"(?:\s+(?:and|or|but|if\s+not)\s+(?:only\s+)?\w+ly)?"
_ADVERB_AND = r"(?:\w+ly\s+(?:and|or|but|if\s+not)\s+(?:only\s+)?)?"


def _adverb(adverb: str, verbs: str) -> re.Pattern[str]:
    """The adverb before its verb, or after the verb and its object."""
    return re.compile(
        rf"\b{adverb}{_AND_ADVERB}\s+{verbs}"
        rf"|\b{_TO_ANSWER}{_OBJECT}{_ADVERB_AND}{adverb}{_CLAUSE_END}"
        rf"|\b{_TO_ANSWER}\s+(?:only\s+)?{adverb}\s+(?:to|with)\b",
        re.IGNORECASE,
    )


_WIDER = (
    rf"(?:{_RELATED}|(?:cover|explor|examin|discuss|consider|investigat|satisf|meet|fulfil)\w*)"
)
_EXPLICIT = (
    ("full", _adverb(_WHOLE, _RELATED)),
    ("partial", _adverb(_PART, _WIDER)),
    ("direct", _adverb(r"(?<!in)directly", _RELATED)),
    ("direct", re.compile(r"\b(?:of|has|have)\s+direct\s+relevance\b", re.IGNORECASE)),
    ("direct", re.compile(rf"\bspecifically\s+{_TO_ANSWER}", re.IGNORECASE)),
    ("indirect", _adverb("indirectly", _RELATED)),
    (
        "partial",
        re.compile(
            r"\ba\s+partial\s+(?:aspect|answer|response|view|picture)\b"
            r"|\bpartial(?:ly)?\s+relevan(?:t|ce)\b|\bof\s+partial\s+relevance\b",
            re.IGNORECASE,
        ),
    ),
)
_IMPLIED_INDIRECT = re.compile(
    r"\balign(?:s|ed|ing)?\s+(?:\w+\s+)?with\s+(?:[\w']+\s+){0,4}(?:goal|aim|objective)s?\b"
    r"|\b(?:could|can|may|might)\s+(?:\w+ly\s+|also\s+)?(?:provide|offer|give|yield)\s+"
    r"(?:[\w-]+\s+){0,3}insights?\b"
    r"|\b(?:is|are|be|seems|appears|remains|(?:makes?|making)\s+it)\s+(?:to\s+be\s+)?"
    r"(?:(?!(?:barely|hardly|scarcely|only)\b)(?:\w+ly|also|thus|very|quite|rather|somewhat|more|most"
    r")\s+){0,3}relevant\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"(?:\b(?:(?P<doubt>whether|if(?!\s+only\b)|unclear)|not|never|cannot|neither|nor|without|hardly"
    r"|fails?\s+to)|n't)"
    r"(?:\s+(?!but\b)[\w'-]+){0,3}\s*$",
    re.IGNORECASE,
)
_NEGATED_INSIDE = re.compile(r"\b(?:not|never)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_CLAUSE = re.compile(r"[,;:]|\b(?:but|however|although|though|yet|while|whereas)\b", re.IGNORECASE)


def _degree(text: str) -> str:
    """The explicit adverb wins, then the weaker; an adverb denied does not count.

    Not fully is partial. Not directly, not relevant is no degree that a source
    states, so it is left unstated.
    """
    explicit: set[str] = set()
    implied = False
    for sentence in _SENTENCE.split(text):
        for degree, pattern in _EXPLICIT:
            for match in pattern.finditer(sentence):
                denied = _denied(sentence, match)
                if not denied:
                    explicit.add(degree)
                elif degree == "full" and denied == "not":
                    explicit.add("partial")
        implied = implied or any(
            not _denied(sentence, match) for match in _IMPLIED_INDIRECT.finditer(sentence)
        )
    if explicit:
        return min(explicit, key=_WEAKEST_FIRST.index)
    return "indirect" if implied else UNSTATED


def _denied(sentence: str, match: re.Match[str]) -> str:
    """ "not" or "doubt" where what was found is denied or doubted, else nothing."""
    clause = _CLAUSE.split(sentence[: match.start()])[-1]
    if before := _NEGATED.search(clause):
        return "doubt" if before["doubt"] else "not"
    return "not" if _NEGATED_INSIDE.search(match.group()) else ""


_PEOPLE = (
    r"(?:authors?|(?:research\s+|project\s+)?teams?|researchers|investigators?|applicants?|partners"
    r"|consortium|group|they)"
)
_HAS = re.compile(
    rf"\b{_PEOPLE}\s+(?:\w+\s+){{0,3}}?(?P<verb>has|have|possess(?:es)?|brings?|lacks?)\s+"
    r"(?P<between>(?:[\w,-]+\s+){0,6}?)expertise\b",
    re.IGNORECASE,
)
_SUITS = re.compile(
    rf"\b(?:{_PEOPLE}(?:'s|')?\s+(?:\w+\s+){{0,3}}?expertise|expertise\s+of\s+(?:the|its)\s+"
    rf"(?:\w+\s+)?{_PEOPLE})\s+(?:is|are)\s+(?P<not>not\s+)?(?:well\s+|entirely\s+)?"
    r"(?:sufficient|suitable|suited|adequate|appropriate)\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:may|might|could|would|should|unclear|whether|if|unknown|uncertain|need)\b", re.IGNORECASE
)
_NO = re.compile(r"\b(?:not|no|never|little|lacks?|insufficient)\b|n't", re.IGNORECASE)


def _expertise(text: str) -> bool | None:
    """Whether the authors are said to have the expertise; None where nothing is said."""
    for sentence in _SENTENCE.split(text):
        if match := _HAS.search(sentence):
            clause = _CLAUSE.split(sentence[: match.start()])[-1] + match.group()
            if not _DOUBT.search(clause):
                return not _NO.search(clause)
        elif match := _SUITS.search(sentence):
            clause = _CLAUSE.split(sentence[: match.start()])[-1] + match.group()
            if not _DOUBT.search(clause):
                return match["not"] is None
    return None
