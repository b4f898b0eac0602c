"""Requests to a SPARQL store: tried again where that helps, refused in words where it does not."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import urllib3

from graphkit import __version__
from graphkit.errors import UnreachableError, UsageError
from graphkit.publishing.refusals import refusal
from graphkit.relevance.model_server_answers import words_of
from graphkit.remote_servers import (
    SLOW,
    PassingError,
    address_parts,
    asked_pause,
    check_trust,
    failure_reason,
    hidden,
    is_local,
    passes,
    read_whole,
    tried,
)
from graphkit.text import printable

USER, PASSWORD, TOKEN = (
    "GRAPHKIT_PUBLISH_USER",
    "GRAPHKIT_PUBLISH_PASSWORD",
    "GRAPHKIT_PUBLISH_TOKEN",
)
"""The environment variables of the login; it comes from nowhere else."""
_LOGIN = f"set {USER} and {PASSWORD}, or {TOKEN}"
_EXAMPLE = "give an address such as http://localhost:7878/"
_MAX_ANSWER = 64 << 20
_REDIRECTS = 5
_READS = ("GET", "HEAD")
_NEVER_PASSES = (501, 505, 507)
_CONNECTING = 10.0
"""Seconds to connect, for requests without a body."""


@dataclass(frozen=True)
class Patience:
    """How long a request is tried. Times are in seconds.

    `timeout` is how long the server may be silent, while it takes statements and until it
    answers; `retries` how often what failed is tried again, after pauses that double.
    """

    timeout: float = 300.0
    retries: int = 3
    first_pause: float = 1.0
    longest_pause: float = 30.0


@dataclass(frozen=True)
class Credentials:
    """The login for a store, kept out of every text.

    >>> Credentials.of({"GRAPHKIT_PUBLISH_TOKEN": "hidden"})
    Credentials()
    """

    header: str = field(default="", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Credentials:
        """The login that the environment holds. Raises UsageError for half a login."""
        user, password, token = (environment.get(name, "") for name in (USER, PASSWORD, TOKEN))
        if token and (user or password):
            raise UsageError(
                f"{TOKEN} and {USER} are both set", hint="unset what this store does not take"
            )
        if bool(user) != bool(password):
            raise UsageError(f"{USER} and {PASSWORD} go together", hint="set both, or neither")
        if token:
            if not token.isascii() or not token.isprintable() or " " in token:
                raise UsageError(f"{TOKEN} holds characters that no token has", hint="copy it anew")
            return cls(f"Bearer {token}", (token,))
        if not user:
            return cls()
        if ":" in user:
            raise UsageError(f"{USER} holds a colon, which no user name can")
        try:
            pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        except UnicodeEncodeError:
            raise UsageError(f"{USER} or {PASSWORD} is not readable as text") from None
        return cls(f"Basic {pair}", (password, pair))


@dataclass(frozen=True)
class Reply:
    """What a server answered, in whole."""

    status: int
    media_type: str
    body: bytes
    location: str = ""
    retry_after: str = ""


class Connection:
    """The way to one store. `sleep` takes the place of waiting.

    The login goes to the host of `url` alone. Raises UsageError where that is no address.
    """

    def __init__(
        self,
        url: str,
        *,
        credentials: Credentials | None = None,
        patience: Patience | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.parts = self.address(url)
        self.patience = patience or Patience()
        self._credentials = Credentials.of(os.environ) if credentials is None else credentials
        self._sleep = sleep
        self._pool = urllib3.PoolManager(num_pools=4, maxsize=1, block=False, retries=False)

    @property
    def login_in_clear(self) -> bool:
        """Whether the login travels unencrypted over a network: worth a warning."""
        clear = self.parts.scheme == "http" and not is_local(self.parts.hostname)
        return clear and bool(self._credentials.header)

    def address(self, url: str) -> SplitResult:
        """The parts of an address. Raises UsageError where it is none."""
        return address_parts(url, example=_EXAMPLE, login=_LOGIN)

    def close(self) -> None:
        """Close the connections that stand idle."""
        self._pool.clear()

    def send(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        content_type: str = "",
        accept: str = "*/*",
        what: str = "the request",
        expected: tuple[int, ...] = (),
    ) -> Reply:
        """Send a request until it is answered well: with a status of 2xx, or an expected one.

        `what` is what the body is, for messages. Every request must be one that may be repeated.
        Raises UnreachableError (exit code 3) where no good answer came in time, UsageError where
        trying again will not help.
        """
        headers = {"Accept": accept, "User-Agent": f"graphkit/{__version__}"}
        if content_type:
            headers["Content-Type"] = content_type
        failures, waited, started = 0, 0.0, time.monotonic()
        while True:
            try:
                reply = self._try(method, url, body, headers)
                if 200 <= reply.status < 300 or reply.status in expected:
                    return reply
                words = self.hidden(words_of(reply.body, reply.media_type))
                if not passes(reply.status) or reply.status in _NEVER_PASSES:
                    raise refusal(
                        f"{method} {shown(url)}",
                        reply.status,
                        words,
                        what,
                        login=_LOGIN,
                        logged_in=bool(self._credentials.header),
                    )
                said = f"answers HTTP {reply.status}" + (f" ({words})" if words else "")
                raise PassingError(said, asked_pause(reply.retry_after, time.time()))
            except PassingError as failure:
                pause = min(self.patience.first_pause * 2**failures, self.patience.longest_pause)
                asked = failure.pause or 0.0
                failures += 1
                if failures > self.patience.retries or asked > self.patience.timeout:
                    taken = max(waited, time.monotonic() - started)
                    raise self._given_up(method, url, failure, failures, taken) from None
                pause = max(pause, asked)
                self._sleep(pause)
                waited += pause

    def _try(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Reply:
        for _ in range(_REDIRECTS):
            reply = self._once(method, url, body, headers)
            if reply.status not in (301, 302, 303, 307, 308):
                return reply
            url = self._next(method, url, reply)
        raise UsageError(f"{shown(url)} sends on and on", hint="give the final address")

    def _next(self, method: str, url: str, reply: Reply) -> str:
        """Where a redirection leads. Raises UsageError where it must not be followed."""
        here, there = urlsplit(url), urlsplit(urljoin(url, reply.location))
        target = self.hidden(shown(urlunsplit(there)))
        kept = reply.status in (307, 308) or method in _READS
        if not reply.location or not kept or not _same_server(here, there):
            why = "another server" if not _same_server(here, there) else "another address"
            raise UsageError(
                f"{shown(url)} sends on to {why}: {target} (HTTP {reply.status})",
                hint="it is not followed; give the final address if you trust it",
            )
        return urlunsplit(there)

    def _once(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Reply:
        headers = dict(headers)
        if self._credentials.header and _same_server(self.parts, urlsplit(url)):
            headers["Authorization"] = self._credentials.header
        timeout = self.patience.timeout
        # The time to connect is also how long the server may take nothing of a body.
        connect = timeout if body else min(timeout, _CONNECTING)
        try:
            response = self._pool.request(
                method,
                url,
                body=body,
                headers=headers,
                redirect=False,
                preload_content=False,
                timeout=urllib3.Timeout(connect=connect, read=timeout),
            )
            try:
                answer = self._read(response, url)
            except BaseException:
                response.close()
                raise
            response.release_conn()
        except (urllib3.exceptions.LocationValueError, UnicodeError):
            raise UsageError(f"{shown(url)} is no address of a server", hint=_EXAMPLE) from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            check_trust(error, shown(url), self.hidden(str(error)))
            raise PassingError(failure_reason(error)) from None
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        location, pause = (response.headers.get(name, "") for name in ("Location", "Retry-After"))
        return Reply(response.status, kind, answer, location, pause)

    def _read(self, response: urllib3.BaseHTTPResponse, url: str) -> bytes:
        return read_whole(
            response,
            until=time.monotonic() + self.patience.timeout,
            most=_MAX_ANSWER,
            address=shown(url),
            hint="is it the address of a SPARQL store?",
        )

    def _given_up(
        self, method: str, url: str, failure: PassingError, failures: int, seconds: float
    ) -> UnreachableError:
        hint = "see that the store runs and the address is right"
        if failure.args[0] == SLOW:
            hint = f"it was silent for {self.patience.timeout:g} s; --timeout gives it longer"
        elif failure.args[0].startswith("answers"):
            hint = "its log may say why"
        if method in ("PUT", "POST"):
            hint += "; what was published stays, and the next run goes on from there"
        return UnreachableError(
            f"{method} {shown(url)} {failure} ({tried(failures, seconds)})", hint=hint
        )

    def hidden(self, text: str) -> str:
        """A server's words, printable, cut, and without the login."""
        return hidden(text, self._credentials.secrets)


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _same_server(here: SplitResult, there: SplitResult) -> bool:
    """Whether `there` is on the server of `here`, or is its encrypted side."""
    if here.hostname != there.hostname or there.scheme not in ("http", "https"):
        return False
    if here.scheme == there.scheme:
        return _port(here) == _port(there)
    return (here.scheme, _port(here), _port(there)) == ("http", 80, 443)


def shown(url: str) -> str:
    """An address as messages name it: what follows `?` may be secret.

    >>> shown("http://localhost:7878/store?graph=http://x/")
    'http://localhost:7878/store'
    """
    return printable(url.partition("?")[0])
