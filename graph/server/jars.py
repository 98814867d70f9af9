"""The server's jars: named by a committed lock, fetched once a user, verified by size and SHA-256.

Three ways in, tried in this order, one verification behind them all: a hard link from the local Maven repository
where the hash fits; `mvn` with a pom made from the lock, where it is on the path; a plain download. The download's
base address comes from MAVEN_BASE_URL, a mirror in Maven's settings.xml, or the default that `jgo` carries.
"""
from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from filelock import FileLock
from platformdirs import user_cache_path

SERVER_LOCK = Path(__file__).with_name("neo4j-5.26.31.lock.tsv")
BROWSER_LOCK = Path(__file__).with_name("browser-5.24.0.lock.tsv")
#: Called with how many jars are there and how many there will be.
Report = Callable[[int, int], None]
_TRIES = 4


class JarsMissing(RuntimeError):
    """The jars cannot be had on this machine; the message says what would help."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of a lock."""

    group: str
    artifact: str
    version: str
    packaging: str
    classifier: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """The file's name in a Maven repository."""
        classifier = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{classifier}.{self.packaging}"

    @property
    def path(self) -> str:
        """The file's place below a Maven repository's address."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.name}"

    def is_at(self, file: Path) -> bool:
        """Whether a file holds exactly these bytes."""
        if not file.is_file() or file.stat().st_size != self.size:
            return False
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == self.sha256


def read_lock(lock: Path) -> list[Jar]:
    """The jars of a lock file: group, artifact, version, packaging, classifier, sha256, bytes; tab-separated."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [Jar(*fields[:6], int(fields[6])) for line in lines if line and not line.startswith("#")
            for fields in [line.split("\t")]]


def cache() -> Path:
    """The user's cache that all projects share: KAKEHASHI_CACHE, else the platform's own place."""
    return Path(os.environ.get("KAKEHASHI_CACHE") or user_cache_path("kakehashi"))


def fetch(lock: Path = SERVER_LOCK, report: Report = lambda done, total: None) -> Path:
    """The folder with every jar of a lock, fetched where it is not there yet. A complete folder costs one look.

    Raises JarsMissing, saying what would help, where a jar cannot be had or has other bytes than the lock says.
    """
    jars = read_lock(lock)
    stamp = hashlib.sha256(lock.read_bytes()).hexdigest()
    folder = cache() / lock.name.removesuffix(".lock.tsv")
    complete = folder / "complete"
    if complete.is_file() and complete.read_text() == stamp and all((folder / j.name).is_file() for j in jars):
        report(len(jars), len(jars))
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        _fill(folder, jars, report)
        complete.write_text(stamp)
    return folder


def _fill(folder: Path, jars: list[Jar], report: Report) -> None:
    missing = [jar for jar in jars if not jar.is_at(folder / jar.name)]
    missing = _linked(folder, missing)
    report(len(jars) - len(missing), len(jars))
    if missing and shutil.which("mvn"):
        missing = _through_maven(folder, missing)
        report(len(jars) - len(missing), len(jars))
    if not missing:
        return
    base = base_address()
    for number, jar in enumerate(missing, 1):
        download(base, jar, folder)
        report(len(jars) - len(missing) + number, len(jars))


def _linked(folder: Path, jars: Iterable[Jar]) -> list[Jar]:
    """Link what the local Maven repository has; what it lacks comes back."""
    repository = Path(os.environ.get("M2_REPO") or Path.home() / ".m2" / "repository")
    left = []
    for jar in jars:
        source = repository / jar.path
        if jar.is_at(source):
            _place(source, folder / jar.name)
        else:
            left.append(jar)
    return left


def _place(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system
        part = target.with_suffix(".part")
        shutil.copyfile(source, part)
        part.replace(target)


def pom(jars: Iterable[Jar]) -> str:
    """A Maven project that depends on exactly these jars and on nothing they ask for."""
    def dependency(jar: Jar) -> str:
        classifier = f"<classifier>{escape(jar.classifier)}</classifier>" if jar.classifier else ""
        return (f"<dependency><groupId>{escape(jar.group)}</groupId><artifactId>{escape(jar.artifact)}</artifactId>"
                f"<version>{escape(jar.version)}</version><type>{escape(jar.packaging)}</type>{classifier}"
                "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
                "</dependency>")
    return ('<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
            "<groupId>kakehashi</groupId><artifactId>server</artifactId><version>1</version><dependencies>"
            + "".join(map(dependency, jars)) + "</dependencies></project>")


def _through_maven(folder: Path, jars: list[Jar]) -> list[Jar]:
    """Let Maven copy the jars, with the mirrors, proxies and credentials it is set up with."""
    with tempfile.TemporaryDirectory() as place:
        project = Path(place) / "pom.xml"
        project.write_text(pom(jars), encoding="utf-8")
        subprocess.run(["mvn", "-B", "-q", "-f", str(project), "dependency:copy-dependencies",
                        f"-DoutputDirectory={place}/jars"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        left = []
        for jar in jars:
            source = Path(place) / "jars" / jar.name
            if jar.is_at(source):
                _place(source, folder / jar.name)
            else:
                left.append(jar)
    return left


def base_address() -> str:
    """The address of the Maven repository to download from. Raises JarsMissing where none is known."""
    if given := os.environ.get("MAVEN_BASE_URL"):
        return given.rstrip("/")
    if mirror := _mirror(Path.home() / ".m2" / "settings.xml"):
        return mirror.rstrip("/")
    try:
        from jgo.constants import MAVEN_CENTRAL_URL
    except ImportError:
        raise JarsMissing("no address to fetch Neo4j's jars from: set MAVEN_BASE_URL, install Maven, "
                          "or `pip install 'kakehashi[server]'`") from None
    return str(MAVEN_CENTRAL_URL).rstrip("/")


def _mirror(settings: Path) -> str | None:
    """The first mirror of Maven's settings that stands for everything or for the central repository."""
    if not settings.is_file():
        return None
    for mirror in ElementTree.parse(settings).iter():
        if mirror.tag.endswith("}mirror") or mirror.tag == "mirror":
            fields = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in mirror}
            of = fields.get("mirrorOf", "").split(",")
            if fields.get("url") and {"*", "central", "external:*"} & set(of):
                return fields["url"]
    return None


def download(base: str, jar: Jar, folder: Path) -> None:
    """Fetch one jar, verify it and put it in its place. Raises JarsMissing; a 403 or 404 is not tried again."""
    part = folder / f"{jar.name}.part"
    reason = ""
    for _ in range(_TRIES):
        try:
            with urllib.request.urlopen(f"{base}/{jar.path}", timeout=60) as answer, part.open("wb") as file:
                shutil.copyfileobj(answer, file)
        except urllib.error.HTTPError as error:
            reason = f"the repository answered {error.code}"
            if error.code in (403, 404):
                break
        except OSError as error:
            reason = str(error)
        else:
            if jar.is_at(part):
                part.replace(folder / jar.name)
                return
            part.unlink()
            raise JarsMissing(f"{jar.name} has other bytes than the lock says; remove the mirror that serves it")
    part.unlink(missing_ok=True)
    raise JarsMissing(f"{jar.name} cannot be fetched ({reason}); set MAVEN_BASE_URL to a Maven repository "
                      "this machine reaches, or install Maven")


def main() -> None:
    """Fetch the server's jars now, with a line of progress: what `make install` runs."""
    def line(done: int, total: int) -> None:
        sys.stderr.write(f"\rNeo4j: {done} of {total} jars")
        sys.stderr.flush()
    fetch(report=line)
    sys.stderr.write("\n")


if __name__ == "__main__":
    main()
