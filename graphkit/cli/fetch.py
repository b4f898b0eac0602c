"""`graphkit fetch`."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graphkit.cli.options import ProgressLine, Settings, graph_option, note
from graphkit.errors import UsageError

if TYPE_CHECKING:
    from graphkit.fetching.harvesting import Harvest

_SLOWEST = 0.001
"""Requests a second: one in a quarter of an hour."""
F = TypeVar("F", bound=Callable[..., Any])
Arguments = dict[str, Any]


def fetch_options(home: str) -> Callable[[F], F]:
    """Where to, from where, and with which manners; `home` is the source's own address."""

    def with_options(command: F) -> F:
        for option in (
            click.option("--dry-run", is_flag=True, help="Say how much it is; stores nothing."),
            click.option(
                "--retries",
                type=click.IntRange(min=0, max=100),
                default=5,
                show_default=True,
                help="How often a request that failed is tried again.",
            ),
            click.option(
                "--timeout",
                type=click.FloatRange(min=0, min_open=True),
                default=60.0,
                show_default=True,
                help="Seconds that the server may be silent.",
            ),
            click.option(
                "--rate",
                type=click.FloatRange(min=0, min_open=True, max=10000),
                default=1.0,
                show_default=True,
                help="Requests a second, at most.",
            ),
            click.option(
                "--contact",
                default="",
                metavar="ADDRESS",
                envvar="GRAPHKIT_CONTACT",
                show_envvar=True,
                help="Your e-mail or web address: it stands in every request.",
            ),
            click.option(
                "--api",
                default=home,
                show_default=True,
                metavar="URL",
                help="Address of the source, or of a mirror of it.",
            ),
            click.option(
                "-o",
                "--output",
                "folder",
                required=True,
                type=click.Path(file_okay=False, path_type=Path),
                metavar="DIR",
                help="Folder to fill; one that was filled before is brought up to date.",
            ),
        ):
            command = option(command)
        return graph_option(command)

    return with_options


@click.group("fetch")
@graph_option
def command() -> None:
    """Harvest what the sources publish into files that `graphkit build` reads.

    Answers are stored as they were served, with a manifest (sources.json) of address, time,
    hash and licence. They may name people, whom `build` drops: keep them to yourself.

    Asks one request a second, tells who asks, and keeps to robots.txt. What was stopped goes
    on from there when the same command is run again; what was finished is brought up to date.
    Leaves with 1 where what came is not what the source announced, with 3 where it cannot be
    reached.

    \b
    Example:
      graphkit fetch ari -o harvest/ari --contact you@example.org
    """


@command.command("ari")
@click.option(
    "--pages", is_flag=True, help="Also each question's page: its funders and explanations."
)
@click.option("--id", "ids", multiple=True, metavar="NUMBER", help="The pages of these only.")
@click.option("--since", metavar="DATE", help="Questions updated since a day (YYYY-MM-DD).")
@fetch_options("https://ari.org.uk")
def ari(pages: bool, ids: tuple[str, ...], since: str | None, **arguments: Any) -> int:
    """Questions of the ARI database, by its API; with --pages also their pages.

    \b
    Examples:
      graphkit fetch ari -o harvest/ari
      graphkit fetch ari -o harvest/ari --pages --id 16604
    """
    from graphkit.fetching.harvesting import Ari

    return _run(Ari(_day(since), pages, ids), arguments)


@command.command("gtr")
@click.option("--term", metavar="TEXT", help="Projects that a search finds.")
@click.option("--funder", metavar="NAME", help="Projects of a funder, as GtR writes it: ESRC.")
@click.option("--since", metavar="DATE", help="Projects begun since a day (YYYY-MM-DD).")
@click.option(
    "--questions",
    multiple=True,
    metavar="PATH",
    help="Projects that the questions in these files or folders name.",
)
@click.option(
    "--graph-questions", is_flag=True, help="Projects that the questions of the graph in use name."
)
@click.option("--all", "everything", is_flag=True, help="Every project.")
@click.option(
    "--via",
    type=click.Choice(["portal", "gtr2"]),
    default="portal",
    show_default=True,
    help="Which of the two APIs is asked.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(["project", "organisation", "fund"]),
    help="With --via gtr2: records of these kinds only.",
)
@fetch_options("https://gtr.ukri.org")
@click.pass_obj
def gtr(
    settings: Settings,
    /,
    term: str | None,
    funder: str | None,
    since: str | None,
    questions: tuple[str, ...],
    graph_questions: bool,
    everything: bool,
    via: str,
    kinds: tuple[str, ...],
    **arguments: Any,
) -> int:
    """Projects of Gateway to Research: found by a search, named by questions, or all.

    The portal's API gives a project whole, with its organisations and money, 100 a request
    in a search. The GtR-2 API gives organisations and money as records of their own.

    \b
    Examples:
      graphkit fetch gtr -o harvest/gtr --term '"local growth"' --funder ESRC
      graphkit fetch gtr -o harvest/gtr --questions harvest/ari
      graphkit fetch gtr -o harvest/gtr --all
    """
    from graphkit.fetching import named_projects
    from graphkit.fetching.gtr2 import KINDS
    from graphkit.fetching.gtr_portal import EVERYTHING, Search
    from graphkit.fetching.harvesting import Gtr

    searched = any(value is not None for value in (term, funder, since))
    if sum((searched, bool(questions), graph_questions, everything)) != 1:
        raise UsageError(
            "say which projects, in one way",
            hint="--term, --funder and --since (together or alone), --questions PATH, "
            "--graph-questions, or --all",
        )
    if kinds and via != "gtr2":
        raise UsageError("--kind is for the GtR-2 API", hint="add --via gtr2")
    for name, value in (("--term", term), ("--funder", funder)):
        if value is not None and not (value.strip() and value.isprintable() and len(value) <= 500):
            raise UsageError(f"{name}: nothing that can be looked for", hint="give a few words")
    named = None
    if questions:
        named = named_projects.in_files(questions)
    elif graph_questions:
        named = named_projects.in_graph(settings.graph)
    search = Search((term or EVERYTHING).strip(), (funder or "").strip(), _day(since))
    chosen = tuple(kind for kind in KINDS if kind in kinds) or KINDS
    return _run(Gtr(via, search, named, chosen), arguments)


@command.command("ror")
@fetch_options("https://zenodo.org")
def ror(**arguments: Any) -> int:
    """Organisations: the latest dump of the Research Organization Registry, from Zenodo."""
    from graphkit.fetching.harvesting import Ror

    return _run(Ror(), arguments)


@command.command("places")
@click.option(
    "--table",
    "tables",
    multiple=True,
    metavar="URL",
    help="A table at this address instead, such as a download of the ONS geography portal.",
)
@fetch_options("https://pages.mysociety.org")
def places(tables: tuple[str, ...], **arguments: Any) -> int:
    """Places: mySociety's register of UK local authorities, or tables at given addresses."""
    from urllib.parse import urlsplit

    from graphkit.fetching.client import Client
    from graphkit.fetching.harvesting import Places, Tables
    from graphkit.fetching.manners import Manners

    if not tables:
        return _run(Places(), arguments)
    hosts: dict[str, list[str]] = {}
    for address in tables:
        Client(address.partition("?")[0], Manners())  # refuses what is no address
        parts = urlsplit(address)
        if not parts.path.strip("/"):
            raise UsageError(f"{address[:100]}: names no table", hint="give its whole address")
        hosts.setdefault(f"{parts.scheme}://{parts.netloc}", []).append(address)
    return max(
        _run(Tables(tuple(there)), {**arguments, "api": host}) for host, there in hosts.items()
    )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--since {text[:40]}: is no day", hint="such as 2026-07-01") from None


def _run(what: Harvest, arguments: Arguments) -> int:
    from urllib.parse import urlsplit

    from graphkit.fetching import Client, HarvestFolder, Manners
    from graphkit.fetching.harvesting import harvest
    from graphkit.fetching.manners import checked_contact
    from graphkit.fetching.outcome import counted
    from graphkit.remote_servers import is_local

    api, folder = arguments["api"], arguments["folder"]
    if str(folder) == "-":
        raise UsageError("a harvest is a folder of files", hint="name one with -o")
    if not arguments["rate"] >= _SLOWEST:  # so that no number at all is refused, too
        raise UsageError(
            f"--rate {arguments['rate']:g}: at least {_SLOWEST:g} requests a second are needed"
        )
    client = Client(api, Manners())
    local = is_local(urlsplit(client.api).hostname)
    manners = Manners(
        contact=checked_contact(arguments["contact"], needed=not local),
        rate=arguments["rate"],
        timeout=arguments["timeout"],
        retries=arguments["retries"],
    )
    progress = ProgressLine()
    client = Client(api, manners, progress=progress)
    started = time.monotonic()
    faults = 0
    if arguments["dry_run"]:
        return _forecast(what, client, folder)
    try:
        with HarvestFolder(folder) as open_folder:
            for outcome in harvest(what, client, open_folder, progress):
                progress.clear()
                note(outcome.summary)
                for words in (*outcome.notes, *outcome.faults):
                    note(f"  {words}")
                faults += len(outcome.faults)
    except KeyboardInterrupt:
        progress.clear()
        note(f"what was fetched is in {folder}; the same command goes on from there")
        raise
    finally:
        progress.clear()
        client.close()
    note(
        f"{folder}: {counted(client.requests, 'request')} in {time.monotonic() - started:.1f} s; "
        f"graphkit build {folder} reads it"
    )
    return 1 if faults else 0


def _forecast(what: Harvest, client: Any, folder: Path) -> int:
    from graphkit.fetching import HarvestFolder
    from graphkit.fetching.outcome import counted
    from graphkit.fetching.rounds import duration

    expected = list(what.forecast(client, HarvestFolder(folder).read()))
    for one in expected:
        most = "at most " if one.at_most else ""
        records = f" for {counted(one.records, 'record')}" if one.records is not None else ""
        requests = counted(one.requests, "request")
        note(f"{one.name}: {most}{requests}{records}, about {duration(one.seconds)}")
    total = sum(one.seconds for one in expected)
    requests = counted(sum(one.requests for one in expected), "request")
    note(
        f"in all {requests}, about {duration(total)}; nothing was stored "
        f"({counted(client.requests, 'request')} to find out)"
    )
    return 0
