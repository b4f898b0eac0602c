"""SHACL validation of a whole snapshot, piece by piece, or of what changed in one.

The quads are read in the order in which they were written, cut where one thing
ends and the next begins, so that memory does not grow with the snapshot. A
batch is given the classes of the things it refers to; what the engine then says
about those things themselves is dropped, since they are judged in their own
batch (decisions/0005). For the same reason what changed can be judged alone:
the things of which something else is said, and those that refer to a thing of
another class.
"""

from graphkit.validation.changes import validate_changes
from graphkit.validation.classes import TypeIndex, TypesOf, dependent_classes, stored_types
from graphkit.validation.judging import BATCH_BYTES, Validator, validate_quads
from graphkit.validation.report import (
    MAX_FINDINGS,
    SHOWN,
    Finding,
    ValidationReport,
    read_findings,
    save_findings,
)

__all__ = [
    "BATCH_BYTES",
    "MAX_FINDINGS",
    "SHOWN",
    "Finding",
    "TypeIndex",
    "TypesOf",
    "ValidationReport",
    "Validator",
    "dependent_classes",
    "read_findings",
    "save_findings",
    "stored_types",
    "validate_changes",
    "validate_quads",
]
