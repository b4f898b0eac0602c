"""Aspects: the parts of a question that a project may cover or miss.

Two wordings of one concept get one key ("the role of capacity", "Capability and
Capacity strand"). What a question asks for is read by a few patterns of wording
that were checked on 3,050 published questions; a question of another build gives
nothing here (`question_aspects` reads it in other ways).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType

from graphkit.text import clean_line, fold, slug

NO_SYNONYMS: Mapping[str, str] = MappingProxyType({})

# One thing under several words. It is only this thing if no other word stands beside
# it: "skills and capacity" are two things, and "capability" alone is its own.
_FAMILIES = MappingProxyType(
    {
        "capacity": (
            frozenset({"capacity", "capacities"}),
            frozenset({"capacity", "capacities", "capability", "capabilities"}),
        )
    }
)

_DETERMINER = re.compile(
    r"(?:the|an?|any|all|its|their|his|her|our|this|these|those|such|both|either|various|relevant"
    r"|respective|so-called)\s+",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"(?:(?:possible|potential|relative|main|key|important)\s+)?"
    r"(?:(?:role|part)s?\s+(?:that\s+(?:is|are)\s+)?played\s+by|(?:role|issue|aspect|theme|topic"
    r"|strand|question|dimension|element)s?\s+of)\s+",
    re.IGNORECASE,
)
_FRAMED_AFTER = re.compile(
    r"\s+(?:strand|aspect|dimension|element|component|theme|issue)s?$", re.IGNORECASE
)
_OF_RESEARCH = re.compile(
    r"\s+(?:of|in|for)\s+(?:the\s+)?(?:R\s?&\s?D|RD&I|R\s?&\s?I|research\s+and\s+development"
    r"|research\s+and\s+innovation)(?:\s+(?:activity|activities))?(?:\s.*)?$",
    re.IGNORECASE,
)


def aspect_key(wording: str, synonyms: Mapping[str, str] = NO_SYNONYMS) -> tuple[str, str]:
    """The key and label of the concept that a wording means.

    `synonyms` maps folded wordings (`text.fold`) to keys and comes before the
    rules for what is left of a wording once articles and frames ("the role of
    …", "… strand", "… of R&D activity") are taken off.

    >>> aspect_key("the role of capability and capacity")
    ('capacity', 'capacity')
    >>> aspect_key("Distribution of R&D activity")
    ('distribution', 'distribution')
    """
    text = clean_line(wording).strip(" .,;:!?\"'“”‘’()[]")
    kernel = _kernel(text)
    for folded in (fold(text), fold(kernel)):
        if folded in synonyms:
            key = synonyms[folded]
            return key, key.replace("-", " ")
    words = set(fold(kernel).split()) - {"and", "or"}
    for key, (names, family) in _FAMILIES.items():
        if words & names and words <= family:
            return key, key
    label = _lower(kernel)
    key = slug(label)
    if not key and label:  # not one ASCII letter or digit, but a concept all the same
        key = "aspect-" + hashlib.sha256(label.encode("utf-8", "replace")).hexdigest()[:12]
    return key, label


def _kernel(text: str) -> str:
    """A wording without what frames it; never empty unless the wording is."""
    held = text
    while True:
        stripped = text
        for frame in (_DETERMINER, _FRAME):
            if match := frame.match(stripped):
                stripped = stripped[match.end() :]
        stripped = _OF_RESEARCH.sub("", stripped)
        stripped = _FRAMED_AFTER.sub("", stripped).strip()
        if stripped == text or not stripped:
            return text or held
        text = stripped


def _lower(text: str) -> str:
    """Lower case, except for abbreviations ("R&D", "AI", "NHS")."""
    words = text.split()
    shouting = len(words) > 1 and all(word.isupper() for word in words)
    return " ".join(
        word
        if not shouting and len(word) > 1 and sum(c.isupper() for c in word) > 1
        else word.lower()
        for word in words
    )


_NOUN = r"[A-Za-z][A-Za-z&'’/-]*"
# Words that show that a piece of text is no short noun phrase.
_NO_NOUN = re.compile(
    r"\b(?:what|how|why|which|who|whom|whose|when|where|whether|is|are|was|were|be|been|being|can"
    r"|could|should|would|will|may|might|must|do|does|did|has|have|had|that|this|these|those|it"
    r"|they|them|we|us|our|their|its|there|if|not|to|of|in|on|for|from|with|by|at|as|into|than"
    r"|across|between|within|through|other|others|etc|e\.g|i\.e|also|more|most|less|least|best"
    r"|better|and|or|where|using|including|such|extent|way|ways|thing|things|one|two|both|any|all"
    r"|some|each|every|key|main|current|latest|potential|possible|likely)\b",
    re.IGNORECASE,
)
_ROLES = re.compile(
    r"what\s+(?:is|are)\s+the\s+(?:relevant\s+|respective\s+|relative\s+)?roles?\s+of\s+"
    r"(?P<list>[^?.;:()]{3,120}?)"
    r"(?P<end>\s+(?:in|within|across|for|on|as|when|to|and\s+how|and\s+what)\b[^?]*|)\?",
    re.IGNORECASE,
)
_COORDINATED = re.compile(
    r"what\s+(?:is|are)\s+the\s+(?!(?:\w+\s+)?roles?\b)(?P<list>[^?.;:()]{3,100}?)\s+of\s+[^?]{2,300}\?",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(r"(?:\w+-)?\w+(?:al|ic|ive|ary|ous|ful|less|ward)", re.IGNORECASE)


def listed_aspects(text: str) -> list[tuple[int, str]]:
    """Where a question spells out a list of aspects: position and wording of each; often none.

    >>> [word for _, word in listed_aspects("What are the costs and benefits of heat networks?")]
    ['costs', 'benefits']
    >>> listed_aspects("How can we do better?")
    []
    """
    text = clean_line(text)
    matches = [*_ROLES.finditer(text), *_COORDINATED.finditer(text)]
    return [
        (text.find(item, match.start("list")), item)
        for match in sorted(matches, key=re.Match.start)
        for item in _short_nouns(match["list"])
    ]


_SEPARATOR = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+", re.IGNORECASE)
_CONJUNCTION = re.compile(r"\s(?:and|or)\s", re.IGNORECASE)


def _short_nouns(listed: str) -> list[str]:
    """The members of a list of short noun phrases; nothing if one of them is anything else."""
    items = [_without_determiner(item.strip()) for item in _SEPARATOR.split(listed)]
    if not 2 <= len(items) <= 6 or len(_CONJUNCTION.findall(listed)) != 1:
        return []
    for item in items:
        words = item.split()
        if not 1 <= len(words) <= 3 or _NO_NOUN.search(item):
            return []
        if not all(re.fullmatch(_NOUN, word) for word in words):
            return []
    last = items[-1].split()
    adjectives = [bool(_ADJECTIVE.fullmatch(item.split()[-1])) for item in items[:-1]]
    if all(adjectives) and len(last) == 2 and _ADJECTIVE.fullmatch(last[0]):
        if any(" " in item for item in items[:-1]):
            return []
        return [*(f"{item} {last[1]}" for item in items[:-1]), items[-1]]
    # "Push and pull effects" against "prevalence and associated costs": words alone do
    # not tell whether the last noun belongs to all members.
    return [] if any(adjectives) or len(last) > 1 else items


def _without_determiner(item: str) -> str:
    match = _DETERMINER.match(item)
    return item[match.end() :] if match else item
