"""`kakehashi ingest`: one command asks the sources, once and politely, and says what they gave."""
from __future__ import annotations

import io
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from pipelines import cli, definitions, stages
from pipelines.definitions import RunCounts, StageCounts
from pipelines.defs import fetching
from pipelines.fetch.unfinished import begun
from tests.pipelines import morning as mornings
from tests.pipelines.morning import Morning
from tests.pipelines.site import Answer, Site


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left."""
    code: int
    out: str
    err: str


Kakehashi = Callable[..., Done]


@pytest.fixture
def morning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Morning]:
    with Site() as site:
        yield mornings.begin(site, tmp_path / "home", tmp_path / "config", monkeypatch)


@pytest.fixture
def kakehashi(morning: Morning, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Kakehashi:
    """The command; what follows from fetching is told elsewhere and left out here."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(definitions, "run", lambda paths, report: RunCounts((StageCounts("documents", 1, 0, 0),), ()))

    def run(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["kakehashi", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        capsys.readouterr()
        try:
            cli.main()
            code: object = 0
        except SystemExit as left:
            code = left.code
        return Done(code if isinstance(code, int) else int(code is not None), *capsys.readouterr())

    return run


def test_sources_are_asked_and_told_one_by_one(morning: Morning, kakehashi: Kakehashi) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも", "株式会社はるか")
    morning.city("kiri", "kiri.test", "桐市", "株式会社こだま")
    morning.source("off", "off.test", enabled=False)
    done = kakehashi("ingest")

    assert done.code == 0, done.err
    rows = [line.split("│") for line in done.out.splitlines() if line.startswith("│")]
    assert [[cell.strip() for cell in row[1:4]] for row in rows[:2]] == [["aoi", "2", "0"], ["kiri", "1", "0"]]
    assert "5 new, 0 unchanged" in done.out and "documents" in done.out
    assert morning.site.asked(host="off.test") == []

    again = kakehashi("ingest")
    assert "0 new, 2 unchanged, 3 known" in again.out, "the feeds are looked at again, the releases are not"


def test_only_the_named_source_is_asked(morning: Morning, kakehashi: Kakehashi) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    morning.city("kiri", "kiri.test", "桐市", "株式会社こだま")
    assert kakehashi("ingest", "--source", "kiri").code == 0
    assert morning.site.asked(host="aoi.test") == [] and len(morning.site.asked(host="kiri.test")) == 3


def test_since_leaves_older_releases_and_asks_the_indexes_of_the_months_between(morning: Morning, kakehashi: Kakehashi) -> None:
    def listing(*items: tuple[str, str]) -> str:
        return "<html><body><ul>" + "".join(f'<li>{day} <a href="{path}">協定</a></li>' for day, path in items) + "</ul></body></html>"

    morning.site.page("/202604.html", listing(("2026年4月1日", "/a.html")), host="aoi.test")
    morning.site.page("/202603.html", listing(("2026年3月20日", "/b.html"), ("2026年3月2日", "/c.html")), host="aoi.test")
    morning.site.page("/202602.html", listing(("2026年2月2日", "/d.html")), host="aoi.test")
    for path in "abcd":
        morning.site.page(f"/{path}.html", mornings.release("葵市", "株式会社みなも"), host="aoi.test")
    morning.source("aoi", "aoi.test", "/{yyyymm}.html", more="listing: {item: li}\n")
    file = morning.config / "sources" / "aoi.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("kind: feed", "kind: listing"), encoding="utf-8")

    assert kakehashi("ingest", "--since", "2026-03-15").code == 0
    assert {one.path for one in morning.site.asked()} == {"/robots.txt", "/202604.html", "/202603.html", "/a.html", "/b.html"}
    assert kakehashi("ingest", "--since", "yesterday").code == 2


def test_dagsters_history_knows_of_it(morning: Morning, kakehashi: Kakehashi) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    kakehashi("ingest")
    with dg.DagsterInstance.from_config(str(definitions.history())) as instance:
        event = instance.get_latest_materialization_event(fetching.key("aoi"))
    assert event is not None and event.asset_materialization is not None
    assert (event.asset_materialization.partition, event.asset_materialization.metadata["new"].value) == ("2026-04-01", 1)


def test_without_a_contact_nothing_is_asked(morning: Morning, kakehashi: Kakehashi, monkeypatch: pytest.MonkeyPatch) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    monkeypatch.delenv("KAKEHASHI_CONTACT")
    done = kakehashi("ingest")
    assert (done.code, done.out) == (2, "") and "KAKEHASHI_CONTACT is not set; set it to an e-mail address" in done.err
    assert morning.site.asked() == [] and not morning.home.exists()


@pytest.mark.parametrize(("words", "says"), [
    ((), "no source is enabled; `kakehashi sources list`"),
    (("--source", "off"), "kakehashi sources enable off"), (("--source", "of"), "perhaps off")])
def test_what_cannot_be_asked_is_one_line_that_says_what_to_do(morning: Morning, kakehashi: Kakehashi, words: tuple[str, ...],
                                                               says: str) -> None:
    morning.source("off", "off.test", enabled=False)
    done = kakehashi("ingest", *words)
    assert done.code == 2 and says in done.err and len(done.err.splitlines()) == 1


@pytest.mark.parametrize(("answer", "says"), [
    (Answer(404), "not_found"), (Answer(503), "server_error"), (Answer(200, mornings.feed().encode(), type="text/xml"), "at least 1")])
def test_what_needs_a_person_is_a_line_and_an_exit_code_and_the_others_go_on(
        morning: Morning, kakehashi: Kakehashi, answer: Answer, says: str) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    morning.city("kiri", "kiri.test", "桐市")
    morning.site.page("/news.rss", answer, host="kiri.test")
    done = kakehashi("ingest")
    assert done.code == 1 and says in done.out
    assert len(morning.site.asked("/news/0.html", "aoi.test")) == 1


def test_a_run_that_was_stopped_goes_on_and_asks_nothing_twice(morning: Morning, kakehashi: Kakehashi,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも", "株式会社はるか", "株式会社こだま")
    whole, done = stages.fetch, []

    def stopped(archive: object, client: object, known: object, run: str, since: object, report: object) -> object:
        def until(number: int, of: int) -> None:
            done.append(number)
            if number == 2:
                raise KeyboardInterrupt

        return whole(archive, client, known, run, since, until)  # type: ignore[arg-type]

    monkeypatch.setattr(stages, "fetch", stopped)
    with pytest.raises((KeyboardInterrupt, SystemExit)):
        raise SystemExit(kakehashi("ingest").code)
    before = [one.path for one in morning.site.asked()]
    monkeypatch.setattr(stages, "fetch", whole)
    again = kakehashi("ingest")

    assert again.code == 0 and "going on with «ingest 2026-04-01T05:30:" in again.err
    asked = [one.path for one in morning.site.asked()]
    assert before and len(asked) == len(set(asked)) == 5, "robots.txt, the feed and three releases, once each"
    assert "going on" not in kakehashi("ingest").err, "what came to its end is not gone on with"


def test_one_that_is_killed_again_and_again_comes_to_its_end_and_no_site_notices(morning: Morning) -> None:
    firms = ("株式会社みなも", "株式会社はるか", "株式会社こだま")
    morning.city("aoi", "aoi.test", "葵市", *firms)
    morning.city("kiri", "kiri.test", "桐市", *firms)
    codes = [subprocess.run([sys.executable, "-m", "tests.pipelines.ingest_child", str(morning.site.port), str(kill_at)],
                            cwd=Path(__file__).parents[2], timeout=300, capture_output=True).returncode for kill_at in (4, 3, 0)]

    assert codes == [-signal.SIGKILL, -signal.SIGKILL, 0]
    asked = Counter((one.host, one.path) for one in morning.site.asked())
    assert len(asked) == 10, "of each city robots.txt, the feed and three releases"
    assert sum(asked.values()) <= 10 + 2, "what was in flight is asked once more a kill, at most"
    ledger = morning.ledger()
    assert len(ledger.unread("any")) == 6
    ledger.close()
    assert not (morning.home / "ingest.json").exists()


def test_another_day_or_another_wish_is_a_run_of_its_own(tmp_path: Path) -> None:
    def name(now: str, wanted: object, stop: bool = True) -> tuple[str, bool]:
        try:
            with begun(tmp_path, now, wanted) as run:
                found = run.name, run.resumed
                if stop:
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass
        return found

    first = name("2026-04-01T05:30:00+09:00", ["aoi"])
    assert first == ("ingest 2026-04-01T05:30:00+09:00", False)
    assert name("2026-04-01T06:00:00+09:00", ["aoi"]) == (first[0], True)
    assert name("2026-04-01T07:00:00+09:00", ["kiri"])[1] is False
    assert name("2026-04-02T05:30:00+09:00", ["kiri"])[1] is False
    (tmp_path / "ingest.json").write_text("[broken", encoding="utf-8")
    assert name("2026-04-02T06:00:00+09:00", ["kiri"], stop=False)[1] is False
    assert not (tmp_path / "ingest.json").exists()


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    with begun(tmp_path, "2026-04-01T05:30:00+09:00", []), pytest.raises(RuntimeError, match="another `kakehashi ingest`"), \
            begun(tmp_path, "2026-04-01T05:30:01+09:00", []):
        pass
