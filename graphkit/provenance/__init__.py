"""Why a statement is in the graph, and how the graph as a whole is to be cited."""

from graphkit.provenance.explaining import explain
from graphkit.provenance.reasons import Explained, Reason

__all__ = ["Explained", "Reason", "explain"]
