"""Somebody installs the wheel somewhere without the checkout: the packages bring their data and load there."""
from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_PACKAGES = ("nlp", "graph", "queries", "pipelines")
_LOAD = """
import pathlib, pipelines, pipelines.definitions as definitions
print(pathlib.Path(pipelines.__file__).resolve().parent.parent)
print(*sorted(job.name for job in definitions.defs().get_repository_def().get_all_jobs() if job.name[0] != "_"))
"""


@pytest.fixture(scope="module")
def wheel() -> Path:
    built = list((ROOT / "build" / "wheel").glob("kakehashi-*.whl"))
    assert len(built) == 1, "run `make install`: it builds the one wheel in build/wheel that this test unpacks"
    return built[0]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("elsewhere") / "site"
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", target, wheel],
                   check=True, timeout=120)
    return target


def test_the_definitions_load_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("KAKEHASHI_", "NEO4J_", "DAGSTER_", "PYTHON"))}
    done = subprocess.run([sys.executable, "-c", _LOAD], cwd=tmp_path, timeout=120, capture_output=True, text=True,
                          env=environment | {"PYTHONPATH": str(installed), "KAKEHASHI_HOME": str(tmp_path / "home")})

    assert done.returncode == 0, done.stderr
    place, jobs = done.stdout.splitlines()
    assert Path(place) == installed.resolve()
    assert {"refresh", "rebuild_graph"} <= set(jobs.split())


def test_the_wheel_holds_every_data_file_and_nothing_of_the_development(wheel: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", "-z", "--", *_PACKAGES], cwd=ROOT, check=True, capture_output=True,
                             text=True).stdout.split("\0")
    inside = set(zipfile.ZipFile(wheel).namelist())

    assert {name for name in tracked if name} - inside == set()
    assert {name.split("/")[0] for name in inside} == {*_PACKAGES, "kakehashi-0.1.0.dist-info"}
    assert "kakehashi-0.1.0.dist-info/licenses/LICENSE" in inside
