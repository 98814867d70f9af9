"""The archive: bytes as received, named by their SHA-256, compressed, never altered."""
from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import fsspec
import zstandard
from fsspec.implementations.local import LocalFileSystem

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
        path = self._path(name)
        # a reader must never see half a file: write beside it, then rename
        part = f"{path}.{os.getpid()}-{threading.get_ident()}.part"
        if isinstance(self._files, LocalFileSystem):
            _put(Path(path), Path(part), data)
        elif not self._has(path):
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(part, zstandard.compress(data, 6))
            self._files.mv(part, path)
        return name

    def has(self, sha256: str) -> bool:
        """Whether there are bytes of this name."""
        return self._has(self._path(sha256))

    def get(self, sha256: str) -> bytes:
        """The bytes of this name.

        Raises FileNotFoundError where the archive has none, ValueError where they are damaged, and what a store raises that
        does not answer.
        """
        path = self._path(sha256)
        try:
            packed = self._files.cat_file(path)
        except FileNotFoundError as error:
            raise FileNotFoundError(f"the archive has no {sha256}; run again with the file it came from") from error
        try:
            data = zstandard.decompress(packed)
        except zstandard.ZstdError as error:
            raise ValueError(f"{path} is damaged ({error}); delete it and run again with the file") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(f"{path} is not what its name says; delete it and run again with the file")
        return data

    def delete(self, sha256: str) -> bool:
        """Let bytes go for good; False where there were none."""
        path = self._path(sha256)
        if not self._has(path):
            return False
        self._files.rm_file(path)
        return True

    def names(self) -> Iterator[str]:
        """The SHA-256 of all that is kept, sorted."""
        for path in sorted(self._files.find(self._root)):
            if path.endswith(".zst"):
                yield path.rpartition("/")[2].removesuffix(".zst")

    def verify(self, known: Collection[str], report: Callable[[int, int], None] | None = None) -> Verdict:
        """Read all that is kept and compare it with the names that should be there; changes nothing."""
        there = list(self.names())
        damaged = []
        for number, name in enumerate(there, 1):
            if not self._is_sound(name):
                damaged.append(name)
            if report is not None:
                report(number, len(there))
        wanted, found = set(known), set(there)
        unfinished = sorted(p for p in self._files.find(self._root) if p.endswith(".part"))
        return Verdict(len(there) - len(damaged), tuple(damaged), tuple(sorted(wanted - found)),
                       tuple(sorted(found - wanted)), tuple(unfinished))

    def sweep(self) -> int:
        """Remove files that a killed run left half written; how many."""
        parts = [p for p in self._files.find(self._root) if p.endswith(".part")]
        for part in parts:
            self._files.rm_file(part)
        return len(parts)

    def _is_sound(self, name: str) -> bool:
        try:
            self.get(name)
        except (ValueError, OSError):
            return False
        return True

    def _has(self, path: str) -> bool:
        # fsspec's own `exists` takes a store that does not answer for one that has nothing
        try:
            self._files.info(path)
        except FileNotFoundError:
            return False
        return True

    def _path(self, sha256: str) -> str:
        return f"{self._root}/{sha256[:2]}/{sha256}.zst"
