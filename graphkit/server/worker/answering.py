"""One request after another, from the front's socket to the site and back."""

from __future__ import annotations

import io
import os
import socket
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from graphkit.server.site.answers import FILE_HEADER, KEEP_HEADER
from graphkit.server.worker.messages import LENGTH, Ready, Reply, Request, framed
from graphkit.server.worker.sandbox import memory_in_use

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Headers = list[tuple[str, str]]
Shortcut = Callable[[str, str, str, str, Headers], "tuple[Headers, bytes] | None"]
"""Answers what is asked most with less ado than the application, or not at all."""
OUT_OF_MEMORY = 77
"""Exit code of a worker whose memory did not suffice."""
_decode = msgspec.msgpack.Decoder(Request).decode
_INTERNAL = {FILE_HEADER.lower(), KEEP_HEADER.lower()}


def answer_all(connection: socket.socket, app: WSGIApplication, shortcut: Shortcut) -> None:
    """Answer until the front closes the connection."""
    connection.sendall(framed(Ready(time.process_time(), memory_in_use())))
    while (message := _received(connection)) is not None:
        try:
            reply = answer(app, shortcut, _decode(message))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        connection.sendall(framed(reply))


def _received(connection: socket.socket) -> bytes | None:
    """The next message; None where there is none."""
    data = connection.recv(65536)
    while len(data) < LENGTH.size:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    (size,) = LENGTH.unpack_from(data)
    parts, have = [data[LENGTH.size :]], len(data) - LENGTH.size
    while have < size:
        more = connection.recv(1 << 20)
        if not more:
            return None
        parts.append(more)
        have += len(more)
    return b"".join(parts)


def answer(app: WSGIApplication, shortcut: Shortcut, request: Request) -> Reply:
    """The response to one request: that of the shortcut, or the application's."""
    started = time.process_time()
    root = f"{request.scheme}://{request.host}{request.root}"
    short = shortcut(request.method, root, request.path, request.query, request.headers)
    if short is not None:
        kept, data = short
        total = time.process_time()
        return Reply(200, kept, data, "", False, total - started, total, memory_in_use())
    status, headers = "", []

    def start_response(line: str, fields: list[tuple[str, str]], *_: Any) -> Any:
        nonlocal status, headers
        status, headers = line, fields

    body = app(environ(request), start_response)
    data = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    file, keep, kept = "", False, []
    for name, value in headers:
        lower = name.lower()
        if lower not in _INTERNAL:
            kept.append((lower, value))
        elif lower == FILE_HEADER.lower():
            file = value
        else:
            keep = True
    total = time.process_time()
    return Reply(int(status[:3]), kept, data, file, keep, total - started, total, memory_in_use())


def environ(request: Request) -> dict[str, Any]:
    """A request as WSGI has it (PEP 3333)."""
    name, _, port = request.host.rpartition(":")
    if not port.isdigit():
        name, port = request.host, "443" if request.scheme == "https" else "80"
    found: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": request.root,
        "PATH_INFO": request.path,
        "REQUEST_URI": f"{request.root}{request.raw}",
        "QUERY_STRING": request.query,
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": request.host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(request.body)),
    }
    for name, value in request.headers:
        if name == "content-type":
            found["CONTENT_TYPE"] = value
        else:
            key = f"HTTP_{name.upper().replace('-', '_')}"
            found[key] = f"{found[key]}, {value}" if key in found else value
    return found
