"""From what a user writes to a thing in the graph: names, codes, addresses.

A name that several things bear takes the widest place, or is refused with the
things it may mean; a name that nothing bears is answered with the nearest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from graphkit.errors import UsageError
from graphkit.ontology import Ontology
from graphkit.store import GraphStore
from graphkit.text import fold, is_unicode
from graphkit.uk_areas import PLACE_KINDS
from graphkit.vocabulary import PREFIXES, RDF_TYPE, expand

Term = ox.NamedNode | ox.Literal

WEB = ("http://", "https://")
_MAX_DIGITS = 40
"""Before or after the point: "1e999999999" is short to write and fills the memory."""
_XSD = "http://www.w3.org/2001/XMLSchema#"
_LABELS = ("skos:prefLabel", "skos:altLabel", "gk:acronym", "skos:notation")
_TITLES = ("dct:title", "schema:text")
_NAMING = (*_LABELS, "gk:grantReference", *_TITLES)
_BY_NAME = "SELECT DISTINCT ?thing ?label WHERE { ?thing %s ?_name ; skos:prefLabel ?label }"
_LIKELY, _NEAREST = 50, 5
"""How many names are looked at closely, and how many are told."""


@dataclass(frozen=True)
class Kind:
    """A kind of thing that a parameter can name: classes, and the path of its address."""

    classes: tuple[str, ...]
    path: tuple[str, ...]
    noun: str


KINDS: dict[str, Kind] = {
    "place": Kind(("gk:Place",), ("place",), "place"),
    "aspect": Kind(("gk:Aspect",), ("aspect",), "aspect"),
    "department": Kind(("gk:Department",), ("department",), "department"),
    "funder": Kind(("gk:Funder", "gk:Programme"), ("funder", "programme"), "funder"),
    "organisation": Kind(("gk:Organisation",), ("organisation",), "organisation"),
    "question": Kind(("gk:ResearchQuestion",), ("question",), "question"),
    "project": Kind(("gk:Project",), ("project",), "project"),
    "programme": Kind(("gk:Programme",), ("programme",), "programme"),
    "topic": Kind(("gk:Topic",), ("topic",), "topic"),
}


CODES = frozenset({"degree", "origin", "role", "place-kind"})
"""Types of parameters whose values are codes: the names of the closed lists that hold them."""
LITERALS = frozenset({"text", "date", "integer", "decimal", "boolean"})
TYPES = frozenset({*KINDS, *CODES, *LITERALS, "thing"})
"""Every type that a parameter may have; a thing is one of any kind."""
GUESSES = ("question", "project", "place", "department", "funder", "aspect", "organisation")
"""Of which kind a thing without a kind may be, in this order."""


@dataclass(frozen=True)
class Named:
    """A resolved value: the term to bind, and a remark if the name could mean more."""

    term: Term
    remark: str = ""


class _Names:
    """The names of all things of a kind, with IRIs; `folded` as they are compared."""

    def __init__(self, all_: list[tuple[str, str]]) -> None:
        self.all = all_
        self.folded = {name: fold(name) for _, name in all_}
        self.by_fold: dict[str, list[tuple[str, str]]] = {}
        for iri, name in all_:
            self.by_fold.setdefault(self.folded[name], []).append((iri, name))


class Resolver:
    """Resolves names against one snapshot."""

    def __init__(self, store: GraphStore, ontology: Ontology, base: str) -> None:
        self._store = store
        self._ontology = ontology
        self._base = base
        self._prefixes = dict(PREFIXES)
        self._read: dict[str, list[tuple[str, str]]] = {}
        self._names_of: dict[str, _Names] = {}

    def value(self, kind: str, text: str) -> Named:
        """The term for a parameter of this type. Raises UsageError with suggestions."""
        text = _checked(kind, text)
        if kind in KINDS:
            found = self._thing(kind, text)
            if found is None:
                raise self._miss(kind, text)
            return found
        if kind == "thing":
            return self.thing(text)
        if kind in CODES:
            return self._code(kind, text)
        return Named(_LITERALS[kind](text) if kind in _LITERALS else ox.Literal(text))

    def thing(self, text: str) -> Named:
        """A thing of any kind by address, `kind:name`, `kind/key`, reference or number.

        Raises UsageError with what could be tried.
        """
        text = text.strip().strip("<>")
        for address in (text, f"{self._base}id/{text}") if "/" in text else ():
            try:
                node = ox.NamedNode(address)
            except ValueError:
                continue
            if self._store.run("ASK { ?_thing ?p ?o }", {"_thing": node}):
                return Named(node)
        kind, colon, rest = text.partition(":")
        if colon and kind in KINDS:
            return self.value(kind, rest)
        for guess in GUESSES:
            found = self._thing(guess, _checked(guess, text))
            if found is not None:
                return found
        if text.startswith(WEB):
            raise UsageError(
                f"nothing here has the address {text}", hint="graphkit search finds things by words"
            )
        raise UsageError(
            f"nothing here is called {text}",
            hint=f"say of what kind: {', '.join(KINDS)}, as kind:name",
        )

    def kinds_of(self, text: str) -> frozenset[str]:
        """The kinds of which a thing is called, coded or addressed exactly so.

        A quick look: unlike `value` it never searches through all names, so that other
        capitals or accents than those of the graph are not found.
        """
        text = text.strip()
        if not text or not is_unicode(text):
            return frozenset()
        kind, colon, rest = text.partition(":")
        if colon and kind in KINDS:
            return self.kinds_of(rest) & {kind}
        if colon and "-".join(fold(kind).split()) in PLACE_KINDS:
            return self.kinds_of(rest) & {"place"}
        name = ox.Literal(text)
        found = {
            subject for curie in _NAMING for subject in self._store.subjects(expand(curie), name)
        }
        if text.startswith(WEB):
            found |= {text, *self._store.subjects(expand("schema:sameAs"), text)}
        classes = {kind.value for thing in found for kind in self._types(thing)}
        kinds = {kind for kind, spec in KINDS.items() if classes & self._classes(spec)}
        return frozenset(kinds | {kind for kind, spec in KINDS.items() if self._keyed(kind, text)})

    def labels(self, kind: str) -> list[str]:
        """All names that things of this kind go by: slow for kinds of which there are many."""
        return [name for _, name in self._names(KINDS[kind]).all]

    def _code(self, kind: str, text: str) -> Named:
        codes = {concept.key: concept for concept in self._ontology.concepts(kind)}
        key = "-".join(fold(text.rstrip("/>").rpartition("/")[2]).split())
        adverb = key.removesuffix("ly")
        for candidate in (key, {"ful": "full"}.get(adverb, adverb), key.removesuffix("s")):
            if candidate in codes:  # as it is; fully, partially, directly; regions
                return Named(ox.NamedNode(codes[candidate].iri))
        noun = "kind of place" if kind == "place-kind" else kind
        raise UsageError(
            f"no such {noun}: {text}", hint=f"known: {', '.join(codes)}", suggestions=list(codes)
        )

    def _thing(self, kind: str, text: str) -> Named | None:
        """The thing of a kind that a text means; None where none goes by it."""
        spec = KINDS[kind]
        address = text.strip("<>")
        if address.startswith(WEB):
            if self._is_a(address, spec):
                return Named(ox.NamedNode(address))
            found = self._same_as(address, spec)
            # No name is an address: not to be looked for among all names.
            return Named(ox.NamedNode(found)) if found else None
        if iri := self._keyed(kind, text):
            return Named(ox.NamedNode(iri))
        wanted, wanted_kind = text, ""
        if kind == "place" and ":" in text:
            prefix, _, rest = text.partition(":")
            slugged = "-".join(fold(prefix).split())
            if slugged in PLACE_KINDS:
                wanted, wanted_kind = rest.strip(), slugged
        if kind == "project":
            found_projects = self._by_reference(wanted)
            if found_projects:
                return self._one(kind, text, found_projects)
        things = self._by_name(spec, wanted)
        if kind == "place":
            return self._widest(text, things, wanted_kind)
        return self._one(kind, text, things)

    def _one(self, kind: str, text: str, things: dict[str, str]) -> Named | None:
        if len(things) == 1:
            return Named(ox.NamedNode(next(iter(things))))
        if things:
            listed = "; ".join(f"{label} <{iri}>" for iri, label in sorted(things.items())[:5])
            raise UsageError(
                f"{text} is the name of {len(things)} {KINDS[kind].noun}s",
                hint=f"give the address of one: {listed}",
                suggestions=sorted(things)[:5],
            )
        return None

    def _widest(self, text: str, things: dict[str, str], wanted_kind: str) -> Named | None:
        ranked = sorted(
            (PLACE_KINDS.index(place_kind), abolished, iri, place_kind)
            for iri in things
            for place_kind, abolished in [self._place_kind(iri)]
            if not wanted_kind or place_kind == wanted_kind
        )
        ranked.sort(key=lambda place: (place[1], place[0], place[2]))
        if not ranked:
            return None
        _, _, chosen, place_kind = ranked[0]
        others = [
            f"{other.replace('-', ' ')} {iri.rpartition('/')[2]}" for _, _, iri, other in ranked[1:]
        ]
        remark = ""
        if others:
            remark = (
                f"{text}: the {place_kind.replace('-', ' ')} {chosen.rpartition('/')[2]} is meant; "
                f"also of that name: {', '.join(others)} (choose by code, or kind:name)"
            )
        return Named(ox.NamedNode(chosen), remark)

    def _place_kind(self, iri: str) -> tuple[str, bool]:
        kinds = self._store.objects(iri, self._ontology.iri("gk:placeKind"))
        kind = kinds[0].value.rpartition("/")[2] if kinds else PLACE_KINDS[-1]
        return kind, bool(self._store.objects(iri, self._ontology.iri("gk:abolished")))

    def _keyed(self, kind: str, text: str) -> str | None:
        """The thing of a kind whose address ends in a key, in whatever capitals."""
        spec = KINDS[kind]
        key = _safe_key(_without_kind(text, kind, spec.path))
        for path in spec.path if key else ():
            for candidate in dict.fromkeys((key, key.upper(), key.lower())):
                iri = f"{self._base}id/{path}/{candidate}"
                if self._is_a(iri, spec):
                    return iri
        return None

    def _is_a(self, iri: str, spec: Kind) -> bool:
        return any(kind.value in self._classes(spec) for kind in self._types(iri))

    def _types(self, iri: str) -> list[ox.NamedNode]:
        try:
            return self._store.objects(iri, RDF_TYPE)
        except ValueError:  # not an IRI at all
            return []

    def _classes(self, spec: Kind) -> set[str]:
        return {self._ontology.iri(curie) for curie in spec.classes}

    def _same_as(self, address: str, spec: Kind) -> str | None:
        try:
            node = ox.NamedNode(address)
        except ValueError:
            return None
        query = "SELECT ?thing WHERE { ?thing schema:sameAs ?_address }"
        for row in self._store.run(query, {"_address": node}, self._prefixes):
            if self._is_a(row["thing"].value, spec):
                return str(row["thing"].value)
        return None

    def _by_reference(self, reference: str) -> dict[str, str]:
        query = "SELECT ?thing ?label WHERE { ?thing gk:grantReference ?_name ; dct:title ?label }"
        rows = self._store.run(query, {"_name": ox.Literal(reference)}, self._prefixes)
        return {row["thing"].value: row["label"].value for row in rows}

    def _by_name(self, spec: Kind, name: str) -> dict[str, str]:
        exact = self._store.run(
            _BY_NAME % "|".join(_LABELS), {"_name": ox.Literal(name)}, self._prefixes
        )
        things = {
            row["thing"].value: row["label"].value
            for row in exact
            if self._is_a(row["thing"].value, spec)
        }
        if things:
            return things
        wanted = fold(name)
        names = self._names(spec).by_fold
        return dict(
            one for key in {wanted, wanted.removeprefix("the ")} for one in names.get(key, ())
        )

    def _names(self, spec: Kind) -> _Names:
        """Every thing of a kind with every name; read once, as the graph does not change."""
        if spec.noun not in self._names_of:
            things = {
                thing
                for iri in self._classes(spec)
                for thing in self._store.subjects(RDF_TYPE, iri)
            }
            naming = _LABELS if spec.noun not in ("question", "project") else _TITLES
            found = {one for curie in naming for one in self._literals(curie) if one[0] in things}
            self._names_of[spec.noun] = _Names(sorted(found))
        return self._names_of[spec.noun]

    def _literals(self, curie: str) -> list[tuple[str, str]]:
        """What a property says of all things: read once for all kinds, as it takes longest."""
        if curie not in self._read:
            self._read[curie] = list(self._store.literals(expand(curie)))
        return self._read[curie]

    def _miss(self, kind: str, text: str) -> UsageError:
        from rapidfuzz import fuzz, process

        wanted = fold(text)
        folded = self._names(KINDS[kind]).folded
        # One likes parts of names too well ("HEF" in "Sheffield"), the other needs whole words.
        scores = {
            name
            for scorer in (fuzz.WRatio, fuzz.token_sort_ratio)
            for _, _, name in process.extract(
                wanted, folded, scorer=scorer, limit=_LIKELY, score_cutoff=55
            )
        }
        ranked = sorted(
            scores,
            key=lambda name: (
                -fuzz.WRatio(wanted, folded[name]) - fuzz.token_sort_ratio(wanted, folded[name]),
                name,
            ),
        )
        hint = f"nearest: {'; '.join(ranked[:_NEAREST])}" if ranked else ""
        if not folded:
            hint = f"this graph holds no {KINDS[kind].noun} at all"
        return UsageError(
            f"no such {KINDS[kind].noun}: {text}", hint=hint, suggestions=ranked[:_NEAREST]
        )


def _checked(kind: str, text: str) -> str:
    """Text that may be a value, without spaces around it. Raises UsageError for what is none."""
    text = text.strip()
    if not text:
        raise UsageError(f"an empty value is no {kind}")
    if not is_unicode(text):
        raise UsageError(f"{text}: not readable as text", hint="the terminal must use UTF-8")
    return text


def _without_kind(text: str, kind: str, paths: tuple[str, ...]) -> str:
    """The key alone of `kind:key`, and of `kind/key` as tables show it."""
    for path in paths:
        text = text.removeprefix(f"{path}/")
    return text if kind == "place" else text.removeprefix(f"{kind}:")


def _safe_key(text: str) -> str:
    return text if text and all(c.isalnum() or c in "-._~" for c in text) else ""


def _day(text: str) -> ox.Literal:
    try:
        return ox.Literal(
            date.fromisoformat(text).isoformat(), datatype=ox.NamedNode(_XSD + "date")
        )
    except ValueError:
        raise UsageError(f"no date: {text}", hint="write it as 2024-07-05") from None


def _integer(text: str) -> ox.Literal:
    try:
        return ox.Literal(str(int(text)), datatype=ox.NamedNode(_XSD + "integer"))
    except ValueError:
        raise UsageError(f"no whole number: {text}") from None


def _decimal(text: str) -> ox.Literal:
    from decimal import Decimal, InvalidOperation

    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > _MAX_DIGITS:
        raise UsageError(f"no number: {text}")
    return ox.Literal(f"{number:f}", datatype=ox.NamedNode(_XSD + "decimal"))


def _boolean(text: str) -> ox.Literal:
    value = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
        text.casefold()
    )
    if value is None:
        raise UsageError(f"neither true nor false: {text}")
    return ox.Literal(value)


_LITERALS: dict[str, Callable[[str], ox.Literal]] = {
    "date": _day,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
}
