"""The query library: named questions to a graph, each in SPARQL and in Cypher."""

from graphkit.library.files import NamedQuery, QueryFolder
from graphkit.library.running import Bound, Library, ParameterError

__all__ = ["Bound", "Library", "NamedQuery", "ParameterError", "QueryFolder"]
