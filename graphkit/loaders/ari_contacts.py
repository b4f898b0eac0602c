"""Contacts in the ARI database: named people are dropped, a team's mailbox may stay.

Shared by the loaders of API records and of question pages.
"""

from __future__ import annotations

import re

from graphkit.loaders.intake import Intake
from graphkit.text import emails, optional_text, redact_emails

# A mailbox counts as a team's only if its name says so. Long words count anywhere
# in the name; short ones only as a whole part, because people's names hold them
# too ("ari" in "maria", "team" in "steam").
_TEAM_STEMS = re.compile(
    r"research|scien(?:ce|tific)|analy(?:sis|tical|tics)|advis[eo]r|evidence|enquir|inquir"
    r"|mailbox|correspondence|statistic|secretariat|evaluation|^team|team$"
)
_TEAM_PART = re.compile(
    r"aris?|info|teams?|offices?|contact(?:s|us)?|d?csa|data|help(?:desk)?|inbox|admin"
    r"|engagement|press|policy|unit"
)
_FILLER = re.compile(
    r"ps|of|and|for|the|chief|areas?|interests?|central|general|group|uk|gov", re.IGNORECASE
)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def is_team_mailbox(address: str) -> bool:
    """Whether an e-mail address is clearly a team's and no person's; in doubt it is not.

    >>> is_team_mailbox("psChiefScientificAdviser@levellingup.gov.uk")
    True
    >>> is_team_mailbox("maria.stone@example.gov.uk"), is_team_mailbox("ari.team@example.gov.uk")
    (False, True)
    """
    local = address.partition("@")[0]

    def speaks(part: str) -> bool:
        lowered = part.lower()
        if _TEAM_PART.fullmatch(lowered):
            return True
        # What stays beside the word may be initials ("dftresearch"), but no surname.
        rest, found = _TEAM_STEMS.subn("", lowered)
        return found > 0 and len(_FILLER.sub("", rest)) <= 4

    sections = [s for s in re.split(r"[^A-Za-z]+", local) if s]
    parts = [part for section in sections for part in _PARTS.findall(section)]
    if not any(speaks(part) for part in parts):
        return False
    others = [p for p in parts if not speaks(p) and not _FILLER.fullmatch(p)]
    # "jo.research" may be a person in research: with separators every part must speak.
    if len(sections) > 1:
        return not others
    return len(others) <= 1 and all(len(part) <= 5 for part in others)


# From such a line on, a text without headings names people.
_CONTACT = re.compile(
    r"\S@\S|^(?:please\s+|to\s+)?(?:get\s+in\s+touch|e-?mail\b|contact\b|lead\s+contacts?\b)"
    r"|^the\s+(?:lead\s+)?contacts?\b|^for\s+(?:more|further)\s+information\b"
    r"|^if\s+you\s+(?:would\s+like|wish|want)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.,/£$€+-])(?:\+\d{1,3}[ -]?(?:\(0\)[ -]?)?|\(?0)\d{1,5}\)?"
    r"(?:[ -]?\d{2,8}){1,4}(?![\w/]|[.,-]\d)"
)
_ADDRESS = re.compile(r"[^\s(@]@\w")
_CALLED = re.compile(
    r"\b(?:contacts?|get\s+in\s+touch|tel|telephone|phone|mobile|call|ring|text|write\s+to|e-?mail"
    r"|speak\s+to|enquiries)\b",
    re.IGNORECASE,
)
_TITLED = r"(?:Sir|Dame|Lord|Lady|Dr|Prof|Professor|Mr|Mrs|Ms|Miss|Mx|Rev)\b\.?"
_NAME = rf"(?:{_TITLED}\s+(?:[A-Z]\.?\s+)*[A-Z]|[A-Z][a-z'’-]+\s+(?:[A-Z]\.?\s+)?[A-Z])[\w'’-]+"
_NAMED = re.compile(rf"\b{_NAME}")
_ONLY_NAMES = re.compile(
    rf"(?:[-•*]\s*)?(?:name:?\s*)?{_NAME}(?:\s+[A-Z][\w'’-]+)?(?:,\s+[^.!?]{{2,60}}|\s+\([^()]{{2,60}}\))?\.?"
)
# A contact whose address stands elsewhere, or was taken away upstream.
_NAMES_CONTACT = re.compile(
    r"(?:[-•*]\s*)?(?i:(?:the\s+)?(?:lead\s+|main\s+|key\s+|policy\s+|project\s+)?contacts?"
    r"(?:\s+(?:details|persons?|names?|points?|officers?))?)\s*(?::|[-–—](?=\s))"
    rf"\s*(?:{_NAME}.{{0,80}})?"
    r"|(?i:(?:please\s+|to\s+)?(?:contact|get\s+in\s+touch\s+with|e-?mail))\s+"
    rf"{_TITLED}\s.{{0,100}}"
    rf"|(?i:please\s+contact|(?:please\s+)?(?:get\s+in\s+touch\s+with|e-?mail))\s+{_NAME}\.?"
)
_SENTENCES = re.compile(
    r"(?<=[.!?])(?<!\b(?:Dr|Mr|Ms|No)\.)(?<!\b(?:Mrs|Rev|Tel|tel|ext)\.)(?<!\bProf\.)"
    r"(?<!\b[A-Z]\.)\s+(?=[A-Z(\"'“‘])"
)
PHONE_REDACTED = "[phone number removed]"


def is_contact_line(text: str) -> bool:
    """Whether a line names whom to ask: it holds an e-mail address or opens as such lines do.

    >>> is_contact_line("Get in touch with Jo"), is_contact_line("Social contact matters")
    (True, False)
    """
    return _CONTACT.search(text) is not None


def without_addresses(text: str) -> str:
    """Without e-mail addresses and phone numbers.

    >>> without_addresses("Call 020 7946 0000 or ask jo@x.org in 2024-25")
    'Call [phone number removed] or ask [e-mail address removed] in 2024-25'
    """
    return _PHONE.sub(
        lambda m: PHONE_REDACTED if _is_phone(m.group()) else m.group(), redact_emails(text)
    )


def _is_phone(text: str) -> bool:
    return 10 <= sum(c.isdigit() for c in text) <= 15


def without_contacts(text: str, intake: Intake) -> str:
    """Without the sentences that name a contact, unless contacts are kept.

    What stays has no e-mail address and no phone number.

    >>> without_contacts("It grows. Contact Jo Bloggs on 020 7946 0000.", Intake("f"))
    'It grows.'
    """
    if intake.keep_contacts:
        return text
    lines: list[list[str]] = [_SENTENCES.split(line) for line in text.split("\n")]
    flat = [(row, part) for row, parts in enumerate(lines) for part in parts if part]
    gone = [_gives_contact(part) for _, part in flat]
    if not any(gone):
        return without_addresses(text)
    # A name on a line of its own, and "Get in touch", go with the address beside them.
    for order in (range(1, len(flat)), range(len(flat) - 2, -1, -1)):
        step = 1 if order.step < 0 else -1
        for i in order:
            part = flat[i][1].strip()
            if gone[i + step] and (_ONLY_NAMES.fullmatch(part) or is_contact_line(part)):
                gone[i] = True
    held: dict[int, list[str]] = {}
    for (row, part), dropped in zip(flat, gone, strict=True):
        if not dropped:
            held.setdefault(row, []).append(part)
    return without_addresses("\n".join(" ".join(parts) for parts in held.values())).strip()


def _gives_contact(sentence: str) -> bool:
    """Whether a sentence gives a contact with an address or a number, or plainly names one."""
    sentence = sentence.strip()
    if _ADDRESS.search(sentence):
        return is_contact_line(sentence)
    if any(_is_phone(number) for number in _PHONE.findall(sentence)):
        if not re.search(r"[^\W\d_]", _PHONE.sub("", sentence)):
            return True
        return bool(_CALLED.search(sentence) or _NAMED.search(sentence)) or is_contact_line(
            sentence
        )
    return is_contact_line(sentence) and _NAMES_CONTACT.fullmatch(sentence) is not None


def kept_contact(text: str, intake: Intake) -> str | None:
    """What may stay of a contact text: everything if asked for, else team mailboxes.

    >>> kept_contact("Jo Bloggs, jo.bloggs@x.gov.uk or research@x.gov.uk", Intake("f"))
    'research@x.gov.uk'
    """
    if intake.keep_contacts:
        return optional_text(text)
    return "; ".join(dict.fromkeys(e for e in emails(text) if is_team_mailbox(e))) or None
