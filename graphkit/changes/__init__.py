"""What changed between two snapshots, told to people and to programs."""

from graphkit.changes.choosing import choose
from graphkit.changes.comparing import Comparison
from graphkit.changes.narrowing import Narrowing
from graphkit.changes.records import Change, FieldChange

__all__ = ["Change", "Comparison", "FieldChange", "Narrowing", "choose"]
