"""What goes out to a client: headers that every answer has, errors, files."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import msgspec

Header = tuple[bytes, bytes]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SECURITY: tuple[Header, ...] = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
CORS: tuple[Header, ...] = (
    # The data are public and no cookie is ever set: any page may read them.
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Location, ETag, Link, Retry-After"),
)
COMMON = (*SECURITY, *CORS)
METHODS = b"GET, HEAD, POST, OPTIONS"


@dataclass
class Answer:
    """A response; the body may lie in `file`, which is removed after it unless `keep` is set."""

    status: int
    headers: list[Header]
    body: bytes = b""
    file: Path | None = None
    keep: bool = False
    lane: str = "front"
    """Who answered, for the log: the front, its cache, or a lane of the queue."""
    size: int = field(default=-1)

    @property
    def length(self) -> int:
        """Bytes of the body."""
        if self.file is None:
            return len(self.body)
        if self.size < 0:
            self.size = self.file.stat().st_size
        return self.size

    def discard(self) -> None:
        """Remove the file, unless others use it."""
        if self.file is not None and not self.keep:
            self.file.unlink(missing_ok=True)


def problem(
    accept: str, status: int, detail: str, hint: str = "", headers: Iterable[Header] = ()
) -> Answer:
    """An error in the shape that the site's own have (RFC 9457)."""
    title = HTTPStatus(status).phrase
    if "json" in accept:
        kind = "application/problem+json"
        members = {"title": title, "status": status, "detail": detail}
        body = msgspec.json.encode({**members, "hint": hint} if hint else members) + b"\n"
    elif "text/html" in accept:
        kind = "text/html"
        words = "".join(f"<p>{html.escape(text)}</p>\n" for text in (detail, hint) if text)
        body = (
            f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
            f"<h1>{title}</h1>\n{words}</html>\n"
        ).encode()
    else:
        kind = "text/plain"
        body = "".join(f"{text}\n" for text in (detail, hint) if text).encode()
    kept = [(b"content-type", f"{kind}; charset=utf-8".encode()), (b"cache-control", b"no-store")]
    return Answer(status, [*kept, *headers], body)


_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})$")


def byte_range(text: str, length: int) -> tuple[int, int] | None:
    """First byte and number of bytes that a Range header asks for (RFC 9110, one range only).

    None where it asks for nothing that can be given in part; a length of 0 where it asks for
    what is not there.

    >>> byte_range("bytes=0-9", 100), byte_range("bytes=-5", 100), byte_range("bytes=200-", 100)
    ((0, 10), (95, 5), (0, 0))
    """
    found = _RANGE.match(text)
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        count = min(int(last), length)
        return (length - count, count) if count else (0, 0)
    start = int(first)
    end = min(int(last), length - 1) if last else length - 1
    if last and int(last) < start:
        return None
    return (start, end - start + 1) if start < length else (0, 0)
