"""`graphkit fetch ror` and `graphkit fetch places`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Answer, Graph
from harvest_reading import files, manifest
from upstream_server import REGISTER, Server

from graphkit.build.pipeline import sample_folder
from graphkit.errors import InputError
from graphkit.fetching import HarvestFolder, ror

Fetch = Callable[..., Answer]
ITL = sample_folder() / "places" / "itlmapping.csv"


def test_the_latest_dump_of_ror_is_unpacked_and_builds(
    fetch: Fetch, upstream: Server, harvest: Path, built: Callable[..., Graph]
) -> None:
    assert fetch("ror").code == 0
    assert files(harvest) == {"ror/organisations.json": upstream.upstream.organisations}
    [entry] = manifest(harvest).values()
    assert entry["note"] == "v9-ror-data_schema_v2.json out of the archive, unchanged"
    assert "publicdomain/zero" in entry["licence"]
    [source] = built(harvest).snapshot.manifest.sources
    assert (source.format, source.records) == ("ror", 19)


def test_a_dump_that_is_there_is_not_fetched_again(fetch: Fetch, upstream: Server) -> None:
    fetch("ror")
    upstream.log.clear()
    assert fetch("ror").code == 0
    assert upstream.asked("/files/") == []


def test_a_download_that_was_cut_goes_on_from_there(
    fetch: Fetch, upstream: Server, troubled: Callable[..., None], harvest: Path
) -> None:
    troubled("cut", part="/files/", times=3)
    assert fetch("ror").code == 3
    assert not files(harvest)
    assert fetch("ror").code == 0
    ranges = [headers.get("range") for headers in upstream.headers if "range" in headers]
    assert ranges
    assert files(harvest) == {"ror/organisations.json": upstream.upstream.organisations}


def test_a_download_that_is_whole_is_not_fetched_again_to_be_unpacked(
    fetch: Fetch, upstream: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(HarvestFolder, "adopt", stopped)
        patch.setattr(Path, "unlink", lambda *_, **__: None)  # as a kill would leave it
        assert fetch("ror").code == 130
    upstream.log.clear()
    assert fetch("ror").code == 0
    assert not upstream.asked("/files/")


def test_an_archive_that_is_not_the_announced_one_is_refused(
    fetch: Fetch, troubled: Callable[..., None], harvest: Path
) -> None:
    troubled("damaged", part="/files/", times=1)
    answer = fetch("ror")
    assert answer.code == 2
    assert "the archive is not the one that was announced" in answer.err
    assert not files(harvest)
    assert fetch("ror").code == 0


def archive(tmp_path: Path, contents: dict[str, bytes]) -> Path:
    """An archive of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in contents.items():
            opened.writestr(name, content)
    path = tmp_path / "dump.zip"
    path.write_bytes(target.getvalue())
    return path


def test_an_archive_without_the_second_schema_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.json": b"[]", "b.json": b"[]"})
    with pytest.raises(InputError, match="no file of schema version 2"):
        ror.unpack(path, tmp_path / "out")


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ror, "MOST_RECORDS", 1 << 20)
    path = archive(tmp_path, {"a_schema_v2.json": b" " * (3 << 20)})
    with pytest.raises(InputError, match="unpacks to more than"):
        ror.unpack(path, tmp_path / "out")


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dump.zip"
    path.write_bytes(b"PK\x03\x04 and nothing else")
    with pytest.raises(InputError, match="no archive that can be unpacked"):
        ror.unpack(path, tmp_path / "out")


def test_the_register_of_authorities_is_fetched_and_builds(
    fetch: Fetch, harvest: Path, built: Callable[..., Graph]
) -> None:
    assert fetch("places").code == 0
    assert set(files(harvest)) == {
        "local-authorities/uk_local_authorities_current.csv",
        "local-authorities/lookup_name_to_registry.csv",
    }
    formats = [source.format for source in built(harvest).snapshot.manifest.sources]
    assert formats == ["local-authorities", "local-authority-names"]


def test_a_table_can_be_named_by_its_address(
    fetch: Fetch, upstream: Server, harvest: Path, built: Callable[..., Graph]
) -> None:
    upstream.upstream.tables["ITL (2021).csv"] = ITL.read_bytes()
    address = f"{upstream.url}{REGISTER}ITL%20(2021).csv"
    assert fetch("places", "--table", address).code == 0
    [(name, content)] = files(harvest).items()
    assert name.startswith("tables/ITL-20-2021-")
    assert content == ITL.read_bytes()
    [source] = built(harvest).snapshot.manifest.sources
    assert source.format == "ons-itl-hierarchy"
    assert source.publisher == "Office for National Statistics"


def test_a_table_that_a_build_would_not_read_is_refused_with_its_columns(
    fetch: Fetch, upstream: Server, harvest: Path
) -> None:
    upstream.upstream.tables["other.csv"] = b"LAD24CD,CAUTH24CD\nE06000001,E47000006\n"
    answer = fetch("places", "--table", f"{upstream.url}{REGISTER}other.csv")
    assert answer.code == 2
    assert "its columns are LAD24CD,CAUTH24CD" in answer.err
    assert not files(harvest)


def test_an_address_that_names_no_table_is_refused(fetch: Fetch, upstream: Server) -> None:
    answer = fetch("places", "--table", upstream.url)
    assert answer.code == 2
    assert "names no table" in answer.err
    assert not upstream.log


def test_a_page_in_the_place_of_a_table_is_no_table(
    fetch: Fetch, troubled: Callable[..., None]
) -> None:
    troubled("html", part=REGISTER)
    answer = fetch("places")
    assert answer.code == 3
    assert "answers with a page where a table should be" in answer.err
