"""A researcher names addresses; from then on their bytes are here, once, and nobody is asked twice."""
from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from time import sleep

import pytest

from pipelines import stages
from pipelines.fetch.archive import Archive
from pipelines.fetch.failures import Failed, Failure
from pipelines.fetch.ingest import Outcome, Page, Policy, ingest
from pipelines.fetch.wanted import Wanted
from pipelines.forget import forget
from pipelines.ledger import Ledger, fetches, tombstones
from pipelines.ledger.forgotten import address_hash, bytes_hash, name_hash
from pipelines.ledger.tables import documents
from tests.pipelines.fetch.web import Sleepless, client
from tests.pipelines.site import Answer, Site

DAY = 86_400.0


def wanted(site: Site, *paths: str, host: str = "city.test", **more: str) -> list[Wanted]:
    return [Wanted(site.url(path, host), "city", **more) for path in paths]  # type: ignore[arg-type]


def run(ledger: Ledger, archive: Archive, site: Site, what: Iterable[Wanted], name: str = "2026-04-01",
        later: Sleepless | None = None, **more: object) -> Outcome:
    with client(ledger, site, later or Sleepless()) as one:
        return ingest(archive, one, what, run=name, **more)  # type: ignore[arg-type]


def page(number: int) -> str:
    return f"<html><title>発表{number}</title><p>川波市は第{number}号の協定を締結した。</p></html>"


def log(ledger: Ledger, name: str = "2026-04-01") -> list[fetches.Entry]:
    with ledger.reading() as c:
        return fetches.of_run(c, name)


def test_what_is_wanted_is_kept_and_noted(site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/1", page(1), etag='"v1"')
    site.redirect("/2", "/1")
    outcome = run(ledger, archive, site, [*wanted(site, "/1", published="2026-03-31", title="発表"),
                                          *wanted(site, "/2", "/3")])

    assert (outcome.new, outcome.unchanged, outcome.failed, outcome.requests) == (2, 0, {"not_found": 1}, 4)
    first, _, third = sorted(log(ledger), key=lambda e: e.url)
    assert archive.get(first.sha256 or "").decode() == page(1)
    assert (first.outcome, first.status, first.etag, first.attempts) == ("new", 200, '"v1"', 1)
    assert first.fetched_at == "2026-04-01T05:30:00+09:00"
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert (third.outcome, third.failure, third.status, third.sha256) == ("failed", "not_found", 404, None)
    told = {f.location: f for f in ledger.unread("any")}
    assert set(told) == {site.url("/1"), site.url("/2")}
    assert told[site.url("/1")].headers == {"content-type": "text/html; charset=utf-8"}
    assert (told[site.url("/1")].published, told[site.url("/1")].title) == ("2026-03-31", "発表")
    assert told[site.url("/2")].url == site.url("/1")
    assert [r.reason for r in ledger.rejects()] == [Failure.NOT_FOUND.line]


def test_within_a_run_nothing_is_asked_twice(site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/1", page(1))
    site.page("/503", Answer(503))
    what = wanted(site, "/1", "/1#top", "/404", "/503")
    run(ledger, archive, site, what)
    before = len(site.asked())
    again = run(ledger, archive, site, what)

    assert again.known == 2, "the page, and the one that is not there"
    assert {one.path for one in site.asked()[before:]} == {"/503"}, "what passes by itself is asked for again"
    assert len(site.asked("/1")) == 1


@pytest.mark.parametrize("validators", [{"etag": '"v1"'}, {"last_modified": "Wed, 01 Apr 2026 00:00:00 GMT"}, {}])
def test_a_page_that_did_not_change_is_no_news(site: Site, ledger: Ledger, archive: Archive,
                                               validators: dict[str, str]) -> None:
    site.page("/1", page(1), **validators)  # type: ignore[arg-type]
    later = Sleepless()
    run(ledger, archive, site, wanted(site, "/1"), "first", later)
    ledger.finish_read(ledger.unread("r1")[0], "r1", [])
    later.now += 8 * DAY
    second = run(ledger, archive, site, wanted(site, "/1"), "second", later)
    later.now += 8 * DAY
    third = run(ledger, archive, site, wanted(site, "/1"), "third", later)

    assert (second.new, second.unchanged, third.unchanged) == (0, 1, 1)
    assert ledger.unread("r1") == [], "nothing is to be read again"
    assert len(list(archive.names())) == 1
    if validators:
        assert log(ledger, "third")[0].status == 304 and log(ledger, "third")[0].size == len(page(1).encode())


def test_a_page_that_changed_is_new_and_the_old_bytes_stay(site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/1", page(1), page(2))
    later = Sleepless()
    run(ledger, archive, site, wanted(site, "/1"), "first", later)
    later.now += 8 * DAY
    assert run(ledger, archive, site, wanted(site, "/1"), "second", later).new == 1
    assert len(list(archive.names())) == 2


def test_pages_are_looked_at_again_as_often_as_their_source_says(site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/1", page(1))
    later = Sleepless()
    counts = []
    for number in range(5):
        counts.append(run(ledger, archive, site, wanted(site, "/1"), f"day {number}", later,
                          policies={"city": Policy(again=2 * DAY)}).known)
        later.now += DAY
    assert counts == [0, 1, 0, 1, 0]


def test_what_failed_for_good_is_asked_for_less_and_less(site: Site, ledger: Ledger, archive: Archive) -> None:
    later = Sleepless()
    for day in range(40):
        run(ledger, archive, site, wanted(site, "/404"), f"day {day}", later)
        later.now += DAY

    assert len(site.asked("/404")) == 6, "on days 0, 1, 3, 7, 15 and 31"
    site.page("/404", page(1))
    later.now += 30 * DAY
    assert run(ledger, archive, site, wanted(site, "/404"), "at last", later).new == 1


def test_a_release_that_is_taken_down_is_gone_and_one_that_comes_back_is_found(
        site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/1.html", page(1), Answer(404), page(1))
    later = Sleepless()
    statuses = []
    for number in range(3):
        run(ledger, archive, site, wanted(site, "/1.html"), str(number), later)
        stages.read(ledger, archive)
        with ledger.reading() as c:
            statuses.append(c.execute(documents.select()).one().status)
        later.now += 8 * DAY

    assert statuses == ["current", "gone", "current"]


def test_bytes_that_the_archive_lost_are_asked_for_whole(site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/1", page(1), etag='"v1"')
    later = Sleepless()
    run(ledger, archive, site, wanted(site, "/1"), "first", later)
    archive.delete(next(archive.names()))
    assert run(ledger, archive, site, wanted(site, "/1"), "second", later).unchanged == 1
    assert len(list(archive.names())) == 1
    assert "if-none-match" not in site.asked("/1")[1].headers


def test_what_is_to_be_forgotten_is_neither_asked_for_nor_noted(site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/1", page(1))
    site.page("/2", page(2))
    with ledger.writing() as c:
        tombstones.add(c, "url", address_hash(site.url("/1")), "asked to", "2026-03-01")
        tombstones.add(c, "bytes", bytes_hash(hashlib.sha256(page(2).encode()).hexdigest()), "asked to", "2026-03-01")
    site.page("/3", page(3))
    site.redirect("/4", "/3")
    with ledger.writing() as c:
        tombstones.add(c, "url", address_hash(site.url("/3")), "asked to", "2026-03-01")
    outcome = run(ledger, archive, site, wanted(site, "/1", "/2", "/4"))

    assert outcome.failed == {"forgotten": 3}
    assert site.asked("/1") == [] and log(ledger) == [] and list(archive.names()) == []


def test_what_is_forgotten_while_a_run_is_at_it_is_not_noted(site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/1", page(1))

    def forget_meanwhile(one: Wanted, came: Page) -> list[Wanted]:
        with ledger.writing() as c:
            tombstones.add(c, "url", address_hash(one.url), "asked to", "2026-04-01")
        return []

    outcome = run(ledger, archive, site, wanted(site, "/1"), follow=forget_meanwhile)

    assert outcome.failed == {"forgotten": 1}
    assert log(ledger) == [] and list(archive.names()) == [] and ledger.unread("any") == []


@pytest.mark.parametrize("forgotten", ["person", "url"])
def test_an_index_that_names_what_was_forgotten_is_followed_and_not_kept(
        site: Site, ledger: Ledger, archive: Archive, forgotten: str) -> None:
    site.page("/news", f"<html>{'山田 &#x592A;郎' * 2}が発表</html>", etag='"v1"')
    site.page("/2", page(2))
    length, name = name_hash("山田太郎")
    with ledger.writing() as c:
        if forgotten == "person":
            tombstones.add(c, "person", name, "asked to", "2026-03-01", length)
        else:
            tombstones.add(c, "url", address_hash(site.url("/1")), "asked to", "2026-03-01")

    def follow(one: Wanted, came: Page) -> list[Wanted]:
        return wanted(site, "/1", "/2") if one.kind == "index" else []

    later = Sleepless()
    for name in ("a", "b"):
        run(ledger, archive, site, wanted(site, "/news", kind="index"), name, later, follow=follow)
        later.now += DAY
    kept = [archive.get(sha256).decode() for sha256 in archive.names()]

    assert kept == [page(2)]
    assert [entry.outcome for entry in log(ledger, "b") if entry.kind == "index"] == ["unchanged"]
    assert len(site.asked("/news")) == 2 and bool(site.asked("/1")) == (forgotten == "person")


def test_bytes_that_may_not_be_kept_are_not_kept_again_and_a_page_is_no_news_for_that(
        site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/1", page(1), page(1), page(2), page(1))
    later = Sleepless()
    outcomes = []
    for name in "abcd":
        outcomes.append(run(ledger, archive, site, wanted(site, "/1"), name, later).new)
        assert (list(archive.names()) == []) == (name == "b"), "the same bytes are not put again"
        for sha256 in archive.names():  # its terms allow no more than evidence
            ledger.remove_bytes(sha256, "evidence alone is kept")
            archive.delete(sha256)
        later.now += 8 * DAY
        if name == "b":
            assert [f.sha256 for f in ledger.unread("r")] == []

    assert outcomes == [1, 0, 1, 1]


@pytest.mark.parametrize("is_back", [False, True])
def test_what_was_lost_when_something_was_forgotten_is_asked_for_whole_and_searched_on_its_way_in(
        site: Site, ledger: Ledger, archive: Archive, is_back: bool) -> None:
    site.page("/named", "<html>山田太郎が発表</html>", etag='"v1"')
    site.page("/news", "<html>発表</html>", etag='"v1"')
    site.page("/1", page(1), etag='"v1"')
    what = [*wanted(site, "/named", "/news", kind="index"), *wanted(site, "/1")]
    later = Sleepless()
    run(ledger, archive, site, what, "a", later)
    disk = {one: archive.get(one) for one in archive.names()}
    for one in disk:
        archive.delete(one)
    assert forget(ledger, archive, "山田太郎", "asked to", missing_are_lost=True).lost == 3
    assert ledger.unread("any") == [] and ledger.kept_bytes() == []
    if is_back:  # the disk, which nobody has swept
        for data in disk.values():
            archive.put(data)
    later.now += DAY
    run(ledger, archive, site, what, "b", later)

    assert all("if-none-match" not in asked.headers for asked in site.asked() if asked.path != "/robots.txt")
    assert sorted(disk[one].decode() for one in ledger.kept_bytes()) == sorted(["<html>発表</html>", page(1)])
    assert [one.location for one in ledger.unread("any")] == [site.url("/1")] and all(map(archive.has, ledger.kept_bytes()))
    for one in ledger.removed_bytes():
        assert archive.delete(one) == is_back, "what `archive sweep` does"
    assert sorted(archive.names()) == ledger.kept_bytes()


def test_whatever_a_library_makes_of_an_index_does_not_stop_the_run(site: Site, ledger: Ledger,
                                                                   archive: Archive) -> None:
    def broken(one: Wanted, page: Page) -> list[Wanted]:
        raise RecursionError("too deep")

    for path in ("/feed.txt", "/1"):
        site.page(path, page(1))
    outcome = run(ledger, archive, site, [*index(site), *wanted(site, "/1")], follow=broken)

    assert (outcome.new, outcome.failed) == (1, {"not_a_feed": 1})
    assert "too deep" in ledger.rejects()[0].reason


def test_who_waited_while_another_got_the_answer_does_not_ask(site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/1", page(1))
    site.page("/2", page(2))
    later = Sleepless()
    with client(ledger, site, later, delay=5.0) as first, client(ledger, site, later, delay=5.0) as second:
        ingest(archive, second, wanted(site, "/1"), run="a")

        def slept(seconds: float) -> None:
            """While the first waits for the host, another process does the same run."""
            later.sleep(seconds)
            if not site.asked("/2"):
                ingest(archive, second, wanted(site, "/2"), run="a")

        first._turns._clock = replace(first.clock, sleep=slept)
        outcome = ingest(archive, first, wanted(site, "/2"), run="a")

    assert (outcome.new, outcome.known) == (0, 1)
    assert len(site.asked("/2")) == 1


# --- what leads to more -------------------------------------------------------------------------------------------------

def follow(one: Wanted, page: Page) -> list[Wanted]:
    """An index names one path a line; a page with «.pdf» in it names that."""
    lines = [line for line in page.data.decode().splitlines() if line]
    if one.kind == "index":
        if "<html" in lines[0]:
            raise Failed(Failure.NOT_A_FEED, "a page of HTML")
        return [Wanted(page.url.rpartition("/")[0] + line, one.source, "2026-04-01") for line in lines]
    return [Wanted(page.url + ".pdf", one.source, one.published, kind="attachment")] if b"pdf" in page.data else []


def index(site: Site, host: str = "city.test") -> list[Wanted]:
    return wanted(site, "/feed.txt", host=host, kind="index")


def test_a_feed_leads_to_its_pages_and_they_to_their_files(site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/feed.txt", "/1\n/2\n", type="text/plain")
    site.page("/1", page(1))
    site.page("/2", page(2) + "pdf")
    site.page("/2.pdf", "%PDF-1.7", type="application/pdf")
    outcome = run(ledger, archive, site, index(site), follow=follow)

    assert (outcome.new, outcome.failed) == (4, {})
    assert {(e.kind, e.url.rpartition("/")[2]) for e in log(ledger)} == {
        ("index", "feed.txt"), ("page", "1"), ("page", "2"), ("attachment", "2.pdf")}
    assert site.url("/feed.txt") not in {f.location for f in ledger.unread("r")}, "a feed is no release"
    with ledger.reading() as c:
        assert [e.url for e in fetches.newest_index(c, "city")] == [site.url("/feed.txt")]


def test_a_feed_that_did_not_change_still_leads_to_what_is_missing(site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/feed.txt", "/1\n/2\n", type="text/plain", etag='"v1"')
    site.page("/1", page(1))
    site.page("/2", Answer(503), Answer(503), Answer(503), Answer(503), page(2))
    assert run(ledger, archive, site, index(site), "a", follow=follow).failed == {"server_error": 1}
    again = run(ledger, archive, site, index(site), "b", follow=follow)

    assert (again.new, again.unchanged, again.known) == (1, 1, 1)
    assert site.asked("/feed.txt")[1].headers["if-none-match"] == '"v1"'


def test_a_page_served_as_a_feed_is_said_so_and_what_it_was_before_stays(site: Site, ledger: Ledger,
                                                                          archive: Archive) -> None:
    site.page("/feed.txt", "/1\n", "<html>moved</html>", type="text/plain")
    site.page("/1", page(1))
    run(ledger, archive, site, index(site), "a", follow=follow)
    outcome = run(ledger, archive, site, index(site), "b", follow=follow)

    assert outcome.failed == {"not_a_feed": 1} and outcome.new == 0
    with ledger.reading() as c:
        assert [e.run for e in fetches.newest_index(c, "city")] == ["a"]


def test_a_page_that_was_away_for_months_is_no_news_when_it_comes_back_as_it_was(
        site: Site, ledger: Ledger, archive: Archive) -> None:
    site.page("/1", page(1))
    later = Sleepless()
    assert run(ledger, archive, site, wanted(site, "/1", kind="index"), "first", later).new == 1
    site.answer("/1", lambda _: Answer(503))
    for day in range(120):
        later.now += DAY
        run(ledger, archive, site, wanted(site, "/1", kind="index"), f"day {day}", later)
    site.page("/1", page(1))
    later.now += 2 * DAY
    back = run(ledger, archive, site, wanted(site, "/1", kind="index"), "back", later)
    assert (back.new, back.unchanged) == (0, 1)


def test_hosts_are_asked_side_by_side_and_each_alone(site: Site, ledger: Ledger, archive: Archive) -> None:
    hosts = [f"h{n}.test" for n in range(8)]
    for host in hosts:
        for number in range(3):
            site.answer(f"/{number}", lambda _: (sleep(0.05), Answer(200, page(1).encode()))[1], host)
    what = [w for n in range(3) for host in hosts for w in wanted(site, f"/{n}", host=host)]
    run(ledger, archive, site, what)

    assert {site.at_once(host) for host in hosts} == {1}
    starts = [one for one in site.asked() if one.path != "/robots.txt"]
    assert any(a.host != b.host and b.begun < a.ended for a, b in pairwise(starts))


def test_a_host_that_fails_does_not_keep_the_others_waiting(site: Site, ledger: Ledger, archive: Archive) -> None:
    later = Sleepless()
    for number in range(20):
        site.page(f"/{number}", Answer(503), host="down.test")
        site.page(f"/{number}", page(number))
    what = [w for n in range(20) for host in ("down.test", "city.test") for w in wanted(site, f"/{n}", host=host)]
    outcome = run(ledger, archive, site, what, later=later)

    assert outcome.new == 20
    assert outcome.failed == {"host_rests": 18, "server_error": 2}
    assert len(site.asked(host="down.test")) == 6, "robots.txt, four tries, and the one that closed the host"
    assert outcome.transient == 20


def test_an_archive_that_cannot_be_written_stops_the_run_and_the_next_one_goes_on(
        site: Site, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        site.page(f"/{number}", page(number))
    archive = Archive(str(tmp_path / "archive"))
    put = archive.put
    kept: list[bytes] = []

    def full(data: bytes) -> str:
        if len(kept) == 4:
            raise OSError(28, "No space left on device")
        kept.append(data)
        return put(data)

    monkeypatch.setattr(archive, "put", full)
    what = wanted(site, *(f"/{n}" for n in range(10)))
    with pytest.raises(OSError, match="No space"):
        run(ledger, archive, site, what)
    monkeypatch.undo()
    outcome = run(ledger, archive, site, what)

    assert (outcome.new, outcome.known) == (6, 4)
    assert len(site.asked()) == 12, "robots.txt once, ten pages, the one that could not be written twice"


def test_addresses_that_no_database_could_hold_are_refused_and_counted(site: Site, ledger: Ledger,
                                                                       archive: Archive) -> None:
    bad = ["http://x/" + "あ" * 3000, "http://x/\0", "http://x/\ud800", "http://", "http://[", "https://user:pw@x/"]
    outcome = run(ledger, archive, site, [Wanted(url, "city") for url in bad])

    assert outcome.failed == {"bad_address": len(bad)}
    assert len(ledger.rejects()) == len(bad)


def test_what_is_wanted_says_itself_what_is_wrong_with_it() -> None:
    with pytest.raises(ValueError, match="cannot be fetched"):
        Wanted("ftp://city.test/", "city")
    with pytest.raises(ValueError, match="is no kind"):
        Wanted("http://city.test/", "city", kind="feed")  # type: ignore[arg-type]
