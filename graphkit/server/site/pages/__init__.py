"""Pages for people to read: the explorer."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from graphkit.server.site.resources.thing import Thing

blueprint = Blueprint("pages", __name__)

THING_PAGES: dict[str, Callable[[Thing], ResponseReturnValue]] = {}
"""Kind of thing to the function that answers with its page; other kinds have a general page.

Each module of pages enters its own: `THING_PAGES["question"] = question_page`.
"""

from graphkit.server.site.pages import (  # noqa: E402
    asking,
    assets,
    departments,
    editor,
    feed,
    frame,
    funders,
    home,
    matrix,
    network,
    organisations,
    places,
    project,
    question,
    search,
    wording,
)

__all__ = [
    "THING_PAGES",
    "asking",
    "assets",
    "blueprint",
    "departments",
    "editor",
    "feed",
    "frame",
    "funders",
    "home",
    "matrix",
    "network",
    "organisations",
    "places",
    "project",
    "question",
    "search",
    "wording",
]
