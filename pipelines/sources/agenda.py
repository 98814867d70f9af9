"""What is to be asked, and when: the beginning of every run that fetches."""
from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from cronsim import CronSim

from pipelines.fetch.clock import JST
from pipelines.fetch.ingest import Policy
from pipelines.fetch.wanted import Wanted
from pipelines.sources.source import Source


def indexes(known: Iterable[Source], on: dt.date, since: dt.date | None = None) -> list[Wanted]:
    """The index addresses of those sources that may be asked, on a day in Japan, and of the months from `since` on."""
    months = [on]
    while since is not None and months[-1].replace(day=1) > since:
        months.append(months[-1].replace(day=1) - dt.timedelta(days=1))
    return [Wanted(url, source.name, kind="index") for source in known if source.is_web and source.is_open
            for url in dict.fromkeys(one for month in months for one in source.addresses(month))]


def is_wanted(release: Wanted, since: dt.date | None) -> bool:
    """Whether a release was published on the day or later, as far as its index says; one without a date may have been."""
    return since is None or release.published is None or release.published >= since.isoformat()[:len(release.published)]


def policies(known: Iterable[Source]) -> Mapping[str, Policy]:
    """How each source wants to be treated, by name."""
    return {source.name: Policy(delay=source.delay) for source in known if source.is_web}


def is_due(source: Source, after: dt.datetime, until: dt.datetime) -> bool:
    """Whether the source's schedule has a time later than `after` and not later than `until`; both know their zone."""
    return next_time(source, after) <= until.astimezone(JST)


def next_time(source: Source, after: dt.datetime) -> dt.datetime:
    """The first time of the source's schedule that is later, in Japan."""
    return next(CronSim(source.schedule, after.astimezone(JST)))
