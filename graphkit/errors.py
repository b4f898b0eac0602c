"""Everything that can go wrong in a way a user should be told about.

Each error says what happened, where, and what to do. The command line prints
the message alone and leaves with the error's exit code; `--debug` adds the
traceback.
"""

from __future__ import annotations

from collections.abc import Sequence


class GraphkitError(Exception):
    """The root of all errors that graphkit raises on purpose.

    >>> error = GraphkitError("no such place: Mordor", hint="see `graphkit info --places`")
    >>> str(error)
    'no such place: Mordor; see `graphkit info --places`'
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class UsageError(GraphkitError):
    """A command or a call was given something that it cannot work with.

    `suggestions` are what may have been meant, the likeliest first, each as it can be given.
    """

    def __init__(self, message: str, *, hint: str = "", suggestions: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.suggestions = tuple(suggestions)


class InputError(GraphkitError):
    """A source cannot be read at all; the records that could be read are unaffected."""


class SnapshotError(GraphkitError):
    """There is no snapshot here, or it is damaged."""


class FaultsFoundError(GraphkitError):
    """The work was done and found faults: a failed validation, rejects under `--strict`."""

    exit_code = 1


class NoServerError(UsageError):
    """A server is needed and none is named."""


class UnreachableError(GraphkitError):
    """A server or an upstream source does not answer."""

    exit_code = 3
