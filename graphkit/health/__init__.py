"""How good the data are: one report, each line with the command that shows its rows."""

from graphkit.health.examining import examine
from graphkit.health.finding import FINE, LOOK, NOTE, Finding

__all__ = ["FINE", "LOOK", "NOTE", "Finding", "examine"]
