"""What the environment says: where things are kept, and who runs this."""
from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

#: Variables that hold addresses, and how one looks; the ledger's is read by SQLAlchemy.
_ADDRESSES = {"ARCHIVE_URL": "/folder/archive or s3://bucket/archive", "BROKER_URL": "redis://host:6379/0",
              "RESULTS_URL": "redis://host:6379/1", "ALERT_URL": "https://host/path"}


@dataclass(frozen=True, slots=True)
class Settings:
    """Addresses of everything that is kept. `home` holds derived state, `config` what people write.

    `executor` runs the steps of Dagster's runs; `workers` says in how many of them a backlog is extracted, and the two
    following where workers on other machines get theirs from and leave what came of them. Failures are told to
    `alert_url`; Dagster's history has the runs of the last `keep_runs` days.
    """
    home: Path
    config: Path
    ledger_url: str
    archive_url: str
    contact: str | None
    executor: str
    workers: int = 1
    broker_url: str | None = None
    results_url: str | None = None
    alert_url: str | None = None
    keep_runs: int = 90

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings that the KAKEHASHI_* variables give; an empty variable counts as not set.

        Raises ValueError for a number that is none, and for an address that is none, which is not repeated: it may hold a
        password.
        """
        def value(name: str) -> str | None:
            return environment.get(f"KAKEHASHI_{name}") or None

        for name, example in _ADDRESSES.items():
            _check(name, value(name), example)
        home = Path(value("HOME") or ".kakehashi").absolute()
        return cls(home=home, config=Path(value("CONFIG") or "kakehashi").absolute(),
                   ledger_url=value("LEDGER_URL") or f"sqlite:///{home / 'ledger.sqlite'}",
                   archive_url=value("ARCHIVE_URL") or str(home / "archive"),
                   contact=value("CONTACT"), executor=value("EXECUTOR") or "in-process",
                   workers=_number("WORKERS", value("WORKERS"), 1, "how many processes extract at once, e.g. 4", 1000),
                   broker_url=value("BROKER_URL"), results_url=value("RESULTS_URL"), alert_url=value("ALERT_URL"),
                   keep_runs=_number("KEEP_RUNS", value("KEEP_RUNS"), 90, "for how many days runs are kept, e.g. 90", 36_500))


def _check(name: str, value: str | None, example: str) -> None:
    try:
        urlsplit(value or "")
    except ValueError:
        raise ValueError(f"KAKEHASHI_{name} is no address; write it like {example}") from None


def _number(name: str, value: str | None, otherwise: int, what: str, most: int) -> int:
    if value is None:
        return otherwise
    if not value.isdecimal() or not 1 <= int(value) <= most:
        raise ValueError(f"KAKEHASHI_{name} is {value!r}; write {what}")
    return int(value)
