"""`kakehashi tie`: one tie's story."""
from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from pipelines.settings import Settings


def tie(what: Annotated[str, typer.Argument(help="The id of a tie, present or former.")],
        as_json: Annotated[bool, typer.Option("--json", help="The story as one JSON object.")] = False) -> None:
    """One tie's story: its statements with their words, where they disagree, how its status went on."""
    from nlp.model import to_json
    from pipelines import event
    from pipelines.ledger import Ledger

    with Ledger.open(Settings.from_environment().ledger_url) as ledger:
        story = event.of(ledger, what)
    if as_json:
        plain = {"tie": to_json(story.tie), "former_ids": story.former_ids, "conflicts": story.conflicts(),
                 "beside": [{"how": how, "tie": to_json(other)} for how, other in story.beside],
                 "statements": [{**to_json(t.statement), "document": t.document.id, "url": t.document.url,
                                 "published": t.document.published, "release": t.document.title,
                                 "words": [t.document.words(span) for span in t.statement.evidence]}
                                for t in story.told]}
        sys.stdout.write(json.dumps(plain, ensure_ascii=False, indent=1) + "\n")
        return
    for line in event.lines(story):
        sys.stdout.write(line + "\n")
