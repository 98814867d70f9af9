"""News as it comes: a process that stays brings the graph to what the ledger says, and never to anything else."""
from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
from neo4j.exceptions import ServiceUnavailable
from typer.testing import CliRunner as runner

from graph import connection
from graph.resolver import Resolver
from graph.schema import migrate
from nlp.model import Document, Extraction, NamedOrganization, Party, Span, Statement
from pipelines import cli, follower, forget, projection, reading, resident, stages
from pipelines.defs import assets
from pipelines.defs.resources import Stores
from pipelines.fetch.archive import Archive
from pipelines.follower import Follower
from pipelines.ledger import Draft, Fetch, Ledger, Version, revision
from pipelines.resident import Resident
from pipelines.settings import Settings
from tests.graph import pool
from tests.graph.test_incremental import snapshot
from tests.pipelines.test_projection import publish as said
from tests.pipelines.test_projection import rebuilt, resolved, withdraw

KAKEHASHI = Path(sys.executable).with_name("kakehashi")
POOL = [e for e in pool.everything() if e.document.published]
#: Seconds until what does not happen counts as broken; far beyond what a slow machine needs.
PATIENCE = 300
_PARTIES = "MATCH (o:Organization)-[:PARTY_TO]->(:Tie) RETURN collect(DISTINCT o.name) AS names"


@pytest.fixture
def settings(neo4j_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("KAKEHASHI_HOME", str(neo4j_home))
    monkeypatch.setenv("KAKEHASHI_CONFIG", str(tmp_path / "config"))
    return Settings.from_environment()


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with Ledger.open(settings.ledger_url) as one:
        yield one


def until(happens: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := happens()):
        assert time.monotonic() < end, what
        time.sleep(0.1)
    return found


def publish(ledger: Ledger, number: int, extraction: Extraction) -> str:
    """Put a release into the ledger as if it had been read and extracted."""
    one = said(ledger, number, extraction)
    for fetch in ledger.unread(reading.READER):
        ledger.finish_read(fetch, reading.READER, [])
    return one


def caught_up(following: Follower) -> int:
    """Step until nothing is left; how many documents were taken in."""
    taken = 0
    while done := following.step():
        taken += done.taken
    return taken


def names(graph: Any) -> set[str]:
    return set(graph.driver.execute_query(_PARTIES, database_=graph.database).records[0]["names"])


def is_loading(graph: Any) -> bool:
    found = graph.driver.execute_query("MATCH (m:UnfinishedLoad) RETURN count(m) AS marks", database_=graph.database)
    return bool(found.records[0]["marks"])


def agrees_with_a_rebuild(ledger: Ledger, graph: Any) -> None:
    found, stands = resolved(ledger), snapshot(graph)
    again = rebuilt(ledger, graph)
    assert found == resolved(ledger)
    assert stands == again


# --- the story -------------------------------------------------------------------------------------------------------

@contextmanager
def running(log: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen([str(KAKEHASHI), *words], stdout=output, stderr=output, env=dict(os.environ))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_release_comes_is_corrected_and_taken_back_while_the_graph_follows(
        settings: Settings, ledger: Ledger, neo4j: Any, tmp_path: Path) -> None:
    archive, log, inbox = Archive(settings.archive_url), tmp_path / "log", tmp_path / "in"
    inbox.mkdir()

    def comes(name: str, text: str, title: str = "協定の締結について", published: str = "2026-03-02") -> None:
        (inbox / f"{name}.jsonl").write_text(json.dumps(
            {"id": name, "url": f"https://aoba.example/{name}", "title": title, "published": published,
             "publisher": "青葉市", "text": text}, ensure_ascii=False), encoding="utf-8")
        stages.collect(ledger, archive, [inbox])

    def agreement(firm: str) -> str:
        return f"青葉市と{firm}は、2026年3月1日、健康増進に関する包括連携協定を締結しました。"

    with running(log, "follow") as process:
        comes("1", agreement("株式会社かすみ"))
        until(lambda: names(neo4j) == {"青葉市", "株式会社かすみ"}, "the release is in the graph")
        comes("1", agreement("株式会社つばめ"))
        until(lambda: names(neo4j) == {"青葉市", "株式会社つばめ"}, "so is its correction, and nothing of before")
        comes("2", "上記の発表は取り下げます。", "報道発表「協定の締結について」の取り下げについて", "2026-03-05")
        until(lambda: names(neo4j) == set(), "what was taken back is gone")
        process.send_signal(signal.SIGKILL)
        process.wait()
    comes("3", agreement("株式会社ひばり"), "協定", "2026-03-03")  # nobody is there to see it
    with running(log, "follow") as process:
        until(lambda: names(neo4j) == {"青葉市", "株式会社ひばり"} and not is_loading(neo4j),
              "the next one goes on where the killed one was")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert "1 release taken in" in log.read_text(encoding="utf-8")
    agrees_with_a_rebuild(ledger, neo4j)
    assert stages.load(ledger, neo4j.driver, neo4j.database).new == 0


#: A child that is told to end before what it needs is loaded, and one that is told so as soon as it is.
_ENDED = """
import os, signal, sys
from importlib.abc import MetaPathFinder
from pipelines import start

class Told(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == moment:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGTERM)

moment = sys.argv.pop()
sys.meta_path.insert(0, Told())
start.main()
"""


@pytest.mark.parametrize("moment", ["pipelines.cli", "pandas", "pipelines.follower"])
def test_it_is_told_to_end_before_it_has_begun(settings: Settings, moment: str) -> None:
    child = subprocess.run([sys.executable, "-c", _ENDED, "follow", moment], capture_output=True, text=True, timeout=PATIENCE)
    assert (child.returncode, child.stderr) == (0, "")


class EndedAt(threading.Event):
    """Set as soon as it has been asked for so often, 0: never."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self.asked, self._last = 0, last

    def is_set(self) -> bool:
        self.asked += 1
        return 0 < self._last <= self.asked


def test_told_to_end_while_everything_is_taken_in_it_ends_at_the_next_step_and_another_goes_on(
        settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    for n in range(8):
        publish(ledger, n, POOL[n])

    def begin() -> None:
        """The graph says something else than the ledger, once more."""
        withdraw(ledger)
        stages.load(ledger, neo4j.driver, neo4j.database)
        withdraw(ledger, publish(ledger, 7, POOL[7]))

    begin()
    with Follower(settings, ledger, ended=(unharmed := EndedAt(0))) as following:
        caught_up(following)
    wanted = snapshot(neo4j)
    assert unharmed.asked > 8, "there are as many steps"
    for point in random.Random(11).sample(range(1, unharmed.asked + 1), 4):
        begin()
        with Follower(settings, ledger, ended=EndedAt(point)) as following, pytest.raises(follower.Ended):
            caught_up(following)
        with Follower(settings, ledger) as following:
            caught_up(following)
        assert snapshot(neo4j) == wanted, point
    agrees_with_a_rebuild(ledger, neo4j)


def test_told_to_end_while_the_graph_is_loaded_it_ends_at_the_next_batch(
        settings: Settings, ledger: Ledger, neo4j: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from neo4j import Session

    ended, write, written = threading.Event(), Session.execute_write, list[int]()

    def counted(self: Session, *given: Any) -> Any:
        written.append(len(written))
        if len(written) == 6:
            ended.set()
        return write(self, *given)

    for n in range(30):
        publish(ledger, n, POOL[n])
    monkeypatch.setattr("graph.loader.BATCH", 5)
    with monkeypatch.context() as watched, Follower(settings, ledger, ended=ended) as following:
        watched.setattr(Session, "execute_write", counted)
        with pytest.raises(follower.Ended):
            caught_up(following)
    assert len(written) < 10, "those that were on their way"
    assert ledger.ties() and 0 < len(snapshot(neo4j)[0]) < 60
    with ledger.reading() as c:
        assert revision.loaded(c) is None
    with Follower(settings, ledger) as following:
        assert caught_up(following) == 30
    assert len(snapshot(neo4j)[0]) > 60
    agrees_with_a_rebuild(ledger, neo4j)


#: A child that is told to end while it resolves all that there is.
_TOLD = """
import os, signal
from graph.resolver import Resolver
from pipelines import start

update = Resolver.update
def told(self, *given):
    print("resolving", flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
    return update(self, *given)
Resolver.update = told
start.main()
"""


def test_a_signal_ends_the_command_before_all_is_taken_in(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    for n in range(6):
        publish(ledger, n, POOL[n])
    child = subprocess.run([sys.executable, "-c", _TOLD, "follow"], capture_output=True, text=True, timeout=PATIENCE)
    assert child.returncode == 0, child.stderr
    assert child.stdout.endswith("resolving\n") and child.stderr == "", "it says nothing of what it did, and of no error"
    assert snapshot(neo4j) == ([], []) and not ledger.ties()
    with ledger.alone("graph", 0.0), ledger.alone("follower", 0.0):
        pass
    with Follower(settings, ledger) as following:
        assert caught_up(following) == 6
    agrees_with_a_rebuild(ledger, neo4j)


def test_it_is_killed_while_it_stores_what_it_resolved_and_nothing_is_half_done(
        settings: Settings, ledger: Ledger, neo4j: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    for n in range(4):
        publish(ledger, n, POOL[n])
    with monkeypatch.context() as dying, Follower(settings, ledger) as following:
        dying.setattr("pipelines.ledger.links.store", killed)
        with pytest.raises(Killed):
            caught_up(following)
    assert not ledger.organizations() and not ledger.ties(), "none without what holds between them"
    with Follower(settings, ledger) as following:
        assert caught_up(following) == 4
    agrees_with_a_rebuild(ledger, neo4j)


# --- what it takes in ------------------------------------------------------------------------------------------------

_CITIES, _FIRMS = ("青葉市", "若草市", "川波市"), ("株式会社かすみ", "株式会社つばめ", "株式会社ひばり")


def page(place: int, city: str, firm: str, *, title: str = "協定", days: int = 1, more: str = "") -> Extraction:
    """What a page tells: the same words on several pages are reprints of one release."""
    text = (f"{city}と{firm}は、包括連携協定を締結しました。この協定は、それぞれの持つ資源を生かし、地域の課題の解決に取り組むものです。"
            f"防災、観光、健康づくりの分野で力を合わせ、市民の皆さまの暮らしがより豊かになることを目指します。{more}")
    statement = Statement("s", "partnership", "concluded", (Party(city, "party"), Party(firm, "party")), date="2026-03-01",
                          evidence=(Span(0, len(text)),))
    return Extraction(Document(f"doc:{place}", text, f"https://www{place}.example/1", title, f"2026-03-{days:02}", city),
                      "by hand", (NamedOrganization(city, "municipality"), NamedOrganization(firm, "company")), (statement,))


@pytest.mark.parametrize(("seed", "kind"), [(1, "sqlite"), (2, "postgresql")])
def test_whatever_comes_in_whatever_order_the_graph_is_that_of_a_rebuild(
        settings: Settings, neo4j: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, seed: int, kind: str) -> None:
    if kind == "postgresql":
        monkeypatch.setenv("KAKEHASHI_LEDGER_URL", request.getfixturevalue("postgres_url"))
    settings = Settings.from_environment()
    with Ledger.open(settings.ledger_url) as ledger:
        whatever_comes(settings, ledger, neo4j, seed)


def whatever_comes(settings: Settings, ledger: Ledger, neo4j: Any, seed: int) -> None:
    """Releases, corrections, notices and reprints by chance, a few at a time."""
    chance, taken_back = random.Random(seed), 0
    for n in range(30):
        publish(ledger, n, POOL[n])
    with Follower(settings, ledger) as following:
        for _ in range(12):
            for _ in range(chance.randrange(1, 4)):
                place, days = chance.randrange(100, 112), chance.randrange(1, 28)
                city, firm = chance.choice(_CITIES[:2]), chance.choice(_FIRMS[:2])
                title = chance.choice(("協定", "協定の締結について", "報道発表「協定の締結について」の取り下げについて",
                                       "【訂正】協定の締結について"))
                publish(ledger, place, page(place, city, firm, title=title, days=days, more=chance.choice(("", "以上", "お問い合わせ"))))
            if chance.random() < 0.5:
                publish(ledger, chance.randrange(40), chance.choice(POOL))
            if chance.random() < 0.3:
                ledger.mark_gone(f"https://example.com/{chance.randrange(40)}")
            caught_up(following)
            taken_back += len(ledger.withdrawals())
        with ledger.reading() as c:
            assert revision.resolved(c) == revision.loaded(c) == revision.current(c)
    assert taken_back
    links = "MATCH (:Release)-[r:REPRINT_OF]->(:Release) RETURN count(r) AS links"
    assert neo4j.driver.execute_query(links, database_=neo4j.database).records[0]["links"] > 0
    agrees_with_a_rebuild(ledger, neo4j)


def test_people_decide_while_it_follows(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    publish(ledger, 1, page(1, "青葉市", "株式会社かすみ"))
    publish(ledger, 2, page(2, "若草市", "株式会社つばめ"))
    with Follower(settings, ledger) as following:
        caught_up(following)
        dropped = next(t.statements[0] for t in ledger.ties() if any(p.name == "若草市" for p in t.parties))
        settings.config.mkdir()
        (settings.config / "decisions.csv").write_text(
            f"decision,subject,object,who,when,why\ndrop,{dropped},,A,2026-01-01,wrong\n", encoding="utf-8")
        caught_up(following)
        assert names(neo4j) == {"青葉市", "株式会社かすみ"}
        (settings.config / "decisions.csv").write_text("decision,subject\ndrop\n", encoding="utf-8")
        publish(ledger, 3, page(3, "川波市", "株式会社ひばり"))
        with pytest.raises(ValueError, match=r"decisions\.csv"):
            following.step()
        assert names(neo4j) == {"青葉市", "株式会社かすみ"}, "nothing is taken in by half of what people decided"
        (settings.config / "decisions.csv").unlink()
        caught_up(following)
        assert names(neo4j) == {"青葉市", "株式会社かすみ", "若草市", "株式会社つばめ", "川波市", "株式会社ひばり"}
    agrees_with_a_rebuild(ledger, neo4j)


def test_of_sources_that_do_not_allow_more_the_evidence_is_kept(settings: Settings, ledger: Ledger, neo4j: Any,
                                                              tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    (settings.config / "sources").mkdir(parents=True)
    (settings.config / "sources" / "ours.yaml").write_text(
        f"kind: folder\ntitle: ours\npath: {folder}\nrights: {{store: evidence, allowed: true, terms_checked_on: 2026-03-01}}\n"
        "enabled: true\n", encoding="utf-8")
    (folder / "1.txt").write_text("協定の締結\n\n青葉市と株式会社かすみは協定を締結した。\nこの文は証拠ではない。\n", encoding="utf-8")
    with Follower(settings, ledger, extractor=Words()) as following:
        stages.collect(ledger, Archive(settings.archive_url), [folder])
        caught_up(following)
        [document] = ledger.documents()
        assert "証拠ではない" not in document.text and "青葉市" in document.text
        assert not list(Archive(settings.archive_url).names())
        assert names(neo4j) == {"青葉市", "株式会社かすみ"}
        assert caught_up(following) == 0
    agrees_with_a_rebuild(ledger, neo4j)


_TITLE = "包括連携協定の締結について"


def a_notice(place: int, title: str) -> Extraction:
    document = Document(f"doc:{place}", "お知らせします。", f"https://www{place}.example/1", title, "2026-03-05", "青葉市")
    return Extraction(document, "by hand")


def test_a_notice_is_none_any_more_while_nobody_follows(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    publish(ledger, 1, page(1, "青葉市", "株式会社かすみ", title=_TITLE))
    publish(ledger, 2, a_notice(2, f"報道発表「{_TITLE}」の取り下げについて"))
    with Follower(settings, ledger) as following:
        caught_up(following)
    assert ledger.withdrawals() and names(neo4j) == set()
    publish(ledger, 2, a_notice(2, "催しのお知らせ"))
    with Follower(settings, ledger) as following:
        caught_up(following)
    assert not ledger.withdrawals()
    assert names(neo4j) == {"青葉市", "株式会社かすみ"}
    agrees_with_a_rebuild(ledger, neo4j)


def test_a_notice_is_forgotten_while_it_follows(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    publish(ledger, 1, page(1, "青葉市", "株式会社かすみ", title=_TITLE))
    publish(ledger, 2, a_notice(2, f"報道発表「{_TITLE}」の取り下げについて"))
    with Follower(settings, ledger) as following:
        caught_up(following)
        assert names(neo4j) == set()
        archive = Archive(settings.archive_url)  # what the releases came from is not there
        forget.forget(ledger, archive, "/releases/2", "its publisher asked for it", missing_are_lost=True)
        caught_up(following)
    assert not ledger.withdrawals()
    assert names(neo4j) == {"青葉市", "株式会社かすみ"}
    agrees_with_a_rebuild(ledger, neo4j)


EXTRACTOR = "words 1"


class Words:
    """Finds a partnership of two names in a document that has them; fails on what is broken."""

    def extract_all(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        for document in documents:
            if "壊" in document.text:
                raise RuntimeError("cannot parse")
            begin = document.text.find("青葉市と株式会社かすみ")
            parties = (Party("青葉市", "party"), Party("株式会社かすみ", "party"))
            statement = Statement(f"s-{document.id}", "partnership", "concluded", parties, evidence=(Span(begin, begin + 11),))
            yield Extraction(document, EXTRACTOR, (NamedOrganization("青葉市", "municipality"),
                                                   NamedOrganization("株式会社かすみ", "company")), (statement,) if begin >= 0 else ())


# --- what goes wrong -------------------------------------------------------------------------------------------------

def test_what_cannot_be_read_extracted_or_resolved_is_kept_with_its_reason_and_stops_nothing(
        settings: Settings, ledger: Ledger, neo4j: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    update = Resolver.update

    def careful(self: Resolver, changed: Iterable[Extraction], gone: Iterable[str] = ()) -> Any:
        many = list(changed)
        if any("割れない" in e.document.text for e in many):
            raise ZeroDivisionError("division by zero")
        return update(self, many, gone)

    monkeypatch.setattr(Resolver, "update", careful)
    inbox, archive, told = tmp_path / "in", Archive(settings.archive_url), list[str]()
    inbox.mkdir()

    def comes(name: str, text: str) -> None:
        (inbox / name).write_text(f"お知らせ\n\n{text}\n", encoding="utf-8")
        stages.collect(ledger, archive, [inbox])

    with Follower(settings, ledger, told.append, Words()) as following:
        comes("0.txt", "青葉市の催しのお知らせです。")
        caught_up(following)
        (inbox / "1.pdf").write_bytes(b"%PDF-1.4 nothing")
        comes("2.txt", "壊れた文です。")
        comes("3.txt", "割れない文です。")
        comes("4.txt", "青葉市と株式会社かすみは協定を締結した。")
        caught_up(following)
        assert names(neo4j) == {"青葉市", "株式会社かすみ"}
        reasons = {one.stage: one.reason for one in ledger.rejects()}
        assert reasons.keys() == {"documents", "statements", "ties"}
        assert reasons["ties"] == "it cannot be resolved: ZeroDivisionError: division by zero"
        assert "cannot parse" in reasons["statements"]
        assert any("is left out until it changes" in line for line in told)
    told.clear()
    (inbox / "5.txt").write_text("お知らせ\n\n割れない文がもう一つ。\n", encoding="utf-8")
    stages.collect(ledger, archive, [inbox])
    stages.read(ledger, archive)
    stages.extract(ledger, Words())
    with Follower(settings, ledger, told.append, Words()) as following:  # one that finds it there, as after an upgrade
        caught_up(following)
        assert len([one for one in ledger.rejects() if one.stage == "ties"]) == 2
        comes("3.txt", "今度は大丈夫な文です。")
        comes("5.txt", "こちらも大丈夫な文です。")
        caught_up(following)
        assert {one.stage for one in ledger.rejects()} == {"documents", "statements"}
    agrees_with_a_rebuild(ledger, neo4j)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), MemoryError(), sqlite3.OperationalError("disk I/O error")])
def test_what_fails_once_with_the_machine_is_nobodys_fault(settings: Settings, ledger: Ledger, neo4j: Any,
                                                           monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    update, left = Resolver.update, [error, error]

    def failing(self: Resolver, changed: Iterable[Extraction], gone: Iterable[str] = ()) -> Any:
        if left:
            raise left.pop()
        return update(self, changed, gone)

    publish(ledger, 1, POOL[0])
    with Follower(settings, ledger) as following:
        caught_up(following)
        monkeypatch.setattr(Resolver, "update", failing)
        publish(ledger, 2, POOL[1])
        for _ in range(2):  # alone, and when everything is taken in anew
            with pytest.raises(type(error)):
                following.step()
        caught_up(following)
    assert not ledger.rejects()
    agrees_with_a_rebuild(ledger, neo4j)


def test_a_release_that_fails_but_once_is_taken_in(settings: Settings, ledger: Ledger, neo4j: Any,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    update, left, told = Resolver.update, [KeyError("what was held is damaged")], list[str]()

    def failing(self: Resolver, changed: Iterable[Extraction], gone: Iterable[str] = ()) -> Any:
        if left:
            raise left.pop()
        return update(self, changed, gone)

    publish(ledger, 1, POOL[0])
    with Follower(settings, ledger, told.append) as following:
        caught_up(following)
        monkeypatch.setattr(Resolver, "update", failing)
        publish(ledger, 2, POOL[1])
        caught_up(following)
    assert len(told) == 1 and "it is tried once more" in told[0]
    assert not ledger.rejects()
    agrees_with_a_rebuild(ledger, neo4j)


def test_a_flaw_in_the_ledger_keeps_its_release_out_and_no_other(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    def flawed(place: int) -> Extraction:
        one = page(place, "若草市", "株式会社つばめ")
        return replace(one, statements=(replace(one.statements[0], kind="an older version's"),))

    publish(ledger, 1, page(1, "青葉市", "株式会社かすみ"))
    with Follower(settings, ledger) as following:
        caught_up(following)
        two = publish(ledger, 2, flawed(2))
        publish(ledger, 3, page(3, "川波市", "株式会社ひばり"))
        refused = following.step().refused
        assert len(refused) == 1 and refused[0].startswith(f"{two}: statement ") and "is not known" in refused[0]
        assert names(neo4j) == {"青葉市", "株式会社かすみ", "川波市", "株式会社ひばり"}
        publish(ledger, 1, flawed(1))  # what it said before goes
        caught_up(following)
        assert names(neo4j) == {"川波市", "株式会社ひばり"}
    publish(ledger, 4, flawed(4))
    with Follower(settings, ledger) as following:  # one that finds all of them there
        caught_up(following)
        assert names(neo4j) == {"川波市", "株式会社ひばり"}
        assert len([one for one in ledger.rejects() if one.stage == "ties" and "is not known" in one.reason]) == 3
        for place in (1, 2, 4):
            publish(ledger, place, page(place, "青葉市", "株式会社かすみ"))
        caught_up(following)
        assert not ledger.rejects()
    agrees_with_a_rebuild(ledger, neo4j)


def test_of_two_releases_that_use_one_statements_id_the_first_stays(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    publish(ledger, 1, page(1, "青葉市", "株式会社かすみ"))
    with Follower(settings, ledger) as following:
        caught_up(following)
        [first] = [s.id for e in ledger.extractions() for s in e.statements]
        publish(ledger, 2, page(2, "若草市", "株式会社つばめ"))
        with ledger.writing() as c:
            c.execute(sa.text("UPDATE statements SET id = :id, body = replace(body, id, :id)"), {"id": first})
        caught_up(following)
        assert names(neo4j) == {"青葉市", "株式会社かすみ"}
        assert ["its id is used twice" in one.reason for one in ledger.rejects()] == [True]


def test_another_process_runs_the_stages_or_makes_the_graph_anew(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    told = list[str]()
    publish(ledger, 1, POOL[0])
    with Follower(settings, ledger, told.append) as following:
        caught_up(following)
        publish(ledger, 2, POOL[1])
        stages.resolve(ledger)
        caught_up(following)
        assert told == ["another process has resolved everything, or replaced the graph: everything is taken in anew"]
        neo4j.driver.execute_query("MATCH (n:Kakehashi) DETACH DELETE n", database_=neo4j.database)
        publish(ledger, 3, POOL[2])  # nobody has told that the graph is another one
        caught_up(following)
        assert told[1:] == ["the graph is not as it was left: everything is taken in anew"]
        with ledger.writing() as c:
            revision.move(c)  # as when something is forgotten
        caught_up(following)
        assert told[2:] == ["what changed is not known: something was forgotten, or a process of another version wrote: everything is taken in anew"]
        assert runner().invoke(cli.app, ["graph", "reset", "--database", neo4j.database]).exit_code == 0
        assert caught_up(following) == len(ledger.documents())
    agrees_with_a_rebuild(ledger, neo4j)


def test_the_graph_is_emptied_while_everything_is_taken_in(settings: Settings, ledger: Ledger, neo4j: Any,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    from graph import loader

    load, told = loader.load, list[str]()

    def emptied(*given: Any) -> Any:
        monkeypatch.setattr(loader, "load", load)
        done = load(*given)
        connection.reset(neo4j.target, neo4j.database)  # by one that thinks nobody is at it
        projection.note_unloaded(ledger)
        return done

    for n in range(3):
        publish(ledger, n, POOL[n])
    monkeypatch.setattr(loader, "load", emptied)
    with Follower(settings, ledger, told.append) as following:
        caught_up(following)
    assert told == ["another process has resolved everything, or replaced the graph, meanwhile: everything is taken in anew"]
    assert names(neo4j)
    agrees_with_a_rebuild(ledger, neo4j)


def test_the_graph_is_emptied_when_whoever_makes_it_is_done(settings: Settings, ledger: Ledger, neo4j: Any,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    publish(ledger, 1, POOL[0])
    with Follower(settings, ledger) as following:
        caught_up(following)
    monkeypatch.setattr(cli, "_SOON", 0.1)
    child = subprocess.Popen([sys.executable, "-c", _HOLD, settings.ledger_url], stdout=subprocess.PIPE)
    answers: list[Any] = []
    reset = threading.Thread(target=lambda: answers.append(runner().invoke(cli.app, ["graph", "reset", "--database",
                                                                                      neo4j.database])))
    try:
        assert child.stdout is not None and child.stdout.readline() == b"alone\n"
        said = list[str]()
        monkeypatch.setattr(cli.err, "print", lambda line, **how: said.append(line))
        reset.start()
        until(lambda: any("waiting for its end" in line for line in said), "it says that it waits")
        assert names(neo4j)
    finally:
        child.kill()
        child.wait()
        reset.join(PATIENCE)
        assert child.stdout is not None
        child.stdout.close()
    assert answers[0].exit_code == 0 and "`kakehashi run` builds the graph anew" in answers[0].output
    assert not names(neo4j)
    with ledger.alone("follower", 0.0):
        again = runner().invoke(cli.app, ["graph", "reset", "--database", neo4j.database])
    assert "`kakehashi follow` is at work" in again.output


def test_so_much_has_changed_that_everything_is_the_shorter_way(settings: Settings, ledger: Ledger, neo4j: Any,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    told = list[str]()
    publish(ledger, 1, POOL[0])
    monkeypatch.setattr(resident, "_MANY", 3)
    with Follower(settings, ledger, told.append) as following:
        caught_up(following)
        for n in range(2, 8):
            publish(ledger, n, POOL[n])
        assert caught_up(following) == 7
    assert told == ["6 documents have changed: everything is taken in anew"]
    agrees_with_a_rebuild(ledger, neo4j)


def test_what_comes_while_it_is_at_work_counts_too(settings: Settings, ledger: Ledger, neo4j: Any,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    told = list[str]()
    publish(ledger, 1, POOL[0])
    monkeypatch.setattr(resident, "_MANY", 3)
    monkeypatch.setattr(resident, "_MOST", 1)
    with Follower(settings, ledger, told.append) as following:
        caught_up(following)
        for n in range(2, 5):
            publish(ledger, n, POOL[n])
        assert following.step().taken == 1
        for n in range(5, 7):
            publish(ledger, n, POOL[n])
        assert following.step().taken == 6
    assert told == ["4 documents have changed: everything is taken in anew"]
    agrees_with_a_rebuild(ledger, neo4j)


def test_what_others_keep_in_the_same_database_is_nothing_to_it(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    told = list[str]()
    publish(ledger, 1, POOL[0])
    with Follower(settings, ledger, told.append) as following:
        caught_up(following)
        for n, written in enumerate(("CREATE (:Person {name: '他'})-[:NAMES]->(:Organization)",
                                     "CREATE (:Kakehashi:Analysis {id: 'analysis:1'})", "CREATE (:Analysis)"), 2):
            neo4j.driver.execute_query(written, database_=neo4j.database)
            publish(ledger, n, POOL[n])
            caught_up(following)
        assert not told
        neo4j.driver.execute_query("MATCH (n:Kakehashi:Release) WITH n LIMIT 1 DETACH DELETE n", database_=neo4j.database)
        publish(ledger, 6, POOL[6])
        caught_up(following)
        assert told == ["the graph is not as it was left: everything is taken in anew"]
    neo4j.driver.execute_query("MATCH (n) WHERE NOT n:Kakehashi OR n:Analysis DETACH DELETE n", database_=neo4j.database)
    agrees_with_a_rebuild(ledger, neo4j)


def test_to_see_that_the_graph_is_as_it_was_left_costs_the_same_however_large_it_is(neo4j: Any) -> None:
    def operators(plan: dict[str, Any]) -> Iterator[str]:
        yield plan["operatorType"].partition("@")[0]
        for child in plan.get("children", ()):
            yield from operators(child)

    migrate(neo4j.driver, neo4j.database)
    _, summary, _ = neo4j.driver.execute_query(f"EXPLAIN {resident._SIZE}", database_=neo4j.database)
    looking = {one for one in operators(summary.plan) if any(word in one for word in ("Scan", "Count", "Expand", "Seek"))}
    assert looking == {"NodeCountFromCountStore", "RelationshipCountFromCountStore", "NodeUniqueIndexSeekByRange"}


def test_a_load_of_another_process_that_was_killed_is_made_good(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    publish(ledger, 1, POOL[0])
    with Follower(settings, ledger) as following:
        caught_up(following)
        neo4j.driver.execute_query("CREATE (:Kakehashi:UnfinishedLoad {id: 'load:unfinished'})", database_=neo4j.database)
        publish(ledger, 2, POOL[1])
        caught_up(following)
    agrees_with_a_rebuild(ledger, neo4j)


def test_while_the_graph_is_down_news_are_kept_and_taken_in_as_soon_as_it_is_back(
        settings: Settings, ledger: Ledger, neo4j: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    down, told, ended = threading.Event(), list[str](), threading.Event()
    from graph import loader

    load = loader.load_part

    def failing(*given: Any) -> Any:
        if down.is_set():
            raise ServiceUnavailable("the server restarts")
        return load(*given)

    monkeypatch.setattr(loader, "load_part", failing)
    publish(ledger, 1, POOL[0])
    thread = threading.Thread(target=follower.follow, args=(settings, ended, told.append))
    thread.start()
    try:
        until(lambda: follower.done_by_another(ledger), "it is at work")
        down.set()
        publish(ledger, 2, POOL[1])
        until(lambda: any("the server restarts; it is tried again" in line for line in told), "it tells")
        until(lambda: not follower.done_by_another(ledger), "nobody waits for one that cannot work")
        down.clear()
        until(lambda: follower.done_by_another(ledger), "it goes on")
    finally:
        ended.set()
        thread.join(PATIENCE)
    assert not thread.is_alive() and not follower.done_by_another(ledger)
    agrees_with_a_rebuild(ledger, neo4j)


def test_a_page_that_is_edited_in_place_keeps_what_it_said(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    fetch = Fetch("/list", "/list", "0" * 64)
    ledger.record_fetch(fetch, 1)
    ledger.finish_read(fetch, reading.READER, [])
    with Follower(settings, ledger) as following:
        for number, firm in enumerate(_FIRMS):
            told = page(number, "青葉市", firm)
            draft = Draft(told.document.text, url="https://aoba.example/partners", title="連携先", published=f"2026-03-0{number + 1}")
            ledger.store_drafts(fetch, [draft], living=True)
            own = replace(told, document=draft.document(), statements=(replace(told.statements[0], id=f"s{number}"),))
            ledger.store_extractions([(Version(draft.document().id, draft.version()), own, [])])
            caught_up(following)
        assert names(neo4j) == {"青葉市", *_FIRMS}
    agrees_with_a_rebuild(ledger, neo4j)


#: A child that follows, and is killed at the k-th thing that it sends to server or ledger; it tells how many there were.
_CHILD = """
import os, signal, sys
from neo4j import Session
from pipelines.follower import Follower
from pipelines.ledger import Ledger
from pipelines.ledger.database import Database
from pipelines.settings import Settings
from tests.pipelines.test_follower import POOL, caught_up, publish
from tests.pipelines.test_projection import withdraw

done, last = 0, int(sys.argv[1])
def counted(call):
    def sending(*words, **named):
        global done
        done += 1
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*words, **named)
    return sending
settings = Settings.from_environment()
with Ledger.open(settings.ledger_url) as ledger, Follower(settings, ledger) as follower:
    caught_up(follower)
    gone = [publish(ledger, n, POOL[n + 40]) for n in range(6)][0]
    withdraw(ledger, gone)
    Session.execute_write, Session.run = counted(Session.execute_write), counted(Session.run)
    Database.writing = counted(Database.writing)
    caught_up(follower)
print(done)
"""


def killed_at(settings: Settings, ledger: Ledger, graph: Any, points: Callable[[int], Iterable[int]]) -> None:
    """Kill a follower at some of the things that it sends; let another one go on; compare with a rebuild."""
    root = Path(__file__).parents[2]

    def begin(kill: int) -> subprocess.CompletedProcess[str]:
        withdraw(ledger)
        for n in range(12):
            publish(ledger, n, POOL[n])
        return subprocess.run([sys.executable, "-c", _CHILD, str(kill)], capture_output=True, text=True, cwd=root,
                              timeout=PATIENCE)

    unharmed = begin(0)
    assert unharmed.returncode == 0, unharmed.stderr
    wanted = snapshot(graph)
    for point in points(int(unharmed.stdout)):
        child = begin(point)
        assert child.returncode == -signal.SIGKILL, child.stderr
        with Follower(settings, ledger) as following:
            caught_up(following)
        assert snapshot(graph) == wanted, point
    agrees_with_a_rebuild(ledger, graph)


def test_whoever_is_killed_in_the_middle_is_made_good_by_the_next(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    killed_at(settings, ledger, neo4j, lambda sent: random.Random(7).sample(range(3, sent + 1), 2))


@pytest.mark.torture
def test_whoever_is_killed_anywhere_is_made_good_by_the_next(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    killed_at(settings, ledger, neo4j, lambda sent: range(1, sent + 1))


# --- several of them -------------------------------------------------------------------------------------------------

_HOLD = """
import sys, time
from pipelines.ledger import Ledger
ledger = Ledger.open(sys.argv[1])
with ledger.alone("graph", 60.0):
    print("alone", flush=True)
    time.sleep(600)
"""


def test_only_one_process_is_at_it_and_whoever_is_killed_lets_go(ledger_url: str) -> None:
    with Ledger.open(ledger_url) as ledger:
        with ledger.alone("graph", 0.0), ledger.alone("reading", 0.0):
            pass
        child = subprocess.Popen([sys.executable, "-c", _HOLD, ledger_url], stdout=subprocess.PIPE)
        try:
            assert child.stdout is not None and child.stdout.readline() == b"alone\n"
            with pytest.raises(TimeoutError, match="another process is at the ledger's graph"), ledger.alone("graph", 0.3):
                pass
            with ledger.alone("follower", 0.0):  # another thing
                pass
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
            assert child.stdout is not None
            child.stdout.close()
        with ledger.alone("graph", PATIENCE):
            pass


_HELD = "FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"


def lose_locks(ledger: Ledger) -> None:
    """As when the server of the ledger restarts: all that is held by a session is lost, those who held it are not told."""
    with ledger.reading() as c:
        c.execute(sa.text(f"SELECT pg_terminate_backend(pid) {_HELD} AND pid <> pg_backend_pid()"))
        c.rollback()
        until(lambda: not c.execute(sa.text(f"SELECT 1 {_HELD}")).first(), "it is lost")


def test_whoever_holds_a_lock_can_ask_whether_it_stands(ledger_url: str) -> None:
    with Ledger.open(ledger_url) as ledger:
        with ledger.alone("graph", 0.0) as is_alone, ledger.alone("reading", 0.0) as is_reading:
            assert is_alone() and is_reading()
            if ledger.database.kind == "postgresql":
                lose_locks(ledger)
                with ledger.alone("graph", 0.0) as other:
                    assert other() and not is_alone() and not is_alone() and not is_reading()
        with ledger.alone("graph", 0.0):
            pass


@pytest.fixture
def shared(settings: Settings, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("KAKEHASHI_LEDGER_URL", postgres_url)
    return Settings.from_environment()


def test_of_two_of_which_the_first_has_lost_its_lock_one_is_at_work(shared: Settings, neo4j: Any) -> None:
    told: tuple[list[str], list[str]] = ([], [])
    ended = threading.Event()
    threads = [threading.Thread(target=follower.follow, args=(shared, ended, told[n].append)) for n in (0, 1)]
    with Ledger.open(shared.ledger_url) as ledger:
        publish(ledger, 1, POOL[0])
        try:
            threads[0].start()
            until(lambda: any("taken in" in line for line in told[0]), "the first is at work")
            threads[1].start()
            until(lambda: told[1], "the second waits")
            lose_locks(ledger)
            until(lambda: any("was lost" in line for line in told[0]), "the first notices it")
            until(lambda: follower._WAITS in (told[0][-1], told[1][-1]) and follower.done_by_another(ledger), "one is at work")
            publish(ledger, 2, POOL[1])
            until(lambda: follower.done_by_another(ledger), "it goes on")
            with ledger.reading() as c:
                turn = revision.turn(c)
            ended.wait(5 * follower._EVERY)  # nothing is due: nobody writes anything
            with ledger.reading() as c:
                assert revision.turn(c) == turn
        finally:
            ended.set()
            for thread in threads:
                thread.join(PATIENCE)
        agrees_with_a_rebuild(ledger, neo4j)


def test_whoever_has_lost_its_lock_writes_nothing_into_the_graph(shared: Settings, neo4j: Any,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    told, judge = list[str](), Resident._take_reprints

    def cut_off(self: Resident, changed: Collection[str]) -> set[str]:
        monkeypatch.setattr(Resident, "_take_reprints", judge)
        lose_locks(self._ledger)
        return judge(self, changed)

    with Ledger.open(shared.ledger_url) as ledger, Follower(shared, ledger, told.append) as following:
        publish(ledger, 1, POOL[0])
        caught_up(following)
        monkeypatch.setattr(Resident, "_take_reprints", cut_off)
        publish(ledger, 2, POOL[1])
        caught_up(following)
        assert told == ["the connection that kept other processes from the graph was lost: everything is taken in anew"]
        agrees_with_a_rebuild(ledger, neo4j)


def test_dagster_leaves_to_it_what_it_does(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    made = [assets.ties, assets.reprints, assets.graph]

    def counted(**tags: str) -> dict[str, dict[str, Any]]:
        result = dg.materialize(made, resources={"stores": Stores()}, tags=tags,
                                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}})
        events = [e.step_materialization_data.materialization for e in result.get_asset_materialization_events()]
        return {one.asset_key.to_user_string(): {k: v.value for k, v in one.metadata.items()} for one in events}

    by_itself = {"dagster/from_automation_condition": "true"}
    publish(ledger, 1, POOL[0])
    assert "by_follower" not in counted(**by_itself)["ties"], "nobody follows"
    ended, told = threading.Event(), list[str]()
    thread = threading.Thread(target=follower.follow, args=(settings, ended, told.append))
    thread.start()
    try:
        until(lambda: told, "it is at work")
        assert "follower: at work" in runner().invoke(cli.app, ["status"]).output
        publish(ledger, 2, POOL[1])
        left = counted(**by_itself)
        assert {name: one["new"] for name, one in left.items()} == dict.fromkeys(("ties", "reprints", "graph"), 0)
        assert all(one["by_follower"] for one in left.values()) and left["ties"]["unchanged"] > 2
        assert "by_follower" not in counted()["graph"], "somebody wants it made again"
    finally:
        ended.set()
        thread.join(PATIENCE)
    assert "follower: none at work" in runner().invoke(cli.app, ["status"]).output
    agrees_with_a_rebuild(ledger, neo4j)


def test_whoever_was_thought_dead_writes_nothing_when_it_wakes(settings: Settings, ledger: Ledger, neo4j: Any,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    told, judge = list[str](), Resident._take_reprints

    def asleep(self: Resident, changed: Collection[str]) -> set[str]:
        monkeypatch.setattr(Resident, "_take_reprints", judge)
        assert stages._resolve(ledger, lambda: None, lambda done, total: None).new  # its lock was lost with its connection
        return judge(self, changed)

    publish(ledger, 1, POOL[0])
    with Follower(settings, ledger, told.append) as following:
        caught_up(following)
        monkeypatch.setattr(Resident, "_take_reprints", asleep)
        publish(ledger, 2, POOL[1])
        caught_up(following)
    assert told == ["another process has resolved everything, or replaced the graph, meanwhile: everything is taken in anew"]
    agrees_with_a_rebuild(ledger, neo4j)


def test_the_second_waits_and_takes_over(settings: Settings, ledger: Ledger, neo4j: Any) -> None:
    told: tuple[list[str], list[str]] = ([], [])
    ended = (threading.Event(), threading.Event())
    threads = [threading.Thread(target=follower.follow, args=(settings, ended[n], told[n].append)) for n in (0, 1)]
    try:
        threads[0].start()
        until(lambda: told[0], "the first is at work")
        threads[1].start()
        until(lambda: told[1], "the second waits")
        assert "waits to take over" in told[1][0]
        publish(ledger, 1, POOL[0])
        until(lambda: follower.done_by_another(ledger), "the first takes it in")
        ended[0].set()
        threads[0].join(PATIENCE)
        publish(ledger, 2, POOL[1])
        until(lambda: follower.done_by_another(ledger), "the second takes over")
    finally:
        for n in (0, 1):
            ended[n].set()
        for thread in threads:
            thread.join(PATIENCE)
    assert not any("release" in line for line in told[1][:1])
    agrees_with_a_rebuild(ledger, neo4j)
