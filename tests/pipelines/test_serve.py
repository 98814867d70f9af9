"""`kakehashi serve`: one command runs everything, says how it is, takes in new sources, and leaves nothing behind."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipelines.commands import serve
from pipelines.processes import Program, Together, free_port, is_free
from tests.pipelines.morning import SOURCE

KAKEHASHI = Path(sys.executable).with_name("kakehashi")
#: Seconds until what does not happen counts as broken; far beyond what a slow machine needs.
PATIENCE = 300
_ALL = """{ repositoriesOrError { ... on RepositoryConnection { nodes { location { name } jobs { name }
    schedules { name scheduleState { status } } sensors { name sensorState { status } } } } }
  assetNodes { assetKey { path } pools } }"""


def until(happens: Callable[[], Any], what: str) -> Any:
    """Wait for something; what it gave."""
    end = time.monotonic() + PATIENCE
    while not (found := happens()):
        assert time.monotonic() < end, what
        time.sleep(0.2)
    return found


# the whole of it

@dataclass
class Server:
    """A `kakehashi serve` of its own."""
    process: subprocess.Popen[bytes]
    port: int
    folder: Path
    environment: dict[str, str]

    def check(self) -> int:
        """The exit code of `kakehashi serve --check`."""
        return subprocess.run([KAKEHASHI, "serve", "--check", "--port", str(self.port)], env=self.environment,
                              capture_output=True, timeout=PATIENCE).returncode

    def ask(self, query: str) -> dict[str, Any]:
        """The webserver's answer to a GraphQL query."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/graphql", json.dumps({"query": query}).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            data: dict[str, Any] = json.load(answer)["data"]
            return data

    def assets(self) -> dict[str, list[str]]:
        """The pools of each asset."""
        return {"/".join(one["assetKey"]["path"]): one["pools"] for one in self.ask(_ALL)["assetNodes"]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("KAKEHASHI_", "NEO4J_", "DAGSTER_", "POSTGRES_"))}
    environment = clean | {"KAKEHASHI_HOME": str(folder / "home"), "KAKEHASHI_CONFIG": str(folder / "config")}
    port, log = free_port(), folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen([KAKEHASHI, "serve", "--port", str(port)], cwd=folder, env=environment, stdout=output,
                                   stderr=output, start_new_session=True)
    one = Server(process, port, folder, environment)
    try:
        until(lambda: process.poll() is not None or one.check() == 0, log.read_text(errors="replace")[-3000:])
        assert process.poll() is None, log.read_text(errors="replace")[-3000:]
        yield one
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
    for child in children:
        if child.is_running():
            child.kill()


def test_everything_runs_and_is_switched_on(server: Server) -> None:
    (repository,) = server.ask(_ALL)["repositoriesOrError"]["nodes"]
    assert repository["location"]["name"] == "kakehashi"
    assert {"fetch", "refresh", "rebuild_graph", "prune"} <= {one["name"] for one in repository["jobs"]}
    states = {one["name"]: one["scheduleState"]["status"] for one in repository["schedules"]}
    assert states == dict.fromkeys(("fetch_when_due", "finish_what_is_left", "prune_nightly"), "RUNNING")
    assert {one["name"]: one["sensorState"]["status"] for one in repository["sensors"]} == dict.fromkeys(
        ("follow_the_news", "tell_failures", "tell_troubles"), "RUNNING")


def test_it_listens_on_loopback_alone_and_its_history_is_under_the_home(server: Server) -> None:
    family = psutil.Process(server.process.pid).children(recursive=True)
    listening = {connection.laddr.ip for one in family for connection in one.net_connections("inet")
                 if connection.status == psutil.CONN_LISTEN}
    assert "127.0.0.1" in listening and listening <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
    assert (server.folder / "home" / "dagster" / "dagster.yaml").exists()
    assert {one.name for one in server.folder.iterdir()} <= {"home", "config", "log"}


def test_a_source_that_is_added_is_loaded_by_itself(server: Server) -> None:
    assert "archive/aoi" not in server.assets()
    folder = server.folder / "config" / "sources"
    folder.mkdir(parents=True)
    (folder / "aoi.yaml").write_text(SOURCE.format(title="葵市", url="https://www.aoi.test/news.rss", enabled="true"),
                                     encoding="utf-8")
    until(lambda: "archive/aoi" in server.assets(), "the source is not loaded")
    assert server.assets()["archive/aoi"] == ["www.aoi.test"]


def test_a_second_one_is_refused_with_what_to_do(server: Server) -> None:
    def refused(port: int) -> str:
        done = subprocess.run([KAKEHASHI, "serve", "--port", str(port)], env=server.environment, capture_output=True, text=True,
                              cwd=server.folder, timeout=PATIENCE)
        assert done.returncode == 2
        return done.stderr

    assert "give another one with --port" in refused(server.port)
    assert "another `kakehashi serve` runs" in refused(free_port())


def test_sigterm_stops_all_of_it(server: Server) -> None:
    family = psutil.Process(server.process.pid).children(recursive=True)
    assert len(family) >= 4 and any(one.cmdline()[-1:] == ["follow"] for one in family), "a follower among them"
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(PATIENCE) == 0
    until(lambda: not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE], "children are left")
    assert server.check() == 1 and is_free("127.0.0.1", server.port)


# its parts

_STAYS = "import time; time.sleep(600)"
_LISTENS = ("import socket, sys, time; s = socket.socket(); time.sleep(0.3); s.bind(('127.0.0.1', int(sys.argv[1]))); "
            "s.listen(); time.sleep(600)")


def program(name: str, text: str, *more: str, port: int | None = None) -> Program:
    return Program(name, [sys.executable, "-c", text, *more], port)


def test_the_next_one_waits_until_one_answers() -> None:
    together, port = Together(os.environ), free_port()
    with together.stopping():
        together.start(program("first", _LISTENS, str(port), port=port))
        assert not is_free("127.0.0.1", port)
    assert is_free("127.0.0.1", port)


def test_one_that_ends_ends_all_and_is_named() -> None:
    together = Together(os.environ)
    looks: list[int] = []
    others = psutil.Process().children()
    with pytest.raises(RuntimeError, match="the daemon ended with code 3"), together.stopping():
        together.start(program("webserver", _STAYS))
        together.start(program("daemon", "import sys, time; time.sleep(0.5); sys.exit(3)"))
        running = [one for one in psutil.Process().children() if one not in others]
        together.watch(lambda: looks.append(1), every=0.05)
    assert looks and running and not [one for one in running if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_one_that_never_comes_up_is_named() -> None:
    together = Together(os.environ)
    with pytest.raises(RuntimeError, match="the code server ended with code 4 before it was up"), together.stopping():
        together.start(program("code server", "import sys; sys.exit(4)", port=free_port()))


def test_a_signal_while_they_start_stops_them_too() -> None:
    together = Together(os.environ)
    with together.stopping():
        os.kill(os.getpid(), signal.SIGTERM)
        together.start(program("code server", _STAYS, port=free_port()))
        together.watch(lambda: pytest.fail("nothing is looked at any more"))
    assert together.is_told


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_they_do_not_outlive_a_parent_that_is_killed() -> None:
    text = ("import os, sys\nfrom pipelines.processes import Program, Together\n"
            f"t = Together(os.environ)\nt.start(Program('one', [sys.executable, '-c', {_STAYS!r}]))\n"
            "print(t._running[0][1].pid, flush=True)\nimport time; time.sleep(600)\n")
    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "the child lives on")


def test_a_proxy_of_the_environment_is_not_asked_how_this_machine_is(monkeypatch: pytest.MonkeyPatch) -> None:
    well = {"workspaceOrError": {"locationEntries": []}, "instance": {"daemonHealth": {"allDaemonStatuses": [
        {"daemonType": "SENSOR", "required": True, "healthy": False}]}}}

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"data": well}).encode())

    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        problems = serve._problems(server.server_port)
        server.shutdown()
    assert problems == ["the daemon SENSOR is not at work"]
