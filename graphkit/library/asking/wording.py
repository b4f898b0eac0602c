"""Words of a sentence: which carry meaning, which are the same, which may be left out.

Only what English does to regular words is undone here; words that mean the same for the
library stand in two short tables. There is no language model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from graphkit.text import fold

_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]+"|“[^”]+”|(?<!\w)'[^']+'(?!\w)|(?<!\w)‘[^’]+’(?!\w))"""
    r"""|(?P<word>https?://[^\s<>"]*[^\s<>".,;:!?')]|£?\d{1,3}(?:,\d{3})+(?:\.\d+)?\w*"""
    r"""|£?\w+(?:(?!['’]s\b)[./:'’&+-]\w+)*)"""
    r"""|(?P<possessive>['’]s\b)|(?P<and>&)"""
)
_WORDS = str.split
EMPTY = frozenset(_WORDS("""
    a an the which what whose are is was were be been being that there this these those do does
    did has have had any some all every each its their his her it they please me us thanks
"""))  # fmt: skip
"""Say nothing that a pattern could mean."""
ARTICLES = frozenset(_WORDS("a an the"))
SMALL = frozenset(_WORDS("""
    of in by for to with from at as and within across throughout inside into
"""))  # fmt: skip
"""Join parts; a sentence may use another than the pattern, but then it fits less well."""
_OPENING = frozenset(_WORDS("""
    show list give find get tell display hello hi i we want would like need know see can could
    you will search look let me us please to all a the which what are is there
"""))  # fmt: skip
"""Words before what is asked for: "can you tell me", "I would like to see"."""
_SAME = {
    "~about": "address cover tackle about on concern regarding",
    "~project": "project grant award",
    "~question": "question",
    "~department": "department body ministry",
    "~organisation": "organisation organization university institution",
    "~ask": "ask pose raise",
    "~lead": "lead led",
    "~most": "most largest biggest top",
    "~similar": "similar like alike resembling",
    "~place": "place area",
    "~within": "in within across throughout inside",
    "~money": "money funding spending",
    "~since": "since from",
    "~between": "between from",
    "~and": "and to",
}
"""Words that mean the same to the library; the pattern's own word still fits better."""
_PHRASES = {
    "~about": "speak to, relate to, relevant to, deal with, to do with",
    "~project": "funded project, research project, research grant",
    "~question": "research question, area of research interest",
    "~department": "government department, government body",
    "~count": "how many, number of, count of",
    "~money": "how much money, how much funding, how much, amount of money",
}
LONGEST_PHRASE = 4


def stem(word: str) -> str:
    """A regular English word without the endings of plurals and verbs.

    >>> [stem(word) for word in ("projects", "bodies", "universities", "addresses", "gas")]
    ['project', 'body', 'university', 'address', 'gas']
    >>> stem("addressing") == stem("addressed") == stem("address")
    True
    >>> stem("sharing") == stem("shares") == stem("shared"), stem("planning") == stem("planned")
    (True, True)
    """
    if len(word) > 4 and word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif len(word) > 4 and word.endswith(("sses", "xes", "zes", "ches", "shes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        base = word.removesuffix(ending)
        if base != word and len(base) > 2 and any(letter in "aeiouy" for letter in base):
            doubled = base[-1] == base[-2] and base[-1] not in "aeiouls"
            word = base[:-1] if doubled else base
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _in_phrase(word: str) -> str:
    """In "funded projects" the first word belongs to the second, in "funds projects" not."""
    return word if word.endswith("ed") else stem(word)


def _same_words() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, words in _SAME.items():
        for word in words.split():
            # "funding" means money, "funded" does not: words that end so count as they are.
            found.setdefault(word if word.endswith("ding") else stem(word), set()).add(key)
    return {word: frozenset(keys) for word, keys in found.items()}


_KEYS_OF = _same_words()
_KEY_OF_PHRASE = {
    tuple(_in_phrase(word) for word in phrase.split()): key
    for key, phrases in _PHRASES.items()
    for phrase in phrases.split(", ")
}
_BEGINNINGS = frozenset(stems[0] for stems in _KEY_OF_PHRASE)


@dataclass(frozen=True)
class Token:
    """A word, or a quoted value: where it stands, its stem, and what it may mean.

    `keys` holds the stem and the names of the groups of equal words that it belongs to.
    """

    text: str
    start: int
    end: int
    word: str
    stem: str
    keys: frozenset[str]
    quoted: bool = False

    @property
    def empty(self) -> bool:
        """Whether it may be left out."""
        return not self.quoted and (not self.stem or self.word in EMPTY)

    @property
    def small(self) -> bool:
        """Whether it only joins what stands around it."""
        return not self.quoted and self.word in SMALL


def keys_of(word: str) -> frozenset[str]:
    """The stem of a folded word, and the groups of equal words that it is in.

    >>> sorted(keys_of("grants"))
    ['grant', '~project']
    """
    base = stem(word)
    if word in SMALL or word in EMPTY:
        base = word
    return frozenset({base}) | _KEYS_OF.get(word, frozenset()) | _KEYS_OF.get(base, frozenset())


def tokens_of(text: str) -> list[Token]:
    """The words of a text in their order; quoted values stay whole and have no stem.

    >>> [token.text for token in tokens_of("Warwick's £2m grants in 'West Midlands', 2018-01-01?")]
    ['Warwick', "'s", '£2m', 'grants', 'in', 'West Midlands', '2018-01-01']
    """
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match["quoted"]:
            inner = match.group()[1:-1]
            yield Token(inner, start + 1, end - 1, "", "", frozenset(), quoted=True)
        elif match["possessive"]:
            yield Token(match.group(), start, end, "", "", frozenset())
        else:
            word = "and" if match["and"] else fold(match.group()).replace(" ", "")
            base = word if word in SMALL or word in EMPTY else stem(word)
            yield Token(
                match.group(), start, end, word, base, keys_of(word) if word else frozenset()
            )


def without_opening(tokens: Sequence[Token]) -> list[Token]:
    """The words without "can you tell me" and the like before them.

    >>> [token.text for token in without_opening(tokens_of("Can you show me all projects?"))]
    ['projects']
    """
    opening = list(takewhile(lambda token: token.word in _OPENING and not token.quoted, tokens))
    # A small word or an article there may belong to what follows: "to Wales", "the Ofsted".
    while opening and (opening[-1].word in SMALL or opening[-1].word in ARTICLES):
        opening.pop()
    return list(tokens[len(opening) :])


def phrases_at(tokens: Sequence[Token], start: int) -> Iterator[tuple[int, str, str]]:
    """Phrases that begin at a word, longest first: the end, the phrase's words, its group."""
    if _in_phrase(tokens[start].word) not in _BEGINNINGS:
        return
    for length in range(LONGEST_PHRASE, 1, -1):
        stems = tuple(_in_phrase(token.word) for token in tokens[start : start + length])
        key = _KEY_OF_PHRASE.get(stems)
        if key:
            yield start + len(stems), " ".join(stems), key
