"""Other people's servers over HTTP: what an address must be, and which failures may pass."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urlsplit

import urllib3

from graphkit.errors import UsageError
from graphkit.text import printable

SLOW = "does not answer in time"
MAX_WORDS = 300
"""How many characters of a server's own message are repeated."""
_PIECE = 1 << 16


class PassingError(Exception):
    """A failure that may pass, as the rest of a sentence that begins with the address.

    `pause` is what the server asks for, in seconds; `status` is that of its answer.
    """

    def __init__(self, message: str, pause: float | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.pause = pause
        self.status = status


def address_parts(url: str, *, example: str, login: str) -> SplitResult:
    """The parts of an address that can be asked.

    `example` and `login` are what messages say of a good address and of where a login belongs;
    no message repeats a password. Raises UsageError for what is no address of a server.

    >>> address_parts(" http://localhost:7878/store ", example="…", login="…").netloc
    'localhost:7878'
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            "the server's address holds a login, which is not sent", hint=f"take it out and {login}"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable():
        shown = printable(url.partition("?")[0])[:100]
        raise UsageError(f"{shown or 'nothing'} is no address of a server", hint=example)
    if " " in url or not url.isascii():
        raise UsageError(
            f"{printable(url.partition('?')[0])[:100]} holds characters that an address cannot",
            hint="write spaces as %20 and other letters percent-encoded",
        )
    return parts


def is_local(host: str | None) -> bool:
    """Whether a host is this machine: what is sent there crosses no network.

    >>> is_local("127.0.0.1"), is_local("example.org")
    (True, False)
    """
    return (host or "") in ("localhost", "127.0.0.1", "::1")


def passes(status: int) -> bool:
    """Whether a failure of this HTTP status may pass.

    >>> [status for status in (400, 404, 408, 425, 429, 500, 503) if passes(status)]
    [408, 425, 429, 500, 503]
    """
    return status in (408, 425, 429) or status >= 500


def asked_pause(header: str | None, now: float) -> float | None:
    """The seconds that a `Retry-After` header asks for; None where it asks for nothing.

    `now` is the time as seconds since 1970, for a header that names a date.

    >>> asked_pause("7", 0.0), asked_pause("Thu, 01 Jan 1970 00:01:00 GMT", 50.0)
    (7.0, 10.0)
    >>> asked_pause("soon", 0.0), asked_pause("-1", 0.0), asked_pause(None, 0.0)
    (None, None, None)
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            date = parsedate_to_datetime(header)
            date = date if date.tzinfo else date.replace(tzinfo=UTC)
            seconds = date.timestamp() - now
        except (ValueError, OverflowError, TypeError):
            return None
    return seconds if seconds > 0 and math.isfinite(seconds) else None


def tried(times: int, seconds: float) -> str:
    """How often a request was tried, and for how long, pauses included.

    >>> tried(1, 0.2), tried(3, 0.01), tried(3, 14.2), tried(6, 400.0)
    ('tried once', 'tried 3 times in less than a second', 'tried 3 times in 14 s', \
'tried 6 times in 7 min')
    """
    if times == 1:
        return "tried once"
    if seconds < 1:
        return f"tried {times} times in less than a second"
    shown = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
    return f"tried {times} times in {shown}"


def failure_reason(error: Exception) -> str:
    """What happened to a request, as the rest of a sentence that begins with the address."""
    failures = urllib3.exceptions
    for kind, reason in (  # the first three are time-outs as well, to urllib3
        (failures.NameResolutionError, "has a name that is not known"),
        (failures.NewConnectionError, "cannot be reached"),
        (failures.ConnectTimeoutError, "cannot be reached in time"),
        (failures.TimeoutError, SLOW),
    ):
        if isinstance(error, kind):
            return reason
    return "breaks off the connection"


def read_whole(
    response: urllib3.BaseHTTPResponse, *, until: float, most: int, address: str, hint: str
) -> bytes:
    """The body of an answer. `until` is a time of the monotonic clock, `most` in bytes.

    Raises UsageError for a larger one, and urllib3's TimeoutError for one that takes longer.
    """
    pieces, size = [], 0
    while piece := response.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise UsageError(f"{address} answers with more than {most:,} bytes", hint=hint)
        if time.monotonic() > until:
            raise urllib3.exceptions.TimeoutError
    return b"".join(pieces)


def hidden(text: str, secrets: Iterable[str]) -> str:
    """A server's own words as a message may repeat them: printable, cut, without secrets.

    >>> hidden("no such key: s3cret\\x07 ", ["s3cret"])
    'no such key: …\ufffd'
    """
    for secret in secrets:
        text = text.replace(secret, "…")
    text = printable(" ".join(text.split()))
    return text if len(text) <= MAX_WORDS else text[: MAX_WORDS - 1] + "…"


def check_trust(error: Exception, address: str, words: str) -> None:
    """Trying again makes no certificate valid. Raises UsageError for what will not pass.

    `words` are the error's own, as a message may show them.
    """
    if isinstance(error, urllib3.exceptions.SSLError) and "EOF" not in str(error):
        raise UsageError(
            f"{address}: no trusted connection: {words}",
            hint="a server without encryption has an address that begins with http://; "
            "SSL_CERT_FILE names the certificates to trust",
        ) from None
