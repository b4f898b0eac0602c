"""Writing a subgraph: looked at, told what is lost, written, described."""

from __future__ import annotations

from collections.abc import Callable

from graphkit.errors import FaultsFoundError
from graphkit.export.about import SIDE_FILE, About, about
from graphkit.export.format import Export, Format
from graphkit.export.output import Output
from graphkit.export.survey_file import survey_of
from graphkit.subgraph.subgraph import Subgraph

Tell = Callable[[str], None]


def export(
    subgraph: Subgraph,
    target: str,
    form: Format,
    *,
    strict: bool = False,
    tell: Tell = lambda _: None,
) -> About:
    """Write a subgraph into a file (or `-`), and beside it a file that says what it is.

    `tell` gets, before anything is written, what the format cannot hold. Raises UsageError
    where the target cannot be written, and with `strict` FaultsFoundError where anything would
    be lost; then nothing is written.
    """
    output = Output(target)
    found = survey_of(subgraph)
    lost = form.losses(found)
    for one in lost:
        tell(one)
    if lost and strict:
        raise FaultsFoundError(
            f"{form.title} does not hold all of it: nothing was written (--strict)",
            hint="choose another format with --as, or leave --strict out",
        )
    said = about(subgraph, found, form.name, lost)
    with output:
        form.write(Export(subgraph, found, said), output)
        if not output.is_stream:
            output.beside(SIDE_FILE).write(said.json())
    return said
