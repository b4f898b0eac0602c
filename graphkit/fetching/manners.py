"""How a server is asked: by whom, and how often."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from graphkit import __version__
from graphkit.errors import UsageError
from graphkit.fetching.robots import PRODUCT

CONTACT = "GRAPHKIT_CONTACT"
"""The environment variable of the contact."""


@dataclass(frozen=True)
class Manners:
    """Who asks, how often, and how long a request is tried.

    `contact` is an e-mail or web address that stands in every request. `rate` is the most
    requests a second, `timeout` how many seconds a server may be silent and, ten times that,
    how long an answer may take; `retries` is how often what failed is tried again. The pauses
    between begin with twice the time between two requests, and double.
    """

    contact: str = ""
    rate: float = 1.0
    timeout: float = 60.0
    retries: int = 5
    longest_pause: float = 120.0
    longest_asked: float = 900.0
    """The longest `Retry-After` that is waited for, in seconds."""

    @property
    def user_agent(self) -> str:
        """The name under which we ask.

        >>> Manners("me@example.org").user_agent.partition(" ")[2]
        '(+me@example.org)'
        """
        return f"{PRODUCT}/{__version__}" + (f" (+{self.contact})" if self.contact else "")

    def pause(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row.

        >>> [Manners().pause(failures) for failures in (1, 2, 3, 9)]
        [2.0, 4.0, 8.0, 120.0]
        """
        return min(2.0 / self.rate * 2.0 ** (failures - 1), self.longest_pause)


def checked_contact(contact: str, *, needed: bool) -> str:
    """A contact as it can stand in a request.

    Raises UsageError where there is none and one is needed, or where it cannot be sent.

    >>> checked_contact(" me@example.org ", needed=True)
    'me@example.org'
    """
    contact = contact.strip()
    if not contact and needed:
        raise UsageError(
            "nobody is named as the one who asks",
            hint=f"give an e-mail or web address with --contact or in {CONTACT}: "
            "it stands in every request, so that the source's owner can reach you",
        )
    plain = contact.isascii() and contact.isprintable() and not set(contact) & set('()<>\\"; ')
    if contact and (not plain or len(contact) > 200 or not ("@" in contact or "://" in contact)):
        raise UsageError(
            "the contact is neither an e-mail address nor a web address",
            hint="such as --contact you@example.org",
        )
    return contact


class Pace:
    """Lets at most `rate` requests a second go. `sleep` takes the place of waiting."""

    def __init__(self, rate: float, sleep: Callable[[float], object] = time.sleep) -> None:
        self.between = 1.0 / rate
        self._sleep = sleep
        self._next = 0.0

    def wait(self) -> None:
        """Wait until the next request may go."""
        now = time.monotonic()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self.between

    def slow_to(self, between: float) -> None:
        """Leave at least so many seconds between two requests."""
        self.between = max(self.between, between)
