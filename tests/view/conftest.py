"""Pages of selections, as files and as what stands in them."""

from __future__ import annotations

import base64
import io
import re
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from export.conftest import HOSTILE, hostile, part, whole
from server.browser.conftest import browser

from graphkit.subgraph import Subgraph
from graphkit.view import write_page

__all__ = ["HOSTILE", "browser", "hostile", "part", "whole"]  # fixtures

Written = Callable[..., bytes]


@pytest.fixture(scope="session")
def written() -> Written:
    """The bytes of a page."""

    def write(subgraph: Subgraph, **options: Any) -> bytes:
        out = io.BytesIO()
        write_page(subgraph, out, **options)
        return out.getvalue()

    return write


def unpacked(page: bytes, name: str) -> Any:
    """The part "picture" or "facts" of a page, as its script gets it."""
    found = re.search(rf'id="{name}-data">([^<]*)</script>'.encode(), page)
    assert found
    return msgspec.json.decode(zlib.decompress(base64.b64decode(found[1]), -15))
