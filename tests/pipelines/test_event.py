"""One tie's story, as the command line prints it."""
from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nlp.model import Document, Extraction, NamedOrganization, Party, Span, Statement
from pipelines import event, stages
from pipelines.cli import app
from pipelines.ledger import Draft, Fetch, Ledger, Version


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setenv("KAKEHASHI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KAKEHASHI_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("KAKEHASHI_LEDGER_URL", f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    one = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield one
    one.close()


def tell(ledger: Ledger, number: int, published: str, text: str, statement: Statement) -> None:
    draft = Draft(text, url=f"https://example.com/{number}", title=f"第{number}報", published=published)
    fetch = Fetch(f"/{number}", "/", f"{number:064d}")
    ledger.record_fetch(fetch, 1)
    ledger.store_drafts(fetch, [draft])
    document: Document = draft.document()
    named = (NamedOrganization("青葉市", "municipality"), NamedOrganization("株式会社かすみ", "company"))
    ledger.store_extractions([(Version(document.id, draft.version()),
                               Extraction(document, "test-1", named, (statement,)), [])])


def gift(name: str, text: str, status: str, **more: object) -> Statement:
    parties = (Party("株式会社かすみ", "donor"), Party("青葉市", "recipient"))
    return Statement(name, "donation", status, parties, evidence=(Span(0, text.index("。") + 1),),
                     **more)  # type: ignore[arg-type]


def test_the_story_has_the_words_the_conflicts_and_the_history(ledger: Ledger) -> None:
    plan = "株式会社かすみは青葉市に\n図書を贈る予定です。詳しくは後日。"
    done = "青葉市は株式会社かすみから100万円分の図書を受けました。"
    other = "株式会社かすみは青葉市に1000万円分の図書を贈りました。"
    tell(ledger, 2, "2024-05-11", done, gift("s2", done, "concluded", date="2024-05-10", title="図書の寄贈",
                                             amount_yen=1_000_000))
    stages.resolve(ledger)
    (first,) = [t.id for t in ledger.ties()]
    tell(ledger, 1, "2024-05-01", plan, gift("s1", plan, "planned", date="2024-05-10", title="図書の寄贈"))
    tell(ledger, 3, "2024-05-13", other, gift("s3", other, "concluded", date="2024-05-10", title="図書の寄贈",
                                              amount_yen=10_000_000))
    stages.resolve(ledger)
    story = event.of(ledger, first)
    assert story.former_ids == (first,) and story.tie.id != first
    assert story.conflicts() == {"amount_yen": {"1000000": [2], "10000000": [3]}}
    shown = CliRunner().invoke(app, ["tie", first])
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert lines[:2] == ["図書の寄贈", "  donation, concluded, 2024-05-10 (day)"]
    for line in ("  history      2024-05-01 planned", "  history      2024-05-11 concluded",
                 "  conflict     amount_yen: 1000000 ([2]); 10000000 ([3])",
                 "      «青葉市は株式会社かすみから100万円分の図書を受けました。»", "      «株式会社かすみは青葉市に 図書を贈る予定です。»"):
        assert line in lines
    plain = json.loads(CliRunner().invoke(app, ["tie", first, "--json"]).output)
    assert [s["words"] for s in plain["statements"]] == [["株式会社かすみは青葉市に\n図書を贈る予定です。"], [done], [other]]


def test_an_id_that_leads_nowhere_is_told(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="tie:none"):
        event.of(ledger, "tie:none")
