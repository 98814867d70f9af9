"""Somebody writes a source's file, makes mistakes, and is told where and what to do."""
from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipelines import sources
from pipelines.sources import Source, SourceError, registry
from tests.pipelines.moments import moments

FEED = """\
# the town's feed
kind: feed
title: 葵市 新着情報
publisher: {name: 葵市, code: "011002"}
url: https://www.city.aoi.example.jp/rss/10/list1.xml
enabled: false
"""


def _config(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def _nothing_shipped(tmp_path: Path) -> Path:
    empty = tmp_path / "none"
    empty.mkdir(exist_ok=True)
    return empty


def _flaws(tmp_path: Path, text: str) -> list[str]:
    config = _config(tmp_path, town=text)
    sound, flaws = sources.check(config, _nothing_shipped(tmp_path))
    assert "town" not in sound
    assert all(flaw.file == config / "sources" / "town.yaml" for flaw in flaws)
    return [f"{flaw.line}: {flaw.message}" for flaw in flaws]


def test_a_source_has_all_its_file_says_and_the_defaults(tmp_path: Path) -> None:
    source = sources.one(_config(tmp_path, town=FEED), "town")
    assert (source.name, source.kind, source.delay, source.language) == ("town", "feed", 5.0, "ja")
    assert source.url == ("https://www.city.aoi.example.jp/rss/10/list1.xml",)
    assert source.publisher and source.publisher.code == "011002"
    assert source.rights.store == "full" and source.expect.min == 1 and not source.living


@pytest.mark.parametrize(("wrong", "right", "says"), [
    ("kind: feed", "kind: fed", "2: kind: «fed» is not known; it can be 'feed', 'listing', 'sitemap' or 'folder'"),
    ("title:", "titel:", "3: unknown key «titel»; perhaps «title»"),
    ('"011002"', "011002", '4: publisher.code: must be text; put it in quotes: "011002"'),
    ('"011002"', '"011003"', "4: publisher.code: «011003» has the wrong check digit (it should end in 2)"),
    ('"011002"', '"11002"', "4: publisher.code: «11002» must be six digits in quotes"),
    ("{name: 葵市,", "{nmae: 葵市,", "4: unknown key «publisher.nmae»; perhaps «name»"),
    ("https://", "ftp://", "5: url.0: «ftp://www.city.aoi.example.jp/rss/10/list1.xml» is no address"),
    ("https://www", "https://me:secret@www", "5: url.0: holds a user's name or password; no such page is fetched, leave out"),
    ("https://www.city", "https://[www.city", "5: url.0: «https://[www.city.aoi.example.jp/rss/10/list1.xml» is no address"),
    ("葵市 新着情報", "&a [*a, *a]", "3: «*a» stands for what is written elsewhere; write it out"),
    ("url:", "path:", "a feed needs «url: https://…»"),
    ("enabled: false", "enabled: true", "«enabled: true» needs its terms read first"),
    ("enabled: false", "enabled: perhaps", "6: enabled:"),
    ("enabled: false", "schedule: every day", "6: schedule: «every day» is no schedule; write five fields"),
    ("enabled: false", 'schedule: "61 7 * * *"', "6: schedule: «61 7 * * *» is no schedule"),
    ("enabled: false", "charset: shiftjs", "6: charset: «shiftjs» is no character set"),
    ("enabled: false", "include: 'a('", "6: include.0: «a(» is no regular expression"),
    ("enabled: false", "delay: 0", "6: delay:"),
    ("enabled: false", "listing: {item: li}", "«listing» is for kind listing; this one is a feed"),
    ("enabled: false", "rights: {allowed: perhaps}", "6: rights.allowed:"),
    ("enabled: false", "name: town", "6: «name» is not written in the file"),
    ("enabled: false", "kind: feed", "6: says «kind» again (first on line 2); keep one of them"),
    ("enabled: false", "title: [", "not valid YAML"),
    ("enabled: false", "rights: {terms_checked_on: 2026-02-30}", "impossible value"),
])
def test_a_mistake_is_told_with_its_line_and_its_cure(tmp_path: Path, wrong: str, right: str, says: str) -> None:
    assert wrong in FEED
    flaws = _flaws(tmp_path, FEED.replace(wrong, right))
    assert any(says in flaw for flaw in flaws), flaws


@pytest.mark.parametrize(("text", "says"), [
    ("", "1: must hold keys such as «kind: feed»"),
    ("- a\n- b\n", "1: must hold keys such as «kind: feed»"),
    ("kind: feed\n", "a feed needs «url: https://…»"),
    ("title: x\n", "needs «kind: …»"),
    ("kind: folder\n", "a folder needs «path: …»"),
    ("kind: folder\npath: .\nurl: https://a.example.jp/\n", "«url» is not for kind folder"),
    ("kind: listing\nurl: https://a.example.jp/\n", "a listing needs «listing: {item: …}»"),
    ("kind: listing\nurl: https://a.example.jp/\nlisting:\n  date: time\n", "3: needs «listing.item: …»"),
    ("kind: listing\nurl: https://a.example.jp/\nlisting:\n  item: 'li['\n", "4: listing.item: «li[» is no CSS selector"),
    ("kind: feed\nurl: []\nenabled: false\n", "2: url:"),
    ("title: @Press\n", "1: not valid YAML"),
])
def test_what_is_missing_or_does_not_fit_is_told(tmp_path: Path, text: str, says: str) -> None:
    assert any(says in flaw for flaw in _flaws(tmp_path, text))


def test_a_file_that_is_no_utf8_is_told(tmp_path: Path) -> None:
    config = _config(tmp_path)
    (config / "sources" / "town.yaml").write_bytes("title: 葵市\n".encode("cp932"))
    assert "is not UTF-8" in str(sources.check(config, _nothing_shipped(tmp_path))[1][0])


def test_lines_that_unfold_without_end_are_told_at_once(tmp_path: Path) -> None:
    laughs = FEED + "note: &a0 [ha, ha]\n" + "".join(f"n{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    with moments():
        assert "8: «*a0» stands for what is written elsewhere; write it out" in _flaws(tmp_path, laughs)


def test_a_file_that_cannot_be_read_is_told_and_stops_no_other(tmp_path: Path) -> None:
    config = _config(tmp_path, town=FEED)
    (config / "sources" / "folder.yaml").mkdir()
    sound, flaws = sources.check(config, _nothing_shipped(tmp_path))
    assert list(sound) == ["town"] and [flaw.message.partition(";")[0] for flaw in flaws] == ["cannot be read (Is a directory)"]


def test_every_flaw_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    config = _config(tmp_path, a=FEED.replace("title", "titel"), b="kind: feed\n", town=FEED)
    with pytest.raises(SourceError) as told:
        sources.sources(config, _nothing_shipped(tmp_path))
    assert [flaw.file.name for flaw in told.value.flaws] == ["a.yaml", "b.yaml"]
    assert f"{config}/sources/a.yaml:3: unknown key" in str(told.value)


def test_a_name_that_cannot_be_one_is_told(tmp_path: Path) -> None:
    config = _config(tmp_path)
    (config / "sources" / "Town A.yaml").write_text(FEED, encoding="utf-8")
    assert "has a name that no source can have" in str(sources.check(config, _nothing_shipped(tmp_path))[1][0])


# --- shipped sources and one's own -----------------------------------------------------------------------------------

def test_a_users_file_is_laid_over_the_shipped_one_key_by_key(tmp_path: Path) -> None:
    shipped = _config(tmp_path / "shipped", town=FEED) / "sources"
    own = "rights: {terms_checked_on: 2026-11-01, allowed: true, terms_url: https://www.city.aoi.example.jp/policy}\nenabled: true\n"
    source = registry.one(_config(tmp_path / "own", town=own), "town", shipped)
    assert source.is_open and source.title == "葵市 新着情報" and source.rights.terms_checked_on == dt.date(2026, 11, 1)
    assert source.file == tmp_path / "own" / "sources" / "town.yaml"


def test_a_flaw_of_the_shipped_part_names_the_shipped_file(tmp_path: Path) -> None:
    shipped = _config(tmp_path / "shipped", town=FEED.replace("title", "titel")) / "sources"
    with pytest.raises(SourceError) as told:
        registry.one(_config(tmp_path / "own", town="delay: 10\n"), "town", shipped)
    assert told.value.flaws[0].file == shipped / "town.yaml" and told.value.flaws[0].line == 3


def test_ones_own_sources_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    shipped = _config(tmp_path / "shipped", b=FEED) / "sources"
    assert list(sources.sources(_config(tmp_path / "own", a=FEED, c=FEED), shipped)) == ["a", "b", "c"]


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="perhaps gov-soumu"):
        sources.one(tmp_path, "gov-somu")


# --- folders ---------------------------------------------------------------------------------------------------------

def test_folders_are_those_of_enabled_folder_sources_beside_their_file(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "releases.jsonl").write_text("{}", encoding="utf-8")
    config = _config(tmp_path, a="kind: folder\npath: ../inbox\n", b="kind: folder\npath: ../releases.jsonl\n",
                     c="kind: folder\npath: ../inbox\nenabled: false\n", d=FEED)
    assert sources.folders(config) == [tmp_path / "inbox", tmp_path / "releases.jsonl"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    config = _config(tmp_path, a="kind: folder\npath: ../inbox\n")
    with pytest.raises(SourceError, match=rf"a\.yaml:2: there is no {tmp_path}/inbox; create it or correct «path»"):
        sources.folders(config)


def test_no_configuration_has_no_folders(tmp_path: Path) -> None:
    assert sources.folders(tmp_path / "nowhere") == []


def test_which_sources_are_edited_in_place_or_leave_evidence_alone(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    known = sources.sources(_config(tmp_path, a=FEED + "living: true\nrights: {store: evidence}\n", b=FEED,
                                    c="kind: folder\npath: ../inbox\nliving: true\n"), _nothing_shipped(tmp_path)).values()
    assert sources.living(known) == {"a", str(tmp_path / "inbox")}
    assert sources.evidence(known) == {"a"}


# --- addresses of a day ----------------------------------------------------------------------------------------------

def _dated(url: str) -> Source:
    return Source(name="a", file=Path("a.yaml"), kind="feed", url=(url,), enabled=False)


@pytest.mark.parametrize(("day", "months"), [
    (dt.date(2026, 11, 26), ["202611"]), (dt.date(2026, 12, 1), ["202612", "202611"]),
    (dt.date(2027, 1, 7), ["202701", "202612"]), (dt.date(2027, 1, 8), ["202701"])])
def test_an_index_a_month_is_asked_under_this_month_and_early_in_it_under_the_last_too(day: dt.date,
                                                                                     months: list[str]) -> None:
    assert _dated("https://a.example.jp/{yyyymm}.html").addresses(day) == tuple(f"https://a.example.jp/{m}.html"
                                                                               for m in months)
    assert _dated("https://a.example.jp/{yyyy}/{mm}/").addresses(day)[0] == (
        f"https://a.example.jp/{months[0][:4]}/{months[0][4:]}/")


def test_an_address_without_a_month_is_one_address() -> None:
    assert _dated("https://a.example.jp/feed").addresses(dt.date(2026, 12, 1)) == ("https://a.example.jp/feed",)
