"""The fields of the index, and how texts are cut into words.

Words are compared by their stems (Snowball's English stemmer), without regard to case and
accents. What is marked and what is found agree, because both ask the same analyser.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import tantivy

FORMAT = 2
"""Changes when an index made before can no longer be read as one made now."""
ANALYSER = "english"
LONGEST_WORD = 60
TEXTS: Mapping[str, float] = MappingProxyType({"title": 3.0, "body": 1.0})
"""Fields that are searched, and how much a word in them weighs."""
FACETS: Mapping[str, str] = MappingProxyType(
    {
        "kind": "Kind",
        "department": "Department",
        "funder": "Funder",
        "region": "Region or nation",
        "degree": "Degree",
        "aspect": "Aspect",
        "year": "Year",
        "archived": "Archived",
    }
)
"""Facets by name, in the order in which they are shown, with their headings."""
SORTS: Mapping[str, str] = MappingProxyType(
    {"relevance": "", "newest": "by_newest", "oldest": "by_oldest", "title": "by_title"}
)
"""Orders, and the field with the number that a thing has in each. What shares a number stands in
the order of addresses."""
KINDS = ("project", "question")
PLACE = "place"
"""All places of a thing: what is filtered by, while the facet of regions lists the widest."""
IDENTIFIER = "identifier"
CALLED = "called"
"""Folded names of things that are neither question nor project."""
ADDRESS = "address"
"""A text that each document has for itself: by it they are replaced, and stand in order."""
CARD = "card"
"""What is shown of a hit, as MessagePack."""


def analyser() -> tantivy.TextAnalyzer:
    """Cuts a text into stems.

    >>> analyser().analyze("AI aided the firms' R&D")
    ['ai', 'aid', 'the', 'firm', 'r', 'd']
    """
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_WORD))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


@cache
def schema() -> tantivy.Schema:
    """The schema of every index of this format."""
    builder = tantivy.SchemaBuilder()
    for name in TEXTS:
        builder.add_text_field(name, stored=True, tokenizer_name=ANALYSER)
    for name in (*FACETS, PLACE):
        builder.add_text_field(name, fast=name != PLACE, tokenizer_name="raw", index_option="basic")
    for name in (IDENTIFIER, CALLED):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(ADDRESS, fast=True, tokenizer_name="raw", index_option="basic")
    for name in SORTS.values():
        if name:
            builder.add_unsigned_field(name, fast=True)
    builder.add_bytes_field(CARD, stored=True)
    return builder.build()
