"""What holds for the repository as a whole: who may import whom, what is pinned, what the shared installation opens."""
from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
#: Calls that answer with the time of day; durations (monotonic, perf_counter) are no such calls.
_CLOCKS = {("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"), ("time", "strftime"),
           ("time", "ctime"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}


def _modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}


def _compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return read


def test_imports_go_one_way_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_definitions_import_dagster() -> None:
    importing = set()
    for path, module in _modules("nlp", "graph", "queries", "pipelines"):
        for node in ast.walk(module):
            names = ([alias.name for alias in node.names] if isinstance(node, ast.Import)
                     else [node.module or ""] if isinstance(node, ast.ImportFrom) else [])
            if any(name.split(".")[0].startswith("dagster") for name in names):
                importing.add(path)
    assert importing
    assert [p for p in importing if p != "pipelines/definitions.py" and not p.startswith("pipelines/defs/")] == []


def test_extraction_and_graph_never_ask_for_the_time_of_day() -> None:
    asking = []
    for path, module in _modules("nlp", "graph"):
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = ast.unparse(node.func.value).rpartition(".")[2]
                if (owner, node.func.attr) in _CLOCKS:
                    asking.append(f"{path}:{node.lineno}")
    assert asking == []


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    pins = _pins()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [project["dependencies"], *project["optional-dependencies"].values()]
    for requirement in (Requirement(line) for lines in wanted for line in lines):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), str(requirement)


def test_pins_are_exact_and_name_no_address() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


def test_hooks_are_local_and_use_the_installed_tools() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    for hook in config["repos"][0]["hooks"]:
        assert hook["entry"].startswith(".venv/bin/") and hook["language"] == "system"


@pytest.mark.parametrize("script", [".ci/run"])
def test_scripts_are_valid_bash_and_executable(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", path], check=True)


def test_the_shared_installation_has_its_three_services_each_with_a_health_check() -> None:
    services = _compose()["services"]
    assert sorted(services) == ["kakehashi", "neo4j", "postgres"]
    for name, service in services.items():
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), name
        assert service["restart"] == "unless-stopped", name


def test_the_shared_installation_opens_nothing_beyond_loopback() -> None:
    services = _compose()["services"]
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published and all(port.startswith("127.0.0.1:") for port in published)
    assert not any("network_mode" in service or service.get("privileged") for service in services.values())


def test_the_shared_installation_takes_its_secrets_from_the_environment() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for service in _compose()["services"].values():
        for name, value in service["environment"].items():
            if re.search("PASSWORD|AUTH", name):
                assert re.fullmatch(r"(neo4j/)?\$\{\w+:\?set \w+ in \.env\}", value), name
    offered = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", text)) == set(offered)
    assert offered["POSTGRES_PASSWORD"] == offered["NEO4J_PASSWORD"] == ""
    assert ".env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_volumes_and_dependencies_of_the_shared_installation_exist() -> None:
    compose = _compose()
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith("./") or source in compose["volumes"]
        for name, condition in service.get("depends_on", {}).items():
            assert name in compose["services"] and condition == {"condition": "service_healthy"}
