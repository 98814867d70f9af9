"""Labels for a city's bulletins, which are not part of this project: `python -m nlp.training.bulletins`.

    find BULLETINS           the triggers, and the articles to label: all that hold one, and a hundred others
    join LABELS BULLETINS    labelled documents as JSON lines, to be scored: labels and a copy of the texts by id

Labels stand apart from the texts: an id with organisations, relations and persons. Bulletins are JSON lines in the
shape `kakehashi extract` reads.
"""
from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

TRIGGERS = Path(__file__).with_name("bulletins.txt")
#: Articles without a trigger that are labelled too, and the seed that picks them.
OTHERS, SEED = 100, 20251125
_TEXT_KEYS = ("id", "url", "title", "published", "publisher", "text")
_LABEL_KEYS = ("organizations", "relations", "persons")


def triggers() -> list[str]:
    """The words that make an article a candidate."""
    return [line for line in TRIGGERS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def candidates(articles: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Article id → its triggers, by id: every article that holds one, and OTHERS of the rest (with none)."""
    words = triggers()
    found = {a["id"]: [w for w in words if w in f"{a.get('title') or ''}\n{a['text']}"] for a in articles}
    rest = sorted(id_ for id_, held in found.items() if not held)
    picked = set(random.Random(SEED).sample(rest, min(OTHERS, len(rest))))
    return {id_: found[id_] for id_ in sorted(found) if found[id_] or id_ in picked}


def joined(labels: Sequence[Mapping[str, Any]], articles: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Labelled documents with their texts. Raises ValueError where a labelled article is not among the texts."""
    texts = {a["id"]: a for a in articles}
    if missing := [one["id"] for one in labels if one["id"] not in texts]:
        raise ValueError(f"{len(missing)} labelled articles are not among the texts, the first is {missing[0]}")
    return [{key: texts[one["id"]].get(key) for key in _TEXT_KEYS} | {key: one[key] for key in _LABEL_KEYS}
            for one in labels]


def _read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what the command asks for."""
    parser = argparse.ArgumentParser(description="Labels for a city's bulletins.")
    commands = parser.add_subparsers(dest="command", required=True)
    find = commands.add_parser("find", help="print the triggers and the articles to label")
    join = commands.add_parser("join", help="print labels and texts as one JSON object a line")
    join.add_argument("labels", type=Path)
    for command in (find, join):
        command.add_argument("bulletins", type=Path)
    options = parser.parse_args(arguments)
    articles = _read(options.bulletins)
    if options.command == "find":
        print(f"triggers: {' '.join(triggers())}")
        for id_, held in candidates(articles).items():
            print(f"{id_}\t{' '.join(held) or '(one of the others)'}")
        return
    try:
        for one in joined(_read(options.labels), articles):
            print(json.dumps(one, ensure_ascii=False))
    except ValueError as error:
        sys.exit(f"{options.bulletins}: {error}")


if __name__ == "__main__":
    main()
