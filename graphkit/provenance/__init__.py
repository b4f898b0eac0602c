"""Why a statement is in the graph, and how the graph as a whole is to be cited."""

from graphkit.provenance.explaining import Explainer, explain
from graphkit.provenance.reasons import Explained, Reason, Withdrawal

__all__ = ["Explained", "Explainer", "Reason", "Withdrawal", "explain"]
