"""Where releases come from: one YAML file a source, in `sources/` under the user's configuration folder.

A folder source has `kind: folder` and `path` (relative to the YAML file), with an optional `enabled: false`.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_KEYS = {"kind", "path", "enabled", "title"}


class SourceError(ValueError):
    """A source file that cannot be used; the message names the file and the cure."""


def folders(config: Path) -> list[Path]:
    """The folders that the enabled sources of a configuration name, in the order of the sources' names."""
    return [path for source in sorted((config / "sources").glob("*.yaml")) if (path := _folder(source)) is not None]


def _folder(source: Path) -> Path | None:
    try:
        content: Any = yaml.safe_load(source.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise SourceError(f"{source}: not valid YAML ({error}); correct the line it names") from error
    if not isinstance(content, dict):
        raise SourceError(f"{source}: must hold keys such as «kind: folder» and «path: ../inbox»")
    if unknown := sorted(set(map(str, content)) - _KEYS):
        raise SourceError(f"{source}: unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}")
    if content.get("kind") != "folder" or not isinstance(content.get("path"), str):
        raise SourceError(f"{source}: needs «kind: folder» and «path: …», the folder to read")
    if content.get("enabled") is False:
        return None
    path = (source.parent / str(content["path"])).resolve()
    if not path.exists():
        raise SourceError(f"{source}: there is no {path}; create it or correct «path»")
    return path
