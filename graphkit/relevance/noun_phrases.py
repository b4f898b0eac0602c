"""Noun phrases of a question, found by the words that cannot be part of one.

A published question is built of few kinds of words: those that join (prepositions,
pronouns, question words), verbs, adverbs, and the nouns and adjectives that say what it
is about. The first three are closed or nearly so: `words/verbs.txt` lists the verb forms
that 3,050 published questions use. What stands between them is a noun phrase.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_TOKEN = re.compile(r"[A-Za-zÀ-ÿ0-9](?:[\w&'’/+.-]*[\wÀ-ÿ+])?|[^\s\w]")

JOINING = frozenset(
    """a about above across after again against all along already also although always am amid among
    amongst an and another any anyone anything are around as at away back because before behind
    being below beneath beside besides between beyond both but by can cannot despite did do does
    down during e.g each either else especially etc even ever every everyone everything except few
    for from further furthermore had has have he hence her here hers him his how however i i.e if
    in including indeed inside instead into is it its itself just least less like many may me might
    mine more moreover most much must my myself near neither no nobody none nor not nothing now of
    off often on once one ones only onto or other others ought our ours out over own per perhaps
    please rather re s same shall she should since so some someone something such than that the
    their theirs them themselves then there thereby therefore these they this those though three
    through throughout thus to today together too toward towards two under unless unlike until up
    upon us versus very via vs was we well were what whatever when whenever where whereas whereby
    wherever whether which whichever while who whoever whom whose why will with within without
    would yes yet you your yours example terms order addition relation respect regard context way
    ways extent role roles part parts range number variety set kind kinds type types lot area areas
    thing things need needs case cases time times view place interest ari aris question questions
    research researcher researchers""".split()
)
"""Words that end a phrase: they join phrases, stand for them, or frame a question."""

PLAIN = frozenset(
    """able actual additional appropriate available average basic best better big bigger biggest
    broad broader certain clear common complete considerable core critical crucial current currently
    different difficult dominant due early effective efficient emergent entire essential evolving
    existing expected extensive far fewer first following full fundamental future general given good
    great greater greatest growing high higher highest ideal important improved increased
    increasing individual interesting international key known large larger largest last late later
    latest leading likely long longer low lower lowest main major maximum meaningful medium minimum
    modern multiple necessary new newer next notable novel ongoing optimal optimum overall particular
    past possible potential practical present previous primary principal prominent real realistic
    recent related relative relevant respective right robust second serious several severe short
    significant similar simple single small smaller special specific strong stronger substantial
    successful sufficient suitable third total true typical uk uk's underlying unique useful usual
    various vast viable wide wider widespread world's""".split()
)
"""Adjectives that say nothing of what a phrase is about; they are taken off its front."""


@cache
def verbs() -> frozenset[str]:
    """Verb forms that end a phrase."""
    text = (files("graphkit.relevance") / "words" / "verbs.txt").read_text("utf-8")
    return frozenset(text.split())


class Phrase(NamedTuple):
    """A noun phrase: where it starts in its text, and its words as written."""

    start: int
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The phrase as one string, spaces between words."""
        return " ".join(self.words)


MAX_WORDS = 5


def noun_phrases(text: str) -> list[Phrase]:
    """The noun phrases of a text, in order, each of one to five words.

    >>> [p.text for p in noun_phrases("How can drones improve the safety of offshore workers?")]
    ['drones', 'safety', 'offshore workers']
    """
    found: list[Phrase] = []
    start, words = 0, []
    for match in _TOKEN.finditer(text):
        word = match[0]
        if _ends_phrase(word):
            _close(found, start, words)
            words = []
            continue
        if not words:
            start = match.start()
        words.append(word)
    _close(found, start, words)
    return found


def _ends_phrase(word: str) -> bool:
    if not word[0].isalnum():
        return True
    low = word.lower().replace("’", "'")
    if low in JOINING or low in verbs():
        return True
    if low.endswith("ly") and len(low) > 4 and low not in ("supply", "family", "assembly", "early"):
        return True
    return low.isdigit()


def _close(found: list[Phrase], start: int, words: list[str]) -> None:
    """Add a phrase, without plain adjectives before it and without what cannot end it."""
    while words and words[0].lower() in PLAIN:
        start += len(words[0]) + 1
        words = words[1:]
    while words and words[-1].lower() in PLAIN:
        words = words[:-1]
    if words and any(any(c.isalpha() for c in word) and len(word) > 1 for word in words):
        found.append(Phrase(start, tuple(words[-MAX_WORDS:])))
