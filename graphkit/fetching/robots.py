"""What a host's robots.txt lets us ask (RFC 9309)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlsplit

PRODUCT = "graphkit"
"""What robots.txt calls us."""
LONGEST = 512 << 10
"""Characters of a robots.txt that are read; what follows does not count."""
_TOKEN = re.compile(r"[A-Za-z_-]+|\*")
_DELAY = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_RATE = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})", re.ASCII)
_UNRESERVED = re.compile(r"%(2[DdEe]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])")


class _Rule(NamedTuple):
    """A pattern of paths; the longest that fits decides, and of equals the one that allows."""

    pattern: str
    allows: bool


class Robots:
    """What a host's robots.txt allows; an absent one allows all.

    The groups of our own name count, all of them; without one, those of everybody.

    >>> robots = Robots("User-agent: *\\nDisallow: /private\\nAllow: /private/ok$\\nCrawl-delay: 3")
    >>> robots.allows("http://h/private/x"), robots.allows("http://h/private/ok"), robots.delay
    (False, True, 3.0)
    """

    def __init__(self, text: str) -> None:
        own: list[tuple[str, str]] = []
        others: list[tuple[str, str]] = []
        named = False
        for agents, field, value in _lines(text[:LONGEST]):
            if PRODUCT in agents:
                named = True
                own.append((field, value))
            elif "*" in agents:
                others.append((field, value))
        lines = own if named else others
        self._rules = [
            _Rule(_normal(value), field == "allow")
            for field, value in lines
            if field in ("allow", "disallow") and value
        ]
        self._rules.sort(key=lambda rule: (-len(rule.pattern), not rule.allows))
        self.delay = max((_seconds(field, value) for field, value in lines), default=0.0)
        """Seconds that must lie between two requests; 0 where nothing is said."""

    def allows(self, url: str) -> bool:
        """Whether an address may be asked."""
        parts = urlsplit(url)
        path = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == "/robots.txt":
            return True
        return next((rule.allows for rule in self._rules if _fits(rule.pattern, path)), True)


def _lines(text: str) -> Iterator[tuple[frozenset[str], str, str]]:
    """Each line with a field and its value, and whom it is for; a line for each such group, too."""
    agents: set[str] = set()
    naming = False
    for line in text.removeprefix("\ufeff").splitlines():
        field, colon, value = line.partition("#")[0].partition(":")
        field, value = field.strip().lower(), value.strip()
        if not colon:
            continue
        if field == "user-agent":
            agents = agents if naming else set()
            naming = True
            token = _TOKEN.match(value)
            agents.add(token[0].lower() if token else "")
            yield frozenset(agents), "", ""
        elif field in ("allow", "disallow", "crawl-delay", "request-rate"):
            naming = False
            yield frozenset(agents), field, value


def _seconds(field: str, value: str) -> float:
    if field == "crawl-delay" and _DELAY.fullmatch(value):
        return float(value)
    if field == "request-rate" and (match := _RATE.match(value)) and int(match[1]):
        return int(match[2]) / int(match[1])
    return 0.0


def _normal(path: str) -> str:
    """A path or pattern in one spelling: only what must be encoded is."""
    plain = _UNRESERVED.sub(lambda match: chr(int(match[1], 16)), path)
    encoded = quote(plain, safe="!#$%&'()*+,/:;=?@[]~")
    return re.sub("%[0-9a-f]{2}", lambda match: match[0].upper(), encoded, flags=re.IGNORECASE)


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins as a pattern says; `*` stands for anything, `$` for the end.

    In time that grows with the path alone, whatever the pattern.

    >>> [_fits(one, "/api/projects?ref=1") for one in ("/api", "/*?ref=", "/api$", "/*1$")]
    [True, True, False, True]
    """
    whole = pattern.endswith("$")
    first, *others = (pattern[:-1] if whole else pattern).split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    for number, part in enumerate(others, 1):
        if whole and number == len(others):
            return len(path) - len(part) >= place and path.endswith(part)
        found = path.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return not whole or place == len(path)
