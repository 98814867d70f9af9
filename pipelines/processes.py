"""Several processes as one: started in order, stopped together, and none of them started again behind anybody's back."""
from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

#: Seconds that a process gets to end by itself, and that one gets to answer on its port.
_TO_STOP, _TO_START = 20.0, 300.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Program:
    """What is started. `port` on loopback is what it answers on once it is up; the next one waits for that."""

    name: str
    words: Sequence[str]
    port: int | None = None


@dataclass(slots=True)
class Together:
    """Programs that run and end together; a context manager. A SIGTERM or SIGINT ends them all."""

    environment: Mapping[str, str]
    _running: list[tuple[Program, subprocess.Popen[bytes]]] = field(default_factory=list)
    _told: int | None = None

    @contextmanager
    def stopping(self) -> Iterator[None]:
        """Whatever happens inside, nothing of it runs afterwards."""
        before = {one: signal.signal(one, self._stop_soon) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            self.stop()
            for one, handler in before.items():
                signal.signal(one, handler)

    def start(self, program: Program) -> None:
        """Start one and wait until it answers. Raises RuntimeError where it ends or does not answer in time."""
        process = subprocess.Popen(program.words, env=dict(self.environment), start_new_session=True,
                                   preexec_fn=_end_with_parent if sys.platform == "linux" else None)
        self._running.append((program, process))
        end = time.monotonic() + _TO_START
        while program.port is not None and not self.is_told and not _answers(program.port):
            if process.poll() is not None:
                raise RuntimeError(f"the {program.name} ended with code {process.returncode} before it was up")
            if time.monotonic() > end:
                raise RuntimeError(f"the {program.name} does not answer on port {program.port}")
            time.sleep(0.1)

    @property
    def is_told(self) -> bool:
        """Whether somebody has told them to end."""
        return self._told is not None

    def watch(self, look: Callable[[], None], every: float = 1.0) -> None:
        """Until told to end; `look` is called every so many seconds. Raises RuntimeError as soon as one has ended."""
        while not self.is_told:
            for program, process in self._running:
                if process.poll() is not None:
                    raise RuntimeError(f"the {program.name} ended with code {process.returncode}")
            look()
            time.sleep(every)

    def stop(self) -> None:
        """End them, the last one first, and whatever they have started."""
        for _, process in reversed(self._running):
            process.terminate()
        end = time.monotonic() + _TO_STOP
        for _, process in reversed(self._running):
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(end - time.monotonic(), 0.1))
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()

    def _stop_soon(self, number: int, frame: FrameType | None) -> None:
        self._told = number


def free_port() -> int:
    """A port of loopback that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(host: str, port: int) -> bool:
    """Whether a port can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end_with_parent() -> None:
    """In the child: be told to end when the parent dies, however it dies."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
