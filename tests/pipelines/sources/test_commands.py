"""`kakehashi sources` as a user types it: list, check, add, test, enable, disable."""
from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from pipelines import cli, sources
from pipelines.commands import sources as commands
from pipelines.fetch.client import Client
from pipelines.fetch.clock import Clock
from pipelines.fetch.guard import Guard
from pipelines.ledger import Ledger
from pipelines.settings import Settings
from tests.pipelines.site import Answer, Site

FEED = ('<?xml version="1.0" encoding="Shift_JIS"?><rss version="2.0"><channel><title>葵市 新着情報</title>'
        "<link>http://city.test/</link><item><title>㈱みなとデザインと協定を締結</title><link>/kyotei/1.html</link>"
        "<pubDate>Wed, 25 Nov 2026 10:00:00 +0900</pubDate></item><item><title>外部</title>"
        "<link>https://elsewhere.example.jp/</link></item></channel></rss>").encode("cp932")
#: 26 November 2026 in Japan.
NOW = 1_795_618_800.0


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left: its exit code and what it wrote."""
    code: int
    out: str
    err: str


Kakehashi = Callable[..., Done]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config"


@pytest.fixture
def kakehashi(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
              config: Path) -> Kakehashi:
    """The command, in a home and a configuration of its own."""
    monkeypatch.setenv("KAKEHASHI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KAKEHASHI_CONFIG", str(config))
    monkeypatch.setenv("COLUMNS", "240")

    def run(*words: str, typed: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["kakehashi", "sources", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        code = left.value.code
        return Done(code if isinstance(code, int) else int(code is not None), *capsys.readouterr())

    return run


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, kakehashi: Kakehashi) -> Iterator[Site]:
    """A site on loopback that the command's client may reach, and a clock that does not wait."""
    now = [NOW]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    clock = Clock(lambda: now[0], lambda: now[0], sleep)
    with Site() as site:
        monkeypatch.setattr(commands, "client", lambda ledger, settings: Client(
            ledger, settings.contact, guard=Guard(site.resolve, site.grants), clock=clock))
        monkeypatch.setenv("KAKEHASHI_CONTACT", "tests@example.jp")
        yield site


def _write(config: Path, name: str, text: str) -> Path:
    file = config / "sources" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def _town(config: Path, url: str, more: str = "") -> Path:
    return _write(config, "city-aoi", f"# the town's feed\nkind: feed  # RSS 2.0\ntitle: 葵市 新着情報\n"
                                      f"publisher: {{name: 葵市}}\nurl: {url}\nenabled: false\n{more}")


# --- list and check --------------------------------------------------------------------------------------------------

def test_list_shows_every_source_and_makes_no_ledger(kakehashi: Kakehashi, tmp_path: Path) -> None:
    done = kakehashi("list")
    assert done.code == 0 and all(name in done.out for name in sources.sources(tmp_path))
    assert "0 of them asked" in done.out and not (tmp_path / "home").exists()


def test_the_list_leaves_as_csv_with_every_column(kakehashi: Kakehashi) -> None:
    done = kakehashi("list", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert done.err == "" and len(rows) >= 25
    row = next(r for r in rows if r["name"] == "city-yokohama")
    assert (row["publisher"], row["code"], row["kind"], row["open"]) == ("横浜市", "141003", "listing", "False")


def test_the_list_shows_what_a_source_gave_last(kakehashi: Kakehashi, config: Path) -> None:
    from pipelines.fetch.archive import Archive
    from pipelines.ledger import fetches

    url = "http://city.test/feed.xml"
    _town(config, url)
    settings = Settings.from_environment()
    ledger = Ledger.open(settings.ledger_url)
    kept = Archive(settings.archive_url).put(FEED)
    with ledger.writing() as c:
        for one, kind, sha256 in ((url, "index", kept), ("http://city.test/kyotei/1.html", "page", "0" * 64)):
            fetches.append(c, fetches.Entry(one, "city-aoi", kind, "new", "2026-11-25T09:00:00+09:00", "r", sha256=sha256))
    ledger.close()
    rows = {r["name"]: r for r in csv.DictReader(io.StringIO(kakehashi("list", "--csv").out))}
    assert (rows["city-aoi"]["items"], rows["city-aoi"]["last_new"]) == ("1", "2026-11-25")
    assert rows["gov-soumu"]["items"] == ""


def test_a_broken_file_does_not_hide_the_others(kakehashi: Kakehashi, config: Path) -> None:
    _write(config, "town", "kind: feed\nulr: https://a.example.jp/\n")
    done = kakehashi("list")
    assert done.code == 0 and "gov-soumu" in done.out and f"{config}/sources/town.yaml:2: unknown key «ulr»" in done.err


def test_check_tells_each_flaw_with_file_and_line(kakehashi: Kakehashi, config: Path) -> None:
    assert kakehashi("check").code == 0
    file = _write(config, "town", "kind: feed\nulr: https://a.example.jp/\n")
    done = kakehashi("check")
    assert done.code == 1 and f"{file}:2: unknown key «ulr»; perhaps «url»" in done.out and "1 are not" in done.out


# --- enable and disable ----------------------------------------------------------------------------------------------

def test_enable_shows_the_terms_and_asks(kakehashi: Kakehashi, config: Path) -> None:
    done = kakehashi("enable", "gov-soumu", "--on", "2026-11-26", typed="y\n")
    assert done.code == 0 and "https://www.soumu.go.jp/menu_kyotsuu/policy/tyosaku.html" in done.out
    assert "Have you read these terms" in done.err
    source = sources.one(config, "gov-soumu")
    assert source.is_open and str(source.rights.terms_checked_on) == "2026-11-26" and source.title == "総務省 新着情報"
    # only what differs is written: the rest follows the shipped file
    assert set(yaml.safe_load((config / "sources" / "gov-soumu.yaml").read_text(encoding="utf-8"))) == {"enabled", "rights"}
    assert "1 of them asked" in kakehashi("list").out


@pytest.mark.parametrize("typed", ["n\n", "\n", "", "maybe\n"])
def test_anything_but_yes_changes_nothing(kakehashi: Kakehashi, config: Path, typed: str) -> None:
    done = kakehashi("enable", "gov-soumu", typed=typed)
    assert done.code == 1 and "Nothing was changed." in done.out and not (config / "sources").exists()


def test_where_nobody_knows_the_terms_they_have_to_be_given(kakehashi: Kakehashi, config: Path) -> None:
    done = kakehashi("enable", "pref-mie", "--i-have-read-the-terms")
    assert done.code == 2 and "look on https://www.pref.mie.lg.jp/" in done.err and "--terms" in done.err
    terms = "https://www.pref.mie.lg.jp/terms.html"
    assert kakehashi("enable", "pref-mie", "--i-have-read-the-terms", "--terms", terms, "--store", "full").code == 0
    source = sources.one(config, "pref-mie")
    assert source.is_open and source.rights.terms_url == terms and source.rights.store == "full"


@pytest.mark.parametrize(("words", "says"), [
    (("gov-somu",), "perhaps gov-soumu"), (("gov-soumu", "--on", "yesterday"), "--on yesterday is no day"),
    (("gov-soumu", "--store", "some"), "rights.store"), (("gov-soumu", "--terms", "no address"), "is no address")])
def test_a_slip_keeps_the_file_as_it_was(kakehashi: Kakehashi, config: Path, words: tuple[str, ...], says: str) -> None:
    done = kakehashi("enable", *words, "--i-have-read-the-terms")
    assert done.code == 2 and says in done.err
    assert list((config / "sources").glob("*")) == [] if (config / "sources").exists() else True


def test_ones_own_file_keeps_its_comments(kakehashi: Kakehashi, config: Path) -> None:
    file = _town(config, "https://www.city.aoi.example.jp/feed.xml", "rights:\n  note: ask first  # by letter\n")
    assert kakehashi("enable", "city-aoi", "--on", "2026-11-26", "--i-have-read-the-terms", "--terms",
                     "https://www.city.aoi.example.jp/policy").code == 0
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# the town's feed\nkind: feed  # RSS 2.0\n") and "note: ask first  # by letter" in text
    assert sources.one(config, "city-aoi").is_open
    assert kakehashi("disable", "city-aoi").code == 0
    closed = sources.one(config, "city-aoi")
    assert not closed.is_open and str(closed.rights.terms_checked_on) == "2026-11-26"


def test_a_folder_needs_no_terms(kakehashi: Kakehashi, config: Path, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.txt").write_text("a", encoding="utf-8")
    assert kakehashi("add", str(tmp_path / "inbox")).code == 0
    assert sources.folders(config) == [tmp_path / "inbox"]
    assert "1 files" in kakehashi("test", "inbox").out
    assert kakehashi("disable", "inbox").code == 0 and sources.folders(config) == []
    assert kakehashi("enable", "inbox").code == 0 and sources.folders(config) == [tmp_path / "inbox"]


# --- test ------------------------------------------------------------------------------------------------------------

def test_test_shows_robots_and_releases(kakehashi: Kakehashi, config: Path, site: Site) -> None:
    site.robots("User-agent: *\nDisallow: /intern/\n")
    _town(config, site.page("/feed.xml", FEED, type="application/rss+xml"))
    done = kakehashi("test", "city-aoi")
    assert done.code == 0 and "robots.txt: has rules" in done.out and "answer: 200" in done.out
    assert "2026-11-25" in done.out and "㈱みなとデザインと協定を締結" in done.out and "/kyotei/1.html" in done.out
    assert "1 releases; left out 1 on another site" in done.out
    assert [one.path for one in site.asked()] == ["/robots.txt", "/feed.xml"]
    assert "tests@example.jp" in site.asked("/feed.xml")[0].headers["user-agent"]


def test_a_site_that_refuses_is_not_asked(kakehashi: Kakehashi, config: Path, site: Site) -> None:
    site.robots("User-agent: *\nDisallow: /\n")
    _town(config, site.page("/feed.xml", FEED, type="application/rss+xml"))
    done = kakehashi("test", "city-aoi")
    assert done.code == 1 and "robots_denied: the site's robots.txt does not allow this page" in done.out
    assert site.asked("/feed.xml") == []


@pytest.mark.parametrize(("answer", "says"), [
    (Answer(200, b"<!DOCTYPE html><html><body>moved</body></html>"), "answered with a page of HTML instead of XML"),
    (Answer(404, b""), "not_found: the site has no such page"),
    (Answer(200, b'<rss version="2.0"><channel><title>t</title></channel></rss>', type="text/xml"),
     "fatal its index named no releases, at least 1 expected")])
def test_what_goes_wrong_is_said(kakehashi: Kakehashi, config: Path, site: Site, answer: Answer, says: str) -> None:
    _town(config, site.page("/feed.xml", answer))
    done = kakehashi("test", "city-aoi")
    assert done.code == 1 and says in done.out


def test_nobody_is_asked_without_a_contact(kakehashi: Kakehashi, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAKEHASHI_CONTACT", raising=False)
    done = kakehashi("test", "gov-soumu")
    assert done.code == 2 and "KAKEHASHI_CONTACT is not set" in done.err


# --- add -------------------------------------------------------------------------------------------------------------

def test_a_feed_is_added_by_its_address_alone(kakehashi: Kakehashi, config: Path, site: Site) -> None:
    url = site.page("/feed.xml", FEED, type="application/rss+xml")
    done = kakehashi("add", url)
    assert done.code == 0 and "next: kakehashi sources test city, then kakehashi sources enable city" in done.out
    source = sources.one(config, "city")
    assert (source.kind, source.title, source.url, source.enabled) == ("feed", "葵市 新着情報", (url,), False)
    assert kakehashi("test", "city").code == 0


def test_what_was_fetched_before_is_not_asked_for_again(kakehashi: Kakehashi, config: Path, site: Site, tmp_path: Path) -> None:
    from pipelines.fetch.archive import Archive
    from pipelines.ledger import fetches

    url = site.page("/feed.xml", FEED, type="application/rss+xml")
    settings = Settings.from_environment()
    ledger = Ledger.open(settings.ledger_url)
    with ledger.writing() as c:
        fetches.append(c, fetches.Entry(url, "x", "index", "new", "2026-11-26T09:00:00+09:00", "r",
                                        sha256=Archive(settings.archive_url).put(FEED)))
    ledger.close()
    assert kakehashi("add", url, "--name", "city-aoi").code == 0
    assert sources.one(config, "city-aoi").kind == "feed" and site.asked() == []


def test_a_saved_copy_will_do(kakehashi: Kakehashi, config: Path) -> None:
    page = Path(__file__).parent / "pages" / "city-yokohama.html"
    done = kakehashi("add", "https://www.city.yokohama.lg.jp/kisha/", "--body", str(page), "--name", "yokohama-kisha")
    assert done.code == 0
    source = sources.one(config, "yokohama-kisha")
    assert source.kind == "listing" and source.listing and source.listing.item == "ul.info-list > li"
    assert source.publisher and (source.publisher.name, source.publisher.code) == ("横浜市", "141003")


def test_the_options_say_it_all_and_nothing_is_asked(kakehashi: Kakehashi, config: Path) -> None:
    done = kakehashi("add", "https://press.example.co.jp/sitemap.xml", "--kind", "sitemap", "--name", "minato", "--title",
                     "みなとデザイン", "--publisher", "株式会社みなとデザイン")
    assert done.code == 0
    source = sources.one(config, "minato")
    assert source.kind == "sitemap" and source.publisher and source.publisher.name == "株式会社みなとデザイン"


@pytest.mark.parametrize(("words", "says"), [
    (("ftp://a.example.jp/",), "is no address"), (("./nowhere",), "there is no nowhere"),
    (("https://a.example.jp/", "--kind", "sitemap", "--name", "Bad Name"), "cannot be a source's name"),
    (("https://a.example.jp/", "--kind", "sitemap", "--name", "gov-soumu"), "there is a source gov-soumu already"),
    (("https://a.example.jp/", "--kind", "news"), "--kind news is not known; it can be feed")])
def test_what_cannot_be_added_is_told_and_leaves_nothing(kakehashi: Kakehashi, config: Path, words: tuple[str, ...],
                                                         says: str) -> None:
    done = kakehashi("add", *words)
    assert done.code == 2 and says in done.err
    assert not (config / "sources").exists() or list((config / "sources").iterdir()) == []


def test_a_page_that_names_its_feed_leads_to_it(kakehashi: Kakehashi, site: Site) -> None:
    url = site.page("/", '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>')
    done = kakehashi("add", url)
    assert done.code == 2 and f"kakehashi sources add {site.url('/feed.xml')}" in done.err


def test_a_page_without_a_list_needs_a_selector(kakehashi: Kakehashi, config: Path, site: Site) -> None:
    url = site.page("/", "<html><body><p>ようこそ</p></body></html>")
    assert "give --item" in kakehashi("add", url).err
    assert kakehashi("add", url, "--item", "ul.news li", "--name", "aoi").code == 0
    assert sources.one(config, "aoi").kind == "listing"
