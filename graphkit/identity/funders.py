"""Funders: agencies that pay for research, and programmes named in their place.

A source may name a funder by its Gateway to Research id, its acronym, its full
name or an old name; or it may name a programme ("GCRF", "UKRI FLF"), which is
a scheme and not an agency. The table is `funders.toml`; an unknown name becomes
an agency of its own and is never guessed to be another.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Literal, Self

import msgspec

from graphkit.identity.departments import (
    Body,
    Succession,
    body_name_key,
    by_name,
    nearest_names,
    ror_key,
    unregistered_key,
)
from graphkit.model import FunderDetails
from graphkit.text import clean_line


class Funder(Body, frozen=True, kw_only=True):
    """An agency or a programme. `gtr_keys` are GtR ids in upper case."""

    kind: Literal["agency", "programme"] = "agency"
    gtr_keys: tuple[str, ...] = ()
    crossref_ids: tuple[str, ...] = ()


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    funder: tuple[Funder, ...]
    succession: tuple[Succession, ...]


def _gtr_key(value: str | None) -> str | None:
    return (value or "").strip().upper().removeprefix("GTR:") or None


class Funders:
    """All known funders; immutable.

    >>> funders = Funders.load()
    >>> funders.resolve("Technology Strategy Board").name
    'Innovate UK'
    >>> funders.resolve("GCRF").kind
    'programme'
    >>> funders.resolve(None, "924be15c-91f2-4aad-941a-3f338324b6ae").acronym
    'ESRC'
    """

    def __init__(self, funders: Iterable[Funder], successions: Iterable[Succession] = ()) -> None:
        self.funders = tuple(sorted(funders, key=lambda funder: funder.key))
        self.successions = tuple(sorted(successions, key=lambda event: (event.date, event.key)))
        self._by_key = {funder.key: funder for funder in self.funders}
        self._by_gtr = {key: funder for funder in self.funders for key in funder.gtr_keys}
        self._by_name = by_name(self.funders)

    @classmethod
    def load(cls) -> Self:
        """The funders that come with graphkit (`funders.toml`)."""
        text = files("graphkit.identity").joinpath("funders.toml").read_text("utf-8")
        table = msgspec.convert(tomllib.loads(text), _Table)
        return cls(table.funder, table.succession)

    def __getitem__(self, key: str) -> Funder:
        """The funder with a key; KeyError where there is none."""
        return self._by_key[key]

    def resolve(self, name: str | None, gtr_key: str | None = None) -> Funder | None:
        """The funder of a GtR id, else of a name; None where neither says anything.

        An unknown name gives a new, unregistered agency; an unknown id alone
        gives one that bears the id for a name.

        >>> Funders.load().resolve("Wellcome Trust").key
        'wellcome-trust'
        """
        gtr = _gtr_key(gtr_key)
        if gtr in self._by_gtr:
            return self._by_gtr[gtr]
        shown = clean_line(name or "")
        wanted = body_name_key(shown)
        if not wanted:
            if gtr is None:
                return None
            return Funder(key=gtr.lower(), name=gtr, gtr_keys=(gtr,), registered=False)
        known = self._by_name.get(wanted)
        if known is not None:
            return known
        key = unregistered_key(shown)
        return self._by_key.get(key) or Funder(
            key=key, name=shown, gtr_keys=(gtr,) if gtr else (), registered=False
        )

    def add_details(self, details: FunderDetails) -> Funders:
        """A copy that also knows what a table says of one funder.

        Ids are added, ROR id and acronym only where none is known. An id that
        another funder holds stays with that one.

        >>> row = FunderDetails(name="Wellcome Trust", acronym="WT", ror="https://ror.org/029chgv08")
        >>> Funders.load().add_details(row).resolve("WT").ror
        '029chgv08'
        """
        gtr = _gtr_key(details.gtr_key)
        found = self.resolve(details.name, gtr)
        if found is None:
            return self
        if not found.registered and details.acronym:
            found = self._by_name.get(body_name_key(details.acronym), found)
        others = tuple(funder for funder in self.funders if funder.key != found.key)
        ror = ror_key(details.ror)
        if ror in {funder.ror for funder in others}:
            ror = None
        if gtr in self._by_gtr:
            gtr = None
        known = {body_name_key(name) for name in found.all_names} | set(self._by_name)
        new_name = clean_line(details.name)
        is_new = body_name_key(new_name) not in known
        enriched = msgspec.structs.replace(
            found,
            acronym=found.acronym or details.acronym,
            aliases=(*found.aliases, new_name) if is_new else found.aliases,
            ror=found.ror or ror,
            gtr_keys=tuple(dict.fromkeys((*found.gtr_keys, *((gtr,) if gtr else ())))),
            crossref_ids=tuple(sorted({*found.crossref_ids, *details.crossref_ids})),
        )
        return Funders((*others, enriched), self.successions)

    def nearest(self, name: str, n: int = 3) -> list[Funder]:
        """The `n` funders whose names are most like `name`, for "did you mean".

        >>> [funder.key for funder in Funders.load().nearest("Economic Research Council", 1)]
        ['esrc']
        """
        choices = ((name, funder.key) for funder in self.funders for name in funder.all_names)
        return [self._by_key[key] for key in nearest_names(name, choices, n)]
