"""How the data are to be cited."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from conftest import Graph
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.provenance.citation import Citation, citation
from graphkit.provenance.citation_formats import bibtex, cff, datacite, text
from graphkit.snapshot import SourceEntry

jsonschema = pytest.importorskip("jsonschema")
Cli = Callable[..., Any]
SCHEMAS = Path(__file__).parent / "schemas"


def check(record: Any, schema: str) -> None:
    """Raises where a record does not fit a published schema."""
    jsonschema.validate(record, json.loads((SCHEMAS / schema).read_text("utf-8")))


def with_source(cited: Graph, **changes: Any) -> Citation:
    """The citation of the sample, one of whose sources is changed."""
    snapshot = cited.snapshot
    first, *others = snapshot.manifest.sources
    changed: SourceEntry = msgspec.structs.replace(first, **changes)
    snapshot.manifest = msgspec.structs.replace(snapshot.manifest, sources=[changed, *others])
    return citation(snapshot)


def entries(written: str) -> dict[str, dict[str, str]]:
    """Entries of BibTeX by key; fields with balanced braces, as BibTeX itself reads them."""
    found: dict[str, dict[str, str]] = {}
    for body in re.split(r"^@misc", written, flags=re.MULTILINE)[1:]:
        key = body[1 : body.index(",")]
        found[key] = {}
        for line in body.splitlines()[1:-1]:
            if match := re.fullmatch(r"  (\w+) = \{(.*)\},", line):
                plain = re.sub(r"\\[{}\\]", "", match[2])
                assert plain.count("{") == plain.count("}")
                found[key][match[1]] = match[2]
    return found


def test_the_text_names_snapshot_sources_and_licences(graphkit: Cli, sample: Graph) -> None:
    answer = graphkit("cite", "--graph", sample.folder)
    assert answer.code == 0
    manifest = sample.snapshot.manifest
    assert manifest.id in answer.out
    assert manifest.quads_sha256 in answer.out
    for entry in manifest.sources:
        assert entry.title in answer.out
        assert entry.attribution in answer.out
    assert "Open Government Licence v3.0" in answer.out


@pytest.mark.parametrize("address", ["", "https://example.org/data"])
def test_a_citation_cff_fits_its_published_schema(sample: Graph, address: str) -> None:
    written = cff(citation(sample.snapshot, authors=["A & B", "C: D"], address=address))
    record = yaml.safe_load(written)
    check(record, "citation-file-format-1.2.0.json")
    assert record["version"] == sample.snapshot.manifest.id
    assert [one["name"] for one in record["authors"]] == ["A & B", "C: D"]
    assert len(record["references"]) == len(sample.snapshot.manifest.sources)
    assert "license" not in record  # several would mean that one may choose
    assert {one["license"] for one in record["references"]} == {
        "OGL-UK-3.0", "CC0-1.0", "CC-BY-4.0",
    }  # fmt: skip


@pytest.mark.parametrize("address", ["", "https://example.org/data"])
def test_the_datacite_record_fits_its_published_schema(sample: Graph, address: str) -> None:
    record = json.loads(datacite(citation(sample.snapshot, address=address)))
    check(record, "datacite-v4.5.json")
    assert record["version"] == sample.snapshot.manifest.id
    assert {one["rightsIdentifier"] for one in record["rightsList"]} == {
        "OGL-UK-3.0", "CC0-1.0", "CC-BY-4.0",
    }  # fmt: skip
    assert len(record["relatedItems"]) == len(sample.snapshot.manifest.sources)


def test_bibtex_has_an_entry_for_the_data_and_each_source(sample: Graph) -> None:
    found = entries(bibtex(citation(sample.snapshot)))
    assert len(found) == 1 + len(sample.snapshot.manifest.sources)
    assert (
        found[f"graphkit-{sample.snapshot.manifest.id}"]["year"]
        == (sample.snapshot.manifest.created[:4])
    )


def test_a_source_without_licence_or_date_is_said_to_have_none(sample: Graph) -> None:
    cited = with_source(sample, licence=None, retrieved=None, publisher=None, address=None)
    assert "no licence is named" in text(cited)
    assert "may not be free to publish" in text(cited)
    check(yaml.safe_load(cff(cited)), "citation-file-format-1.2.0.json")
    check(json.loads(datacite(cited)), "datacite-v4.5.json")
    assert any("No licence is named" in one["note"] for one in entries(bibtex(cited)).values())


def test_pages_of_one_answer_are_one_source(sample: Graph) -> None:
    snapshot = sample.snapshot
    first = snapshot.manifest.sources[0]
    pages = [
        msgspec.structs.replace(first, file=f"{number}.json", retrieved=f"2026-0{number}-01")
        for number in (3, 1, 2)
    ]
    snapshot.manifest = msgspec.structs.replace(snapshot.manifest, sources=pages)
    [one] = citation(snapshot).sources
    assert (one.files, one.records, one.retrieved) == (3, 81, "2026-01-01 to 2026-03-01")


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet='ab\\{}$&%#_~^"\n:-—é🧪<>', min_size=1, max_size=12))
def test_any_title_is_safe_in_every_format(sample: Graph, words: str) -> None:
    cited = with_source(sample, title=words, attribution=words, note=words)
    record = yaml.safe_load(cff(cited))
    assert words in [one["title"] for one in record["references"]]
    check(record, "citation-file-format-1.2.0.json")
    assert words in [
        one["titles"][0]["title"] for one in json.loads(datacite(cited))["relatedItems"]
    ]
    assert len(entries(bibtex(cited))) == 1 + len(sample.snapshot.manifest.sources)


@pytest.mark.parametrize("form", ["text", "bibtex", "cff", "datacite"])
def test_line_ends_and_control_characters_in_names_are_spaces(
    graphkit: Cli, sample: Graph, form: str
) -> None:
    names = ("--author", "What\nWorks\x1b[31m", "--title", "The\tdata\r\n", "--publisher", "A\nB")
    answer = graphkit(
        "cite", "--as", form, *names, "--url", "https://x.org/a\nb", "--graph", sample.folder
    )
    assert answer.code == 0
    for told in ("What Works [31m", "The data", "A B"):
        assert told in answer.out or (told == "A B" and form in ("text", "cff"))
    assert "https://x.org/a%0Ab" in answer.out.replace(r"\%", "%")
    assert not set(answer.out) & set("\t\r\x1b")


def test_a_citation_of_statements_that_are_gone_says_so(
    graphkit: Cli, sample: Graph, tmp_path: Path
) -> None:
    shutil.copytree(sample.folder, tmp_path / "graph")
    Graph(tmp_path / "graph").snapshot.quads.unlink()
    answer = graphkit("cite", "--graph", tmp_path / "graph")
    assert answer.code == 2
    assert "quads.nq.gz: cannot be read: No such file or directory; build again" in answer.err


def test_the_format_goes_by_the_extension(graphkit: Cli, sample: Graph, tmp_path: Path) -> None:
    for name, begins in (
        ("CITATION.cff", "cff-version: 1.2.0"), ("a.bib", "@misc{"), ("a.json", "{"),
        ("a.txt", "A"),
    ):  # fmt: skip
        target = tmp_path / name
        answer = graphkit("cite", "-o", target, "--author", "A", "--graph", sample.folder)
        assert answer.code == 0
        assert target.read_text("utf-8").startswith(begins)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-o", "x.docx"), "no format goes by that extension"),
        (("--url", "javascript:1"), "no web address"),
        (("--author", " "), "an empty name"),
        (("--author", "\x1b"), "an empty name"),
        (("--title", "\n"), "an empty name"),
        (("nowhere",), "neither a snapshot nor a folder"),
    ],
)
def test_bad_input_is_refused(
    graphkit: Cli, sample: Graph, words: tuple[str, ...], message: str
) -> None:
    answer = graphkit("cite", *words, "--graph", sample.folder)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
