"""Question pages of ari.org.uk, as text copies in four layouts or as HTML.

Only the page tells the funder of each related project and why it might be
relevant. Layouts A1 and A2 separate blocks by blank lines and begin a project
with a bullet; B has single newlines and a lone dash; C has no headings and no
titles, so that its projects are found by their "Funded by:" lines alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from graphkit.loaders import Loader
from graphkit.loaders.ari_api import FIRST_PLACEHOLDER, paragraphs
from graphkit.loaders.ari_contacts import (
    is_contact_line,
    kept_contact,
    without_addresses,
    without_contacts,
)
from graphkit.loaders.ari_html import html_to_page_text, is_html
from graphkit.loaders.ari_projects import (
    UNLABELLED,
    Line,
    projects_by_labels,
    projects_by_marks,
    read_line,
    without_partial_label,
)
from graphkit.loaders.intake import Intake
from graphkit.loaders.reading import read_text
from graphkit.model import ProjectMention, ResearchQuestion, Topic
from graphkit.text import clean_line, clean_text, optional_text, redact_emails

_NOTE = re.compile(r"\[note:\s*(.*?)\s*\]?", re.IGNORECASE)
_ADDRESS = re.compile(r"\bari\.org\.uk/aris/0*([1-9][0-9]{0,11})\b", re.IGNORECASE)
_ADDRESS_LINE = re.compile(
    r"(?:https?://)?(?:www\.)?ari\.org\.uk/aris/[0-9]{1,12}/?", re.IGNORECASE
)
_BULLET = re.compile(r"\s*(?:[•·●▪*–-]|\(?\d{1,2}[.)])\s+")
_MARKDOWN_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*\)")


def recognises(head: bytes) -> bool:
    """Whether this is a question page: label lines that other texts do not have.

    >>> recognises(b"Why?\\n\\nRelated UKRI funded projects\\n")
    True
    >>> recognises(b"A report. Funded by: a charity\\n")
    False
    """
    text = head.decode("utf-8", "replace")
    if re.match(r"\s*(?:\{|\[\s*[\[{\"\d\]]|<\?xml)", text):
        return False
    if is_html(text):
        text = html_to_page_text(text)
    kinds = [read_line(raw).kind for raw in text.split("\n")]
    if {"related", "similar", "document"} & set(kinds):
        return True
    funders = kinds.count("funder")
    return funders > 1 or (funders == 1 and ("lead" in kinds or "why" in kinds))


def load(stream: BinaryIO, intake: Intake) -> Iterator[ResearchQuestion]:
    """The question of one page, with the projects listed on it.

    Raises InputError for a document that is too long to be a page.

    >>> import io
    >>> page = "Does it work?\\nRelated UKRI funded projects\\n• A trial\\nFunded by: MRC\\n"
    >>> [q] = load(io.BytesIO(page.encode()), Intake("page-12.txt"))
    >>> q.key, q.projects[0].title, q.projects[0].funder, q.truncated
    ('12', 'A trial', 'MRC', True)
    """
    text = read_text(stream, intake)
    if is_html(text):
        text = html_to_page_text(text)
    text = re.sub(r"\r\n?|[\x0b\x0c\u2028\u2029]", "\n", text)
    page = _read_page(text, intake)
    key, url = _page_id(text, page, intake)
    if page.question is None and page.background is None and not page.projects:
        intake.reject("page", "", "nothing of a question page in it", text[:200])
        return
    next_steps = "\n".join(page.next_steps)
    yield ResearchQuestion(
        locator="page",
        note=page.note,
        key=key,
        text=page.question,
        background=page.background,
        next_steps=(paragraphs(next_steps) or None) if intake.keep_contacts else None,
        question_set=page.document,
        url=url,
        placeholder=key.isdecimal() and int(key) > FIRST_PLACEHOLDER,
        archived=page.archived,
        contact=_mailboxes(next_steps, intake),
        topics=tuple(Topic(scheme="field", label=label) for label in page.fields),
        similar_titles=page.similar,
        projects=page.projects,
        from_page=True,
        truncated=page.truncated,
    )


@dataclass
class _Page:
    """What was read of a page so far."""

    note: str | None = None
    archived: bool | None = None
    question: str | None = None
    background: str | None = None
    next_steps: list[str] = field(default_factory=list)
    document: str | None = None
    fields: tuple[str, ...] = ()
    projects: tuple[ProjectMention, ...] = ()
    similar: tuple[str, ...] = ()
    truncated: bool = False
    addresses: list[str] = field(default_factory=list)


def _read_page(text: str, intake: Intake) -> _Page:
    page = _Page()
    lines = [read_line(raw) for raw in text.split("\n")]
    lines = _take_first_lines(lines, page)
    open_end = bool(lines) and bool(lines[-1].text)  # the text ends without a newline
    lines, partial = without_partial_label(lines)
    kinds = {line.kind for line in lines}
    if "related" in kinds or "funder" not in kinds:
        sections = _sections(lines)
        page.truncated = partial or "similar" not in kinds
        open_end = open_end and page.truncated and not partial
        page.projects = projects_by_marks(sections.get("related", []), open_end, intake)
    else:
        preface, page.projects, cut, rest = projects_by_labels(lines, intake)
        sections = _sections(preface) | {"similar": rest}
        page.truncated = partial or cut
        if "background" not in sections:  # layout C does not give the question
            sections = {**sections, "start": [], "background": sections.get("start", [])}
    _read_preface(sections, page, intake)
    if page.truncated and open_end and list(sections)[-1:] == ["document"]:
        page.document = None  # cut inside the title
    page.similar = _similar_titles(sections.get("similar", []))
    return page


def _take_first_lines(lines: list[Line], page: _Page) -> list[Line]:
    """The note, the page's address and "Archived" stand before the question."""
    start = 0
    for start, line in enumerate(lines):
        match = _NOTE.fullmatch(line.text)
        if match and page.note is None:
            page.note = optional_text(redact_emails(match[1]))
            page.addresses += _ADDRESS.findall(match[1])
        elif _ADDRESS_LINE.fullmatch(line.text):
            page.addresses += _ADDRESS.findall(line.text)
        elif line.text.strip("*[]() ").casefold() == "archived" and page.archived is None:
            page.archived = True
        elif line.text:
            return lines[start:]
    return []


def _sections(lines: list[Line]) -> dict[str, list[Line]]:
    """Lines by heading. Once projects or similar questions are listed, only these two change."""
    sections: dict[str, list[Line]] = {}
    current = "start"
    for line in lines:
        late = current in ("related", "similar")
        if line.kind in (("related", "similar") if late else _HEADINGS):
            current = line.kind
            sections.setdefault(current, [])
            if line.value:
                sections[current].append(Line(0, line.value, UNLABELLED, ""))
        else:
            sections.setdefault(current, []).append(line)
    return sections


_HEADINGS = ("background", "next", "source", "document", "fields", "related", "similar")


def _read_preface(sections: dict[str, list[Line]], page: _Page, intake: Intake) -> None:
    start = _stripped(sections.get("start", []))
    background = sections.get("background")
    if background is None:
        start, background = _question_and_background(start)
    if "next" not in sections:
        background, contacts = _before_contacts(background)
        page.next_steps = contacts
    else:
        page.next_steps = [line.text for line in sections["next"] if line.text]
    question = "\n".join(line.text for line in start if line.text)
    page.question = optional_text(without_contacts(question, intake) or without_addresses(question))
    told = "\n".join(line.text for line in background if line.text)
    page.background = paragraphs(without_contacts(told, intake)) or None
    document = [
        line.text for line in sections.get("source", []) + sections.get("document", []) if line.text
    ]
    if document:
        page.document = clean_line(_MARKDOWN_LINK.sub(r"\1", document[0])) or None
    if len(document) > 1:
        intake.warn("text beside the source document's title was left out")
    fields = (
        clean_line(_BULLET.sub("", part, count=1))
        for line in sections.get("fields", [])
        for part in re.split(r"[;•|]", line.text)
    )
    page.fields = tuple({label.casefold(): label for label in fields if label}.values())


def _stripped(lines: list[Line]) -> list[Line]:
    """Without blank lines at both ends."""
    filled = [i for i, line in enumerate(lines) if line.text]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _question_and_background(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Split what has no heading: at two blank lines, else after the first paragraph.

    A list right after the first paragraph belongs to the question if that
    paragraph introduces it.
    """
    for i in range(1, len(lines)):
        if not lines[i - 1].text and not lines[i].text:
            return lines[:i], lines[i:]
    by_blanks = any(not line.text for line in lines)
    end = 0
    while end < len(lines):
        end += 1
        while by_blanks and end < len(lines) and lines[end].text:
            end += 1
        following = next((i for i in range(end, len(lines)) if lines[i].text), None)
        opened = lines[end - 1].text.endswith(":") or _BULLET.match(lines[end - 1].text)
        if following is None or not (opened and _BULLET.match(lines[following].text)):
            break
        end = following
    return lines[:end], lines[end:]


def _before_contacts(lines: list[Line]) -> tuple[list[Line], list[str]]:
    """A background, and from its first contact line on what would be under "Next steps"."""
    for i, line in enumerate(lines):
        if is_contact_line(line.text):
            return lines[:i], [rest.text for rest in lines[i:] if rest.text]
    return lines, []


def _mailboxes(next_steps: str, intake: Intake) -> str | None:
    """Team mailboxes only: with `keep_contacts` the rest stands in `next_steps`."""
    return kept_contact(next_steps, Intake(intake.file))


def _similar_titles(lines: list[Line]) -> tuple[str, ...]:
    """One title for each item; without bullets, each line is one."""
    filled = [line.text for line in lines if line.text and not _ADDRESS_LINE.fullmatch(line.text)]
    marked = [i for i, text in enumerate(filled) if _BULLET.match(text + " ")]
    titles: list[str] = []
    for i in marked or range(len(filled)):
        title = _BULLET.sub("", filled[i] + " ", count=1) if marked else filled[i]
        if not title.strip() and i + 1 < len(filled) and i + 1 not in marked:
            title = filled[i + 1]  # the mark stands on a line of its own
        titles.append(clean_line(redact_emails(_MARKDOWN_LINK.sub(r"\1", title))))
    return tuple(title for title in titles if title)


def _page_id(text: str, page: _Page, intake: Intake) -> tuple[str, str | None]:
    """The question's id and address: by the file's name, an address inside, else by content."""
    if not page.addresses:
        before_projects = re.split(r"related ukri funded projects", text, flags=re.IGNORECASE)[0]
        page.addresses += _ADDRESS.findall(before_projects)
    inside = page.addresses[0] if page.addresses else None
    name = re.split(r"[/\\]", intake.file)[-1]
    name = re.sub(r"(?:\.[A-Za-z][A-Za-z0-9]{0,5})+$", "", name)
    name = re.sub(r"\s*\(\d+\)$", "", name)  # a browser's mark of a second copy
    numbers = [number.lstrip("0") for number in re.findall(r"[0-9]+", name)]
    if numbers and 0 < len(numbers[-1]) <= 12:
        if inside is not None and inside != numbers[-1]:
            intake.warn("the file's name and the address on the page give different ids")
            return numbers[-1], None
        key = numbers[-1]
    elif inside is not None:
        key = inside
    else:
        digest = hashlib.sha256(clean_text(text).encode("utf-8", "replace")).hexdigest()
        return f"page-{digest[:12]}", None
    return key, f"https://ari.org.uk/aris/{inside}" if inside else None


LOADER = Loader(
    name="ari-page",
    title="ARI question page",
    precedence=40,
    recognises=recognises,
    load=load,
)
