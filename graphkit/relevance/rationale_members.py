"""The members of a list in an explanation: short noun phrases that split cleanly, or nothing."""

from __future__ import annotations

import re

from graphkit.relevance.aspects import aspect_key

_LOOK = (
    r"(?:examin|explor|discuss|describ|investigat|analy[sz]|evaluat|assess|consider|address|cover"
    r"|study|measur|highlight|mention|tackl|compar|review|map+|emphasi[sz])ing"
    r"|(?:focus(?:s)?ing|concentrating|touching)\s+(?:\w+ly\s+)?(?:up)?on|looking\s+(?:at|into)"
    r"|dealing\s+with"
)
GERUND = rf"(?:{_LOOK})"
PROJECT = (
    r"(?:projects?|research|stud(?:y|ies)|work|trials?|surveys?|fellowship|programme|network|scheme"
    r"|grant|award|proposal|paper|report|pilot|review|thesis|studentship|centre|hub|consortium"
    r"|collaboration|partnership|authors?|team|researchers)"
)
# Nouns in -ing; before another word any other -ing is taken for a verb.
_NOUN_ING = (
    r"(?:train|hous|fund|learn|plan+|teach|farm|manufactur|engineer|bank|ship+|fish|min|comput|test"
    r"|nurs|parent|age?|build|lend|spend|pric|liv|market|model+|work|morn|even|th|network|mentor"
    r"|procur|monitor|park|cycl|warm|heat|cool|flood|recycl|publish|licens|carbon\s+pric|earn)ing"
)
_SINGULAR_VERB = (
    r"(?:support|help|develop|build|create|use|show|seek|offer|contribute|improve|train|work|bring"
    r"|test|make|identifie|examine|explore|discusse|describe|investigate|analyse|analyze|evaluate"
    r"|assesse|consider|addresse|cover|studie|measure|highlight|mention|tackle|compare|review"
    r"|focuse|concentrate|look|deal|touche|omit|overlook|ignore|neglect|misse|leave|lack|fail"
    r"|enable|inform|reveal|suggest|propose|involve|include|provide|give|aim|answer|align|relate"
    r"|remain|produce|draw|appear|seem|goe|trie|attempt|intend|hope|want|need|ask|argue)s"
)
# Where a list ends: another clause begins.
_END = re.compile(
    r"[.;:!?()]|\s[-–—]\s|,?\s+\b(?:but|however|although|though|while|whereas|which|who|where|when"
    r"|because|so\s+that|such\s+as|including|especially|particularly|rather|instead|through|by"
    r"|using|via|thus|therefore|thereby|without|yet|since|even|that|nor\s+(?:does|do|is|are)"
    r"|leaving|omitting|lacking|missing|ignoring|excluding|overlooking|neglecting|except|apart"
    r"|namely|in\s+order\s+to|as\s+part\s+of|as\s+(?:it|they|the|an?)"
    r"|to\s+(?:understand|inform|support|help|improve|provide|identify|assess|explain|develop|build"
    r"|create|answer|address|see|find|show|guide|determine|establish|make|enable|ensure|reduce)"
    rf"|(?:and|or|nor)\s+(?:(?:by\s+)?{GERUND}|(?:also\s+|\w+ly\s+)?{_SINGULAR_VERB}"
    rf"|(?!{_NOUN_ING}\b)\w{{2,20}}ing(?=\s+(?!(?:and|or|in|of|for|on|at)\b)\w)"
    rf"|(?:it|they|(?:the|this)\s+{PROJECT}|could|can|may|might|is|are|has|have|does|do|will|would"
    r"|aims?|provides?)\b))\b"
    rf"|,\s+(?:{GERUND}|(?:so|as\s+(?:the|it)|(?:the|this)\s+{PROJECT}|it|they)\b"
    rf"|{_SINGULAR_VERB}\b(?=\s+\w))",
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
    r"\s*,\s*(?:and\s+|or\s+|nor\s+|as\s+well\s+as\s+)?|\s+(?:and|or|nor|as\s+well\s+as)\s+",
    re.IGNORECASE,
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
_ASPECTS_AFTER = re.compile(
    r"\s+(?:aspects?|dimensions?|elements?|strands?|components?)(?:\s+of\s+(?:the|this|its)"
    r"(?:\s+[\w']+)?\s+(?:questions?|ARIs?|issue|topic|matter|problem))?$",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"^(?:how|what)\s+(?P<list>.+?)\s+(?:can\s+|may\s+|might\s+|could\s+)?(?:contribute|support"
    r"|affect|influence|shape|drive|help|interact)s?\b",
    re.IGNORECASE,
)
# What is dealt with in part or at length is neither plainly covered nor missing.
_HEDGED = re.compile(
    r"\b(?:fully|completely|entirely|wholly|comprehensively|extensively|exhaustively|in\s+full"
    r"|in\s+(?:any\s+|great\s+|much\s+|full\s+|sufficient\s+)?(?:detail|depth)|in\s+its\s+entirety"
    r"|as\s+a\s+whole|at\s+length)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w&'/-]*")
# A member holding one of these is a clause, a pronoun, or the question itself.
_UNCLEAR = re.compile(
    r"\b(?:what|how|why|which|who|whom|whether|if|is|are|was|were|be|been|being|can|could|should"
    r"|would|will|may|might|must|do|does|did|has|have|had|it|they|them|this|that|these|those"
    r"|questions?|project|projects|research\s+question|case\s+stud(?:y|ies)|examples?|aspects?"
    r"|issues?|everything|anything|others?|all|rest|parts?|whole|one|two|three|an?|not|only|just"
    r"|specific|certain|some|several|to|with|than|as|into|there|here"
    r"|aris?|areas?\s+of\s+(?:research\s+)?interest|research\s+interests?|topics?|themes?"
    r"|each|every|many|most|much|few|no|none|more|less|us|we|you|he|she|him|her|also|strands?"
    r"|department's|ministry's)\b",
    re.IGNORECASE,
)
# No aspects by themselves: the question, the project, or a word that names nothing.
_EMPTY = re.compile(
    r"(?:projects?|research|stud(?:y|ies)|work|trials?|programme|scheme|paper|report|proposal"
    r"|authors?|team|researchers|matters?|subjects?|problems?|challenges?|goals?|aims?|objectives?|needs?|points?"
    r"|concerns?|enquir(?:y|ies)|inquir(?:y|ies)|gaps?|department|ministry|government|council|things?"
    r"|areas?|field|query|queries|dimensions?|elements?|components?|factors?|focus|context|case"
    r"|sides?|details?|roles?|(?:research|policy|wider|broader|underlying|main)\s+(?:matters?|subjects?"
    r"|problems?|challenges?|needs?|goals?|aims?|objectives?|areas?|interests?|context))",
    re.IGNORECASE,
)
_NO_START = re.compile(
    r"(?:in|on|at|by|for|from|of|to|with|within|under|during|after|before|about|between|across"
    r"|overall|therefore|thus|moreover|finally|furthermore|instead|then|still|both|so|first|next"
    r"|nevertheless|nonetheless|partially|partly)\b",
    re.IGNORECASE,
)
_GERUND_PHRASE = re.compile(rf"(?!{_NOUN_ING}\b)\w{{2,20}}ing\s", re.IGNORECASE)
_ADJECTIVE = re.compile(
    r"(?:\w+-)?(?:\w{2,}(?:al|ic|ive|ary|ous|ful|less|ward|ern)|urban|private|human)",
    re.IGNORECASE,
)
_LONGEST = 5


def ends_inside(text: str) -> bool:
    """Whether a clause ends somewhere in this text."""
    return _END.search(text) is not None


def members(rest: str, *, opens_sentence: bool = False) -> list[str]:
    """The members of the list at the beginning of `rest`; only those that split cleanly.

    >>> members("the cost and uptake of heat pumps in Wales, but not comfort")
    ['cost', 'uptake']
    >>> members("the question"), members("improving skills and pay")
    ([], [])
    """
    end = _END.search(rest)
    listed = (rest[: end.start()] if end else rest).strip(" ,\"'")
    listed = re.sub(r"^(?:and|or|also)\s+", "", listed, flags=re.IGNORECASE)
    if _HEDGED.search(listed):
        return []
    aspects = _ASPECTS_AFTER.search(listed)
    if aspects is not None:
        listed = listed[: aspects.start()]
    if match := _HOW.match(listed):
        listed = match["list"]
    pieces = [piece.strip() for piece in _SEPARATOR.split(listed)]
    gaps = [gap.strip() for gap in _SEPARATOR.findall(listed)]
    if _GERUND_PHRASE.match(pieces[0]):
        return []  # "improving skills and pay": what pay belongs to cannot be told
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
    found = _with_their_nouns([wording for wording, _ in kept])
    if aspects is not None and _ADJECTIVE.fullmatch(found[-1] if found else ""):
        return []  # "the social aspects of the question"
    if any("capab" in m.lower() for m in found) and any("capac" in m.lower() for m in found):
        found = _joined_capacity(found, gaps)
    return [
        wording
        for number, wording in enumerate(found)
        if _is_plain(wording) and ((opens_sentence and number == 0) or not _is_name(wording))
    ]


def _without_lead(piece: str) -> str:
    while match := _LEAD.match(piece):
        piece = piece[match.end() :]
    return piece


def _with_their_nouns(found: list[str]) -> list[str]:
    """ "Social and economic factors" are two things; a lone adjective is none."""
    if len(found) < 2:
        return found
    last = found[-1].split()
    if len(last) != 2 or not all(_ADJECTIVE.fullmatch(wording) for wording in found[:-1]):
        return found
    if _ADJECTIVE.fullmatch(last[0]):
        return [*(f"{wording} {last[1]}" for wording in found[:-1]), found[-1]]
    return found[-1:]


def _joined_capacity(found: list[str], gaps: list[str]) -> list[str]:
    """ "Capacity and capability" is one concept, not two members."""
    joined: list[str] = []
    for number, wording in enumerate(found):
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
    if (
        _EMPTY.fullmatch(wording.split(" of ")[0])
        or _NO_START.match(wording)
        or _GERUND_PHRASE.match(wording)
    ):
        return False
    if not all(_WORD.fullmatch(word) for word in words):
        return False
    return not (len(words) == 1 and wording.lower().endswith("ly"))  # "partially but not fully"


def _is_name(wording: str) -> bool:
    """Capitals on every word are the name of a place or a body, not of an aspect."""
    return all(word[:1].isupper() and word[1:].islower() for word in wording.split())
