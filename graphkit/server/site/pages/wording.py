"""How values are written on pages: numbers, money, days, degrees and origins.

All are filters or functions of the templates.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from graphkit.server.site.pages import blueprint

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DEGREES = ("full", "direct", "partial", "indirect", "unstated", "none")
"""How far a project speaks to a question, from the whole of it to not at all."""
DEGREE_NAMES = {
    "full": "Full",
    "direct": "Direct",
    "partial": "Partial",
    "indirect": "Indirect",
    "unstated": "Degree not stated",
    "none": "Does not speak to it",
}
ORIGINS = ("published-page", "published-link", "computed")
ORIGIN_NAMES = {
    "published-page": "Published on the page",
    "published-link": "Published link",
    "computed": "Computed",
}


@blueprint.app_template_filter("day")
def day(value: Any) -> str:
    """A day, a month or a year as people write it; what is none stays as it is.

    >>> day("2021-03-09T10:00:00Z"), day("2021"), day("soon"), day(None)
    ('9 March 2021', '2021', 'soon', '')
    """
    text = str(value or "")
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


@blueprint.app_template_filter("count")
def count(value: Any) -> str:
    """A number with commas.

    >>> count(1234567), count(None)
    ('1,234,567', '')
    """
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)


@blueprint.app_template_filter("pounds")
def pounds(value: Any) -> str:
    """A sum of money in whole pounds.

    >>> pounds(1234567.5), pounds(None)
    ('£1,234,568', '')
    """
    return f"£{value:,.0f}" if isinstance(value, int | float) else ""


@blueprint.app_template_filter("millions")
def millions(value: Any) -> str:
    """A large sum of money, short.

    >>> millions(1_234_567), millions(2_500_000_000), millions(9_900)
    ('£1.2 million', '£2.5 billion', '£9,900')
    """
    if not isinstance(value, int | float):
        return ""
    for size, name in ((1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"£{value / size:,.1f} {name}"
    return pounds(value)


@blueprint.app_template_filter("score")
def score(value: Any) -> str:
    """A score from 0 to 1, with two places.

    >>> score(0.8765), score(None)
    ('0.88', '')
    """
    return f"{value:.2f}" if isinstance(value, int | float) else ""


@blueprint.app_template_filter("plural")
def plural(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> plural(1, "project"), plural(1200, "project"), plural(2, "body", "bodies")
    ('1 project', '1,200 projects', '2 bodies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@blueprint.app_template_filter("degree_name")
def degree_name(code: str) -> str:
    """What a degree is called on pages.

    >>> degree_name("unstated")
    'Degree not stated'
    """
    return DEGREE_NAMES.get(code, code)


@blueprint.app_template_filter("origin_name")
def origin_name(code: str) -> str:
    """What an origin is called on pages.

    >>> origin_name("published-link")
    'Published link'
    """
    return ORIGIN_NAMES.get(code, code)


@blueprint.app_template_filter("heading")
def heading(column: str) -> str:
    """The name of a column as a heading.

    >>> heading("lead_organisation")
    'Lead organisation'
    """
    return column.replace("_", " ").capitalize()


@blueprint.app_template_filter("cut")
def cut(text: str, length: int) -> str:
    """A text cut at the end of a word, with an ellipsis where it was cut.

    >>> cut("one two three", 9), cut("one", 9)
    ('one two…', 'one')
    """
    if len(text) <= length:
        return text
    kept = text[:length]
    return f"{(kept.rpartition(' ')[0] or kept).rstrip(' ,;:.')}…"


@blueprint.app_template_filter("web")
def web(address: Any) -> str:
    """An address that may be linked to: http or https; anything else gives nothing.

    >>> web("https://example.org/"), web("javascript:alert(1)")
    ('https://example.org/', '')
    """
    text = str(address or "")
    return text if text.lower().startswith(("http://", "https://")) else ""
