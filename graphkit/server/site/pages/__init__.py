"""Pages for people to read: the explorer."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__)
