"""RDF/XML, for programs that read no other form of RDF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.rdf_about import about_lines
from graphkit.export.rdf_statements import blocks, losses, named_graphs
from graphkit.export.rdf_turtle import things_of
from graphkit.export.survey import CONTROL, Survey
from graphkit.property_graph.values import unescaped
from graphkit.vocabulary import PREFIXES

_SPLIT = re.compile(r"(.+?)([A-Za-z_][A-Za-z0-9_.-]*)", re.DOTALL).fullmatch
_MARKS = ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")
_BREAKS = ("\r", "&#13;"), ("\n", "&#10;"), ("\t", "&#9;")
_UNNAMEABLE = re.compile("[^A-Za-z0-9]")


def xml_text(text: str) -> str:
    """Text between tags or inside an attribute, as an XML reader gives it back.

    What XML has no way to say becomes U+FFFD.

    >>> xml_text('a < b & "c"\\r\\n')
    'a &lt; b &amp; &quot;c&quot;&#13;&#10;'
    """
    for sign, mark in _MARKS:
        if sign in text:
            text = text.replace(sign, mark)
    if text.isprintable():
        return text
    for sign, mark in _BREAKS:
        text = text.replace(sign, mark)
    return CONTROL.sub("\ufffd", text)


class Elements:
    """Predicates as names of elements."""

    def __init__(self) -> None:
        self._prefixes = {namespace: prefix for prefix, namespace in PREFIXES.items()}
        self._names: dict[str, tuple[str, str] | None] = {}

    def name(self, predicate: str) -> tuple[str, str] | None:
        """Start and end of an element for a predicate; None where its IRI does not end in a name.

        >>> Elements().name("<http://purl.org/dc/terms/title>")
        ('dct:title', 'dct:title')
        >>> Elements().name("<https://example.org/p>")
        ('own:p xmlns:own="https://example.org/"', 'own:p')
        >>> Elements().name("<https://example.org/1>")
        """
        if predicate not in self._names:
            self._names[predicate] = self._named(unescaped(predicate[1:-1]))
        return self._names[predicate]

    def _named(self, iri: str) -> tuple[str, str] | None:
        for namespace, prefix in self._prefixes.items():
            local = iri[len(namespace) :]
            if iri.startswith(namespace) and (parts := _SPLIT(f"/{local}")) and parts[1] == "/":
                return f"{prefix}:{local}", f"{prefix}:{local}"
        parts = _SPLIT(iri)
        if parts is None:
            return None
        return f'own:{parts[2]} xmlns:own="{xml_text(parts[1])}"', f"own:{parts[2]}"


def described(lines: Iterable[str], elements: Elements) -> Iterator[str]:
    """Lines of N-Quads as RDF/XML, one description a subject."""
    for subject, predicates in things_of(lines).items():
        yield f"<rdf:Description {_reference(subject, 'about')}>\n"
        for predicate, values in predicates.items():
            name = elements.name(predicate)
            if name is not None:
                start, end = name
                for value in values:
                    yield _property(start, end, value)
        yield "</rdf:Description>\n"


def _reference(term: str, attribute: str) -> str:
    if term[0] == "_":
        # A label may hold what no XML name may; this way two of them stay two.
        label = _UNNAMEABLE.sub(lambda match: f"_{ord(match[0]):x}_", term[2:])
        return f'rdf:nodeID="b{label}"'
    return f'rdf:{attribute}="{xml_text(unescaped(term[1:-1]))}"'


def _property(start: str, end: str, value: str) -> str:
    if value[0] != '"':
        return f"  <{start} {_reference(value, 'resource')}/>\n"
    close = value.rindex('"')
    text, kind = xml_text(unescaped(value[1:close])), value[close + 1 :]
    if kind[:1] == "@":
        start += f' xml:lang="{kind[1:]}"'
    elif kind:
        start += f' rdf:datatype="{xml_text(unescaped(kind[3:-1]))}"'
    return f"  <{start}>{text}</{end}>\n"


def write(export: Export, output: Output) -> None:
    """Write everything without named graphs, thing by thing."""
    out = output.text()
    elements = Elements()
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF')
    out.writelines(
        f'\n  xmlns:{prefix}="{xml_text(namespace)}"' for prefix, namespace in PREFIXES.items()
    )
    out.write(">\n")
    out.writelines(described(about_lines(export), elements))
    for lines in blocks(export.subgraph):
        out.writelines(described(lines, elements))
    out.write("</rdf:RDF>\n")


def _losses(survey: Survey) -> list[str]:
    found = [*named_graphs("RDF/XML", survey), *losses(survey)]
    found[0] += "; so is a statement whose property's address does not end in a name"
    if survey.controls:
        found.append(
            f"RDF/XML: {survey.controls:,} texts have characters that XML cannot hold: "
            "written as U+FFFD"
        )
    return found


FORMAT = Format("rdfxml", "RDF/XML", ("rdf",), write, _losses)
