"""Computed links: from a snapshot to a new one that says which projects speak to what."""
