"""The application: every part of the site, put together."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, current_app

from graphkit.server.settings import Limits
from graphkit.server.site import problems
from graphkit.server.site.dataset import Dataset

EXTENSION = "graphkit"


class Site:
    """What the parts of the application share."""

    def __init__(self, dataset: Dataset, limits: Limits, base: str, spool: Path) -> None:
        self.dataset = dataset
        self.limits = limits
        self.base = base
        """Public address, ending in a slash; empty where it is taken from the request."""
        self.spool = spool
        """Folder for answers too large for memory, and for dumps."""


def site() -> Site:
    """The site whose request is being answered."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Site)
    return found


def create_app(
    dataset: Dataset, spool: Path, limits: Limits | None = None, base: str = ""
) -> Flask:
    """The application over a data set. It keeps nothing between requests."""
    from graphkit.server.site import api, pages, resources, sparql
    from graphkit.server.site.answers import compress

    app = Flask("graphkit.server.site", static_folder=None)
    app.extensions[EXTENSION] = Site(dataset, limits or Limits(), base, spool)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    problems.register(app)
    app.after_request(compress)
    for part in (sparql, resources, pages, *((api,) if dataset.snapshot else ())):
        app.register_blueprint(part.blueprint)
    return app
