"""How far a project speaks to a question."""
