"""A body unpacked piece by piece, never more of it in memory than the limit, whatever it claims to be."""
from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
import zstandard

from pipelines.fetch.failures import Failed, Failure

#: What the fetcher can unpack, as Accept-Encoding says it.
CODINGS = "gzip, deflate, br, zstd"
_PIECE = 1 << 16
#: A zstd frame may ask for a window of gigabytes; RFC 9659 allows 8 MB on the web.
_WINDOW = 1 << 23
#: One decoder: a packed piece in, unpacked pieces out; `b""` ends the input.
_Decoder = Callable[[bytes], Iterator[bytes]]


def unpack(pieces: Iterable[bytes], coding: str | None, limit: int, *, cut: bool = False) -> bytes:
    """The body behind a Content-Encoding (RFC 9110 §8.4), at most `limit` bytes long.

    Raises Failed: `too_large` as soon as it is longer (with `cut` it ends there instead), `damaged` for a coding that
    is unknown or broken, `cut_off` where the packed data end too early.
    """
    steps = [one.strip().lower() for one in (coding or "").split(",") if one.strip().lower() not in ("", "identity")]
    if len(steps) > 2:
        raise Failed(Failure.DAMAGED, f"packed {len(steps)} times")
    flow: Iterator[bytes] = iter(pieces)
    for step in reversed(steps):
        flow = _decoded(flow, _decoder(step), step)
    body = bytearray()
    for piece in flow:
        body += piece
        if len(body) > limit:
            if cut:
                return bytes(body[:limit])
            raise Failed(Failure.TOO_LARGE, f"more than {limit:,} bytes")
    return bytes(body)


def _decoded(flow: Iterator[bytes], decoder: _Decoder, step: str) -> Iterator[bytes]:
    try:
        for piece in flow:
            if piece:
                yield from decoder(piece)
        yield from decoder(b"")
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise Failed(Failure.DAMAGED, f"not {step}: {error}") from error


def _decoder(step: str) -> _Decoder:
    if step in ("gzip", "x-gzip"):
        return _Zlib(16 + zlib.MAX_WBITS)
    if step == "deflate":
        return _Deflate()
    if step == "br":
        return _Brotli()
    if step == "zstd":
        return _Zstd()
    raise Failed(Failure.DAMAGED, f"packed as {step!r}, which was not asked for")


class _Zlib:
    """zlib's formats; `many` members one behind the other where the format has them (RFC 1952 §2.2)."""

    def __init__(self, wbits: int, many: bool = True) -> None:
        self._wbits = wbits
        self._many = many
        self._unpacker = zlib.decompressobj(wbits)
        self._begun = False

    def __call__(self, piece: bytes) -> Iterator[bytes]:
        if not piece and self._begun and not self._unpacker.eof:
            raise Failed(Failure.CUT_OFF, "the packed body ends too early")
        while piece:
            if self._unpacker.eof:  # another member, or padding that means nothing
                if not self._many or not piece.strip(b"\0"):
                    return
                self._unpacker = zlib.decompressobj(self._wbits)
            self._begun = True
            some = self._unpacker.decompress(piece, _PIECE)
            yield some
            while self._unpacker.unconsumed_tail or len(some) == _PIECE:
                some = self._unpacker.decompress(self._unpacker.unconsumed_tail, _PIECE)
                yield some
            piece = self._unpacker.unused_data


class _Deflate:
    """deflate with its zlib header or, as some servers send it, without: the first two bytes tell (RFC 1950 §2.2)."""

    def __init__(self) -> None:
        self._head = b""
        self._inner: _Zlib | None = None

    def __call__(self, piece: bytes) -> Iterator[bytes]:
        if self._inner is None:
            self._head += piece
            if len(self._head) < 2 and piece:
                return
            headed = len(self._head) > 1 and self._head[0] & 15 == 8 and int.from_bytes(self._head[:2], "big") % 31 == 0
            self._inner = _Zlib(zlib.MAX_WBITS if headed else -zlib.MAX_WBITS, many=False)
            if self._head:
                yield from self._inner(self._head)
            if piece:
                return
        yield from self._inner(piece)


class _Brotli:
    def __init__(self) -> None:
        self._unpacker = brotli.Decompressor()
        self._begun = False

    def __call__(self, piece: bytes) -> Iterator[bytes]:
        if not piece:
            if self._begun and not self._unpacker.is_finished():
                raise Failed(Failure.CUT_OFF, "the packed body ends too early")
            return
        self._begun = True
        some = self._unpacker.process(piece, output_buffer_limit=_PIECE)
        while some or not self._unpacker.can_accept_more_data():
            yield some
            some = b"" if self._unpacker.is_finished() else self._unpacker.process(b"", output_buffer_limit=_PIECE)


class _Zstd:
    """One or many frames."""

    #: A block of 128 KB can be packed into four bytes: a slice unpacks to 8 MB at most.
    _SLICE = 256

    def __init__(self) -> None:
        self._frames = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        self._unpacker = self._frames.decompressobj()
        self._begun = False

    def __call__(self, piece: bytes) -> Iterator[bytes]:
        if not piece and self._begun and not self._unpacker.eof:
            raise Failed(Failure.CUT_OFF, "the packed body ends too early")
        for begin in range(0, len(piece), self._SLICE):
            rest = piece[begin:begin + self._SLICE]
            while rest:
                if self._unpacker.eof:
                    self._unpacker = self._frames.decompressobj()
                yield self._unpacker.decompress(rest)
                self._begun = True
                rest = self._unpacker.unused_data if self._unpacker.eof else b""
