"""XML of the Gateway to Research portal, read as a stream into the shape of its JSON.

A document type or an entity declaration is refused unread: the portal sends
none, and they are the means of attacks on XML readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.parsers import expat

from graphkit.loaders import Loader
from graphkit.loaders.gtr_record import Known, read_composition
from graphkit.loaders.gtr_values import names
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import MAX_DEPTH, MAX_RECORD_BYTES
from graphkit.model import Record

_NAMESPACE = re.compile(
    rb"""xmlns(?::[\w.-]+)?\s*=\s*["']https?://gtr\.(?:ukri\.org|rcuk\.ac\.uk)/api["']"""
)
_ENCODING = re.compile(rb"""<\?xml[^>]{1,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_EIGHT_BIT = frozenset({"iso-8859-1", "iso-8859-15", "windows-1252", "us-ascii"})
_ROOT = "projectComposition"
# Elements that hold a list of one kind of element; a single one is still a list.
_LISTS = names(
    "collaborations organisationRoles roles personRoles identifiers healthCategories "
    "researchActivities researchSubjects researchTopics rcukProgrammes parents children "
    "publications"
)
# Elements whose markup, where it is not escaped, is part of their text.
_TEXTS = names("title abstractText technicalSummary potentialImpactText")
_CHUNK = 64 << 10


class _RefusedError(Exception):
    """The document cannot be read any further."""


class _Element:
    """An element that is open: what it holds so far."""

    __slots__ = ("attributes", "entries", "fields", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.fields: dict[str, Any] = {}
        self.entries: list[Any] = []
        self.text: list[str] = []

    def add(self, name: str, value: Any) -> None:
        if self.name in _TEXTS:
            self.text.append(value if isinstance(value, str) else "")
        elif self.name in _LISTS:
            self.entries.append(value)
        elif name not in self.fields:
            self.fields[name] = value
        elif isinstance(self.fields[name], _Several):
            self.fields[name].append(value)
        else:
            self.fields[name] = _Several((self.fields[name], value))

    def value(self) -> Any:
        """The element as the JSON has it: list, object, text or None."""
        if self.name in _LISTS:
            return self.entries
        text = "".join(self.text)
        if self.name in _TEXTS or not (self.fields or self.attributes):
            return text or None
        stated = {"resourceUrl" if k == "url" else k: v for k, v in self.attributes.items()}
        if not self.fields and text.strip():
            return {**stated, "value": text}
        return {**stated, **self.fields}


class _Several(list[Any]):
    """Values of an element that came more than once."""


class _Reader:
    """Handles the parser's events and collects whole compositions."""

    def __init__(self, encoding: str, intake: Intake) -> None:
        self._intake = intake
        self._open: list[_Element] = []
        self._depth = 0
        self._begins_at = 0
        self._composition_depth = 0
        self._fed = 0
        self._skipping = 0  # the depth of a composition that is too large, else 0
        self.number = 0
        self.whole: list[tuple[int, dict[str, Any]]] = []
        parser = expat.ParserCreate(encoding, namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        self._parser = parser

    def feed(self, data: bytes) -> None:
        """Read on; `b""` is the end. Raises _RefusedError or ExpatError."""
        self._parser.Parse(data, not data)
        self._fed += len(data)
        if self._fed - self._parser.CurrentByteIndex > MAX_RECORD_BYTES:
            raise _RefusedError(f"a tag longer than {MAX_RECORD_BYTES >> 20} MiB")

    def _refuse(self, *_: Any) -> int:
        raise _RefusedError("a document type or entity declaration, which is not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _RefusedError(f"nested more than {MAX_DEPTH} levels deep")
        local = name.rpartition(" ")[2]
        if self._open:
            if self._parser.CurrentByteIndex - self._begins_at > MAX_RECORD_BYTES:
                self._skip()
                return
            attributes = {k.rpartition(" ")[2]: v for k, v in attributes.items()}
            self._open.append(_Element(local, attributes))
        elif local == _ROOT and not self._skipping:
            self.number += 1
            self._begins_at = self._parser.CurrentByteIndex
            self._composition_depth = self._depth
            self._open.append(_Element(local, {}))

    def _skip(self) -> None:
        self._skipping = self._composition_depth
        self._open.clear()
        self._intake.reject(
            f"projectComposition {self.number}",
            "",
            f"longer than {MAX_RECORD_BYTES >> 20} MiB",
        )

    def _end(self, _: str) -> None:
        self._depth -= 1
        if self._skipping and self._depth < self._skipping:
            self._skipping = 0
        if not self._open:
            return
        element = self._open.pop()
        if self._open:
            self._open[-1].add(element.name, element.value())
        else:
            self.whole.append((self.number, element.fields))

    def _characters(self, text: str) -> None:
        if self._open:
            self._open[-1].text.append(text)
            if self._parser.CurrentByteIndex - self._begins_at > MAX_RECORD_BYTES:
                self._skip()


def _recognises(head: bytes) -> bool:
    return head.lstrip()[:1] == b"<" and _NAMESPACE.search(head) is not None


def _encoding(head: bytes) -> str:
    """The encoding to read in: UTF-16 was already converted, whatever the file declares."""
    match = _ENCODING.match(head.lstrip())
    declared = match[1].decode("ascii").lower() if match else ""
    return declared if declared in _EIGHT_BIT else "utf-8"


def _load(stream: BinaryIO, intake: Intake) -> Iterator[Record]:
    known: Known = {}
    data = stream.read(_CHUNK).lstrip()
    reader = _Reader(_encoding(data), intake)
    while True:
        fault = ""
        try:
            reader.feed(data)
        except _RefusedError as refusal:
            fault = str(refusal)
        except (expat.ExpatError, ValueError, LookupError) as error:
            fault = f"not well-formed XML: {error}"
        for number, composition in reader.whole:
            yield from read_composition(composition, f"projectComposition {number}", intake, known)
        reader.whole.clear()
        if fault:
            where = f"after {reader.number} projectComposition" if reader.number else "document"
            intake.reject(where, "", fault, data[:200].decode("utf-8", "replace"))
            return
        if not data:
            break
        data = stream.read(_CHUNK)
    if not reader.number:
        intake.reject("document", "", "no projectComposition in it")


XML_LOADER = Loader(
    name="gtr-portal-xml",
    title="GtR portal API (XML)",
    precedence=22,
    recognises=_recognises,
    load=_load,
)
"""Single projects and search answers, in the older namespace too."""
