"""The gallery shows every kind of picture, with a command that makes it."""

from __future__ import annotations

import re
import shlex

import pytest
from conftest import ROOT

from graphkit.plots import PLOTS

PAGE = ROOT / "docs" / "gallery.md"
COMMANDS = re.findall(r"^\$ (graphkit plot .+)$", PAGE.read_text("utf-8"), re.MULTILINE)
IMAGES = re.findall(r"!\[([^\]]+)\]\((images/gallery-[a-z-]+\.png)\)", PAGE.read_text("utf-8"))


def test_every_kind_is_shown_and_every_command_has_its_picture() -> None:
    assert {shlex.split(command)[2] for command in COMMANDS} == PLOTS.keys()
    written = [re.search(r"-o ([a-z-]+)\.png", command) for command in COMMANDS]
    names = [f"images/gallery-{found[1]}.png" for found in written if found]
    assert [name for _, name in IMAGES] == names


@pytest.mark.parametrize("name", [name for _, name in IMAGES])
def test_pictures_of_the_gallery_are_small_and_whole(name: str) -> None:
    data = (PAGE.parent / name).read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) <= 150_000


def test_pictures_of_the_gallery_are_described() -> None:
    assert all(len(words.split()) > 5 for words, _ in IMAGES)
