"""Bytes are kept once, whole, under their own name, and can be told from what they should be."""
from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from pipelines.fetch.archive import Archive, Away

DATA = "川波市は協定を締結した。".encode()
NAME = hashlib.sha256(DATA).hexdigest()


def test_what_is_put_comes_back_and_is_kept_once(archive: Archive) -> None:
    assert archive.put(DATA) == archive.put(DATA) == NAME
    assert archive.get(NAME) == DATA
    assert archive.has(NAME) and list(archive.names()) == [NAME]


def test_many_threads_that_keep_the_same_bytes_keep_one_file(archive: Archive, tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        names = set(pool.map(archive.put, [DATA * (n % 3 + 1) for n in range(90)]))

    assert set(archive.names()) == names and len(names) == 3
    assert not list(tmp_path.rglob("*.part"))


def test_verify_tells_what_is_damaged_missing_unknown_and_half_written(archive: Archive, tmp_path: Path) -> None:
    sound, broken, swapped, lost, unknown = (archive.put(DATA + bytes([n])) for n in range(5))
    place = tmp_path / "archive"
    file = place / broken[:2] / f"{broken}.zst"
    file.write_bytes(file.read_bytes()[:-4])
    (place / swapped[:2] / f"{swapped}.zst").write_bytes((place / sound[:2] / f"{sound}.zst").read_bytes())
    archive.delete(lost)
    (place / "ab").mkdir(exist_ok=True)
    (place / "ab" / "x.zst.1-2.part").write_bytes(b"half")
    seen: list[tuple[int, int]] = []

    verdict = archive.verify([sound, broken, swapped, lost], lambda done, total: seen.append((done, total)))

    assert verdict.damaged == tuple(sorted((broken, swapped)))
    assert (verdict.missing, verdict.orphans, verdict.sound) == ((lost,), (unknown,), 2)
    assert [Path(one).name for one in verdict.unfinished] == ["x.zst.1-2.part"]
    assert not verdict.whole and seen[-1] == (4, 4)


def test_an_archive_that_is_as_it_should_be_is_whole(archive: Archive) -> None:
    assert archive.verify([]).whole
    assert archive.verify([archive.put(DATA)]).whole


def test_what_is_deleted_is_gone_for_good(archive: Archive) -> None:
    archive.put(DATA)

    assert archive.delete(NAME) and not archive.delete(NAME)
    assert not archive.has(NAME)
    with pytest.raises(FileNotFoundError, match="run again"):
        archive.get(NAME)


def test_an_object_store_is_an_archive_as_well() -> None:
    archive = Archive("memory://of-this-test/archive")
    archive.put(DATA)

    other = archive.put(DATA * 2)
    assert archive.get(NAME) == DATA and archive.verify([NAME, other]).whole
    assert archive.delete(NAME) and archive.verify([NAME, other]).missing == (NAME,)


def test_a_store_that_does_not_answer_is_not_one_that_has_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive("memory://away/archive")
    archive.put(DATA)

    def away(*_: object, **__: object) -> None:
        raise ConnectionError("the store does not answer")

    for call in ("info", "cat_file", "_open"):
        monkeypatch.setattr(MemoryFileSystem, call, away)
    for ask in (archive.get, archive.has, archive.delete):
        with pytest.raises(ConnectionError, match="does not answer"):
            ask(NAME)
    with pytest.raises(ConnectionError):
        archive.put(DATA)


@contextmanager
def as_nobody() -> Iterator[None]:
    """As a user whom permissions hold back: root goes by them only under another name."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_what_may_not_be_read_is_not_damaged_or_missing() -> None:
    with TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        archive = Archive(f"{home}/archive")
        names = [archive.put(DATA * n) for n in range(1, 4)]
        folder, file = Path(home, "archive", names[1][:2]), next(Path(home, "archive").rglob(f"{names[2]}.zst"))
        with as_nobody():
            assert archive.verify(names).whole
        for one, why in ((folder, "cannot be listed"), (file, "does not give")):
            was = one.stat().st_mode
            one.chmod(0)
            with as_nobody(), pytest.raises(Away, match=f"{why}.*PermissionError.*this user may read it"):
                archive.verify(names)
            one.chmod(was)


class Unreachable(Exception):
    """What the library of a store raises is not always an OSError."""


@pytest.mark.parametrize("error", [ConnectionError("reset"), Unreachable("no route"), ValueError("no answer"), TimeoutError("slow")])
def test_a_store_that_goes_away_while_it_is_verified_is_told_as_away(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    archive = Archive("memory://goes-away/archive")
    names = sorted(archive.put(DATA * n) for n in range(1, 4))
    give, given = MemoryFileSystem.cat_file, list[str]()

    def away(self: MemoryFileSystem, path: str, **how: object) -> object:
        if given:
            raise error
        given.append(path)
        return give(self, path, **how)

    monkeypatch.setattr(MemoryFileSystem, "cat_file", away)
    with pytest.raises(Away, match="1 of 3 files were read, nothing is known of the others"):
        archive.verify(names)

    def unlisted(*_: object, **__: object) -> None:
        raise ConnectionError("the store does not answer")

    monkeypatch.setattr(MemoryFileSystem, "ls", unlisted)
    with pytest.raises(Away, match=r"cannot be listed .*does not answer"):
        archive.verify(names)


def test_what_is_removed_while_it_is_verified_is_missing(archive: Archive, tmp_path: Path) -> None:
    first, second = sorted(archive.put(DATA * n) for n in range(1, 3))

    def removed(done: int, total: int) -> None:
        archive.delete(second)

    verdict = archive.verify([first, second], removed)

    assert (verdict.sound, verdict.damaged, verdict.missing) == (1, (), (second,))


def test_a_disk_that_is_not_mounted_is_no_archive_that_lost_everything(archive: Archive, tmp_path: Path) -> None:
    assert archive.verify([]).whole, "a new one"
    archive.put(DATA)
    (tmp_path / "archive").rename(tmp_path / "elsewhere")
    with pytest.raises(Away, match=r"nothing in the archive at .* not one of the 1 files .* mounted"):
        archive.verify([NAME])
    (tmp_path / "archive").mkdir()  # where it would be mounted
    with pytest.raises(Away):
        archive.verify([NAME])


def test_a_disk_that_is_unmounted_while_it_is_verified_has_lost_nothing(archive: Archive, tmp_path: Path) -> None:
    names = [archive.put(DATA * n) for n in range(1, 4)]

    def unmounted(done: int, total: int) -> None:
        if done == 1:
            (tmp_path / "archive").rename(tmp_path / "elsewhere")

    with pytest.raises(Away, match=r"nothing in the archive .* mounted"):
        archive.verify(names, unmounted)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What is brought to the disk, and what gets its name, in this order: (sync or name, inode)."""
    seen: list[tuple[str, int]] = []
    sync, replace = os.fsync, Path.replace

    def synced(number: int) -> None:
        sync(number)
        seen.append(("sync", os.fstat(number).st_ino))

    def named(self: Path, target: Path) -> Path:
        seen.append(("name", self.stat().st_ino))
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", named)
    return seen


def test_what_is_put_outlives_a_power_cut(tmp_path: Path, written: list[tuple[str, int]]) -> None:
    root = tmp_path / "of" / "everything"
    Archive(str(root)).put(DATA)

    file = root / NAME[:2] / f"{NAME}.zst"
    inode = {one: one.stat().st_ino for one in (tmp_path, root.parent, root, file.parent, file)}
    assert written == [*(("sync", inode[one]) for one in (tmp_path, root.parent, root)),  # new folders have their names
                       ("sync", inode[file]), ("name", inode[file]),  # whole before it has its name
                       ("sync", inode[file.parent])]


def test_what_another_has_put_just_now_is_seen_to_and_what_lies_there_long_is_not(
        archive: Archive, written: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    archive.put(DATA)
    first = written[-1]
    written.clear()
    archive.put(DATA)
    assert written == [first], "its name may not be on the disk yet"

    written.clear()
    later = time.time() + 3_600
    monkeypatch.setattr(time, "time", lambda: later)
    archive.put(DATA)
    assert written == []
