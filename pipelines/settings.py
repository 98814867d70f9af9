"""What the environment says: where things are kept, and who runs this."""
from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Addresses of everything that is kept. `home` holds derived state, `config` what people write."""
    home: Path
    config: Path
    ledger_url: str
    archive_url: str
    contact: str | None
    executor: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings that the KAKEHASHI_* variables give; an empty variable counts as not set."""
        def value(name: str) -> str | None:
            return environment.get(f"KAKEHASHI_{name}") or None

        home = Path(value("HOME") or ".kakehashi").absolute()
        return cls(home=home, config=Path(value("CONFIG") or "kakehashi").absolute(),
                   ledger_url=value("LEDGER_URL") or f"sqlite:///{home / 'ledger.sqlite'}",
                   archive_url=value("ARCHIVE_URL") or str(home / "archive"),
                   contact=value("CONTACT"), executor=value("EXECUTOR") or "in-process")
