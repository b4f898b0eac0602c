"""Figures: how many and how much, counted from columns of the data.

A region or a council has thousands of projects, and queries take seconds to add them up. So what
is counted is read from the store once for each snapshot, as columns of numbers, and every page
counts in them within milliseconds. The named queries say the same (tests compare them).
"""

from graphkit.server.site.figures.columns import Columns
from graphkit.server.site.figures.counting import ANY, Portfolio, Tallies, Tally
from graphkit.server.site.figures.kept import columns

__all__ = ["ANY", "Columns", "Portfolio", "Tallies", "Tally", "columns"]
