"""The Research Organization Registry: its latest dump, as it asks those to take who want it all.

The dump is an archive at Zenodo; the file of schema version 2 in it is what a build reads.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from graphkit.errors import InputError
from graphkit.fetching.answers import Answer, changed, count, json_object, shown
from graphkit.fetching.client import Client
from graphkit.fetching.disk import writing
from graphkit.fetching.folder import HarvestFolder
from graphkit.fetching.journal import Ended, Got, now
from graphkit.fetching.outcome import Forecast, Outcome
from graphkit.fetching.rounds import open_round
from graphkit.progress import Progress, silent

HOME = "https://zenodo.org"
MOST_ARCHIVE = 1 << 30
MOST_RECORDS = 4 << 30
"""The largest archive that is taken, and the largest file out of it, in bytes."""
_WALK = "ror"
_LATEST = "/api/communities/ror-data/records?q=&sort=newest"
_PIECE = 1 << 20
_MD5 = re.compile(r"md5:([0-9a-f]{32})")


def forecast(client: Client) -> Forecast:
    """Two requests: which dump is the latest, and the dump itself."""
    address, _, size = _latest(client)
    name = urlsplit(address).path.split("/")[-2:][0]
    shown_size = f"{name}, {size / 1e6:,.0f} MB" if size else name
    return Forecast(f"ror ({shown_size})", 1, client.seconds(1))


def fetch(client: Client, folder: HarvestFolder, progress: Progress = silent) -> Outcome:
    """Fetch the latest dump, unless it is there.

    Raises as `Client.get` does, and InputError for an archive that is not the announced one or
    holds no records of schema version 2.
    """
    outcome = Outcome(_WALK)
    progress("ror: which dump is the latest", 0)
    address, checksum, size = _latest(client)
    journal = folder.journal(_WALK)
    begun = open_round(
        journal, query=address, format="ror", title="Research Organization Registry: dump"
    )
    held = journal.got.get(address) or journal.earlier.get(address)
    if held is not None:
        outcome.unchanged += 1
        journal.add(held)
    else:
        dump = hashlib.sha256(address.encode()).hexdigest()[:12]
        archive, records = folder.scratch(f"ror-{dump}.zip"), folder.scratch("ror.json")
        progress(f"ror: {size / 1e6:,.0f} MB" if size else "ror: the dump", 0)
        if not (archive.is_file() and checksum and _md5(archive) == checksum):
            client.download(address, archive, accept="*/*", most=MOST_ARCHIVE)
        moment = now()
        try:
            if checksum and _md5(archive) != checksum:
                raise InputError(
                    f"{shown(address)}: the archive is not the one that was announced (its MD5)",
                    hint="fetch it again",
                )
            member, digest = unpack(archive, records)
            got = Got(
                address=address,
                file=folder.adopt(_WALK, "organisations.json", records, moment),
                status=200,
                retrieved=moment,
                checked=moment,
                sha256=digest,
                bytes=(folder.path / _WALK / "organisations.json").stat().st_size,
                note=f"{member} out of the archive, unchanged",
            )
        finally:
            archive.unlink(missing_ok=True)
            records.unlink(missing_ok=True)
        journal.add(got)
        outcome.new += 1
    journal.keep({address})
    journal.add(Ended(round=begun.round, time=now()))
    journal.compact()
    return outcome


def _latest(client: Client) -> tuple[str, str, int]:
    """Address, MD5 and size of the latest dump."""
    api = client.api
    _, found = client.get(f"{api}{_LATEST}", _newest(api), accept="application/json")
    assert found is not None
    return found


def _newest(api: str) -> Callable[[Answer], tuple[str, str, int]]:
    def read(answer: Answer) -> tuple[str, str, int]:
        try:
            record: Any = json_object(answer)["hits"]["hits"][0]
            file = record["files"][-1]
            link = urlsplit(str(file["links"]["self"]))
        except (LookupError, TypeError, ValueError):
            raise changed(answer, "it lists no record with files") from None
        path = re.fullmatch(r"/[A-Za-z0-9._~/-]{1,500}", link.path)
        if path is None or link.hostname not in (urlsplit(HOME).hostname, urlsplit(api).hostname):
            raise changed(answer, "the latest dump is on another server")
        match = _MD5.fullmatch(str(file.get("checksum", "")))
        return f"{api}{path[0]}", match[1] if match else "", count(file.get("size")) or 0

    return read


def unpack(archive: Path, target: Path) -> tuple[str, str]:
    """Take the records of schema version 2 out of a dump: name in the archive, and SHA-256.

    Nothing else is unpacked, and no name in the archive becomes a path. Raises InputError for
    what is no such archive, or holds more than `MOST_RECORDS` bytes.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with zipfile.ZipFile(archive) as opened:
            names = [name for name in opened.namelist() if name.endswith(".json")]
            name = next((name for name in names if "schema_v2" in name), None)
            if name is None and len(names) == 1:
                name = names[0]
            if name is None:
                raise InputError("the dump holds no file of schema version 2 (ROR)")
            with opened.open(name) as member, writing(target), target.open("wb") as file:
                while piece := member.read(_PIECE):
                    size += len(piece)
                    if size > MOST_RECORDS:
                        raise InputError(
                            f"the dump unpacks to more than {MOST_RECORDS >> 30} GiB (ROR)",
                            hint="it was not taken",
                        )
                    file.write(piece)
                    digest.update(piece)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise InputError(f"the dump is no archive that can be unpacked (ROR): {error}") from None
    return name.rpartition("/")[2][:100], digest.hexdigest()


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
