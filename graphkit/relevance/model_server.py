"""A server with an OpenAI-compatible API: one address, asked with JSON, answering with JSON.

Such servers are busy, slow, restarted and half set up. What may pass is tried again, with
pauses that double and no longer than the patience given; what will not pass is said at once.
The key comes from the environment alone and appears in no message.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlunsplit

import urllib3

from graphkit import __version__
from graphkit.errors import UnreachableError, UsageError
from graphkit.relevance.model_server_answers import (
    RefusedError,
    ServerFailedError,
    refusal,
    words_of,
)
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

KEY_VARIABLE = "GRAPHKIT_API_KEY"
"""The environment variable with the key, sent as a bearer token; none is sent without it."""
_EXAMPLE = "give an address such as http://localhost:11434/v1"


@dataclass(frozen=True)
class Patience:
    """How long a request is tried, in seconds and tries.

    `connect` is for the connection to stand, `answer` for the whole answer to one try.
    `tries` counts tries that failed without the server naming a pause; where it names one
    (`Retry-After`), it is waited out and not counted. `waiting` is the sum of all pauses of
    one request: a longer pause than is left of it ends the request at once.
    """

    connect: float = 10.0
    answer: float = 60.0
    tries: int = 5
    first_pause: float = 1.0
    longest_pause: float = 30.0
    waiting: float = 180.0


class StoppedError(Exception):
    """The caller gave up the request; no user meets this."""


class ModelServer:
    """One endpoint of a server, safe to ask from several threads.

    `url` is the base address (`http://localhost:11434/v1`) or that of the endpoint itself;
    without a path, `/v1` is meant. `endpoint` is `chat/completions` or `embeddings`. At most
    `max_bytes` of an answer are read, and no redirection is followed. `sleep` takes the place
    of waiting. Raises UsageError where the address or the key cannot be one.

    >>> ModelServer("http://localhost:11434", "embeddings").address
    'http://localhost:11434/v1/embeddings'
    """

    def __init__(
        self,
        url: str,
        endpoint: str,
        *,
        patience: Patience | None = None,
        max_bytes: int = 4 << 20,
        connections: int = 4,
        environment: Mapping[str, str] | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        parts = address_parts(url, example=_EXAMPLE, login=f"set {KEY_VARIABLE}")
        path = parts.path.rstrip("/") or "/v1"
        if not path.endswith(f"/{endpoint}"):
            path = f"{path}/{endpoint}"
        self._url = urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
        self.address = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
        """The endpoint, as messages and provenance name it: what follows `?` may be secret."""
        self.patience = patience or Patience()
        self.max_bytes = max_bytes
        self._key = _key(os.environ if environment is None else environment)
        local = is_local(parts.hostname)
        self.key_in_clear = bool(self._key) and parts.scheme == "http" and not local
        """Whether the key travels unencrypted over a network: worth a warning."""
        self._sleep = sleep
        self._resume_at = 0.0  # no thread asks before this time: the server has said so
        timeout = urllib3.Timeout(connect=self.patience.connect, read=self.patience.answer)
        self._pool = urllib3.PoolManager(
            num_pools=1, maxsize=connections, block=False, retries=False, timeout=timeout
        )

    def close(self) -> None:
        """Close the connections that stand idle."""
        self._pool.clear()

    def post(
        self, body: Mapping[str, Any], *, stop: threading.Event | None = None
    ) -> dict[str, Any]:
        """The object that the server answers to `body`; both are JSON.

        `stop` ends waiting and trying when it is set (with StoppedError, once the try under
        way is over). Raises UnreachableError (exit code 3) where there is no server, or it
        stays busy or silent; UsageError where it refuses, with its own words.
        """
        content = json.dumps(body, ensure_ascii=True, allow_nan=False).encode("ascii")
        patience = self.patience
        failures, waited, started = 0, 0.0, time.monotonic()
        while True:
            waited += self._await_turn(stop)
            if stop is not None and stop.is_set():
                raise StoppedError
            try:
                return self._try(content)
            except PassingError as failure:
                named = failure.pause
                if named is None:
                    pause = min(patience.first_pause * 2**failures, patience.longest_pause)
                    failures += 1
                else:
                    pause = max(named, patience.first_pause)
                    self._resume_at = max(self._resume_at, time.monotonic() + pause)
                if failures >= patience.tries or waited + pause > patience.waiting:
                    taken = max(waited, time.monotonic() - started)
                    raise self._given_up(failure, pause, failures, taken) from None
                if named is None:
                    self._wait(pause, stop)
                    waited += pause

    def _await_turn(self, stop: threading.Event | None) -> float:
        pause = self._resume_at - time.monotonic()
        if pause <= 0:
            return 0.0
        self._wait(pause, stop)
        return pause

    def _wait(self, seconds: float, stop: threading.Event | None) -> None:
        if self._sleep is not None:
            self._sleep(seconds)
        elif stop is not None:
            stop.wait(seconds)
        else:
            time.sleep(seconds)

    def _try(self, content: bytes) -> dict[str, Any]:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": f"graphkit/{__version__}",
        }
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        until = time.monotonic() + self.patience.answer
        try:
            response = self._pool.request(
                "POST",
                self._url,
                body=content,
                headers=headers,
                redirect=False,
                preload_content=False,
            )
            try:
                answer = self._read(response, until)
            except BaseException:
                response.close()
                raise
            response.release_conn()
        except (urllib3.exceptions.LocationValueError, UnicodeError):
            raise UsageError(f"{self.address} is no address of a server", hint=_EXAMPLE) from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            check_trust(error, self.address, self._hidden(str(error)))
            raise PassingError(failure_reason(error)) from None
        return self._read_object(response, answer)

    def _read(self, response: urllib3.BaseHTTPResponse, until: float) -> bytes:
        return read_whole(
            response,
            until=until,
            most=self.max_bytes,
            address=self.address,
            hint="is it the address of an OpenAI-compatible API?",
        )

    def _read_object(self, response: urllib3.BaseHTTPResponse, answer: bytes) -> dict[str, Any]:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if response.status != 200:
            words = self._hidden(words_of(answer, kind))
            if not passes(response.status):
                target = self._hidden(response.headers.get("Location", "").partition("?")[0])
                raise refusal(self.address, response.status, words, target, keyed=bool(self._key))
            pause = asked_pause(response.headers.get("Retry-After"), time.time())
            said = f"answers HTTP {response.status}" + (f" ({words})" if words else "")
            raise PassingError(said, pause=pause, status=response.status)
        try:
            found = json.loads(answer)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
        if kind in ("text/html", "application/xhtml+xml"):
            raise UsageError(
                f"{self.address} answers with a web page, not with JSON",
                hint="is it the address of an OpenAI-compatible API? It often ends in /v1",
            )
        raise PassingError(f"answers with what is no JSON object ({kind or 'of no type'})")

    def _given_up(
        self, failure: PassingError, pause: float, failures: int, waited: float
    ) -> UnreachableError:
        message = f"{self.address} {failure}"
        if failure.pause is not None:
            message += f" and asks to wait {pause:,.0f} s, longer than is left of the patience"
            hint = f"of {self.patience.waiting:,.0f} s; try again later, or with fewer workers"
            return ServerFailedError(message, failure.status, hint=hint)
        hint = "try again later"
        if failure.status is None:
            hint = "see that the server runs and the address is right"
            if failure.args[0] == SLOW:
                hint = "give it more time, or a smaller model"
        return ServerFailedError(
            f"{message} ({tried(failures, waited)})", failure.status, hint=hint
        )

    def _hidden(self, text: str) -> str:
        """The server's words, printable, cut, and without the key."""
        return hidden(text, [self._key] if self._key else [])


def _key(environment: Mapping[str, str]) -> str:
    key = environment.get(KEY_VARIABLE, "").strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError(f"{KEY_VARIABLE} holds characters that no key has", hint="copy it anew")
    return key


__all__ = [
    "KEY_VARIABLE",
    "ModelServer",
    "Patience",
    "RefusedError",
    "ServerFailedError",
    "StoppedError",
]
