"""A source's YAML file into a Source: every flaw with its file, its line and its cure.

A user's file of the same name as a shipped one is laid over it key by key, so that it holds only what differs.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from pipelines.sources.source import Closed, Source

#: Keys that are not written in the file.
_FROM_THE_FILE = {"name", "file"}
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """Something wrong in a source's file; `line` counts from 1."""
    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class SourceError(ValueError):
    """Source files that cannot be used; the message has a line for each flaw: file, line and cure."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__("\n".join(map(str, flaws)))
        self.flaws = flaws


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it is written: its content, and for each key the file, the line and the word that stand there."""
    file: Path
    content: dict[str, Any]
    places: dict[Path_, tuple[Path, int, str]]


def written(file: Path) -> Written:
    """A YAML file's mapping. Raises SourceError where it is not valid YAML, no mapping, or says a key twice."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError([Flaw(file, 1, f"cannot be read ({error.strerror}); correct its permissions, or remove it")]) from None
    except UnicodeDecodeError as error:
        raise SourceError([Flaw(file, 1, f"is not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8")]) from None
    try:
        aliases = [one for one in yaml.parse(text, Loader=yaml.SafeLoader) if isinstance(one, yaml.AliasEvent)]
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except RecursionError:
        raise SourceError([Flaw(file, 1, "is nested deeper than a source is; correct its brackets")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "it cannot be read"
        raise SourceError([Flaw(file, mark.line + 1 if mark else 1, f"not valid YAML: {what}; correct this line "
                                "(values with «: » or a leading «*«*», «@», «[», «{» need quotes)")]) from None
    except ValueError as error:  # e.g. a day that the calendar does not have
        raise SourceError([Flaw(file, 1, f"holds an impossible value ({error}); correct it")]) from None
    if aliases:  # a few lines of them unfold without end
        raise SourceError([Flaw(file, one.start_mark.line + 1 if one.start_mark else 1, f"«*{one.anchor}» stands for "
                                "what is written elsewhere; write it out") for one in aliases])
    if not isinstance(node, yaml.MappingNode):
        raise SourceError([Flaw(file, 1, "must hold keys such as «kind: feed» and «url: https://…»")])
    places: dict[Path_, tuple[Path, int, str]] = {}
    if flaws := list(_walk(file, node, (), places)):
        raise SourceError(flaws)
    return Written(file, content, places)


def _walk(file: Path, node: yaml.Node, path: Path_, places: dict[Path_, tuple[Path, int, str]]) -> Iterator[Flaw]:
    places.setdefault(path, (file, node.start_mark.line + 1, str(node.value) if isinstance(node, yaml.ScalarNode) else ""))
    if isinstance(node, yaml.MappingNode):
        before: dict[str, int] = {}
        for key, value in node.value:
            line, name = key.start_mark.line + 1, str(key.value)
            if name in before:
                yield Flaw(file, line, f"says «{name}» again (first on line {before[name]}); keep one of them")
            before[name] = line
            word = value.value if isinstance(value, yaml.ScalarNode) else ""
            places[(*path, name)] = (file, line, word)
            yield from _walk(file, value, (*path, name), places)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _walk(file, value, (*path, number), places)


def read(file: Path, over: Path | None = None) -> Source:
    """The source that a file describes, laid over another of the same name. Raises SourceError with every flaw."""
    top = written(file)
    if over is None:
        return _source(top)
    base = written(over)
    return _source(Written(file, _merged(base.content, top.content), {**base.places, **top.places}))


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(below)
    for key, value in above.items():
        old = both.get(key)
        both[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return both


def _source(one: Written) -> Source:
    if taken := _FROM_THE_FILE & set(map(str, one.content)):
        key = min(taken)
        raise SourceError([Flaw(*_place(one, (key,))[:2], f"«{key}» is not written in the file; the file's name is the "
                                "source's name")])
    content = {**one.content, "name": one.file.stem, "file": one.file}
    if isinstance(content.get("path"), str):
        content["path"] = (_place(one, ("path",))[0].parent / content["path"]).resolve()
    try:
        return Source.model_validate(content)
    except ValidationError as error:
        raise SourceError(sorted({_flaw(one, flaw) for flaw in error.errors()})) from None


def _place(one: Written, path: Path_) -> tuple[Path, int, str]:
    """The place of a key, else of what it would stand in."""
    for end in range(len(path), -1, -1):
        if path[:end] in one.places:
            return one.places[path[:end]]
    return one.file, 1, ""


def _flaw(one: Written, error: Any) -> Flaw:
    path: Path_ = tuple(error["loc"])
    file, line, word = _place(one, path)
    if path == ("name",):
        return Flaw(one.file, 1, "has a name that no source can have; use a to z, 0 to 9 and -, e.g. city-aoi.yaml")
    key = ".".join(map(str, path))
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        known = sorted(set(_known(path[:-1])) - (_FROM_THE_FILE if len(path) == 1 else set()))
        near = get_close_matches(str(path[-1]), known, 1, 0.6)
        hint = f"perhaps «{near[0]}»; " if near else ""
        return Flaw(file, line, f"unknown key «{key}»; {hint}known here: {', '.join(known)}")
    if kind == "missing":
        return Flaw(file, line, f"needs «{key}: …»")
    if kind == "value_error":
        return Flaw(file, line, f"{key}: {context['error']}" if key else str(context["error"]))
    if kind == "string_type":
        return Flaw(file, line, f"{key}: must be text; put it in quotes: \"{word}\"")
    if kind == "string_pattern_mismatch" and path[-1] == "code":
        return Flaw(file, line, f"{key}: «{word}» must be six digits in quotes, e.g. \"141003\"")
    if kind == "literal_error":
        return Flaw(file, line, f"{key}: «{word}» is not known; it can be {context['expected']}")
    return Flaw(file, line, f"{key}: {error['msg']}" + (f" (it is «{word}»)" if word else ""))


def _known(path: Path_) -> list[str]:
    """The keys that a section of the file can have."""
    model: type[BaseModel] = Source
    for key in path:
        field = model.model_fields.get(str(key))
        inner = [t for t in (field.annotation, *get_args(field.annotation)) if _is_section(t)] if field else []
        if not inner:
            return []
        model = inner[0]
    return list(model.model_fields)


def _is_section(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, Closed)
