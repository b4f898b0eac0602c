"""The long texts of Gateway to Research records: cleaned, and filler told from abstract."""

from __future__ import annotations

from graphkit.loaders.intake import Intake
from graphkit.text import clean_text, fold, redact_emails

# How texts begin (folded) that stand in an abstract's place and say nothing of
# the research. Chosen among the short and repeated ones of 43,733 records.
_FILLER = frozenset(
    {
        "abstracts are not currently available in gtr",
        "already described in",
        "already submitted",
        "as defined in the case for support",
        "as described in proposal submitted",
        "as detailed in application",
        "as for original submission",
        "as per plan already submitted",
        "detailed in lead institution",
        "detailed in the lead organi",
        "detailed in vr main application",
        "n a ",
        "no abstract ",
        "not needed for this",
        "not required",
        "please refer to ",
        "please see ",
        "see accompanying document",
        "see atlas upgrade pro",
        "see attached",
        "see award n",
        "see case ",
        "see grant ref",
        "see joint proposal",
        "see lead ",
        "see main ",
        "see objectives",
        "see original proposal",
        "see part 2",
        "see pdf document",
        "see previous ",
        "see previously submitted",
        "see proposal",
        "see the attached",
        "see the original proposal",
        "see text for lead",
        "see text in lead",
        "see text supplied by lead",
        "submitted by partner institution",
        "summary in original application",
        "this is confidential information",
        "to be supplied at a later date",
        "united states of america",
    }
)
_FILLER_STARTS = tuple(sorted(_FILLER))
_FILLER_LENGTH = 250  # a longer text that begins so goes on to tell something
_ALWAYS_FILLER = "Abstracts are not currently available in GtR"


def is_filler(text: str) -> bool:
    """Whether a text stands where an abstract should and is none.

    >>> is_filler("Not required."), is_filler("N/A"), is_filler("See how otters came back")
    (True, True, False)
    """
    if text.startswith(_ALWAYS_FILLER):
        return True
    if len(text) > _FILLER_LENGTH:
        return False
    folded = fold(text)
    # One or two words are no abstract: a country's name, "UK", "xx", "N/A", ".".
    return folded.count(" ") < 2 or folded.startswith(_FILLER_STARTS)


def prose(value: object, field: str, locator: str, intake: Intake) -> str | None:
    """An abstract: plain text without e-mail addresses, None where it is filler."""
    if value is None:
        return None
    if not isinstance(value, str):
        intake.reject(locator, field, "not text", value)
        return None
    text = clean_text(value)
    if text and is_filler(text):
        intake.warn(f"filler in the place of a text was dropped: {field}")
        return None
    return redact_emails(text) or None
