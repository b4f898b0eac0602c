"""What is broken in a source is refused with its place, or stops the build with one line."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.build.pipeline import build, sample_folder
from graphkit.errors import InputError
from graphkit.loaders import reading
from graphkit.snapshot import Snapshot

Cli = Callable[..., Any]
GUID = "0A1B2C3D-0000-4000-8000-{:012d}"
SAMPLE = sample_folder()


def project(end: int = 1, **fields: Any) -> dict[str, Any]:
    values = {"id": GUID.format(end), "title": f"Otters {end}", **fields}
    return {"projectComposition": {"project": values}}


def lines(*records: Any) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in records)


def questions(*records: dict[str, Any]) -> dict[str, Any]:
    return {"data": list(records)}


def question(number: int = 7, **fields: Any) -> dict[str, Any]:
    return {"questionId": number, "question": "Why otters?", "department": "HMT", **fields}


TABLE = ",".join(
    ["FundingOrgName", "ProjectReference", "LeadROName", "Department", "ProjectCategory",
     "PISurname", "PIFirstName", "PIOtherNames", "PI ORCID iD", "StudentSurname",
     "StudentFirstName", "StudentOtherNames", "Student ORCID iD", "Title", "StartDate", "EndDate",
     "AwardPounds", "ExpenditurePounds", "Region", "Status", "GTRProjectUrl", "ProjectId",
     "FundingOrgId", "LeadROId", "PIId"]
)  # fmt: skip


def row(end: int = 1, **cells: str) -> str:
    values = {"Title": f"Otters {end}", "ProjectId": GUID.format(end), **cells}
    return ",".join(values.get(name, "") for name in TABLE.split(","))


@pytest.fixture
def graph(sample: Any, graphkit: Cli, tmp_path: Path) -> Any:
    """A graph with a snapshot in use, to see that it stays."""
    path = tmp_path / "before.json"
    path.write_text(lines(project(99)), "utf-8")
    build(tmp_path / "graph", [str(path)])
    return type(sample)(tmp_path / "graph")


def titles(graph: Any) -> list[str]:
    return graph.column("SELECT ?t { ?p a gk:Project ; dct:title ?t }")


# ---- Files that give nothing ----


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.json", b""),
        ("blank.json", b" \n\t\n"),
        ("mark.json", b"\xef\xbb\xbf"),
        ("mark16.json", b"\xff\xfe"),
        ("empty.json.gz", gzip.compress(b"", mtime=0)),
        ("head.json.gz", b"\x1f\x8b"),
        ("cut.json.gz", gzip.compress(lines(project()).encode(), mtime=0)[:15]),
        ("binary.dat", bytes(range(256)) * 40),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("sqlite.db", b"SQLite format 3\0" + bytes(500)),
        ("other.json", b'{"hello": "world"}'),
        ("other.xml", b"<html><body>Dear diary</body></html>"),
        ("other.csv", b"a,b,c\n1,2,3\n"),
        ("prose.txt", b"It was a dark and stormy night.\n" * 50),
        ("twice.gz", gzip.compress(gzip.compress(lines(project()).encode()))),
        ("header.csv", f"{TABLE}\n".encode()),
        ("none.json", b'{"data": [], "meta": {"pagination": {"total": 0}}, "questionId": 1}'),
        ("no-id.json", b'{"projectComposition": {"project": {"title": "Otters"}}}'),
        ("number.json", b'{"projectComposition": {"project": 7}}'),
        ("broken.json", b'{"projectComposition": {"project": {"id": '),
        ("deep.json", b'{"projectComposition": {"project": ' + b"[" * 200_000),
        (
            "deep.xml",
            b'<gtr:projectOverview xmlns:gtr="http://gtr.ukri.org/api">' + b"<a>" * 200_000,
        ),
    ],
)
def test_a_file_that_gives_no_record_stops_the_build_with_one_line(
    graphkit: Cli, graph: Any, tmp_path: Path, name: str, content: bytes
) -> None:
    before = graph.snapshot.manifest.id
    path = tmp_path / name
    path.write_bytes(content)
    answer = graphkit("--graph", graph.folder, "build", path)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.count("\n") == 1
    assert name in answer.err
    assert graph.snapshot.manifest.id == before
    assert titles(graph) == ["Otters 99"]
    assert not list((graph.folder / "snapshots").glob(".*"))


def test_a_broken_file_in_a_folder_does_not_keep_the_others_out(
    graphkit: Cli, graph: Any, files: Callable[..., Path]
) -> None:
    broken = gzip.compress(lines(*(project(n) for n in range(200))).encode())[:-400]
    folder = files(
        {"good.json": project(1), "empty.json": "", "cut.json.gz": broken, "x.bin": b"\0\1\2"}
    )
    answer = graphkit("--graph", graph.folder, "build", folder)
    assert answer.code == 0, answer.err
    assert "Otters 1" in titles(graph)
    skipped = {Path(s["file"]).name: s["reason"] for s in graph.report()["skipped"]}
    assert skipped == {"empty.json": "is empty", "x.bin": "is of no known format"}
    assert {Path(reject["file"]).name for reject in graph.rejects()} == {"cut.json.gz"}


# ---- Files that give part of what they hold ----

# Content, how many projects or questions are loaded, and of one reject: where and why.
PARTLY: dict[str, tuple[bytes, int, str, str]] = {
    "a gzip stream that is cut": (
        gzip.compress("".join(lines(project(n, abstractText=f"{n * 7919 % 10007} " * 40))
                              for n in range(3000)).encode())[:-2000],
        -1, "end of file|line", "cut or damaged|not valid JSON",
    ),
    "a document that is cut": (
        json.dumps(questions(question(1), question(2), question(3))).encode()[:-40],
        2, "item 3|document", "ends too early",
    ),
    "a line that is cut": (
        (lines(project(1), project(2)) + lines(project(3))[:-9]).encode(),
        2, "line 3", "not valid JSON",
    ),
    "a line of something else": (
        (lines(project(1)) + '{"hello": 1}\n[1, 2]\n"x"\nnull\n\n' + lines(project(2))).encode(),
        2, "line 2", "no projectComposition",
    ),
    "a record without an id": (
        lines(project(1), {"projectComposition": {"project": {"title": "Nobody's"}}}).encode(),
        1, "line 2", "id",
    ),
    "a question without an id": (
        json.dumps(questions(question(1), {"question": "Whose?"})).encode(),
        1, "item 2|record 2", "id|question",
    ),
    "members of a list that are no records": (
        json.dumps({"data": [question(1), 7, "x", None, [], question(2)]}).encode(),
        2, "item", "no record",
    ),
    "an id twice with different content": (
        f"{TABLE}\n{row(1)}\n{row(1, Title='Weirs')}\n".encode(),
        1, "line 3|row 2", "twice",
    ),
    "a date that does not exist": (
        f"{TABLE}\n{row(1, StartDate='30/02/2020')}\n{row(2, EndDate='yesterday')}\n".encode(),
        2, "line 2|row 1", "date",
    ),
    "dates of JSON that do not exist": (
        lines(project(1, fund={"start": 10**18, "end": "2020-13-01", "valuePounds": 5})).encode(),
        1, "line 1|document", "date",
    ),
    "negative money": (
        f"{TABLE}\n{row(1, AwardPounds='-5')}\n".encode(),
        1, "line 2|row 1", "negative|below|pounds|amount|money|sum",
    ),
    "money that is no number": (
        lines(project(1, fund={"valuePounds": "lots"}), project(2)).encode(),
        2, "line 1", "number|amount|money|sum",
    ),
    "a row with too few cells": (
        f"{TABLE}\nESRC,ES/1\n{row(1)}\n".encode(),
        1, "line 2|row 1", "",
    ),
    "nesting beyond reason": (
        (lines(project(1)) + '{"projectComposition": {"project": ' + "[" * 200_000 + "\n"
         + lines(project(2))).encode(),
        2, "line 2", "nested too deeply|not valid JSON",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PARTLY)
def test_what_is_sound_is_loaded_and_the_rest_refused_with_its_place(
    graphkit: Cli, graph: Any, tmp_path: Path, case: str
) -> None:
    content, number, where, why = PARTLY[case]
    path = tmp_path / "source-5.json"
    path.write_bytes(content)
    answer = graphkit("--graph", graph.folder, "build", path)
    assert answer.code == 0, answer.err
    assert answer.out == ""
    found = graph.count("{ ?x a gk:Project } UNION { ?x a gk:ResearchQuestion }")
    assert found == number or (number < 0 and 0 < found < 3000)
    rejects = graph.rejects()
    assert rejects
    assert {reject["file"] for reject in rejects} == {str(path)}
    fitting = [
        reject
        for reject in rejects
        if re.search(where, reject["locator"]) and re.search(why, reject["reason"])
    ]
    assert fitting, rejects
    assert f"{len(rejects):,} refused: graphkit rejects" in answer.err
    shown = graphkit("--graph", graph.folder, "rejects", "--format", "json").json()
    assert shown == rejects
    assert graph.snapshot.manifest.violations == 0


# ---- Encodings ----


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be-bom"])
@pytest.mark.parametrize("form", ["json", "csv"])
def test_every_unicode_encoding_gives_the_same_title(
    graphkit: Cli, graph: Any, tmp_path: Path, encoding: str, form: str
) -> None:
    title = "Ynys Môn – dyfrgwn"
    text = (
        json.dumps(project(1, title=title), ensure_ascii=False)
        if form == "json"
        else f"{TABLE}\n{row(1, Title=title)}\n"
    )
    data = (
        b"\xfe\xff" + text.encode("utf-16-be")
        if encoding == "utf-16-be-bom"
        else text.encode(encoding)
    )
    (tmp_path / "source").write_bytes(data)
    assert graphkit("--graph", graph.folder, "build", tmp_path / "source").code == 0
    assert titles(graph) == [title]
    assert graph.rejects() == []


def test_a_table_in_latin_1_is_read_with_a_warning(
    graphkit: Cli, graph: Any, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(f"{TABLE}\n{row(1, Title='Ynys Môn £5')}\n".encode("latin-1"))
    assert graphkit("--graph", graph.folder, "build", path).code == 0
    assert titles(graph) == ["Ynys Môn £5"]
    assert any("windows-1252" in what for what in graph.report()["warnings"])


def test_a_page_in_latin_1_is_read_with_a_warning(
    graphkit: Cli, graph: Any, tmp_path: Path
) -> None:
    text = "How many dyfrgwn on Ynys Môn?\n\nRelated UKRI funded projects\n\n- A river\n\n"
    path = tmp_path / "page-5.txt"
    path.write_bytes(f"{text}Funded by: NERC\n".encode("latin-1"))
    assert graphkit("--graph", graph.folder, "build", path).code == 0
    assert graph.column("SELECT ?t { ?q schema:text ?t }") == ["How many dyfrgwn on Ynys Môn?"]
    assert any("windows-1252" in what for what in graph.report()["warnings"])


# ---- Characters ----


def test_control_characters_surrogates_and_bidi_marks_are_taken_out(
    graphkit: Cli, graph: Any, tmp_path: Path
) -> None:
    title = "Ot\\u0000ters\\u0007 \\ud800and\\u202e \\u2066weirs\\u200b\\u001b[31m"
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps(project(1, title="TITLE")).replace("TITLE", title),
        "utf-8",
    )
    assert graphkit("--graph", graph.folder, "build", path).code == 0
    [found] = titles(graph)
    assert found.replace("\ufffd", "") == "Otters and weirs[31m"
    text = graph.bytes.decode()
    assert not [c for c in "\x00\x07\x1b\u202e\u2066\u200b" if c in text]


def test_a_value_cannot_end_its_statement(graphkit: Cli, graph: Any, tmp_path: Path) -> None:
    evil = (
        '" . <http://evil/s> <http://evil/p> <http://evil/o> .\n<http://evil/s> <http://evil/p> "'
    )
    url = 'https://ari.org.uk/a b"> <http://evil/p> <http://evil/o> .\n'
    path = tmp_path / "a.json"
    record = question(7, question=evil, url=url, department=evil, questionGroup=evil, topics=[evil])
    path.write_text(json.dumps(questions(record)), "utf-8")
    assert graphkit("--graph", graph.folder, "build", path).code == 0
    assert graph.count("<http://evil/s> ?p ?o") == 0
    assert graph.count("?s <http://evil/p> ?o") == 0
    assert graph.count("?q a gk:ResearchQuestion") == 1


@pytest.mark.parametrize(
    "url",
    ["https://x.org/a b", 'https://x.org/"', "https://x.org/<i>", "https://x.org/%zz", "x", "http://[",
     "javascript:alert(1)", "https://x.org/\\", "https://x.org:port/", "https://x.org/\u202e"],
)  # fmt: skip
def test_an_address_with_anything_in_it_is_an_iri_or_left_out(
    graphkit: Cli, graph: Any, tmp_path: Path, url: str
) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(questions(question(7, url=url))), "utf-8")
    assert graphkit("--graph", graph.folder, "build", path).code == 0
    found = graph.column("SELECT ?u { ?q a gk:ResearchQuestion ; schema:url ?u }")
    assert all(one.startswith("https://x.org/") and " " not in one for one in found)
    assert graph.snapshot.manifest.violations == 0


# ---- Sizes ----


def test_a_line_beyond_the_limit_is_refused_and_the_next_is_read(
    graphkit: Cli, graph: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_RECORD_BYTES", 20_000)
    path = tmp_path / "a.jsonl"
    path.write_text(
        lines(project(1), project(2, abstractText="long " * 9_000), project(3)), "utf-8"
    )
    assert graphkit("--graph", graph.folder, "build", path).code == 0
    assert titles(graph) == ["Otters 1", "Otters 3"]
    [reject] = graph.rejects()
    assert reject["locator"] == "line 2"
    assert "longer than" in reject["reason"]
    assert len(reject["excerpt"]) <= 200


def test_a_record_of_a_document_beyond_the_limit_is_refused(
    graphkit: Cli, graph: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_RECORD_BYTES", 20_000)
    path = tmp_path / "a.json"
    long = question(2, backgroundInformation="long " * 9_000)
    path.write_text(json.dumps(questions(question(1), long, question(3))), "utf-8")
    assert graphkit("--graph", graph.folder, "build", path).code == 0
    assert graph.count("?q a gk:ResearchQuestion") >= 1
    assert any("longer than" in reject["reason"] for reject in graph.rejects())


@pytest.mark.long
def test_a_line_of_two_gigabytes_is_refused_without_being_held(
    command: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(lines(project(1)).encode())
        file.write(b'{"projectComposition": {"project": {"abstractText": "')
        for _ in range(2048):
            file.write(b"x" * (1 << 20))
        file.write(b'"}}}\n' + lines(project(3)).encode())
    peak = peak_of(command, tmp_path, path)
    assert peak < 500 << 20


def peak_of(command: Callable[..., Any], tmp_path: Path, path: Path, code: int = 0) -> int:
    """The most memory that a build of a file held, in bytes."""
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not tell how much memory a process held")
    note = tmp_path / "peak"
    # Not getrusage: what that tells includes the process that started this one.
    prelude = (
        "import atexit, shutil; atexit.register(lambda: "
        f"shutil.copyfile('/proc/self/status', {str(note)!r}))"
    )
    process = command("--graph", tmp_path / "g", "build", path, prelude=prelude)
    _, errors = process.communicate()
    assert process.returncode == code, errors
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+) kB", note.read_text("utf-8"))
    return int(kilobytes) << 10


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "otters otters otters otters">{levels}]>
<gtr:projectOverview xmlns:gtr="http://gtr.ukri.org/api"><gtr:projectComposition><gtr:project>
<gtr:id>{id}</gtr:id><gtr:title>&{last};</gtr:title></gtr:project></gtr:projectComposition>
</gtr:projectOverview>"""


def bomb() -> str:
    names = "abcdefghij"
    levels = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names))
    return BOMB.format(levels=levels, id=GUID.format(1), last="j")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.json", '{"projectComposition": {"project": ' + "[" * 200_000),
        ("deep-objects.json", '{"projectComposition": {"project": ' + '{"a":' * 200_000),
        ("deep-page.json", '{"data": [{"questionId": 1, "question": ' + "[" * 200_000),
        ("deep.xml", '<gtr:projectOverview xmlns:gtr="http://gtr.ukri.org/api">' + "<a>" * 200_000),
        ("bomb.xml", bomb()),
    ],
)
def test_nesting_and_entities_take_no_memory(
    command: Callable[..., Any], tmp_path: Path, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    assert peak_of(command, tmp_path, path, code=2) < 220 << 20


def test_entities_of_xml_reach_no_file_and_no_server(
    graphkit: Cli, graph: Any, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET", "utf-8")
    declaration = f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{secret}">]>'
    for head, title in ((declaration, "&s;"), (declaration, "plain"), ("", "&s;")):
        path = tmp_path / "a.xml"
        path.write_text(
            f'<?xml version="1.0"?>{head}<gtr:projectOverview xmlns:gtr="http://gtr.ukri.org/api">'
            f"<gtr:projectComposition><gtr:project><gtr:id>{GUID.format(1)}</gtr:id><gtr:title>"
            f"{title}</gtr:title></gtr:project></gtr:projectComposition></gtr:projectOverview>",
            "utf-8",
        )
        answer = graphkit("--graph", graph.folder, "build", path)
        assert answer.code in (0, 2)
        assert answer.err.count("\n") == 1 or answer.code == 0
        assert b"TOPSECRET" not in graph.bytes
        assert "TOPSECRET" not in answer.err + graph.snapshot.rejects.read_text("utf-8")


# ---- Anything at all ----

PIECES = [
    path.read_bytes()[:6_000]
    for path in sorted(SAMPLE.rglob("*"))
    if path.is_file() and path.name not in ("README.md", "sources.json")
]
ALPHABET = st.sampled_from(
    [b"", b"\x00", b"\xff", b'"', b"\\", b"{", b"}", b"[", b"]", b",", b"\n", b"null", b"-1",
     b"1e999", b'"\\ud800"', b"<", b">", b"&x;", b"\r", b"\t", b"9" * 40, "\u202e".encode()]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A sample file, or the beginning of one, with some bytes replaced by others."""
    data = draw(st.sampled_from(PIECES))
    if draw(st.booleans()):
        data = data[: draw(st.integers(0, len(data)))]
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 12))
        data = data[:start] + draw(ALPHABET) + data[start + length :]
    return (
        gzip.compress(data)[: draw(st.integers(0, 9_000))] if draw(st.integers(0, 9)) == 0 else data
    )


@given(data=st.one_of(mutated(), st.binary(max_size=200)))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_bytes_break_a_build_or_a_snapshot(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = folder / "source-12"
    path.write_bytes(data)
    try:
        outcome = build(folder / "graph", [str(path)])
    except InputError:  # and no other: not even a graph that its own shapes refuse
        assert not list((folder / "graph").glob("snapshots/.*"))
        return
    before = outcome.snapshot.manifest
    assert Snapshot.current(folder / "graph").manifest == before
    assert before.violations == 0
    assert before.sources[0].records > 0
