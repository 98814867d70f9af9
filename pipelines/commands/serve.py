"""`kakehashi serve`: everything that has to run so that news flow in by themselves."""
from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from pipelines.processes import Program, Together, free_port, is_free
from pipelines.settings import Settings
from pipelines.sources.registry import fingerprint

err = Console(stderr=True, soft_wrap=True, highlight=False)

#: What the code server is called in the workspace.
_LOCATION = "kakehashi"
_HEALTH = """{
  workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError { __typename } } } }
  instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } }
}"""
_RELOAD = "mutation Reload($name: String!) { reloadRepositoryLocation(repositoryLocationName: $name) { __typename } }"


def serve(port: Annotated[int, typer.Option(help="The port of its page.")] = 3000,
          host: Annotated[str, typer.Option(help="The address to listen on; anything but loopback lets others in, "
                                                 "without a login.")] = "127.0.0.1",
          check: Annotated[bool, typer.Option("--check", help="Only say whether one that runs is well; exit code 1 where "
                                                              "it is not.")] = False) -> None:
    """Run Dagster's webserver, daemon and code server and a follower until told to stop; asks sources when their time has come.

    One of them that ends ends all, with exit code 1: what started this decides whether it is started again.
    """
    if check:
        problems = _problems(port)
        err.print("\n".join(problems) or "all is well", markup=False)
        raise SystemExit(1 if problems else 0)
    from filelock import FileLock, Timeout

    from pipelines import definitions

    if not is_free(host, port):
        raise ValueError(f"something listens on port {port} of {host} already; give another one with --port")
    settings = Settings.from_environment()
    home = definitions.history()
    try:
        with FileLock(home / "serve.lock", timeout=0):
            definitions.settle(all_launched=True)
            _run(settings, home, host, port)
    except Timeout:
        raise RuntimeError(f"another `kakehashi serve` runs on {home}") from None


def _run(settings: Settings, home: Path, host: str, port: int) -> None:
    code = free_port()
    workspace = home / "workspace.yaml"
    workspace.write_text("load_from:\n- grpc_server: "
                         f"{{host: 127.0.0.1, port: {code}, location_name: {_LOCATION}}}\n", encoding="utf-8")
    together = Together({**os.environ, "DAGSTER_HOME": str(home)})
    with together.stopping():
        for program in _programs(workspace, code, host, port):
            if not together.is_told:
                together.start(program)
        if not together.is_told:
            err.print(f"Dagster's page is at http://{host}:{port}; Ctrl-C or SIGTERM stops everything", markup=False)
        together.watch(_reloading(settings.config / "sources", port))
    err.print("stopped", markup=False)


def _programs(workspace: Path, code: int, host: str, port: int) -> list[Program]:
    def words(name: str, *more: str) -> list[str]:
        return [str(Path(sys.executable).with_name(name)), *more]

    # every look of every sensor would be some lines: twenty thousand a day
    quiet = ("--log-level", "warning")
    return [Program("code server", words("dagster", "code-server", "start", "-m", "pipelines.definitions", "-h",
                                         "127.0.0.1", "-p", str(code), "--location-name", _LOCATION, *quiet), code),
            Program("webserver", words("dagster-webserver", "-h", host, "-p", str(port), "-w", str(workspace),
                                       "--dagster-log-level", "warning"), port),
            Program("daemon", words("dagster-daemon", "run", "-w", str(workspace), *quiet)),
            Program("follower", words("kakehashi", "follow"))]


def _reloading(folder: Path, port: int) -> Callable[[], None]:
    """Loads the definitions again when files of sources have changed: a source that is enabled is asked from then on."""
    seen = fingerprint(folder)

    def look() -> None:
        nonlocal seen
        if (now := fingerprint(folder)) != seen:
            seen = now
            err.print("sources have changed; the definitions are loaded again", markup=False)
            _reload(port)

    return look


def _reload(port: int) -> None:
    try:
        _asked(port, _RELOAD, 120.0, name=_LOCATION)
    except (OSError, ValueError) as error:
        err.print(f"they could not be loaded ({error}); Dagster's page has a button for it", markup=False)


def _problems(port: int) -> list[str]:
    """What is wrong with the server on a port of this machine, a line each."""
    try:
        told = _asked(port, _HEALTH, 10.0)["data"]
        locations = told["workspaceOrError"]["locationEntries"]
        daemons = told["instance"]["daemonHealth"]["allDaemonStatuses"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"nothing answers on port {port}: {error}"]
    broken = [one["name"] for one in locations if one["locationOrLoadError"]["__typename"] != "RepositoryLocation"]
    return [*(f"the definitions of {name} cannot be loaded; Dagster's page says why" for name in broken),
            *(f"the daemon {one['daemonType']} is not at work" for one in daemons if one["required"] and not one["healthy"])]


def _asked(port: int, query: str, patience: float, **variables: str) -> Any:
    """What the webserver answers to a GraphQL query. Raises OSError where it does not answer, ValueError for nonsense."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", body, {"Content-Type": "application/json"})
    # a proxy that the environment names is for other machines
    here = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with here.open(request, timeout=patience) as answer:
        return json.load(answer)
