"""Start, find and stop the managed server of one data folder.

The folder (mode 0700) holds everything of one server: conf, password, data, logs. A second server cannot take it:
a file lock guards starting, and the server itself locks its store. What runs is told from `run/server.json` by
process id and start time, so that a recycled id or a killed server is never taken for a living one.
"""
from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from filelock import FileLock

from graph.server import jars, java

_MAIN = "org.neo4j.server.CommunityEntryPoint"
_FLAGS = ("-Xms128m", "-Xmx1g", "-XX:+UseSerialGC", "-XX:-OmitStackTraceInFastThrow", "-XX:+ExitOnOutOfMemoryError",
          "-XX:+UnlockExperimentalVMOptions", "-XX:+TrustFinalNonStaticFields", "-XX:+DisableExplicitGC",
          "-Djdk.nio.maxCachedBufferSize=1024", "-Dio.netty.tryReflectionSetAccessible=true",
          "-Dio.netty.leakDetection.level=DISABLED", "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
          "-Dlog4j2.disable.jmx=true", "-Dfile.encoding=UTF-8")
_START_SECONDS = 180.0
_STOP_SECONDS = 60.0
_PORT_TRIES = 3


class ServerError(RuntimeError):
    """The managed server cannot do what was asked; the message says why and what helps."""


@dataclass(frozen=True, slots=True)
class Running:
    """A living server: process id and start time (seconds since the epoch), its ports on loopback."""

    pid: int
    started: float
    bolt: int
    http: int | None = None

    @property
    def uri(self) -> str:
        """Where a driver connects."""
        return f"bolt://127.0.0.1:{self.bolt}"

    @property
    def browser(self) -> str | None:
        """Where the Neo4j Browser is, if it was started."""
        return f"http://127.0.0.1:{self.http}/browser/" if self.http else None


def status(folder: Path) -> Running | None:
    """The server that runs on this folder, or None; a killed server's leftovers count as none."""
    try:
        state = Running(**json.loads((folder / "run" / "server.json").read_text(encoding="utf-8")))
        process = psutil.Process(state.pid)
        alive = process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - state.started) < 0.05
    except (FileNotFoundError, ValueError, TypeError, psutil.NoSuchProcess):
        return None
    return state if alive else None


def password(folder: Path) -> str:
    """The server's password, made once, readable by its owner alone."""
    return (folder / "conf" / "password").read_text(encoding="utf-8")


def up(folder: Path, browser: bool = False, flags: Sequence[str] = ()) -> Running:
    """The running server of a folder, started where it is not (about 5 s); with `browser` the page as well.

    `flags` are passed to the JVM. Raises ServerError, jars.JarsMissing or java.JavaMissing, saying what helps.
    """
    folder = folder.resolve()
    _prepare(folder)
    with FileLock(folder / "run" / "lock"):
        running = status(folder)
        if running is not None and (running.http or not browser):
            return running
        if running is not None:
            _stop(folder, running)
        return _start(folder, browser, flags)


def down(folder: Path) -> bool:
    """Stop the server of a folder; whether there was one to stop."""
    folder = folder.resolve()
    if not (folder / "run").is_dir():
        return False
    with FileLock(folder / "run" / "lock"):
        running = status(folder)
        if running is not None:
            _stop(folder, running)
        (folder / "run" / "server.json").unlink(missing_ok=True)
    return running is not None


def _prepare(folder: Path) -> None:
    for name in ("conf", "data", "logs", "run", "plugins", "import"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def _start(folder: Path, browser: bool, flags: Sequence[str]) -> Running:
    library = jars.fetch()
    classes = [f"{library}/*"] + ([f"{jars.fetch(jars.BROWSER_LOCK)}/*"] if browser else [])
    program = [str(java.find()), *_FLAGS, *flags, "-cp", os.pathsep.join(classes)]
    _set_password_once(folder, program)
    for _ in range(_PORT_TRIES):
        bolt, http = _free_port(), _free_port() if browser else None
        _write_private(folder / "conf" / "neo4j.conf", settings(folder, bolt, http))
        running = _spawn(folder, program, bolt, http)
        if running is not None:
            _write_private(folder / "run" / "server.json", json.dumps(asdict(running)))
            return running
    raise ServerError(f"no free port on loopback after {_PORT_TRIES} tries; see {folder}/logs/console.log")


def _set_password_once(folder: Path, program: Sequence[str]) -> None:
    """Only before the first start: afterwards the admin tool answers «changed» and changes nothing."""
    if (folder / "data" / "databases" / "neo4j").exists():
        return
    file = folder / "conf" / "password"
    if not file.exists():
        _write_private(file, secrets.token_urlsafe(24))
    _write_private(folder / "conf" / "neo4j.conf", settings(folder, 0, None))
    environment = {**os.environ, "NEO4J_HOME": str(folder), "NEO4J_CONF": str(folder / "conf")}
    done = subprocess.run([*program, "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", f"@{file}"],
                          env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ServerError(f"the server's password could not be set: {(done.stderr or done.stdout).strip()[-400:]}")


def _write_private(file: Path, content: str) -> None:
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(content)
    part.replace(file)


def settings(folder: Path, bolt: int, http: int | None) -> str:
    """The server's configuration: loopback only, no call outside, no file or network import, small memory."""
    lines = [f"server.directories.{name}={folder / name}" for name in ("data", "logs", "run", "plugins", "import")]
    lines += ["server.default_listen_address=127.0.0.1", f"server.bolt.listen_address=127.0.0.1:{bolt}",
              f"server.bolt.advertised_address=127.0.0.1:{bolt}", "server.https.enabled=false",
              f"server.http.enabled={'true' if http else 'false'}", "server.memory.pagecache.size=64m",
              "dbms.memory.transaction.total.max=512m", "db.memory.transaction.max=384m",
              "db.transaction.timeout=300s", "db.tx_log.preallocate=false", "db.tx_log.rotation.size=16m",
              "db.tx_log.rotation.retention_policy=keep_none", "dbms.usage_report.enabled=false",
              "dbms.security.auth_enabled=true", "dbms.security.allow_csv_import_from_file_urls=false",
              "internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0",
              # netty would wait five seconds a connector on stopping, after all stores are closed
              "internal.dbms.bolt.netty_server_shutdown_quiet_period=0"]
    if http:
        lines += [f"server.http.listen_address=127.0.0.1:{http}", f"server.http.advertised_address=127.0.0.1:{http}"]
    return "\n".join(lines) + "\n"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _spawn(folder: Path, program: Sequence[str], bolt: int, http: int | None) -> Running | None:
    """A started server that answers, or None where its port was taken in between."""
    console = folder / "logs" / "console.log"
    seen = console.stat().st_size if console.exists() else 0
    command = [*program, _MAIN, f"--home-dir={folder}", f"--config-dir={folder / 'conf'}", "--console-mode"]
    with console.open("ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        with console.open("rb") as log:
            log.seek(seen)
            said = log.read().decode("utf-8", "replace")
        if "Started." in said:
            return Running(process.pid, psutil.Process(process.pid).create_time(), bolt, http)
        if process.poll() is not None:
            if "PortBindException" in said:
                return None
            raise ServerError(_why(said, folder))
        time.sleep(0.05)
    process.kill()
    raise ServerError(f"the server did not start within {_START_SECONDS:.0f} s; see {console}")


def _why(said: str, folder: Path) -> str:
    if "store_lock" in said:
        return (f"another server has {folder}, and {folder}/run/server.json does not name it: stop that process "
                "(its command line names the folder), then try again")
    last = [line.strip() for line in said.splitlines() if line.strip()]
    return f"the server stopped while starting: {last[-1] if last else 'it said nothing'}; see {folder}/logs"


def _stop(folder: Path, running: Running) -> None:
    process = psutil.Process(running.pid)
    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while status(folder) is not None:
        if time.monotonic() > deadline:
            process.kill()
            break
        time.sleep(0.02)
    try:
        process.wait(_STOP_SECONDS)
    except psutil.TimeoutExpired as error:
        raise ServerError(f"process {running.pid} does not end, not even when killed") from error
    (folder / "run" / "server.json").unlink(missing_ok=True)
