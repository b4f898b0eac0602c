"""A key at any moment, a disk without room, a folder that may not be written: nothing is lost."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Answer
from harvest_reading import files, manifest
from upstream_server import Server

from graphkit.fetching import HarvestFolder

Fetch = Callable[..., Answer]


STOPPING = """
import faulthandler, random, signal, sys, time
from pathlib import Path
from graphkit.fetching import Client, HarvestFolder, Manners
from graphkit.fetching.harvesting import Ari, harvest

def come(*_):
    raise KeyboardInterrupt

def run(folder):
    with HarvestFolder(folder) as opened:
        list(harvest(Ari(pages=True), Client(sys.argv[1], Manners(rate=5000)), opened))

faulthandler.dump_traceback_later(90, exit=True)
chance, keys, place = random.Random(7), 0, Path(sys.argv[2])
run(place / "whole")
started = time.perf_counter()
run(place / "timed")
seconds = time.perf_counter() - started
signal.signal(signal.SIGALRM, come)
for number in range(40):
    for _ in range(3):
        try:
            signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.0005, seconds))
            run(place / str(number))
            signal.setitimer(signal.ITIMER_REAL, 0)
        except KeyboardInterrupt:
            keys += 1
    run(place / str(number))
print(keys)
"""
"""Fetches into forty folders, stopped three times each by what a key does, and then to the end."""


def test_a_key_at_any_moment_loses_nothing_and_asks_for_nothing_twice(
    upstream: Server, tmp_path: Path
) -> None:
    upstream.upstream.per_page = 3
    del upstream.upstream.questions[8:]
    words = [sys.executable, "-c", STOPPING, upstream.url, str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    keys = int(done.stdout)
    assert keys > 30
    expected = files(tmp_path / "whole")
    assert len(expected) == 11
    for number in range(40):
        assert files(tmp_path / str(number)) == expected
        assert set(manifest(tmp_path / str(number))) == set(expected)
    # What was finished before the last run is asked for anew, by whether it still holds.
    whole = [path for status, path in upstream.log if status == 200 and path != "/robots.txt"]
    assert 42 * len(expected) <= len(whole) <= 42 * len(expected) + keys


def test_a_process_that_is_stopped_by_a_key_says_how_to_go_on(
    upstream: Server, harvest: Path, command: Callable[..., subprocess.Popen[bytes]]
) -> None:
    words = ("fetch", "ari", "-o", harvest, "--api", upstream.url, "--pages", "--rate", 20)
    for times in (1, 3):
        process, until = command(*words), time.monotonic() + 30
        began = len(upstream.log)
        while len(upstream.log) < began + 3:
            assert time.monotonic() < until
            time.sleep(0.005)
        for _ in range(times):
            process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 130, errors
        assert b"Traceback" not in errors
        assert b"the same command goes on from there" in errors or times > 1


@pytest.mark.parametrize("name", ["questions/00002.json", "pages/question-9000404.html"])
def test_a_file_for_which_the_disk_has_no_room_is_named_and_the_harvest_goes_on_later(
    fetch: Fetch, upstream: Server, harvest: Path, tmp_path: Path, name: str
) -> None:
    assert fetch("ari", "--pages", into="sound").code == 0
    HarvestFolder(harvest).__enter__().__exit__(None, None, None)
    path = harvest / name
    path.parent.mkdir()
    path.with_name(f".{path.name}.part").symlink_to("/dev/full")
    answer = fetch("ari", "--pages")
    assert answer.code == 2
    size = (tmp_path / "sound" / name).stat().st_size
    assert f"{path}: the disk has no room for {size:,} bytes, " in answer.err
    assert "bytes are free" in answer.err
    assert "make room; what was fetched stays, and the same command goes on" in answer.err
    assert answer.err.count("\n") <= 2
    had = len(files(harvest))
    assert set(manifest(harvest)) == set(files(harvest)) if had else True
    upstream.log.clear()
    assert fetch("ari", "--pages").code == 0
    assert files(harvest) == files(tmp_path / "sound")
    assert len(upstream.asked()) == len(files(harvest)) - had


@pytest.mark.parametrize("room", [100, 700, 2_000, 6_000, 9_000])
def test_notes_and_manifest_for_which_there_is_no_room_are_told_too(
    fetch: Fetch,
    upstream: Server,
    harvest: Path,
    tmp_path: Path,
    command: Callable[..., subprocess.Popen[bytes]],
    room: int,
) -> None:
    """No file of the process may be longer than some bytes; answers are up to 13,000 long."""
    upstream.upstream.per_page = 1
    assert fetch("ari", into="sound").code == 0
    process = command(
        *("fetch", "ari", "-o", harvest, "--api", upstream.url, "--rate", 5000),
        prelude=f"import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({room}, {room}))",
    )
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2, errors
    assert b"Traceback" not in errors
    assert b": the disk has no room for " in errors
    assert b"the same command goes on from there" in errors
    assert fetch("ari").code == 0
    assert files(harvest) == files(tmp_path / "sound")
    assert set(manifest(harvest)) == set(files(harvest))


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
def test_a_folder_that_may_not_be_written_is_told(
    fetch: Fetch, upstream: Server, harvest: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    assert fetch("ari").code == 0
    upstream.log.clear()

    def refuse(path: Path, *_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr("graphkit.fetching.folder.FileLock.acquire", lambda self: refuse(harvest))
    answer = fetch("ari")
    assert answer.code == 2
    assert f"{harvest}/.fetching: cannot be written: {os.strerror(code)}" in answer.err
    assert "see whose the folder is, or name another with -o" in answer.err
    assert not upstream.log
    assert fetch("ari", "--dry-run").code == 0


def test_a_place_where_no_folder_can_be_made_is_told(fetch: Fetch) -> None:
    answer = fetch("ari", "-o", "/proc/harvest")
    assert answer.code == 2
    assert "/proc/harvest/.fetching: cannot be written" in answer.err
