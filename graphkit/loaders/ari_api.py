"""The ARI database's API: pages of records under `data`, a lone record, or a bare list of them.

Records are cut out of the document one at a time, so a page that was cut while
it was being fetched still gives the records that arrived whole. A field that
cannot be read is refused on its own; a record is refused only if it has no
usable id or asks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, BinaryIO
from urllib.parse import unquote

from graphkit.loaders import Loader
from graphkit.loaders.ari_contacts import kept_contact, without_addresses, without_contacts
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import parse_json, split_json
from graphkit.model import ProjectMention, ResearchQuestion, Topic
from graphkit.text import (
    clean_line,
    clean_text,
    optional_line,
    optional_text,
)

FIRST_PLACEHOLDER = 9_000_000
"""Ids above this were given out by a harvester, not by the ARI database."""

_TOPIC_SCHEMES = {"topics": "topic", "fieldsOfResearch": "field", "tags": "tag"}
_KNOWN = (
    frozenset(_TOPIC_SCHEMES)
    | {"questionId", "url", "question", "questionGroup", "department", "contactDetails"}
    | {"backgroundInformation", "publicationDate", "postDate", "dateUpdated", "expiryDate"}
    | {"isArchived", "pageViewCount", "relatedQuestions", "relatedUKRIProjects"}
)
_KNOWN_OF_PROJECT = frozenset(
    {"projectId", "title", "url", "leadResearchOrganisation", "startDate", "endDate"}
)

_GUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](?:[01]\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_WEB_ADDRESS = re.compile(r'https?://[^\s<>"{}|\\^`\x00-\x20\x7f-\x9f]{1,2000}', re.IGNORECASE)
_REFERENCE = re.compile(r"[?&]ref=([^&#]+)")
_EMPTY_ANSWER = re.compile(rb'\s*\{\s*"data"\s*:\s*\[\s*\]\s*,\s*"meta"\s*:\s*\{\s*"pagination"')
_ID_KEY = re.compile(rb'"questionId"\s*:')
_OTHER_KEY = re.compile(rb'"(?:question|data|relatedUKRIProjects|backgroundInformation)"\s*:')


def recognises(head: bytes) -> bool:
    """Whether this is JSON that speaks of ARI questions.

    >>> recognises(b'{"data": [{"questionId": 1, "question": "Why?"}]}')
    True
    >>> recognises(b'{"project": [{"id": "1"}]}')
    False
    """
    if head.lstrip()[:1] not in (b"{", b"["):
        return False
    if _EMPTY_ANSWER.match(head):
        return True
    return bool(_ID_KEY.search(head) and _OTHER_KEY.search(head))


def load(stream: BinaryIO, intake: Intake) -> Iterator[ResearchQuestion]:
    """The questions of one API answer, a lone record, or a list of records.

    >>> import io
    >>> answer = io.BytesIO(b'{"data": [{"questionId": 7, "question": "What works?"}]}')
    >>> [(q.key, q.text) for q in load(answer, Intake("ari.json"))]
    [('7', 'What works?')]
    """
    seen = 0
    for array, number, data in split_json(stream, frozenset({"data", ""}), intake):
        if array == "{}":
            yield from _read_document(data, seen, intake)
            continue
        seen += 1
        locator = f"item {number} of {array or 'the list'}"
        try:
            record = parse_json(data)
        except ValueError as error:
            intake.reject(locator, "", str(error), data[:200].decode("utf-8", "replace"))
            continue
        question = _read_record(record, locator, intake)
        if question is not None:
            yield question


def _read_document(data: bytes, seen: int, intake: Intake) -> Iterator[ResearchQuestion]:
    """What is left of a document without its records: page figures, or a lone record."""
    try:
        document = parse_json(data)
    except ValueError as error:
        intake.reject("document", "", str(error), data[:200].decode("utf-8", "replace"))
        return
    if "questionId" in document and "data" not in document:
        question = _read_record(document, "document", intake)
        if question is not None:
            yield question
        return
    for name in document:
        if name not in ("data", "meta") and not name.startswith("_"):
            intake.unknown_field(name)
    if not seen and not isinstance(document.get("data"), list):
        intake.reject("document", "data", "no list of records under data", document.get("data"))
    meta = document.get("meta")
    pagination = meta.get("pagination") if isinstance(meta, dict) else None
    if not isinstance(pagination, dict):
        return
    if isinstance(total := pagination.get("total"), int):
        intake.announced = total
    count, per_page = pagination.get("count"), pagination.get("per_page")
    if isinstance(count, int) and count != seen:
        intake.warn(f"the page announces {count} records and holds {seen}")
    if isinstance(per_page, int) and seen > per_page:
        intake.warn(f"the page holds {seen} records, more than its own {per_page} a page")


class _Fields:
    """Reads the fields of one record and refuses those of the wrong kind one by one."""

    def __init__(self, values: dict[str, Any], locator: str, intake: Intake, prefix: str = ""):
        self.values = values
        self.locator = locator
        self.intake = intake
        self.prefix = prefix

    def refuse(self, name: str, reason: str, value: object) -> None:
        self.intake.reject(self.locator, self.prefix + name, reason, value)

    def text(self, name: str, cleaned: Callable[[object], str | None]) -> str | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            self.refuse(name, "not text", value)
        return cleaned(value)

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        if value is None or value == "":
            return None
        match = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            self.refuse(name, "not a date (YYYY-MM-DD, with or without a time)", value)
            return None
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            self.refuse(name, "no such date", value)
            return None

    def flag(self, name: str) -> bool | None:
        value = self.values.get(name)
        if value is None or isinstance(value, bool):
            return value
        self.refuse(name, "neither true nor false", value)
        return None

    def count(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 53:
            self.refuse(name, "not a count (a whole number from 0)", value)
            return None
        return value

    def address(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is None or value == "":
            return None
        address = value.strip().replace("&amp;", "&") if isinstance(value, str) else ""
        if not _WEB_ADDRESS.fullmatch(address):
            self.refuse(name, "not a web address", value)
            return None
        return address

    def items(self, name: str) -> list[Any]:
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(name, "not a list", value)
            return []
        return value


def _read_record(record: object, locator: str, intake: Intake) -> ResearchQuestion | None:
    if not isinstance(record, dict):
        intake.reject(locator, "", "not an object", record)
        return None
    key = _question_key(record.get("questionId"))
    if key is None:
        intake.reject(locator, "", "no usable questionId", record.get("questionId"))
        return None
    for name in record:
        if name not in _KNOWN and not name.startswith("_"):
            intake.unknown_field(f"data.{name}")
    fields = _Fields(record, locator, intake)
    text = fields.text("question", optional_text)
    if text is None:
        intake.reject(locator, "", "no question text", record.get("question"))
        return None
    background = fields.text("backgroundInformation", optional_text)
    return ResearchQuestion(
        locator=locator,
        note=optional_text(record.get("_note")),
        key=key,
        text=without_contacts(text, intake) or without_addresses(text),
        background=paragraphs(without_contacts(background or "", intake)) or None,
        department=fields.text("department", optional_line),
        group=fields.text("questionGroup", optional_line),
        url=fields.address("url"),
        placeholder=int(key) > FIRST_PLACEHOLDER,
        published=fields.day("publicationDate"),
        posted=fields.day("postDate"),
        updated=fields.day("dateUpdated"),
        expires=fields.day("expiryDate"),
        archived=fields.flag("isArchived"),
        page_views=fields.count("pageViewCount"),
        contact=kept_contact(fields.text("contactDetails", optional_text) or "", intake),
        topics=_read_topics(fields),
        related_questions=_read_related(fields),
        projects=_read_projects(fields),
    )


def _question_key(value: object) -> str | None:
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,15}\s*", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**15:
        return None
    return str(value)


def _read_topics(fields: _Fields) -> tuple[Topic, ...]:
    topics: list[Topic] = []
    for name, scheme in _TOPIC_SCHEMES.items():
        seen: set[str] = set()
        for number, value in enumerate(fields.items(name), 1):
            if not isinstance(value, str):
                fields.refuse(f"{name}[{number}]", "not text", value)
                continue
            label = clean_line(value)
            if label and label.casefold() not in seen:
                seen.add(label.casefold())
                topics.append(Topic(scheme=scheme, label=label))
    return tuple(topics)


def _read_related(fields: _Fields) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for number, value in enumerate(fields.items("relatedQuestions"), 1):
        held = value
        if isinstance(value, dict):
            held = value.get("questionId")
            for name in value:
                if name != "questionId" and not name.startswith("_"):
                    fields.intake.unknown_field(f"data.relatedQuestions.{name}")
        key = _question_key(held)
        if key is None:
            fields.refuse(f"relatedQuestions[{number}]", "no usable questionId", value)
        else:
            keys[key] = None
    return tuple(keys)


def _read_projects(fields: _Fields) -> tuple[ProjectMention, ...]:
    mentions: list[ProjectMention] = []
    keys: set[str] = set()
    for position, value in enumerate(fields.items("relatedUKRIProjects"), 1):
        path = f"relatedUKRIProjects[{position}]"
        if not isinstance(value, dict):
            fields.refuse(path, "not an object", value)
            continue
        for name in value:
            if name not in _KNOWN_OF_PROJECT and not name.startswith("_"):
                fields.intake.unknown_field(f"data.relatedUKRIProjects.{name}")
        inner = _Fields(value, fields.locator, fields.intake, path + ".")
        key = inner.text("projectId", optional_line)
        if key is not None:
            key = key.upper()
            if not _GUID.fullmatch(key):
                inner.refuse("projectId", "not a GtR project id (GUID)", key)
                key = None
        url = inner.address("url")
        mention = ProjectMention(
            position=position,
            title=inner.text("title", optional_line),
            key=key,
            reference=grant_reference(url) if url else None,
            url=url,
            lead_organisation=inner.text("leadResearchOrganisation", optional_line),
            start=inner.day("startDate"),
            end=inner.day("endDate"),
        )
        if mention.key is None and mention.reference is None and mention.title is None:
            fields.refuse(path, "neither id, reference nor title", value)
            continue
        if key is not None and key in keys:
            fields.intake.warn("a project listed twice under one question: the first is kept")
            continue
        if key is not None:
            keys.add(key)
        mentions.append(mention)
    return tuple(mentions)


def grant_reference(url: str) -> str | None:
    """The grant reference in a Gateway to Research address.

    >>> grant_reference("https://gtr.ukri.org/projects?ref=ES%2FR004625%2F1")
    'ES/R004625/1'
    """
    match = _REFERENCE.search(url)
    if match is None:
        return None
    reference = unquote(match[1])
    if "%2F" in reference.upper():  # escaped twice on its way here
        reference = unquote(reference)
    return optional_line(reference)


_LIST_LINE = re.compile(r"(?:[-*•–o]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")


def paragraphs(text: str) -> str:
    """Paragraphs separated by one blank line; the lines of a list stay together.

    >>> paragraphs("One.\\nTwo:\\n- a\\n- b")
    'One.\\n\\nTwo:\\n\\n- a\\n- b'
    """
    lines = [line for line in clean_text(text).split("\n") if line]
    joined = ""
    for previous, line in zip(["", *lines], lines, strict=False):
        together = _LIST_LINE.match(previous) and _LIST_LINE.match(line)
        joined += ("" if not joined else "\n" if together else "\n\n") + line
    return joined


LOADER = Loader(
    name="ari-api",
    title="ARI database API",
    precedence=10,
    recognises=recognises,
    load=load,
)
