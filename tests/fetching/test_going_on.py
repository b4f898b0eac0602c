"""A harvest that ends at any moment goes on from there, and asks for nothing twice."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Answer
from filelock import FileLock
from harvest_reading import files, manifest
from upstream_server import Server

from graphkit.errors import UsageError
from graphkit.fetching import Client, HarvestFolder, Manners
from graphkit.fetching.folder import safe
from graphkit.fetching.harvesting import Ari
from graphkit.fetching.harvesting import harvest as harvested

Fetch = Callable[..., Answer]


class Stopped(BaseException):
    """The end of a process, as far as a test can have it inside its own."""


def test_a_harvest_that_is_stopped_before_any_of_its_requests_goes_on_from_there(
    fetch: Fetch, upstream: Server, harvest: Path, tmp_path: Path
) -> None:
    upstream.upstream.per_page = 3
    del upstream.upstream.questions[8:]
    assert fetch("ari", "--pages", into="whole").code == 0
    expected = files(tmp_path / "whole")
    requests = len(upstream.log)
    what = Ari(pages=True)
    for number in range(1, requests):
        folder = tmp_path / "stopped"
        upstream.log.clear()
        with pytest.raises(Stopped), HarvestFolder(folder) as opened:
            list(harvested(what, StoppingClient(upstream.url, number), opened))
        with HarvestFolder(folder) as opened:
            list(harvested(what, Client(upstream.url, Manners(rate=5000)), opened))
        assert files(folder) == expected
        assert set(Counter(upstream.asked()).values()) == {1}
        assert set(manifest(folder)) == set(expected)
        shutil.rmtree(folder)


class StoppingClient(Client):
    """Ends before its n-th request."""

    def __init__(self, url: str, last: int) -> None:
        super().__init__(url, Manners(rate=5000))
        self._left = last

    def _once(self, *arguments: object) -> object:  # type: ignore[override]
        self._left -= 1
        if self._left < 0:
            raise Stopped
        return super()._once(*arguments)  # type: ignore[arg-type]


def test_a_process_that_is_killed_again_and_again_ends_with_the_same_files(
    fetch: Fetch,
    upstream: Server,
    harvest: Path,
    tmp_path: Path,
    command: Callable[..., subprocess.Popen[bytes]],
) -> None:
    assert fetch("ari", "--pages", into="whole").code == 0
    upstream.log.clear()
    chance = random.Random(1)
    words = ("fetch", "ari", "-o", harvest, "--api", upstream.url, "--pages", "--rate", 40)
    kills = 0
    for _ in range(5):
        process = command(*words)
        began = len(upstream.log)
        until = time.monotonic() + 30
        while len(upstream.log) < began + 2 and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.15))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.communicate()
    assert kills >= 3
    process = command(*words)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert files(harvest) == files(tmp_path / "whole")
    again = sum(times - 1 for times in Counter(upstream.asked()).values())
    assert again <= kills


def test_a_note_that_was_cut_off_costs_that_answer_alone(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    fetch("ari")
    notes = harvest / ".fetching" / "questions.jsonl"
    lines = notes.read_bytes().splitlines(keepends=True)
    notes.write_bytes(b"".join(lines[:3]) + lines[3][: len(lines[3]) // 2])
    upstream.log.clear()
    assert fetch("ari").code == 0
    assert len(upstream.asked()) == 1
    assert len(manifest(harvest)) == 3


def test_what_is_noted_after_a_note_that_was_cut_off_can_be_read(
    fetch: Fetch, upstream: Server, troubled: Callable[..., None], harvest: Path
) -> None:
    fetch("ari")
    notes = harvest / ".fetching" / "questions.jsonl"
    lines = notes.read_bytes().splitlines(keepends=True)
    notes.write_bytes(b"".join(lines[:2]) + lines[2][: len(lines[2]) // 2])
    troubled("500", part="page=3")
    assert fetch("ari").code == 3
    upstream.troubles.troubles.clear()
    upstream.log.clear()
    assert fetch("ari").code == 0
    assert len(upstream.asked()) == 1


def test_notes_that_are_damaged_are_told_with_what_to_do(fetch: Fetch, harvest: Path) -> None:
    fetch("ari")
    notes = harvest / ".fetching" / "questions.jsonl"
    notes.write_bytes(b"{}\n" + notes.read_bytes())
    answer = fetch("ari")
    assert answer.code == 2
    assert "questions.jsonl, line 1: is no note of a harvest" in answer.err
    assert "remove the file" in answer.err
    notes.unlink()
    assert fetch("ari").code == 0


def test_a_file_that_was_changed_or_removed_is_fetched_again(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    fetch("ari")
    before = files(harvest)
    first = before["questions/00001.json"]
    (harvest / "questions/00001.json").write_bytes(first.replace(b"16604", b"16605"))
    (harvest / "questions/00003.json").unlink()
    upstream.log.clear()
    assert fetch("ari").code == 0
    statuses = [status for status, path in upstream.log if path != "/robots.txt"]
    assert statuses == [200, 304, 200]
    assert files(harvest) == before


def test_a_round_that_lies_for_long_is_begun_anew_with_what_it_has(
    fetch: Fetch,
    upstream: Server,
    troubled: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    troubled("500", part="page=3")
    assert fetch("ari").code == 3
    upstream.troubles.troubles.clear()
    upstream.log.clear()
    monkeypatch.setattr("graphkit.fetching.folder.STALE", -1.0)
    assert fetch("ari").code == 0
    assert [status for status, _ in upstream.log] == [404, 304, 304, 200]


def test_two_fetches_at_once_into_one_folder_do_not_mix(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    fetch("ari")
    upstream.log.clear()
    with FileLock(harvest / ".fetching" / "lock"):
        answer = fetch("ari")
    assert answer.code == 2
    assert "another fetch is at work in this folder" in answer.err
    assert not upstream.log


def test_an_unfinished_harvest_says_so_in_its_manifest(
    fetch: Fetch, troubled: Callable[..., None], harvest: Path
) -> None:
    troubled("500", part="page=3")
    fetch("ari")
    assert '"complete": false' in (harvest / "sources.json").read_text()


def test_a_file_in_the_place_of_the_folder_is_refused(fetch: Fetch, harvest: Path) -> None:
    harvest.write_text("mine")
    assert fetch("ari").code == 2
    assert harvest.read_text() == "mine"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", ".hidden", "a\\b", "a\0b", "a" * 200, "é"])
def test_no_name_becomes_a_path(name: str) -> None:
    with pytest.raises(UsageError):
        safe(name)
