"""Style sheets, scripts and pictures of the pages: files that come with graphkit.

Their addresses hold a hash of all of them, so that a browser may keep each for a year and
still never shows a new page in an old style.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Response, request

from graphkit.server.site.pages import blueprint
from graphkit.server.site.problems import Problem

FOLDER = Path(__file__).resolve().parent.parent / "static"
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
}
"""Kinds of files that are served; anything else in the folder is not."""
FOR_A_YEAR = "public, max-age=31536000, immutable"
NOT_LONG = "public, max-age=60"


@cache
def files() -> dict[str, Path]:
    """All files that are served, by their path below the folder.

    >>> "style.css" in files()
    True
    """
    return {
        path.relative_to(FOLDER).as_posix(): path
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and path.suffix[1:] in TYPES
    }


@cache
def version() -> str:
    """A hash of all files: it changes when any of them does."""
    digest = hashlib.sha256()
    for name, path in files().items():
        digest.update(f"{name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@blueprint.app_template_global("static_href")
def static_href(name: str) -> str:
    """The address of a file of the pages. Raises KeyError for one that does not exist."""
    if name not in files():
        raise KeyError(name)
    return f"{request.script_root}/static/{version()}/{name}"


@blueprint.get("/static/<hashed>/<path:name>")
def static(hashed: str, name: str) -> Response:
    """One file. Under an old version's hash it is today's file, which is not kept for long."""
    path = files().get(name)
    if path is None:
        raise Problem(404, f"there is no file {name[:200]}")
    response = Response(path.read_bytes(), content_type=TYPES[path.suffix[1:]])
    response.headers["Cache-Control"] = FOR_A_YEAR if hashed == version() else NOT_LONG
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
