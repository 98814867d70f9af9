"""The jars of the managed server: named by a lock, kept in a cache of the user's, verified by SHA-256.

What is missing is linked from the local Maven repository, then asked of `mvn` (which knows the user's mirrors,
proxies and credentials), then downloaded. All three end in the same verification. `python -m graph.server.jars` fills
the cache.
"""
from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from filelock import FileLock
from platformdirs import user_cache_dir
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

Progress = Callable[[int, int], None]

_TRIES = 4
_WORKERS = 4
#: Seconds without a byte after which a download is tried again.
_SILENCE = 30
_CHUNK = 1 << 20


class JarsMissing(RuntimeError):
    """Jars that could not be had, or are not what the lock says; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of a lock: Maven coordinates (classifier may be empty), SHA-256 in hex, size in bytes."""
    group: str
    artifact: str
    version: str
    packaging: str
    classifier: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """The file's name."""
        tail = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{tail}.{self.packaging}"

    @property
    def path(self) -> str:
        """The file's place in a Maven repository."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.name}"


@dataclass(frozen=True, slots=True)
class Lock:
    """A set of jars that belong together. `digest` is the beginning of the lock's own SHA-256."""
    name: str
    jars: tuple[Jar, ...]
    digest: str


def parse_lock(name: str, text: str) -> Lock:
    """A lock from its lines (tab-separated: group, artifact, version, packaging, classifier, sha256, bytes)."""
    jars = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            group, artifact, version, packaging, classifier, sha256, size = line.split("\t")
            jars.append(Jar(group, artifact, version, packaging, classifier, sha256, int(size)))
    return Lock(name, tuple(jars), hashlib.sha256(text.encode()).hexdigest()[:8])


def shipped_lock(name: str) -> Lock:
    """The lock of this name beside this module."""
    return parse_lock(name, files("graph.server").joinpath(f"{name}.lock.tsv").read_text(encoding="utf-8"))


SERVER = shipped_lock("neo4j-5.26.31")
BROWSER = shipped_lock("neo4j-browser-5.24.0")


def cache_folder() -> Path:
    """Where jars are kept for all projects of this user: KAKEHASHI_CACHE, else the system's place for caches."""
    return Path(os.environ.get("KAKEHASHI_CACHE") or user_cache_dir("kakehashi")).absolute()


def folder(lock: Lock) -> Path:
    """Where this lock's jars are, or will be."""
    return cache_folder() / f"{lock.name}-{lock.digest}"


def missing(lock: Lock) -> list[Jar]:
    """The jars that are not in the cache as the lock wants them."""
    return [jar for jar in lock.jars if not _fits(folder(lock) / jar.name, jar)]


def fetch(lock: Lock = SERVER, progress: Progress | None = None) -> Path:
    """The folder with every jar of the lock, fetching what is missing; `progress` gets (jars there, jars in all).

    Raises JarsMissing where some can neither be found, resolved nor downloaded.
    """
    place, report = folder(lock), progress or _silent
    if not missing(lock):
        return place
    place.mkdir(parents=True, exist_ok=True)
    with FileLock(cache_folder() / f"{lock.name}.lock"):  # another project may be fetching the same
        trouble: list[str] = []
        wanted = missing(lock)
        for way in (_link, _resolve, _download):
            report(len(lock.jars) - len(wanted), len(lock.jars))
            if wanted:
                trouble += way(wanted, place, _offset(report, len(lock.jars) - len(wanted), len(lock.jars)))
                wanted = [jar for jar in wanted if not _fits(place / jar.name, jar)]
        report(len(lock.jars) - len(wanted), len(lock.jars))
    if wanted:
        raise JarsMissing(f"{len(wanted)} of the {len(lock.jars)} jars of {lock.name} could not be fetched "
                          f"({'; '.join(trouble)}). Check the network, or set MAVEN_BASE_URL to a Maven repository "
                          "that this machine reaches, then try again")
    return place


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def _offset(report: Progress, before: int, total: int) -> Progress:
    return lambda done, _: report(min(before + done, total), total)


def _fits(file: Path, jar: Jar) -> bool:
    try:
        if file.stat().st_size != jar.size:
            return False
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == jar.sha256
    except OSError:
        return False


def _part(place: Path, jar: Jar) -> Path:
    return place / f"{jar.name}.part"


def _keep(part: Path, place: Path, jar: Jar) -> bool:
    """Give a `.part` file its name if it is what the lock says; else remove it."""
    fits = _fits(part, jar)
    if fits:
        os.replace(part, place / jar.name)
    part.unlink(missing_ok=True)
    return fits


# 1. the local Maven repository

def _link(jars: Iterable[Jar], place: Path, report: Progress) -> list[str]:
    repository = _local_repository()
    done = 0
    for jar in jars:
        if _fits(repository / jar.path, jar) and _take(repository / jar.path, place, jar):
            done += 1
            report(done, 0)
    return []


def _take(source: Path, place: Path, jar: Jar) -> bool:
    part = _part(place, jar)
    part.unlink(missing_ok=True)
    try:
        os.link(source, part)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(source, part)
    return _keep(part, place, jar)


def _local_repository() -> Path:
    named = next((e.text for e in _settings() if _tag(e) == "localRepository" and e.text), None)
    return Path(named.strip()) if named else Path.home() / ".m2" / "repository"


def _settings() -> list[ElementTree.Element]:
    """The elements of the user's Maven settings; none where there are none, or none that can be read."""
    try:
        return list(ElementTree.parse(Path.home() / ".m2" / "settings.xml").iter())
    except (OSError, ElementTree.ParseError):
        return []


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


# 2. mvn

def _resolve(jars: list[Jar], place: Path, report: Progress) -> list[str]:
    mvn = shutil.which("mvn")
    if mvn is None:
        return ["mvn is not on the path"]
    with tempfile.TemporaryDirectory(dir=place.parent) as work:
        pom, found = Path(work) / "pom.xml", Path(work) / "lib"
        pom.write_text(pom_of(jars), encoding="utf-8")
        said = _run_mvn([mvn, "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={found}"],
                        report)
        for jar in jars:
            if (found / jar.name).is_file():
                os.replace(found / jar.name, _part(place, jar))
                if not _keep(_part(place, jar), place, jar):
                    said.append(f"mvn brought a {jar.name} that is not the one of the lock")
    return said[:1]


def pom_of(jars: Iterable[Jar]) -> str:
    """A Maven project whose dependencies are exactly these jars, and nothing of what they depend on."""
    return ('<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
            "<groupId>kakehashi</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>"
            f"<dependencies>{''.join(map(_dependency, jars))}</dependencies></project>")


def _dependency(jar: Jar) -> str:
    fields = {"groupId": jar.group, "artifactId": jar.artifact, "version": jar.version, "type": jar.packaging,
              "classifier": jar.classifier}
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items() if value)
    alone = "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
    return f"<dependency>{inner}{alone}</dependency>"


def _run_mvn(command: list[str], report: Progress) -> list[str]:
    done = 0
    trouble: list[str] = []
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace") as process:
        for line in process.stdout or ():
            if "Downloaded from" in line and ".jar" in line:
                done += 1
                report(done, 0)
            elif line.startswith("[ERROR]"):
                trouble.append(f"mvn said «{line.removeprefix('[ERROR]').strip()[:300]}»")
    if process.returncode and not trouble:
        trouble.append(f"mvn ended with {process.returncode}")
    return trouble if process.returncode else []


# 3. a download

def _download(jars: list[Jar], place: Path, report: Progress) -> list[str]:
    base = base_url()
    if base is None:
        return ["no Maven repository is known for a download: install the extra «server», or set MAVEN_BASE_URL"]
    trouble: list[str] = []
    with ThreadPoolExecutor(_WORKERS) as pool:
        for done, why in enumerate(pool.map(lambda jar: _download_one(base, jar, place), jars), 1):
            trouble += [why] if why else []
            report(done, 0)
    return trouble[:1]


def base_url() -> str | None:
    """The Maven repository to download from: MAVEN_BASE_URL, a mirror in the user's settings, jgo's default."""
    if given := os.environ.get("MAVEN_BASE_URL"):
        return given.rstrip("/")
    for url in _mirrors():
        return url.rstrip("/")
    try:
        from jgo.constants import MAVEN_CENTRAL_URL
    except ImportError:
        return None
    return str(MAVEN_CENTRAL_URL).rstrip("/")


def _mirrors() -> Iterator[str]:
    for element in _settings():
        if _tag(element) == "mirror":
            fields = {_tag(child): (child.text or "").strip() for child in element}
            of = [name.strip() for name in fields.get("mirrorOf", "").split(",")]
            if (fields.get("url") and fields.get("blocked") != "true" and "!central" not in of
                    and {"*", "central", "external:*"} & set(of)):
                yield fields["url"]


def _download_one(base: str, jar: Jar, place: Path) -> str | None:
    """Why a jar could not be had, or None when it is there."""
    host, why = urlsplit(base).hostname or base, ""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(2 ** (attempt - 2))
        part = _part(place, jar)
        try:
            complete = _read_into(f"{base}/{jar.path}", part, jar.size)
        except urllib.error.HTTPError as error:
            why = f"{host} answered {error.code} for {jar.name}"
            if error.code in (401, 403, 404, 410):
                return why
        except (OSError, ValueError, http.client.HTTPException) as error:
            why = f"{host} did not give {jar.name}: {getattr(error, 'reason', None) or error}"
        else:
            if _keep(part, place, jar):
                return None
            why = f"{host} gave a {jar.name} that is not the one of the lock"
            if complete:  # right in size, wrong in content: asking again would not help
                return why
        finally:
            part.unlink(missing_ok=True)
    return why


def _read_into(url: str, part: Path, size: int) -> bool:
    """Write what the address gives; whether it has the wanted size. Never reads more than a byte beyond it."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("MAVEN_BASE_URL must begin with http:// or https://")
    left = size + 1
    with urllib.request.urlopen(url, timeout=_SILENCE) as answer, part.open("wb") as out:
        while left and (chunk := answer.read(min(left, _CHUNK))):
            out.write(chunk)
            left -= len(chunk)
    return left == 1


def _advance(bars: Bars, task: TaskID) -> Progress:
    return lambda done, total: bars.update(task, completed=done, total=total)


def main() -> None:
    """Fill the cache with the jars of the server and its browser, with progress bars where there is a terminal."""
    console = Console(stderr=True)
    with Bars(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console,
                  disable=not console.is_terminal) as bars:
        for lock in (SERVER, BROWSER):
            task = bars.add_task(lock.name, total=len(lock.jars))
            try:
                place = fetch(lock, _advance(bars, task))
            except JarsMissing as error:
                raise SystemExit(f"kakehashi: {error}") from None
            sys.stdout.write(f"{len(lock.jars)} verified jars of {lock.name} in {place}\n")


if __name__ == "__main__":
    main()
