"""Content codings of bodies that are made in parts: the same parts always give the same bytes."""

import zlib
from typing import Any, Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

from app.web.http.negotiation import Encoding


class StreamCoder(Protocol):
    """Encodes one body, part by part. Use it in one thread at a time."""

    def encode(self, part: bytes) -> bytes:
        """Encode a part; what is returned may be empty while the coder waits for more."""
        ...

    def finish(self) -> bytes:
        """Return what is left."""
        ...


def stream_coder(coding: Encoding) -> StreamCoder:
    """Make the coder of a content coding, with the levels of whole bodies."""
    match coding:
        case "identity":
            return _Identity()
        case "gzip":
            return _Gzip()
        case "br":
            return _Brotli()
        case "zstd":
            return _Zstandard()


class _Identity:
    def encode(self, part: bytes) -> bytes:
        return part

    def finish(self) -> bytes:
        return b""


class _Gzip:
    def __init__(self) -> None:
        self._coder = zlib.compressobj(6, wbits=31)

    def encode(self, part: bytes) -> bytes:
        return self._coder.compress(part)

    def finish(self) -> bytes:
        return self._coder.flush()


class _Brotli:
    def __init__(self) -> None:
        self._coder: Any = brotli.Compressor(quality=5)

    def encode(self, part: bytes) -> bytes:
        return bytes(self._coder.process(part))

    def finish(self) -> bytes:
        return bytes(self._coder.finish())


class _Zstandard:
    def __init__(self) -> None:
        self._coder = zstandard.ZstdCompressor(level=3).compressobj()

    def encode(self, part: bytes) -> bytes:
        return self._coder.compress(part)

    def finish(self) -> bytes:
        return self._coder.flush()
