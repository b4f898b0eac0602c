"""An upstream of one's own to fetch from, quickly."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Answer

sys.path.append(str(Path(__file__).resolve().parent))

from upstream_gtr import GtrData
from upstream_server import Server, Upstream
from upstream_troubles import Trouble, Troubles


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The sample, served: questions on pages of ten, projects on four pages of a hundred."""
    for name in ("GRAPHKIT_CONTACT", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    published = Upstream.of_sample()
    published.per_page = 10
    published.gtr = GtrData(many(published.gtr, 4))
    with Server(published) as server:
        yield server


def many(gtr: GtrData, times: int) -> list[bytes]:
    """Projects so many times over, under other ids and references."""
    lines = []
    for copy in range(times):
        for line in gtr.lines:
            value = json.loads(line)
            project = value["projectComposition"]["project"]
            if copy:
                project["id"] = f"{copy:08X}{project['id'][8:]}"
                project["grantReference"] = f"{project['grantReference']}-{copy}"
            lines.append(json.dumps(value).encode())
    return lines


@pytest.fixture
def troubled(upstream: Server) -> Callable[..., None]:
    """Makes the upstream misbehave: `troubled("cut", part="page=2", times=1)`."""

    def trouble(kind: str, **how: Any) -> None:
        upstream.troubles = Troubles(*upstream.troubles.troubles, Trouble(kind, **how))

    return trouble


@pytest.fixture
def fetch(
    graphkit: Callable[..., Answer], upstream: Server, tmp_path: Path
) -> Callable[..., Answer]:
    """Fetches from the upstream: `fetch("ari", "--pages")`, into the folder `harvest`."""

    def run(source: str, *words: object, into: str = "harvest") -> Answer:
        manners = ("--rate", 5000, "--retries", 2, "--timeout", 5)
        given = [str(word) for word in words]
        where = () if "--api" in given else ("--api", upstream.url)
        return graphkit("fetch", source, "-o", tmp_path / into, *where, *manners, *given)

    return run


@pytest.fixture
def harvest(tmp_path: Path) -> Path:
    """The folder that `fetch` fills."""
    return tmp_path / "harvest"
