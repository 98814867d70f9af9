"""The shared installation is the bare one in containers: the same command, the same settings, history in Postgres."""
from __future__ import annotations

import configparser
import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster import DagsterInstance
from dagster_postgres.utils import DagsterPostgresException

from pipelines.commands.serve import serve
from pipelines.processes import free_port

ROOT = Path(__file__).parent.parent
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


def _settings(path: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    return found


def test_the_container_runs_the_command_of_a_bare_machine_with_options_that_it_has() -> None:
    service = SERVICES["kakehashi"]
    options = {f"--{name.replace('_', '-')}" for name in inspect.signature(serve).parameters}
    for words in (service["command"], service["healthcheck"]["test"][1:]):
        assert words[:2] == ["kakehashi", "serve"]
        assert {word for word in words if word.startswith("--")} <= options
    assert "--check" in service["healthcheck"]["test"]


def test_the_unit_for_systemd_runs_the_same_command() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(ROOT / "deploy" / "kakehashi.service", encoding="utf-8")
    assert unit["Service"]["ExecStart"].endswith("/.venv/bin/kakehashi serve")
    assert unit["Service"]["Restart"] == "on-failure"


def test_dagsters_settings_are_the_same_but_for_where_its_history_is() -> None:
    shared = _settings("deploy/dagster.yaml")
    assert shared.pop("storage") and shared.pop("compute_logs")
    assert shared == _settings("pipelines/defs/dagster.yaml")


def _environment(monkeypatch: pytest.MonkeyPatch, logs: Path, **values: str) -> None:
    for name, value in {"POSTGRES_USER": "dagster", "POSTGRES_DB": "dagster", "DAGSTER_LOGS": str(logs), **values}.items():
        monkeypatch.setenv(name, value)


def test_the_history_goes_to_the_postgres_that_the_environment_names(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    _environment(monkeypatch, tmp_path, POSTGRES_HOST="127.0.0.1", POSTGRES_PORT=str(port), POSTGRES_PASSWORD="a word")
    with pytest.raises(DagsterPostgresException):
        DagsterInstance.from_config(str(ROOT / "deploy"))
    assert f'"127.0.0.1", port {port} failed: Connection refused' in caplog.text
