"""Is a JSON source one document, or one record a line?

The services send documents; harvesters keep one record a line. Both are
decided here by the first bytes, and the stream is handed back complete.
"""

from __future__ import annotations

import io
import re
from typing import BinaryIO, cast

from graphkit.loaders.reading import Rejoined

_LOOK = 1 << 20


def one_record_a_line(stream: BinaryIO, document: re.Pattern[bytes]) -> tuple[bool, BinaryIO]:
    """Whether the stream holds one JSON object a line, and the stream from its beginning.

    `document` matches what only a document (a page of results) begins with; it
    decides where the first line is too long to see its end.

    >>> one_record_a_line(io.BytesIO(b'{"a": 1}\\n{"a": 2}\\n'), re.compile(b"page"))[0]
    True
    >>> one_record_a_line(io.BytesIO(b'{\\n"page": 1\\n}'), re.compile(b"page"))[0]
    False
    """
    head = stream.read(_LOOK)
    whole = cast(BinaryIO, io.BufferedReader(Rejoined(head, stream), _LOOK))
    first, newline, rest = head.lstrip().partition(b"\n")
    if not newline:
        # A lone line is read as a document: if it was cut, its records are still found.
        return len(head) == _LOOK and document.search(first[:4096]) is None, whole
    following = rest.lstrip()
    if not following and len(head) == _LOOK:
        return document.search(first[:4096]) is None, whole
    # Within an indented document a first line cannot end an object that another follows.
    return first.rstrip().endswith(b"}") and bool(following), whole
