"""What a text asks for: words, phrases, words that must not be there, and what may be an id.

Any text is understood. Quotation marks make a phrase (an open one reaches to the end), a minus
before a word or phrase leaves out what has it. Words that any text has are dropped, unless there
are no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from graphkit.relevance.words import word_list

MOST_CLAUSES = 32
"""So many words and phrases of a text are sought; nobody writes more by hand."""
MOST_CHARACTERS = 10_000
_PHRASE = 12
"""The longest phrase that is sought as one; the engine takes far longer for a page of text."""
_CHUNK = re.compile(r'(?<!\S)(-?)"([^"]*)(?:"|$)|([^\s"]+)')
_QUOTES = str.maketrans("“”„«»‟", '""""""')
_INSIDE = re.compile(r"[^\w&'’.+-]+")
_POSSESSIVE = re.compile(r"['’][sS]\b")
_WHITE = re.compile(r"[\s,;]+")

Stems = tuple[str, ...]
Analyse = Callable[[str], list[str]]


@dataclass(frozen=True)
class Wanted:
    """What a text asks for. Each clause holds the stems of one word, or of several in a row.

    `words` gives, for each clause that is one written word, that word. `run` holds all stems
    where the text is nothing but words in a row, so that texts with this row can come first.
    """

    clauses: tuple[Stems, ...] = ()
    excluded: tuple[Stems, ...] = ()
    words: tuple[str, ...] = ()
    run: Stems = ()
    identifiers: tuple[str, ...] = ()
    is_blank: bool = False
    is_cut: bool = False


def understood(text: str, analyse: Analyse) -> Wanted:
    """What a text asks for.

    >>> wanted = understood('the housing "heat pump" -"wind farm"', str.split)
    >>> wanted.clauses, wanted.excluded
    ((('housing',), ('heat', 'pump')), (('wind', 'farm'),))
    """
    text = text.encode("utf-8", "replace").decode()
    is_cut = len(text) > MOST_CHARACTERS
    text = text[:MOST_CHARACTERS]
    clauses: dict[Stems, str] = {}
    dropped: dict[Stems, str] = {}
    excluded: dict[Stems, str] = {}
    plain = True
    for match in _CHUNK.finditer(text.translate(_QUOTES)):
        minus, phrase, chunk = match.groups()
        if chunk is None:
            plain = False
            if stems := tuple(analyse(phrase))[:_PHRASE]:
                (excluded if minus else clauses).setdefault(stems, "")
            continue
        if chunk[0] == "-" and (pieces := analyse(chunk)):
            plain = False
            excluded.setdefault(tuple(pieces)[:_PHRASE], "")
            continue
        for piece in _INSIDE.split(chunk):
            word = _POSSESSIVE.sub("", piece)
            if stems := tuple(analyse(word))[:_PHRASE]:
                target = dropped if word.lower() in word_list("stop") else clauses
                target.setdefault(stems, word if len(stems) == 1 else "")
    if not clauses:
        clauses = dropped
        dropped = {}
    kept = list(clauses)[:MOST_CLAUSES]
    run = tuple(stem for stems in kept for stem in stems) if plain and not dropped else ()
    return Wanted(
        clauses=tuple(kept),
        excluded=tuple(excluded)[:MOST_CLAUSES],
        words=tuple(word for stems in kept if (word := clauses[stems])),
        run=run if 1 < len(run) <= _PHRASE and len(kept) > 1 else (),
        identifiers=_identifiers(text),
        is_blank=not text.strip(),
        is_cut=is_cut or len(clauses) > MOST_CLAUSES,
    )


def _identifiers(text: str) -> tuple[str, ...]:
    """What a text may name by its id: a number, a reference, a key, `kind/key`, an address.

    >>> _identifiers("EP/K000128/1, https://gtr.ukri.org/projects?ref=ES%2FJ010235%2F1")
    ('ep/k000128/1', 'es/j010235/1')
    >>> _identifiers("project:3D77")
    ('3d77',)
    """
    found = dict.fromkeys(map(_identifier, _WHITE.split(text.strip())))
    return tuple(one for one in found if one)[:MOST_CLAUSES]


def _identifier(chunk: str) -> str:
    chunk = chunk.strip("<>()[]\"'.")
    if "://" in chunk:
        try:
            address = urlsplit(chunk)
        except ValueError:
            return ""
        chunk = next(iter(parse_qs(address.query).get("ref", ())), "")
        chunk = chunk or address.path.rstrip("/").rpartition("/")[2]
    for prefix in ("question", "project"):
        for mark in "/:":
            chunk = chunk.removeprefix(f"{prefix}{mark}")
    return chunk.lower()
