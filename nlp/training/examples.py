"""An example for every entry of the pattern and word files: `python -m nlp.training.examples [FILE…]`.

tests/nlp/examples holds a list for each file of nlp/data: phrases, one a line, of which every entry must match one. What
has no example yet gets the shortest phrase of the labelled documents (JSON lines; left out, those of
corpus/train) and of the tests' texts that it matches. Lines written by hand stay; entries that match nowhere are
listed, for somebody to write an example or to take them out.
"""
from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from nlp.training.entries import DATA, Entry, entries, matcher
from nlp.training.prune import TESTS, texts_of_tests
from nlp.training.texts import documents, files_of

FOLDER = TESTS / "examples"
#: Characters of a phrase that serves as an example.
_LENGTHS = range(4, 61)
_HEADER = "# Phrases for nlp/data/{file}: every entry matches one. One a line.\n"


def phrases_of(texts: Iterable[str]) -> list[str]:
    """The lines, sentences and clauses of texts, as they stand and width-folded, each once, the shortest first."""
    found: set[str] = set()
    for text in (written for plain in texts for written in (unicodedata.normalize("NFKC", plain), plain)):
        for pieces in (text.split("\n"), re.split("(?<=。)|\n", text), re.split("[、。「」()\n]", text)):
            found |= {piece.strip() for piece in pieces if len(piece.strip()) in _LENGTHS}
    return sorted(found, key=lambda phrase: (len(phrase), phrase))


def example_file(data_file: str, folder: Path = FOLDER) -> Path:
    """Where the examples of a file of nlp/data stand."""
    return folder / f"{data_file}.txt"


def examples_for(data_file: str, folder: Path = FOLDER) -> list[str]:
    """The examples of a file of nlp/data; those of a table stand in its column `example` too."""
    file = example_file(data_file, folder)
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [line for line in lines if line and not line.startswith("# ")]


def without_example(which: Sequence[Entry], examples: Sequence[str]) -> list[Entry]:
    """The entries that match none of the examples."""
    blob = "\n".join(examples)
    return [entry for entry in which if first_match(entry, blob) is None]


def first_match(entry: Entry, blob: str) -> str | None:
    """The first line of a text that an entry matches, or one that stands beside the entry in its table."""
    if entry.example:
        return entry.example
    pattern = matcher(entry)
    if pattern is None:
        return ""
    position = 0
    while match := pattern.search(blob, position):
        start, end = blob.rfind("\n", 0, match.start()) + 1, blob.find("\n", match.start())
        line = blob[start:end if end >= 0 else None]
        if pattern.search(line):
            return line
        position = max(match.start() + 1, start + len(line) + 1)
        if position > len(blob):
            break
    return None


def completed(which: Sequence[Entry], lines: Sequence[str], blob: str) -> list[str]:
    """The examples of a file and, for every entry that has none among them, the first line of the text it matches."""
    found = list(lines)
    for entry in without_example(which, lines):
        # a phrase that was added for an entry before may hold this one too
        if first_match(entry, "\n".join(found)) is None and (phrase := first_match(entry, blob)) is not None:
            found.append(phrase)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Add the examples that are missing, drop the lists of files that are gone, list the entries without an example."""
    parser = argparse.ArgumentParser(description="Examples of the entries of the pattern and word files.")
    parser.add_argument("files", nargs="*", type=Path, help="labelled documents; left out: those of corpus/train")
    options = parser.parse_args(arguments)
    texts = [*texts_of_tests(), *(f"{d.get('title') or ''}\n{d['text']}" for d in documents(files_of(options.files)))]
    blob = "\n".join(phrases_of(texts))
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.txt"):
        if not (DATA / file.stem).exists():
            file.unlink()
    for data_file, which in by_file(entries()).items():
        lines = completed(which, examples_for(data_file), blob)
        if lines:
            text = _HEADER.format(file=data_file) + "".join(f"{line}\n" for line in lines)
            example_file(data_file).write_text(text, encoding="utf-8")
        for entry in without_example(which, lines):
            print(f"{entry.name}  -- no example")


def by_file(every: Sequence[Entry]) -> dict[str, list[Entry]]:
    """The entries of each file."""
    found: dict[str, list[Entry]] = {}
    for entry in every:
        found.setdefault(entry.file, []).append(entry)
    return found


if __name__ == "__main__":
    main()
