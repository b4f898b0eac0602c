"""What a worker may not do, as far as the system can be told.

Whoever finds a hole in the store's parser holds a process that reads one folder: it has a cap on
its memory, starts no program, opens no socket, and ends with its parent. Reading files is not
held back; a service manager can do that (docs/serving.md).
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 38, 22
_SECCOMP_MODE_FILTER = 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # classic BPF
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
_X32 = 0x40000000

# Architecture's number, then: socket, execve, ptrace, execveat, io_uring_setup.
_REFUSED = {
    "x86_64": (0xC000003E, (41, 59, 101, 322, 425)),
    "aarch64": (0xC00000B7, (198, 221, 117, 281, 425)),
}


def enter(memory: int) -> list[str]:
    """Lock this process in; returns what holds. `memory` is in bytes of address space."""
    held = []
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "darwin":  # which takes no such limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        held.append("memory")
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0:
            held.append("ends with its parent")
        if _filter_calls(libc):
            held += ["no network", "no programs"]
    return held


def _filter_calls(libc: ctypes.CDLL) -> bool:
    """Have the kernel refuse the system calls that a worker never needs."""
    known = _REFUSED.get(platform.machine())
    if known is None:
        return False
    architecture, calls = known
    program = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, len(calls) + 3, architecture),  # how many lines to skip, where not so
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, len(calls) + 1, 0, _X32),
        *((_EQUAL, len(calls) - at, 0, call) for at, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    lines = b"".join(struct.pack("<HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(lines, len(lines))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0) == 0)


def memory_in_use() -> int:
    """Bytes of memory that this process holds; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  (a tenth of pathlib's time)
            return int(file.read().split()[1]) * _PAGE
    except OSError:
        return 0


_PAGE = os.sysconf("SC_PAGE_SIZE")
