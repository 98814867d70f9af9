"""Dagster by day: sources are asked when their time has come, the rest follows from news, days can be done again."""
from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines import definitions, reading, worker
from pipelines.days import Days
from pipelines.defs import assets, days, fetching, schedules
from pipelines.defs.resources import Stores
from pipelines.ledger import Ledger, revision
from tests.pipelines import morning as mornings
from tests.pipelines.morning import Morning
from tests.pipelines.site import Answer, Site

TODAY = "2026-04-01"


@pytest.fixture
def morning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Morning]:
    with Site() as site:
        yield mornings.begin(site, tmp_path / "home", tmp_path / "config", monkeypatch)


@pytest.fixture
def ledger(morning: Morning) -> Iterator[Ledger]:
    one = morning.ledger()
    yield one
    one.close()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as one:
        yield one


def ask(instance: dg.DagsterInstance, morning: Morning, name: str, day: str = TODAY, **tags: str) -> dg.ExecuteInProcessResult:
    """One source's asset for a day."""
    [source] = [one for one in fetching.open_sources() if one.name == name]
    return dg.materialize([fetching.asset_of(source)], instance=instance, partition_key=day, resources={"stores": Stores()},
                          tags={days.ROUND: f"{day}T07:30", **tags}, raise_on_error=False, run_config=QUIET)


QUIET: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def told(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    """The metadata of the one asset that was made."""
    [event] = result.get_asset_materialization_events()
    return {key: one.value for key, one in event.step_materialization_data.materialization.metadata.items()}


def tries(result: dg.ExecuteInProcessResult) -> int:
    """How often its step was begun."""
    return 1 + sum(e.event_type == dg.DagsterEventType.STEP_RESTARTED for e in result.all_events)


# asking sources

def test_a_days_asset_of_a_source_says_what_became_of_its_addresses(morning: Morning, instance: dg.DagsterInstance) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも", "株式会社はるか")
    morning.site.page("/news.rss", mornings.feed("/news/0.html", "/news/1.html", "/secret/2.html", "/gone.html"),
                      host="aoi.test", type="application/rss+xml")
    morning.site.robots("User-agent: *\nDisallow: /secret/", host="aoi.test")
    found = told(ask(instance, morning, "aoi"))

    assert {key: found[key] for key in ("new", "unchanged", "known", "robots_denied", "failed", "failed: not_found")} == {
        "new": 2, "unchanged": 0, "known": 0, "robots_denied": 1, "failed": 1, "failed: not_found": 1}
    assert morning.site.asked("/secret/2.html") == []


def test_a_run_that_is_tried_again_asks_nothing_twice(morning: Morning, instance: dg.DagsterInstance) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    ask(instance, morning, "aoi")
    before = len(morning.site.asked())
    again = told(ask(instance, morning, "aoi"))
    assert (again["requests"], again["new"]) == (0, 1), "what the run has done is told by the one that ends it"
    assert len(morning.site.asked()) == before


def test_days_that_are_past_are_not_asked_for(morning: Morning, instance: dg.DagsterInstance) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    result = ask(instance, morning, "aoi", "2026-03-30")
    assert result.success and told(result) == {"asked": "no: past days are not asked for again"}
    assert morning.site.asked() == []


@pytest.mark.parametrize(("answer", "says", "times"), [
    (Answer(404), "not_found", 1), (Answer(200, b"<html><p>moved</p></html>"), "not_a_feed", 1), (Answer(503), "host_rests", 3)])
def test_what_passes_by_itself_is_tried_again_and_what_stays_is_not(
        morning: Morning, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, answer: Answer, says: str,
        times: int) -> None:
    morning.city("aoi", "aoi.test", "葵市")
    morning.site.page("/news.rss", answer, host="aoi.test")
    monkeypatch.setattr(fetching, "AGAIN_LATER", dg.RetryPolicy(max_retries=2))
    result = ask(instance, morning, "aoi")

    assert not result.success and tries(result) == times
    [failure] = [e.step_failure_data for e in result.all_events if e.is_step_failure]
    assert failure.user_failure_data is not None and says in (failure.user_failure_data.description or "")


def test_a_source_that_was_disabled_meanwhile_is_not_asked(morning: Morning, instance: dg.DagsterInstance) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    [source] = fetching.open_sources()
    morning.source("aoi", "aoi.test", enabled=False)
    result = dg.materialize([fetching.asset_of(source)], instance=instance, partition_key=TODAY, run_config=QUIET,
                            resources={"stores": Stores()}, raise_on_error=False)
    assert not result.success and tries(result) == 1 and morning.site.asked() == []


def test_what_is_expected_of_a_source_is_checked(morning: Morning, instance: dg.DagsterInstance) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    good = ask(instance, morning, "aoi")
    assert {e.check_name: e.passed for e in good.get_asset_check_evaluations()} == {"volume": True, "staleness": True}

    morning.site.page("/news.rss", mornings.feed(), host="aoi.test", type="application/rss+xml")
    morning.clock.now += 20 * 86_400
    late = ask(instance, morning, "aoi", "2026-04-21")
    found = {e.check_name: e for e in late.get_asset_check_evaluations()}
    assert not found["volume"].passed and found["volume"].severity == dg.AssetCheckSeverity.ERROR
    assert not found["staleness"].passed and "nothing new for 20 days" in str(found["staleness"].metadata["problems"].value)


# when

def tick(instance: dg.DagsterInstance, at: str) -> dg.RunRequest | dg.SkipReason:
    """What the schedule says at a time in Japan."""
    context = dg.build_schedule_context(instance=instance, resources={"stores": Stores()},
                                        scheduled_execution_time=dt.datetime.fromisoformat(f"{at}:00+09:00"))
    found: dg.RunRequest | dg.SkipReason = schedules.fetch_when_due(context)
    return found


@pytest.fixture
def loaded(morning: Morning, monkeypatch: pytest.MonkeyPatch) -> Morning:
    """A morning whose one source the definitions know."""
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    monkeypatch.setattr(schedules, "fetched", [fetching.asset_of(one) for one in fetching.open_sources()])
    return morning


def test_sources_are_asked_at_their_times_and_what_was_missed_is_made_up_for(
        loaded: Morning, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tick(instance, "2026-04-01T05:30")
    assert isinstance(first, dg.RunRequest) and first.asset_selection == [fetching.key("aoi")]
    assert (first.partition_key, first.tags[days.ROUND]) == (TODAY, "2026-04-01T05:30")
    ask(instance, loaded, "aoi")

    assert isinstance(tick(instance, "2026-04-01T07:20"), dg.SkipReason)
    due = tick(instance, "2026-04-01T07:30")
    assert isinstance(due, dg.RunRequest)
    later = tick(instance, "2026-04-01T11:00")
    assert isinstance(later, dg.RunRequest) and later.run_key == due.run_key, "the same time, which is not asked for twice"


def test_a_source_that_a_run_is_about_to_ask_is_not_asked_by_another_one(loaded: Morning, instance: dg.DagsterInstance,
                                                                          ) -> None:
    definition = definitions.defs().resolve_job_def("refresh")
    run = instance.create_run_for_job(definition, status=dg.DagsterRunStatus.STARTED)
    instance.run_storage.delete_run(run.run_id)
    instance.run_storage.add_run(run._replace(job_name="fetch", asset_selection=frozenset({fetching.key("aoi")})))
    assert isinstance(tick(instance, "2026-04-01T07:30"), dg.SkipReason)


def test_nobody_is_asked_anonymously(loaded: Morning, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAKEHASHI_CONTACT")
    skipped = tick(instance, "2026-04-01T07:30")
    assert isinstance(skipped, dg.SkipReason) and "KAKEHASHI_CONTACT is not set" in str(skipped.skip_message)


def test_a_source_that_the_definitions_do_not_know_yet_is_named(loaded: Morning, instance: dg.DagsterInstance,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "fetched", [])
    skipped = tick(instance, "2026-04-01T07:30")
    assert isinstance(skipped, dg.SkipReason) and "aoi is new here" in str(skipped.skip_message)


# what follows

def test_what_follows_from_news_is_made_by_itself_and_without_news_nothing_is() -> None:
    version = iter("1112")

    @dg.asset(partitions_def=days.DAYS, backfill_policy=days.RANGE)
    def came() -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(data_version=dg.DataVersion(next(version)))

    @dg.asset(deps=[came], partitions_def=days.DAYS, automation_condition=assets.NEWS)
    def read() -> None:
        """What is made of a day."""

    @dg.asset(deps=[read], automation_condition=assets.NEWS)
    def whole() -> None:
        """What is made of all days."""

    defs = dg.Definitions(assets=[came, read, whole])
    requested: list[tuple[int, int]] = []
    with dg.DagsterInstance.ephemeral() as instance:
        cursor = None
        for step in range(5):
            if step:
                dg.materialize([came], instance=instance, partition_key=TODAY, run_config=QUIET)
            result = dg.evaluate_automation_conditions(defs, instance, cursor=cursor)
            cursor = result.cursor
            requested.append((result.get_num_requested(dg.AssetKey("read")), result.get_num_requested(dg.AssetKey("whole"))))
            if result.get_num_requested(dg.AssetKey("read")):
                assert result.get_requested_partitions(dg.AssetKey("read")) == {TODAY}
                dg.materialize([read], instance=instance, partition_key=TODAY, run_config=QUIET, selection=[read])
    assert [day for day, _ in requested] == [0, 1, 0, 0, 1]
    assert [number for _, number in requested] == [0, 0, 1, 0, 0], "as soon as a day of it was made again"


def test_a_file_that_is_dropped_is_followed_up_to_its_statements(morning: Morning, instance: dg.DagsterInstance, tmp_path: Path,
                                                                ) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "config" / "sources").mkdir(parents=True)
    (tmp_path / "config" / "sources" / "inbox.yaml").write_text("kind: folder\npath: ../../inbox\n", encoding="utf-8")
    defs, cursor, requested = definitions.defs(), None, []
    for step in range(5):
        if step == 3:
            (tmp_path / "inbox" / "1.txt").write_text("葵市と株式会社みなもは協定を締結しました。", encoding="utf-8")
        if step not in (0, 2):
            dg.materialize([assets.archive], instance=instance, partition_key=TODAY, run_config=QUIET,
                           resources={"stores": Stores()})
        result = dg.evaluate_automation_conditions(defs, instance, cursor=cursor)
        cursor = result.cursor
        requested.append([name for name in ("documents", "statements", "ties")
                          if result.get_requested_partitions(dg.AssetKey(name)) == {TODAY}])
    assert requested == [[], ["documents", "statements"], [], ["documents", "statements"], []]


def finish(instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    """What the schedule for all that is left says."""
    context = dg.build_schedule_context(instance=instance, resources={"stores": Stores()},
                                        scheduled_execution_time=dt.datetime.fromisoformat("2026-04-01T06:25:00+09:00"))
    found: dg.RunRequest | dg.SkipReason = schedules.finish_what_is_left(context)
    return found


def test_what_was_left_is_done_though_no_news_come(morning: Morning, instance: dg.DagsterInstance, ledger: Ledger) -> None:
    with ledger.writing() as c:
        revision.note_loaded(c, 0)
    assert isinstance(finish(instance), dg.SkipReason)
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも")
    ask(instance, morning, "aoi")
    asked = finish(instance)
    assert isinstance(asked, dg.RunRequest) and asked.partition_key == TODAY

    run = instance.create_run_for_job(definitions.defs().resolve_job_def("refresh"), status=dg.DagsterRunStatus.STARTED)
    assert isinstance(finish(instance), dg.SkipReason)
    instance.report_run_failed(run, "the graph's server was down")
    for fetch in ledger.unread(reading.READER):
        ledger.finish_read(fetch, reading.READER, [])
    assert isinstance(finish(instance), dg.SkipReason)
    with ledger.writing() as c:
        revision.move(c)
    assert isinstance(finish(instance), dg.RunRequest), "the graph is behind"


def test_days_are_read_again_from_the_archive_and_no_site_is_asked(morning: Morning, instance: dg.DagsterInstance,
                                                                  ledger: Ledger) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも", "株式会社はるか")
    ask(instance, morning, "aoi")
    asked = len(morning.site.asked())

    def documents(**tags: str) -> dict[str, Any]:
        result = dg.materialize([assets.documents], instance=instance, resources={"stores": Stores()}, run_config=QUIET,
                                tags={"dagster/asset_partition_range_start": "2026-03-30",
                                      "dagster/asset_partition_range_end": TODAY, **tags})
        events = result.get_asset_materialization_events()
        assert [e.partition for e in events] == ["2026-03-30", "2026-03-31", TODAY]
        return {k: v.value for k, v in events[0].step_materialization_data.materialization.metadata.items()}

    by_itself = {"dagster/from_automation_condition": "true"}
    assert (documents(**by_itself)["files"], documents(**by_itself)["files"]) == (2, 0)
    version = ledger.version()
    assert documents(**{"dagster/backfill": "spring"})["files"] == 2
    assert ledger.version() == version, "what is read again says what it said"
    assert len(morning.site.asked()) == asked


def test_what_an_older_reader_read_waits_for_its_days_and_what_nobody_read_does_not(
        morning: Morning, instance: dg.DagsterInstance, ledger: Ledger) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも", "株式会社はるか")
    ask(instance, morning, "aoi")
    first, second = ledger.unread(reading.READER)
    ledger.finish_read(first, "an older reader", [])
    april, march = Days.read(TODAY), Days.read("2026-03-01", "2026-03-31")

    assert ledger.unread(reading.READER, march) == [second]
    assert ledger.unread(reading.READER, april) == [first, second]
    left = ledger.left(reading.READER, "any")
    assert (left.unread, left.outdated, left.first) == (1, 1, dt.date(2026, 4, 1))


def test_documents_of_a_day_that_look_broken_are_told(morning: Morning, instance: dg.DagsterInstance) -> None:
    morning.city("aoi", "aoi.test", "葵市", "株式会社みなも", "株式会社はるか")
    whole = mornings.release("葵市", "株式会社みなも").encode()
    morning.site.page("/news/0.html", whole.replace("防災".encode(), b"\xff\xfe\xfd"), host="aoi.test")
    morning.site.page("/news/1.html", "<html><body></body></html>", host="aoi.test")
    ask(instance, morning, "aoi")
    result = dg.materialize([assets.documents], instance=instance, partition_key=TODAY, resources={"stores": Stores()},
                            run_config=QUIET)
    found = {e.check_name: e for e in result.get_asset_check_evaluations()}
    assert not found["encoding"].passed and found["encoding"].metadata["damaged"].value == 1
    assert found["words"].metadata["unreadable"].value == 1
    assert not found["words"].passed and found["words"].severity == dg.AssetCheckSeverity.WARN


# the whole

def test_everything_is_loaded_with_its_host_its_freshness_and_its_day(loaded: Morning, instance: dg.DagsterInstance) -> None:
    [source] = schedules.fetched
    assert source.op.pool == "aoi.test"
    assert source.get_asset_spec().freshness_policy is not None
    graph = definitions.defs().get_repository_def().asset_graph
    by_day = {key.to_user_string() for key in graph.get_all_asset_keys() if graph.get(key).partitions_def == days.DAYS}
    assert by_day >= {"archive", "documents", "statements"} and not by_day & {"ties", "reprints", "graph", "brokers"}
    assert all(graph.get(dg.AssetKey(one)).automation_condition is not None
               for one in ("documents", "statements", "ties", "reprints", "graph", "brokers"))
    assert {one.name for one in definitions.defs().get_repository_def().get_all_jobs()} >= {
        "fetch", "refresh", "rebuild_graph", "prune"}


def test_a_run_whose_process_is_gone_does_not_hold_up_others(morning: Morning) -> None:
    with dg.DagsterInstance.from_config(str(definitions.history())) as instance:
        def begun(tag: str | None) -> str:
            run = instance.create_run_for_job(definitions.defs().resolve_job_def("refresh"), status=dg.DagsterRunStatus.STARTED,
                                              tags={days.COMMAND: tag} if tag else {})
            return run.run_id

        machine = worker.name().split(" ")[0]
        dead, alive, launched = begun(f"{machine} 999999 1.00 0"), begun(worker.name()), begun(None)
        instance.event_log_storage.initialize_concurrency_limit_to_default("graph")
        instance.event_log_storage.claim_concurrency_slot("graph", dead, "graph")
        assert instance.event_log_storage.get_concurrency_info("graph").claimed_slots
        assert definitions.settle() == 1
        assert not instance.event_log_storage.get_concurrency_info("graph").claimed_slots
        statuses = {run.run_id: run.status for run in instance.get_runs()}
        assert statuses == {dead: dg.DagsterRunStatus.FAILURE, alive: dg.DagsterRunStatus.STARTED,
                            launched: dg.DagsterRunStatus.STARTED}
        assert definitions.settle(all_launched=True) == 1


def test_old_runs_leave_the_history_and_young_ones_stay(morning: Morning, monkeypatch: pytest.MonkeyPatch) -> None:
    with dg.DagsterInstance.from_config(str(definitions.history())) as instance:
        old = instance.create_run_for_job(definitions.defs().resolve_job_def("prune"), status=dg.DagsterRunStatus.SUCCESS)
        for keep, there in (("90", True), ("1", False)):
            monkeypatch.setenv("KAKEHASHI_KEEP_RUNS", keep)
            if keep == "1":
                monkeypatch.setattr("pipelines.defs.jobs.time.time", lambda: 4_000_000_000.0)
            definitions.defs().resolve_job_def("prune").execute_in_process(instance=instance, run_config=QUIET)
            assert instance.has_run(old.run_id) is there
