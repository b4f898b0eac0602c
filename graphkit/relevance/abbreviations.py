"""Abbreviations of government and research, spelled out.

A sentence encoder has seldom met "GVA" or "DWP" and reads them as noise. The table holds
what 3,050 published questions use and one reading only: an abbreviation that means several
things in them ("PE", "AM") is left as it is.
"""

from __future__ import annotations

import re

from graphkit.relevance.words import word_table

_CANDIDATE = re.compile(r"(?<![\w&])[A-Z][A-Za-z0-9]*(?:&[A-Z][A-Za-z0-9]*)*(?:-?\d+)?(?![\w&])")


def spelled_out(text: str) -> str:
    """A text with its abbreviations spelled out, a plural as a plural.

    What stands in brackets right after its own long form is taken away.

    >>> spelled_out("How do SMEs in HE use R&D?")
    'How do small and medium-sized enterprises in higher education use research and development?'
    >>> spelled_out("the National Health Service (NHS)")
    'the National Health Service'
    """
    table = word_table("abbreviations")

    def long_form(match: re.Match[str]) -> str:
        word = match[0]
        if word in table:
            return table[word]
        if word.endswith("s") and word[:-1] in table:
            return _plural(table[word[:-1]])
        return word

    found = _CANDIDATE.sub(long_form, text)
    if found == text:
        return text
    return _REPEATED.sub(r"\1", found)


_REPEATED = re.compile(r"\b([\w-]+(?:,? [\w-]+){0,8}?) \(\1\)", re.IGNORECASE)


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2] not in "aeiou":
        return f"{name[:-1]}ies"
    return name if name.endswith("s") else f"{name}s"
