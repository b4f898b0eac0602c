"""Binding values to the variables of a SPARQL query.

The engine can substitute only variables that a query returns, and plans without
knowing the value. So the query is cut into tokens by SPARQL's own rules, and the
tokens of a bound variable are exchanged for the value's token, which the engine
itself serialises. Nothing that a value holds can become syntax, and a `?name`
inside a string, an IRI or a comment is left alone (decisions/0004).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set

import pyoxigraph as ox

IRI = r"""<(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>"""
"""Pattern of an IRI; a comparison such as `?a<?b&&?c>?d` fits it, too."""
DEAD = (
    r'''"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""'''
    r"""|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''"""
    r'''|"(?:[^"\\\n\r]|\\.)*"'''
    r"""|'(?:[^'\\\n\r]|\\.)*'"""
    rf"""|{IRI}"""
    r"""|\#[^\n\r]*"""
    # In a prefixed name: `ex:it\'s` begins no string.
    r"""|\\."""
)
"""Pattern of what holds no syntax: strings, IRIs, comments, characters escaped in names."""
_TOKEN = re.compile(
    rf"{DEAD}"
    r"""|(?P<values>(?<![\w:?$.-])VALUES\s+[?$](?P<given>\w+)\s*\{[^{}]*\})"""
    r"""|(?P<bound>\bBOUND\s*\(\s*[?$](?P<tested>\w+)\s*\))"""
    r"""|[?$](?P<variable>\w+)""",
    re.DOTALL | re.IGNORECASE,
)


def bind(
    query: str,
    terms: Mapping[str, ox.NamedNode | ox.Literal],
    defaults: Set[str] = frozenset(),
) -> str:
    """The query with the terms in place of the variables of these names.

    `BOUND(?x)` of a bound variable becomes `true`. A block `VALUES ?x { … }` of one of
    `defaults` goes: it is there for consoles that know nothing of parameters.

    >>> bind("SELECT * { VALUES ?_n { 5 } FILTER(?n > ?_n) }", {"_n": ox.Literal(7)}, {"_n"})
    'SELECT * {  FILTER(?n > "7"^^<http://www.w3.org/2001/XMLSchema#integer>) }'

    >>> bind('SELECT ?s { ?s ?p ?_x FILTER(?s != "?_x") } # ?_x', {"_x": ox.Literal('a"} #')})
    'SELECT ?s { ?s ?p "a\\\\"} #" FILTER(?s != "?_x") } # ?_x'
    """
    if not terms:
        return query
    tokens = {name: str(term) for name, term in terms.items()}

    def exchange(match: re.Match[str]) -> str:
        if match["values"] is not None:
            return "" if match["given"] in defaults else match.group()
        if match["bound"] is not None:
            return "true" if match["tested"] in tokens else match.group()
        name = match["variable"]
        return tokens[name] if name in tokens else match.group()

    return _TOKEN.sub(exchange, query)
