"""`graphkit link`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from graphkit.cli.model_options import model_choice, model_options, tell_method
from graphkit.cli.options import F, ProgressLine, Settings, graph_option, note
from graphkit.errors import GraphkitError, SnapshotError, UsageError

if TYPE_CHECKING:
    from graphkit.linking.judging import JudgingReport, LanguageModel


def llm_options(command: F) -> F:
    """`--llm` and what goes with it; `language_model` reads them."""
    for option in (
        click.option(
            "--llm-workers",
            type=click.IntRange(1, 64),
            default=4,
            show_default=True,
            help="Requests that run at once.",
        ),
        click.option(
            "--llm-budget",
            type=click.IntRange(min=0),
            help="Requests at most; 0 takes kept answers alone.  [default: no limit]",
        ),
        click.option(
            "--llm-top",
            type=click.IntRange(min=1),
            default=10,
            show_default=True,
            help="How many of each question's projects are judged: the best-ranked that pass.",
        ),
        click.option(
            "--llm",
            nargs=2,
            metavar="URL MODEL",
            help="Let a chat model at an OpenAI-compatible endpoint judge the best-ranked pairs "
            "(key in GRAPHKIT_API_KEY).",
        ),
    ):
        command = option(command)
    return command


@click.command("link")
@model_options
@llm_options
@click.option(
    "--keep", type=click.IntRange(min=1), default=3, show_default=True, help="Snapshots to keep."
)
@graph_option
@click.pass_obj
def command(settings: Settings, /, keep: int, **options: Any) -> int:
    """Compute which projects speak to which questions, and which questions are alike.

    Makes a new snapshot that holds, beside all that was there, computed
    assessments (degree, aspects, quoted sentences, score) and similarities in a
    graph of their own. Published ones are never changed. What is computed is a
    machine's reading of titles and abstracts: read it with its origin.

    Vectors of texts are kept (in GRAPHKIT_CACHE, else the user's cache folder),
    so that a second run reads only what is new and an interrupted one goes on.
    Where a snapshot in this folder was linked in the same way, the new one goes
    on from it: the result is the same as without it, and sooner there.

    With --llm, texts of questions and projects are sent to that endpoint. Its
    assessment takes the place of the computed one: a project that it calls
    "none" is not linked, and of what it quotes only the verbatim stays. Where
    the budget is spent or an answer cannot be used, the computed one stands.
    Answers are kept as the vectors are. If the endpoint is lost, nothing is
    published (exit code 3).

    \b
    Examples:
      graphkit link
      graphkit link --fast
      graphkit link --embeddings http://localhost:11434/v1 nomic-embed-text
      graphkit link --llm http://localhost:11434/v1 llama3.1 --llm-budget 500
    """
    llm = language_model(**options)
    choice = model_choice(**options)
    progress = ProgressLine()
    try:
        note_linked(settings, link_graph(settings, choice, keep, progress, llm))
    except KeyboardInterrupt:
        progress.clear()
        answered = " or answered" if llm else ""
        note(f"nothing was published; what was encoded{answered} is kept")
        raise
    except GraphkitError:
        if llm:
            progress.clear()
            note("nothing was published; what was encoded or answered is kept")
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise SnapshotError(f"{where}{error.strerror or error}; nothing was published") from error
    finally:
        progress.clear()
    return 0


def language_model(**options: Any) -> LanguageModel | None:
    """The language model that the options name; warns where its key would travel in clear.

    Raises UsageError where there is none to go with the other options, or its address is none.
    """
    if not options.get("llm"):
        context = click.get_current_context()
        for name in ("llm_budget", "llm_top", "llm_workers"):
            if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
                option = f"--{name.replace('_', '-')}"
                raise UsageError(
                    f"{option}: no language model is named", hint="add --llm URL MODEL"
                )
        return None
    from graphkit.linking.judging import LanguageModel

    url, name = options["llm"]
    if not name.strip():
        raise UsageError("--llm: the model has no name", hint="give URL and MODEL")
    llm = LanguageModel(
        url,
        name,
        budget=options["llm_budget"],
        workers=options["llm_workers"],
        top=options["llm_top"],
    )
    if llm.key_in_clear:
        note(
            "warning: the key in GRAPHKIT_API_KEY is sent unencrypted to that address; "
            "use https://, or unset it"
        )
    return llm


def link_graph(
    settings: Settings,
    choice: Any,
    keep: int,
    progress: ProgressLine,
    llm: LanguageModel | None = None,
) -> Any:
    """Link the graph in use."""
    from graphkit.linking.run import LinkOptions, link

    outcome = link(settings.graph, LinkOptions(choice=choice, llm=llm, keep=keep), progress)
    progress.clear()
    tell_method(outcome.model, choice)
    return outcome


def note_linked(settings: Settings, outcome: Any) -> None:
    """Say what was computed."""
    computed = outcome.computed
    duplicates = sum(one.duplicate for one in computed.similarities)
    note(
        f"snapshot {outcome.snapshot.manifest.id} in {settings.graph}, "
        f"{sum(outcome.seconds.values()):.1f} s"
    )
    note(
        f"  {len(computed.assessments):,} links of {outcome.questions:,} questions to "
        f"{len(computed.hubs):,} projects; {len(computed.similarities):,} pairs of similar "
        f"questions, {duplicates:,} of them worded alike"
    )
    if computed.unlinked:
        note(f"  {computed.unlinked:,} questions without a link: no project passed")
    note(
        f"  compared with {outcome.model}, {outcome.encoded:,} texts new to it"
        if outcome.model
        else "  words alone were compared"
    )
    if outcome.followed is not None:
        note(
            f"  gone on from {outcome.followed}, linked in the same way: "
            f"{outcome.changed:,} statements differ"
        )
    if outcome.judging is not None:
        _note_judging(outcome.judging)


def _note_judging(report: JudgingReport) -> None:
    """Say what the language model was asked, and what could be made of its answers."""
    counts = report.counts
    note(
        f"  {report.model} judged {report.judged:,} of {report.pairs:,} pairs and found "
        f"{report.unlinked:,} of them to be none: {counts.asked:,} requests to {report.address}, "
        f"{counts.cached:,} answers kept from before, {counts.tokens:,} tokens"
    )
    for number, what in (
        (counts.left_out, "pairs left out, the budget was spent: the method's word stands"),
        (counts.refused, "pairs refused by the server: the method's word stands"),
        (counts.failed, "pairs without a usable answer in two: the method's word stands"),
        (counts.dropped_quotes, "quotes dropped: the project's text does not hold them"),
        (counts.unknown_aspects, "aspects dropped: the question does not have them"),
        (counts.lowered, 'degrees "full" lowered to "partial": an aspect had no quote'),
    ):
        if number:
            note(f"  {number:,} {what}")
