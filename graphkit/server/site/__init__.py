"""What is answered: an ordinary WSGI application over one opened data set."""

from graphkit.server.site.app import create_app
from graphkit.server.site.dataset import Dataset

__all__ = ["Dataset", "create_app"]
