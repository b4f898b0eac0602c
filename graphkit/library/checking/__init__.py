"""Finding the faults of query files before anybody meets them.

`check_files` needs the files alone; `examples` asks a snapshot and `plans` a Neo4j server.
"""

from graphkit.library.checking.faults import Fault
from graphkit.library.checking.files import check_files, read_queries

__all__ = ["Fault", "check_files", "read_queries"]
