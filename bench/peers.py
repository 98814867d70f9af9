"""Install the peers that must not share the project's environment, each in one of its own under build/peers.

A peer is a line of PEERS: its name and the pinned requirements of its environment. Peers that are among the
project's own dependencies, such as the Japanese pipeline of `extract-natural`, need none.
"""
from __future__ import annotations

import subprocess
import venv
from pathlib import Path

FOLDER = Path("build/peers")
PEERS: dict[str, tuple[str, ...]] = {
    # the row «load»: its writer, on the plain driver that comes with it; our loader runs there too, plain against plain
    "neo4j-graphrag": ("neo4j-graphrag==1.22.0", "neo4j==6.4.1", "pandas==2.3.3"),
}


def install(name: str, requirements: tuple[str, ...], folder: Path = FOLDER) -> Path:
    """The environment of one peer, made when it is not there yet; raises CalledProcessError when pip fails."""
    home = folder / name
    if not (home / "installed").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([home / "bin" / "python", "-m", "pip", "install", "-q", *requirements], check=True)
        (home / "installed").touch()
    return home


def main() -> None:
    """Install all peers and say where they are."""
    for name, requirements in sorted(PEERS.items()):
        print(f"{name}: {install(name, requirements)}")
    if not PEERS:
        print("No row needs a peer of its own yet: extract-natural runs beside the pipeline that is already installed.")


if __name__ == "__main__":
    main()
