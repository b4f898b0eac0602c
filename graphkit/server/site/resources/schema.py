"""Things in the words of schema.org, for search engines: to be put inside pages."""

from __future__ import annotations

from typing import Any


def schema_org(iri: str) -> dict[str, Any]:
    """A thing in schema.org's words; empty for kinds that it has no words for."""
    return {}
