"""graphkit: which funded research speaks to which question of government."""

from __future__ import annotations

__version__ = "0.1.0"
