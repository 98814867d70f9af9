"""`kakehashi status`: how everything is at a glance, and what alerts make of it."""
from __future__ import annotations

import csv
import io
import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines import alerts, cli, stages
from pipelines.commands import status as command
from pipelines.defs import sensors
from pipelines.defs.resources import Stores
from pipelines.fetch.archive import Archive
from pipelines.ledger import revision
from pipelines.settings import Settings
from pipelines.status import Status, status
from tests.pipelines import morning as mornings
from tests.pipelines.morning import Morning
from tests.pipelines.site import Answer, Site


@pytest.fixture
def morning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Morning]:
    with Site() as site:
        yield mornings.begin(site, tmp_path / "home", tmp_path / "config", monkeypatch)


def ask(morning: Morning, run: str = "morning", read: bool = True) -> None:
    """What the day's run does before extraction."""
    from pipelines import sources

    ledger, archive = morning.ledger(), Archive(str(morning.home / "archive"))
    with morning.client(ledger) as client:
        stages.fetch(archive, client, sources.sources(morning.config).values(), run)
    if read:
        stages.read(ledger, archive)
    ledger.close()


def now(morning: Morning) -> Status:
    """How everything is."""
    ledger = morning.ledger()
    try:
        return status(ledger, Settings.from_environment(), morning.clock.now)
    finally:
        ledger.close()


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left."""
    code: int
    out: str


@pytest.fixture
def kakehashi(morning: Morning, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """The command, at the morning's time."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(command, "clock", morning.clock.clock)

    def run(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["kakehashi", *words])
        capsys.readouterr()
        try:
            cli.main()
            code: object = 0
        except SystemExit as left:
            code = left.code
        return Done(code if isinstance(code, int) else int(code is not None), capsys.readouterr().out)

    return run


def test_a_source_that_is_well_is_a_row(morning: Morning, kakehashi: Callable[..., Done]) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも", "株式会社はるか")
    ask(morning)
    [one] = now(morning).sources
    assert (one.state, one.new_today, one.new_week, one.lines) == ("ok", 2, 2, ())
    assert (one.last_success or "")[:10] == (one.last_new or "")[:10] == "2026-04-01"

    morning.clock.now += 3 * 86_400
    [one] = now(morning).sources
    assert (one.new_today, one.new_week) == (0, 2)
    done = kakehashi("status")
    assert done.code == 0
    assert re.search(r"│ aoi +│ ok +│ 2026-04-01 05:3\d │ 2026-04-01 05:3\d │ 0 +│ 2 +│", done.out), done.out
    assert "0 files to read, 2 documents to extract" in done.out and "GB are free" in done.out
    assert "graph server: stopped" in done.out and not (morning.home / "neo4j").exists()


def test_no_password_of_an_address_is_shown(
        morning: Morning, kakehashi: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKEHASHI_ARCHIVE_URL", "memory://me:secret@bucket/releases")
    done = kakehashi("status")
    assert "memory://…@bucket/releases" in done.out and "secret" not in done.out


def _many_503(morning: Morning) -> None:
    morning.site.page("/news.rss", mornings.feed(*(f"/busy/{n}.html" for n in range(9))), host="aoi.test", type="text/xml")
    for number in range(9):
        morning.site.page(f"/busy/{number}.html", Answer(503), host="aoi.test")


def _pdf(morning: Morning) -> None:
    morning.site.page("/news/0.html", Answer(200, b"%PDF-1.4 broken", type="application/pdf"), host="aoi.test")


@pytest.mark.parametrize(("play", "state", "says"), [
    (lambda m: m.site.page("/news.rss", Answer(404), host="aoi.test"), "broken", r"aoi not_found: .*correct the address"),
    (lambda m: m.site.page("/news.rss", "<html>moved", host="aoi.test"), "broken", r"aoi not_a_feed: "),
    (lambda m: m.site.page("/news.rss", Answer(503), host="aoi.test"), "look", r"aoi server_error: .*asked again later"),
    (lambda m: m.site.robots("User-agent: *\nDisallow: /", host="aoi.test"), "broken", r"aoi robots_denied: "),
    (lambda m: m.site.page("/news/0.html", Answer(404), host="aoi.test"), "look", r"aoi not_found: .*/news/0\.html"),
    (lambda m: m.site.page("/news.rss", mornings.feed(), host="aoi.test", type="text/xml"), "broken", r"fatal: its index named no"),
    (_many_503, "look", r"host aoi\.test is left alone until 2026-04-01T05:\d\d"),
    (_pdf, "ok", r"rejected http://aoi\.test.*: .*PDF")])
def test_what_is_wrong_is_a_line_that_says_what_to_do(morning: Morning, kakehashi: Callable[..., Done],
                                                      play: Callable[[Morning], Any], state: str, says: str) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    play(morning)
    ask(morning)
    assert [one.state for one in now(morning).sources] == [state]
    done = kakehashi("status")
    assert re.search(says, done.out), done.out
    assert done.code == int(state == "broken")


def test_a_source_that_fell_silent_is_a_line(morning: Morning, kakehashi: Callable[..., Done]) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    ask(morning)
    morning.clock.now += 30 * 86_400
    ask(morning, "a month later")
    assert re.search(r"aoi alarm: nothing new for 30 days \(since 2026-04-01\)", kakehashi("status").out)


def test_pages_that_could_not_be_had_are_told_as_long_as_that_is_so(morning: Morning, kakehashi: Callable[..., Done]) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも", "株式会社はるか")
    morning.site.page("/news/0.html", Answer(404), mornings.release("葵市", "株式会社みなも"), host="aoi.test")
    ask(morning)
    morning.clock.now += 3_600
    ask(morning, "an hour later")
    done = kakehashi("status")
    assert "aoi releases that could not be had so far: 1 not_found" in done.out and "│ ok" in done.out
    morning.clock.now += 2 * 86_400
    ask(morning, "days later")
    assert "could not be had" not in kakehashi("status").out


def test_csv_has_a_row_a_source_with_its_problems(morning: Morning, kakehashi: Callable[..., Done]) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    morning.city("kiri", "kiri.test", "桐市")
    morning.site.page("/news.rss", Answer(404), host="kiri.test")
    ask(morning)
    rows = {row["source"]: row for row in csv.DictReader(io.StringIO(kakehashi("status", "--csv").out))}
    assert rows["aoi"] | {"last_success": "", "last_new": ""} == {
        "source": "aoi", "title": "葵市", "state": "ok", "schedule": "30 7,13,19 * * *", "last_success": "", "last_new": "",
        "new_today": "1", "new_7_days": "1", "lost": "", "problems": ""}
    assert rows["kiri"]["state"] == "broken" and rows["kiri"]["problems"].startswith("not_found: ")


def test_a_source_whose_file_is_broken_is_told_and_the_others_are_too(morning: Morning, kakehashi: Callable[..., Done]) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    (morning.config / "sources" / "kiri.yaml").write_text("kind: fed\n", encoding="utf-8")
    done = kakehashi("status")
    assert done.code == 1 and "kiri.yaml:1" in done.out and "aoi" in done.out


def test_versions_say_how_far_resolution_and_graph_are_behind(morning: Morning, kakehashi: Callable[..., Done]) -> None:
    assert "resolved: never; graph: never" in kakehashi("status").out
    ledger = morning.ledger()
    with ledger.writing() as c:
        for _ in range(3):
            revision.move(c)
        revision.note_resolved(c, 3)
        revision.note_loaded(c, 1)
    ledger.close()
    assert "ledger version 3; resolved: up to date; graph: version 1, 2 changes behind" in kakehashi("status").out


def test_a_ledger_in_postgresql_is_measured_too(morning: Morning, kakehashi: Callable[..., Done], postgres_url: str,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKEHASHI_LEDGER_URL", postgres_url)
    done = kakehashi("status")
    assert done.code == 0 and re.search(r"│ ledger +│ postgresql.* │ [1-9]\d*\.\d MB │", done.out), done.out


# telling somebody

@dataclass
class Desk:
    """Where alerts arrive."""
    url: str
    messages: list[dict[str, Any]]
    status: int = 200


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(found.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *given: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found = Desk(f"http://127.0.0.1:{server.server_port}/hook/s3cret-token", [])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("KAKEHASHI_ALERT_URL", found.url)
    yield found
    server.shutdown()
    server.server_close()
    thread.join(5)


def look(cursor: str | None, instance: dg.DagsterInstance) -> str | None:
    """One look of the sensor for troubles; its cursor afterwards."""
    context = dg.build_sensor_context(instance=instance, cursor=cursor, resources={"stores": Stores()})
    sensors.tell_troubles(context)
    return context.cursor


def test_a_trouble_is_told_once_as_long_as_it_lasts(morning: Morning, desk: Desk) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    morning.site.page("/news.rss", Answer(404), Answer(404), mornings.feed("/news/0.html"), Answer(404), host="aoi.test")
    told = []
    with dg.DagsterInstance.ephemeral() as instance:
        cursor = None
        for day in range(4):
            ask(morning, f"day {day}")
            cursor = look(cursor, instance)
            told.append(len(desk.messages))
            morning.clock.now += 2 * 86_400

    assert told == [1, 1, 1, 2]
    assert (desk.messages[0]["event"], desk.messages[0]["source"], desk.messages[0]["state"]) == ("source_in_trouble", "aoi", "broken")
    assert desk.messages[0]["line"].startswith("not_found: ")


def test_what_could_not_be_told_is_told_the_next_time(morning: Morning, desk: Desk) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    morning.site.page("/news.rss", Answer(404), host="aoi.test")
    ask(morning)
    with dg.DagsterInstance.ephemeral() as instance:
        desk.status = 503
        cursor = look(None, instance)
        desk.status = 200
        look(cursor, instance)
    assert len(desk.messages) == 2


def fail(why: str, **metadata: int) -> None:
    """A run fails, and the sensor looks at it."""
    @dg.op
    def broken() -> None:
        raise dg.Failure(why, metadata=metadata, allow_retries=False)

    @dg.job
    def daily() -> None:
        broken()

    with dg.DagsterInstance.ephemeral() as instance:
        result = daily.execute_in_process(instance=instance, raise_on_error=False)
        failed = next(e for e in result.all_events if e.event_type == dg.DagsterEventType.RUN_FAILURE)
        sensors.tell_failures(dg.build_run_status_sensor_context(
            sensor_name="tell_failures", dagster_event=failed, dagster_instance=instance, dagster_run=result.dagster_run
            ).for_run_failure())


def test_what_a_site_did_is_no_failure_of_the_installation(morning: Morning, desk: Desk) -> None:
    fail("aoi: not_found: …", robots_denied=0)
    assert desk.messages == []


def test_a_run_that_failed_is_told_without_secrets(morning: Morning, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "hunter2-of-the-graph")

    fail("postgresql://kakehashi:word@db/ledger refused hunter2-of-the-graph")
    [message] = desk.messages
    assert (message["event"], message["job"], message["steps"]) == ("run_failed", "daily", ["broken"])
    assert "refused" in message["error"] and "postgresql://…@db/ledger" in message["error"]
    assert "hunter2" not in json.dumps(message) and "word" not in message["error"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/hook/s3cret-token", "nonsense s3cret-token"])
def test_nobody_at_home_stops_nothing_and_the_address_is_not_said(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "pipelines.alerts")
    assert alerts.post(url, {"event": "run_failed"}, {"KAKEHASHI_ALERT_URL": url}) is False
    assert "KAKEHASHI_ALERT_URL could not be told" in caplog.text and "s3cret" not in caplog.text


def test_without_an_address_nobody_is_told(morning: Morning, monkeypatch: pytest.MonkeyPatch) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        found = sensors.tell_troubles(dg.build_sensor_context(instance=instance, resources={"stores": Stores()}))
    assert isinstance(found, dg.SkipReason) and "KAKEHASHI_ALERT_URL is not set" in str(found.skip_message)
