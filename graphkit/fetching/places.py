"""Tables of places: mySociety's register of local authorities, and tables named by address.

The look-ups of the Office for National Statistics that graphkit reads have no lasting address
of their own: each edition is a new item of its portal. They are fetched by the address that the
portal gives (`tables`), and checked to be a table that a build reads.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from graphkit.errors import InputError
from graphkit.fetching.answers import Answer, GarbledError, shown
from graphkit.fetching.singles import Single, Singles
from graphkit.loaders import places
from graphkit.loaders.sources import recognise

HOME = "https://pages.mysociety.org"
_REGISTER = "/uk_local_authority_names_and_codes/data/uk_la_past_current/latest"
_FILES = ("uk_local_authorities_current.csv", "lookup_name_to_registry.csv")
_TABLES = frozenset(loader.name for loader in places.LOADERS)


def register(api: str) -> Singles:
    """mySociety's tables: the authorities as they are, and the names they go by."""
    return Singles(
        name="local-authorities",
        title="UK local authorities: names and codes",
        format="local-authorities",
        accept="text/csv, text/plain;q=0.9, */*;q=0.5",
        read=_table,
        wanted=[Single(f"{api}{_REGISTER}/{name}", name, name) for name in _FILES],
    )


def tables(addresses: Iterable[str]) -> Singles:
    """Tables at addresses that the user names."""
    wanted = []
    for address in dict.fromkeys(addresses):
        last = urlsplit(address).path.rpartition("/")[2]
        words = re.sub(r"[^A-Za-z0-9-]+", "-", last.removesuffix(".csv")).strip("-")[:60]
        digest = hashlib.sha256(address.encode()).hexdigest()[:8]
        wanted.append(Single(address, f"{words or 'table'}-{digest}.csv", shown(address)))
    return Singles(
        name="tables",
        title="Tables of places",
        format="",  # each says for itself what it is
        accept="text/csv, text/plain;q=0.9, */*;q=0.5",
        read=_table,
        wanted=wanted,
    )


def _table(answer: Answer, single: Single) -> tuple[str, ...]:
    if answer.media_type == "text/html" or answer.body.lstrip()[:1] == b"<":
        raise GarbledError("answers with a page where a table should be")
    loader = recognise(answer.body.removeprefix(b"\xef\xbb\xbf")[: 512 << 10])
    if loader is None or loader.name not in _TABLES:
        first = answer.body.partition(b"\n")[0].decode("utf-8", "replace")
        raise InputError(
            f"{shown(answer.address)} is no table of places that graphkit reads: "
            f"its columns are {first.strip()[:200]}",
            hint="docs/sources.md lists the columns that are told",
        )
    return (single.file,)
