"""What is found to have changed between two snapshots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from graphkit.changes import Change, Comparison, Narrowing, atom
from graphkit.changes.comparing import EVERY_SECTION
from graphkit.errors import SnapshotError, UsageError
from graphkit.snapshot import Snapshot

Found = dict[tuple[str, str], list[Change]]


def found(comparison: Comparison) -> Found:
    return {
        (section, what): list(comparison.changes(section, what))
        for section, what, _ in comparison.groups()
    }


@pytest.fixture(scope="module")
def comparison(old: Snapshot, new: Snapshot) -> Iterator[Comparison]:
    with Comparison.of(old, new) as one:
        yield one


@pytest.fixture(scope="module")
def changes(comparison: Comparison) -> Found:
    return found(comparison)


def keys(changes: list[Change]) -> list[str]:
    return [one.thing.rpartition("/")[2] for one in changes]


def values(change: Change) -> dict[str, tuple[object, object]]:
    return {one.field: (one.old, one.new) for one in change.fields}


def narrowed(old: Snapshot, new: Snapshot, **kinds: tuple[str, ...]) -> Found:
    with Comparison.of(old, new, Narrowing(**kinds)) as comparison:  # type: ignore[arg-type]
        return found(comparison)


def test_questions_that_came_went_were_archived_and_reworded_are_told_apart(
    changes: Found,
) -> None:
    assert keys(changes["questions", "added"]) == ["77"]
    assert keys(changes["questions", "gone"]) == ["9001936"]
    assert keys(changes["questions", "archived"]) == ["9000412"]
    assert keys(changes["questions", "reworded"]) == ["9000414"]
    before, after = values(changes["questions", "reworded"][0])["text"]
    assert "the associated" in str(before)
    assert str(before).replace("the associated", "any") == after


def test_who_asks_a_question_is_told_before_and_after(changes: Found) -> None:
    changed = changes["questions", "changed"]
    moved = dict(zip(keys(changed), changed, strict=True))
    assert values(moved["9000915"])["asked_by"] == (
        "Department for Levelling Up, Housing and Communities",
        "Ministry of Housing, Communities and Local Government",
    )
    assert values(moved["9001019"])["has_topic"] == (None, "Food safety")


def test_questions_that_another_department_asks_now_are_counted(changes: Found) -> None:
    [moved] = changes["departments", "handed on"]
    assert (moved.name, moved.other_name) == (
        "Department for Levelling Up, Housing and Communities",
        "Ministry of Housing, Communities and Local Government",
    )
    assert values(moved) == {"questions": (None, 1)}


def test_page_views_are_counted_and_not_told(comparison: Comparison, changes: Found) -> None:
    assert comparison.unlisted["questions: page views only"] == 1
    assert "9000404" not in keys(changes["questions", "changed"])


def test_links_are_told_with_degree_and_origin(changes: Found) -> None:
    [gained] = changes["links", "gained"]
    assert gained.thing.endswith("/question/9001726")
    assert gained.other.endswith("/project/3D77D6D5-EB60-4012-8DF4-0692C35075F2")
    assert gained.origin == "published-link"
    assert values(gained) == {"degree": (None, "unstated")}
    [judged] = changes["links", "degree changed"]
    assert values(judged) == {"degree": ("partial", "full")}


def test_projects_that_came_went_and_changed_are_told(changes: Found) -> None:
    assert keys(changes["projects", "added"]) == ["0A1B2C3D-0000-4000-8000-000000000001"]
    assert len(changes["projects", "gone"]) == 1
    titles = [values(one).get("title") for one in changes["projects", "changed"]]
    assert (
        "Innovation and Productivity Grand Challenge",
        "Innovation and Productivity Grand Challenge renewed",
    ) in titles


def test_nothing_is_told_of_things_whose_file_alone_is_another(changes: Found) -> None:
    assert len(changes["sources", "read again"]) == 3
    assert len(changes["projects", "changed"]) <= 3


def test_drift_of_a_source_is_told_with_its_records(changes: Found) -> None:
    [drift] = changes["sources", "drifted"]
    assert drift.name == "ari-api: data.novelField"
    assert values(drift) == {"records with it": (None, 1)}


def test_the_other_way_round_what_came_goes(old: Snapshot, new: Snapshot, changes: Found) -> None:
    with Comparison.of(new, old) as comparison:
        back = found(comparison)
    assert keys(back["questions", "gone"]) == ["77"]
    assert keys(back["questions", "reopened"]) == ["9000412"]
    assert len(back["links", "lost"]) == len(changes["links", "gained"])


def test_a_snapshot_does_not_differ_from_itself(new: Snapshot) -> None:
    with Comparison.of(new, new) as comparison:
        assert not comparison.differs
        assert list(comparison.everything()) == []


@pytest.mark.parametrize("most", [None, 1, 500])
def test_comparing_a_part_finds_of_that_part_what_comparing_all_does(
    old: Snapshot, new: Snapshot, most: int | None
) -> None:
    parts = [frozenset({section}) for section in EVERY_SECTION]
    for before, after in ((old, new), (new, old)):
        with Comparison.of(before, after) as whole:
            for sections in (atom.SECTIONS, *parts):
                with Comparison.of(before, after, sections=sections, most=most) as part:
                    expected = {
                        (section, what): count
                        for section, what, count in whole.groups()
                        if section in sections
                    }
                    assert part.counts == expected
                    for section, what in expected:
                        told = list(whole.changes(section, what))
                        few = most if section == "links" else None
                        assert list(part.changes(section, what)) == told[:few]


def test_a_feed_of_its_own_comparison_is_that_of_all(old: Snapshot, new: Snapshot) -> None:
    with (
        Comparison.of(old, new) as whole,
        Comparison.of(old, new, sections=atom.SECTIONS, most=3) as part,
    ):
        assert list(atom.atom(part, 3)) == list(atom.atom(whole, 3))


def test_a_department_narrows_to_its_questions(old: Snapshot, new: Snapshot) -> None:
    told = narrowed(old, new, department=("Department for Transport",))
    assert keys(told["questions", "added"]) == ["77"]
    assert ("questions", "archived") not in told
    assert keys(told["links", "gained"]) == ["9001726"]
    assert ("links", "degree changed") not in told


def test_a_department_that_lost_a_question_hears_of_it(old: Snapshot, new: Snapshot) -> None:
    for name in ("DLUHC", "MHCLG"):
        assert keys(narrowed(old, new, department=(name,))["questions", "changed"]) == ["9000915"]


def test_a_topic_a_place_and_a_funder_narrow(old: Snapshot, new: Snapshot) -> None:
    assert keys(narrowed(old, new, topic=("Food safety",))["questions", "changed"]) == ["9001019"]
    esrc = narrowed(old, new, funder=("ESRC",))
    assert keys(esrc["links", "gained"]) == ["9001726"]
    assert ("questions", "added") not in esrc
    london = narrowed(old, new, place=("London",))
    assert any("renewed" in one.name for one in london["projects", "changed"])
    both = narrowed(old, new, place=("London",), funder=("ESRC",))
    assert ("projects", "changed") not in both


def test_a_name_that_neither_snapshot_knows_is_refused(old: Snapshot, new: Snapshot) -> None:
    with pytest.raises(UsageError, match="no such department"):
        narrowed(old, new, department=("Ministry of Otters",))


def test_things_that_are_kept_as_withdrawn_are_told_as_such() -> None:
    from graphkit.changes.things import _question
    from graphkit.property_graph.elements import encoded

    class Nowhere:
        """A pair in which relationships tell nothing."""

        class database:  # noqa: N801
            @staticmethod
            def execute(*_: object) -> list[object]:
                return []

    usual = encoded({"text": "Why?", "name": "Why?"}, {})
    marked = encoded({"text": "Why?", "name": "Why?", "withdrawn_on": "2026-07-01"}, {})
    for old, new, what in ((usual, marked, "withdrawn"), (marked, usual, "returned")):
        [change] = _question(Nowhere(), "urn:q", old, new, Counter())  # type: ignore[arg-type]
        assert change.what == what
        assert values(change).keys() == {"withdrawn_on"}


def test_a_property_graph_that_is_damaged_is_told_in_words(
    old: Snapshot, new: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    from graphkit.changes.pair import Pair

    def broken(_: Pair) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Pair, "compare_links", broken)
    with pytest.raises(SnapshotError, match="disk is full; see that the folder"):
        Comparison.of(old, new)
