"""What the status of a model server's answer means, and what its refusals say."""

from __future__ import annotations

import json

from graphkit.errors import UnreachableError, UsageError

_MAX_READ = 20_000  # bytes of a refusal; the words come at its beginning


class RefusedError(UsageError):
    """The server will not do what a request asks; another request may be fine."""

    def __init__(self, message: str, status: int, *, words: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.words = words


class ServerFailedError(UnreachableError):
    """The server failed until patience ended. `status` is None where it never answered."""

    def __init__(self, message: str, status: int | None, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


def words_of(answer: bytes, kind: str) -> str:
    """What a refusal says, out of the shapes that servers give it; nothing from a web page.

    >>> words_of(b'{"error": {"message": "no such model"}}', "application/json")
    'no such model'
    >>> words_of(b"<html>", "text/html")
    ''
    """
    text = answer[:_MAX_READ].decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return "" if kind.endswith("html") or text.lstrip().startswith("<") else text.strip()
    for _ in range(3):
        if isinstance(found, list) and found:
            found = found[0]
        if isinstance(found, dict):
            found = next((found[key] for key in _WORDS if found.get(key)), "")
    return found if isinstance(found, str) else ""


_WORDS = ("error", "message", "detail", "msg")


def refusal(address: str, status: int, words: str, target: str, *, keyed: bool) -> UsageError:
    """The error for an answer that trying again will not change.

    >>> print(refusal("http://x/v1/embeddings", 403, "bad key", "", keyed=False))
    http://x/v1/embeddings refuses access (HTTP 403: bad key); set GRAPHKIT_API_KEY
    """
    said = f"HTTP {status}: {words}" if words else f"HTTP {status}"
    if status in (401, 403):
        hint = "see that GRAPHKIT_API_KEY holds a key for this server"
        return UsageError(
            f"{address} refuses access ({said})", hint=hint if keyed else "set GRAPHKIT_API_KEY"
        )
    if status in (404, 405):
        base = address.removesuffix("/chat/completions").removesuffix("/embeddings")
        return UsageError(
            f"{address} is not there, or has no such model ({said})",
            hint=f"the models of an OpenAI-compatible API are listed at {base}/models",
        )
    if 300 <= status < 400:
        hint = f"give {target} itself if you trust it" if target else "give the final address"
        return UsageError(f"{address} sends on to another address ({said})", hint=hint)
    return RefusedError(f"{address} refuses the request ({said})", status, words=words)
