"""Bodies as sites pack them, and as those who mean harm do."""
from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import brotli
import pytest
import zstandard

from pipelines.fetch.body import unpack
from pipelines.fetch.failures import Failed, Failure
from tests.pipelines.site import gzip_bomb

TEXT = "協定を締結しました。".encode() * 20_000
LIMIT = 30_000_000


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def _pieces(data: bytes, size: int = 1000) -> Iterator[bytes]:
    return (data[begin:begin + size] for begin in range(0, len(data), size))


PACKED = {"gzip": gzip.compress(TEXT), "x-gzip": gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:]),
          "deflate": zlib.compress(TEXT), "Deflate": _raw_deflate(TEXT), "br": brotli.compress(TEXT),
          "zstd": zstandard.compress(TEXT), " ZSTD ": zstandard.compress(TEXT[:9]) + zstandard.compress(TEXT[9:]),
          "gzip, br": brotli.compress(gzip.compress(TEXT)), "identity": TEXT, "": TEXT}


@pytest.mark.parametrize("coding", PACKED)
@pytest.mark.parametrize("size", [1, 1000, 10_000_000])
def test_a_body_is_the_same_however_it_is_packed_and_cut_into_pieces(coding: str, size: int) -> None:
    data = PACKED[coding]

    assert unpack(_pieces(data, size if len(data) < 10_000 else max(size, 1000)), coding, LIMIT) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_packed_body_that_ends_too_early_is_no_body(coding: str) -> None:
    with pytest.raises(Failed) as raised:
        unpack(_pieces(PACKED[coding][:-20]), coding, LIMIT)

    assert raised.value.failure is Failure.CUT_OFF


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "compress", "br, br, br"])
def test_a_body_that_is_not_what_it_claims_is_damaged(coding: str) -> None:
    with pytest.raises(Failed) as raised:
        unpack([b"<html>not packed at all</html>"], coding, LIMIT)

    assert raised.value.failure is Failure.DAMAGED


def _zeros(coding: str) -> bytes:
    zero = bytes(1 << 20)
    if coding == "gzip":
        return gzip_bomb(1 << 27)
    if coding == "br":
        packer = brotli.Compressor(quality=5)
        return b"".join([packer.process(zero) for _ in range(128)]) + packer.finish()
    squeezer = zstandard.ZstdCompressor(level=3).compressobj()
    return b"".join([squeezer.compress(zero) for _ in range(128)]) + squeezer.flush()


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_megabytes_of_nothing_are_given_up_at_the_limit(coding: str) -> None:
    bomb = _zeros(coding)
    tracemalloc.start()
    try:
        with pytest.raises(Failed) as raised:
            unpack([bomb], coding, 5_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert raised.value.failure is Failure.TOO_LARGE
    assert peak < 40_000_000, "the body was unpacked before it was measured"


def test_a_frame_that_asks_for_gigabytes_to_unpack_is_refused() -> None:
    wide = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(
        window_log=27, enable_ldm=True)).compressobj()
    data = wide.compress(TEXT) + wide.flush()

    with pytest.raises(Failed) as raised:
        unpack([data], "zstd", LIMIT)

    assert raised.value.failure is Failure.DAMAGED
