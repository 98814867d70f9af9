"""`kakehashi organization`: one organisation's story."""
from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from pipelines.settings import Settings


def organization(what: Annotated[str, typer.Argument(help="A name, or an id, present or former.")],
                 ties: Annotated[int, typer.Option(help="Ties to list at most; the newest.", min=0)] = 20,
                 as_json: Annotated[bool, typer.Option("--json", help="The story as one JSON object.")] = False) -> None:
    """One organisation's story: names, ids, numbers, decisions, predecessors, ties."""
    from dataclasses import replace

    from nlp.model import to_json
    from pipelines import reference, story
    from pipelines.ledger import Ledger

    settings = Settings.from_environment()
    places = reference.places(settings.home)
    with Ledger.open(settings.ledger_url) as ledger:
        told = story.of(ledger, story.find(ledger, what, places), places)
    if as_json:
        plain = {"organization": to_json(told.organization), "former_ids": told.former_ids, "names": dict(told.names),
                 "decisions": [{**asdict(d), "refused": refused} for d, refused in told.decisions],
                 "links": [asdict(link) for link in told.links], "ties": [to_json(tie) for tie in told.ties]}
        sys.stdout.write(json.dumps(plain, ensure_ascii=False, indent=1) + "\n")
        return
    shown = replace(told, ties=told.ties[len(told.ties) - min(ties, len(told.ties)):])
    for line in story.lines(shown):
        sys.stdout.write(line + "\n")
