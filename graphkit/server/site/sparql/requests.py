"""What a client asks by the SPARQL 1.1 Protocol: read from the request, not yet run."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import parse_qsl, quote

from flask import Request

from graphkit.server.site.problems import Problem

QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
FORM_TYPE = "application/x-www-form-urlencoded"
_PARAMETERS = ("query", "default-graph-uri", "named-graph-uri", "format", "output")
_FIELDS = 10_000
_ASCII = bytes(range(33, 127)).decode()


@dataclass(frozen=True)
class Asked:
    """One query operation. The graphs are None where the request names none of either kind."""

    query: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    format: str | None = None


def asked(request: Request, longest: int) -> Asked | None:
    """The operation of a request; None where it asks for nothing but the address.

    Raises Problem: 400 for what cannot be read, 403 for updates, 413 past `longest` bytes of
    query, 415 for a body of another kind.
    """
    fields = _fields(request.environ.get("QUERY_STRING", ""), "address")
    direct: str | None = None
    if request.method == "POST":
        kind = _body_type(request)
        if (request.content_length or 0) > 3 * longest + 100_000:
            raise too_long(longest)
        body = request.get_data(cache=False)
        if kind == FORM_TYPE:
            fields += _fields(body.decode("latin-1"), "form")
        else:
            direct = _text(body, longest)
    return _operation(fields, direct, longest, request.method)


def _operation(
    fields: list[tuple[str, str]], direct: str | None, longest: int, method: str
) -> Asked | None:
    queries = [] if direct is None else [direct]
    default: list[str] = []
    named: list[str] = []
    formats: list[str] = []
    others: list[str] = []
    for name, value in fields:
        if name == "query":
            queries.append(value)
        elif name == "default-graph-uri":
            default.append(value)
        elif name == "named-graph-uri":
            named.append(value)
        elif name in ("format", "output"):
            formats.append(value)
        elif name == "update":
            raise no_updates()
        else:
            others.append(name)
    if len(queries) > 1:
        raise Problem(400, "more than one query was sent", "send one in each request")
    if len(formats) > 1:
        raise Problem(400, "more than one format was asked for", "send `format` once")
    form = formats[0] if formats else None
    if not queries:
        if method == "POST" or default or named or others:
            raise _no_query(others)
        return None if form is None else Asked("", format=form)
    query = queries[0]
    if len(query) > longest or len(query.encode("utf-8", "surrogatepass")) > longest:
        raise too_long(longest)
    if not query.strip():
        raise Problem(400, "the query is empty", line=1, column=1)
    both = bool(default or named)
    return Asked(query, tuple(default) if both else None, tuple(named) if both else None, form)


def no_updates() -> Problem:
    """The answer to whoever wants to change the data."""
    return Problem(
        403,
        "updates are not taken here: the data set is only read",
        "send SELECT, ASK, CONSTRUCT or DESCRIBE as `query`",
    )


def too_long(longest: int) -> Problem:
    """The answer to a query past the limit of bytes."""
    return Problem(
        413,
        f"the query has more than {longest:,} bytes, the most that this server takes",
        "ask in parts, or take a dump of the data",
        limit=longest,
    )


def _no_query(others: list[str]) -> Problem:
    hint = f"parameters: {', '.join(_PARAMETERS)}"
    for name in others[:20]:
        close = get_close_matches(name[:60], _PARAMETERS, 1)
        if close:
            hint = f"{name[:60]!r} is no parameter: {close[0]}?"
            break
    return Problem(400, "there is no `query` in this request", hint)


def _fields(text: str, what: str) -> list[tuple[str, str]]:
    if not text:
        return []
    try:
        if not text.isascii():  # bytes that the client did not escape
            text = quote(text.encode("latin-1"), safe=_ASCII)
        return parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS, encoding="utf-8"
        )
    except UnicodeDecodeError:
        raise Problem(400, f"the {what} cannot be read: it is not UTF-8") from None
    except ValueError:
        raise Problem(400, f"the {what} has more than {_FIELDS:,} parameters") from None


def _text(body: bytes, longest: int) -> str:
    if len(body) > longest:
        raise too_long(longest)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        raise Problem(
            400, "the query cannot be read: it is not UTF-8", line=line, column=column
        ) from None


def _body_type(request: Request) -> str:
    kind = request.mimetype
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if kind == UPDATE_TYPE:
        raise no_updates()
    if kind not in (QUERY_TYPE, FORM_TYPE):
        sent = f"not as {kind[:100]}" if kind else "and the request says no Content-Type"
        raise Problem(
            415,
            f"a query is sent as {QUERY_TYPE} or {FORM_TYPE}, {sent}",
            headers={"Accept-Post": f"{QUERY_TYPE}, {FORM_TYPE}"},
        )
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise Problem(415, f"a query is sent in UTF-8, not in {charset[:60]}")
    return kind
