"""What the commands write into the user's configuration folder; comments and order of a file stay as they are."""
from __future__ import annotations

import datetime as dt
import io
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from pipelines.sources import registry, schema
from pipelines.sources.source import Source


def refuse(config: Path, name: str) -> None:
    """Raises ValueError for a name that no new source can have."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise ValueError(f"«{name}» cannot be a source's name; use a to z, 0 to 9 and -, e.g. --name city-aoi")
    if taken := registry.files(config).get(name):
        raise ValueError(f"there is a source {name} already ({taken[0]}); choose another --name")


def add(config: Path, name: str, content: Mapping[str, Any], note: str) -> Source:
    """Write a new source and read it again. Raises ValueError where the name is taken, SourceError where it is unsound."""
    refuse(config, name)
    return _kept(config, name, f"# {note}\n{_text(dict(content))}", over=None)


def enable(config: Path, source: Source, on: dt.date, terms_url: str, store: str | None = None) -> Source:
    """Note that the source's terms were read on a day and allow it, and let it be asked from now on."""
    rights: dict[str, Any] = {"terms_url": terms_url, "terms_checked_on": on, "allowed": True}
    return _changed(config, source, {"enabled": True, "rights": rights | ({"store": store} if store else {})})


def allow_folder(config: Path, source: Source) -> Source:
    """Let a folder be read from now on; files of one's own need no terms."""
    return _changed(config, source, {"enabled": True})


def disable(config: Path, source: Source) -> Source:
    """Let the source be asked no more; what is known of its terms stays."""
    return _changed(config, source, {"enabled": False})


def _changed(config: Path, source: Source, changes: Mapping[str, Any]) -> Source:
    file = config / "sources" / f"{source.name}.yaml"
    over = registry.SHIPPED / file.name
    if not file.exists():
        return _kept(config, source.name, _text(dict(changes)), over)
    yaml = _yaml()
    content = yaml.load(file.read_text(encoding="utf-8-sig"))
    _merge(content, changes)
    return _kept(config, source.name, _text(content, yaml), over if over.exists() else None)


def _merge(content: Any, changes: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, Mapping) and isinstance(content.get(key), Mapping):
            _merge(content[key], value)
        else:
            content[key] = value


def _kept(config: Path, name: str, text: str, over: Path | None) -> Source:
    """The file in its place, read again; a text that would be unsound is not kept."""
    folder = config / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{name}.{os.getpid()}" / f"{name}.yaml"
    part.parent.mkdir()
    try:
        part.write_text(text, encoding="utf-8")
        schema.read(part, over)
        os.replace(part, folder / part.name)
    finally:
        part.unlink(missing_ok=True)
        part.parent.rmdir()
    return schema.read(folder / part.name, over)


def _text(content: Any, yaml: YAML | None = None) -> str:
    written = io.StringIO()
    (yaml or _yaml()).dump(_quoted(content), written)
    return written.getvalue()


def _quoted(content: Any) -> Any:
    """Codes in quotes, as their zeros need them."""
    if isinstance(content, dict) and isinstance(content.get("publisher"), dict) and content["publisher"].get("code"):
        content["publisher"]["code"] = DoubleQuotedScalarString(content["publisher"]["code"])
    return content


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    return yaml
