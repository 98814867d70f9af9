"""Who is working: a name for this process, and whether the process behind such a name still lives."""
from __future__ import annotations

import os
import platform

import psutil

#: Seconds by which the same process's time of birth may differ between two looks: it is counted from the machine's
#: start, whose own time moves a little.
_SLACK = 2.0


def name(part: int = 0) -> str:
    """This process, or one of several parts of it: machine, process, time of birth, part."""
    return f"{_machine()} {os.getpid()} {psutil.Process().create_time():.2f} {part}"


def alive(worker: str) -> bool:
    """Whether a process can still be at work. What runs on another machine, or has another sort of name, can."""
    machine, *rest = worker.split(" ")
    if machine != _machine() or len(rest) != 3:
        return True
    try:
        process = psutil.Process(int(rest[0]))
        return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - float(rest[1])) < _SLACK
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _machine() -> str:
    """This machine, as far as process numbers mean the same: its name and its namespace of processes."""
    try:
        space = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        space = 0
    return f"{platform.node().replace(' ', '-')}/{space}"
