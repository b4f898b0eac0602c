"""The steps that decide which organisation records are one, and which may be.

Every step goes through the records in the order of their keys and looks at all
candidates before it merges any, so that the outcome does not depend on the
order of the input.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from graphkit.identity.organisation_names import (
    BRITAIN,
    NameBlocks,
    difference,
    is_acronym,
    is_placeholder,
    name_form,
    same_words,
    spelled_out,
    worth_a_look,
)
from graphkit.identity.organisation_words import is_distinctive
from graphkit.model import Organisation
from graphkit.text import fold

MERGE_SCORE = 95.0
"""Below this nothing merges: at 92 Chester merges with Chichester and Manchester."""
_CANDIDATES_EACH = 3
_UK_POSTCODE = re.compile(r"([A-Z]{1,2})[0-9][0-9A-Z]?[0-9][A-Z]{2}")
_TOWN = re.compile(
    r"(?!.*\b(?:building|centre|floor|house|park|road|street|way)\b)[^\W\d][^\d]{3,}"
)
_NATIONS = frozenset(["england", "scotland", "wales", "northern ireland"])
_ENGLISH_REGIONS = frozenset([
    "north east", "north west", "yorkshire and the humber", "east midlands", "west midlands",
    "east of england", "london", "south east", "south west",
])  # fmt: skip
_COUNTRY_CODES = {"gb": BRITAIN, "uk": BRITAIN, "us": "united states", "usa": "united states"}
_ABROAD = "abroad"
_PACK = msgspec.msgpack.Encoder().encode
_UNPACK: Any = msgspec.msgpack.Decoder(list[str | list[str]]).decode
_SETS = frozenset([
    "acronyms", "countries", "nations", "places", "postcodes", "regions", "streets", "towns",
])  # fmt: skip


class Entity:
    """All records of one key, as far as comparing needs them."""

    __slots__ = (
        "acronyms", "aliases", "countries", "forms", "key", "kind", "name", "nations", "places",
        "postcodes", "regions", "streets", "towns",
    )  # fmt: skip

    def __init__(self, key: str, records: Iterable[Organisation]) -> None:
        self.key = key
        prefix = key.partition(":")[0]
        self.kind = prefix if prefix in ("gtr", "ror") else "name"
        self.name = ""
        self.countries: set[str] = set()
        self.nations: set[str] = set()
        self.regions: set[str] = set()
        self.places: set[str] = set()
        self.postcodes: set[str] = set()
        self.streets: set[str] = set()
        self.towns: set[str] = set()
        forms: set[str] = set()
        aliases: set[str] = set()
        self.acronyms: set[str] = set()
        names: set[str] = set()
        for record in records:
            names.add(record.name)
            country = self._add_name(record.name, forms)
            if country:
                self.countries.add(_COUNTRY_CODES.get(country, country))
            # A register's aliases are weaker than its main name; elsewhere a name is a name.
            for name in record.names:
                self._add_name(name, aliases if self.kind == "ror" else forms)
            self._add_address(record)
        self.name = min(names)
        self.forms = sorted(forms)
        self.aliases = sorted(aliases - forms)
        # A first line that repeats the name says nothing of the place.
        own = forms | {fold(name) for name in names}
        self.streets -= own
        self.towns -= own

    def packed(self) -> bytes:
        """All that it holds; equal entities give equal bytes."""
        values = [getattr(self, name) for name in self.__slots__]
        return _PACK([sorted(one) if isinstance(one, set) else one for one in values])

    @classmethod
    def unpacked(cls, data: bytes | memoryview) -> Entity:
        """The entity that was packed."""
        entity = cls.__new__(cls)
        for name, value in zip(cls.__slots__, _UNPACK(data), strict=True):
            setattr(entity, name, set(value) if name in _SETS else value)
        return entity

    def _add_name(self, name: str, forms: set[str]) -> str | None:
        """Keep a name's form; returns the country that the name ends in."""
        form, country = name_form(name)
        if is_placeholder(form):
            return None
        if is_acronym(name):
            self.acronyms.add(form.replace(" ", ""))
        else:
            forms.add(form)
        return country

    def _add_address(self, record: Organisation) -> None:
        address = record.address
        if address is None:
            return
        region = fold(address.region or "")
        postcode = (address.postcode or "").upper().replace(" ", "")
        country = fold(address.country or "")
        country = _COUNTRY_CODES.get(country, country)
        nation = None
        if region in _ENGLISH_REGIONS or region in _NATIONS:
            nation = "england" if region in _ENGLISH_REGIONS else region
            if region != "england":
                self.regions.add(region)
        elif country in _NATIONS:
            nation = country
        if nation:
            self.nations.add(nation)
        if nation or _UK_POSTCODE.fullmatch(postcode):
            self.countries.add(BRITAIN)
        elif region == "outside uk":
            # "Outside UK, United Kingdom" is in the data: it says nothing.
            if country != BRITAIN:
                self.countries.add(country or _ABROAD)
        elif country:
            self.countries.add(country)
        if len(postcode) >= 4:
            self.postcodes.add(postcode)
        lines = [fold(line) for line in address.lines]
        self.streets.update(line for line in lines if len(line) >= 8)
        self.places.update(filter(None, (*lines, fold(address.city or ""), region)))
        # A town stands in a line of its own; "Unit 3" and "High Street" do not name one.
        lines.append(fold(address.city or ""))
        self.towns.update(line for line in lines if _TOWN.fullmatch(line))
        if region == "london":
            self.towns.add(region)


def contradiction(one: Entity, other: Entity) -> str | None:
    """What speaks against two records of one name being one organisation."""
    if one.countries and other.countries and not one.countries & other.countries:
        pair = one.countries | other.countries
        if BRITAIN in pair or _ABROAD not in pair:
            here, there = sorted((min(one.countries), min(other.countries)))
            return f"one is in {_shown(here)}, one in {_shown(there)}"
    if one.nations and other.nations and not one.nations & other.nations:
        here, there = sorted((min(one.nations), min(other.nations)))
        return f"one is in {_shown(here)}, one in {_shown(there)}"
    return None


def disagreement(one: Entity, other: Entity) -> str | None:
    """What speaks against two records of one name that share no address: the places, too."""
    if against := contradiction(one, other):
        return against
    if one.regions and other.regions and not one.regions & other.regions:
        here, there = sorted((min(one.regions), min(other.regions)))
        return f"one is in {_shown(here)}, one in {_shown(there)}"
    if one.postcodes and other.postcodes and not one.towns & other.towns:
        here, there = sorted((min(_areas(one)), min(_areas(other))))
        if not _areas(one) & _areas(other):
            return f"one has a postcode in {here}, one in {there}"
    return None


def _areas(entity: Entity) -> set[str]:
    """The letters that a British postcode begins with; a foreign one counts as a whole."""
    return {
        found[1] if (found := _UK_POSTCODE.fullmatch(code)) else code for code in entity.postcodes
    }


def _shown(place: str) -> str:
    return "another country" if place == _ABROAD else place.title()


class Matching:
    """One run over all entities, which come sorted by key; each step builds on those before."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self.entities = entities
        self.merges: list[tuple[int, int, str, float]] = []
        self.candidates: dict[tuple[int, int], tuple[float, str]] = {}
        self._parent = list(range(len(entities)))
        self._kinds: dict[str, list[int]] = {"gtr": [], "name": [], "ror": []}
        self._named: dict[str, dict[str, list[int]]] = {"gtr": {}, "name": {}, "ror": {}}
        self._alias: dict[str, list[int]] = {}
        for i, entity in enumerate(entities):
            self._kinds[entity.kind].append(i)
            for form in entity.forms:
                self._named[entity.kind].setdefault(form, []).append(i)
            for form in entity.aliases:
                self._alias.setdefault(form, []).append(i)
        forms = set(self._alias).union(*self._named.values())
        words = Counter(word for form in forms for word in form.split())
        self._known_words = frozenset(word for word, n in words.items() if n > 1)

    def run(self) -> None:
        """Same name and address; then ROR by name and by spelling; then names alone."""
        for form in sorted(self._named["gtr"]):
            if len(self._named["gtr"][form]) > 1:
                self._same_name_in_gtr(form, self._named["gtr"][form])
        self._same_words_in_another_order()
        for form in sorted(self._named["gtr"]):
            self._same_name_in_ror(form)
        known = {self.find(i) for i in self._kinds["ror"]}
        self._alike([i for i in self._kinds["gtr"] if self.find(i) not in known], ("ror",))
        for form in sorted(self._named["name"]):
            self._same_name_alone(form)
        known |= {self.find(i) for i in self._kinds["gtr"] + self._kinds["ror"]}
        self._alike([i for i in self._kinds["name"] if self.find(i) not in known], ("gtr", "ror"))
        self._same_acronym()

    def find(self, i: int) -> int:
        """The smallest member's index of the group that `i` belongs to."""
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def _merge(self, i: int, other: int, reason: str, score: float = 100.0) -> None:
        a, b = self.find(i), self.find(other)
        if a != b:
            self._parent[max(a, b)] = min(a, b)
            self.merges.append((i, other, reason, score))

    def _suggest(self, i: int, other: int, reason: str, score: float = 100.0) -> None:
        pair = (min(i, other), max(i, other))
        found = self.candidates.get(pair)
        if found is None or score > found[0]:
            self.candidates[pair] = (round(score, 1), reason)

    def _groups(self, members: Iterable[int]) -> list[list[int]]:
        groups: dict[int, list[int]] = {}
        for i in members:
            groups.setdefault(self.find(i), []).append(i)
        return list(groups.values())

    def _contradiction(self, group: Iterable[int], other: Iterable[int]) -> str | None:
        others = [self.entities[i] for i in other]
        for i in group:
            for entity in others:
                if against := contradiction(self.entities[i], entity):
                    return against
        return None

    def _same_name_in_gtr(self, form: str, members: list[int]) -> None:
        """Two ids of one register with one name: the address agrees, or the name is enough."""
        for place in ("postcodes", "streets"):
            holders: dict[str, list[int]] = {}
            for i in members:
                for value in sorted(getattr(self.entities[i], place)):
                    holders.setdefault(value, []).append(i)
            for value, (first, *rest) in sorted(holders.items()):
                for i in rest:
                    if place == "postcodes":
                        self._merge(i, first, f"same name and same postcode ({value})")
                    elif not (
                        contradiction(self.entities[i], self.entities[first])
                        or (self.entities[i].postcodes and self.entities[first].postcodes)
                    ):
                        self._merge(i, first, f"same name and same address line ({value})")
        for i in members:
            entity = self.entities[i]
            if entity.postcodes or not entity.regions:
                continue
            groups = [
                group
                for group in self._groups(members)
                if any(self.entities[j].regions & entity.regions for j in group)
            ]
            if len(groups) == 2:  # its own, and one that has a postcode
                other = next(group for group in groups if self.find(group[0]) != self.find(i))
                shown = min(entity.regions).title()
                self._merge(i, other[0], f"same name and same region ({shown}), one postcode")
        enough = is_distinctive(form)
        if enough:
            self._same_distinctive_name(members)
        groups = self._groups(members)
        why = "the addresses do not show it" if enough else "the name alone is not enough"
        for n, group in enumerate(groups):
            for other in groups[n + 1 :]:
                against = self._disagreement(group, other)
                self._suggest(group[0], other[0], f"same name; {against or why}")

    def _same_distinctive_name(self, members: list[int]) -> None:
        """Merge what nothing sets apart: the located ones first, then those without a place.

        A group that fits two which do not fit each other joins neither.
        """
        for located in (True, False):
            groups = [
                group
                for group in self._groups(members)
                if not located
                or any(self.entities[i].countries or self.entities[i].postcodes for i in group)
            ]
            fits = [
                {n for n, other in enumerate(groups) if not self._disagreement(group, other)}
                for group in groups
            ]
            for n, group in enumerate(groups):
                # A whole cluster of which each fits all the others and nothing else.
                if min(fits[n] | {n}) < n and all(fits[m] | {m} == fits[n] | {n} for m in fits[n]):
                    first = groups[min(fits[n])]
                    self._merge(group[0], first[0], "same distinctive name, nothing against it")

    def _same_words_in_another_order(self) -> None:
        """ "University of Teesside", "Teesside University": one each, in one town or region."""
        held: dict[tuple[str, ...], list[int]] = {}
        for kind in ("gtr", "ror"):
            for form, members in self._named[kind].items():
                held.setdefault(same_words(form), []).extend(members)
        for words, members in sorted(held.items()):
            groups = self._groups(sorted(set(members)))
            if len(groups) != 2 or not is_distinctive(" ".join(words)):
                continue
            one, other = groups
            if self._named_alike(one, other) or self._disagreement(one, other):
                continue
            shared = self._where(one) & self._where(other)
            if shared:
                shown = min(shared).title()
                reason = f"the same words in another order, both in {shown}"
                self._merge(other[0], one[0], reason)

    def _named_alike(self, one: list[int], other: list[int]) -> bool:
        forms = {form for i in one for form in self.entities[i].forms}
        return any(form in forms for i in other for form in self.entities[i].forms)

    def _where(self, group: list[int]) -> set[str]:
        entities = [self.entities[i] for i in group]
        return {place for entity in entities for place in entity.towns | entity.regions}

    def _disagreement(self, group: Iterable[int], other: Iterable[int]) -> str | None:
        others = [self.entities[i] for i in other]
        for i in group:
            for entity in others:
                if against := disagreement(self.entities[i], entity):
                    return against
        return None

    def _same_name_in_ror(self, form: str) -> None:
        """ROR knows one organisation of this name: a GtR record that fits is that one."""
        rors = self._named["ror"].get(form) or self._alias.get(form)
        if not rors:
            return
        groups = self._groups(self._named["gtr"][form])
        main = form in self._named["ror"]
        if len(rors) > 1:
            for group in groups:
                for ror in rors:
                    self._suggest(group[0], ror, "the same name, which ROR gives to several")
            return
        ror = rors[0]
        shown = "same name as in ROR" if main else "ROR gives this name as another one of its own"
        fitting = [group for group in groups if not self._contradiction(group, [ror])]
        town = self.entities[ror].places
        if len(fitting) > 1 and not self._agree(fitting, groups):
            located = [g for g in fitting if any(self.entities[i].places & town for i in g)]
            chosen = located if len(located) == 1 else []
        else:
            chosen = fitting
        if not main and self._is_weak_alias(form, ror):
            chosen = [g for g in chosen if any(self.entities[i].places & town for i in g)]
        for group in groups:
            if group in chosen:
                self._merge(group[0], ror, shown)
            else:
                against = self._contradiction(group, [ror])
                why = against or "several records have this name and none fits best"
                self._suggest(group[0], ror, f"{shown}; {why}")

    def _is_weak_alias(self, form: str, ror: int) -> bool:
        """Whether an alias alone is too little: one word, or a name without its branch's town."""
        if " " not in form:
            return True
        towns = self.entities[ror].places
        mains = self.entities[ror].forms
        return any(main.startswith(f"{form} ") and main[len(form) + 1 :] in towns for main in mains)

    def _agree(self, fitting: list[list[int]], groups: list[list[int]]) -> bool:
        """Whether all groups of a name may be one: no other country, one region at most."""
        regions = {r for group in fitting for i in group for r in self.entities[i].regions}
        return len(fitting) == len(groups) and len(regions) <= 1

    def _same_name_alone(self, form: str) -> None:
        first, *rest = self._named["name"][form]
        for i in rest:
            if not contradiction(self.entities[first], self.entities[i]):
                self._merge(i, first, "same name")
        for kinds in ((self._named["gtr"], self._named["ror"]), (self._alias,)):
            groups = self._groups(i for table in kinds for i in table.get(form, ()))
            for names in self._groups(self._named["name"][form]):
                fitting = [group for group in groups if not self._contradiction(names, group)]
                if len(fitting) == 1:
                    self._merge(names[0], fitting[0][0], "same name, and the only one of that name")
                    continue
                for group in fitting:
                    self._suggest(names[0], group[0], "same name, which several have")
            if groups:
                return

    def _alike(self, queries: list[int], kinds: tuple[str, ...]) -> None:
        """Names that differ in spelling, or in how far they are abbreviated."""
        names = NameBlocks()
        for kind in kinds:
            for i in self._kinds[kind]:
                for form in (*self.entities[i].forms, *self.entities[i].aliases):
                    names.add(form, i)
        decided: list[tuple[int, int, str, float]] = []
        for i in queries:
            entity = self.entities[i]
            best: dict[int, tuple[float, float, int, str, str]] = {}
            for form in entity.forms:
                for score, spelled, target, other in names.near(form):
                    if contradiction(entity, self.entities[target]):
                        continue
                    root = self.find(target)
                    found = (max(score, spelled), score, target, form, other)
                    if root not in best or found[:2] > best[root][:2]:
                        best[root] = found
            ranked = sorted(best.values(), key=lambda one: (-one[0], -one[1], one[2]))
            near = [one for one in ranked if one[1] >= MERGE_SCORE]
            equal = [one for one in ranked if spelled_out(one[3]) == spelled_out(one[4])]
            for top, score, target, form, other in ranked[:_CANDIDATES_EACH]:
                against = difference(form, other, self._known_words)
                shared = entity.places & self.entities[target].places
                # An equal name was looked at before, and something spoke against it.
                if form == other or self._ambiguous(i):
                    against = against or "several records have this name"
                elif against is None and score >= MERGE_SCORE and len(near) == 1:
                    reason = f"differs in spelling only: '{form}', '{other}'"
                    decided.append((i, target, reason, score))
                    continue
                elif len(equal) == 1 and equal[0][2] == target and shared:
                    reason = f"the same name written out, both in {min(shared).title()}"
                    decided.append((i, target, reason, top))
                    continue
                if against is None or worth_a_look(form, other, self._known_words, shared):
                    self._suggest(i, target, against or "too unlike to merge", top)
        for i, target, reason, score in decided:
            self._merge(i, target, reason, round(score, 1))

    def _ambiguous(self, i: int) -> bool:
        """Whether records of the same kind and name were kept apart from this one."""
        entity = self.entities[i]
        named = self._named[entity.kind]
        return any(len(self._groups(named[form])) > 1 for form in entity.forms)

    def _same_acronym(self) -> None:
        holders: dict[str, list[int]] = {}
        for i, entity in enumerate(self.entities):
            for acronym in entity.acronyms:
                holders.setdefault(acronym, []).append(i)
        for _, members in sorted(holders.items()):
            groups = self._groups(members)
            # More than a few holders: the acronym tells nothing.
            if 1 < len(groups) <= _CANDIDATES_EACH:
                for n, group in enumerate(groups):
                    for other in groups[n + 1 :]:
                        kinds = {self.entities[group[0]].kind, self.entities[other[0]].kind}
                        if kinds != {"ror"} and not self._contradiction(group, other):
                            self._suggest(group[0], other[0], "only an acronym in common", 90.0)
