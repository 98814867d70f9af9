"""When an asset is made by itself: as soon as something that it is made of has changed, and what must not be tried again."""
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg

from pipelines.retries import is_transient

_ON = dg.AutomationCondition
_CHANGED: dg.AutomationCondition[Any] = _ON.any_deps_match(_ON.data_version_changed() | _ON.will_be_requested())
_READY = ~_ON.any_deps_in_progress() & ~_ON.in_progress()
#: Something that it is made of says something else. Runs that brought nothing new start nothing.
NEWS = (_CHANGED.since_last_handled() & _READY).with_label("news")
#: The same, whatever else is still being asked: of many sources one is asked nearly always.
NEWS_AT_ONCE = (_CHANGED.since_last_handled() & ~_ON.in_progress()).with_label("news, at once")
#: As `NEWS`, and every morning: what people decided is taken in on a day without news too.
_MORNING: dg.AutomationCondition[Any] = _CHANGED | _ON.cron_tick_passed("30 5 * * *", "Asia/Tokyo")
NEWS_OR_MORNING = (_MORNING.since_last_handled() & _READY).with_label("news or half past five")
#: What passes by itself is tried again, a database or server that restarts or a site that is down.
AGAIN = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)
AGAIN_LATER = dg.RetryPolicy(max_retries=2, delay=60, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)


@contextmanager
def told_apart() -> Iterator[None]:
    """Errors inside that do not pass by themselves fail for good at once, whatever policy there is."""
    try:
        yield
    except dg.Failure:
        raise
    except Exception as error:
        if is_transient(error):
            raise
        raise dg.Failure(f"{type(error).__name__}: {error}", allow_retries=False) from error
