"""Figures: how many and how much, counted from columns of the data.

A region or a council has thousands of projects, and queries take seconds to add them up. So what
is counted is read from the store once for each snapshot, as columns of numbers, and whoever wants
figures counts in them within milliseconds. The named queries say the same (tests compare them).
"""

from graphkit.figures.changed import Changed
from graphkit.figures.columns import Columns
from graphkit.figures.counting import ANY, Portfolio, Tallies, Tally
from graphkit.figures.files import FIGURES, opened, save
from graphkit.figures.following import followed
from graphkit.figures.reading import read, read_statements
from graphkit.figures.statements import Statements, StatementsOf, Things

__all__ = [
    "ANY",
    "FIGURES",
    "Changed",
    "Columns",
    "Portfolio",
    "Statements",
    "StatementsOf",
    "Tallies",
    "Tally",
    "Things",
    "followed",
    "opened",
    "read",
    "read_statements",
    "save",
]
