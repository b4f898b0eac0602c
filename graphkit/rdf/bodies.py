"""Departments and funders, and the events by which one follows another."""

from __future__ import annotations

from collections.abc import Iterable

from graphkit.identity.departments import Department, Succession
from graphkit.identity.funders import Funder
from graphkit.rdf.nodes import Namer
from graphkit.rdf.terms import boolean, string, web_iri, year

ROR = "https://ror.org/"


class BodyEmitter:
    """Writes bodies in the graph of graphkit's own register."""

    def __init__(self, namer: Namer, ending: str) -> None:
        self._namer = namer
        self._ending = ending
        p = namer.predicate
        self._label, self._alternative = p("skos:prefLabel"), p("skos:altLabel")
        self._acronym, self._same_as = p("gk:acronym"), p("schema:sameAs")
        self._url, self._registered = p("schema:url"), p("gk:registered")
        self._identifier, self._crossref = p("dct:identifier"), p("gk:crossrefFunderId")
        self._title, self._start = p("dct:title"), p("schema:startDate")
        self._original = p("org:originalOrganization")
        self._resulting = p("org:resultingOrganization")
        self._succeeded = p("gk:succeededBy")

    def department_iri(self, department: Department) -> str:
        """The address of a body."""
        return self._namer.thing("department", department.key)

    def funder_iri(self, funder: Funder) -> str:
        """The address of an agency or programme."""
        kind = "programme" if funder.kind == "programme" else "funder"
        return self._namer.thing(kind, funder.key)

    def department(self, department: Department) -> list[str]:
        """All statements on one body."""
        iri, end = self.department_iri(department), self._ending
        lines = [f"{iri}{self._namer.type('gk:Department')}{end}"]
        lines += self._names(iri, department)
        lines.append(f"{iri}{self._registered}{boolean(department.registered)}{end}")
        if department.url and (address := web_iri(department.url)):
            lines.append(f"{iri}{self._url}{address}{end}")
        return lines

    def written_names(self, department: Department, names: dict[str, str]) -> list[str]:
        """The names by which questions call a body, where the register has others.

        `names` maps each name to the line ending of the source that writes it.
        """
        iri = self.department_iri(department)
        return [
            f"{iri}{self._alternative}{string(name)}{end}"
            for name, end in sorted(names.items())
            if name not in department.all_names
        ]

    def funder(self, funder: Funder) -> list[str]:
        """All statements on one agency or programme."""
        iri, end = self.funder_iri(funder), self._ending
        programme = funder.kind == "programme"
        curie = "gk:Programme" if programme else "gk:Funder"
        lines = [f"{iri}{self._namer.type(curie)}{end}"]
        lines += self._names(iri, funder)
        if not programme:
            lines += [f"{iri}{self._identifier}{string(key)}{end}" for key in funder.gtr_keys]
            lines += [f"{iri}{self._crossref}{string(key)}{end}" for key in funder.crossref_ids]
        return lines

    def _names(self, iri: str, body: Department | Funder) -> list[str]:
        end = self._ending
        lines = [f"{iri}{self._label}{string(body.name)}{end}"]
        others = sorted(set(body.all_names) - {body.name})
        lines += [f"{iri}{self._alternative}{string(name)}{end}" for name in others]
        if body.acronym:
            lines.append(f"{iri}{self._acronym}{string(body.acronym)}{end}")
        if body.ror:
            lines.append(f"{iri}{self._same_as}<{ROR}{body.ror}>{end}")
        return lines

    def succession(self, event: Succession, iris: dict[str, str]) -> list[str]:
        """All statements on one event; `iris` are the addresses of bodies by key."""
        iri, end = self._namer.thing("succession", event.key), self._ending
        lines = [
            f"{iri}{self._namer.type('org:ChangeEvent')}{end}",
            f"{iri}{self._title}{string(event.name)}{end}",
            f"{iri}{self._start}{year(event.year)}{end}",
        ]
        for predicate, keys in (
            (self._original, event.originals),
            (self._resulting, event.resulting),
        ):
            lines += [f"{iri}{predicate}{iris[key]}{end}" for key in sorted(keys)]
        return lines

    def succeeded(self, events: Iterable[Succession], iris: dict[str, str]) -> list[str]:
        """A direct link from each body to every one that some event made of it."""
        pairs = {
            (iris[old], iris[new])
            for event in events
            for old in event.originals
            for new in event.resulting
            if old != new
        }
        return [f"{old}{self._succeeded}{new}{self._ending}" for old, new in sorted(pairs)]
