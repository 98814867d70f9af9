"""`kakehashi follow`: releases are in the graph seconds after they came."""
from __future__ import annotations

import datetime as dt
import signal
from threading import Event
from types import FrameType

from rich.console import Console

from pipelines.fetch.clock import JST
from pipelines.settings import Settings

out = Console(soft_wrap=True, highlight=False)


def follow() -> None:
    """Stay, and bring the graph to what the ledger says whenever that changes, in seconds; asks no site.

    `kakehashi serve` starts one; start it yourself beside `kakehashi ingest` or `run`. SIGTERM or Ctrl-C ends it.
    """
    ended = Event()

    def end_soon(number: int, frame: FrameType | None) -> None:
        ended.set()
        signal.signal(number, signal.SIG_DFL)  # whoever cannot wait says it again: being killed does no harm

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, end_soon)
    from pipelines import follower  # takes a while, and somebody may think better of it

    follower.follow(Settings.from_environment(), ended, _tell)


def _tell(line: str) -> None:
    out.print(f"{dt.datetime.now(JST):%H:%M:%S} {line}", markup=False)
    out.file.flush()
