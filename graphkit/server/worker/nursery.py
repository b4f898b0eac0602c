"""The process that forks workers: it has everything loaded and nothing opened.

Starting Python and loading the application takes a second; forking takes some milliseconds, and
all workers share the memory of what was loaded. The nursery has one thread, as a process that
forks must. It opens no store: threads of the store would not survive the fork.

It is started by the front with a socket of whole messages: it is sent the descriptor of each new
worker's connection, and tells which process was born and how each ended.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from graphkit.errors import GraphkitError
from graphkit.server.settings import Limits
from graphkit.server.site.sparql.shortcut import Shortcut
from graphkit.server.worker import sandbox
from graphkit.server.worker.answering import answer_all
from graphkit.server.worker.messages import Born, Died, Opened, Task

if TYPE_CHECKING:
    from flask import Flask

    from graphkit.server.site import Dataset

UNUSABLE = 78
"""Exit code of a worker that cannot open the data set."""


def main(descriptor: int) -> None:
    """Fork workers until the front closes the connection."""
    control = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front, which ends us
    task = msgspec.json.decode(control.recv(1 << 20), type=Task)
    try:
        dataset, app = prepared(task)
    except GraphkitError as error:
        control.send(msgspec.json.encode(Opened(str(error))))
        return
    gc.collect()
    gc.freeze()  # so that a collection in a worker does not copy what all share
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing)
    control.send(msgspec.json.encode(Opened("")))

    while True:
        waiting: list[socket.socket | int] = [control, reading]
        ready, _, _ = select.select(waiting, [], [])
        if reading in ready:
            os.read(reading, 4096)
            _tell_of_the_dead(control)
        if control in ready:
            message, descriptors, _, _ = socket.recv_fds(control, 16, 1)
            if not message:
                return
            pid = os.fork()
            if not pid:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for other in (reading, writing):
                    os.close(other)
                control.close()
                os._exit(_work(descriptors[0], task, dataset, app))
            os.close(descriptors[0])
            control.send(msgspec.json.encode(Born(pid)))


def _tell_of_the_dead(control: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        code = 0 if ended else os.WEXITSTATUS(status)
        control.send(msgspec.json.encode(Died(pid, ended, code)))


def prepared(task: Task) -> tuple[Dataset, Flask]:
    """The data set, not yet opened, and the application over it with its templates compiled."""
    from graphkit.library import QueryFolder
    from graphkit.server.site import Dataset, create_app
    from graphkit.snapshot import Snapshot

    if task.snapshot:
        folder = QueryFolder(Path(task.queries)) if task.queries else QueryFolder()
        dataset = Dataset.of_snapshot(Snapshot(Path(task.snapshot)), folder)
        folder.all()
        _ = dataset.ontology
    else:
        dataset = Dataset.of_store(task.name, Path(task.store), task.base_of_data)
    app = create_app(dataset, Path(task.spool), Limits(**task.limits), task.base)
    for name in app.jinja_env.list_templates(["html"]):
        app.jinja_env.get_template(name)
    return dataset, app


def _work(descriptor: int, task: Task, dataset: Dataset, app: Flask) -> int:
    """The life of a worker; returns its exit code."""
    connection = socket.socket(fileno=descriptor)
    sandbox.enter(int(task.limits["memory"]) << 20)
    try:
        dataset.warm()
    except Exception as error:  # told on the log; the front says that it cannot serve
        print(f"graphkit: {error}", file=sys.stderr, flush=True)  # noqa: T201
        return UNUSABLE
    with suppress(BrokenPipeError, ConnectionResetError):
        answer_all(connection, app, Shortcut(app))
    return 0


if __name__ == "__main__":
    main(int(sys.argv[1]))
