"""How numbers are written in pictures: short, with their units."""

from __future__ import annotations


def count(number: int) -> str:
    """A number with commas.

    >>> count(1234567)
    '1,234,567'
    """
    return f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> plural(1, "grant"), plural(1200, "grant"), plural(2, "body", "bodies")
    ('1 grant', '1,200 grants', '2 bodies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def money(pounds: float) -> str:
    """A sum of money, short: three figures are enough to compare.

    >>> money(19_751_183_439), money(43_524_129), money(9_900), money(0), money(999_960_000)
    ('£19.8bn', '£43.5m', '£9,900', '£0', '£1.00bn')
    """
    for size, sign in ((1e9, "bn"), (1e6, "m")):
        amount = abs(pounds) / size
        if amount >= 0.9995:
            places = 2 if amount < 9.995 else 1 if amount < 99.95 else 0
            return f"{'-' if pounds < 0 else ''}£{amount:,.{places}f}{sign}"
    return f"£{pounds:,.0f}"


def round_money(pounds: float) -> str:
    """A round sum of money, as on a scale: without noughts that say nothing.

    >>> round_money(1_500_000_000), round_money(600_000_000), round_money(2_500), round_money(0)
    ('£1.5bn', '£600m', '£2,500', '£0')
    """
    for size, sign in ((1e9, "bn"), (1e6, "m")):
        if abs(pounds) >= size:
            return f"£{pounds / size:,.6g}{sign}"
    return f"£{pounds:,.0f}"


def percent(part: int, whole: int) -> str:
    """A share; of what is few, that it is some.

    >>> percent(1, 3), percent(1, 3050), percent(0, 5), percent(3049, 3050), percent(0, 0)
    ('33%', '<1%', '0%', '>99%', '–')
    """
    if not whole:
        return "–"
    share = 100 * part / whole
    if 0 < share < 1:
        return "<1%"
    if 99 < share < 100:
        return ">99%"
    return f"{share:.0f}%"


def listed(parts: list[str]) -> str:
    """Words in a row.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
