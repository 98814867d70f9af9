"""The `kakehashi` command from its first moment: what it needs takes a second to load, and it can be told to end meanwhile."""
from __future__ import annotations

import os
import signal
import sys
from types import FrameType


def main() -> None:
    """Entry point."""
    if sys.argv[1:2] == ["follow"]:  # SIGTERM ends it without a failure, before it has begun, too
        signal.signal(signal.SIGTERM, _end)
    from pipelines import cli

    cli.main()


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(0)
