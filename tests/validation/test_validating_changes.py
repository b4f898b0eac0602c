"""What changed, judged alone, gives the report that judging everything gives."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graphkit.delta import Delta
from graphkit.ontology import Ontology
from graphkit.store import GraphStore, build_store
from graphkit.validation import (
    Finding,
    ValidationReport,
    changes,
    judging,
    read_findings,
    save_findings,
    stored_types,
    validate_changes,
    validate_quads,
)
from graphkit.validation import report as report_module
from graphkit.vocabulary import DEFAULT_BASE, RDF_TYPE

GK = "https://w3id.org/graphkit/ontology#"
THING = f"<{DEFAULT_BASE}id/"
TYPE = f"<{RDF_TYPE}>"
GRAPH = f"<{DEFAULT_BASE}graph/x>"
XSD = "http://www.w3.org/2001/XMLSchema#"
KINDS = ("drop", "unsay", "value", "link", "class", "more", "copy", "move")
VALUES = (
    '"soon"',
    '""',
    f'"2021-02-03"^^<{XSD}date>',
    f'"1066-10-14"^^<{XSD}date>',
    f'"-5"^^<{XSD}decimal>',
    f'"7"^^<{XSD}integer>',
    f'"999.0"^^<{XSD}double>',
    f'"1e+16"^^<{XSD}double>',
    f'"say \\"9.0\\"^^<{XSD}double> \\n"',
    f"{THING}organisation/nowhere>",
    "<https://example.org/elsewhere>",
)


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return Ontology.load()


@pytest.fixture(scope="module")
def part(sample: Any) -> list[str]:
    """Statements on some things of each class, and on what they refer to."""
    said: dict[str, list[str]] = {}
    for line in sample.bytes.decode().splitlines(keepends=True):
        said.setdefault(line.split(" ", 1)[0], []).append(line)
    chosen: dict[str, list[str]] = {}
    for subject, lines in said.items():
        kind = next((line.split(" ", 3)[2] for line in lines if f" {TYPE} " in line), "")
        if len(chosen.setdefault(kind, [])) < 4:
            chosen[kind].append(subject)
    some = dict.fromkeys(subject for subjects in chosen.values() for subject in subjects)
    for subject in list(some):
        some.update((line.split(" ", 3)[2], None) for line in said[subject])
    return [line for subject, lines in said.items() if subject in some for line in lines]


class Stored:
    """Statements in a store of their own, and what all of them are judged to be."""

    def __init__(self, lines: Iterable[str], folder: Path, ontology: Ontology) -> None:
        self.lines = list(lines)
        data = "".join(self.lines).encode()
        build_store(io.BytesIO(data), folder)
        self.store = GraphStore(folder)
        types = stored_types(self.store)
        self.report = validate_quads(io.BytesIO(data), types, ontology, DEFAULT_BASE)


@pytest.fixture
def stored(tmp_path: Path, ontology: Ontology) -> Callable[[Iterable[str]], Stored]:
    def make(lines: Iterable[str]) -> Stored:
        return Stored(lines, tmp_path / str(len(list(tmp_path.iterdir()))), ontology)

    return make


def followed(old: Stored, new: Stored, ontology: Ontology) -> ValidationReport | None:
    delta = Delta.between(old.lines, new.lines)
    return validate_changes(old.report, old.store, new.store, delta, ontology, DEFAULT_BASE)


def written(report: ValidationReport | None) -> bytes:
    return msgspec.json.encode(report)


# ---- Any change ----


def changed(draw: Callable[[Any], Any], lines: list[str]) -> list[str]:
    """The statements after one change of any kind."""
    subjects = list(dict.fromkeys(line.split(" ", 1)[0] for line in lines))
    things = [subject for subject in subjects if subject.startswith(THING)]
    if not things:
        return lines
    thing = draw(st.sampled_from(things))
    own = [line for line in lines if line.startswith(thing + " ")]
    line = draw(st.sampled_from(own))
    subject, predicate, rest = line.split(" ", 2)
    others = [line for line in lines if line not in set(own)]
    match draw(
        st.sampled_from(("drop", "unsay", "value", "link", "class", "more", "copy", "move"))
    ):
        case "drop":
            return others
        case "unsay":
            return [other for other in lines if other != line]
        case "value" if predicate != TYPE:
            new = f"{subject} {predicate} {draw(st.sampled_from(VALUES))} {GRAPH} .\n"
            return [new if other == line else other for other in lines]
        case "link" if rest.startswith("<") and predicate != TYPE:
            new = f"{subject} {predicate} {draw(st.sampled_from(things))} {GRAPH} .\n"
            return [new if other == line else other for other in lines]
        case "class":
            kinds = sorted({line.split(" ", 3)[2] for line in lines if f" {TYPE} <" in line})
            new = f"{thing} {TYPE} {draw(st.sampled_from(kinds))} {GRAPH} .\n"
            kept = [other for other in own if f" {TYPE} " not in other]
            return [*others, new, *kept]
        case "more":
            value = draw(st.sampled_from((*VALUES, *things)))
            return [*others, *own, f"{subject} {predicate} {value} {GRAPH} .\n"]
        case "copy":
            another = f"{thing[:-1]}-{draw(st.integers(1, 3))}>"
            return [*lines, *(another + line.removeprefix(thing) for line in own)]
        case "move":
            moved = {line: f"{line.rsplit(' ', 2)[0]} {GRAPH} .\n" for line in own}
            return [moved.get(other, other) for other in lines]
    return lines


def check_any_changes(data: st.DataObject, part: list[str], ontology: Ontology) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before = Stored(part, Path(folder) / "0", ontology)
        for step in range(1, data.draw(st.integers(2, 4))):
            lines = before.lines
            for _ in range(data.draw(st.integers(1, 6))):
                lines = list(dict.fromkeys(changed(data.draw, lines)))
            after = Stored(lines, Path(folder) / str(step), ontology)
            report = followed(before, after, ontology)
            assert written(report) == written(after.report)
            assert report is not None
            after.report = report
            before = after


ANY = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


@ANY
@given(data=st.data())
def test_any_changes_followed_step_by_step_give_the_report_on_everything(
    part: list[str], ontology: Ontology, data: st.DataObject
) -> None:
    check_any_changes(data, part, ontology)


@pytest.mark.long
@settings(ANY, max_examples=150, phases=tuple(Phase))
@given(data=st.data())
def test_many_changes_followed_step_by_step_give_the_report_on_everything(
    part: list[str], ontology: Ontology, data: st.DataObject
) -> None:
    check_any_changes(data, part, ontology)


# ---- Single changes ----


def line(subject: str, predicate: str, value: str) -> str:
    return f"<{DEFAULT_BASE}id/{subject}> <{predicate}> {value} {GRAPH} .\n"


def typed(subject: str, kind: str) -> str:
    return line(subject, RDF_TYPE, f"<{GK}{kind}>")


LED = [
    typed("project/1", "Project"),
    line("project/1", f"{GK}leadOrganisation", f"{THING}organisation/1>"),
]
BODY = [typed("organisation/1", "Organisation")]


def of_lead(report: ValidationReport | None) -> list[Finding]:
    assert report is not None
    return [finding for finding in report.findings if finding.property.endswith("Organisation")]


def test_a_thing_that_vanishes_is_missed_by_those_that_refer_to_it(
    stored: Callable[[Iterable[str]], Stored], ontology: Ontology
) -> None:
    report = followed(stored([*LED, *BODY]), stored(LED), ontology)
    [finding] = of_lead(report)
    assert finding.record == f"{DEFAULT_BASE}id/project/1"
    assert finding.value == f"{DEFAULT_BASE}id/organisation/1"


def test_a_thing_that_comes_is_missed_no_longer(
    stored: Callable[[Iterable[str]], Stored], ontology: Ontology
) -> None:
    old = stored(LED)
    assert of_lead(old.report)
    assert not of_lead(followed(old, stored([*LED, *BODY]), ontology))


def test_a_thing_of_another_class_is_objected_to_where_it_is_referred_to(
    stored: Callable[[Iterable[str]], Stored], ontology: Ontology
) -> None:
    old, new = stored([*LED, *BODY]), stored([*LED, typed("organisation/1", "Place")])
    assert not of_lead(old.report)
    assert of_lead(followed(old, new, ontology))


def test_things_that_nothing_touched_are_not_judged_again(
    stored: Callable[[Iterable[str]], Stored],
    ontology: Ontology,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The organisation keeps its class, so that the project, which has no title, is left alone.
    old = stored([*LED, *BODY])
    new = stored([*old.lines, line("organisation/1", f"{GK}acronym", '"O"')])
    judged: list[bytes] = []
    check = judging.Validator.check

    def noted(self: Any, piece: bytes, types: Any) -> Any:
        judged.append(piece)
        return check(self, piece, types)

    monkeypatch.setattr(judging.Validator, "check", noted)
    report = followed(old, new, ontology)
    [piece] = judged
    assert {text.split(b" ")[0].decode() for text in piece.splitlines()} == {
        f"{THING}organisation/1>"
    }
    assert any(finding.record.endswith("project/1") for finding in old.report.findings)
    assert report is not None
    assert written(report) == written(new.report)


def test_the_size_of_the_pieces_changes_nothing(
    part: list[str],
    stored: Callable[[Iterable[str]], Stored],
    ontology: Ontology,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = stored(part)
    new = stored([text for text in part if "/id/place/" not in text.split(" ", 1)[0]])
    assert new.report.findings
    for size in (1, 100):
        monkeypatch.setattr(changes, "PIECE_QUADS", size)
        assert written(followed(old, new, ontology)) == written(new.report)


def test_a_value_is_quoted_as_the_file_has_it(
    stored: Callable[[Iterable[str]], Stored], ontology: Ontology
) -> None:
    place = typed("place/1", "Place")
    far = f'"999.0"^^<{XSD}double>'
    new = stored([place, line("place/1", "http://www.w3.org/2003/01/geo/wgs84_pos#lat", far)])
    report = followed(stored([place]), new, ontology)
    assert report is not None
    assert "999.0" in {finding.value for finding in report.findings}


# ---- What cannot be followed ----


def test_findings_that_were_not_all_kept_are_not_followed(
    stored: Callable[[Iterable[str]], Stored],
    ontology: Ontology,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = stored([*LED, *BODY])
    assert len(whole.report.findings) > 2
    monkeypatch.setattr(report_module, "MAX_FINDINGS", 2)
    capped = stored([*LED, *BODY])
    assert followed(capped, whole, ontology) is None
    empty = stored([])
    assert followed(empty, capped, ontology) is None


@pytest.mark.parametrize(
    "news",
    [
        f"_:b {TYPE} <{GK}Project> {GRAPH} .\n",
        f"{THING}project/1> <{GK}leadOrganisation> _:b {GRAPH} .\n",
        f"<{GK}Project> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{GK}Place> {GRAPH} .\n",
        f"<https://example.org/a> {TYPE} <{GK}Project> {GRAPH} .\n",
    ],
    ids=["a blank subject", "a blank value", "a class in another", "a thing of elsewhere"],
)
def test_changes_that_reach_further_than_their_things_are_not_followed(
    news: str, stored: Callable[[Iterable[str]], Stored], ontology: Ontology
) -> None:
    assert followed(stored(LED), stored([*LED, news]), ontology) is None


def test_a_change_of_too_many_things_is_not_followed(
    stored: Callable[[Iterable[str]], Stored],
    ontology: Ontology,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(changes, "MAX_THINGS", 1)
    assert followed(stored([]), stored(LED), ontology) is not None
    # The organisation alone is touched, the project refers to it.
    assert followed(stored(LED), stored([*LED, *BODY]), ontology) is None
    assert followed(stored([]), stored([*LED, *BODY]), ontology) is None


# ---- The file ----


def test_a_report_comes_back_from_its_file_whole(
    stored: Callable[[Iterable[str]], Stored], tmp_path: Path
) -> None:
    report = stored(LED).report
    assert report.findings
    path = tmp_path / "findings.json"
    save_findings(report, path)
    again = read_findings(path)
    assert again == report
    assert written(again) == written(report)
    save_findings(again, tmp_path / "again.json")
    assert path.read_bytes() == (tmp_path / "again.json").read_bytes()


def test_a_file_that_is_missing_or_damaged_gives_no_report(tmp_path: Path) -> None:
    path = tmp_path / "findings.json"
    assert read_findings(path) is None
    save_findings(ValidationReport(), path)
    path.write_bytes(path.read_bytes()[:-3])
    assert read_findings(path) is None


def test_findings_by_other_shapes_give_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "findings.json"
    save_findings(ValidationReport(), path)
    (tmp_path / "shapes.ttl").write_text("# none\n", encoding="utf-8")
    monkeypatch.setattr(report_module, "ontology_folder", lambda: tmp_path)
    assert read_findings(path) is None


def test_a_class_that_is_text_is_none(
    stored: Callable[[Iterable[str]], Stored], ontology: Ontology
) -> None:
    old, new = stored(LED), stored([*LED, line("organisation/1", RDF_TYPE, '"body"')])
    assert of_lead(followed(old, new, ontology))
