"""The catalogue of questions: reads the headers of `queries/*.cypher`.

A question is one Cypher file whose first lines are comments:

    // group: intermediaries
    // title: Who introduced whom
    // about: one or more lines of explanation
    // param theme = null: a theme's name; null for all
    // columns: broker, connected, tie

Everything after the header is one read-only Cypher statement with `$parameters`. A column that is named `id`, or ends in
`_id` or `_ids`, holds ids of the graph: by them an answer's part of the graph is exported.
"""
from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

Value = str | int | float | bool | None
#: The groups of the catalogue in their order, with their headings.
GROUPS = {
    "overview": "The whole at a glance",
    "intermediaries": "Intermediaries",
    "municipalities": "Municipalities and other public bodies",
    "companies": "Companies and banks",
    "collectives": "Councils, consortia and platforms",
    "themes": "Themes and gaps",
    "needs": "Needs, and who has solved them",
    "time": "Time",
    "evidence": "Evidence",
    "quality": "How good the data is",
}
#: Parameters that are names of organisations.
NAMES_OF_ORGANIZATIONS = ("organization", "other", "collective", "intermediary")
_FOLDER = Path(__file__).parent
#: Parameters that dates are made of, and the last year that a date has.
_YEARS, _LAST_YEAR = ("fiscal_year", "years"), 9_999
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PARAMETER = re.compile(r"(?P<name>\w+) = (?P<default>.+?): (?P<meaning>.+)")


class QuestionError(ValueError):
    """A question or parameter that does not exist; the message names those that do."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter with its default value and what it means."""
    name: str
    default: Value
    meaning: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its group, Cypher text, parameters and the columns it answers with."""
    name: str
    group: str
    title: str
    about: str
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    cypher: str

    def values(self, given: Mapping[str, str | Value | date]) -> dict[str, Value]:
        """All parameters, the given ones over the defaults; texts become what the default is: a number, true or false.

        A parameter whose default is a day takes whole days alone: of «2024» nobody knows whether its first or last is meant.
        Raises QuestionError for a parameter the question does not have or a value of the wrong type.
        """
        known = {p.name: p for p in self.parameters}
        if unknown := sorted(set(given) - set(known)):
            has = ", ".join(f"--{name}" for name in known) or "no parameter"
            raise QuestionError(f"«{self.name}» has no parameter {unknown[0]!r}; it has {has}")
        return {name: _typed(parameter, given[name]) if name in given else parameter.default
                for name, parameter in known.items()}

    def text(self, given: Mapping[str, str | Value | date]) -> str:
        """The question with its values written in: text to paste into any Cypher shell."""
        values = self.values(given)
        body = re.sub(r"\$(\w+)", lambda m: literal(values[m.group(1)]), self.cypher)
        return f"// {self.title}\n{body.strip()};\n"


def _typed(parameter: Parameter, value: str | Value | date) -> Value:
    if isinstance(parameter.default, str) and _DAY.fullmatch(parameter.default):
        return _day(parameter.name, value)
    if isinstance(value, date):
        raise QuestionError(f"--{parameter.name} takes no day, but {parameter.meaning}")
    typed = _written(parameter, value) if isinstance(value, str) else value
    if parameter.name in _YEARS and not (isinstance(typed, int) and 1 <= typed <= _LAST_YEAR):
        raise QuestionError(f"--{parameter.name} takes a whole number from 1 to {_LAST_YEAR}, not {value!r}")
    return typed


def _written(parameter: Parameter, value: str) -> Value:
    sort = type(parameter.default)
    if sort is bool:
        if value.lower() not in ("true", "false"):
            raise QuestionError(f"--{parameter.name} takes true or false, not {value!r}")
        return value.lower() == "true"
    try:
        return sort(value) if sort in (int, float) else value
    except ValueError:
        number = "a whole number" if sort is int else "a number"
        raise QuestionError(f"--{parameter.name} takes {number}, not {value!r}") from None


def _day(name: str, value: Value | date) -> str:
    try:
        if _DAY.fullmatch(str(value)):
            return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        pass
    raise QuestionError(f"--{name} takes a day such as 2024-04-01, not {value!r}")


def literal(value: Value) -> str:
    """A value as a Cypher literal; hostile text stays text."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
        return f"'{escaped}'"
    return json.dumps(value)


def read(path: Path) -> Question:
    """The question of one file. Raises ValueError that names the file and the line which is missing."""
    lines = path.read_text(encoding="utf-8").splitlines()
    header = [line[2:].strip() for line in lines if line.startswith("//")]
    fields: dict[str, list[str]] = {}
    parameters: list[Parameter] = []
    for line in header:
        if line.startswith("param "):
            match = _PARAMETER.fullmatch(line.removeprefix("param "))
            if match is None:
                raise ValueError(f"{path.name}: write «// param name = default: meaning», not «{line}»")
            parameters.append(Parameter(match["name"], json.loads(match["default"]), match["meaning"]))
        else:
            key, _, rest = line.partition(": ")
            fields.setdefault(key, []).append(rest)
    for key in ("group", "title", "about", "columns"):
        if key not in fields:
            raise ValueError(f"{path.name}: the header lacks «// {key}: …»")
    if fields["group"][0] not in GROUPS:
        raise ValueError(f"{path.name}: «{fields['group'][0]}» is no group; there are {', '.join(GROUPS)}")
    cypher = "\n".join(line for line in lines if not line.startswith("//")).strip().rstrip(";")
    return Question(path.stem, fields["group"][0], fields["title"][0], " ".join(fields["about"]), tuple(parameters),
                    tuple(c.strip() for c in fields["columns"][0].split(",")), cypher)


def names() -> list[str]:
    """The names of all questions, sorted."""
    return sorted(path.stem for path in _FOLDER.glob("*.cypher"))


def question(name: str) -> Question:
    """The question of that name. Raises QuestionError with the nearest names."""
    if name not in names():
        near = get_close_matches(name, names(), 3, 0.4) or names()
        raise QuestionError(f"there is no question «{name}»; perhaps {', '.join(near)} (`kakehashi query` lists all)")
    return read(_FOLDER / f"{name}.cypher")


def questions() -> list[Question]:
    """All questions, group by group, in the order of their names."""
    order = list(GROUPS)
    return sorted(map(question, names()), key=lambda one: (order.index(one.group), one.name))


def as_plain(value: Any) -> Any:
    """A value of the driver as one a table can hold: dates as ISO text, nodes as their name or id, paths as those."""
    if hasattr(value, "iso_format"):
        return value.iso_format()
    if isinstance(value, list):
        return [as_plain(v) for v in value]
    if isinstance(value, dict):
        return {key: as_plain(v) for key, v in value.items()}
    if hasattr(value, "relationships"):
        return " – ".join(str(as_plain(node)) for node in value.nodes)
    if hasattr(value, "labels"):
        return value.get("name") or value.get("title") or value.get("id")
    if hasattr(value, "nodes") and hasattr(value, "type"):
        return value.type
    return value
