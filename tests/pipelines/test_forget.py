"""Forgetting a release or a person: everywhere, for good, and nothing else with it."""
from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nlp.model import Document, Extraction, NamedPerson
from pipelines import stages
from pipelines.fetch.archive import Archive, Away
from pipelines.forget import forget
from pipelines.identity import Known
from pipelines.ledger import Draft, Fetch, Ledger, Reject, fetches
from tests.pipelines.ledger.readers import EXTRACTOR as EXTRACTOR
from tests.pipelines.ledger.readers import Reader
from tests.pipelines.ledger.whole import content

if TYPE_CHECKING:
    from tests.conftest import Graph

NAME = "山田太郎"
RELEASE = {"id": "a", "url": "https://aoba.example/1", "title": f"{NAME}市長が協定に署名", "published": "2024-06-27",
           "publisher": "青葉市", "text": f"青葉市と株式会社かすみは協定を締結した。\n青葉市長の{NAME}は「歓迎する」と述べた。\n山田　太郎（談）"}
OTHER = {"id": "b", "url": "https://wakakusa.example/2", "title": "協定", "published": "2024-07-01",
         "publisher": "若草市", "text": "若草市とみなと大学は協定を締結した。\n若草市長の山本花子は喜んだ。"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for name, release in (("a", RELEASE), ("b", OTHER)):
        (tmp_path / "in" / f"{name}.jsonl").write_text(json.dumps(release, ensure_ascii=False) + "\n")
    return tmp_path / "in"


def run(ledger: Ledger, archive: Archive, folder: Path) -> list[stages.Counts]:
    return [stages.collect(ledger, archive, [folder]), stages.read(ledger, archive), stages.extract(ledger, Reader()),
            stages.resolve(ledger)]


def everything_kept(ledger_url: str, archive: Archive) -> str:
    """Every text of the ledger and of the archive."""
    texts = [repr(content(ledger_url)), *(archive.get(name).decode() for name in archive.names())]
    return "\n".join(texts)


def test_a_person_is_masked_everywhere_and_does_not_come_back(
        ledger_url: str, ledger: Ledger, archive: Archive, folder: Path) -> None:
    run(ledger, archive, folder)
    ties = ledger.ties()
    assert NAME in everything_kept(ledger_url, archive) and ledger.counts()["documents"] == 2
    gone = forget(ledger, archive, "山田 太郎", "asked for it on 2026-02-01", "2026-02-02")
    assert (gone.releases, gone.files, gone.mentions) == (1, 1, 1) and gone.addresses == ()
    left = everything_kept(ledger_url, archive)
    assert NAME not in left and "山田" not in left and "太郎" not in left
    assert "山本花子" in left and "歓迎する" in left and "asked for it" in left
    # what the release says of organisations stays, at the same places
    assert ledger.ties() == ties
    [masked] = [e for e in ledger.extractions() if e.document.url == RELEASE["url"]]
    assert masked.persons == () and len(masked.document.text) == len(str(RELEASE["text"]))
    assert masked.document.words(masked.statements[0].evidence[0]) == "青葉市と株式会社かすみは協定を締結した。"
    # the same bytes are refused wherever they lie; a changed file is read without the name, and its bytes are not kept
    (folder / "copy.jsonl").write_bytes((folder / "a.jsonl").read_bytes())
    assert run(ledger, archive, folder)[0].rejected == 2
    (folder / "copy.jsonl").unlink()
    more = {**RELEASE, "text": f"{RELEASE['text']}\n青葉市とみなと大学は協定を締結した。"}
    (folder / "a.jsonl").write_text(json.dumps(more, ensure_ascii=False) + "\n")
    collected, read, extracted, _ = run(ledger, archive, folder)
    assert (collected.new, read.new, extracted.new) == (1, 1, 1)
    left = everything_kept(ledger_url, archive)
    assert NAME not in left and "山田" not in left
    assert len(ledger.ties()) == 3


def test_a_person_can_be_given_by_id_and_must_be_known_by_it(
        ledger_url: str, ledger: Ledger, archive: Archive, folder: Path) -> None:
    run(ledger, archive, folder)
    persons = {p.name: p.id for p in Known.here().resolve(ledger.extractions()).persons}
    forget(ledger, archive, persons[NAME], "asked")
    assert NAME not in everything_kept(ledger_url, archive)
    with pytest.raises(ValueError, match="give the name instead"):
        forget(ledger, archive, "person:unknown", "asked")


def test_somebody_who_is_not_known_will_not_be(ledger_url: str, ledger: Ledger, archive: Archive, folder: Path) -> None:
    assert forget(ledger, archive, NAME, "asked").releases == 0
    run(ledger, archive, folder)
    assert NAME not in everything_kept(ledger_url, archive)
    assert len(ledger.ties()) == 2


@pytest.mark.parametrize(("what", "reason", "says"), [(NAME, " ", "a reason is needed"), ("林", "asked", "too short")])
def test_what_cannot_be_done_says_why(ledger: Ledger, archive: Archive, what: str, reason: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        forget(ledger, archive, what, reason)


def test_a_release_leaves_archive_ledger_and_graph_and_stays_away(
        ledger_url: str, ledger: Ledger, archive: Archive, folder: Path, neo4j: Graph) -> None:
    def loaded() -> list[str]:
        stages.load(ledger, neo4j.driver, neo4j.database)
        records, _, _ = neo4j.driver.execute_query("MATCH (n:Kakehashi) WHERE n.name IS NOT NULL OR n.url IS NOT NULL "
                                                   "RETURN coalesce(n.name, n.url) AS it ORDER BY it",
                                                   database_=neo4j.database)
        return [record["it"] for record in records]

    run(ledger, archive, folder)
    before = loaded()
    assert {"株式会社かすみ", NAME, RELEASE["url"]} <= set(before)
    gone = forget(ledger, archive, "https://AOBA.example/1#top".lower().removesuffix("#top"), "taken back by the city")
    assert (gone.releases, gone.files) == (1, 1)
    left = everything_kept(ledger_url, archive)
    for words in (NAME, "株式会社かすみ", str(RELEASE["url"])):
        assert words not in left, words
    assert not {"株式会社かすみ", NAME, RELEASE["url"], "青葉市"} & set(loaded())
    assert {"若草市", "みなと大学", "山本花子"} <= set(loaded())
    after = content(ledger_url)
    run(ledger, archive, folder)
    again = content(ledger_url)
    # all that coming again leaves is a note that it was refused
    assert {name: rows for name, rows in again.items() if name != "rejects"} == {
        name: rows for name, rows in after.items() if name != "rejects"}
    assert [r.reason for r in ledger.rejects()] == [
        "holds what was to be forgotten (taken back by the city); take it out of the file, then run again"]


FEED = (f"<rss version='2.0'><channel><title>青葉市</title><item><title>{NAME[:2]}&lt;b&gt;{NAME[2:]}&lt;/b&gt;市長が署名</title>"
        "<link>/1</link></item></channel></rss>")
ELSEWHERE = "<html><title>青葉市</title><a href='/10'>ほかの発表</a></html>"


def fetched_indexes(ledger: Ledger, archive: Archive, *bodies: bytes) -> None:
    """As runs leave feeds and listings: bytes in the archive, a fetch in the log, no document."""
    for number, body in enumerate(bodies):
        with ledger.writing() as c:
            fetches.append(c, fetches.Entry(
                url=f"https://aoba.example/{number}.rss", source="aoba", kind="index", outcome="new", run="2026-04-01",
                fetched_at="2026-04-01T05:30:00+09:00", status=200, sha256=archive.put(body), size=len(body),
                headers={"content-type": "application/xml; charset=shift_jis"}))


@pytest.mark.parametrize("what", ["https://aoba.example/1", NAME])
def test_feeds_and_listings_that_name_it_leave_the_archive_too(
        ledger: Ledger, archive: Archive, what: str) -> None:
    fetched_indexes(ledger, archive, FEED.encode("cp932"), ELSEWHERE.encode("cp932"))
    assert forget(ledger, archive, what, "asked for").files == 1
    assert [archive.get(name).decode("cp932") for name in archive.names()] == [ELSEWHERE]


@pytest.mark.parametrize("what", ["https://aoba.example/1", NAME])
@pytest.mark.parametrize("at", ["first", "later"])
def test_while_the_archives_disk_is_away_nothing_is_forgotten_and_the_command_says_what_to_do(
        ledger_url: str, ledger: Ledger, archive: Archive, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        what: str, at: str) -> None:
    run(ledger, archive, folder)
    fetched_indexes(ledger, archive, FEED.encode("cp932"), ELSEWHERE.encode("cp932"))
    before, kept = content(ledger_url), list(archive.names())
    place, elsewhere, get = tmp_path / "archive", tmp_path / "elsewhere", archive.get

    def unmounted(sha256: str) -> bytes:
        if place.exists():
            place.rename(elsewhere)
        return get(sha256)

    with monkeypatch.context() as away:
        if at == "later":
            away.setattr(archive, "get", unmounted)
        else:
            place.rename(elsewhere)
        with pytest.raises(Away, match=r"nothing was forgotten: [34] files .* missing .*\.zst\. Mount .*--missing-are-lost"):
            forget(ledger, archive, what, "asked for")
    assert content(ledger_url) == before
    elsewhere.rename(place)
    assert list(archive.names()) == kept
    assert forget(ledger, archive, what, "asked for").files == 2, "the release's and the feed's"
    assert len(list(archive.names())) == len(kept) - 2


WAITS = {**RELEASE, "id": "w", "url": "https://aoba.example/3", "text": f"青葉市とみなと大学は協定を締結した。\n青葉市長の{NAME}は喜んだ。"}


@pytest.fixture
def disk(ledger: Ledger, archive: Archive, folder: Path, tmp_path: Path) -> Path:
    """Where the archive is: releases that are read, one that waits for it, feeds, and what no reader can read."""
    run(ledger, archive, folder)
    fetched_indexes(ledger, archive, FEED.encode("cp932"), ELSEWHERE.encode("cp932"))
    (folder / "waits.jsonl").write_text(json.dumps(WAITS, ensure_ascii=False) + "\n")
    stages.collect(ledger, archive, [folder])
    return tmp_path / "archive"


def fetched_meanwhile(ledger: Ledger, archive: Archive, more: Path) -> None:
    """A run takes something new in where the disk would be."""
    more.mkdir()
    (more / "new.jsonl").write_text(json.dumps({**OTHER, "id": "n", "url": "https://wakakusa.example/9"}, ensure_ascii=False) + "\n")
    stages.collect(ledger, archive, [more])


@pytest.mark.parametrize("what", [NAME, "https://aoba.example/1"])
def test_what_was_fetched_while_the_disk_was_away_does_not_pass_for_the_archive(
        ledger_url: str, ledger: Ledger, archive: Archive, disk: Path, what: str) -> None:
    elsewhere = disk.with_name("elsewhere")
    disk.rename(elsewhere)
    fetched_meanwhile(ledger, archive, disk.with_name("more"))
    before = content(ledger_url)
    with pytest.raises(Away, match=rf"nothing was forgotten: 4 files .* {disk}/../\w{{64}}\.zst"):
        forget(ledger, archive, what, "asked for")
    assert content(ledger_url) == before and ledger.forgotten().others == {} and len(list(archive.names())) == 1
    shutil.copytree(disk, elsewhere, dirs_exist_ok=True)
    shutil.rmtree(disk)
    elsewhere.rename(disk)
    assert forget(ledger, archive, what, "asked for").files == 2, "the release's and the feed's"
    stages.read(ledger, archive)
    if what == NAME:
        assert not any(NAME in archive.get(one).decode(code, "replace") for one in archive.names() for code in ("cp932", "utf-8"))


def test_files_that_need_neither_be_searched_nor_removed_may_be_missing(
        ledger: Ledger, archive: Archive, folder: Path) -> None:
    run(ledger, archive, folder)
    [other] = [one for one in archive.names() if NAME not in archive.get(one).decode()]
    archive.delete(other)
    gone = forget(ledger, archive, NAME, "asked for")
    assert (gone.files, gone.lost) == (1, 0) and ledger.kept_bytes() == [other], "`archive verify` tells of it as before"


@pytest.mark.parametrize("fault", ["missing", "damaged"])
@pytest.mark.parametrize("which", ["feed", "waiting"])
def test_one_file_that_cannot_be_searched_is_enough(
        ledger_url: str, ledger: Ledger, archive: Archive, disk: Path, fault: str, which: str) -> None:
    there = {one: archive.get(one) for one in archive.names()}
    [one] = [name for name, data in there.items() if (data == FEED.encode("cp932") if which == "feed" else b'"w"' in data)]
    archive.delete(one)
    if fault == "damaged":
        Path(archive.path(one)).write_bytes(b"broken")
    before = content(ledger_url)
    with pytest.raises(Away, match=f"1 files .*{one}"):
        forget(ledger, archive, NAME, "asked for")
    assert content(ledger_url) == before
    gone = forget(ledger, archive, NAME, "asked for", missing_are_lost=True)
    assert (gone.lost, gone.releases) == (1, 1) and one in ledger.removed_bytes() and not archive.has(one)
    assert forget(ledger, archive, "https://wakakusa.example/2", "asked for").lost == 0, "it is not told of twice"


def test_a_store_that_does_not_answer_is_not_taken_for_lost(
        ledger_url: str, ledger: Ledger, archive: Archive, disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(ledger_url)

    def silent(*_: object, **__: object) -> bytes:
        raise ConnectionError("no route")

    monkeypatch.setattr(archive, "get", silent)
    with pytest.raises(Away, match=r"nothing was forgotten: .*no route"):
        forget(ledger, archive, NAME, "asked for", missing_are_lost=True)
    assert content(ledger_url) == before


def test_an_archive_that_is_lost_for_good_hinders_no_forgetting_and_is_removed_should_it_be_back(
        ledger_url: str, ledger: Ledger, archive: Archive, disk: Path) -> None:
    elsewhere = disk.with_name("elsewhere")
    disk.rename(elsewhere)
    gone = forget(ledger, archive, NAME, "asked for", missing_are_lost=True)
    assert (gone.releases, gone.files, gone.mentions, gone.lost) == (1, 0, 1, 4)
    assert NAME not in repr(content(ledger_url)) and len(ledger.ties()) == 2
    [other] = ledger.kept_bytes()
    # the disk is found after all
    elsewhere.rename(disk)
    verdict = archive.verify(ledger.kept_bytes())
    assert set(verdict.orphans) == set(ledger.removed_bytes()) and len(verdict.orphans) == 4
    for one in ledger.removed_bytes():
        archive.delete(one)
    assert list(archive.names()) == [other]


@pytest.mark.parametrize("is_rejected", [False, True])
def test_what_was_lost_before_it_was_read_is_read_when_it_comes_again_and_not_before(
        ledger: Ledger, archive: Archive, folder: Path, disk: Path, is_rejected: bool) -> None:
    shutil.rmtree(disk)
    if is_rejected:  # a run has looked for it already
        archive.put(b"fetched meanwhile")
        assert stages.read(ledger, archive).rejected == 1
        shutil.rmtree(disk)
    forget(ledger, archive, "https://aoba.example/1", "taken back", missing_are_lost=True)
    assert stages.read(ledger, archive).rejected == 0 and len(ledger.documents()) == 1
    stages.collect(ledger, archive, [folder])  # the folder still has it
    assert stages.read(ledger, archive).new == 1 and len(ledger.documents()) == 2
    assert list(archive.names()) == ledger.kept_bytes() and len(ledger.kept_bytes()) == 2


@pytest.mark.parametrize("what", ["http://aoba.example/1", "https://aoba.example/1/", "http://aoba.example/1/#top"])
def test_a_release_can_be_given_by_another_address_of_the_same_page(
        ledger_url: str, ledger: Ledger, archive: Archive, folder: Path, what: str) -> None:
    run(ledger, archive, folder)
    for item in ("https://aoba.example/10", "a.jsonl, https://aoba.example/1"):
        ledger.reject_fetch(Reject("archive", item, "not found", item))
    assert forget(ledger, archive, what, "taken back").releases == 1
    assert [one.item for one in ledger.rejects()] == ["https://aoba.example/10"]
    assert str(RELEASE["url"]) not in everything_kept(ledger_url, archive).replace("https://aoba.example/10", "")
    assert ledger.forgotten().address(str(RELEASE["url"])) == "taken back"
    assert ledger.forgotten().address("https://aoba.example/10") is None


def test_what_is_no_address_can_be_asked_about_too(ledger: Ledger, archive: Archive) -> None:
    forget(ledger, archive, "https://aoba.example/1", "asked for")
    assert ledger.forgotten().address("http://[/1") is None and ledger.forgotten().address("https://AOBA.example/1#a")


def test_a_file_with_several_releases_gives_the_others_again(
        ledger_url: str, ledger: Ledger, archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "lines"
    folder.mkdir()
    lines = [json.dumps(one, ensure_ascii=False) for one in (RELEASE, OTHER)]
    (folder / "all.jsonl").write_text("\n".join(lines) + "\n")
    run(ledger, archive, folder)
    forget(ledger, archive, str(RELEASE["url"]), "taken back")
    assert [d.url for d in ledger.documents()] == [OTHER["url"]] and list(archive.names()) == []
    # a new version of the file still holds it: it is read without, and again not kept
    (folder / "all.jsonl").write_text("\n".join([*lines, json.dumps({**OTHER, "id": "c", "url": None})]) + "\n")
    run(ledger, archive, folder)
    assert len(ledger.documents()) == 2 and list(archive.names()) == []
    assert str(RELEASE["url"]) not in everything_kept(ledger_url, archive)


@pytest.mark.parametrize("place", ["url", "location", "person"])
def test_what_is_forgotten_while_it_is_being_read_does_not_come_back(
        ledger_url: str, ledger: Ledger, archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    if place == "location":  # a page without an address of its own
        (folder / "a.jsonl").write_text(json.dumps({**RELEASE, "url": None}, ensure_ascii=False) + "\n")
    file, found = str(folder / "a.jsonl"), stages._read
    what = {"url": str(RELEASE["url"]), "location": file, "person": NAME}[place]

    def slow(archive: Archive, fetch: Fetch) -> tuple[list[Draft], list[Reject]]:
        drafts, rejects = found(archive, fetch)
        if fetch.location == file:
            forget(ledger, archive, what, "asked for")  # another process
            rejects = [*rejects, Reject("documents", f"{file}, 2", "no text", file, fetch.sha256)]
        return drafts, rejects

    stages.collect(ledger, archive, [folder])
    monkeypatch.setattr(stages, "_read", slow)
    stages.read(ledger, archive)
    left = everything_kept(ledger_url, archive)
    assert {d.url for d in ledger.documents()} == {OTHER["url"], *((RELEASE["url"],) if place == "person" else ())}
    assert NAME not in left and "山田" not in left, "neither a document nor its bytes"
    assert (file in {one.source for one in ledger.rejects()}) == (place != "location")
    assert len(list(archive.names())) == 1 and stages.read(ledger, archive).more["files"] == 0


def test_of_a_person_who_is_forgotten_while_a_release_is_extracted_nothing_is_kept(
        ledger_url: str, ledger: Ledger, archive: Archive, folder: Path) -> None:
    title = {**OTHER, "title": f"市長の{NAME}は歓迎"}
    (folder / "b.jsonl").write_text(json.dumps(title, ensure_ascii=False) + "\n")

    class Slow(Reader):
        """Meanwhile another process forgets."""

        def extract_all(self, documents: Iterable[Document]) -> Iterator[Extraction]:
            found = list(super().extract_all(documents))
            if any(NAME in (one.document.title or "") for one in found):
                forget(ledger, archive, NAME, "asked for")
            for one in found:
                named = [sign for sign in (one.document.title or "") if sign in NAME]
                yield replace(one, persons=(NamedPerson("".join(named), "市長", "若草市"),)) if named else one

    stages.collect(ledger, archive, [folder])
    stages.read(ledger, archive)
    stages.extract(ledger, Slow())
    assert NAME not in everything_kept(ledger_url, archive) and len(ledger.extractions()) == 2


def test_what_was_deleted_is_in_no_file_of_the_ledger(tmp_path: Path, archive: Archive, folder: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'home' / 'ledger.sqlite'}")
    run(ledger, archive, folder)
    files = [tmp_path / "home" / name for name in ("ledger.sqlite", "ledger.sqlite-wal")]
    assert any(NAME.encode() in file.read_bytes() for file in files if file.exists())
    forget(ledger, archive, NAME, "asked")
    assert not any(NAME.encode() in file.read_bytes() for file in files if file.exists())
    ledger.close()
