"""The processes of docker-compose.yml, started bare: same commands, same configuration, loopback ports, SQLite."""
from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster import DagsterInstance
from dagster_postgres.utils import DagsterPostgresException

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
#: Seconds until a process that is not healthy counts as broken; far beyond what a slow machine needs.
PATIENCE = 240

_JOBS = """{ repositoriesOrError { ... on RepositoryConnection {
    nodes { location { name } jobs { name } schedules { name } } } } }"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _bare(words: list[str], ports: Mapping[str, int]) -> list[str]:
    """A container's command for this machine: the program of this installation, loopback, and ports of our own."""
    replaced = [{"0.0.0.0": "127.0.0.1"}.get(word, str(ports.get(word, word))) for word in words]
    for published, port in ports.items():
        replaced = [word.replace(f"127.0.0.1:{published}/", f"127.0.0.1:{port}/") for word in replaced]
    return [str(BIN / replaced[0]), *replaced[1:]]


class Installation:
    """The three Dagster processes over one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {"4000": _free_port(), "3000": _free_port()}
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith(("KAKEHASHI_", "NEO4J_", "DAGSTER_", "POSTGRES_"))}
        self.environment = clean | {
            "DAGSTER_HOME": str(folder), "DAGSTER_LOGS": str(folder / "logs"), "KAKEHASHI_HOME": str(folder / "home"),
            "KAKEHASHI_CODE_HOST": "127.0.0.1", "KAKEHASHI_CODE_PORT": str(self.ports["4000"])}
        settings = yaml.safe_load((ROOT / "deploy" / "dagster.yaml").read_text(encoding="utf-8"))
        del settings["storage"]
        (folder / "dagster.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        (folder / "workspace.yaml").write_bytes((ROOT / "deploy" / "workspace.yaml").read_bytes())

    @contextmanager
    def started(self, service: str) -> Iterator[subprocess.Popen[bytes]]:
        """The service's process, healthy by its own health check; stopped with all its children afterwards."""
        log = self.folder / f"{service}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(_bare(SERVICES[service]["command"], self.ports), cwd=self.folder, stdout=output,
                                       stderr=output, env=self.environment, start_new_session=True)
        try:
            self._await_health(service, process, log)
            yield process
        finally:
            _stop(process)

    def _await_health(self, service: str, process: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._is_healthy(service):
            assert process.poll() is None and time.monotonic() < deadline, f"{service}: {log.read_text()[-4000:]}"
            time.sleep(0.5)

    def _is_healthy(self, service: str) -> bool:
        kind, *words = SERVICES[service]["healthcheck"]["test"]
        assert kind == "CMD"
        return subprocess.run(_bare(words, self.ports), cwd=self.folder, env=self.environment, capture_output=True,
                              timeout=PATIENCE).returncode == 0

    def ask(self, query: str) -> dict[str, Any]:
        """The webserver's answer to a GraphQL query."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports['3000']}/graphql",
                                         data=json.dumps({"query": query}).encode(),
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            data: dict[str, Any] = json.load(answer)["data"]
            return data


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever it started."""
    process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=30)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


def test_webserver_and_daemon_find_the_jobs_of_the_code_server(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    with ExitStack() as running:
        processes = [running.enter_context(installation.started(name)) for name in ("code", "webserver", "daemon")]

        (repository,) = installation.ask(_JOBS)["repositoriesOrError"]["nodes"]

        assert repository["location"]["name"] == "kakehashi"
        assert {"refresh", "rebuild_graph"} <= {job["name"] for job in repository["jobs"]}
        assert [schedule["name"] for schedule in repository["schedules"]] == ["daily"]
        assert [process.poll() for process in processes] == [None, None, None]
    for process in processes:
        assert process.poll() is not None


def test_the_history_goes_to_the_postgres_that_the_environment_names(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    port = _free_port()
    for name, value in {"POSTGRES_HOST": "127.0.0.1", "POSTGRES_PORT": str(port), "POSTGRES_USER": "dagster",
                        "POSTGRES_PASSWORD": "a word", "POSTGRES_DB": "dagster",
                        "DAGSTER_LOGS": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(DagsterPostgresException):
        DagsterInstance.from_config(str(ROOT / "deploy"))
    assert f'"127.0.0.1", port {port} failed: Connection refused' in caplog.text
