"""One managed Neo4j a folder: started, found again and stopped as a child process on the loopback address.

The folder (0700) holds conf, the password (0600, random, set once by the server's own admin tool), data, logs and
`run/server.json`, which says what runs: pid, start time and ports. A process counts as running only when the pid
exists, is no zombie, started at that time and serves this folder. A server that was killed is simply started again:
the store's own lock makes a second one impossible, and recovery keeps what was acknowledged.
"""
from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from graph.server import jars
from graph.server.java import Java, find_java

_HOST = "127.0.0.1"
USER = "neo4j"
DATABASE = "neo4j"
_MAIN = "org.neo4j.server.CommunityEntryPoint"
_ADMIN = "org.neo4j.cli.AdminTool"
#: Seconds that a start, a stop and another command on the same folder may take.
_START, _STOP, _TURN = 180.0, 60.0, 240.0
_POLL = 0.05
#: Ports tried when another process takes the free one first.
_PORTS = 3
#: Seconds by which two readings of a process's start time may differ (the clock is set now and then).
_SAME_TIME = 2.0

_FLAGS = (
    "-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:-OmitStackTraceInFastThrow", "-XX:+ExitOnOutOfMemoryError",
    "-XX:+UnlockExperimentalVMOptions", "-XX:+TrustFinalNonStaticFields", "-XX:+DisableExplicitGC",
    "-Djdk.nio.maxCachedBufferSize=1024", "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dio.netty.leakDetection.level=DISABLED", "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
    "-Dlog4j2.disable.jmx=true", "-Dfile.encoding=UTF-8",
)
_SETTINGS = {
    "server.default_listen_address": _HOST,
    "server.https.enabled": "false",
    "server.memory.pagecache.size": "64m",
    "dbms.memory.transaction.total.max": "256m",
    "db.memory.transaction.max": "192m",
    "db.transaction.timeout": "120s",
    "db.tx_log.preallocate": "false",
    "db.tx_log.rotation.size": "16m",
    "db.tx_log.rotation.retention_policy": "keep_none",
    "dbms.usage_report.enabled": "false",
    "dbms.security.auth_enabled": "true",
    # nothing is read from files or from the network by LOAD CSV
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
    # a stop takes 0.3 s instead of 5 to 10: netty has nothing to wait for once the stores are closed
    "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
}

#: The servers this process started, by folder and pid; held so that the ones that end are reaped.
_children: dict[tuple[Path, int], subprocess.Popen[bytes]] = {}


class ServerError(RuntimeError):
    """The managed server cannot be started, found or stopped; the message says why and what to do."""


class _PortTaken(Exception):
    """Another process took the port between our look and the server's start."""


@dataclass(frozen=True, slots=True)
class Process:
    """What `run/server.json` says. `started` is the process's start time in seconds since 1970; `http_port` is None
    without the Browser."""
    pid: int
    started: float
    port: int
    http_port: int | None

    @property
    def uri(self) -> str:
        """The address for drivers."""
        return f"bolt://{_HOST}:{self.port}"

    @property
    def browser(self) -> str | None:
        """The address of the Browser's page, or None when it is not served."""
        return f"http://{_HOST}:{self.http_port}/browser/" if self.http_port else None


@dataclass(frozen=True, slots=True)
class Status:
    """A folder's server: `state` is running, stopped, stale (it ended without a stop), or lost (it runs, but
    `run/server.json` is gone). `process` is what was last known."""
    folder: Path
    state: str
    process: Process | None


def up(folder: Path, browser: bool = False, progress: jars.Progress | None = None,
       java_options: Sequence[str] = ()) -> Process:
    """The folder's running server, started unless it is up; with `browser` it also serves the Browser's page.

    A server that runs without the Browser is started again when it is asked for. `progress` follows the fetching of
    jars; `java_options` come after Kakehashi's own. Raises ServerError, java.NoJava or jars.JarsMissing.
    """
    folder = folder.resolve()
    _make_private(folder)
    with _turn(folder):
        now = status(folder)
        if now.state == "lost":
            raise ServerError(f"a server already has {folder}, but {_record(folder)} with its port is gone: run "
                              "`kakehashi graph down` to stop it, then try again")
        if now.state == "running" and now.process:
            if now.process.http_port or not browser:
                _await_start(folder, now.process)
                return now.process
            _stop(folder, now.process.pid)
        return _start(folder, browser, progress, java_options)


def down(folder: Path) -> bool:
    """Stop the folder's server; whether there was one to stop. Its data stays."""
    folder = folder.resolve()
    if not folder.is_dir():
        return False
    with _turn(folder):
        now = status(folder)
        pid = now.process.pid if now.state == "running" and now.process else _lost(folder)
        if pid is not None:
            _stop(folder, pid)
        _record(folder).unlink(missing_ok=True)
        return pid is not None


def kill(folder: Path) -> None:
    """End the folder's server without asking it: for one that does not stop a question. It recovers what it acknowledged
    when it is started again."""
    folder = folder.resolve()
    with _turn(folder):
        now = status(folder)
        if now.state == "running" and now.process:
            one = psutil.Process(now.process.pid)
            one.kill()
            psutil.wait_procs([one], timeout=_STOP)
        _record(folder).unlink(missing_ok=True)


@contextmanager
def stopped(folder: Path) -> Iterator[None]:
    """While the block runs the folder's server is down and nobody can start it; it is up again after, if it was before."""
    folder = folder.resolve()
    _make_private(folder)
    with _turn(folder):
        now = status(folder)
        pid = now.process.pid if now.state == "running" and now.process else _lost(folder)
        if pid is not None:
            _stop(folder, pid)
        yield
    if pid is not None:
        up(folder, browser=bool(now.process and now.process.http_port))


def admin(folder: Path, *words: str) -> None:
    """Run the server's own admin tool on a folder whose server is down. Raises ServerError with what it says."""
    java = find_java()
    command = [str(java.path), "-XX:TieredStopAtLevel=1", "-cp", f"{jars.fetch(jars.SERVER)}{os.sep}*", _ADMIN, *words]
    own = {"NEO4J_HOME": str(folder), "NEO4J_CONF": str(folder / "conf")}
    said = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", env=_environment() | own, check=False)
    if said.returncode:
        raise ServerError(f"{' '.join(words[:2])} failed in {folder}: {_last_words(said.stdout)}")


def status(folder: Path) -> Status:
    """What is known of the folder's server, without starting or stopping anything."""
    folder = folder.resolve()
    known = _read_record(folder)
    if known and _runs(folder, known):
        return Status(folder, "running", known)
    if _lost(folder) is not None:
        return Status(folder, "lost", None)
    return Status(folder, "stale" if known else "stopped", known)


def password(folder: Path) -> str:
    """The password of user `neo4j`. Raises ServerError where the folder has none."""
    try:
        return _password_file(folder).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise ServerError(f"{folder} has no password yet: run `kakehashi graph up`") from None


# the folder

def _make_private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in ("conf", "data", "logs", "run", "plugins", "import"):
        (folder / name).mkdir(exist_ok=True)


def _record(folder: Path) -> Path:
    return folder / "run" / "server.json"


def _console(folder: Path) -> Path:
    return folder / "logs" / "console.log"


def _password_file(folder: Path) -> Path:
    return folder / "conf" / "password"


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    (folder / "run").mkdir(exist_ok=True)
    try:
        with FileLock(folder / "run" / "lock", timeout=_TURN):
            yield
    except Timeout:
        raise ServerError(f"another command has been starting or stopping the server in {folder} for "
                          f"{_TURN:.0f} s: wait for it or end it, then try again") from None


def _write_private(file: Path, text: str) -> None:
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(part, file)


def _read_record(folder: Path) -> Process | None:
    with suppress(FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return Process(**json.loads(_record(folder).read_text(encoding="utf-8")))
    return None


# processes

def _runs(folder: Path, known: Process) -> bool:
    process = _serving(folder, known.pid)
    return process is not None and abs(process.create_time() - known.started) < _SAME_TIME


def _serving(folder: Path, pid: int) -> psutil.Process | None:
    """The living process with this pid if it serves this folder."""
    child = _children.get((folder, pid))
    with suppress(psutil.Error):
        if child is not None:  # the system has no command line for it yet in the first moment of its life
            return psutil.Process(pid) if child.poll() is None else None
        process = psutil.Process(pid)
        if process.status() != psutil.STATUS_ZOMBIE and f"--home-dir={folder}" in process.cmdline():
            return process
    return None


def _lost(folder: Path) -> int | None:
    """The pid that the server itself left in `run/neo4j.pid`, if it still serves this folder."""
    with suppress(OSError, ValueError):
        pid = int((folder / "run" / "neo4j.pid").read_text(encoding="ascii"))
        return pid if _serving(folder, pid) else None
    return None


def _stop(folder: Path, pid: int) -> None:
    for send, patience in ((psutil.Process.terminate, _STOP), (psutil.Process.kill, _STOP)):
        process = _serving(folder, pid)
        if process is None:
            break
        with suppress(psutil.NoSuchProcess):
            send(process)
        if _wait_until(lambda: _serving(folder, pid) is None, patience):
            break
    else:
        raise ServerError(f"process {pid} in {folder} does not end: stop it with `kill -9 {pid}`")
    _record(folder).unlink(missing_ok=True)


def _wait_until(true: Callable[[], bool], patience: float) -> bool:
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(_POLL)
    return True


# a start

def _start(folder: Path, browser: bool, progress: jars.Progress | None, java_options: Sequence[str]) -> Process:
    java = find_java()
    path = [f"{jars.fetch(jars.SERVER, progress)}{os.sep}*"]
    if browser:
        path.append(f"{jars.fetch(jars.BROWSER)}{os.sep}*")
    path.append(f"{folder / 'plugins'}{os.sep}*")
    for _ in range(_PORTS):
        ports = _free_ports(2 if browser else 1)
        _configure(folder, ports)
        _set_password(folder, java, path[0])
        process = _spawn(folder, java, os.pathsep.join(path), ports, java_options)
        try:
            _await_start(folder, process)
        except _PortTaken:
            continue
        return process
    raise ServerError(f"{_PORTS} free ports in a row were taken by other programs before the server could use them: "
                      "try again")


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind((_HOST, 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def _configure(folder: Path, ports: Sequence[int]) -> None:
    bolt, *http = (f"{_HOST}:{port}" for port in ports)
    # no folder is named here: the server reads this file as Latin-1, and its defaults lie in --home-dir as ours do
    settings = {"server.bolt.listen_address": bolt, "server.bolt.advertised_address": bolt,
                "server.http.enabled": "true" if http else "false"}
    if http:
        settings |= {"server.http.listen_address": http[0], "server.http.advertised_address": http[0]}
    lines = ["# Written at each start of Kakehashi's managed server; changes are lost."]
    lines += [f"{name}={value}" for name, value in (settings | _SETTINGS).items()]
    _write_private(folder / "conf" / "neo4j.conf", "\n".join(lines) + "\n")


def _set_password(folder: Path, java: Java, class_path: str) -> None:
    """Give user `neo4j` its password before the first start; the admin tool has no effect on data that exists."""
    if (folder / "data" / "databases" / DATABASE).exists():
        if not _password_file(folder).exists():
            raise ServerError(f"{folder} holds a graph, but its password in {_password_file(folder)} is gone: put it "
                              "back, or remove the folder and build the graph anew with `kakehashi run`")
        return
    if not _password_file(folder).exists():
        _write_private(_password_file(folder), secrets.token_hex(24))
    command = [str(java.path), "-XX:TieredStopAtLevel=1", "-cp", class_path, _ADMIN,
               "dbms", "set-initial-password", f"@{_password_file(folder)}"]
    own = {"NEO4J_HOME": str(folder), "NEO4J_CONF": str(folder / "conf")}
    said = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", env=_environment() | own, check=False)
    if said.returncode:
        raise ServerError(f"the server's password could not be set in {folder}: {_last_words(said.stdout)}")


def _environment() -> dict[str, str]:
    """Ours without NEO4J_*, which speak of a server that is not this one, and with UTF-8 for the names of folders."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    # under LANG=C, as in many containers, Java writes each sign beyond ASCII in a path as a question mark
    return own | ({"LC_ALL": "C.UTF-8"} if sys.platform == "linux" else {})


def _spawn(folder: Path, java: Java, class_path: str, ports: Sequence[int], java_options: Sequence[str]) -> Process:
    command = [str(java.path), *_FLAGS, *java_options, "-cp", class_path, _MAIN, f"--home-dir={folder}",
               f"--config-dir={folder / 'conf'}", "--console-mode"]
    with _console(folder).open("wb") as console:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT,
                                 cwd=folder, env=_environment(), start_new_session=True)
    _children[folder, child.pid] = child
    process = Process(child.pid, _created(child.pid), ports[0], ports[1] if len(ports) > 1 else None)
    _write_private(_record(folder), json.dumps(asdict(process)) + "\n")
    return process


def _created(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return 0.0  # it ended at once; its console says why


def _await_start(folder: Path, process: Process) -> None:
    """Return once the server answers. Raises ServerError, or _PortTaken where another port may help."""
    def settled() -> bool:
        return _says_started(folder) or not _runs(folder, process)

    if not _wait_until(settled, _START):
        _stop(folder, process.pid)
        raise ServerError(f"the server in {folder} did not start within {_START:.0f} s; see {_console(folder)}")
    if _runs(folder, process):
        return
    _record(folder).unlink(missing_ok=True)
    said = _console(folder).read_text(encoding="utf-8", errors="replace")
    if "PortBindException" in said:
        raise _PortTaken
    if "store_lock" in said:
        raise ServerError(f"another server already has {folder}, and {_record(folder)} does not tell which: end that "
                          "process, then try again")
    raise ServerError(f"the server in {folder} did not start: {_last_words(said)} (all of it is in {_console(folder)})")


def _says_started(folder: Path) -> bool:
    said = _console(folder).read_text(encoding="utf-8", errors="replace")
    return re.search(r"INFO\s+Started\.\s*$", said, re.MULTILINE) is not None


def _last_words(said: str) -> str:
    """The lines of a console that most likely say what went wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"\b(ERROR|Error|Exception|Caused by|Unrecognized)\b", line)]
    return " ".join((telling or lines or ["it said nothing"])[:2])[:400]
