"""Harvesting what the sources publish, politely, into files that `graphkit build` reads.

Answers are stored as they were served. What was asked and what came is noted on disk answer by
answer, so that a harvest that ends at any moment goes on from there; `sources.json` tells a
build where each file comes from, and when.
"""

from __future__ import annotations

from graphkit.fetching.client import Client
from graphkit.fetching.folder import HarvestFolder
from graphkit.fetching.manners import Manners
from graphkit.fetching.outcome import Outcome

__all__ = ["Client", "HarvestFolder", "Manners", "Outcome"]
