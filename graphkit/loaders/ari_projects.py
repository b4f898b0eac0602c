"""The list of related projects on a question page, in any of its layouts.

Where projects are marked (a bullet, a lone dash), each mark begins one. In
layout C nothing marks them: "Funded by:" lines are the only fixed points, a
blurb stands before each and ends in "...", an explanation does not.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from graphkit.loaders.ari_api import grant_reference
from graphkit.loaders.intake import Intake
from graphkit.model import ProjectMention
from graphkit.text import clean_line, redact_emails

UNLABELLED = ""


class Line(NamedTuple):
    """A line of a page: `kind` names the label it is or begins with, `value` what follows."""

    indent: int
    text: str
    kind: str
    value: str


_HEADINGS = {
    "background": "background",
    "source": "source",
    "next steps": "next",
    "research fields": "fields",
    "related ukri funded projects": "related",
    "similar aris from other organisations": "similar",
}
_HEADING = re.compile(r"#{0,6}\s*\**([a-z ]{4,40}?)\**\s*(?:\(\d+\))?\s*:?\**", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"\**this question was published as part of the set of aris in this document\s*:?\**\s*(.*)",
    re.IGNORECASE,
)
_FUNDER = re.compile(r"(?:[-•*]\s+)?\**funded by\**\s*:\**\s*(.*)", re.IGNORECASE)
_LEAD = re.compile(r"(?:[-•*]\s+)?\**lead research organi[sz]ation\**\s*:\**\s*(.*)", re.IGNORECASE)
_WHY = re.compile(
    r"(?:[-•*]\s+)?#{0,6}\s*\**why might this be relevant\s*\?\**\s*(.*)", re.IGNORECASE
)
_LABELS = (
    *_HEADINGS,
    "this question was published as part of the set of aris in this document:",
    "funded by:",
    "lead research organisation:",
    "why might this be relevant?",
)
_BULLET = re.compile(r"[•·●▪]\s*")
_DASH = re.compile(r"[-–*]\s+")
_STRONG = re.compile(r"(\*\*|__)(.*?)\1")
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
_EXPLAINS = re.compile(
    r"(?:the|this|these)\s+(?:\w+\s+)?(?:project|research|stud(?:y|ies)|programme|proposal"
    r"|authors?|work|grant|team|fellowship|network|award|paper)s?\b|.*\bthe question\b",
    re.IGNORECASE,
)
_SHORTEST_BLURB = 40


def read_line(raw: str) -> Line:
    """A line cleaned and told what it is.

    >>> read_line("    Funded by: ESRC")
    Line(indent=4, text='Funded by: ESRC', kind='funder', value='ESRC')
    """
    indent = len(raw) - len(raw.lstrip())
    text = clean_line(raw)
    for kind, pattern in _VALUED:
        if match := pattern.fullmatch(text):
            return Line(indent, text, kind, match[1].strip())
    match = _HEADING.fullmatch(text)
    kind = _HEADINGS.get(" ".join(match[1].casefold().split()), UNLABELLED) if match else UNLABELLED
    return Line(indent, text, kind, "")


_VALUED = (("funder", _FUNDER), ("lead", _LEAD), ("why", _WHY), ("document", _DOCUMENT))


def without_partial_label(lines: list[Line]) -> tuple[list[Line], bool]:
    """Drop a last line that is the beginning of a label: there the page was cut."""
    if not lines or not lines[-1].text or lines[-1].kind:
        return lines, False
    if not any(line.text for line in lines[:-1]):  # a question may begin with "W", too
        return lines, False
    last = lines[-1].text.strip("*# ").casefold()
    if any(label.startswith(last) for label in _LABELS):
        return lines[:-1], True
    return lines, False


def projects_by_marks(
    lines: list[Line], open_end: bool, intake: Intake
) -> tuple[ProjectMention, ...]:
    """The projects of layouts A and B.

    With `open_end` the page was cut inside its last line: a name that stands
    there is left out, for half a name is another name.
    """
    blocks = _blocks(lines, intake)
    if blocks is None:
        if not any(line.kind == "funder" for line in lines):
            if any(line.text for line in lines):
                intake.warn("the list of related projects has no marks and no funders: not read")
            return ()
        return projects_by_labels(lines, intake)[1]
    mentions: list[ProjectMention] = []
    for number, block in enumerate(blocks, 1):
        mention = _read_block(block, len(mentions) + 1, open_end and number == len(blocks), intake)
        if mention is not None:
            mentions.append(mention)
    return tuple(mentions)


def _blocks(lines: list[Line], intake: Intake) -> list[list[Line]] | None:
    """Lines by project, the mark taken off; None if nothing marks projects."""
    if any(_BULLET.match(line.text) for line in lines):
        mark = _BULLET
    elif any(line.text in ("-", "–") for line in lines):
        mark = re.compile(r"[-–]$")
    elif any(_DASH.match(line.text) and not line.kind for line in lines):
        mark = _DASH
    else:
        return None
    blocks: list[list[Line]] = []
    first_indent = 0
    funded = False  # the project being read has its "Funded by:" line
    texts = 0  # and so many lines of text
    for line in lines:
        match = None if line.kind else mark.match(line.text)
        # A mark begins the next project, unless it is a list inside the last one's text.
        if match and (
            not blocks
            or line.text in ("-", "–")
            or (
                line.indent <= first_indent
                and (funded or texts < 2 or _is_blurb(blocks[-1][-1].text))
            )
        ):
            first_indent = first_indent if blocks else line.indent
            blocks.append([])
            funded, texts = False, 0
            line = read_line(line.text[match.end() :])
        elif not blocks:
            if line.text:
                intake.warn("text before the first project was left out")
            continue
        if line.text:
            blocks[-1].append(line)
            funded = funded or line.kind == "funder"
            texts += 1
    return blocks


def _read_block(
    block: list[Line], position: int, open_end: bool, intake: Intake
) -> ProjectMention | None:
    if not block:
        return None
    head: list[str] = []
    found: dict[str, str] = {}
    explanation: list[str] = []
    state = "head"
    for line in block:
        if line.kind in ("funder", "lead", "why"):
            state = line.kind
            if line.kind == "why":
                explanation += [line.value] if line.value else []
            elif line.kind in found:
                intake.warn("a second funder or lead organisation under one project was left out")
            elif line.value:
                found[line.kind] = line.value
        elif state == "head":
            head.append(line.text)
        elif state == "why":
            explanation.append(line.text)
        elif state not in found and _is_name(line.text):
            found[state] = line.text  # a label and its value on two lines
        elif _EXPLAINS.match(line.text):
            explanation.append(line.text)
            state = "why"
        else:
            intake.warn("text beside the labels of a project was left out")
    if open_end and state in ("funder", "lead") and block[-1].text.endswith(found.get(state, "\n")):
        _drop_cut_name(found, state)
    title, url = _title(head)
    blurb = _plain(" ".join(head[1:] if title else head))
    if open_end and state == "head" and len(head) == 1 and title:
        intake.warn("the page ends inside a project's title: that project was left out")
        return None
    if not (title or blurb or found):
        return None
    return ProjectMention(
        position=position,
        title=title,
        reference=grant_reference(url) if url else None,
        url=url,
        funder=_name(found.get("funder")),
        lead_organisation=_name(found.get("lead")),
        blurb=blurb,
        explanation=_plain(" ".join(explanation)),
    )


_WHOLE_FUNDER = re.compile(
    r"AHRC|BBSRC|EPSRC|ESRC|MRC|NERC|NC3Rs|STFC|UKRI|Innovate UK|GCRF|Horizon Europe Guarantee"
)


def _drop_cut_name(found: dict[str, str], kind: str) -> None:
    """Half a name is another name; only a funder that is known to be whole may stay."""
    if kind == "lead" or not _WHOLE_FUNDER.fullmatch(found.get(kind, "")):
        found.pop(kind, None)


def _title(head: list[str]) -> tuple[str | None, str | None]:
    """Title and address. A lone line that ends like a blurb is a blurb without a title."""
    if not head or (len(head) == 1 and _is_blurb(head[0]) and len(head[0]) > 100):
        return None, None
    link = _LINK.fullmatch(head[0])
    text = link[1] if link else head[0]
    return _plain(text), link[2] if link else None


def projects_by_labels(
    lines: list[Line], intake: Intake
) -> tuple[list[Line], tuple[ProjectMention, ...], bool, list[Line]]:
    """Layout C: what stands before the projects, the projects, whether cut, similar questions."""
    ends = [i for i, line in enumerate(lines) if line.kind == "similar"]
    rest = lines[ends[0] + 1 :] if ends else []
    lines = [line for line in (lines[: ends[0]] if ends else lines) if line.text]
    starts = [i for i, line in enumerate(lines) if line.kind == "funder"]
    if not starts:
        return lines, (), False, rest
    first = starts[0]
    has_blurb = first > 0 and not lines[first - 1].kind
    preface = lines[: first - 1] if has_blurb else lines[:first]
    blurb = lines[first - 1].text if has_blurb else ""
    mentions: list[ProjectMention] = []
    cut = False
    for number, start in enumerate(starts):
        last = number + 1 == len(starts)
        between = lines[start + 1 : len(lines) if last else starts[number + 1]]
        lead = next((line.value for line in between if line.kind == "lead"), "")
        labelled = any(line.kind == "why" for line in between)
        texts = [line.value or line.text for line in between if line.kind in (UNLABELLED, "why")]
        texts = [text for text in texts if not _WHY.fullmatch(text)]
        if last:
            explanation, following, cut = _after_last(texts, intake)
            cut = cut or (not lines[-1].value and lines[-1].kind in ("funder", "lead"))
        else:
            explanation, following = _between(texts, labelled)
        mentions.append(
            ProjectMention(
                position=number + 1,
                funder=_name(lines[start].value),
                lead_organisation=_name(lead),
                blurb=_plain(blurb),
                explanation=_plain(explanation),
            )
        )
        blurb = following
    if blurb:
        mentions.append(ProjectMention(position=len(mentions) + 1, blurb=_plain(blurb)))
    return preface, tuple(mentions), cut, rest


def _between(texts: list[str], labelled: bool) -> tuple[str, str]:
    """The explanation of one project and the blurb of the next.

    One line alone is the blurb: every project has one, not every project an
    explanation.
    """
    if not texts:
        return "", ""
    explains = labelled or _EXPLAINS.match(texts[0]) is not None
    if len(texts) == 1:
        return (texts[0], "") if explains and not _is_blurb(texts[0]) else ("", texts[0])
    if _is_blurb(texts[0]) or (len(texts) > 2 and not explains):
        return "", " ".join(texts)
    return " ".join(texts[:-1]), texts[-1]


def _after_last(texts: list[str], intake: Intake) -> tuple[str, str, bool]:
    """What follows the last funder: explanation, blurb of a project cut off, whether cut."""
    if not texts:
        return "", "", False
    first, rest = texts[0], texts[1:]
    if _is_blurb(first):
        return "", first, True
    whole = first.endswith((".", "!", "?", ")", '"', "”"))
    if whole or _EXPLAINS.match(first):
        if not rest:
            return first, "", not whole
        if _is_blurb(rest[0]) or len(rest[0]) >= _SHORTEST_BLURB:
            return first, rest[0], True
        return first, "", True
    if len(first) >= _SHORTEST_BLURB:
        return "", first, True
    intake.warn("the page ends in a few words that belong to no project")
    return "", "", True


def _is_blurb(text: str) -> bool:
    return text.endswith(("..", "…"))


def _is_name(text: str) -> bool:
    return len(text) <= 80 and not text.endswith((".", "?", "…", ":"))


def _plain(text: str) -> str | None:
    """Without markdown's marks, links' addresses and e-mail addresses."""
    text = _STRONG.sub(r"\2", _LINK.sub(r"\1", text)).replace("**", "")
    return clean_line(redact_emails(text)) or None


def _name(text: str | None) -> str | None:
    return _plain(text) if text else None
