"""Which manifest counts for a file, what a source is called, and manifests that are none."""

from __future__ import annotations

import json
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphkit.errors import InputError
from graphkit.loaders.sources import find_sources

Files = Callable[[dict[str, Any]], Path]
TOPICS = "ari_topic\nweirs\n"


@pytest.fixture
def harvest(tmp_path: Path) -> Files:
    """Makes a folder of files out of texts; what is no text is written as JSON."""

    def make(contents: dict[str, Any]) -> Path:
        for name, content in contents.items():
            path = tmp_path / "harvest" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return tmp_path / "harvest"

    return make


def manifest(*files: str, **more: str) -> dict[str, Any]:
    """A manifest of files, each with its own name as address."""
    return {"sources": [{"file": file, "address": file, **more} for file in files]}


def found(*arguments: object) -> dict[str, str | None]:
    """The address of each source by its name."""
    sources = find_sources(map(str, arguments)).sources
    told = {source.provenance.file: source.provenance.address for source in sources}
    assert len(told) == len(sources)
    return told


def test_manifests_of_folders_below_the_one_that_is_named_count(harvest: Files) -> None:
    folder = harvest(
        {
            "ari/sources.json": manifest("tables/a.csv"),
            "ari/tables/a.csv": TOPICS,
            "gtr/sources.json": manifest("b.csv"),
            "gtr/b.csv": TOPICS,
        }
    )
    expected = {"tables/a.csv": "tables/a.csv", "b.csv": "b.csv"}
    assert found(folder) == expected
    assert found(folder.parent) == expected
    assert found(folder / "ari", folder / "gtr") == expected
    assert found(folder / "gtr", folder, folder / "ari") == expected
    assert found(f"{folder}/**/*.csv") == expected


def test_the_nearest_manifest_wins_even_where_it_does_not_name_the_file(harvest: Files) -> None:
    folder = harvest(
        {
            "sources.json": manifest("ari/a.csv", "ari/b.csv", "c.csv"),
            "ari/sources.json": manifest("a.csv"),
            "ari/a.csv": TOPICS,
            "ari/b.csv": TOPICS,
            "c.csv": TOPICS,
        }
    )
    assert found(folder) == {"a.csv": "a.csv", "b.csv": None, "c.csv": "c.csv"}


def test_a_manifest_above_the_argument_does_not_count(harvest: Files) -> None:
    folder = harvest({"sources.json": "no manifest", "ari/a.csv": TOPICS})
    assert found(folder / "ari") == {"a.csv": None}
    assert found(folder / "ari" / "a.csv") == {"a.csv": None}
    assert found(f"{folder}/ari/*.csv") == {"a.csv": None}


def test_the_order_of_arguments_that_reach_into_each_other_leaves_no_trace(harvest: Files) -> None:
    folder = harvest({"sources.json": manifest("ari/a.csv"), "ari/a.csv": TOPICS})
    for arguments in ((folder, folder / "ari"), (folder / "ari", folder)):
        assert found(*arguments) == {"ari/a.csv": "ari/a.csv"}
    [source] = find_sources([f"{folder}/ari/a.csv", str(folder)]).sources
    assert source.named
    assert source.provenance.address == "ari/a.csv"


def test_a_bare_name_counts_below_unless_it_is_a_file_of_the_folder(harvest: Files) -> None:
    folder = harvest(
        {
            "sources.json": manifest("a.csv", "./b.csv"),
            "x/a.csv": TOPICS,
            "x/b.csv": TOPICS,
            "b.csv": TOPICS,
        }
    )
    assert found(folder) == {"x/a.csv": "a.csv", "b.csv": "./b.csv", "x/b.csv": None}


def test_without_a_manifest_a_source_is_called_by_its_bare_name(harvest: Files) -> None:
    folder = harvest({"one/deep/a.csv": TOPICS, "one/b.csv": TOPICS})
    names = {"a.csv": None, "b.csv": None}
    assert found(folder) == found(folder / "one") == names
    assert found(folder / "one/deep", folder / "one/b.csv") == names


def test_equal_names_get_as_many_folders_as_tell_them_apart(harvest: Files) -> None:
    folder = harvest(
        {
            "x/one/sources.json": manifest("a.csv"),
            "x/one/a.csv": TOPICS,
            "x/two/a.csv": TOPICS,
            "y/two/a.csv": TOPICS,
            "y/b.csv": TOPICS,
        }
    )
    names = {"one/a.csv", "x/two/a.csv", "y/two/a.csv", "b.csv"}
    assert found(folder).keys() == found(folder / "x", folder / "y").keys() == names


def test_what_a_manifest_says_of_other_files_is_not_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TOPICS)
    entries = [
        {"file": f"named/{number:08X}.json", "note": f"note {number} " * 40}
        for number in range(6_000)
    ]
    text = json.dumps({"sources": [*manifest("a.csv")["sources"], *entries]})
    (tmp_path / "sources.json").write_text(text)
    assert len(text) > 1_500_000
    tracemalloc.start()
    assert found(tmp_path) == {"a.csv": "a.csv"}
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_500_000


def test_a_manifest_of_all_projects_one_page_each_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as a fetch of 43,733 projects by their references writes it."""
    name = "named-projects/0000ABCD-1111-2222-3333-444455556666.json"
    (tmp_path / "named-projects").mkdir()
    (tmp_path / name).write_text(TOPICS)
    entries = [
        {"file": name.replace("ABCD", f"{n:04X}"), "address": f"https://x.example/{n}", "more": []}
        for n in range(0xABD0)
    ]
    (tmp_path / "sources.json").write_text(json.dumps({"sources": entries}))
    assert found(tmp_path) == {name: f"https://x.example/{0xABCD}"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a JSON object"),
        ("[]", "no list of `sources`"),
        ('[{"file": "a.csv"}]', "no list of `sources`"),
        ('{"sources": {"file": "a.csv"}}', "no list of `sources`"),
        ('{"sources": ["a.csv"]}', "a member of the list is no record"),
        ('{"sources": [{"file": 1}]}', "Expected `str`, got `int`"),
        ('{"sources": [{"title": "x"}]}', "missing required field `file`"),
        ('{"sources": [{"file": "a.csv"', "the document ends too early"),
        ('{"sources": []} []', "something follows the end"),
        ('{"sources": ' + "[" * 5_000, "nested more than"),
        ('{"sources": [{"file": "a.csv", "x": ' + "[" * 5_000, "nested more than"),
        ('{"sources": [{"file": "' + "a" * 300_000 + '"}]}', "entry 1 is 300,"),
        ('{"sources": [{"file": "a\x1b[31m", "retrieved": "\x1bsoon"}]}', "JSON"),
        ('{"sources": [{"file": "a.csv", "retrieved": "0001-01-01T00:00+14:00"}]}', "is no date"),
    ],
)
def test_what_is_no_manifest_is_told_in_one_line(harvest: Files, text: str, words: str) -> None:
    folder = harvest({"deep/sources.json": text, "deep/a.csv": TOPICS})
    with pytest.raises(InputError) as caught:
        find_sources([str(folder)])
    assert f"{folder}/deep/sources.json: " in caught.value.message
    assert words in caught.value.message
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 600


def test_a_manifest_that_cannot_be_read_is_told(harvest: Files) -> None:
    folder = harvest({"a.csv": TOPICS, "sources.json": manifest("a.csv")})
    (folder / "sources.json").write_bytes(b'{"sources": [{"file": "\xff"}]}')
    with pytest.raises(InputError, match=r"sources\.json: is no manifest of sources"):
        find_sources([str(folder)])
    if os.geteuid():
        (folder / "sources.json").chmod(0)
        with pytest.raises(InputError, match=r"sources\.json: cannot be read"):
            find_sources([str(folder)])


def test_no_entry_reaches_outside_its_folder(harvest: Files) -> None:
    folder = harvest({"x/a.csv": TOPICS, "y/sources.json": manifest("../x/a.csv", "/etc/passwd")})
    assert found(folder) == {"a.csv": None}
