"""The graph as nodes and relationships: the one projection of a snapshot, and its way back."""
