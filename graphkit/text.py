"""Cleaning and comparing text as publishers write it.

Upstream texts carry HTML, entities escaped once or twice, literal `\\n`,
control characters, characters that reorder what follows, and e-mail addresses
of people. What comes out of here is plain text in Unicode NFC.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

# C0 and C1 controls except tab and newline; lone surrogates; non-characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Marks that change the direction of text, zero-width characters and the byte
# order mark: invisible, able to make a name read differently from its value.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")
_BREAKING_TAG = re.compile(
    r"<\s*(?:br|/?p|/?div|/?li|/?ul|/?ol|/?h[1-6]|/?tr)\b[^<>]{0,300}>", re.IGNORECASE
)
_TAG = re.compile(r"</?(?:[a-zA-Z][a-zA-Z0-9]{0,15})(?:\s[^<>]{0,500})?/?>")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
# Anything that `clean_text` would have to change; most strings have none of it.
_DIRTY = re.compile(
    "[<&\\\\\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u0300-\u036f\u2000-\u200f\u2028-\u202f"
    "\u205f-\u2069\u3000\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]|  | \n|\n |\n\n\n"
)
REDACTED = "[e-mail address removed]"


_FAULTS = ("  ", " \n", "\n ", "\n\n\n", "<", "\\")


def printable(text: str) -> str:
    r"""Text that a terminal shows as it is: whatever would move or colour it is marked.

    >>> printable("a\x1b[31m") == "a\ufffd[31m"
    True
    """
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _plain_ascii(text: str) -> str | None:
    """Clean ASCII text that needs little, or None where it needs more.

    Nine tenths of the bytes of real sources are abstracts that need no more
    than their entities resolved and spaces at the ends of lines taken away.
    """
    if "&" in text:
        for _ in range(3):
            unescaped = html.unescape(text)
            if unescaped == text:
                break
            text = unescaped
    if "\n" in text:
        text = text.replace("  \n", "\n").replace(" \n", "\n").replace("\n ", "\n")
        printable = text.replace("\n", "").isprintable()
    else:
        printable = text.isprintable()
    if printable and text.isascii() and not any(fault in text for fault in _FAULTS):
        return text.strip()
    return None


def clean_text(text: str) -> str:
    """Plain text: no markup, no entities, no control or invisible characters.

    Paragraphs stay separated by newlines; runs of spaces become one.

    >>> clean_text("R&amp;amp;D <b>and</b>\\xa0growth<br>in the\\u202e North")
    'R&D and growth\\nin the North'
    >>> clean_text("a < b and c > d")
    'a < b and c > d'
    """
    if text.isascii():
        plain = _plain_ascii(text)
        if plain is not None:
            return plain
    elif not _DIRTY.search(text):
        return text.strip()
    if "\\" in text:
        text = text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\t", " ")
    for _ in range(3):  # entities are escaped up to twice upstream
        if "&" not in text:
            break
        unescaped = html.unescape(text)
        if unescaped == text:
            break
        text = unescaped
    if "<" in text:
        text = _TAG.sub("", _BREAKING_TAG.sub("\n", text))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = _INVISIBLE.sub("", _CONTROL.sub("", text))
    text = unicodedata.normalize("NFC", text)
    text = "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip()


def clean_line(text: str) -> str:
    """`clean_text` on one line: a name or a title.

    >>> clean_line("West  Midlands\\n Combined Authority ")
    'West Midlands Combined Authority'
    """
    cleaned = clean_text(text)
    return " ".join(cleaned.split()) if "\n" in cleaned else cleaned


def optional_text(value: object) -> str | None:
    """Cleaned text, or None where nothing readable is left or it is no text.

    >>> optional_text("  "), optional_text(None), optional_text(" x ")
    (None, None, 'x')
    """
    return (clean_text(value) or None) if isinstance(value, str) else None


def optional_line(value: object) -> str | None:
    """Like `optional_text`, on one line."""
    return (clean_line(value) or None) if isinstance(value, str) else None


def redact_emails(text: str) -> str:
    """Replace every e-mail address.

    >>> redact_emails("write to jo.bloggs@example.ac.uk today")
    'write to [e-mail address removed] today'
    """
    return _EMAIL.sub(REDACTED, text) if "@" in text else text


def emails(text: str) -> list[str]:
    """All e-mail addresses in a text, in order."""
    return _EMAIL.findall(text) if "@" in text else []


def is_unicode(text: str) -> bool:
    """Whether a text holds no lone surrogates, as bytes from a terminal in another encoding give.

    >>> is_unicode("Ynys Môn"), is_unicode("Ynys M\\udcf4n")
    (True, False)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A key for comparing names: case, accents, punctuation and "&" do not count.

    >>> fold("Culture, Media & Sport"), fold("Ynys Môn")
    ('culture media and sport', 'ynys mon')
    >>> fold("\U0001f130")
    'a'
    """
    text = clean_line(text).replace("&", " and ").replace("'", "").replace("\u2019", "")
    text = text.casefold()
    if not text.isascii():
        # Taken apart, some signs are capitals: a squared A is none before.
        text = unicodedata.normalize("NFKD", text).casefold()
        text = "".join(c for c in text if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", text).strip()


def slug(text: str) -> str:
    """A stable key for an IRI: folded words joined by hyphens, ASCII only.

    >>> slug("Scottish Government: Marine Directorate")
    'scottish-government-marine-directorate'
    """
    return "-".join(fold(text).encode("ascii", "ignore").decode().split())
