"""Which entries of the pattern and word files the reader could do without: `python -m nlp.training.prune [FILE…] [--each]`.

First all texts are read once: the labelled documents (JSON lines; left out, those of corpus/train) and those of the tests.
What is silent in all of them is listed: phrases that tell no tie, rules of rows that open no list, and what has words of
which no text holds one. None of it has a part in what is read of these texts.

With `--each` the others are taken out one by one where they can matter: on the texts that a rule speaks in, or that hold an
entry's words. Each is tried with all modules read anew, on a copy of the package that differs in one file. It is needed
once a score or what is read of a test's text changes. The others are listed: what changes nothing, and what changes only
keys that no score looks at.
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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from nlp.evaluation import score
from nlp.training.entries import Entry, entries, load, needed_words, without
from nlp.training.texts import document_of, documents, files_of

_T = TypeVar("_T")
PACKAGE = Path(__file__).parent.parent
TESTS = PACKAGE.parent / "tests" / "nlp"
#: Where the modules of the package are taken from while entries are tried.
_modules = PACKAGE
#: The characters of text an entry is tried on at most, shorter texts first; more would take hours and tell little.
MOST_CHARACTERS = 2_500
#: Modules that stay as they are while an entry is tried: they have read models and facts, or are those of this tool.
_KEPT = ("nlp.gazetteer", "nlp.linear", "nlp.evaluation", "nlp.training")
#: After so many texts read, or entries tried, it is said how many there were.
_STEP = 250
#: A string in a test that is a text to read: so many characters, Japanese among them.
_TEXT = re.compile(r"(?s)(?=.*[ぁ-ん]).{8,}")


@dataclass(frozen=True, slots=True)
class Heard:
    """A text that was read once: labelled, or a test's; its words, and the rules that speak in it."""
    document: Mapping[str, Any]
    labelled: bool
    folded: str
    rules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Text:
    """A text an entry is tried on: labelled, or a test's; with the extraction as it is now."""
    document: Mapping[str, Any]
    labelled: bool
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


def heard(documents: Sequence[Mapping[str, Any]], examples: Sequence[str]) -> Iterator[Heard]:
    """All texts, each read once; those of the tests first, each group by length."""
    made = [({"id": f"test {number}", "text": text}, False) for number, text in enumerate(examples)]
    for document, labelled in (*sorted(made, key=_length), *sorted(((d, True) for d in documents), key=_length)):
        yield Heard(document, labelled, folded(document), speaking(document))


def _length(text: tuple[Mapping[str, Any], bool]) -> int:
    return len(text[0]["text"])


def speaking(document: Mapping[str, Any]) -> frozenset[str]:
    """The rules that speak in a document: that tell ties, or open a list whether or not its rows tell any."""
    from nlp.masthead import completed
    from nlp.reader import see

    seen = see(completed(document_of(document)))
    if len(seen.names.entities) < 2 or not seen.anchors:
        return frozenset()
    return frozenset({told.phrase for told in seen.scene.ruled} | {f"rows:{name}" for name in _opening(seen)})


def _opening(seen: Any) -> set[str]:
    """The names of the rules by which lines of a page introduce lists."""
    from nlp.ties.rows.openers import Openers
    from nlp.ties.rows.rules import FILE
    from nlp.ties.rows.sheet import Sheet
    from nlp.ties.view import View

    sheet = Sheet(View(seen.scene.layout, seen.names, FILE))
    openers = Openers(sheet)
    return {rule.name for line in sheet.lines if (rule := openers.rule_of(line)) is not None}


def silent(which: Iterable[Entry], texts: Sequence[Heard]) -> list[Entry]:
    """The entries that have no part in what is read of all texts: rules that speak in none, words that none holds."""
    rules = frozenset().union(*(text.rules for text in texts))
    every = "\n".join(text.folded for text in texts)
    return [entry for entry in which if not (entry.rule in rules if entry.rule else _may_stand_in(every, needed_words(entry)))]


def chosen(entry: Entry, texts: Sequence[Heard]) -> list[int]:
    """The texts an entry can matter to, tests first, then shorter ones, up to MOST_CHARACTERS."""
    words = needed_words(entry)
    left = MOST_CHARACTERS
    found: list[int] = []
    for number, text in enumerate(texts):
        if left > 0 and (entry.rule in text.rules if entry.rule else _may_stand_in(text.folded, words)):
            found.append(number)
            left -= len(text.document["text"])
    return found


def _may_stand_in(text: str, words: frozenset[str]) -> bool:
    """Whether a text can hold what needs one of some words; signs (§) are of a page as rules see it, of no text."""
    return not words or any("§" in word or word in text for word in words)


def tried(entry: Entry, texts: Mapping[int, Text], chosen: Sequence[int]) -> str:
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


def _prepared(texts: Iterable[tuple[int, Heard]]) -> dict[int, Text]:
    """Texts with their extractions, by number."""
    from nlp.model import read_document, to_json
    from nlp.reader import Reader

    reader = Reader()
    return {number: Text(text.document, text.labelled, plain(to_json(reader.extract(read_document(text.document))))) for number, text in texts}


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


_texts: dict[int, Text] = {}


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


def check(texts: Sequence[Heard], which: Sequence[Entry], processes: int | None = None) -> Iterator[tuple[Entry, str, int]]:
    """(entry, what taking it out changes, texts it was tried on) for each entry, in order."""
    # forked, so that models and words are shared; renewed at times, as what was imported for an entry may linger
    context = multiprocessing.get_context("fork")
    jobs = [(entry, chosen(entry, texts)) for entry in which]
    with _loaded_once(), _compiled():
        _texts.clear()
        _texts.update(_prepared((number, texts[number]) for number in sorted({n for _, numbers in jobs for n in numbers})))
        with context.Pool(processes or os.cpu_count(), maxtasksperchild=25) as pool:
            changes = pool.imap(_job, [job for job in jobs if job[1]])
            for entry, numbers in jobs:
                yield entry, next(changes) if numbers else "nothing", len(numbers)


_SAID = {"nothing": "changes nothing", "output": "changes no score, only other keys"}


def main(arguments: Sequence[str] | None = None) -> None:
    """List the entries that are silent in all texts; with --each those, too, that nothing needs when they are tried."""
    parser = argparse.ArgumentParser(description="Entries of the pattern and word files that nothing needs.")
    parser.add_argument("files", nargs="*", type=Path, help="labelled documents; left out: those of corpus/train")
    parser.add_argument("--only", action="append", help="a file of nlp/data; may be given several times")
    parser.add_argument("--each", action="store_true", help="take the entries that are not silent out one by one; some seconds each")
    options = parser.parse_args(arguments)
    files = files_of(options.files)
    which = [entry for entry in entries() if not options.only or entry.file in options.only]
    labelled, examples = documents(files), texts_of_tests()
    print(f"{len(which)} entries, {len(labelled)} labelled documents, {len(examples)} texts of tests", flush=True)
    texts = list(_counted(heard(labelled, examples), "texts read", len(labelled) + len(examples)))
    out = silent(which, texts)
    for entry in out:
        print(f"{entry.name}  -- {'tells nothing in any text' if entry.rule else 'in no text'}", flush=True)
    print(f"{len(out)} of {len(which)} entries are silent", flush=True)
    if options.each:
        gone = set(out)
        _try_each(texts, [entry for entry in which if entry not in gone])


def _try_each(texts: Sequence[Heard], which: Sequence[Entry]) -> None:
    """Try entries one by one, and list those that nothing needs."""
    counts: Counter[str] = Counter()
    for entry, change, number in _counted(check(texts, which), "entries tried", len(which)):
        counts[change] += 1
        if change in _SAID:
            print(f"{entry.name}  -- {_SAID[change]} in {number} texts", flush=True)
    needed = sum(counts[change] for change in ("score", "example", "error"))
    print(f"{needed} entries are needed ({counts['score']} for a score, {counts['example']} for a test); "
          + ", ".join(f"{counts[change]} {said}" for change, said in _SAID.items()))


def _counted(some: Iterable[_T], what: str, of: int) -> Iterator[_T]:
    """The same things, saying at times on standard error how many there were."""
    for number, one in enumerate(some, 1):
        yield one
        if number % _STEP == 0 or number == of:
            print(f"{number} of {of} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
