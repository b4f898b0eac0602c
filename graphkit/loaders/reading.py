"""Opening sources: compression, encodings, lines and JSON, all in bounded memory.

Loaders see a binary stream of UTF-8. Gzip is recognised by content; UTF-16 and
byte order marks are converted. Records are cut out of arbitrarily large JSON
documents one by one, so that a file cut in the middle still gives what was
whole.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import msgspec
from isal import isal_zlib

from graphkit.errors import InputError
from graphkit.loaders.intake import Intake

MAX_RECORD_BYTES = 32 << 20
"""A single record (line, array element, page, XML document) above this is rejected."""
MAX_SKELETON_BYTES = 32 << 20
MAX_DEPTH = 200
HEAD_BYTES = 512 << 10
"""How much of a file its format is told by: a saved page may begin with long styles."""
_CHUNK = 1 << 20
_GZIP_STEP = 32 << 10
_ISAL_ERROR: Any = isal_zlib.error
_DAMAGED: tuple[type[Exception], ...] = (EOFError, OSError, zlib.error, _ISAL_ERROR)


class Hashing(io.RawIOBase):
    """Passes bytes through and keeps their SHA-256 and number."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._hash = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self._hash.update(data)
        self.size += len(data)
        return len(data)

    def drain(self) -> None:
        """Read what the loader left unread, so that hash and size are the file's."""
        while self.read(_CHUNK):
            pass

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


class Rejoined(io.RawIOBase):
    """First the bytes that were looked at, then the rest of the stream."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = memoryview(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data: memoryview | bytes = self._head[: len(buffer)]
        if len(data):
            self._head = self._head[len(data) :]
        else:
            data = self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Transcoding(io.RawIOBase):
    """Re-encodes a stream as UTF-8."""

    def __init__(self, raw: BinaryIO, encoding: str) -> None:
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            data = self._raw.read(_CHUNK)
            text = self._decoder.decode(data, final=not data)
            self._rest = text.encode("utf-8", "replace")
            if not data:
                break
        part = self._rest[: len(buffer)]
        self._rest = self._rest[len(part) :]
        buffer[: len(part)] = part
        return len(part)


class _Gunzipping(io.RawIOBase):
    """Decompresses; a damaged or cut stream gives what was whole and is reported, not raised."""

    def __init__(self, raw: BinaryIO, intake: Intake) -> None:
        self._raw = raw
        self._intake = intake
        self._member: Any = None  # between members
        self._input = self._output = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._output and not self._ended:
            try:
                self._fill()
            except _DAMAGED as error:
                self._ended = True
                reason = f"the gzip stream is cut or damaged: {error}"
                self._intake.reject("end of file", "", reason)
        part = self._output[: len(buffer)]
        self._output = self._output[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def _fill(self) -> None:
        # In small steps: what a damaged step would have given is lost.
        data = self._input or self._raw.read(_GZIP_STEP)
        if self._member is None:
            self._ended = not data
            self._input = data.lstrip(b"\0")  # padding between members
            if self._input:
                self._member = isal_zlib.decompressobj(wbits=31)
            return
        self._output = self._member.decompress(data, _CHUNK)
        if self._member.eof:
            self._input, self._member = self._member.unused_data, None
        elif not data and not self._output:
            raise EOFError("it ends too early")
        else:
            self._input = self._member.unconsumed_tail


def open_stream(raw: BinaryIO, intake: Intake) -> io.BufferedReader:
    """A buffered stream of UTF-8 text as bytes, whatever `raw` holds.

    Gzip (once) is undone, UTF-16 and UTF-8 byte order marks are removed.
    """
    stream: io.BufferedReader[Any] = io.BufferedReader(cast(io.RawIOBase, raw), _CHUNK)
    if stream.peek(2)[:2] == b"\x1f\x8b":
        unzipped = _Gunzipping(cast(BinaryIO, stream), intake)
        stream = io.BufferedReader(unzipped, _CHUNK)
    head = stream.peek(4)[:4]
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            intake.warn("converted from UTF-16")
            transcoded = _Transcoding(cast(BinaryIO, stream), encoding)
            return io.BufferedReader(transcoded, _CHUNK)
    if head.startswith(codecs.BOM_UTF8):
        stream.read(3)
    elif len(head) == 4 and head[0] and not head[1] and head[2] and not head[3]:
        intake.warn("converted from UTF-16 without a byte order mark")
        return io.BufferedReader(_Transcoding(cast(BinaryIO, stream), "utf-16-le"), _CHUNK)
    return stream


def read_text(stream: BinaryIO, intake: Intake) -> str:
    """A whole small document as text: UTF-8, else windows-1252 with a warning.

    Raises InputError above `MAX_RECORD_BYTES`.
    """
    data = stream.read(MAX_RECORD_BYTES + 1)
    if len(data) > MAX_RECORD_BYTES:
        raise InputError(
            f"{intake.file}: longer than {MAX_RECORD_BYTES >> 20} MiB, too long for one document"
        )
    return decode_text(data, intake)


def decode_text(data: bytes, intake: Intake) -> str:
    """UTF-8, else windows-1252 with a warning (bytes it lacks become U+FFFD)."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        intake.warn("not UTF-8: read as windows-1252")
        return data.decode("cp1252", "replace")


def lines(stream: BinaryIO, intake: Intake) -> Iterator[tuple[int, bytes]]:
    """Numbered lines, counted from 1; a line above `MAX_RECORD_BYTES` is rejected unread."""
    number = 0
    while line := stream.readline(MAX_RECORD_BYTES):
        number += 1
        if len(line) == MAX_RECORD_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            intake.reject(
                f"line {number}",
                "",
                f"line longer than {MAX_RECORD_BYTES >> 20} MiB",
                line[:200].decode("utf-8", "replace"),
            )
            continue
        yield number, line


_decode = msgspec.json.Decoder().decode
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_json(data: bytes) -> Any:
    """One JSON value. Lone surrogates are replaced by U+FFFD.

    Raises ValueError with a short reason.

    >>> parse_json(b'{"a": "\\\\ud800x"}')
    {'a': '\ufffdx'}
    """
    try:
        return _decode(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as first:
        # msgspec refuses escapes of lone surrogates, which real services send.
        if b"\\u" not in data:
            raise ValueError(f"not valid JSON: {_tidy(first)}") from None
        try:
            text = json.dumps(json.loads(data, parse_constant=_refuse), ensure_ascii=False)
            return _decode(_SURROGATE.sub("\ufffd", text))
        except RecursionError:
            raise ValueError("nested too deeply") from None
        except (ValueError, msgspec.DecodeError) as error:
            raise ValueError(f"not valid JSON: {_tidy(error)}") from None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")


def _tidy(error: Exception) -> str:
    return str(error).replace("JSON is malformed: ", "").splitlines()[0][:200]


_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|"|[\[\]{}]', re.DOTALL)


def split_json(
    stream: BinaryIO, arrays: frozenset[str], intake: Intake
) -> Iterator[tuple[str, int, bytes]]:
    """Cut the records out of a JSON document without holding the document.

    Yields `(array, number, record)` for each element that is an object, of the
    arrays whose key is in `arrays` ("" is an array that is the document), no
    deeper than three levels; last `("{}", 0, skeleton)`, the document without
    those elements, if the document is an object. Elements count from 1. A
    document that ends early or is too large gives what was whole and one
    reject.

    >>> document = io.BytesIO(b'{"data": [{"a": 1}, {"a": 2}], "meta": {"n": 2}}')
    >>> for part in split_json(document, frozenset({"data"}), Intake("x")):
    ...     print(part)
    ('data', 1, b'{"a": 1}')
    ('data', 2, b'{"a": 2}')
    ('{}', 0, b'{"data": [], "meta": {"n": 2}}')
    """
    buffer = bytearray()
    position = 0  # where scanning goes on
    kept_to = 0  # up to here the buffer is in the skeleton or yielded
    skeleton = bytearray()
    stack = bytearray()
    array: str | None = None
    array_depth = 0
    last_string = b""
    number = 0
    started = ended = False
    step = _CHUNK

    def reject(reason: str) -> None:
        where = f"item {number + 1} of {array or 'the list'}" if array is not None else "document"
        intake.reject(
            where, "", reason, bytes(buffer[kept_to : kept_to + 200]).decode("utf-8", "replace")
        )

    def no_record(end: int) -> None:
        """Reject what stands between two records of a list, if it is more than commas."""
        if other := bytes(buffer[kept_to:end]).strip(b" \t\r\n,"):
            reason = "a member of the list is no record"
            excerpt = other[:200].decode("utf-8", "replace")
            intake.reject(f"after item {number} of {array or 'the list'}", "", reason, excerpt)

    while True:
        data = stream.read(step)
        buffer += data
        need_more = False
        while not need_more:
            match = _TOKEN.search(buffer, position)
            if match is None:
                position = len(buffer)
                break
            token = match.group()
            start, end = match.span()
            if token == b'"':  # a string that does not end in what was read so far
                position = start
                need_more = True
                break
            position = end
            if token[0] == 0x22:
                if array is None:
                    last_string = token
                continue
            if ended:
                reject("something follows the end of the document")
                return
            if token in b"[{":
                if len(stack) >= MAX_DEPTH:
                    reject(f"nested more than {MAX_DEPTH} levels deep")
                    return
                started = True
                if token == b"[" and array is None and len(stack) <= 3:
                    key = last_string[1:-1].decode("utf-8", "replace") if stack else ""
                    if key in arrays:
                        array, array_depth, number = key, len(stack) + 1, 0
                        skeleton += buffer[kept_to:end]
                        kept_to = end
                elif token == b"{" and array is not None and len(stack) == array_depth:
                    no_record(start)
                    kept_to = start  # what separates elements is dropped
                stack += token
                last_string = b""
            else:
                if not stack or stack[-1] != (0x7B if token == b"}" else 0x5B):
                    reject("not valid JSON: brackets do not match")
                    return
                stack.pop()
                if array is not None and len(stack) == array_depth and token == b"}":
                    if end - kept_to > MAX_RECORD_BYTES:
                        reject(f"a record longer than {MAX_RECORD_BYTES >> 20} MiB")
                        return
                    number += 1
                    yield array, number, bytes(buffer[kept_to:end])
                    kept_to = end
                elif array is not None and len(stack) < array_depth:
                    no_record(start)
                    array = None
                    kept_to = start
                if not stack:
                    ended = True
                    skeleton += buffer[kept_to:end]
                    kept_to = end
        if not data:
            break
        inside = array is not None and len(stack) > array_depth
        if array is not None and not inside and not need_more:
            no_record(position)
            kept_to = position
        elif not inside and not ended:
            safe = position if not need_more else max(kept_to, position)
            skeleton += buffer[kept_to:safe]
            kept_to = safe
        if len(buffer) - kept_to > MAX_RECORD_BYTES or len(skeleton) > MAX_SKELETON_BYTES:
            reject(f"a record longer than {MAX_RECORD_BYTES >> 20} MiB")
            return
        del buffer[:kept_to]
        position -= kept_to
        kept_to = 0
        step = max(_CHUNK, len(buffer))  # long strings: read in doubling steps
    if not started:
        intake.reject(
            "document",
            "",
            "not a JSON object or list",
            bytes(buffer[:200]).decode("utf-8", "replace"),
        )
    elif not ended:
        reject("the document ends too early")
    elif arrays != frozenset({""}) or skeleton[:1] == b"{":
        text = bytes(skeleton).strip()
        if text[:1] == b"{":
            yield "{}", 0, text
