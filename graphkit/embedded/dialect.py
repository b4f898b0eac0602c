"""Words of Cypher, as far as the guard has to know them."""

from __future__ import annotations

from collections.abc import Mapping

STARTS = frozenset({"MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN", "CALL"})
CLAUSES = STARTS | {"UNION", "ORDER", "SKIP", "LIMIT"}
WRITES = frozenset(
    {
        "CREATE", "MERGE", "SET", "DELETE", "DETACH", "NODETACH", "REMOVE", "FOREACH", "INSERT",
    }
)  # fmt: skip
ADMINISTERS = frozenset({"DROP", "ALTER", "GRANT", "DENY", "REVOKE"})
"""Words that change something where a statement begins with them, and are names elsewhere."""
ELSEWHERE = {
    "LOAD": "no file and no address is read",
    "USE": "there is one graph",
    "SHOW": "the engine's own tables are not those of Neo4j",
    "EXPLAIN": "the engine's plans are not those of Neo4j",
    "PROFILE": "the engine's plans are not those of Neo4j",
    "TERMINATE": "the graph is only read",
}
FOREIGN = frozenset(
    {"FORMAT", "HAVING", "FILTER", "FINISH", "LET", "INTERSECT", "EXCEPT", "OFFSET", "FOR"}
)
"""Words that begin clauses in the engine, but not in Neo4j 5."""
KEYWORDS = STARTS | {
    "WHERE", "AND", "OR", "XOR", "NOT", "IN", "AS", "DISTINCT", "BY", "CASE", "WHEN", "THEN",
    "ELSE", "ON", "IS", "CONTAINS", "STARTS", "ENDS", "LIMIT", "SKIP", "UNION", "ALL", "ANY",
    "NONE", "SINGLE", "EXISTS", "COUNT", "COLLECT", "ASC", "DESC", "ORDER", "ASCENDING",
    "DESCENDING", "END", "YIELD", "NULL", "TRUE", "FALSE", "SHORTEST",
}  # fmt: skip
MADE_UP_KEYS = frozenset(
    {"label", "type", "node_type", "connection_type", "start", "start_id", "end", "end_id"}
)
"""Keys that the engine answers on every node or relationship, whatever the data hold.

`title` is one, too, but does right where the loader has set it to null.
"""

_SAME = (
    # aggregates
    "count sum avg min max collect stdev stdevp "
    # of nodes, relationships, paths
    "labels type keys properties startnode endnode nodes relationships length elementid "
    "shortestpath allshortestpaths "
    # of lists
    "size head last tail range reverse reduce all any none single coalesce "
    # of strings
    "tolower toupper trim ltrim rtrim split replace substring left right tostring "
    # of numbers
    "abs ceil floor round sign sqrt log log10 exp pi e sin cos tan atan2 "
    "tointeger tofloat toboolean "
    # of dates
    "date datetime localdatetime time localtime duration date.truncate datetime.truncate "
    "duration.indays duration.inmonths "
    # of places
    "point"
)
FUNCTIONS: Mapping[str, tuple[str, str] | None] = {
    **dict.fromkeys(_SAME.split()),
    "id": ("id(n) is the key id there, and a number in Neo4j", "use elementId(n), or n.id"),
    "duration.between": (
        "duration.between counts days only",
        "use duration.inDays or duration.inMonths",
    ),
}
"""Functions by name in small letters, with what is wrong and what to use instead."""
