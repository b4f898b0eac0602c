"""Requests to a source: paced, tried again where that helps, refused in words where it does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import urllib3

from graphkit.errors import GraphkitError, UnreachableError, UsageError
from graphkit.fetching.answers import Answer, GarbledError, shown
from graphkit.fetching.connections import Line, pool, read_body
from graphkit.fetching.disk import writing
from graphkit.fetching.manners import Manners, Pace
from graphkit.fetching.robots import Robots
from graphkit.progress import Progress, silent
from graphkit.remote_servers import (
    SLOW,
    PassingError,
    address_parts,
    asked_pause,
    check_trust,
    failure_reason,
    passes,
    tried,
)

T = TypeVar("T")

MOST = 64 << 20
"""The largest answer that is read into memory, in bytes, after decompression."""
GOES_ON = "what was fetched stays, and the same command goes on from there"
_ROBOTS = "/robots.txt"
_MOST_ROBOTS = 1 << 20
_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)
_NEVER_PASSES = (501, 505)
_CONNECTING = 15.0
_PIECE = 1 << 18
_TRICKLE, _LEAST_SPEED = 60.0, 1_000.0
"""Seconds after which a download must have come at so many bytes a second."""
_KEPT = ("content-type", "etag", "last-modified", "link", "link-records", "link-pages")
_EXAMPLE = "give an address such as https://gtr.ukri.org"


@dataclass(frozen=True)
class Validators:
    """What a server said of an answer's version, to be asked whether it still holds."""

    etag: str = ""
    modified: str = ""


class Client:
    """The way to one source, whose address is `api`.

    Nothing leaves the host's domain. `sleep` takes the place of waiting; `progress` hears of
    pauses after failures. Raises UsageError where `api` is no address.
    """

    def __init__(
        self,
        api: str,
        manners: Manners,
        *,
        sleep: Callable[[float], object] = time.sleep,
        progress: Progress = silent,
    ) -> None:
        parts = address_parts(api, example=_EXAMPLE, login="give none: these sources need none")
        if parts.query or parts.fragment:
            raise UsageError(f"{shown(api)} is more than an address", hint=_EXAMPLE)
        self.api = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
        self.manners = manners
        self.pace = Pace(manners.rate, sleep)
        self.requests = 0
        """How many were sent, those for robots.txt among them."""
        self._answering = 0.0
        self._sleep = sleep
        self._progress = progress
        self._line = Line()
        self._pool = pool(parts, self._line)
        self._robots: dict[str, Robots] = {}

    def close(self) -> None:
        """Close the connections that stand idle."""
        self._pool.clear()

    def seconds(self, requests: int) -> float:
        """How long so many requests will take, as far as one can tell by those that were sent."""
        each = self._answering / self.requests if self.requests else 0.0
        return requests * max(self.pace.between, each)

    def get(
        self,
        url: str,
        read: Callable[[Answer], T],
        *,
        accept: str,
        known: Validators | None = None,
        gone: tuple[int, ...] = (),
        most: int = MOST,
    ) -> tuple[Answer, T | None]:
        """Ask for an address until the answer is good: what it is, and what `read` makes of it.

        With `known`, an answer of 304 says that nothing has changed; it and the statuses `gone`
        are not read. `read` raises GarbledError for what another try may mend.

        Raises UnreachableError (exit code 3) where no good answer came, UsageError where
        another try will not help, and what `read` raises.
        """
        headers = {"Accept": accept, "Accept-Encoding": "gzip"}
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.modified:
            headers["If-Modified-Since"] = known.modified
        if known and (known.etag or known.modified):
            gone = (*gone, 304)
        return self._until_good(url, read, headers, gone, self._buffered(most))

    def download(self, url: str, target: Path, *, accept: str, most: int) -> Answer:
        """Save an answer to a file, going on where the file ends if the server can do that.

        What comes back has no body. Whether the file is right is for the caller to check, by
        a checksum. Raises as `get` does.
        """

        def headers() -> dict[str, str]:
            there = target.stat().st_size if target.exists() else 0
            return {"Range": f"bytes={there}-"} if there else {}

        def fetch(response: urllib3.BaseHTTPResponse, address: str) -> bytes:
            if response.status == 416:  # what is there is no beginning of what the server has
                target.unlink(missing_ok=True)
            if response.status not in (200, 206):
                return self._buffered(_MOST_ROBOTS)(response, address)
            with writing(target), target.open("ab" if response.status == 206 else "wb") as file:
                started, before = time.monotonic(), file.tell()
                while piece := self._piece(response):
                    file.write(piece)
                    if file.tell() > most:
                        raise _too_large(address, most)
                    taken = time.monotonic() - started
                    if taken > _TRICKLE and (file.tell() - before) / taken < _LEAST_SPEED:
                        raise urllib3.exceptions.TimeoutError
            return b""

        answer, _ = self._until_good(
            url, lambda answer: answer, {"Accept": accept}, (206,), fetch, headers
        )
        return answer

    def _piece(self, response: urllib3.BaseHTTPResponse) -> bytes:
        with self._line.within(10 * self.manners.timeout):
            return response.read1(_PIECE)

    def _buffered(self, most: int) -> Callable[[urllib3.BaseHTTPResponse, str], bytes]:
        def fetch(response: urllib3.BaseHTTPResponse, address: str) -> bytes:
            with self._line.within(10 * self.manners.timeout):
                return read_body(response, most=most, too_large=_too_large(address, most))

        return fetch

    def _until_good(
        self,
        url: str,
        read: Callable[[Answer], T],
        headers: dict[str, str],
        unread: tuple[int, ...],
        fetch: Callable[[urllib3.BaseHTTPResponse, str], bytes],
        also: Callable[[], dict[str, str]] = dict,
    ) -> tuple[Answer, T | None]:
        self._permitted(url)
        failures, waited, started = 0, 0.0, time.monotonic()
        while True:
            try:
                answer = self._followed(url, {**headers, **also()}, fetch)
                if answer.status in unread:
                    return answer, None
                if answer.status == 200:
                    try:
                        return answer, read(answer)
                    except GarbledError as error:
                        raise PassingError(str(error)) from None
                if answer.status != 416 and not self._may_pass(url, answer.status):
                    raise _refusal(url, answer.status)
                asked = asked_pause(answer.headers.get("retry-after"), _its_time(answer))
                raise PassingError(f"answers HTTP {answer.status}", asked)
            except PassingError as failure:
                failures += 1
                self._pool.clear()  # a connection that has failed may be about to be closed
                asked = failure.pause or 0.0
                if failures > self.manners.retries or asked > self.manners.longest_asked:
                    taken = max(waited, time.monotonic() - started)
                    raise self._given_up(url, failure, failures, taken) from None
                pause = max(self.manners.pause(failures), asked)
                self._progress(f"{failure}: again in {pause:,.0f} s", 0)
                self._sleep(pause)
                waited += pause

    @staticmethod
    def _may_pass(url: str, status: int) -> bool:
        never = _NEVER_PASSES if not url.endswith(_ROBOTS) else ()
        return passes(status) and status not in never

    def _permitted(self, url: str) -> None:
        """Raises UsageError for what robots.txt does not allow."""
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._robots:
            self._robots[host] = Robots("")  # robots.txt itself may be asked
            try:
                self._robots[host] = self._rules(f"{host}{_ROBOTS}")
            except BaseException:
                del self._robots[host]  # while the rules are not known, nothing may
                raise
            delay = self._robots[host].delay
            if delay > self.manners.longest_asked:
                raise UsageError(
                    f"{host}/robots.txt asks for {delay:,.0f} s between two requests",
                    hint="ask the source's owner for the data",
                )
            self.pace.slow_to(delay)
        if not self._robots[host].allows(url):
            raise UsageError(
                f"{host}/robots.txt does not allow {parts.path or '/'} to be fetched",
                hint="ask the source's owner for the data",
            )

    def _rules(self, url: str) -> Robots:
        """The rules of a host (RFC 9309): an answer of 4xx means that there are none.

        One of 5xx, or none at all, means that everything is forbidden; so does 429, which says
        that we ask too often. Raises UnreachableError for these.
        """
        absent = tuple(status for status in range(400, 500) if status != 429)
        try:
            _, text = self._until_good(
                url,
                lambda answer: answer.body[:_MOST_ROBOTS].decode("utf-8", "replace"),
                {"Accept": "text/plain, */*;q=0.1", "Accept-Encoding": "gzip"},
                absent,
                self._buffered(MOST),
            )
        except UnreachableError as error:
            hint = f"while its rules are not known, nothing else is asked; {error.hint}"
            raise UnreachableError(error.message, hint=hint) from None
        # A page in HTML in its place, as some servers send for what is not there, has no rules.
        return Robots(text or "")

    def _followed(
        self,
        url: str,
        headers: dict[str, str],
        fetch: Callable[[urllib3.BaseHTTPResponse, str], bytes],
    ) -> Answer:
        asked = url
        for _ in range(_REDIRECTS):
            answer = self._once(url, headers, fetch)
            if answer.status not in _MOVED:
                return replace(answer, address=asked)
            url = _moved(url, answer)
            self._permitted(url)
        raise UsageError(f"{shown(url)} sends on and on", hint="report it to the source's owner")

    def _once(
        self,
        url: str,
        headers: dict[str, str],
        fetch: Callable[[urllib3.BaseHTTPResponse, str], bytes],
    ) -> Answer:
        timeout = self.manners.timeout
        self.pace.wait()
        started = time.monotonic()
        self.requests += 1
        try:
            with self._line.within(10 * timeout):
                response = self._pool.request(
                    "GET",
                    url,
                    headers={"User-Agent": self.manners.user_agent, **headers},
                    redirect=False,
                    preload_content=False,
                    timeout=urllib3.Timeout(connect=min(timeout, _CONNECTING), read=timeout),
                )
            try:
                body = fetch(response, url)
            except BaseException:
                response.close()
                raise
            response.release_conn()
        except (urllib3.exceptions.LocationValueError, UnicodeError):
            raise UsageError(f"{shown(url)} is no address of a server", hint=_EXAMPLE) from None
        except urllib3.exceptions.DecodeError:
            raise PassingError("answers with what does not decompress") from None
        except urllib3.exceptions.HTTPError as error:
            check_trust(error, shown(url), str(error))
            raise PassingError(failure_reason(error)) from None
        finally:
            self._answering += time.monotonic() - started
        kept = (*_KEPT, "location", "retry-after", "date")
        found = {name: value for name in kept if (value := response.headers.get(name))}
        return Answer(url, response.status, body, found)

    def _given_up(
        self, url: str, failure: PassingError, failures: int, seconds: float
    ) -> UnreachableError:
        hint = GOES_ON
        if failure.args[0] == SLOW:
            hint = f"it was silent for {self.manners.timeout:g} s, --timeout waits longer; {hint}"
        if failure.pause and failure.pause > self.manners.longest_asked:
            hint = f"it asks for a pause of {_long(failure.pause)}: try again then; {hint}"
        times = tried(failures, seconds)
        return UnreachableError(f"{shown(url)} {failure} ({times})", hint=hint)


def same_domain(here: SplitResult, there: SplitResult) -> bool:
    """Whether an address is on a host or on one below or above it by `www.` or its own name.

    >>> here = urlsplit("https://ari.org.uk/a")
    >>> [same_domain(here, urlsplit(there)) for there in (
    ...     "https://www.ari.org.uk/b", "https://ari.org.uk.evil.org/", "http://ari.org.uk/",
    ...     "https://org.uk/")]
    [True, False, False, False]
    """
    if there.scheme not in ("http", "https") or (here.scheme, there.scheme) == ("https", "http"):
        return False
    old, new = here.hostname or "", there.hostname or ""
    with suppress(ValueError):
        if here.scheme == there.scheme and here.port != there.port:
            return False
        return old == new or new.endswith(f".{old}") or old == f"www.{new}"
    return False


def _moved(url: str, answer: Answer) -> str:
    """Where a redirection leads. Raises UsageError where it must not be followed."""
    location = answer.headers.get("location", "")
    try:
        target = urljoin(url, location)
        there = urlsplit(target)
        fine = bool(location) and same_domain(urlsplit(url), there) and not there.username
    except ValueError:
        target, fine = location, False
    if not fine or not target.isascii() or not target.isprintable() or " " in target:
        raise UsageError(
            f"{shown(url)} sends on to another place: {shown(target) or 'nowhere'} "
            f"(HTTP {answer.status})",
            hint="it is not followed; if the source is there now, give that address",
        )
    return urlunsplit(there._replace(fragment=""))


def _its_time(answer: Answer) -> float:
    """The time by the server's own clock, if it tells it: ours may be wrong, and may jump."""
    with suppress(ValueError, TypeError, OverflowError):
        date = parsedate_to_datetime(answer.headers.get("date", ""))
        return date.replace(tzinfo=date.tzinfo or UTC).timestamp()
    return time.time()


def _long(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds < 1e6 else f"{seconds / 86_400:,.0f} days"


def _refusal(url: str, status: int) -> GraphkitError:
    words = {
        400: ("does not understand the request", "its API may have changed"),
        401: ("asks for a login", "these sources used to need none"),
        403: ("refuses the request", "ask the source's owner; --contact tells them who you are"),
        404: ("is not there", "see that the address is right"),
        406: ("has no answer in the wanted form", "its API may have changed"),
        410: ("is there no more", "see where the source has moved"),
    }
    what, hint = words.get(status, ("refuses the request", "see that the address is right"))
    return UsageError(f"{shown(url)} {what} (HTTP {status})", hint=f"{hint}; {GOES_ON}")


def _too_large(address: str, most: int) -> UsageError:
    return UsageError(
        f"{shown(address)} answers with more than {most:,} bytes",
        hint="more than graphkit takes from this source",
    )
