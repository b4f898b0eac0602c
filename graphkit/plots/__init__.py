"""Pictures for print, drawn without a browser: PNG, SVG and PDF.

Each kind of picture is listed in `PLOTS` with its parameters. Drawing needs matplotlib (the extra
`plot`); the list does not, so that help can be given without it.
"""

from graphkit.plots.catalogue import FORMS, PLOTS, Picture, Plot, save
from graphkit.plots.parameters import Parameter

__all__ = ["FORMS", "PLOTS", "Parameter", "Picture", "Plot", "save"]
