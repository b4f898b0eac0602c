"""Cypher without a server: the property graph in an engine that runs inside the process."""
