"""Files of judged pairs: every way to write them, and what bad ones are told."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphkit.errors import InputError
from graphkit.model import Assessment
from graphkit.relevance.evaluation.judged import (
    Judged,
    JudgedPair,
    holds_negatives,
    judged_by,
    known_only,
    project_key,
    question_key,
    read_judged,
)

P = "8F2B9D0C-1A2B-4C3D-8E4F-5A6B7C8D9E0F"
Q = "00000000-0000-4000-8000-00000000000A"


def pairs_file(folder: Path, content: str | bytes, name: str = "pairs.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(folder: Path, *rows: str, header: str = "question,project,judgement") -> Judged:
    return read_judged(pairs_file(folder, "\n".join((header, *rows)) + "\n"))


def refused(judged: Judged) -> list[tuple[int, str]]:
    return [(one.line, one.field) for one in judged.refused]


def test_columns_stand_in_any_order_and_case_and_others_are_passed_over(tmp_path: Path) -> None:
    judged = read(tmp_path, f"16604,x,1, {P} ", header="\ufeffQuestion,note,JUDGEMENT,Project")
    assert judged.pairs == (JudgedPair("16604", P, 1, line=2),)
    assert judged.refused == ()


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_comma_semicolon_and_tab_are_told_apart_by_the_header(
    tmp_path: Path, mark: str, ending: str
) -> None:
    lines = (["question", "project", "judgment"], ["1", P, "yes"], ["1", Q, "no"])
    content = ending.join(mark.join(line) for line in lines)
    judged = read_judged(pairs_file(tmp_path, content))
    assert [(pair.grade, pair.line) for pair in judged.pairs] == [(1, 2), (0, 3)]


def test_a_gzipped_file_is_read_as_the_plain_one(tmp_path: Path) -> None:
    content = f"question,project,judgement\n1,{P},1\n"
    plain = read_judged(pairs_file(tmp_path, content))
    packed = read_judged(pairs_file(tmp_path, gzip.compress(content.encode()), "pairs.csv.gz"))
    assert packed == plain


@pytest.mark.parametrize(
    "text",
    [
        "16604",
        "question:16604",
        "QUESTION:16604",
        "https://w3id.org/graphkit/id/question/16604",
        "<http://example.org/my/id/question/16604>",
    ],
)
def test_a_question_is_named_by_key_prefix_or_address(text: str) -> None:
    assert question_key(text) == "16604"


def test_a_question_known_from_a_page_alone_has_a_key_too() -> None:
    assert question_key("page-0123456789ab") == "page-0123456789ab"
    address = "https://w3id.org/graphkit/id/question/page%2D0123456789ab"
    assert question_key(address) == "page-0123456789ab"


@pytest.mark.parametrize(
    "text", [P, P.lower(), f"project:{P.lower()}", f"https://w3id.org/graphkit/id/project/{P}"]
)
def test_a_project_is_named_by_id_prefix_or_address_in_any_case(text: str) -> None:
    assert project_key(text) == P


@pytest.mark.parametrize("key", ["page-16604-10", "P1", "local_7.b"])
def test_a_project_of_another_source_keeps_its_key(key: str) -> None:
    assert project_key(key) == project_key(f"project:{key}") == key


@pytest.mark.parametrize(
    ("question", "project", "field", "reason"),
    [
        ("", P, "question", "empty"),
        ("16604.0", P, "question", "decimal point"),
        ("two words", P, "question", "no key"),
        (f"project:{P}", P, "question", "names a project"),
        ("1", "", "project", "empty"),
        ("1", "EP/X01234/1", "project", "no GtR project id"),
        ("1", "question:1", "project", "names a question"),
        ("1", "two words", "project", "nor another key"),
    ],
)
def test_a_key_that_is_none_costs_its_row_and_says_why(
    tmp_path: Path, question: str, project: str, field: str, reason: str
) -> None:
    judged = read(tmp_path, f"{question},{project},1", f"2,{Q},1")
    assert [pair.question for pair in judged.pairs] == ["2"]
    [one] = judged.refused
    assert (one.line, one.field) == (2, field)
    assert reason in one.reason


@pytest.mark.parametrize(
    ("word", "grade"),
    [
        *((str(number), number) for number in range(4)),
        *((word, 0) for word in ("0.0", "Irrelevant", "not  relevant", "no", "FALSE", "none")),
        *((word, 2) for word in ("2.0", "yes", "relevant", "true", "unstated", "partial")),
        *(("full", 3), ("Direct", 3), ("indirect", 1)),
    ],
)
def test_a_judgement_is_a_number_or_a_word(tmp_path: Path, word: str, grade: int) -> None:
    judged = read(tmp_path, f"1,{P},{word}", f"1,{Q},3")
    assert judged.pairs[0].grade == grade
    assert judged.graded
    assert judged.threshold == 2


@pytest.mark.parametrize(
    ("judgement", "threshold"), [("1", 1), ("yes", 1), ("none", 1), ("2", 2), ("indirect", 2)]
)
def test_a_grade_above_1_or_a_degree_makes_the_scale_a_graded_one(
    tmp_path: Path, judgement: str, threshold: int
) -> None:
    assert read(tmp_path, f"1,{P},{judgement}", f"1,{Q},0").threshold == threshold


def test_yes_in_a_file_of_yes_and_no_is_1_and_counts_as_relevant(tmp_path: Path) -> None:
    judged = read(tmp_path, f"1,{P},yes", f"1,{Q},0")
    assert [pair.grade for pair in judged.pairs] == [1, 0]
    assert judged.threshold == 1


@pytest.mark.parametrize("word", ["", "4", "-1", "1.5", "maybe", "nan", "inf", "１", "1e400"])
def test_a_judgement_that_is_none_is_refused(tmp_path: Path, word: str) -> None:
    judged = read(tmp_path, f"1,{P},{word}", f"1,{Q},1")
    assert len(judged.pairs) == 1
    assert refused(judged) == [(2, "judgement")]


def test_a_degree_comes_from_its_column_or_from_a_judgement_that_is_one(tmp_path: Path) -> None:
    header = "question,project,judgement,degree"
    rows = (f"1,{P},3,Partial", f"2,{P},indirect,", f"3,{P},2,", f"4,{P},0,")
    judged = read(tmp_path, *rows, header=header)
    assert [pair.degree for pair in judged.pairs] == ["partial", "indirect", None, "none"]


@pytest.mark.parametrize("row", ["0,full", "2,none", "2,somewhat"])
def test_a_degree_that_is_unknown_or_against_the_judgement_is_refused(
    tmp_path: Path, row: str
) -> None:
    header = "question,project,judgement,degree"
    judged = read(tmp_path, f"1,{P},{row}", f"1,{Q},3,full", header=header)
    assert len(judged.pairs) == 1
    assert refused(judged) == [(2, "degree")]


def test_aspects_are_keys_or_wordings_between_semicolons(tmp_path: Path) -> None:
    header = "question,project,judgement,covers,misses"
    row = f"1,{P},1,The role of capacity;spatial-drivers; Capability and capacity,Distribution;"
    [pair] = read(tmp_path, row, header=header).pairs
    assert pair.covers == ("capacity", "spatial-drivers")
    assert pair.misses == ("distribution",)


@pytest.mark.parametrize(
    ("aspects", "field"),
    [("capacity,the capacity", "misses"), ("?;cost,", "covers"), (f",{'x' * 201}", "misses")],
)
def test_aspects_that_contradict_or_say_nothing_are_refused(
    tmp_path: Path, aspects: str, field: str
) -> None:
    header = "question,project,judgement,covers,misses"
    judged = read(tmp_path, f"1,{P},1,{aspects}", f"1,{Q},1,,", header=header)
    assert refused(judged) == [(2, field)]


def test_a_pair_that_comes_again_counts_once_and_a_change_of_mind_is_refused(
    tmp_path: Path,
) -> None:
    judged = read(tmp_path, f"1,{P},1", f"question:1,{P.lower()},1", f"1,{P},0")
    assert judged.pairs == (JudgedPair("1", P, 1, line=2),)
    assert judged.repeated == 1
    [one] = judged.refused
    assert (one.line, one.field) == (4, "judgement")
    assert "line 2 says another thing" in one.reason


def test_a_split_is_read_alone_on_the_scale_of_the_whole_file(tmp_path: Path) -> None:
    rows = (f"1,{P},1,Test", f"2,{P},3,tune", f"1,{Q},maybe,tune", f"3,{P},0,test")
    content = "\n".join(("question,project,judgement,split", *rows))
    judged = read_judged(pairs_file(tmp_path, content), split="test")
    assert [pair.question for pair in judged.pairs] == ["1", "3"]
    assert judged.graded
    assert judged.other_splits == 2
    assert judged.refused == ()
    assert judged.in_several_splits == ("1",)


def test_a_split_that_no_row_has_is_told_with_those_there_are(tmp_path: Path) -> None:
    path = pairs_file(tmp_path, f"question,project,judgement,split\n1,{P},1,tune\n")
    with pytest.raises(InputError, match="no row is of the split 'test'; the column holds tune"):
        read_judged(path, split="test")


def test_a_split_needs_its_column(tmp_path: Path) -> None:
    path = pairs_file(tmp_path, f"question,project,judgement\n1,{P},1\n")
    with pytest.raises(InputError, match="line 1: the header lacks split"):
        read_judged(path, split="test")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"question,project,judgement\n\n", "a header and no rows"),
        (b"question,project\n1,2\n", "the header lacks judgement"),
        (b"16604,8F2B,1\n", "the header lacks question, project, judgement"),
        (b"question,project,judgement,project\n", "the header has project twice"),
        ("question,project,judgement\n1,caf\u00e9,1\n".encode("cp1252"), "line 2: not UTF-8"),
        (b"question,project,judgement\r\r\n1,\xe9", "line 3: not UTF-8"),
        ("question,project,judgement\n".encode("utf-16"), "line 1: UTF-16, not UTF-8"),
        (b"PK\x03\x04\x14\x00", "a spreadsheet or a zip archive"),
        (b"PAR1\x15\x04", "a Parquet file"),
        (b"question\n\x00\x01", "line 2: a NUL byte"),
        (b"\x1f\x8b\x08\x00cut", "cut or damaged"),
        (b'"question,project,judgement\n', "the header lacks"),
    ],
)
def test_a_file_that_is_none_is_told_with_its_place_and_what_to_do(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = pairs_file(tmp_path, content)
    with pytest.raises(InputError) as caught:
        read_judged(path)
    assert message in str(caught.value)
    assert str(path) in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_not_there_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_judged(tmp_path / "none.csv")
    with pytest.raises(InputError, match="name a CSV file"):
        read_judged(tmp_path)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphkit.relevance.evaluation.judged_table.MAX_BYTES", 1 << 20)
    path = pairs_file(tmp_path, gzip.compress(b"question\n" + b"x" * (2 << 20)))
    with pytest.raises(InputError, match="longer than"):
        read_judged(path)


def test_where_no_row_can_be_read_the_first_fault_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"first fault is in line 2, project: no GtR project id"):
        read(tmp_path, "1,EP/X1/1,1")


def test_a_row_of_another_width_and_one_with_a_runaway_quote_are_refused(tmp_path: Path) -> None:
    header = "question,project,judgement,note"
    rows = (f"1,{P},1,a", f"1,{Q},1", f"2,{P},1,b,,", f'3,{P},1,"open', f"4,{P},1,c")
    judged = read(tmp_path, *rows, header=header)
    assert [pair.question for pair in judged.pairs] == ["1", "2"]
    assert [one.line for one in judged.refused] == [3, 5]
    assert "3 fields where the header has 4" in judged.refused[0].reason
    assert "runs to line 6" in judged.refused[1].reason


def test_what_is_refused_stands_in_the_order_of_the_file(tmp_path: Path) -> None:
    judged = read(tmp_path, f"1,{P},1", "1,EP/X1/1,1", f"1,{Q},maybe", f",{Q},1")
    assert refused(judged) == [(3, "project"), (4, "judgement"), (5, "question")]


def test_lines_are_counted_through_notes_of_several_lines_and_blank_ones(tmp_path: Path) -> None:
    header = "\nquestion,project,judgement,note"
    judged = read(tmp_path, f'1,{P},1,"two\nlines"', "", f"1,{Q},?,", header=header)
    assert judged.pairs[0].line == 3
    assert refused(judged) == [(6, "judgement")]


def test_what_a_cell_holds_cannot_steer_the_terminal(tmp_path: Path) -> None:
    judged = read(tmp_path, f"1\x1b[31m,{P},1", f"1,{Q},1")
    assert judged.refused[0].excerpt == "1\ufffd[31m"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60) | st.text(alphabet="1,;\t\n\r\"'q:. \ufeffé").map(str.encode))
def test_whatever_follows_the_header_every_row_is_used_or_told(
    tmp_path: Path, content: bytes
) -> None:
    head = f"question,project,judgement\n1,{P},1\n".encode()
    path = pairs_file(tmp_path, head + content)
    try:
        judged = read_judged(path)
    except InputError:  # not UTF-8, or a NUL byte
        return
    assert judged.pairs[0].line == 2
    if re.search(rb"\w", content):
        assert len(judged.pairs) + len(judged.refused) + judged.repeated > 1


def test_negatives_are_pairs_below_the_threshold() -> None:
    pairs = [JudgedPair("1", P, 3), JudgedPair("1", Q, 1)]
    assert holds_negatives(pairs, 2)
    assert not holds_negatives(pairs, 1)


def test_published_assessments_serve_as_judgements() -> None:
    full = Assessment(
        question="1", project=P, degree="full", origin="published-page", covers=("capacity",)
    )
    linked = Assessment(question="1", project=Q, degree="unstated", origin="published-link")
    judged = judged_by([full, linked, linked])
    assert [(pair.grade, pair.degree) for pair in judged.pairs] == [(1, "full"), (1, None)]
    assert judged.pairs[0].covers == ("capacity",)
    assert judged.threshold == 1
    assert judged.repeated == 1


def test_pairs_that_the_graph_does_not_have_are_refused() -> None:
    judged = Judged((JudgedPair("1", P, 1, line=2), JudgedPair("1", Q, 1, line=3)))
    known = known_only(judged, {"1"}, {P})
    assert [pair.project for pair in known.pairs] == [P]
    assert refused(known) == [(3, "project")]
