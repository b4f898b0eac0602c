"""The page on running a server says what the server does."""

from __future__ import annotations

import re
from pathlib import Path

from graphkit.server.settings import limits

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "serving.md").read_text("utf-8")


def test_every_limit_stands_there_with_its_default_and_its_variable() -> None:
    row = re.compile(r"^\| `--([a-z-]+)` \| `([A-Z_]+)` \| ([\d,.]+) \| (.+) \|$", re.MULTILINE)
    shown = {
        option.replace("-", "_"): (variable, float(default.replace(",", "")), text)
        for option, variable, default, text in row.findall(PAGE)
    }
    assert shown == {
        name: (f"GRAPHKIT_SERVE_{name.upper()}", float(default), text)
        for name, _, default, text in limits()
    }


def test_every_path_for_operators_stands_there() -> None:
    paths = ("/health", "/ready", "/metrics")
    assert [path for path in paths if f"| `{path}` |" not in PAGE] == []


def test_every_metric_stands_there() -> None:
    source = (ROOT / "graphkit" / "server" / "front" / "metrics.py").read_text("utf-8")
    names = set(re.findall(r'"(graphkit_[a-z_]+)"', source)) - {"graphkit_info"}
    assert len(names) >= 9
    assert [name for name in sorted(names) if f"`{name}" not in PAGE] == []


def test_the_container_runs_the_command_that_the_page_describes() -> None:
    text = (ROOT / "scripts" / "container" / "Containerfile").read_text("utf-8")
    assert 'ENTRYPOINT ["graphkit", "serve", "--host", "0.0.0.0"]' in text
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert [name for name in names if not (ROOT / name).exists()] == []
