"""Install the peers that must not share the project's environment, each in one of its own under build/peers.

A peer is a line of PEERS: its name and the pinned requirements of its environment. Peers that are among the
project's own dependencies, such as the Japanese pipeline of `extract-natural`, need none.
"""
from __future__ import annotations

import shutil
import subprocess
import venv
from pathlib import Path

FOLDER = Path("build/peers")
PEERS: dict[str, tuple[str, ...]] = {
    # the row «load»: its writer, on the plain driver that comes with it; our loader runs there too, plain against plain
    "neo4j-graphrag": ("neo4j-graphrag==1.22.0", "neo4j==6.4.1", "pandas==2.3.3"),
    # the row «betweenness»; its licence (GPL-2) keeps it out of the project's own environment
    "igraph": ("igraph==1.0.0",),
}
#: R with its package sna, unpacked from Debian's packages without being installed: the row «gould-fernandez».
R_SNA = "r-sna"
_R = """#!/bin/sh
# R and its libraries where they were unpacked; runs the file that is named
root="$(cd "$(dirname "$0")/.." && pwd)/root"
libraries="$root/usr/lib/$(uname -m)-linux-gnu"
export R_HOME="$root/usr/lib/R" R_LIBS="$root/usr/lib/R/site-library:$root/usr/lib/R/library" EDITOR=vi PAGER=cat
export LD_LIBRARY_PATH="$R_HOME/lib:$libraries:$libraries/blas:$libraries/lapack"
exec "$R_HOME/bin/exec/R" --vanilla --slave -f "$1"
"""


def install(name: str, requirements: tuple[str, ...], folder: Path = FOLDER) -> Path:
    """The environment of one peer, made when it is not there yet; raises CalledProcessError when pip fails."""
    home = folder / name
    if not (home / "installed").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([home / "bin" / "python", "-m", "pip", "install", "-q", *requirements], check=True)
        (home / "installed").touch()
    return home


def install_r(folder: Path = FOLDER) -> Path | None:
    """R with sna, made when it is not there yet; None where there is no apt-get and dpkg to get and unpack it with.
    Nothing is installed, so no lock and no root are needed. Raises CalledProcessError when they fail (after `apt-get
    update` they mostly do not)."""
    home = (folder / R_SNA).absolute()
    if (home / "installed").exists():
        return home
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return None
    shutil.rmtree(home, ignore_errors=True)
    packages = home / "packages"
    (packages / "partial").mkdir(parents=True)
    subprocess.run(["apt-get", "-y", "-qq", "-o", f"Dir::Cache::archives={packages}", "-o", "Debug::NoLocking=true",
                    "--download-only", "--no-install-recommends", "install", "r-cran-sna"], check=True, stdout=subprocess.DEVNULL)
    for package in sorted(packages.glob("*.deb")):
        subprocess.run(["dpkg", "-x", package, home / "root"], check=True)
    (home / "bin").mkdir()
    (home / "bin" / "R").write_text(_R, encoding="utf-8")
    (home / "bin" / "R").chmod(0o755)
    (home / "installed").touch()
    return home


def main() -> None:
    """Install all peers and say where they are."""
    for name, requirements in sorted(PEERS.items()):
        print(f"{name}: {install(name, requirements)}")
    print(f"{R_SNA}: {install_r() or 'not had: there is no apt-get and dpkg here'}")


if __name__ == "__main__":
    main()
