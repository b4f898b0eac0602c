"""Named queries, sentences and search for programs, and their OpenAPI description."""

from flask import Blueprint

blueprint = Blueprint("api", __name__)
