"""A Neo4j database kept in step with a snapshot."""
