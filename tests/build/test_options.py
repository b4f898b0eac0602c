"""What a build can be told: base, keep, strict, invalid, contacts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphkit.build.pipeline import Options, build, sample_folder
from graphkit.errors import FaultsFoundError, InputError, UsageError
from graphkit.library import Library
from graphkit.snapshot import Snapshot, SnapshotError, snapshots

BASE = "https://data.example.org/otters/"


# ---- --base ----


def test_another_base_is_used_everywhere(built: Callable[..., Any], sample: Any) -> None:
    graph = built(sample_folder(), base=BASE)
    text = graph.bytes.decode()
    assert "<https://w3id.org/graphkit/id/" not in text
    assert "<https://w3id.org/graphkit/graph/" not in text
    assert text.replace(BASE, "https://w3id.org/graphkit/").count("\n") == len(sample.lines)
    assert graph.snapshot.manifest.base == BASE
    assert all(entry.graph.startswith(f"{BASE}graph/") for entry in graph.snapshot.manifest.sources)
    assert graph.snapshot.manifest.violations == 0
    assert graph.snapshot.manifest.warnings == sample.snapshot.manifest.warnings


def test_the_headline_question_is_answered_under_another_base(built: Callable[..., Any]) -> None:
    graph = built(sample_folder(), base=BASE)
    rows = Library(graph.snapshot).run(
        "projects-addressing-aspect", aspect="capacity", place="West Midlands", degree="partial"
    )
    assert [row["project"] for row in rows.dicts()] == [f"{BASE}id/project/page-16604-2"]
    assert rows.dicts()[0]["degree"] == "partial"


@pytest.mark.parametrize(
    "base",
    [
        "https://example.org/x",
        "ftp://example.org/",
        "x/",
        "https://a b/",
        'https://a/"/',
        "http:///",
    ],
)
def test_an_unusable_base_is_refused(tmp_path: Path, base: str) -> None:
    with pytest.raises(UsageError, match="not usable as a base"):
        build(tmp_path / "graph", [str(sample_folder())], Options(base=base))
    assert not (tmp_path / "graph").exists()


# ---- --keep ----


def test_only_the_last_snapshots_are_kept_and_the_new_one_is_in_use(
    built: Callable[..., Any], files: Callable[..., Path], make: Any, monkeypatch: Any
) -> None:
    ids = []
    for end in range(1, 6):
        source = files({"a.json": make.portal(end)})
        graph = built(source, keep=2)
        ids.append(graph.snapshot.manifest.id)
        # Snapshots are told apart by content even within one second.
        assert graph.column("SELECT ?t { ?p a gk:Project ; dct:title ?t }") == [f"Otters {end}"]
    kept = snapshots(graph.folder)
    assert ids[-1] in kept
    assert len(kept) <= 2
    assert set(kept) <= set(ids)


def test_the_same_content_built_twice_is_published_twice_or_is_one(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    source = files({"a.json": make.portal(1)})
    built(source)
    graph = built(source)
    assert graph.count("?p a gk:Project") == 1
    assert graph.snapshot.manifest.id in snapshots(graph.folder)


# ---- --strict ----


def test_strict_stops_at_a_reject_and_names_the_first(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    source = files({"a.csv": make.table({"StartDate": "31/02/2020"})})
    with pytest.raises(FaultsFoundError, match=r"--strict: 1 rejects.*first: .*a\.csv"):
        built(source, strict=True)
    assert built(source).rejects()[0]["field"] == "StartDate"


def test_strict_stops_at_an_unknown_field_and_leaves_the_old_snapshot_in_use(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    good = built(files({"a.json": make.question(41)}))
    before = good.snapshot.manifest.id
    drifting = files({"b.json": make.question(42, shoeSize=44)}, "drifting")
    with pytest.raises(FaultsFoundError, match="1 unknown fields"):
        built(drifting, strict=True)
    assert good.snapshot.manifest.id == before
    graph = built(drifting)
    [(drift, number)] = graph.report()["drift"].items()
    assert "shoeSize" in drift
    assert number == 1
    assert "44" not in [line.split('"')[1] for line in graph.lines if '"' in line]


def test_the_sample_is_strict(built: Callable[..., Any]) -> None:
    assert built(sample_folder(), strict=True).rejects() == []


# ---- --allow-invalid ----


def spoiled_ontology(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Shapes that ask of every project what the sources here do not say."""
    from graphkit import ontology
    from graphkit.validation import judging

    folder = tmp_path / "ontology"
    folder.mkdir()
    for path in ontology.ontology_folder().iterdir():
        text = path.read_text("utf-8")
        if path.name == "shapes.ttl":
            text += (
                "\ngks:Strange a sh:NodeShape ; sh:targetClass gk:Project ; sh:property "
                "[ sh:path gk:leadDepartment ; sh:minCount 1 ; sh:severity sh:Violation ; "
                'sh:message "A department is needed." ] .\n'
            )
        (folder / path.name).write_text(text, "utf-8")
    monkeypatch.setattr(judging, "ontology_folder", lambda: folder)


def test_a_violation_stops_a_build_unless_it_is_allowed(
    built: Callable[..., Any],
    files: Callable[..., Path],
    make: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    source = files({"a.json": make.portal(1)})
    before = built(source).snapshot.manifest.id
    spoiled_ontology(monkeypatch, tmp_path)
    with pytest.raises(FaultsFoundError, match="1 violations") as caught:
        built(files({"a.json": make.portal(2)}))
    assert "A department is needed." in str(caught.value)
    assert make.key(2) in str(caught.value)
    assert caught.value.exit_code == 1
    assert Snapshot.current(tmp_path / "graph").manifest.id == before
    allowed = built(source, allow_invalid=True)
    assert allowed.snapshot.manifest.violations == 1
    assert allowed.report()["validation"]["first"][0]["severity"] == "Violation"


# ---- --keep-contacts, and people ----

CONTACTS = "Get in touch with Ann Lee, ann.lee@port.gov.uk, or research@port.gov.uk."


def test_named_contacts_are_dropped_unless_they_are_asked_for(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    source = files({"a.json": make.question(41, contactDetails=CONTACTS)})
    text = built(source).bytes.decode()
    assert "Ann Lee" not in text
    assert "ann.lee@" not in text
    assert "research@port.gov.uk" in text
    kept = built(source, into="kept", keep_contacts=True).bytes.decode()
    assert "ann.lee@port.gov.uk" in kept


def test_people_in_every_format_are_dropped(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    person = {"surname": "Secretname", "firstName": "Jo", "email": "jo.secretname@weir.ac.uk"}
    record = make.portal(1, abstractText="Write to jo.secretname@weir.ac.uk about otters.")
    record["projectComposition"]["personRoles"] = [{**person, "roles": []}]
    api = make.gtr2(2)
    api["project"][0]["links"]["link"] = [
        {"href": f"https://x/gtr/api/persons/{make.key(70)}", "rel": "PI_PER"}
    ]
    page = make.page({"title": "Rivers", "why": "Ask jo.secretname@weir.ac.uk about capacity."})
    table = make.table(
        {"ProjectId": make.key(3), "PISurname": "Secretname", "PIFirstName": "Jo",
         "PI ORCID iD": "0000-0002-1825-0097", "StudentSurname": "Secretname"}
    )  # fmt: skip
    background = "Ring Jo on 0123, or jo.secretname@weir.ac.uk."
    graph = built(
        files(
            {
                "a.json": record,
                "b.json": api,
                "c.csv": table,
                "page-7.txt": page,
                "d.json": make.question(41, backgroundInformation=background),
            }
        )
    )
    text = graph.bytes.decode()
    assert not re.search(r"secretname|0000-0002-1825-0097", text, re.IGNORECASE)
    assert make.key(70) not in text
    assert "[e-mail address removed]" in text
    assert "secretname" not in json.dumps(graph.rejects()).casefold()


# ---- What cannot be built ----


def test_nothing_of_a_known_format_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Dear diary", "utf-8")
    with pytest.raises(InputError, match="no file of a known format"):
        build(tmp_path / "graph", [str(tmp_path)])
    with pytest.raises(InputError, match=r"notes\.txt: the file is of no known format"):
        build(tmp_path / "graph", [str(tmp_path / "notes.txt")])
    with pytest.raises(SnapshotError, match="no graph here yet"):
        Snapshot.current(tmp_path / "graph")


def test_a_file_of_no_known_format_in_a_folder_is_skipped_and_reported(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    graph = built(files({"a.json": make.portal(1), "notes.txt": "Dear diary", ".hidden": "x"}))
    [skipped] = graph.report()["skipped"]
    assert skipped["file"].endswith("notes.txt")
    assert skipped["reason"] == "is of no known format"


def test_a_manifest_of_sources_that_is_none_is_an_error(
    built: Callable[..., Any], files: Callable[..., Path], make: Any
) -> None:
    for manifest in ("[]", '{"sources": 1}', '{"sources": [{"title": "x"}]}', "", "{" * 5000):
        with pytest.raises(InputError, match=r"sources\.json"):
            built(files({"a.json": make.portal(1), "sources.json": manifest}))
    wrong = {"sources": [{"file": "a.json", "retrieved": "soon"}]}
    with pytest.raises(InputError, match=r"`retrieved` of a\.json is no date: soon"):
        built(files({"sources.json": wrong}))
