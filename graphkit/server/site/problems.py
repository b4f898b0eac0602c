"""What a client is told when it gets no answer: one shape for all parts of the site (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, current_app, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from graphkit.errors import GraphkitError, UsageError

PROBLEM = "application/problem+json"


class Problem(Exception):  # noqa: N818  the term of RFC 9457
    """A request that gets no answer: its status, what is wrong, and what to do.

    `more` goes into the JSON beside them, as a query's `line` and `column`.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        hint: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **more: object,
    ) -> None:
        super().__init__(detail)
        self.status = HTTPStatus(status)
        self.detail = detail
        self.hint = hint
        self.headers = dict(headers or {})
        self.more = more


def answer(problem: Problem) -> Response:
    """A problem as the client can read it: a page, JSON, or plain text."""
    kinds = ["text/plain", PROBLEM, "application/json", "text/html"]
    kind = request.accept_mimetypes.best_match(kinds, "text/plain")
    if request.path.startswith("/api/") and kind == "text/plain":
        kind = PROBLEM
    status, title = problem.status.value, problem.status.phrase
    if kind == "text/html":
        body = render_template("problem.html", problem=problem, title=title)
    elif kind == "text/plain":
        body = "\n".join(filter(None, (problem.detail, problem.hint))) + "\n"
    else:
        kind = PROBLEM
        members = {"title": title, "status": status, "detail": problem.detail}
        if problem.hint:
            members["hint"] = problem.hint
        body = json.dumps({**members, **problem.more}, ensure_ascii=False) + "\n"
    response = Response(body, status, content_type=f"{kind}; charset=utf-8")
    response.headers.update(problem.headers)
    response.vary.add("Accept")
    return response


def register(app: Flask) -> None:
    """Have every error of the application answered in this shape."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, _of_framework)
    app.register_error_handler(GraphkitError, _of_graphkit)
    app.register_error_handler(Exception, _unforeseen)


def _of_framework(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if isinstance(error, RequestRedirect):
        return redirect(error.new_url, status)
    headers = {"Allow": ", ".join(sorted(getattr(error, "valid_methods", None) or ()))}
    known = {"Allow": headers["Allow"]} if headers["Allow"] else {}
    return answer(Problem(status, error.description or error.name, headers=known))


def _of_graphkit(error: GraphkitError) -> Response:
    if isinstance(error, UsageError):
        return answer(Problem(400, error.message, error.hint))
    # Where the operator keeps files is nobody else's business.
    current_app.logger.error("%s", error)
    return answer(
        Problem(
            503, "a part of the data cannot be read", "the operator finds the reason in the log"
        )
    )


def _unforeseen(error: Exception) -> Response:
    current_app.logger.error("unforeseen", exc_info=error)
    return answer(
        Problem(500, "the server made a mistake", "the request can be tried again; it was logged")
    )
