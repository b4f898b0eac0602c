"""Publishing a snapshot to somebody's SPARQL store, by standard protocols alone.

Statements go by the SPARQL 1.1 Graph Store HTTP Protocol, one PUT for each named graph; what
was published is noted in a graph of its own by SPARQL Update, and checked by SPARQL queries.
"""

from __future__ import annotations

from graphkit.publishing.connection import Connection, Credentials, Patience
from graphkit.publishing.endpoints import Endpoints, find_endpoints
from graphkit.publishing.publication import Outcome, Plan, Publication

__all__ = [
    "Connection",
    "Credentials",
    "Endpoints",
    "Outcome",
    "Patience",
    "Plan",
    "Publication",
    "find_endpoints",
]
