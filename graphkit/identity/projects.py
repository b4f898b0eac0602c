"""Which project records are one project: joint grants, transfers, projects on pages.

A joint grant is published as one record for each partner, with one title and
one abstract; a grant that moved institution appears under both, its reference
ending in /1, /2, … (decisions/0006). Both are marked, none is merged; what each
record adds to counts and sums is told by `grants`.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

import msgspec

from graphkit.model import Project
from graphkit.text import fold

MIN_ABSTRACT = 80
"""A shared abstract shorter than this many characters proves nothing."""

_SUFFIX = re.compile(r"^(?P<stem>.{4,})/(?P<number>[1-9]\d?)$")


def fingerprint(text: str) -> int:
    """64 bits that stand for a folded text: equal texts, equal numbers."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


class Kinship(msgspec.Struct, frozen=True):
    """What is known of a project's relatives. Keys of projects."""

    joint_with: dict[str, str]
    """Each further record of a joint grant → the record that stands for all of it."""
    transferred_from: dict[str, str]
    """A record → the record of the same grant before it moved."""


class Likeness(msgspec.Struct, frozen=True, array_like=True):
    """What relatives of a project are told by. `title` and `text` are fingerprints, 0 for none."""

    title: int
    text: int
    reference: str
    transfers: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, project: Project) -> Likeness:
        """That of a merged project."""
        title = fingerprint(fold(project.title)) if project.title else 0
        abstract = project.abstract
        text = 0
        if project.title and abstract and len(abstract) >= MIN_ABSTRACT:
            text = fingerprint(f"{title}\n{abstract.casefold()}")
        return cls(title, text, project.reference or "", project.transfers)


class ProjectIndex:
    """What telling relatives apart needs to know of every project, and no more."""

    def __init__(self) -> None:
        self._texts: dict[int, list[tuple[str, str, str | None]]] = {}
        self._stems: dict[str, list[tuple[int, str, int]]] = {}
        self._stated: dict[str, str] = {}

    def add(self, key: str, likeness: Likeness, lead: str | None = None) -> None:
        """Register a merged project by its key, with its lead."""
        for origin, target in likeness.transfers:
            if origin != target:
                self._stated.setdefault(target, origin)
        if not likeness.title:
            return
        if match := _SUFFIX.match(likeness.reference):
            member = (int(match["number"]), key, likeness.title)
            self._stems.setdefault(match["stem"], []).append(member)
        if likeness.text:
            self._texts.setdefault(likeness.text, []).append((likeness.reference or "~", key, lead))

    def kinship(self, known: Iterable[str] | None = None) -> Kinship:
        """Joint grants and transfers among everything added.

        With `known` (the keys of all projects in the graph) a stated transfer
        from a project that is not in the graph is left out.
        """
        transferred: dict[str, str] = {}
        for members in self._stems.values():
            if len(members) < 2:
                continue
            members.sort()
            for (number, key, title), (later, later_key, later_title) in pairwise(members):
                if later > number and title == later_title and key != later_key:
                    transferred[later_key] = key
        for later_key, origin in sorted(self._stated.items()):
            if not _leads_to(transferred, origin, later_key):
                transferred[later_key] = origin
        if known is not None:
            keys = known if isinstance(known, (set, frozenset, dict)) else set(known)
            transferred = {k: v for k, v in transferred.items() if k in keys and v in keys}
        joint: dict[str, str] = {}
        for group in self._texts.values():
            if len(group) < 2:
                continue
            # A transferred record is the same partner's grant again, and so is another
            # one of the same lead (a renewal): neither is a further partner.
            leads: set[str] = set()
            principal = None
            for _, key, lead in sorted(group, key=lambda member: member[:2]):
                if key in transferred or (lead is not None and lead in leads):
                    continue
                if lead is not None:
                    leads.add(lead)
                if principal is None:
                    principal = key
                elif key != principal:
                    joint[key] = principal
        return Kinship(joint_with=joint, transferred_from=dict(sorted(transferred.items())))


def _leads_to(transferred: dict[str, str], key: str, goal: str) -> bool:
    """Whether a chain of transfers goes back from `key` to `goal`: sources may contradict."""
    while key != goal and key in transferred:
        key = transferred[key]
    return key == goal


class TitleIndex:
    """Finds the GtR project that a page means, by title and funder or lead.

    Only titles that some page asks for are kept, so memory follows the pages.
    """

    def __init__(self, wanted: Iterable[str]) -> None:
        self._wanted = {fingerprint(fold(title)) for title in wanted}
        self._found: defaultdict[int, list[tuple[str, set[str], str | None]]] = defaultdict(list)

    def wants(self, title: int) -> bool:
        """Whether a page asks for a title, by its fingerprint."""
        return title in self._wanted

    def add(self, title: int, key: str, funders: set[str], lead: str | None) -> None:
        """Offer a project: fingerprint of its title, its key, keys of funders and lead."""
        if title in self._wanted:
            self._found[title].append((key, funders, lead))

    def match(
        self, title: str, funder: str | None, lead: str | None
    ) -> tuple[str | None, list[str]]:
        """The one project with this title and this funder or lead, else the candidates.

        Where several share the title, one that agrees on both beats those that
        agree on one; two equally good ones are candidates, not a match.
        """
        found = self._found.get(fingerprint(fold(title)), [])
        scored = [
            ((funder in funders) + (lead is not None and lead == other_lead), key)
            for key, funders, other_lead in found
        ]
        best = max((score for score, _ in scored), default=0)
        winners = sorted(key for score, key in scored if score == best)
        if best and len(winners) == 1:
            return winners[0], []
        return None, sorted(key for _, key in scored)
