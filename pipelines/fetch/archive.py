"""The archive: bytes as received, named by their SHA-256, compressed, never altered."""
from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import fsspec
import zstandard
from fsspec.implementations.local import LocalFileSystem

#: What to do where a store does not answer.
_MEND = "See to it that the store is up and mounted, that this user may read it, and that KAKEHASHI_ARCHIVE_URL is right, then run it again"
_BARE = f"{_MEND}; where everything was deleted, bring back a backup of it"
#: Seconds after which a name in a folder is on the disk by itself: file systems write what they hold within half a
#: minute (vm.dirty_expire_centisecs, ext4's and XFS's logs), a laptop on its battery within ten.
_WRITTEN_BY_ITSELF = 600.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the archive is compared with what the ledger knows: SHA-256 names, sorted.

    `damaged` are not what their names say, `missing` are known and not there, `orphans` are there and not known;
    `unfinished` are paths that a killed writer left.
    """

    sound: int
    damaged: tuple[str, ...]
    missing: tuple[str, ...]
    orphans: tuple[str, ...]
    unfinished: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing that is known is lost."""
        return not (self.damaged or self.missing)


class Damaged(ValueError):
    """Bytes of the archive are not what their name says; the message names the file."""


class Away(OSError):
    """The archive's store does not give what it may well have: it, the way to it or a permission is missing. What it keeps
    is not known then, and nothing of it damaged or lost."""


def _put(path: Path, part: Path, data: bytes) -> None:
    """Write a file that is whole and on the disk as soon as it has its name, and whose name is there on return."""
    try:
        # another process or thread may have given the name just now, and not yet seen to it
        if time.time() - path.stat().st_ctime < _WRITTEN_BY_ITSELF:
            _sync_folder(path.parent)
        return
    except FileNotFoundError:
        _make_folder(path.parent)
    with part.open("wb") as file:
        file.write(zstandard.compress(data, 6))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    _sync_folder(path.parent)


def _make_folder(folder: Path) -> None:
    """Make a folder and those that it lies in, each on the disk before what comes into it."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """See to it that the names in a folder are on the disk (POSIX: fsync of the folder; Windows has no such thing)."""
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


class Archive:
    """A folder, or an object store by any fsspec URL."""

    def __init__(self, url: str) -> None:
        self._files, root = fsspec.core.url_to_fs(url)
        self._root = root.rstrip("/")

    def put(self, data: bytes) -> str:
        """Keep the bytes; their SHA-256. Bytes that are there already are not written again.

        In a folder they outlive a power cut from then on: the file is on the disk, and its name in its folder.
        """
        name = hashlib.sha256(data).hexdigest()
        path = self.path(name)
        # a reader must never see half a file: write beside it, then rename
        part = f"{path}.{os.getpid()}-{threading.get_ident()}.part"
        if isinstance(self._files, LocalFileSystem):
            _put(Path(path), Path(part), data)
        elif not self._has(path):
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(part, zstandard.compress(data, 6))
            self._files.mv(part, path)
        return name

    def path(self, sha256: str) -> str:
        """Where bytes of this name lie, or would lie."""
        return f"{self._root}/{sha256[:2]}/{sha256}.zst"

    def has(self, sha256: str) -> bool:
        """Whether there are bytes of this name."""
        return self._has(self.path(sha256))

    def get(self, sha256: str) -> bytes:
        """The bytes of this name.

        Raises FileNotFoundError where the archive has none, Damaged where they are so, and what a store raises that does
        not answer.
        """
        path = self.path(sha256)
        try:
            packed = self._files.cat_file(path)
        except FileNotFoundError as error:
            raise FileNotFoundError(f"the archive has no {sha256}; run again with the file it came from") from error
        try:
            data = zstandard.decompress(packed)
        except zstandard.ZstdError as error:
            raise Damaged(f"{path} is damaged ({error}); delete it and run again with the file") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Damaged(f"{path} is not what its name says; delete it and run again with the file")
        return data

    def delete(self, sha256: str) -> bool:
        """Let bytes go for good; False where there were none."""
        path = self.path(sha256)
        if not self._has(path):
            return False
        self._files.rm_file(path)
        return True

    def names(self) -> Iterator[str]:
        """The SHA-256 of all that is kept, sorted. Raises what a store raises that does not answer."""
        yield from _named(sorted(self._kept()))

    def verify(self, known: Collection[str], report: Callable[[int, int], None] | None = None) -> Verdict:
        """Read all that is kept and compare it with the names that should be there; changes nothing.

        Raises Away where the store does not give something that it has, and where it has nothing at all though it should:
        then nothing is known to be damaged or missing.
        """
        paths = self._listed()
        there, wanted = list(_named(paths)), set(known)
        if wanted and not there:
            raise Away(f"there is nothing in the archive at {self._root}, not one of the {len(wanted):,} files that the ledger "
                       f"knows. {_BARE}")
        damaged, found = [], set(there)
        for number, name in enumerate(there, 1):
            try:
                self.get(name)
            except Damaged:
                damaged.append(name)
            except FileNotFoundError:  # somebody removed it since
                self.refuse_bare()
                found.discard(name)
            except Exception as error:
                raise Away(f"the archive does not give {self.path(name)} ({_said(error)}); {number - 1:,} of {len(there):,} "
                           f"files were read, nothing is known of the others. {_MEND}") from error
            if report is not None:
                report(number, len(there))
        unfinished = [path for path in paths if path.endswith(".part")]
        return Verdict(len(found) - len(damaged), tuple(damaged), tuple(sorted(wanted - found)),
                       tuple(sorted(found - wanted)), tuple(unfinished))

    def refuse_bare(self) -> None:
        """Raises Away where there is nothing at all: whoever misses something then misses the disk."""
        if not self._listed(1):
            raise Away(f"there is nothing in the archive at {self._root}. {_BARE}")

    def sweep(self) -> int:
        """Remove files that a killed run left half written; how many."""
        parts = [path for path in self._kept() if path.endswith(".part")]
        for part in parts:
            self._files.rm_file(part)
        return len(parts)

    def _listed(self, most: int | None = None) -> list[str]:
        """The paths of all files, or of some, sorted. Raises Away where the store does not list them."""
        try:
            return sorted(islice(self._kept(), most))
        except Exception as error:  # stores raise what their libraries do
            raise Away(f"the archive at {self._root} cannot be listed ({_said(error)}); nothing is known of what it keeps. "
                       f"{_MEND}") from error

    def _kept(self) -> Iterator[str]:
        """The paths of all files. fsspec's own `find` leaves out what a store does not list, whatever the reason."""
        folders = [self._root]
        while folders:
            folder = folders.pop()
            try:
                listed = self._files.ls(folder, detail=True)
            except FileNotFoundError:  # a new archive, or somebody removed it since
                continue
            for one in listed:
                path = one["name"].rstrip("/")
                if one["type"] != "directory":
                    yield path
                elif path != folder:
                    folders.append(path)

    def _has(self, path: str) -> bool:
        # fsspec's own `exists` takes a store that does not answer for one that has nothing
        try:
            self._files.info(path)
        except FileNotFoundError:
            return False
        return True


def _named(paths: Iterable[str]) -> Iterator[str]:
    return (path.rpartition("/")[2].removesuffix(".zst") for path in paths if path.endswith(".zst"))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
