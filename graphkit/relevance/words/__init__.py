"""Lists of words, one file each, and how they are read."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of a list.

    `joining`: words that end a noun phrase; `plain`: adjectives that say nothing of what a
    phrase is about, and `empty`: nouns that say as little; `verbs`: forms of verbs in published
    questions; `verb_like_nouns`: nouns with the ending of a verb or an adverb, and
    `adjective_like_nouns`: with that of an adjective; `nouns_and_verbs`: nouns that are verbs
    as often, `before_verbs` and `determiners`: what stands before and after them then; `stop`:
    words that any text has.

    >>> "the" in word_list("stop")
    True
    """
    return frozenset((files(__name__) / f"{name}.txt").read_text("utf-8").split())


@cache
def word_table(name: str) -> dict[str, str]:
    """A list of two columns; lines that begin with # are remarks.

    >>> word_table("abbreviations")["SME"]
    'small and medium-sized enterprise'
    """
    text = (files(__name__) / f"{name}.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and line[0] != "#")
    return {short: long for short, long, *_ in rows}
