"""Where a picture's facts come from, in one line: publishers, licences, the snapshot."""

from __future__ import annotations

from collections import defaultdict

from graphkit import __version__
from graphkit.licences import licence_of
from graphkit.snapshot import Manifest


def licence(address: str | None) -> str:
    """A licence by its short name, or its address where none is known.

    >>> licence("http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/")
    'OGL v3'
    >>> licence("https://creativecommons.org/licenses/by-sa/4.0/"), licence(None)
    ('CC BY-SA 4.0', 'no licence stated')
    """
    if not address:
        return "no licence stated"
    return licence_of(address).short


def credit_line(manifest: Manifest) -> str:
    """Publishers of all sources of a snapshot with their licences, as a sentence."""
    by_licence: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for source in sorted(manifest.sources, key=lambda source: source.publisher or source.file):
        name = source.publisher or source.title or source.file
        by_licence[licence(source.licence)][name] = None
    groups = [f"{'; '.join(names)} ({terms})" for terms, names in sorted(by_licence.items())]
    text = f"Sources: {'; '.join(groups)}." if groups else "Sources: not stated."
    if any(terms.startswith("OGL") for terms in by_licence):
        text += (
            " Contains public sector information licensed under the Open Government Licence v3.0."
        )
    return text


def origin(manifest: Manifest) -> str:
    """The snapshot and the program, as a sentence."""
    return f"Snapshot {manifest.id}, drawn by graphkit {__version__}."
