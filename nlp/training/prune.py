"""Which entries of the pattern and word files the reader could do without: `python -m nlp.training.prune [FILE…]`.

An entry is taken out where it can matter at all: on the labelled documents (JSON lines; left out, those of
corpus/train) and on the texts of the tests that hold its words. Each entry is tried with all modules read anew, on
a copy of the package that differs in one file. It is needed once a score or what is read of a test's text changes. The
others are listed: what is in no text at all, what changes nothing, and what changes only keys that no score looks at.
"""
from __future__ import annotations

import argparse
import ast
import compileall
import importlib
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.evaluation import score
from nlp.training.entries import Entry, entries, load, needed_words, without
from nlp.training.texts import documents, files_of

PACKAGE = Path(__file__).parent.parent
TESTS = PACKAGE.parent / "tests" / "nlp"
#: Where the modules of the package are taken from while entries are tried.
_modules = PACKAGE
#: The characters of text an entry is tried on at most, shorter texts first; more would take hours and tell little.
MOST_CHARACTERS = 2_500
#: Modules that stay as they are while an entry is tried: they have read models and facts, or are those of this tool.
_KEPT = ("nlp.gazetteer", "nlp.linear", "nlp.evaluation", "nlp.training")
#: A string in a test that is a text to read: so many characters, Japanese among them.
_TEXT = re.compile(r"(?s)(?=.*[ぁ-ん]).{8,}")


@dataclass(frozen=True, slots=True)
class Text:
    """A text an entry is tried on: labelled, or a test's; with the extraction as it is now."""
    document: Mapping[str, Any]
    labelled: bool
    folded: str
    printed: Any

    def changed(self, now: Any) -> str | None:
        """What another extraction changes: «score», «example», «output», or nothing."""
        if now == self.printed:
            return None
        if not self.labelled:
            return "example"
        gold = {"": self.document}
        return "output" if score(gold, {"": now})[0] == score(gold, {"": self.printed})[0] else "score"


def texts_of_tests(folder: Path = TESTS) -> list[str]:
    """The Japanese texts that stand in the tests of the reader; those of its training are none to be read."""
    found: dict[str, None] = {}
    for file in sorted(file for file in folder.rglob("*.py") if file.parent.name != "training"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _TEXT.fullmatch(node.value):
                found[node.value] = None
    return list(found)


def folded(document: Mapping[str, Any]) -> str:
    """Title and text as they stand and width-folded: an entry matters only where one of its words stands in this."""
    plain = f"{document.get('publisher') or ''}\n{document.get('title') or ''}\n{document['text']}"
    folded = unicodedata.normalize("NFKC", plain)
    # words that a line break or blanks cut in two count as well
    return "\n".join((plain, folded, re.sub(r"\s+", "", folded)))


def chosen(entry: Entry, texts: Sequence[Text]) -> list[int]:
    """The texts an entry can matter to, tests first, then shorter ones, up to MOST_CHARACTERS."""
    words = needed_words(entry)
    left = MOST_CHARACTERS
    found: list[int] = []
    for number, text in enumerate(texts):
        if left > 0 and (not words or any(word in text.folded for word in words)):
            found.append(number)
            left -= len(text.document["text"])
    return found


def tried(entry: Entry, texts: Sequence[Text], chosen: Sequence[int]) -> str:
    """What taking the entry out changes: «score», «example», «output» (other keys only), «nothing», «error»."""
    with tempfile.TemporaryDirectory() as folder:
        copy_without(entry, Path(folder))
        _import_from(Path(folder) / "nlp")
        try:
            reader, model = importlib.import_module("nlp.reader"), importlib.import_module("nlp.model")
            read = reader.Reader()
            worst = "nothing"
            for number in chosen:
                text = texts[number]
                change = text.changed(plain(model.to_json(read.extract(model.read_document(text.document)))))
                if change in ("score", "example"):
                    return change
                worst = change or worst
            return worst
        except Exception as error:
            # without it the reader does not work at all; why is for whoever wonders whether the entry is to blame
            print(f"{entry.file}: {entry.text}: {type(error).__name__}: {error}", file=sys.stderr)
            return "error"


def _import_from(package: Path) -> None:
    """Let what is imported next come from a copy of the package; only in a process that ends with it."""
    nlp = sys.modules["nlp"]
    for name in [name for name in sys.modules if name.startswith("nlp.") and not name.startswith(_KEPT)]:
        del sys.modules[name]
        # «from nlp import patterns» asks the package first
        vars(nlp).pop(name.removeprefix("nlp."), None)
    setattr(nlp, "__path__", [str(package)])  # noqa: B010
    setattr(sys.modules["nlp.gazetteer"], "_DATA", package / "data")  # noqa: B010


def copy_without(entry: Entry, folder: Path) -> None:
    """A package `nlp` in a folder, of links to this one, but for the entry's file, which lacks the entry."""
    data = folder / "nlp" / "data"
    data.mkdir(parents=True)
    for source in _modules.iterdir():
        if source.name != "data":
            (folder / "nlp" / source.name).symlink_to(source)
    for source in (PACKAGE / "data").iterdir():
        if source.name != entry.file:
            (data / source.name).symlink_to(source)
    (data / entry.file).write_text(without(entry), encoding="utf-8")


def plain(value: Any) -> Any:
    """A value as it comes back from JSON; the version, which differs with every file, left out."""
    printed = json.loads(json.dumps(value))
    printed.pop("extractor", None)
    return printed


def _prepared(documents: Sequence[Mapping[str, Any]], examples: Sequence[str]) -> list[Text]:
    """All texts with their extractions; tests first, each group by length."""
    from nlp.model import read_document, to_json
    from nlp.reader import Reader

    reader = Reader()
    made = [({"id": f"test {number}", "text": text}, False) for number, text in enumerate(examples)]
    every = [*sorted(made, key=lambda m: len(m[0]["text"])),
             *sorted(((d, True) for d in documents), key=lambda m: len(m[0]["text"]))]
    return [Text(document, labelled, folded(document), plain(to_json(reader.extract(read_document(document)))))
            for document, labelled in every]


@contextmanager
def _loaded_once() -> Iterator[None]:
    """Models, words and YAML files are read once, before the processes that share them are made."""
    import spacy
    import yaml

    def load_pipeline(name: str, **options: Any) -> Any:
        key = repr((name, options))
        if key not in pipelines:
            pipelines[key] = language = spacy_load(name, **options)
            setattr(language, "make_doc", _remembering(language.make_doc))  # noqa: B010
        return pipelines[key]

    def load_yaml(source: Any) -> Any:
        text = source if isinstance(source, str) else source.read()
        if text not in loaded:
            loaded[text] = load(text)
        return loaded[text]

    pipelines: dict[str, Any] = {}
    loaded: dict[str, Any] = {}
    spacy_load, safe_load = spacy.load, yaml.safe_load
    # the patterns of the other entries need not be compiled again and again
    setattr(re, "_MAXCACHE", 100_000)  # noqa: B010
    setattr(spacy, "load", load_pipeline)  # noqa: B010
    setattr(yaml, "safe_load", load_yaml)  # noqa: B010
    try:
        yield
    finally:
        setattr(spacy, "load", spacy_load)  # noqa: B010
        setattr(yaml, "safe_load", safe_load)  # noqa: B010


def _remembering(make: Any) -> Any:
    made: dict[str, Any] = {}

    def remembered(text: str) -> Any:
        if text not in made:
            made[text] = make(text)
        return made[text]
    return remembered


_texts: list[Text] = []


def _job(job: tuple[Entry, list[int]]) -> str:
    entry, numbers = job
    return tried(entry, _texts, numbers)


@contextmanager
def _compiled() -> Iterator[None]:
    """A copy of the package whose modules are compiled, so that they need not be for every entry."""
    global _modules
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "nlp"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("data"))
        compileall.compile_dir(copy, quiet=2)
        _modules = copy
        try:
            yield
        finally:
            _modules = PACKAGE


def check(documents: Sequence[Mapping[str, Any]], examples: Sequence[str], which: Sequence[Entry],
          processes: int | None = None) -> Iterator[tuple[Entry, str, int]]:
    """(entry, what taking it out changes, texts it was tried on) for each entry, in order."""
    # forked, so that models and words are shared; renewed at times, as what was imported for an entry may linger
    context = multiprocessing.get_context("fork")
    with _loaded_once(), _compiled():
        _texts[:] = _prepared(documents, examples)
        jobs = [(entry, chosen(entry, _texts)) for entry in which]
        with context.Pool(processes or os.cpu_count(), maxtasksperchild=25) as pool:
            changes = pool.imap(_job, [job for job in jobs if job[1]])
            for entry, numbers in jobs:
                yield entry, next(changes) if numbers else "nowhere", len(numbers)


_SAID = {"nowhere": "in no labelled document and no test", "nothing": "changes nothing", "output": "changes no score, only other keys"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Try all entries, or those of the files named by --only, and list the ones nothing needs."""
    parser = argparse.ArgumentParser(description="Entries of the pattern and word files that nothing needs.")
    parser.add_argument("files", nargs="*", type=Path, help="labelled documents; left out: those of corpus/train")
    parser.add_argument("--only", action="append", help="a file of nlp/data; may be given several times")
    options = parser.parse_args(arguments)
    files = files_of(options.files)
    which = [entry for entry in entries() if not options.only or entry.file in options.only]
    labelled, examples = documents(files), texts_of_tests()
    print(f"{len(which)} entries, {len(labelled)} labelled documents, {len(examples)} texts of tests", flush=True)
    counts: Counter[str] = Counter()
    for entry, change, number in check(labelled, examples, which):
        counts[change] += 1
        if change in _SAID:
            print(f"{entry.name}  -- {_SAID[change]}{f' in {number} texts' if number else ''}", flush=True)
    needed = sum(counts[change] for change in ("score", "example", "error"))
    print(f"{needed} entries are needed ({counts['score']} for a score, {counts['example']} for a test); "
          + ", ".join(f"{counts[change]} {said}" for change, said in _SAID.items()))


if __name__ == "__main__":
    main()
