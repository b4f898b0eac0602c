"""What it means when a store refuses, and what to do about it."""

from __future__ import annotations

from graphkit.errors import UsageError


class RefusedError(UsageError):
    """The store will not do what a request asks, however often it is asked."""

    def __init__(self, message: str, status: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


def refusal(
    request: str, status: int, words: str, what: str, *, login: str, logged_in: bool
) -> RefusedError:
    """The error for an answer that trying again will not change.

    `request` is method and address, `words` the store's own, `what` the body of the request.

    >>> print(refusal("PUT http://x/store", 413, "", "graph a", login="", logged_in=False))
    PUT http://x/store: graph a is larger than the store takes (HTTP 413); raise the limit of the \
store, or of the proxy before it (nginx: client_max_body_size)
    """
    said = f"HTTP {status}: {words}" if words else f"HTTP {status}"
    if status == 401 or (status == 403 and not logged_in):
        hint = "see that the login is right for this store" if logged_in else login
        hint += "; or the store is read-only" if status == 403 else ""
        return RefusedError(f"{request}: access refused ({said})", status, hint=hint)
    if status == 403:
        hint = "see that this user may write, and that the store is not read-only"
        return RefusedError(f"{request}: not allowed ({said})", status, hint=hint)
    if status == 404:
        hint = "see that the address is right; --query, --update and --store name each endpoint"
        return RefusedError(f"{request}: not there ({said})", status, hint=hint)
    if status in (405, 501):
        hint = "it may be read-only, or the address of something else; --store and --update "
        hint += "name the endpoints that write"
        return RefusedError(f"{request}: not possible here ({said})", status, hint=hint)
    if status == 413:
        hint = "raise the limit of the store, or of the proxy before it (nginx: "
        hint += "client_max_body_size)"
        message = f"{request}: {what} is larger than the store takes ({said})"
        return RefusedError(message, status, hint=hint)
    if status == 507:
        return RefusedError(
            f"{request}: the store is full ({said})", status, hint="make room there"
        )
    return RefusedError(f"{request}: the store refuses {what} ({said})", status)
