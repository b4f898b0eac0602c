"""`graphkit cite`."""

from __future__ import annotations

import click

from graphkit.cli.options import Settings, graph_option, named_by_extension, opened
from graphkit.errors import UsageError

FORMATS = ("text", "bibtex", "cff", "datacite")


@click.command("cite")
@click.argument("snapshot", default="current")
@click.option(
    "--format",
    "--as",
    "form",
    type=click.Choice(FORMATS),
    help="Default: by the extension of -o (.txt, .bib, .cff, .json), else text.",
)
@click.option("-o", "--output", default="-", help="File to write; - is standard output.")
@click.option("--title", help="What the data set is called.")
@click.option("--author", "authors", multiple=True, help="Who publishes it; repeatable.")
@click.option("--publisher", default="", help="Where it is published, if not by the first author.")
@click.option("--url", default="", help="The address at which it is published.")
@graph_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    snapshot: str,
    form: str | None,
    output: str,
    title: str | None,
    authors: tuple[str, ...],
    publisher: str,
    url: str,
) -> None:
    """Print how the data are to be cited: snapshot, sources, licences.

    SNAPSHOT is an id, current, previous, a date or a folder.

    \b
    Examples:
      graphkit cite
      graphkit cite -o CITATION.cff --author "What Works Centre" --url https://example.org/data
      graphkit cite --as datacite -o datacite.json
    """  # fmt: skip
    from graphkit.changes import choose
    from graphkit.provenance.citation import TITLE, citation, one_line
    from graphkit.provenance.citation_formats import BY_EXTENSION, WRITERS
    from graphkit.rdf.terms import web_iri

    chosen = form or named_by_extension(output, BY_EXTENSION)
    address = web_iri(url) if url else None
    if url and address is None:
        raise UsageError(f"{url}: no web address", hint="as --url https://example.org/data")
    named = [one_line(name) for name in authors]
    called = TITLE if title is None else one_line(title)
    if not all((called, *named)):
        raise UsageError("an empty name is none", hint="leave the option away")
    cited = citation(
        choose(settings.graph, snapshot),
        title=called,
        authors=named,
        publisher=one_line(publisher),
        address=address[1:-1] if address else "",
    )
    with opened(output) as out:
        out.write(WRITERS[chosen](cited))
