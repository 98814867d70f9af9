"""The entries of the reader's pattern and word files, one by one, and each file as it would be without one of them.

An entry is a line of a word list, a row of a table, a key or an item of a YAML file, a rule there that has an example of its
own, or one alternative of a pattern:
of `協定|覚書` both, of a pattern that is one piece, the alternatives of its groups, and if it has none, all of it.
"""
from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from re import _constants as opcodes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import yaml

from nlp.patterns import filled

DATA = Path(__file__).parent.parent / "data"
#: Files of facts: spellings of places, names of organisations, bodies and regions as they are, whether or not a text names them.
FACTS = frozenset({"known_organizations.csv", "place_variants.csv", "public_bodies.csv", "regions.txt"})
#: Columns of words to look for; a table without one holds facts too. The words are plain; what other files hold are
#: regular expressions.
_KEY_COLUMNS = ("word", "suffix", "written", "full")
#: What is put in from elsewhere when a pattern is used; alone such an entry matches nothing.
_FILLED_LATER = re.compile(r"\{\{|\\0")
#: A pattern in one piece: Japanese, and no list of words or signs with blanks between them.
_WHOLE = re.compile(r"^(?=.*[^\x00-\x7f])(?:[^ ]+$|.*[\\\[(?^$])")
_OPENING = re.compile(r"\((?:\?(?::|=|!|<=|<!|P<\w+>))?")
# libyaml's, where it is there: fifteen times as fast
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
#: A class of letters that stands for so many signs that none of them tells a text apart.
_MANY = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: its file, where it stands there, what it says, whether that is a regular expression, its own example.

    `rule` is what the ties that it tells are marked with (nlp.ties.told), where it is a rule that tells ties.
    """
    file: str
    place: tuple[Any, ...]
    text: str
    is_pattern: bool
    example: str | None = None
    rule: str | None = None

    @property
    def name(self) -> str:
        keys = [str(k) for k in self.place if isinstance(k, str)]
        return f"{self.file}{':' if keys else ''}{'.'.join(keys)}  {self.text}"


def load(text: str) -> Any:
    """What a YAML text holds."""
    return yaml.load(text, Loader=_Loader)


def entries(data: Path = DATA) -> list[Entry]:
    """All entries of all files but those of facts, in order."""
    readers = {".txt": _of_list, ".csv": _of_table, ".yaml": _of_yaml}
    return [entry for file in sorted(data.iterdir()) if file.suffix in readers and file.name not in FACTS
            for entry in readers[file.suffix](file)]


def without(entry: Entry, data: Path = DATA) -> str:
    """The text of the entry's file with everything but the entry."""
    source = (data / entry.file).read_text(encoding="utf-8")
    if not entry.file.endswith(".yaml"):
        lines = source.splitlines(keepends=True)
        return "".join(lines[:entry.place[0]] + lines[entry.place[0] + 1:])
    loaded = deepcopy(load(source))
    *way, last = entry.place
    if isinstance(last, tuple):  # an alternative: [start, end) of the pattern at the way's end
        *way, key = way
        holder = _at(loaded, way)
        holder[key] = _cut(holder[key], *last)
    else:
        del _at(loaded, way)[last]
    return yaml.dump(loaded, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6)


def _at(loaded: Any, way: Sequence[Any]) -> Any:
    for key in way:
        loaded = loaded[key]
    return loaded


def _cut(pattern: str, start: int, end: int) -> str:
    if end - start == len(pattern):
        return "(?!)"  # matches nothing
    if pattern[end:end + 1] == "|":
        return pattern[:start] + pattern[end + 1:]
    return pattern[:start - 1] + pattern[end:]


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
        if line.strip() and not line.startswith("#"):
            yield number, line


def _of_list(file: Path) -> Iterator[Entry]:
    for number, line in _lines(file):
        yield Entry(file.name, (number,), line.split("\t")[0], True)


def _of_table(file: Path) -> Iterator[Entry]:
    (_, head), *lines = _lines(file)
    columns = next(csv.reader(io.StringIO(head)))
    key = next((k for k in _KEY_COLUMNS if k in columns), None)
    for number, line in lines:
        row = dict(zip(columns, next(csv.reader(io.StringIO(line))), strict=False))
        if key is not None:
            yield Entry(file.name, (number,), row[key], False, row.get("example") or None)


def _of_yaml(file: Path) -> Iterator[Entry]:
    yield from _of_branch(file.name, (), load(file.read_text(encoding="utf-8")))


def _of_branch(file: str, place: tuple[Any, ...], value: Any) -> Iterator[Entry]:
    if isinstance(value, dict) and isinstance(value.get("example"), str):
        # a rule of several parts: its reader's test shows that it reads the example
        rule = f"{file.removesuffix('.yaml')}:{value.get('name', value.get('number'))}"
        yield Entry(file, place, str(value.get("pattern") or value.get("name")), False, value["example"], rule)
    elif isinstance(value, dict):
        for key, below in value.items():
            if not str(key).isascii() and not _has_words(below):
                yield Entry(file, (*place, key), key, False)
            else:
                yield from _of_branch(file, (*place, key), below)
    elif isinstance(value, list):
        for number, below in enumerate(value):
            if isinstance(below, str) and len(value) > 1 and len(alternatives(below)) < 2:
                if not below.isascii():
                    yield Entry(file, (*place, number), below, True)
            else:
                yield from _of_branch(file, (*place, number), below)
    elif isinstance(value, str):
        for start, end in alternatives(value) or ([(0, len(value))] if _WHOLE.search(value) else []):
            yield Entry(file, (*place, (start, end)), value[start:end], True)


def _has_words(value: Any) -> bool:
    """Whether Japanese words stand in a branch; the key above it is a name then, and no word itself."""
    if isinstance(value, dict):
        return any(not str(key).isascii() or _has_words(below) for key, below in value.items())
    if isinstance(value, list):
        return any(map(_has_words, value))
    return isinstance(value, str) and not value.isascii()


def alternatives(pattern: str) -> list[tuple[int, int]]:
    """Where the alternatives of a pattern stand: the outermost, or where it is one piece, those of its groups.

    Empty ones are left out, and those without which the pattern could not be read. What is no pattern has none.
    """
    if not _readable(pattern):
        return []
    by_depth: dict[int, list[tuple[int, int]]] = {}
    starts, parts, i = [0], [[]], 0  # type: ignore[var-annotated]
    while i < len(pattern):
        sign = pattern[i]
        if sign == "\\":
            i += 1
        elif sign == "[":
            i = _class_end(pattern, i)
        elif sign == "(":
            opening = _OPENING.match(pattern, i)
            assert opening
            i = opening.end() - 1
            starts.append(i + 1)
            parts.append([])
        elif sign == "|":
            parts[-1].append((starts[-1], i))
            starts[-1] = i + 1
        elif sign == ")":
            by_depth.setdefault(len(parts) - 1, []).extend(_several([*parts.pop(), (starts.pop(), i)]))
        i += 1
    found = _several([*parts[0], (starts[0], len(pattern))]) or by_depth.get(1, [])
    return [(a, b) for a, b in found if b > a and _readable(_cut(pattern, a, b))]


def _several(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return parts if len(parts) > 1 else []


def _class_end(pattern: str, i: int) -> int:
    i += 2 if pattern[i + 1] == "^" else 1
    i += pattern[i] == "]"
    while pattern[i] != "]":
        i += 2 if pattern[i] == "\\" else 1
    return i


def _readable(pattern: str) -> bool:
    try:
        re.compile(filled(pattern))
    except re.error:
        return False
    return True


def matcher(entry: Entry) -> re.Pattern[str] | None:
    """What finds an entry in a text; None where it works only in its pattern: a reference, a gap, a line's end."""
    if not entry.is_pattern:
        return re.compile(re.escape(entry.text))
    if _FILLED_LATER.search(entry.text):
        return None
    try:
        pattern = re.compile(filled(entry.text), re.MULTILINE)
    except re.error:
        return None
    return None if pattern.fullmatch("\n") else pattern


def needed_words(entry: Entry) -> frozenset[str]:
    """Words of which a text must hold one for the entry to matter there; none where any text may do."""
    if not entry.is_pattern:
        return frozenset({entry.text})
    if _FILLED_LATER.search(entry.text):
        return frozenset()
    try:
        return _needed(parser.parse(filled(entry.text)))
    except re.error:  # an alternative that refers to a group elsewhere
        return frozenset()


def _needed(parsed: Any) -> frozenset[str]:
    """Of the things that must all stand there, the words of the one that tells most."""
    choices: list[frozenset[str]] = []
    run = ""
    for code, value in [*parsed, (None, None)]:
        if code is opcodes.LITERAL:
            run += chr(value)
            continue
        if run:
            choices.append(frozenset({run}))
            run = ""
        if code is opcodes.BRANCH:
            parts = [_needed(branch) for branch in value[1]]
            choices.append(frozenset().union(*parts) if all(parts) else frozenset())
        elif code is opcodes.SUBPATTERN:
            choices.append(_needed(value[3]))
        elif code in (opcodes.MAX_REPEAT, opcodes.MIN_REPEAT) and value[0] > 0:
            choices.append(_needed(value[2]))
        elif code is opcodes.ASSERT:
            choices.append(_needed(value[1]))
        elif code is opcodes.IN and len(value) <= _MANY and all(c is opcodes.LITERAL for c, _ in value):
            choices.append(frozenset(chr(sign) for _, sign in value))
    return max(choices, key=lambda words: min((len(w) for w in words), default=0), default=frozenset())
