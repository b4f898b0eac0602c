"""What went wrong, in words for the person at the terminal."""

from __future__ import annotations

import sys

FAILED, MISSING = 1, 3  # exit codes


class Problem(Exception):  # noqa: N818 (most are of the surroundings, not errors)
    """Ends `scripts/neo4j` with a message and an exit code."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


def say(text: str) -> None:
    """Tell what happens; standard output is for answers only."""
    print(text, file=sys.stderr, flush=True)
