"""What a request may cost, and what it gets that costs more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import Graph
from server.front.conftest import Response, Running

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } OFFSET "
QUIET = "SELECT ?p ?o { <https://w3id.org/graphkit/id/question/16604> ?p ?o } LIMIT "
BENCH = Path(__file__).resolve().parents[3] / "scripts" / "bench"


def workers(running: Running) -> list[int]:
    """Process numbers of the workers."""
    return [pid for pid in running.server.processes()[1:] if _parent(pid) != running_pid(running)]


def running_pid(running: Running) -> int:
    return running.server.process.pid


def _parent(pid: int) -> int:
    """The number of a process's parent; 0 where the process has ended."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(status.rpartition(")")[2].split()[1])


def test_a_query_past_its_time_gets_503_and_when_to_come_back(running: Running) -> None:
    started = time.monotonic()
    answer = running.query(ENDLESS + "1", Accept="application/json")
    assert answer.status == 503
    assert answer.headers["retry-after"] == "2"
    assert answer.json()["detail"].startswith("the request was stopped after 2 seconds")
    assert time.monotonic() - started < 6
    assert running.query(QUIET + "1").status == 200


def test_too_many_rows_get_413_and_no_row(running: Running) -> None:
    answer = running.query("SELECT * { ?a ?b ?c . ?d ?e ?f }", Accept="text/csv")
    assert answer.status == 413
    assert "20,000 rows" in answer.text


def test_a_query_past_its_memory_gets_503_and_ends_its_worker_only(
    serving: Callable[..., Running],
) -> None:
    running = serving("--memory", "700", "--timeout", "15", "--no-log")
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c"
    answer = running.query(query)
    assert answer.status == 503
    assert "700 MB of memory" in answer.text
    assert running.query(QUIET + "1").status == 200
    assert running.metric('graphkit_workers_replaced{why="memory"}') >= 1


def test_nested_brackets_are_refused_and_end_nothing(running: Running) -> None:
    replaced = running.metric("graphkit_workers_replaced")
    for query in ("{" * 9000, "ASK { FILTER(" + "(" * 9000, "SELECT * " + "{" * 3200 + "}" * 3200):
        assert running.query(query).status == 413
    assert running.metric("graphkit_workers_replaced") == replaced


def test_a_client_with_many_long_queries_gets_429_while_others_are_answered(
    running: Running,
) -> None:
    for number in range(4):  # the server learns their shape
        running.query(f"{ENDLESS}{number}")
    with ThreadPoolExecutor(40) as pool:
        asked = [
            pool.submit(running.query, ENDLESS + str(100 + at), source="127.0.0.9")
            for at in range(40)
        ]
        time.sleep(0.5)
        quiet = [running.query(QUIET + str(200 + at)) for at in range(20)]
        answers = [one.result() for one in asked]
    assert {answer.status for answer in quiet} == {200}
    statuses = [answer.status for answer in answers]
    assert statuses.count(429) >= 20
    assert set(statuses) == {429, 503}
    assert all("retry-after" in answer.headers for answer in answers)


def test_who_asks_the_same_at_the_same_time_shares_the_answer(running: Running) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?p ?b FILTER(?a < ?c) }"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: running.query(query), range(8)))
    assert len({answer.body for answer in answers}) == 1
    large = "SELECT * { ?a ?b ?c } LIMIT 9999"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: running.query(large, Accept="text/csv"), range(8)))
    assert {(answer.status, answer.text.count("\r\n")) for answer in answers} == {(200, 10_000)}


def test_a_worker_that_is_killed_costs_nobody_an_answer(running: Running) -> None:
    stop = threading.Event()

    def shoot() -> None:
        while not stop.is_set():
            for pid in workers(running)[:1]:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.3)

    shooting = threading.Thread(target=shoot)
    shooting.start()
    answers: list[Response] = []
    try:
        until = time.monotonic() + 3
        while time.monotonic() < until:
            answers.append(running.query(QUIET + str(10_000 + len(answers))))
    finally:
        stop.set()
        shooting.join()
    assert {answer.status for answer in answers} == {200}
    assert running.metric('graphkit_workers_replaced{why="killed"}') >= 3


def test_the_process_that_forks_workers_is_replaced(running: Running) -> None:
    (nursery,) = {_parent(pid) for pid in workers(running)}
    os.kill(nursery, signal.SIGKILL)
    for _ in range(100):
        time.sleep(0.1)
        parents = {_parent(pid) for pid in workers(running)} - {0}
        if parents and nursery not in parents and running.ask("/ready").status == 200:
            break
    assert running.query(QUIET + "77777").status == 200


def test_a_worker_opens_no_socket_and_starts_no_program() -> None:
    program = """
import subprocess, socket
from graphkit.server.worker.sandbox import enter
print(enter(1 << 32))
for attempt in (lambda: socket.socket(), lambda: subprocess.run(["true"])):
    try:
        attempt()
    except OSError as error:
        print(type(error).__name__)
try:
    bytearray(1 << 33)
except MemoryError:
    print("MemoryError")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    held, *errors = done.stdout.splitlines()
    if "no network" not in held:
        pytest.skip("this system has no filter of system calls")
    assert errors == ["PermissionError", "PermissionError", "MemoryError"]


def test_a_client_that_leaves_frees_the_worker(running: Running) -> None:
    head = f"GET /sparql?query={(ENDLESS + '9999').replace(' ', '+')} HTTP/1.1\r\nHost: a\r\n\r\n"
    with pytest.raises(TimeoutError):
        running.raw(head.encode(), wait=0.6)
    time.sleep(0.4)
    assert running.metric("graphkit_running") == 0


def test_killers_harm_nobody(sample: Graph) -> None:
    words = [str(BENCH / "killers"), str(sample.folder), "--killers", "39", "--clients", "8"]
    limits = ["--seconds", "4", "--timeout", "2", "--times", "1000"]
    done = subprocess.run([sys.executable, *words, *limits], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.parametrize("more", [(), ("--one-address",), ("--sigkill",)])
def test_two_hundred_killers_harm_nobody(sample: Graph, more: tuple[str, ...]) -> None:
    words = [sys.executable, str(BENCH / "killers"), str(sample.folder), *more]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
