"""Notices take back or correct earlier releases, and nothing else does."""
from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import notices, stages
from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger
from pipelines.notices import Notices, Release, kind_of, withdrawals
from pipelines.retention import words_alone
from tests.pipelines.ledger.readers import Reader

EXAMPLES = [(kind, title) for kind, listed in notices.patterns().items() for _, entry in listed for title in entry["finds"]]
OTHERS = [title for listed in notices.patterns().values() for _, entry in listed for title in entry.get("not", [])]


@pytest.mark.parametrize(("kind", "title"), EXAMPLES)
def test_each_pattern_finds_its_examples(kind: str, title: str) -> None:
    assert kind_of(title) == kind


@pytest.mark.parametrize("title", [*OTHERS, None, "", "包括連携協定を締結しました", "指定管理者の指定の取消しについて",
                                   "協定の解消について", "条例の訂正に関する意見募集", "お詫びの品の寄附について"])
def test_an_event_is_no_notice(title: str | None) -> None:
    assert kind_of(title) is None


FIRST = Release("doc:1", "包括連携協定の締結について", "https://aoba.example/1", "2024-06-27", "青葉市", states=True)
NOTICE = Release("doc:2", "6月27日付プレスリリース「包括連携協定の締結について」の取り消しについて", "https://aoba.example/2",
                 "2024-07-01", "青葉市")


def test_what_is_taken_back_is_found_by_its_headline() -> None:
    assert withdrawals([FIRST, NOTICE]) == {("doc:1", "doc:2"): "taken back by a notice of 2024-07-01"}


def test_a_mark_before_the_headline_means_the_release_of_that_headline() -> None:
    marked = replace(NOTICE, title="【取消】包括連携協定の締結について")
    assert set(withdrawals([FIRST, marked])) == {("doc:1", "doc:2")}


def test_or_by_its_address() -> None:
    notice = replace(NOTICE, title="プレスリリース誤配信のお詫び", publisher=None,
                     text="次の発表は誤りでした。\nhttps://aoba.example/1\nお詫びします。")
    assert set(withdrawals([FIRST, notice])) == {("doc:1", "doc:2")}


def test_a_correction_takes_its_place_only_where_it_tells_of_a_tie_itself() -> None:
    correction = replace(NOTICE, title="【訂正】包括連携協定の締結について")
    assert withdrawals([FIRST, correction]) == {}
    assert withdrawals([FIRST, replace(correction, states=True)]) == {
        ("doc:1", "doc:2"): "corrected by a notice of 2024-07-01"}


@pytest.mark.parametrize("other", [replace(FIRST, publisher="若草市"), replace(FIRST, published="2024-07-02"),
                                   replace(FIRST, title="包括連携協定について")])
def test_somebody_elses_later_or_other_release_stays(other: Release) -> None:
    assert withdrawals([other, NOTICE]) == {}


def test_of_two_releases_of_one_headline_the_later_is_meant_and_without_days_none() -> None:
    older = replace(FIRST, id="doc:0", url="https://aoba.example/0", published="2023-06-27")
    assert set(withdrawals([older, FIRST, NOTICE])) == {("doc:1", "doc:2")}
    assert withdrawals([replace(older, published=None), replace(FIRST, published=None), NOTICE]) == {}


def test_the_order_of_arrival_makes_no_difference() -> None:
    releases = [FIRST, NOTICE, replace(FIRST, id="doc:9", publisher="若草市", url="https://w.example/")]
    assert withdrawals(releases) == withdrawals(releases[::-1])


def test_releases_that_come_change_and_go_one_by_one_end_as_if_all_had_been_there_at_once() -> None:
    chance, standing, now, seen = random.Random(3), Notices(), dict[str, Release](), set[int]()
    for _ in range(300):
        changed = dict[str, Release | None]()
        for name in chance.sample(range(12), chance.randrange(1, 4)):
            like = chance.choice((FIRST, NOTICE, replace(NOTICE, title="【訂正】" + (FIRST.title or ""), states=chance.random() < 0.5)))
            url = f"https://aoba.example/{name}"
            text = like.text + chance.choice(("", f"https://aoba.example/{chance.randrange(12)}"))
            changed[f"doc:{name}"] = None if chance.random() < 0.3 else replace(
                like, id=f"doc:{name}", url=url, text=text, published=f"2024-06-{chance.randrange(20, 29)}")
        before = dict(standing.found)
        other = standing.update(changed)
        now = {one: found for one, found in {**now, **changed}.items() if found is not None}
        assert standing.found == withdrawals(now.values())
        assert other == {key[0] for key in before.keys() | standing.found.keys() if before.get(key) != standing.found.get(key)}
        seen.add(len(standing.found))
    assert len(seen) > 3


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    one = Ledger.open(ledger_url)
    yield one
    one.close()


def test_statements_leave_with_a_notice_and_come_back_when_it_is_changed(ledger: Ledger, tmp_path: Path) -> None:
    def run(*releases: dict[str, str]) -> list[str]:
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / "x.jsonl").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in releases))
        stages.collect(ledger, archive, [tmp_path / "in"])
        stages.read(ledger, archive)
        stages.extract(ledger, Reader())
        stages.withdraw(ledger)
        stages.resolve(ledger)
        assert stages.check(ledger) == []
        return sorted({p.name or "" for tie in ledger.ties() for p in tie.parties})

    archive = Archive(str(tmp_path / "archive"))
    release = {"id": "1", "url": "https://aoba.example/1", "title": "協定の締結について", "published": "2024-06-27",
               "publisher": "青葉市", "text": "青葉市と株式会社かすみは協定を締結した。"}
    notice = {"id": "2", "url": "https://aoba.example/2", "title": "報道発表「協定の締結について」の取り下げについて",
              "published": "2024-07-01", "publisher": "青葉市", "text": "上記の発表は取り下げます。"}
    assert run(release) == ["株式会社かすみ", "青葉市"]
    assert run(release, notice) == []
    version = ledger.version()
    assert run(release, notice) == [] and ledger.version() == version
    assert run(release, {**notice, "title": "別のお知らせ"}) == ["株式会社かすみ", "青葉市"]


# --- of which evidence alone is kept ---------------------------------------------------------------------------------

_SIGNS = ("「", "」", "『", "』", "｢", "｣", "﹁", "﹂", "包括連携協定の締結について", "協定", " ", "\n", "。", "（", "か", "ﾞ", "x",
          "https://aoba.example/1", "http://", "<", ")")


@pytest.mark.parametrize("seed", range(20))
def test_the_words_by_which_a_notice_says_what_it_means_mean_what_all_of_it_means(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(60):
        text = "".join(chance.choices(_SIGNS, k=chance.randrange(1, 30)))
        notice = replace(NOTICE, title="発表の取り消しについて", text=text)
        reduced = replace(notice, text=words_alone(text, notices.references(notice.title, text)))
        others = [FIRST, replace(FIRST, id="doc:3", title="協定協定", url=None), replace(FIRST, id="doc:4", title="「x」協定", url=None)]
        assert withdrawals([*others, notice]) == withdrawals([*others, reduced]), text
    assert notices.references("協定の締結", "「包括連携協定の締結について」") == [], "of a release nothing more is kept"


@pytest.mark.parametrize("words", ["次の発表は誤りでした。\nhttps://aoba.example/1\nお詫びします。",
                                   "6月27日の「包括連携協定の\n締結について」は誤りでした。お詫びします。"])
def test_what_a_notice_took_back_stays_out_when_no_more_than_its_evidence_is_kept(
        ledger: Ledger, tmp_path: Path, words: str) -> None:
    archive, folder = Archive(str(tmp_path / "archive")), tmp_path / "in"
    folder.mkdir()
    release = {"id": "1", "title": "包括連携協定の締結について", "text": "青葉市と株式会社かすみは協定を締結した。", "publisher": "青葉市",
               "url": "https://aoba.example/1", "published": "2024-06-27"}
    notice = {"id": "2", "title": "プレスリリース誤配信のお詫び", "text": words, "publisher": "青葉市",
              "url": "https://aoba.example/2", "published": "2024-07-01"}

    def run(*releases: dict[str, str]) -> dict[tuple[str, str], str]:
        for one in releases:
            (folder / f"{one['id']}.jsonl").write_text(json.dumps(one, ensure_ascii=False), encoding="utf-8")
        stages.collect(ledger, archive, [folder])
        stages.read(ledger, archive)
        stages.extract(ledger, Reader())
        stages.withdraw(ledger)
        stages.let_go(ledger, archive, {str(folder)})
        return ledger.withdrawals()

    assert run(notice) == {}, "the notice is here before what it means"
    found = run(release)
    assert len(found) == 1
    assert run() == run() == found
    assert all("お詫びします" not in one.text for one in ledger.documents())
    assert run({**notice, "title": "催しのお知らせ"}) == {}, "what is changed takes nothing back any more"
