"""Departments and other bodies that publish questions, and what became of them.

The names are written by hand in many ways and some bodies are gone. Each name
is resolved exactly, against a table kept in `bodies.toml`; a name that the
table does not know becomes a body of its own and is never guessed to be
another. A renamed or reorganised body is a new body, linked by a succession.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Self, TypeVar

import msgspec

from graphkit.errors import InputError
from graphkit.model import BodyDetails
from graphkit.text import clean_line, fold, slug

_CLOSING_UK = re.compile(r"\s*\(\s*(?:UK|U\.K\.|United Kingdom)\s*\)\s*$", re.IGNORECASE)


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What departments and funders have in common.

    `key` is part of the body's address. `ror` is the last nine characters of
    the ROR id. `began` and `ended` are years where a succession gives them.
    `registered` is False for a body that no table of graphkit's knows.
    """

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    acronym: str | None = None
    ror: str | None = None
    began: int | None = None
    ended: int | None = None
    note: str | None = None
    registered: bool = True

    @property
    def all_names(self) -> tuple[str, ...]:
        """Name, acronym and aliases, each once, in that order."""
        acronym = (self.acronym,) if self.acronym else ()
        return tuple(dict.fromkeys((self.name, *acronym, *self.aliases)))


class Department(Body, frozen=True, kw_only=True):
    """A department or other public body that publishes questions.

    `nation` is set for bodies of one nation of the United Kingdom.
    """

    nation: str | None = None
    url: str | None = None


class Succession(msgspec.Struct, frozen=True, kw_only=True):
    """A change of bodies: `originals` were there before it, `resulting` after it.

    `date` is ISO 8601 as exact as it is known: `2021`, `2024-07`, `2020-09-02`.
    """

    key: str
    name: str
    date: str
    originals: tuple[str, ...]
    resulting: tuple[str, ...]

    @property
    def year(self) -> int:
        """The year of the change."""
        return int(self.date[:4])


def body_name_key(name: str) -> str:
    """What must be equal for two names of a body to be the same name.

    >>> body_name_key("The National Archives (UK) ") == body_name_key("national archives")
    True
    """
    folded = fold(_CLOSING_UK.sub("", clean_line(name)))
    return folded.removeprefix("the ") or folded


def unregistered_key(name: str) -> str:
    """The key of a body known by name alone: its slug, or a hash where a slug would be empty.

    >>> unregistered_key("Building Digital UK (UK)"), unregistered_key("科学技術省")
    ('building-digital-uk', 'body-2842431c10e3')
    """
    stripped = _CLOSING_UK.sub("", clean_line(name))
    folded = fold(stripped)
    if folded.isascii() and folded:
        return slug(stripped)
    digest = sha256(folded.encode()).hexdigest()[:12]
    return f"{slug(stripped) or 'body'}-{digest}"


def ror_key(ror: str | None) -> str | None:
    """The nine characters of a ROR id given alone or as an address.

    >>> ror_key("https://ror.org/01XDNWC75"), ror_key("ror:01xdnwc75"), ror_key(" ")
    ('01xdnwc75', '01xdnwc75', None)
    """
    tail = re.split("[/:]", ror.strip())[-1].lower() if ror else ""
    return tail if re.fullmatch("0[0-9a-z]{8}", tail) else None


def nearest_names(name: str, choices: Iterable[tuple[str, str]], n: int) -> list[str]:
    """The keys of the `n` best of `(name, key)` choices, best first, each once."""
    from rapidfuzz import fuzz  # here: only an error message needs it

    wanted = body_name_key(name)
    scores: dict[str, float] = {}
    for choice, key in choices:
        score = fuzz.WRatio(wanted, body_name_key(choice))
        scores[key] = max(score, scores.get(key, 0.0))
    return sorted(scores, key=lambda key: (-scores[key], key))[:n]


B = TypeVar("B", bound=Body)


def by_name(bodies: Sequence[B]) -> dict[str, B]:
    """Bodies by everything they are called.

    Full names go before aliases and acronyms, and the living before the
    dissolved: "DCMS" was the acronym of two bodies.
    """
    found: dict[str, B] = {}
    for body in bodies:
        found.setdefault(body_name_key(body.name), body)
    for body in sorted(bodies, key=lambda body: (body.ended is not None, body.key)):
        for name in body.all_names:
            found.setdefault(body_name_key(name), body)
    return found


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    body: tuple[Department, ...]
    succession: tuple[Succession, ...]


class Departments:
    """All known bodies; immutable.

    >>> departments = Departments.load()
    >>> departments.resolve("HMT").name
    'HM Treasury'
    >>> departments.resolve("Department for Culture, Media & Sport (UK)").acronym
    'DCMS'
    >>> departments.resolve("Ministry of Silly Walks").registered
    False
    """

    def __init__(
        self, bodies: Iterable[Department], successions: Iterable[Succession] = ()
    ) -> None:
        self.bodies = tuple(sorted(bodies, key=lambda body: body.key))
        self.successions = tuple(sorted(successions, key=lambda event: (event.date, event.key)))
        self._by_key = {body.key: body for body in self.bodies}
        self._by_name = by_name(self.bodies)

    @classmethod
    def load(cls) -> Self:
        """The bodies that come with graphkit (`bodies.toml`)."""
        text = files("graphkit.identity").joinpath("bodies.toml").read_text("utf-8")
        table = msgspec.convert(tomllib.loads(text), _Table)
        return cls(table.body, table.succession)

    def __getitem__(self, key: str) -> Department:
        """The body with a key; KeyError where there is none."""
        return self._by_key[key]

    def resolve(self, name: str) -> Department:
        """The body of a name, acronym or alias; a new, unregistered one for an unknown name.

        Raises InputError where nothing is left of the name.

        >>> Departments.load().resolve("Building Digital UK").key
        'building-digital-uk'
        """
        wanted = body_name_key(name)
        if not wanted:
            raise InputError(f"{name!r} names no body", hint="leave the department empty instead")
        known = self._by_name.get(wanted)
        if known is not None:
            return known
        key = unregistered_key(name)
        shown = _CLOSING_UK.sub("", clean_line(name))
        return self._by_key.get(key) or Department(key=key, name=shown, registered=False)

    def add_details(self, details: BodyDetails) -> Departments:
        """A copy that also knows what a table says of one body.

        What is known already stands. Where the labels used for a body and its
        name in the table belong to different bodies, the labels decide: one row
        named "Ministry of Housing …" describes its forerunner.

        >>> row = BodyDetails(name="The National Archives (UK)", url="https://example.org/tna")
        >>> Departments.load().add_details(row).resolve("TNA").url
        'https://example.org/tna'
        """
        written = [name for name in (*details.names, details.name) if body_name_key(name)]
        if not written:
            return self
        found = self.resolve(written[0])
        for name in written[1:]:
            candidate = self.resolve(name)
            if candidate.registered and not found.registered:
                found = candidate
        taken = {body.ror for body in self.bodies if body.key != found.key}
        ror = ror_key(details.ror)
        enriched = msgspec.structs.replace(
            found,
            ror=found.ror or (ror if ror not in taken else None),
            url=found.url or details.url,
            aliases=self._aliases_with(found, written),
        )
        others = (body for body in self.bodies if body.key != found.key)
        return Departments((*others, enriched), self.successions)

    def _aliases_with(self, found: Department, written: list[str]) -> tuple[str, ...]:
        known = {body_name_key(name) for name in found.all_names}
        added: dict[str, str] = {}
        for name in written:
            wanted = body_name_key(name)
            if wanted not in known and wanted not in self._by_name:
                added.setdefault(wanted, clean_line(name))
        return (*found.aliases, *added.values())

    def nearest(self, name: str, n: int = 3) -> list[Department]:
        """The `n` bodies whose names are most like `name`, for "did you mean".

        >>> [body.key for body in Departments.load().nearest("Ministry of Justise", 1)]
        ['ministry-of-justice']
        """
        choices = ((name, body.key) for body in self.bodies for name in body.all_names)
        return [self._by_key[key] for key in nearest_names(name, choices, n)]
